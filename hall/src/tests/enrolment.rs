//! Enrolment and revocation.

use super::on_both;
use crate::testing::{TestHall, TestTerminal, now, post};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::*;
use std::collections::HashSet;
use std::time::Duration;

async fn enrol(hall: &TestHall, request: &Enrol) -> crate::testing::TestAnswer {
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
        hall.store().fleet().revoke(&"HP02".parse().unwrap(), hall.clock().now()).await.unwrap();
        let code = crate::fleet::codes::new().unwrap();
        let until = bianmin_protocol::ids::Millis(i64::MAX);
        assert!(hall.store().fleet().invite(&code, "HP02", hall.clock().now(), until).await.is_err());
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

    /// However many guess at once: few are told anything, the others how long to wait, and nobody is held up who has
    /// a right code, not even from the very same address.
    async fn guesses_at_once_are_limited_and_hold_up_no_right_code(database) {
        let hall = TestHall::start(database).await;
        let (code, other) = (hall.invite("HP").await, hall.invite("HP").await);
        let spent = hall.invite("HP").await;
        assert_eq!(enrol(&hall, &Enrol::new(&spent, &SigningKey::generate().unwrap())).await.status, 200);
        let url = format!("{}{ENROL}", hall.url);
        let client = reqwest::Client::new();
        let guess = |number: usize| {
            // Half of them are different codes, half the same one, which was right once.
            let guess = if number.is_multiple_of(2) { crate::fleet::codes::new().unwrap() } else { spent.clone() };
            let (client, url, key) = (client.clone(), url.clone(), SigningKey::generate().unwrap());
            tokio::spawn(async move { post(&client, &url, &Enrol::new(&guess, &key)).await })
        };
        let guesses: Vec<_> = (0..200).map(guess).collect();
        let amid = enrol(&hall, &Enrol::new(&code, &SigningKey::generate().unwrap())).await;
        assert_eq!(amid.status, 200, "{amid:?}");
        let (mut report, mut held_off) = (0, 0);
        for guess in guesses {
            let answer = guess.await.unwrap();
            match answer.status {
                403 => report += 1,
                429 => {
                    let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
                    assert!((1..=60).contains(&wait), "{wait}");
                    held_off += 1;
                }
                other => panic!("{other}"),
            }
        }
        assert!(report <= 10 && report + held_off == 200, "{report} of 200 were told that they are wrong");
        let afterwards = enrol(&hall, &Enrol::new(&other, &SigningKey::generate().unwrap())).await;
        assert_eq!(afterwards.status, 200, "{afterwards:?}");
    }

    /// What was recorded on the line and is sent to another hall on this database, or to this one after a restart,
    /// changes nothing.
    async fn a_recorded_request_changes_nothing_anywhere(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let heartbeat = |waiting| serde_json::to_vec(&Heartbeat { waiting, ..Heartbeat::default() }).unwrap();
        let created = now();
        let old = terminal.signed("POST", HEARTBEAT, &heartbeat(1), created);
        assert_eq!(terminal.send("POST", HEARTBEAT, heartbeat(1), &old).await.status, 200);
        let item = &crate::testing::demo_items()[0];
        let body = serde_json::to_vec(&Submission { envelopes: vec![terminal.example(item)] }).unwrap();
        let submission = terminal.signed("POST", APPLICATIONS, &body, created);
        let first = terminal.send("POST", APPLICATIONS, body.clone(), &submission).await;
        assert_eq!(first.status, 200);
        let later = terminal.signed("POST", HEARTBEAT, &heartbeat(2), created + 1);
        assert_eq!(terminal.send("POST", HEARTBEAT, heartbeat(2), &later).await.status, 200);
        hall.hall.write_heartbeats().await;
        let before = hall.store().fleet().terminals().await.unwrap();
        assert_eq!(before[0].heartbeat.waiting, 2);
        let twin = hall.twin().await;
        let at_the_twin = TestTerminal { url: twin.url.clone(), ..terminal };
        for (signed, waiting) in [(&old, 1), (&later, 2)] {
            at_the_twin.send("POST", HEARTBEAT, heartbeat(waiting), signed).await;
            twin.hall.write_heartbeats().await;
            assert_eq!(hall.store().fleet().terminals().await.unwrap(), before);
        }
        let again = at_the_twin.send("POST", APPLICATIONS, body.clone(), &submission).await;
        assert!(again.status == 401 || again.body == first.body, "{again:?}");
        drop(twin);
        // The process that remembered it is gone: what was signed before this one began is not taken.
        while now() <= created + 1 {
            tokio::task::yield_now().await;
        }
        let hall = hall.restart().await;
        let afterwards = TestTerminal { url: hall.url.clone(), ..at_the_twin };
        for (path, body, signed) in [
            (HEARTBEAT, heartbeat(1), &old),
            (HEARTBEAT, heartbeat(2), &later),
            (APPLICATIONS, body, &submission),
        ] {
            let answer = afterwards.send("POST", path, body, signed).await;
            assert_eq!((answer.status, answer.error()), (401, ErrorCode::StaleSignature));
        }
        hall.hall.write_heartbeats().await;
        assert_eq!(hall.store().fleet().terminals().await.unwrap(), before);
        // Signed anew it counts.
        assert_eq!(afterwards.request("POST", HEARTBEAT, heartbeat(3)).await.status, 200);
        hall.hall.write_heartbeats().await;
        assert_eq!(hall.store().fleet().terminals().await.unwrap()[0].heartbeat.waiting, 3);
    }

    async fn a_revoked_terminal_is_refused_at_once_also_by_another_process(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        let other = hall.enrol("HP08").await;
        assert_eq!(terminal.get(UPDATES).await.status, 200);
        // Another process: a second handle on the database.
        let elsewhere = crate::db::Store::open(&hall.database, hall.data.path(), hall.clock()).await.unwrap();
        assert!(elsewhere.fleet().revoke(&"HP07".parse().unwrap(), hall.clock().now()).await.unwrap());
        for _ in 0..3 {
            let answer = terminal.get(UPDATES).await;
            assert_eq!((answer.status, answer.error()), (403, ErrorCode::Revoked));
        }
        assert_eq!(other.get(UPDATES).await.status, 200);
        assert!(!elsewhere.fleet().revoke(&"HP99".parse().unwrap(), hall.clock().now()).await.unwrap());
    }

    async fn a_heartbeat_is_seen_by_staff_and_tells_the_epoch(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let until = Some("2026-12-04".parse().unwrap());
        let slip = PrinterReport { outlet: "slip".into(), state: "paper-out".into(), until, cuts: 7, ..PrinterReport::default() };
        let heartbeat = Heartbeat { version: "1.2.3".into(), waiting: 4, printer: "paper-out".into(), printers: vec![slip], ..Heartbeat::default() };
        let answer = terminal.post(HEARTBEAT, &heartbeat).await;
        let reply: HeartbeatReply = answer.json();
        assert_eq!(reply.catalogue.0, 1);
        assert_eq!(answer.headers[EPOCH_HEADER], reply.epoch.to_string());
        assert_eq!(reply.epoch, terminal.enrolled.epoch);
        hall.hall.write_heartbeats().await;
        let listed = hall.store().fleet().terminals().await.unwrap();
        assert_eq!(listed[0].heartbeat, heartbeat.up_to_date());
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
