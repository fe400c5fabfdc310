//! Applications on their way to the hall.

use super::stub::{Asked, Fault, Stub, error};
use super::*;
use crate::catalogue::testing::hall;
use crate::ledger::OutboxState;
use bianmin_protocol::form::{FieldError, FieldErrorCode};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{
    APPLICATIONS, Acknowledgement, ApplicationOutcome, BATCH_LIMIT, ENROL, ErrorCode, MEDIA_TYPE, Refusal,
};

const HTML: &[u8] = b"<html>Please log in</html>";

fn concerns(id: ApplicationId, fault: Fault) -> impl FnMut(&Asked) -> Option<Fault> + Send {
    move |asked| asked.applications.contains(&id).then(|| fault.clone())
}

fn submissions(fault: Fault) -> impl FnMut(&Asked) -> Option<Fault> + Send {
    move |asked| (!asked.applications.is_empty()).then(|| fault.clone())
}

#[tokio::test]
async fn everything_that_waits_goes_over_one_connection() {
    let mut terminal = Terminal::new().await;
    let accepted: Vec<_> = (0..150).map(|_| terminal.accept()).collect();
    let report = terminal.sync().await;
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!(summary(&report), (150, 150, 0, 0));
    let state = terminal.hall.state();
    assert_eq!((state.cases.len(), state.received, state.connections), (150, 150, 1));
    let batches: Vec<_> =
        state.log.iter().map(|asked| asked.applications.len()).filter(|size| *size > 0).collect();
    assert!(batches.iter().all(|size| *size <= BATCH_LIMIT), "{batches:?}");
    let first = terminal.ledger.record(&accepted[0].registration).unwrap().unwrap();
    assert_eq!(first.state, OutboxState::Acknowledged);
    assert!(first.case_number.is_some());
}

#[tokio::test]
async fn each_refusal_goes_to_quarantine_with_its_reason_and_the_rest_goes_on() {
    let reasons = [
        Refusal::Malformed {},
        Refusal::WrongTerminal {},
        Refusal::Conflict {},
        Refusal::TooLarge {},
        Refusal::UnknownItem {},
        Refusal::Invalid {
            errors: vec![FieldError { field: "applicant_name".into(), code: FieldErrorCode::Required }],
        },
    ];
    for alone in [false, true] {
        for reason in &reasons {
            let mut terminal = Terminal::new().await;
            let bad = terminal.accept();
            if !alone {
                // The stub answers alike for a whole request, so the bad one goes first and by itself.
                terminal.syncer.outbox = Outbox::single();
                terminal.accept();
                terminal.accept();
            }
            let outcome = ApplicationOutcome::Refused { reason: reason.clone() };
            terminal.hall.fail(concerns(bad.application_id, Fault::Outcome(outcome)));
            let report = terminal.sync().await;
            let others = if alone { 0 } else { 2 };
            assert_eq!(summary(&report), (others + 1, others, 1, 0), "{reason:?}");
            assert!(report.failure.is_none());
            let record = terminal.ledger.record(&bad.registration).unwrap().unwrap();
            assert_eq!(record.state, OutboxState::Quarantined);
            assert_eq!(record.reason.unwrap().key(), reason.key());
        }
    }
}

#[tokio::test]
async fn one_bad_application_in_a_batch_is_found_by_halves() {
    for (status, code, quarantined) in [
        (400, ErrorCode::BadRequest, true),
        (413, ErrorCode::TooLarge, true),
        (500, ErrorCode::Unavailable, false),
    ] {
        let mut terminal = Terminal::new().await;
        let accepted: Vec<_> = (0..20).map(|_| terminal.accept()).collect();
        let bad = &accepted[7];
        terminal.hall.fail(concerns(bad.application_id, error(status, code)));
        let report = terminal.sync().await;
        assert_eq!(report.failure.is_none(), quarantined, "what is left behind is told");
        assert_eq!(terminal.reachable(), Reachable::Online);
        assert_eq!(summary(&report), (20, 19, u32::from(quarantined), u32::from(!quarantined)), "{status}");
        // Once the hall is repaired, the one that was left behind goes too.
        terminal.hall.repair();
        let report = terminal.sync().await;
        assert_eq!((report.acknowledged, report.waiting), (u32::from(!quarantined), 0), "{status}");
    }
}

