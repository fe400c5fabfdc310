//! Enrolment and revocation.

use super::on_both;
use crate::testing::{TestHall, TestTerminal, now, post};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::*;
use std::collections::HashSet;
use std::time::Duration;

async fn enrol(hall: &TestHall, request: &Enrol) -> crate::testing::Answer {
    post(&reqwest::Client::new(), &format!("{}{ENROL}", hall.url), request).await
}

on_both! {
    async fn a_code_makes_one_terminal_and_no_id_is_given_twice(database) {
        let hall = TestHall::start(database).await;
        let code = hall.invite("HP").await;
        let key = SigningKey::generate().unwrap();
        let first: Enrolled = enrol(&hall, &Enrol::new(&code, &key)).await.json();
        assert_eq!(first.certificate.terminal.as_str(), "HP01");
        // The answer was lost on its way: the same key asks again.
        let again: Enrolled = enrol(&hall, &Enrol::new(&code.to_lowercase(), &key)).await.json();
        assert_eq!(again, first);
        let thief = enrol(&hall, &Enrol::new(&code, &SigningKey::generate().unwrap())).await;
        assert_eq!((thief.status, thief.error()), (403, ErrorCode::BadCode));
        let mut ids = HashSet::from(["HP01".to_owned()]);
        let named = hall.enrol("HP02").await;
        assert!(ids.insert(named.enrolled.certificate.terminal.to_string()));
        for _ in 0..3 {
            let terminal = hall.enrol("HP").await;
            assert!(ids.insert(terminal.enrolled.certificate.terminal.to_string()), "{ids:?}");
        }
        hall.store().revoke(&"HP02".parse().unwrap(), hall.clock().now()).await.unwrap();
        let code = crate::codes::new().unwrap();
        let until = bianmin_protocol::ids::Millis(i64::MAX);
        assert!(hall.store().invite(&code, "HP02", hall.clock().now(), until).await.is_err());
    }

    async fn a_code_runs_out_and_guessing_is_slowed(database) {
        let hall = TestHall::start(database).await;
        let code = hall.invite("HP").await;
        hall.clock().advance(Duration::from_secs(3601));
        let key = SigningKey::generate().unwrap();
        let late = enrol(&hall, &Enrol::new(&code, &key)).await;
        assert_eq!(late.error(), ErrorCode::BadCode);
        let mut last = late;
        for _ in 0..20 {
            last = enrol(&hall, &Enrol::new("AAAAA-AAAAA", &key)).await;
        }
        assert_eq!((last.status, last.error()), (429, ErrorCode::TooMany));
        let proofless = Enrol { proof: vec![0; 64].into(), ..Enrol::new(&code, &key) };
        assert_ne!(enrol(&hall, &proofless).await.status, 200);
    }

    async fn a_revoked_terminal_is_refused_at_once_also_by_another_process(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        let other = hall.enrol("HP08").await;
        assert_eq!(terminal.get(UPDATES).await.status, 200);
        // Another process: a second handle on the database.
        let elsewhere = crate::store::Store::open(&hall.database, hall.data.path(), hall.clock()).await.unwrap();
        assert!(elsewhere.revoke(&"HP07".parse().unwrap(), hall.clock().now()).await.unwrap());
        for _ in 0..3 {
            let answer = terminal.get(UPDATES).await;
            assert_eq!((answer.status, answer.error()), (403, ErrorCode::Revoked));
        }
        assert_eq!(other.get(UPDATES).await.status, 200);
        assert!(!elsewhere.revoke(&"HP99".parse().unwrap(), hall.clock().now()).await.unwrap());
    }

    async fn a_heartbeat_is_seen_by_staff_and_tells_the_epoch(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let until = Some("2026-12-04".parse().unwrap());
        let slip = PrinterReport { outlet: "slip".into(), state: "paper-out".into(), until, cuts: 7, ..PrinterReport::default() };
        let beat = Heartbeat { version: "1.2.3".into(), waiting: 4, printer: "paper-out".into(), printers: vec![slip], ..Heartbeat::default() };
        let answer = terminal.post(HEARTBEAT, &beat).await;
        let pulse: Pulse = answer.json();
        assert_eq!(pulse.catalogue.0, 1);
        assert_eq!(answer.headers[EPOCH_HEADER], pulse.epoch.to_string());
        assert_eq!(pulse.epoch, terminal.enrolled.epoch);
        hall.hall.write_heartbeats().await;
        let listed = hall.store().terminals().await.unwrap();
        assert_eq!(listed[0].heartbeat, beat);
        assert!(listed[0].seen_at.is_some());
    }
}

#[tokio::test]
async fn a_request_counts_once_and_only_now() {
    let hall = TestHall::start(crate::testing::Database::Sqlite).await;
    let terminal = hall.enrol("HP07").await;
    let signed = terminal.signed("GET", UPDATES, b"", now());
    assert_eq!(terminal.send("GET", UPDATES, vec![], &signed).await.status, 200);
    let replay = terminal.send("GET", UPDATES, vec![], &signed).await;
    assert_eq!((replay.status, replay.error()), (409, ErrorCode::Replay));
    // A terminal whose clock is wrong learns the time and asks again.
    let stale = terminal.send("GET", UPDATES, vec![], &terminal.signed("GET", UPDATES, b"", 1000)).await;
    assert_eq!(stale.status, 401);
    let body: ErrorBody = stale.json();
    assert_eq!((body.error, body.terminal), (ErrorCode::StaleSignature, Some("HP07".parse().unwrap())));
    let again = terminal.signed("GET", UPDATES, b"", body.now.0 as u64 / 1000);
    assert_eq!(terminal.send("GET", UPDATES, vec![], &again).await.status, 200);
    // Signed for another path, another body, by another key, not at all.
    let signed = terminal.signed("GET", UPDATES, b"", now());
    assert_eq!(terminal.send("GET", CATALOGUE, vec![], &signed).await.error(), ErrorCode::Unauthorised);
    let signed = terminal.signed("POST", HEARTBEAT, b"{}", now());
    assert_eq!(
        terminal.send("POST", HEARTBEAT, b"{ }".to_vec(), &signed).await.error(),
        ErrorCode::BadRequest
    );
    let stranger = TestTerminal { key: SigningKey::generate().unwrap(), ..terminal };
    assert_eq!(stranger.get(UPDATES).await.error(), ErrorCode::Unauthorised);
    let plain = stranger.client.get(format!("{}{UPDATES}", hall.url)).send().await.unwrap();
    assert_eq!(plain.status().as_u16(), 401);
}
