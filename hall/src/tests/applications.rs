//! Applications: received once, answered alike, numbered without gaps, refused with reasons.

use super::on_both;
use crate::cases::Actor;
use crate::testing::{TestHall, TestTerminal, demo_items, example_body, post};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::credential::Credential;
use bianmin_protocol::form::FieldErrorCode;
use bianmin_protocol::ids::{CaseNumber, Revision};
use bianmin_protocol::v1::*;
use std::collections::HashSet;
use std::sync::Arc;

fn acknowledged(terminal: &TestTerminal, outcome: &ApplicationOutcome) -> Acknowledgement {
    match outcome {
        ApplicationOutcome::Acknowledged { acknowledgement } => {
            acknowledgement.verify(&terminal.enrolled.hall_key).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

fn refused(outcome: &ApplicationOutcome) -> &Refusal {
    match outcome {
        ApplicationOutcome::Refused { reason } => reason,
        other => panic!("{other:?}"),
    }
}

/// What must hold of everything that was acknowledged: it is there, once, and its number is nobody else's.
async fn kept_once(hall: &TestHall, terminal: &TestTerminal) -> Result<(), &'static str> {
    let item = &demo_items()[0];
    let envelope = terminal.example(item);
    let mut other = terminal.header(item, Vec::new());
    other.registration = envelope.read_header().unwrap().registration;
    let same_number = terminal.seal(&other, &example_body(item));
    let before = hall.store().cases().list(1000).await.unwrap().len();
    let mut acknowledged = 0;
    for envelope in [&envelope, &envelope, &same_number] {
        let (_, outcomes) = terminal.submit(std::slice::from_ref(envelope)).await;
        acknowledged += usize::from(matches!(outcomes[0], ApplicationOutcome::Acknowledged { .. }));
    }
    match (acknowledged, hall.store().cases().list(1000).await.unwrap().len() - before) {
        (2, 1) => Ok(()),
        (_, 0) => Err("acknowledged and not there"),
        _ => Err("one number for two cases"),
    }
}

on_both! {
    async fn planted_bugs_are_noticed(database) {
        use crate::testing::Planted;
        for (bug, verdict) in [
            (None, Ok(())),
            (Some(Planted::NoUniqueIndex), Err("one number for two cases")),
            (Some(Planted::AcknowledgeBeforeCommit), Err("acknowledged and not there")),
        ] {
            let hall = TestHall::with_catalogue(database).await;
            let terminal = hall.enrol("HP07").await;
            if let Some(bug) = bug {
                hall.plant(bug).await;
            }
            assert_eq!(kept_once(&hall, &terminal).await, verdict, "{bug:?}");
        }
    }

    async fn an_application_is_received_once_and_every_replay_gets_the_same_answer(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let envelope = terminal.example(item);
        let (status, first) = terminal.submit(std::slice::from_ref(&envelope)).await;
        assert_eq!(status, 200);
        let acknowledgement = acknowledged(&terminal, &first[0]);
        let header = envelope.read_header().unwrap();
        assert_eq!(acknowledgement.application_id, header.application_id);
        assert_eq!(acknowledgement.registration, header.registration);
        assert_eq!(acknowledgement.content, envelope.digest());
        let today = hall.clock().day(hall.clock().now()).strftime("%Y%m%d").to_string();
        assert_eq!(acknowledgement.case_number.as_str(), format!("{}{today}0001", item.task_code));
        for _ in 0..3 {
            assert_eq!(terminal.submit(std::slice::from_ref(&envelope)).await, (200, first.clone()));
        }
        // Twice in one batch, next to a new one.
        let (_, batch) = terminal.submit(&[envelope.clone(), terminal.example(item), envelope.clone()]).await;
        assert_eq!((&batch[0], &batch[2]), (&first[0], &first[0]));
        assert!(acknowledged(&terminal, &batch[1]).case_number.as_str().ends_with("0002"));
        // Also after a restart.
        let hall = hall.restart().await;
        let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
        assert_eq!(terminal.submit(&[envelope]).await, (200, first));
        let cases = hall.store().cases().list(100).await.unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[1].state, "received");
    }

    async fn thirty_two_copies_at_once_make_one_case(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = Arc::new(hall.enrol("HP").await);
        let items = demo_items();
        let envelopes: Vec<_> = items.iter().take(5).map(|item| terminal.example(item)).collect();
        let tasks: Vec<_> = (0..32)
            .map(|turn| {
                let (terminal, mut envelopes) = (terminal.clone(), envelopes.clone());
                envelopes.rotate_left(turn % 5);
                tokio::spawn(async move { terminal.submit(&envelopes).await.1 })
            })
            .collect();
        let mut seen = HashSet::new();
        for task in tasks {
            for outcome in task.await.unwrap() {
                let answer = acknowledged(&terminal, &outcome);
                seen.insert((answer.application_id, answer.case_number.to_string(), answer.received_at));
            }
        }
        assert_eq!(seen.len(), 5);
        assert_eq!(hall.store().cases().list(100).await.unwrap().len(), 5);
    }

    async fn case_numbers_run_without_gaps_through_every_batch(database) {
        let hall = TestHall::with_catalogue(database).await;
        let item = Arc::new(demo_items().remove(0));
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let terminal = hall.enrol("HP").await;
            let item = item.clone();
            tasks.push(tokio::spawn(async move {
                let mut numbers = Vec::new();
                for size in [1, 7, 64, 3] {
                    let envelopes: Vec<_> = (0..size).map(|_| terminal.example(&item)).collect();
                    let (_, outcomes) = terminal.submit(&envelopes).await;
                    numbers.extend(outcomes.iter().map(|one| acknowledged(&terminal, one).case_number));
                }
                numbers
            }));
        }
        let mut numbers: Vec<CaseNumber> = Vec::new();
        for task in tasks {
            numbers.extend(task.await.unwrap());
        }
        numbers.sort();
        let running: Vec<usize> = numbers.iter().map(|number| number.as_str()[39..].parse().unwrap()).collect();
        assert_eq!(running, (1..=6 * 75).collect::<Vec<_>>());
    }

    async fn another_body_under_a_known_number_is_refused_and_both_are_kept(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let envelope = terminal.example(item);
        let header = envelope.read_header().unwrap();
        let (_, first) = terminal.submit(std::slice::from_ref(&envelope)).await;
        // The same id with another body; another id under the same registration number.
        let other_body = terminal.seal(&header, &example_body(item));
        let mut moved = terminal.header(item, Vec::new());
        moved.registration = header.registration.clone();
        let same_number = terminal.seal(&moved, &example_body(item));
        for (kept, other) in [other_body, same_number].iter().enumerate() {
            for _ in 0..2 {
                let (status, outcomes) = terminal.submit(std::slice::from_ref(other)).await;
                assert_eq!((status, refused(&outcomes[0])), (409, &Refusal::Conflict {}));
            }
            assert_eq!(hall.store().intake().evidence().await.unwrap(), kept as u64 + 1);
            // The resident with the other one's receipt is not shown a case that is not theirs.
            let url = format!("{}{PHONE_PROGRESS}", terminal.url);
            let token = terminal.token(other);
            let report: ProgressAnswer = post(&terminal.client, &url, &PhoneQuery { token }).await.json();
            assert!(!matches!(report, ProgressAnswer::Known { .. }), "{report:?}");
        }
        assert_eq!(terminal.submit(&[envelope]).await, (200, first));
        assert_eq!(hall.store().cases().list(100).await.unwrap().len(), 1);
    }

    async fn a_refusal_is_recorded_and_told_in_the_same_words_again(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let mut body = example_body(item);
        let required = item.form[0].fields[0].code.clone();
        body.answers.remove(&required);
        let missing = body.materials.remove(0).code;
        let wrong = terminal.seal(&terminal.header(item, Vec::new()), &body);
        let (status, first) = terminal.submit(std::slice::from_ref(&wrong)).await;
        assert_eq!(status, 422);
        let Refusal::Invalid { errors } = refused(&first[0]) else { panic!("{first:?}") };
        // Everything that is wrong at once.
        let has = |field: &str, code| errors.iter().any(|error| error.field == field && error.code == code);
        assert!(has(required.as_str(), FieldErrorCode::Required), "{errors:?}");
        assert!(has(missing.as_str(), FieldErrorCode::MaterialMissing), "{errors:?}");
        assert_eq!(terminal.submit(std::slice::from_ref(&wrong)).await, (422, first.clone()));
        // One bad application does not hold up the others.
        let mixed_in = [terminal.example(item), wrong, terminal.example(item)];
        let (status, mixed) = terminal.submit(&mixed_in).await;
        assert_eq!(status, 200);
        assert_eq!(mixed[1], first[0]);
        acknowledged(&terminal, &mixed[0]);
        acknowledged(&terminal, &mixed[2]);
        assert_eq!(hall.store().intake().refusals(10).await.unwrap().len(), 1);
        // The resident does not wait for it in vain.
        let token = terminal.token(&mixed_in[1]);
        let url = format!("{}{PHONE_PROGRESS}", terminal.url);
        let report: ProgressAnswer = post(&terminal.client, &url, &PhoneQuery { token }).await.json();
        assert_eq!(report, ProgressAnswer::Refused {});
        let registration = mixed_in[1].read_header().unwrap().registration;
        let given = Credential::Receipt(terminal.token(&mixed_in[1]));
        assert_eq!(terminal.look_up(&registration, &given).await, ProgressAnswer::Refused {});
    }

    async fn what_is_not_the_senders_or_not_sealed_to_this_hall_is_refused(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (terminal, other) = (hall.enrol("HP07").await, hall.enrol("HP08").await);
        let item = &demo_items()[0];
        let (status, outcomes) = terminal.submit(&[other.example(item)]).await;
        assert_eq!((status, refused(&outcomes[0])), (403, &Refusal::WrongTerminal {}));
        // The sender's name on another's work.
        let forged = other.seal(&terminal.header(item, Vec::new()), &example_body(item));
        let (status, outcomes) = terminal.submit(&[forged]).await;
        assert_eq!((status, refused(&outcomes[0])), (400, &Refusal::Malformed {}));
        // Sealed to another hall's key.
        let stranger = bianmin_protocol::seal::SealSecretKey::generate().unwrap();
        let header = terminal.header(item, Vec::new());
        let sealed =
            bianmin_protocol::seal::Sealed::seal(&header, &example_body(item), &stranger.public(), &terminal.key);
        let (status, outcomes) = terminal.submit(&[sealed.unwrap()]).await;
        assert_eq!((status, refused(&outcomes[0])), (400, &Refusal::Malformed {}));
        assert!(hall.store().cases().list(10).await.unwrap().is_empty());
    }

    async fn an_unknown_item_is_refused_until_it_is_imported(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let mut item = demo_items().remove(0);
        item.version = 2;
        let mut header = terminal.header(&item, Vec::new());
        header.catalogue = Revision(2);
        let early = terminal.seal(&header, &example_body(&item));
        let (status, outcomes) = terminal.submit(std::slice::from_ref(&early)).await;
        assert_eq!((status, refused(&outcomes[0])), (422, &Refusal::UnknownItem {}));
        let mut document = crate::testing::demo();
        for entry in document["items"].as_array_mut().unwrap() {
            if entry["local_catalog_code"] == item.code.as_str() {
                entry["task_version"] = 2.into();
            }
        }
        let file = hall.data.path().join("new.json");
        std::fs::write(&file, document.to_string()).unwrap();
        assert_eq!(hall.import(&file).await.updated, [item.code.as_str()]);
        let (_, outcomes) = terminal.submit(&[early]).await;
        acknowledged(&terminal, &outcomes[0]);
        // The old version is still good for what was begun with it.
        item.version = 1;
        let (_, outcomes) = terminal.submit(&[terminal.example(&item)]).await;
        acknowledged(&terminal, &outcomes[0]);
    }

    async fn a_decision_reaches_its_terminal_in_order_and_the_residents_phone(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (terminal, other) = (hall.enrol("HP07").await, hall.enrol("HP08").await);
        let item = &demo_items()[0];
        let envelopes = [terminal.example(item), terminal.example(item)];
        let token = terminal.token(&envelopes[0]);
        let phone = |token: String| async {
            post(&terminal.client, &format!("{}{PHONE_PROGRESS}", terminal.url), &PhoneQuery { token }).await
        };
        assert_eq!(phone(token.clone()).await.json::<ProgressAnswer>(), ProgressAnswer::NotYet { stranded: false });
        terminal.submit(&envelopes).await;
        let ids: Vec<_> = envelopes.iter().map(|one| one.read_header().unwrap().application_id).collect();
        let states = [(0, CaseState::Accepted), (1, CaseState::Supplement), (0, CaseState::Granted)];
        for (which, state) in states {
            let operator = Actor::Operator("test".to_owned());
            hall.hall.cases.decide(&operator, ids[which], state, "请补交照片").await.unwrap();
        }
        let updates: Updates = terminal.get(&format!("{UPDATES}?after=0")).await.json();
        assert!(!updates.more);
        let report: Vec<_> = updates.updates.iter().map(|one| (one.cursor, one.progress.state)).collect();
        assert_eq!(report, [(1, CaseState::Accepted), (2, CaseState::Supplement), (3, CaseState::Granted)]);
        let rest: Updates = terminal.get(&format!("{UPDATES}?after=2")).await.json();
        assert_eq!(rest.updates, updates.updates[2..]);
        assert!(other.get(UPDATES).await.json::<Updates>().updates.is_empty());
        // Any terminal may ask with a receipt; a phone too.
        let registration = envelopes[0].read_header().unwrap().registration;
        let asked = other.look_up(&registration, &Credential::Receipt(token.clone())).await;
        let ProgressAnswer::Known { progress } = &asked else { panic!("{asked:?}") };
        assert_eq!((progress.state, progress.item_name.as_str()), (CaseState::Granted, item.name.as_str()));
        assert_eq!(phone(token.clone()).await.json::<ProgressAnswer>(), asked);
        let mut changed = token.into_bytes();
        changed[20] = if changed[20] == b'A' { b'B' } else { b'A' };
        let answer = phone(String::from_utf8(changed).unwrap()).await;
        assert_eq!((answer.status, answer.error()), (400, ErrorCode::BadRequest));
    }

    async fn a_long_wait_for_the_network_does_not_make_an_application_wrong(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let late = terminal.example(item);
        // A terminal whose clock stands at 1970 is not shut out either.
        let mut header = terminal.header(item, Vec::new());
        header.accepted_at = bianmin_protocol::ids::Millis(0);
        let lost = terminal.seal(&header, &example_body(item));
        hall.clock().advance(std::time::Duration::from_secs(30 * 86_400));
        let created = hall.clock().seconds();
        let body = serde_json::to_vec(&Submission { envelopes: vec![late, lost] }).unwrap();
        let signed = terminal.signed("POST", APPLICATIONS, &body, created);
        let answer = terminal.send("POST", APPLICATIONS, body, &signed).await;
        for outcome in answer.json::<SubmissionOutcome>().outcomes {
            acknowledged(&terminal, &outcome);
        }
    }
}