#[tokio::test]
async fn what_a_proxy_says_is_no_reason_for_quarantine() {
    for status in [400, 413, 422, 500] {
        let mut terminal = Terminal::new().await;
        let accepted: Vec<_> = (0..6).map(|_| terminal.accept()).collect();
        let fault = Fault::Answer(status, "text/html", HTML.to_vec());
        terminal.hall.fail(concerns(accepted[0].application_id, fault));
        let report = terminal.sync().await;
        assert_eq!(summary(&report), (6, 5, 0, 1), "{status}");
        terminal.hall.repair();
        assert_eq!(summary(&terminal.sync().await), (1, 1, 0, 0));
    }
}

#[tokio::test]
async fn what_happens_on_the_way_is_no_reason_for_quarantine() {
    // A hall that gives up on a slow line, and a body that was damaged on its way, once.
    let slow = |_: &Asked| Some(error(408, ErrorCode::BadRequest));
    let mut times = 1;
    let damaged = move |_: &Asked| {
        times -= 1;
        (times >= 0).then(|| error(400, ErrorCode::BadRequest))
    };
    for (count, mut fault) in [
        (1, Box::new(slow) as Box<dyn FnMut(&Asked) -> _ + Send>),
        (20, Box::new(slow)),
        (1, Box::new(damaged)),
    ] {
        let mut terminal = Terminal::new().await;
        for _ in 0..count {
            terminal.accept();
        }
        terminal.hall.fail(move |asked| if asked.applications.is_empty() { None } else { fault(asked) });
        for _ in 0..2 {
            assert_eq!(terminal.sync().await.quarantined, 0);
        }
        terminal.hall.repair();
        terminal.sync().await;
        assert_eq!(terminal.ledger.counts().unwrap().acknowledged, count);
    }
}

#[tokio::test]
async fn a_hall_that_chokes_on_everything_is_left_alone() {
    let mut terminal = Terminal::new().await;
    for _ in 0..100 {
        terminal.accept();
    }
    terminal.hall.fail(submissions(error(500, ErrorCode::Unavailable)));
    let report = terminal.sync().await;
    assert!(report.failure.is_some());
    assert_eq!((report.acknowledged, report.quarantined, report.waiting), (0, 0, 100));
    let asked = terminal.hall.lines().iter().filter(|line| line.ends_with(APPLICATIONS)).count();
    assert!(asked < 20, "{asked} requests to a hall that is not well");
    terminal.hall.repair();
    assert_eq!(terminal.sync().await.waiting, 0);
}

#[tokio::test]
async fn a_hall_that_says_later_is_asked_later() {
    let mut terminal = Terminal::new().await;
    for _ in 0..BATCH_LIMIT * 2 {
        terminal.accept();
    }
    terminal.hall.fail(submissions(Fault::Outcome(ApplicationOutcome::Later {})));
    let report = terminal.sync().await;
    assert_eq!((report.acknowledged, report.quarantined, report.waiting), (0, 0, BATCH_LIMIT as u32 * 2));
    assert_eq!(pace(&report), Pace::Retry);
    terminal.hall.repair();
    assert_eq!(terminal.sync().await.waiting, 0);
}

#[tokio::test]
async fn an_application_on_which_the_hall_hangs_does_not_block_the_others() {
    let mut terminal = Terminal::new().await;
    let bad = terminal.accept();
    for _ in 0..5 {
        terminal.accept();
    }
    terminal.hall.fail(concerns(bad.application_id, Fault::CutAfter(0)));
    let mut waiting = Vec::new();
    while waiting.last() != Some(&1) {
        assert!(waiting.len() < 30, "{waiting:?}");
        let report = terminal.sync().await;
        assert!(report.failure.is_some());
        waiting.push(report.waiting);
    }
    terminal.hall.state().log.clear();
    terminal.sync().await;
    assert!(terminal.hall.lines().iter().any(|line| line.contains("/updates")), "nor news");
    terminal.hall.repair();
    assert_eq!(terminal.sync().await.waiting, 0);
}

