//! Whatever is changed in the database behind the hall's back is noticed: events, rows, ends of streams, whole cases.

use super::on_both;
use crate::audit::{Chain, Trouble, verify};
use crate::cases::{Actor, CaseCommand, CaseRows};
use crate::testing::{TestHall, demo_items};
use bianmin_protocol::ids::ApplicationId;
use sea_orm::ConnectionTrait as _;

fn operator() -> Actor {
    Actor::Operator("test".to_owned())
}

/// A case that the hall has received.
pub(crate) async fn received(hall: &TestHall) -> ApplicationId {
    let terminal = hall.enrol("HP").await;
    let envelope = terminal.example(&demo_items()[0]);
    let id = envelope.read_header().unwrap().application_id;
    terminal.submit(&[envelope]).await;
    id
}

/// A text.
pub(crate) fn words(text: &str) -> String {
    text.to_owned()
}

/// What the verifier finds.
pub(crate) async fn found(hall: &TestHall) -> Vec<(String, Trouble)> {
    let chain = Chain::new(&hall.hall.keys);
    let report = verify(hall.store(), &chain, &CaseRows(hall.store())).await.unwrap();
    report.findings.into_iter().map(|one| (one.place, one.trouble)).collect()
}

async fn change(hall: &TestHall, sql: &str) {
    let transaction = hall.store().begin().await.unwrap();
    transaction.execute_unprepared(sql).await.unwrap();
    transaction.commit().await.unwrap();
}

on_both! {
    async fn any_change_of_events_or_rows_is_noticed(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (id, cases) = (received(&hall).await, &hall.hall.cases);
        let untouched = received(&hall).await;
        for command in [
            CaseCommand::Accept { remark: words("") },
            CaseCommand::Note { text: words("电话已联系") },
        ] {
            cases.execute(&operator(), id, None, command).await.unwrap();
        }
        let number = cases.view(id).await.unwrap().unwrap().case_number;
        assert_eq!(found(&hall).await, []);
        let stream = format!("case:{number}");
        let event = |number: u8| format!("stream = '{stream}' AND number = {number}");
        for (change, undo, expected) in [
            (
                format!("UPDATE audit_event SET actor = 'staff:other' WHERE {}", event(2)),
                format!("UPDATE audit_event SET actor = '{}' WHERE {}", "operator:test", event(2)),
                Trouble::Changed,
            ),
            (
                format!("UPDATE audit_event SET at = at + 1 WHERE {}", event(3)),
                format!("UPDATE audit_event SET at = at - 1 WHERE {}", event(3)),
                Trouble::Changed,
            ),
            (
                format!("UPDATE case_file SET state = 'granted' WHERE id = '{id}'"),
                format!("UPDATE case_file SET state = 'accepted' WHERE id = '{id}'"),
                Trouble::Row,
            ),
            (
                format!("UPDATE case_file SET version = version - 1 WHERE id = '{id}'"),
                format!("UPDATE case_file SET version = version + 1 WHERE id = '{id}'"),
                Trouble::End,
            ),
        ] {
            super::change(&hall, &change).await;
            let report = found(&hall).await;
            assert!(report.iter().any(|(place, trouble)| place.starts_with(&stream) && *trouble == expected), "{change}: {report:?}");
            super::change(&hall, &undo).await;
            assert_eq!(found(&hall).await, [], "{undo}");
        }
        // Two events in each other's place.
        for (from, to) in [(2, 9), (3, 2), (9, 3)] {
            super::change(&hall, &format!("UPDATE audit_event SET number = {to} WHERE {}", event(from))).await;
        }
        assert!(found(&hall).await.contains(&(format!("{stream}#2"), Trouble::Changed)));
        for (from, to) in [(2, 9), (3, 2), (9, 3)] {
            super::change(&hall, &format!("UPDATE audit_event SET number = {to} WHERE {}", event(from))).await;
        }
        assert_eq!(found(&hall).await, []);
        // A whole case with all that tells of it.
        super::change(&hall, &format!("DELETE FROM audit_event WHERE stream = (SELECT 'case:' || case_number FROM case_file WHERE id = '{untouched}')")).await;
        super::change(&hall, &format!("DELETE FROM case_file WHERE id = '{untouched}'")).await;
        assert_eq!(found(&hall).await, [("case".to_owned(), Trouble::Total)]);
        // The end of a stream, with a row that was put back.
        super::change(&hall, &format!("DELETE FROM audit_event WHERE {}", event(3))).await;
        assert!(found(&hall).await.iter().any(|(place, trouble)| *place == stream && *trouble == Trouble::End));
    }

    async fn looks_are_events_of_those_who_looked(database) {
        let hall = TestHall::with_catalogue(database).await;
        let id = received(&hall).await;
        for why in ["电话核实", "复核"] {
            hall.hall.cases.note_look(&operator(), id, why).await.unwrap();
        }
        assert_eq!(found(&hall).await, []);
        let stream = "operator:test";
        super::change(&hall, "DELETE FROM audit_event WHERE kind = 'looked' AND number = 2").await;
        assert!(found(&hall).await.contains(&(stream.to_owned(), Trouble::End)));
        super::change(&hall, "DELETE FROM audit_event WHERE kind = 'looked'").await;
        super::change(&hall, "DELETE FROM audit_stream").await;
        assert_eq!(found(&hall).await, [("operator".to_owned(), Trouble::Total)]);
    }
}
