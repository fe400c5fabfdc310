//! A case is told only to who gives more than its number, and nobody tries without end.

use super::on_both;
use crate::testing::{TestHall, TestTerminal, demo_items, example_body};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::credential::{Credential, LastFour};
use bianmin_protocol::ids::FieldCode;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::{SealSecretKey, Sealed};
use bianmin_protocol::v1::*;
use std::sync::Arc;
use std::time::Duration;

fn four(text: &str) -> Credential {
    Credential::LastFour(LastFour::parse(text).unwrap())
}

fn own(item: &ServiceItem) -> Credential {
    let answer = &item.example.answers[&FieldCode::parse("resident_id").unwrap()];
    four(&answer[answer.len() - 4..])
}

/// The status of an answer that is none.
async fn refused(terminal: &TestTerminal, number: &RegistrationNumber, given: &Credential) -> u16 {
    let (query, _) = terminal.question(number, given);
    terminal.post(PROGRESS, &query).await.status
}

on_both! {
    async fn a_number_alone_is_told_nothing(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (terminal, other) = (hall.enrol("HP07").await, hall.enrol("HP08").await);
        let item = &demo_items()[0];
        let envelopes = [terminal.example(item), terminal.example(item)];
        let number = |which: usize| envelopes[which].read_header().unwrap().registration;
        let (first, second) = (number(0), number(1));
        assert_eq!(other.look_up(&first, &own(item)).await, ProgressAnswer::NotYet { stranded: false });
        terminal.submit(&envelopes).await;
        // As terminals asked before.
        let bare = ProgressQuery { registration: first.clone(), challenge: None, proof: None };
        assert_eq!(other.post(PROGRESS, &bare).await.error(), ErrorCode::BadRequest);
        assert_eq!(other.look_up(&first, &four("9876")).await, ProgressAnswer::Wrong {});
        assert!(matches!(other.look_up(&first, &own(item)).await, ProgressAnswer::Known { .. }));
        // Neither another receipt nor what was given for another question.
        let receipt = Credential::Receipt(terminal.token(&envelopes[1]));
        assert_eq!(refused(&other, &first, &receipt).await, 400);
        let (mut query, _) = other.question(&second, &own(item));
        query.registration = first.clone();
        assert_eq!(other.post(PROGRESS, &query).await.status, 400);
    }

    async fn what_cannot_be_opened_is_shown_by_its_receipt_alone(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let stranger = SealSecretKey::generate().unwrap();
        let header = terminal.header(item, Vec::new());
        let sealed = Sealed::seal(&header, &example_body(item), &stranger.public(), &terminal.key).unwrap();
        terminal.submit(std::slice::from_ref(&sealed)).await;
        assert_eq!(terminal.look_up(&header.registration, &own(item)).await, ProgressAnswer::CodeOnly {});
        let receipt = Credential::Receipt(terminal.token(&sealed));
        assert_eq!(terminal.look_up(&header.registration, &receipt).await, ProgressAnswer::Refused {});
    }

    async fn wrong_tries_wait_longer_and_longer_wherever_they_come_from(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (terminal, other) = (hall.enrol("HP07").await, hall.enrol("HP08").await);
        let item = &demo_items()[0];
        let envelope = terminal.example(item);
        let number = envelope.read_header().unwrap().registration;
        terminal.submit(std::slice::from_ref(&envelope)).await;
        // All at once, and at two halls: no more than three are looked at.
        let twin = hall.twin().await;
        let (terminal, elsewhere) = (Arc::new(terminal), Arc::new(other.at(&twin.url)));
        let mut guesses = tokio::task::JoinSet::new();
        for guess in 0..20 {
            let terminal = if guess % 2 == 0 { terminal.clone() } else { elsewhere.clone() };
            let (query, _) = terminal.question(&number, &four(&format!("98{guess:02}")));
            guesses.spawn(async move { terminal.post(PROGRESS, &query).await.status });
        }
        let statuses = guesses.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 429)), "{statuses:?}");
        assert_eq!(refused(&other, &number, &own(item)).await, 429, "it is told that this one is right");
        let receipt = Credential::Receipt(terminal.token(&envelope));
        assert!(matches!(other.look_up(&number, &receipt).await, ProgressAnswer::Known { .. }));
        hall.clock().advance(Duration::from_secs(31));
        assert_eq!(other.look_up(&number, &four("9876")).await, ProgressAnswer::Wrong {});
        hall.clock().advance(Duration::from_secs(31));
        assert_eq!(refused(&other, &number, &own(item)).await, 429, "the wait does not grow");
        hall.clock().advance(Duration::from_secs(31));
        assert!(matches!(other.look_up(&number, &own(item)).await, ProgressAnswer::Known { .. }));
        // Who was right begins anew.
        assert_eq!(other.look_up(&number, &four("9876")).await, ProgressAnswer::Wrong {});
        assert!(matches!(other.look_up(&number, &own(item)).await, ProgressAnswer::Known { .. }));
    }
}