#[tokio::test]
async fn something_else_that_answers_takes_nothing_and_is_told_apart() {
    let elsewhere = Stub::start().await;
    let faults = [
        Fault::Answer(200, "text/html; charset=utf-8", HTML.to_vec()),
        Fault::Answer(200, "application/json", b"{\"outcomes\":[]}".to_vec()),
        Fault::Answer(511, "text/html", HTML.to_vec()),
        Fault::Redirect(format!("{}{APPLICATIONS}", elsewhere.url())),
        Fault::Redirect("/login".to_owned()),
        Fault::Answer(200, MEDIA_TYPE, HTML.to_vec()),
        Fault::Answer(200, MEDIA_TYPE, vec![b' '; bianmin_protocol::v1::ANSWER_LIMIT + 1]),
    ];
    for fault in faults {
        let mut terminal = Terminal::new().await;
        terminal.accept();
        terminal.accept();
        let everywhere = fault.clone();
        terminal.hall.fail(move |_| Some(everywhere.clone()));
        let report = terminal.sync().await;
        assert_eq!(summary(&report), (0, 0, 0, 2), "{fault:?}");
        assert_eq!(terminal.reachable(), Reachable::NotTheHall);
        // Also when it steps in only after the heartbeat.
        terminal.hall.fail(submissions(fault.clone()));
        let report = terminal.sync().await;
        assert!(report.failure.is_some());
        assert_eq!((report.acknowledged, report.quarantined, report.waiting), (0, 0, 2));
        terminal.hall.repair();
        assert_eq!(summary(&terminal.sync().await), (2, 2, 0, 0));
        assert_eq!(terminal.reachable(), Reachable::Online);
    }
    assert!(elsewhere.lines().is_empty(), "nothing is sent where a redirect points");
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let terminal = Terminal::new().await;
    let client = terminal.syncer.client();
    assert!(client.health().await.is_ok());
    let mut padded = serde_json::to_vec(&client.health().await.unwrap()).unwrap();
    padded.resize(bianmin_protocol::v1::ANSWER_LIMIT, b' ');
    for (more, fits) in [(0, true), (1, false)] {
        padded.resize(padded.len() + more, b' ');
        let long = Fault::Answer(200, MEDIA_TYPE, padded.clone());
        terminal.hall.fail(move |_| Some(long.clone()));
        let answer = client.health().await;
        assert_eq!(answer.err(), (!fits).then_some(HallError::AnswerTooLarge));
    }
    terminal.hall.fail(|_| Some(Fault::Endless));
    assert_eq!(client.health().await.err(), Some(HallError::AnswerTooLarge));
}

#[tokio::test]
async fn a_lost_answer_costs_nothing_and_doubles_nothing() {
    for bytes in [0, 1, 20, 90, 200, 900] {
        let mut terminal = Terminal::new().await;
        let accepted: Vec<_> = (0..3).map(|_| terminal.accept()).collect();
        let mut broken = 2;
        terminal.hall.fail(move |asked| {
            let breaks = !asked.applications.is_empty() && broken > 0;
            broken -= i32::from(breaks);
            breaks.then_some(Fault::CutAfter(bytes))
        });
        let mut attempts = 0;
        while terminal.sync().await.waiting > 0 {
            attempts += 1;
            assert!(attempts < 10);
        }
        assert!(attempts > 0, "an answer cut after {bytes} bytes is none");
        assert_eq!(terminal.hall.state().cases.len(), 3);
        for accepted in accepted {
            let record = terminal.ledger.record(&accepted.registration).unwrap().unwrap();
            assert_eq!(record.state, OutboxState::Acknowledged);
        }
    }
}

#[tokio::test]
async fn no_answer_at_all_is_given_up_in_time() {
    for fault in [Fault::Silence, Fault::Drip] {
        let mut terminal = Terminal::new().await;
        terminal.accept();
        terminal.hall.fail(submissions(fault));
        let report = terminal.sync().await;
        assert!(matches!(report.failure, Some(SyncError::Hall(HallError::Unreachable { .. }))));
        assert_eq!((report.acknowledged, report.waiting), (0, 1));
        assert_eq!(terminal.reachable(), Reachable::Offline);
        assert!(!terminal.syncer.state.borrow().sending, "a sending state that ends");
        terminal.hall.repair();
        assert_eq!(summary(&terminal.sync().await), (1, 1, 0, 0));
    }
}

#[tokio::test]
async fn an_acknowledgement_that_is_not_the_halls_for_this_application_removes_nothing() {
    let forgeries: [fn(Acknowledgement) -> bianmin_protocol::v1::SignedAcknowledgement; 4] = [
        |genuine| genuine.sign(&SigningKey::from_bytes(&[8; 32]).unwrap()),
        |genuine| Acknowledgement { application_id: ApplicationId::new(), ..genuine }.sign(&hall()),
        |genuine| {
            Acknowledgement { content: bianmin_protocol::bytes::Digest([0; 32]), ..genuine }.sign(&hall())
        },
        |genuine| {
            let mut signed = genuine.sign(&hall());
            signed.acknowledgement.0[20] ^= 1;
            signed
        },
    ];
    for forge in forgeries {
        let mut terminal = Terminal::new().await;
        terminal.accept();
        terminal.accept();
        terminal.hall.fail(submissions(Fault::Forge(forge)));
        let report = terminal.sync().await;
        assert_eq!((report.acknowledged, report.quarantined, report.waiting), (0, 0, 2));
        assert_eq!(pace(&report), Pace::Retry);
        terminal.hall.repair();
        assert_eq!(terminal.sync().await.waiting, 0);
    }
}

