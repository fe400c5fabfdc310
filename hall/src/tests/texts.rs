//! Characters that one database refuses and the other does not, and rows that either refuses: nobody else suffers.

use super::on_both;
use crate::testing::{TestHall, demo_items, example_body, now, post};
use bianmin_protocol::form::{FieldError, FieldErrorCode};
use bianmin_protocol::v1::*;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

/// Has the database refuse this value in a column, as for a reason that nobody thought of.
async fn forbid(hall: &TestHall, table: &str, column: &str, value: &str) {
    let sql = if hall.is_postgres() {
        format!("ALTER TABLE {table} ADD CONSTRAINT forbidden CHECK ({column} <> '{value}')")
    } else {
        let trigger = |event| {
            format!(
                "CREATE TRIGGER forbidden_{event} BEFORE {event} ON {table} WHEN NEW.{column} = '{value}' \
                 BEGIN SELECT RAISE(ABORT, 'forbidden'); END;"
            )
        };
        [trigger("INSERT"), trigger("UPDATE")].concat()
    };
    execute(hall, &sql).await;
}

async fn allow(hall: &TestHall, table: &str) {
    let sql = if hall.is_postgres() {
        format!("ALTER TABLE {table} DROP CONSTRAINT forbidden")
    } else {
        "DROP TRIGGER forbidden_INSERT; DROP TRIGGER forbidden_UPDATE;".to_owned()
    };
    execute(hall, &sql).await;
}

async fn execute(hall: &TestHall, sql: &str) {
    let transaction = hall.store().begin().await.unwrap();
    transaction.execute_unprepared(sql).await.unwrap();
    transaction.commit().await.unwrap();
}

fn is_acknowledged(outcome: &ApplicationOutcome) -> bool {
    matches!(outcome, ApplicationOutcome::Acknowledged { .. })
}

