//! Case numbers are never given twice, whatever became of the database.

use super::on_both;
use crate::testing::{TestHall, TestTerminal, demo_items};
use bianmin_protocol::v1::*;
use std::collections::HashSet;

/// So many applications' case numbers.
async fn given(hall: &TestHall, terminal: &TestTerminal, count: usize) -> Vec<String> {
    let item = &demo_items()[0];
    let envelopes: Vec<_> = (0..count).map(|_| terminal.example(item)).collect();
    let body = serde_json::to_vec(&Submission { envelopes }).unwrap();
    let signed = terminal.signed("POST", APPLICATIONS, &body, hall.clock().seconds());
    let outcomes =
        terminal.send("POST", APPLICATIONS, body, &signed).await.json::<SubmissionOutcome>().outcomes;
    outcomes
        .iter()
        .map(|outcome| match outcome {
            ApplicationOutcome::Acknowledged { acknowledgement } => {
                let report = acknowledgement.verify(&terminal.enrolled.hall_key).unwrap();
                report.case_number.to_string()
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Item and day, and the number of that day.
fn parts(number: &str) -> (&str, u32) {
    let (day, serial) = number.split_at(number.len() - 4);
    (day, serial.parse().unwrap())
}

on_both! {
    async fn a_new_epoch_goes_on_above_the_old_one_and_another_day_begins_anew(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let first = given(&hall, &terminal, 3).await;
        assert_eq!(first.iter().map(|number| parts(number).1).collect::<Vec<_>>(), [1, 2, 3]);
        hall.store().new_epoch().await.unwrap();
        let second = given(&hall, &terminal, 2).await;
        // Midnight may just have been.
        if parts(&second[0]).0 == parts(&first[0]).0 {
            assert!(parts(&second[0]).1 > 3, "{second:?}");
        }
        assert_eq!(parts(&second[1]).1, parts(&second[0]).1 + 1);
        hall.store().new_epoch_above(Some(7000)).await.unwrap();
        assert_eq!(parts(&given(&hall, &terminal, 1).await[0]).1, 7001);
        hall.clock().advance(std::time::Duration::from_secs(3 * 86_400));
        assert_eq!(parts(&given(&hall, &terminal, 1).await[0]).1, 1, "a day of which none was ever given");
    }

    async fn a_terminals_id_is_not_given_again_by_a_database_that_forgot_it(database) {
        let hall = TestHall::start(database).await;
        let id = |terminal: &TestTerminal| terminal.enrolled.certificate.terminal.to_string();
        assert_eq!([id(&hall.enrol("HP").await), id(&hall.enrol("HP").await)], ["HP01", "HP02"]);
        let transaction = hall.store().begin().await.unwrap();
        for back in ["DELETE FROM terminal", "DELETE FROM terminal_series", "UPDATE hall SET terminal_last = 0"] {
            sea_orm::ConnectionTrait::execute_unprepared(&transaction, back).await.unwrap();
        }
        transaction.commit().await.unwrap();
        hall.store().new_epoch().await.unwrap();
        assert_eq!([id(&hall.enrol("HP").await), id(&hall.enrol("HP").await)], ["HP03", "HP04"]);
    }

    async fn halls_of_one_database_know_of_each_others_numbers(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let mut numbers: Vec<String> = given(&hall, &terminal, 3).await;
        let twin = hall.twin().await;
        let at_twin = TestTerminal { url: twin.url.clone(), ..terminal };
        numbers.extend(given(&twin, &at_twin, 3).await);
        // As after a backup was put in under their feet: the row goes back, and so do the counters.
        let transaction = hall.store().begin_fenced().await.unwrap();
        for back in ["UPDATE hall SET changes = 3, case_last = 0", "DELETE FROM case_counter",
            "DELETE FROM case_file", "DELETE FROM application"] {
            sea_orm::ConnectionTrait::execute_unprepared(&transaction, back).await.unwrap();
        }
        assert!(transaction.commit().await.is_err(), "it went back, so this commit cannot be seen");
        numbers.extend(given(&twin, &at_twin, 3).await);
        let terminal = TestTerminal { url: hall.url.clone(), ..at_twin };
        numbers.extend(given(&hall, &terminal, 3).await);
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len(), "{numbers:?}");
    }
}