#[tokio::test]
async fn a_wrong_clock_is_put_right_by_the_halls() {
    for (own, ahead) in [(0, 0), (-3_600, 0), (10 * 365 * 86_400, 0), (0, -9_000_000)] {
        let mut terminal = Terminal::new().await;
        terminal.accept();
        let offset =
            if ahead == 0 && own == 0 { -terminal.clock.load(Ordering::Relaxed) } else { own * 1000 };
        terminal.clock.fetch_add(offset, Ordering::Relaxed);
        terminal.hall.state().ahead = ahead;
        let report = terminal.sync().await;
        assert_eq!(summary(&report), (1, 1, 0, 0), "{own} {ahead}: {:?}", report.failure);
        // The terminal's clock jumps between two requests; the hall's was learnt.
        terminal.clock.fetch_add(86_400_000, Ordering::Relaxed);
        terminal.accept();
        let before = terminal.hall.lines().len();
        terminal.sync().await;
        assert_eq!(terminal.hall.lines().len() - before, 3, "no request had to be signed twice");
    }
}

#[tokio::test]
async fn a_request_taken_for_a_replay_is_signed_anew() {
    let mut terminal = Terminal::new().await;
    terminal.accept();
    let mut once = true;
    terminal.hall.fail(move |asked| {
        (!asked.applications.is_empty() && std::mem::take(&mut once)).then(|| error(401, ErrorCode::Replay))
    });
    assert_eq!(summary(&terminal.sync().await), (1, 1, 0, 0));
}

#[tokio::test]
async fn a_revoked_terminal_stops_sending_and_says_so() {
    for (status, code) in [(403, ErrorCode::Revoked), (401, ErrorCode::Unauthorised)] {
        let mut terminal = Terminal::new().await;
        terminal.accept();
        terminal.hall.fail(move |_| Some(error(status, code)));
        let report = terminal.sync().await;
        assert!(matches!(report.failure, Some(SyncError::Hall(HallError::Revoked))));
        assert_eq!(summary(&report), (0, 0, 0, 1));
        assert_eq!(terminal.reachable(), Reachable::Revoked);
        assert_eq!(pace(&report), Pace::Slow);
        // Anybody on the line can say so: only the hall's signed word closes a terminal.
        assert_eq!(terminal.ledger.intake(), crate::ledger::Intake::Open);
        assert!(!terminal.hall.lines().iter().any(|line| line.ends_with(APPLICATIONS)));
    }
}

#[tokio::test]
async fn a_restored_hall_gets_again_what_it_lost() {
    let mut terminal = Terminal::new().await;
    for _ in 0..70 {
        terminal.accept();
    }
    terminal.sync().await;
    {
        let mut state = terminal.hall.state();
        let lost: Vec<_> = state.cases.keys().copied().take(30).collect();
        for id in lost {
            state.cases.remove(&id);
        }
        state.epoch = Epoch(uuid::Uuid::from_u128(2));
    }
    let report = terminal.sync().await;
    assert!(report.failure.is_none());
    assert_eq!(report.waiting, 0);
    assert_eq!(terminal.hall.state().cases.len(), 70);
    let received = terminal.hall.state().received;
    terminal.sync().await;
    assert_eq!(terminal.hall.state().received, received, "and only once");
}

#[tokio::test]
async fn a_hall_whose_epoch_never_stays_does_not_keep_the_terminal_busy_for_ever() {
    let mut terminal = Terminal::new().await;
    for _ in 0..70 {
        terminal.accept();
    }
    let state = terminal.hall.clone();
    let mut number = 10;
    terminal.hall.fail(move |_| {
        number += 1;
        // The state is locked while a fault is chosen, so the next request sees it.
        let state = state.clone();
        tokio::spawn(async move { state.state().epoch = Epoch(uuid::Uuid::from_u128(number)) });
        None
    });
    terminal.sync().await;
    let asked = terminal.hall.lines().len();
    assert!(asked < 100, "{asked} requests");
}