on_both! {
    async fn a_control_character_is_refused_by_its_field_and_nobody_else_is_lost(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (good, bad) = (hall.enrol("HP01").await, hall.enrol("HP02").await);
        let heartbeat = |version: &str, state: &str| {
            json!({
                "version": version, "catalogue": 1, "waiting": 0, "quarantined": 0, "printer": "ok", "intake_open": true,
                "printers": [{
                    "outlet": "slip", "state": state, "jobs_left": 1, "until": null, "unknown_jobs": 0,
                    "millimetres": 0, "sheets": 0, "cuts": 0,
                }],
            })
        };
        assert_eq!(good.post(HEARTBEAT, &heartbeat("1.0", "ok")).await.status, 200);
        for (body, field) in [
            (heartbeat("1.0\0", "ok"), "version"),
            (heartbeat("1.0", "\u{1b}]0;x"), "printers[0].state"),
            (heartbeat("1.0", "\u{9b}2J"), "printers[0].state"),
        ] {
            let answer = bad.post(HEARTBEAT, &body).await;
            let report: ErrorBody = answer.json();
            assert_eq!((answer.status, report.error, report.field.as_deref()), (400, ErrorCode::BadRequest, Some(field)));
        }
        hall.hall.write_heartbeats().await;
        let terminals = hall.store().fleet().terminals().await.unwrap();
        assert_eq!(terminals[0].heartbeat.version, "1.0");
        assert_eq!(terminals[1].seen_at, None);

        for (path, body, field) in [
            (PROGRESS, json!({"registration": "HP01\0"}), "registration"),
            (APPLICATIONS, json!({"envelopes": ["a\nb"]}), "envelopes[0]"),
        ] {
            let report: ErrorBody = bad.post(path, &body).await.json();
            assert_eq!(report.field.as_deref(), Some(field), "{path}");
        }
        let client = reqwest::Client::new();
        for (path, body, field) in [
            (PHONE_PROGRESS, json!({"token": "x\0"}), "token"),
            (ENROL, json!({"code": "ABCDE\0FGHJK"}), "code"),
        ] {
            let answer = post(&client, &format!("{}{path}", hall.url), &body).await;
            let report: ErrorBody = answer.json();
            assert_eq!((answer.status, report.field.as_deref()), (400, Some(field)), "{path}");
        }
    }

    async fn a_control_character_under_the_seal_is_refused_by_its_field(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let mut body = example_body(item);
        body.language = "zh\0CN".to_owned();
        let envelope = terminal.seal(&terminal.header(item, Vec::new()), &body);
        let wrong = FieldError { field: "language".to_owned(), code: FieldErrorCode::Characters };
        let refused = ApplicationOutcome::Refused { reason: Refusal::Invalid { errors: vec![wrong] } };
        let (_, outcomes) = terminal.submit(&[envelope, terminal.example(item)]).await;
        assert_eq!(outcomes[0], refused);
        assert!(is_acknowledged(&outcomes[1]));
    }

    async fn what_the_database_refuses_takes_no_other_of_its_commit_along(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let envelopes: Vec<_> = (0..9).map(|_| terminal.example(item)).collect();
        let number = envelopes[4].read_header().unwrap().registration.to_string();
        forbid(&hall, "application", "registration", &number).await;
        for _ in 0..2 {
            let (_, outcomes) = terminal.submit(&envelopes).await;
            for (at, outcome) in outcomes.iter().enumerate() {
                match at {
                    4 => assert_eq!(*outcome, ApplicationOutcome::Refused { reason: Refusal::Malformed {} }),
                    _ => assert!(is_acknowledged(outcome), "{at}: {outcome:?}"),
                }
            }
            assert_eq!(hall.store().cases().list(100).await.unwrap().len(), 8);
        }
        let (status, alone) = terminal.submit(&envelopes[4..5]).await;
        assert_eq!((status, &alone[0]), (400, &ApplicationOutcome::Refused { reason: Refusal::Malformed {} }));
        allow(&hall, "application").await;
        assert!(is_acknowledged(&terminal.submit(&envelopes).await.1[4]));
        assert_eq!(hall.store().cases().list(100).await.unwrap().len(), 9);
    }

    async fn a_name_with_a_nul_from_an_earlier_version_stops_no_application(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let name = serde_json::to_string(&item.name).unwrap();
        let spoilt = serde_json::to_string(&format!("{}\0", item.name)).unwrap();
        let sql = format!(
            "UPDATE item_version SET content = REPLACE(content, '{name}', '{spoilt}') WHERE code = '{}'", item.code
        );
        execute(&hall, &sql).await;
        let (_, outcomes) = terminal.submit(&[terminal.example(item)]).await;
        assert!(is_acknowledged(&outcomes[0]), "{outcomes:?}");
        let cases = hall.store().cases().list(9).await.unwrap();
        let id = cases[0].application_id.parse().unwrap();
        assert_eq!(hall.store().cases().progress(id).await.unwrap().unwrap().item_name, item.name);
    }

    async fn a_heartbeat_that_the_database_refuses_takes_no_other_of_its_window_along(database) {
        let hall = TestHall::with_catalogue(database).await;
        let mut terminals = Vec::new();
        for _ in 0..5 {
            terminals.push(hall.enrol("HP").await);
        }
        forbid(&hall, "terminal", "version", "forbidden").await;
        for (at, terminal) in terminals.iter().enumerate() {
            let version = if at == 2 { "forbidden" } else { "1.0" }.to_owned();
            let id = terminal.enrolled.certificate.terminal.clone();
            hall.hall.fleet.note_heartbeat(id, now(), Heartbeat { version, ..Heartbeat::default() });
        }
        hall.hall.write_heartbeats().await;
        for (at, one) in hall.store().fleet().terminals().await.unwrap().iter().enumerate() {
            assert_eq!(one.seen_at.is_some(), at != 2, "{}", one.terminal);
        }
    }
}