#[tokio::test]
async fn the_loop_sends_at_once_and_comes_back_by_itself() {
    let terminal = Terminal::new().await;
    let handle = terminal.syncer.handle();
    let (accepted_before, hall) = (terminal.accept(), terminal.hall.clone());
    let Terminal { syncer, ledger, catalogue, clock, item, fields, folder, .. } = terminal;
    let task = tokio::spawn(syncer.run());
    until("what waited is with the hall", || hall.state().cases.len() == 1).await;
    let spare = Terminal {
        syncer: Syncer::new(ledger.clone(), catalogue.clone(), &Settings::default(), Environment::default())
            .unwrap(),
        hall: hall.clone(),
        ledger: ledger.clone(),
        catalogue,
        clock,
        item,
        fields,
        folder,
    };
    let state = handle.state();
    until("online", || state.borrow().reachable == Reachable::Online && !state.borrow().sending).await;
    assert!(state.borrow().last_contact.is_some());
    // The idle wait is a minute: only the commit can wake it.
    spare.accept();
    until("the new one is with the hall", || hall.state().cases.len() == 2).await;
    // Nothing gets through for a while. With these random numbers every wait is the shortest.
    hall.fail(|_| Some(Fault::Drop));
    spare.accept();
    until("offline", || state.borrow().reachable == Reachable::Offline).await;
    hall.repair();
    until("all are with the hall", || hall.state().cases.len() == 3).await;
    until("all are acknowledged", || ledger.counts().unwrap().waiting == 0).await;
    let record = ledger.record(&accepted_before.registration).unwrap().unwrap();
    assert_eq!(record.state, OutboxState::Acknowledged);
    task.abort();
}

#[tokio::test]
async fn a_thousand_that_waited_for_three_days_all_go() {
    let mut terminal = Terminal::new().await;
    for _ in 0..1_000 {
        terminal.accept();
    }
    // What three days of failing leave behind: the smallest window.
    terminal.syncer.outbox = Outbox::single();
    let report = terminal.sync().await;
    assert_eq!(summary(&report), (1_000, 1_000, 0, 0));
    assert_eq!(terminal.hall.state().connections, 1);
    let asked = terminal.hall.lines().iter().filter(|line| line.ends_with(APPLICATIONS)).count();
    assert!(asked < 60, "{asked} requests");
}

#[tokio::test]
async fn enrolment_takes_only_a_certificate_for_its_own_key() {
    let hall = Stub::start().await;
    let settings = Settings::default();
    let key = SigningKey::from_bytes(&[5; 32]).unwrap();
    let identity = enrol(&hall.url(), " CODE ", key.clone(), &settings).await.unwrap();
    assert_eq!(identity.enrolled.certificate.key, key.public());
    let wrong = enrol(&hall.url(), "OTHER", key.clone(), &settings).await;
    assert!(matches!(wrong, Err(SetupError::WrongCertificate)), "{wrong:?}");
    hall.fail(|asked| asked.line.ends_with(ENROL).then(|| error(400, ErrorCode::BadCode)));
    assert!(matches!(enrol(&hall.url(), "USED", key.clone(), &settings).await, Err(SetupError::BadCode)));
    hall.fail(|_| Some(Fault::Answer(200, "text/html", HTML.to_vec())));
    let portal = enrol(&hall.url(), "CODE", key, &settings).await;
    assert!(matches!(portal, Err(SetupError::Hall(HallError::NotTheHall { status: 200 }))), "{portal:?}");
}

#[test]
fn only_an_encrypted_or_local_hall_is_talked_to() {
    let client = |url: &str, plain_http| {
        let settings = Settings { plain_http, ..Settings::default() };
        HallClient::unsigned(url, &settings, Environment::default()).map(|_| ())
    };
    for fine in ["http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1"] {
        assert!(client(fine, false).is_ok(), "{fine}");
    }
    assert!(matches!(client("http://10.0.0.1", false), Err(SetupError::Plain(_))));
    assert!(client("http://10.0.0.1", true).is_ok());
    for bad in ["", "hall.example", "ftp://hall.example", "http://localhost@evil.example/", "https://h/?a=b"]
    {
        assert!(matches!(client(bad, true), Err(SetupError::Address(_))), "{bad}");
    }
    let settings = Settings { extra_ca: Some("/nonexistent.pem".into()), ..Settings::default() };
    let missing = HallClient::unsigned("https://hall.example", &settings, Environment::default());
    assert!(matches!(missing, Err(SetupError::Authorities { .. })));
}
