//! What the hall tells: without a hole, of whatever kind, and from a hall of 0.1.0 too.

#[path = "../../../../tests/fixtures/wire-0.1.0/frozen.rs"]
mod frozen;

use super::stub::Fault;
use super::*;
use crate::ledger::{ChangeCursor, ChangeRun};
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::change::ChangeEntry;
use bianmin_protocol::ids::CaseNumber;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{DeviceFact, Heartbeat, MEDIA_TYPE};

fn update(cursor: u64, registration: &RegistrationNumber) -> CaseUpdate {
    CaseUpdate {
        cursor,
        progress: Progress {
            registration: registration.clone(),
            case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
            item_name: "户口迁移".into(),
            state: if cursor.is_multiple_of(2) { CaseState::Accepted } else { CaseState::Received },
            received_at: Millis(1),
            changed_at: Millis(cursor as i64),
            promised_days: 5,
            day_type: bianmin_protocol::catalogue::DayType::Working,
            remark: String::new(),
        },
    }
}

fn unknown(cursor: u64) -> ChangeEntry {
    ChangeEntry::read(cursor, "weather".into(), serde_json::json!({ "state": "rain" }))
}

fn cursor(terminal: &Terminal) -> ChangeCursor {
    terminal.ledger.change_cursor().unwrap()
}

fn state(terminal: &Terminal, accepted: &Accepted) -> CaseState {
    terminal.ledger.record(&accepted.registration).unwrap().unwrap().progress.unwrap().state
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/wire-0.1.0");
    std::fs::read(folder.join(format!("{name}.json"))).unwrap()
}

#[tokio::test]
async fn changes_come_without_a_hole() {
    let mut terminal = Terminal::new().await;
    let accepted = terminal.accept();
    terminal.hall.state().page = 7;
    let changes =
        |numbers: &[u64]| numbers.iter().map(|at| update(*at, &accepted.registration).into()).collect();
    let all: Vec<u64> = (1..=40).collect();
    terminal.hall.state().changes = changes(&all);
    // The line breaks in the middle of the third page.
    let mut pages = 0;
    terminal.hall.fail(move |asked| {
        pages += i32::from(asked.line.contains("/updates"));
        (asked.line.contains("/updates") && pages == 3).then_some(Fault::CutAfter(400))
    });
    assert!(terminal.sync().await.failure.is_some());
    assert_eq!(cursor(&terminal).after, 14);
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(cursor(&terminal).after, 40);
    assert_eq!(state(&terminal, &accepted), CaseState::Accepted);
    // A hall that leaves one out: what comes before the hole is kept, and asked for again from there.
    terminal.hall.state().changes = changes(&[41, 42, 44, 45]);
    terminal.sync().await;
    assert_eq!(cursor(&terminal).after, 42);
    terminal.hall.state().changes = changes(&[41, 42, 43, 44, 45]);
    terminal.sync().await;
    assert_eq!(cursor(&terminal), ChangeCursor { run: ChangeRun::All, after: 45 });
}

#[tokio::test]
async fn a_change_of_an_unknown_kind_is_counted_and_stops_nothing() {
    let mut terminal = Terminal::new().await;
    let accepted = terminal.accept();
    let number = &accepted.registration;
    terminal.hall.state().changes =
        vec![unknown(1), update(2, number).into(), unknown(3), update(4, number).into(), unknown(5)];
    terminal.hall.state().page = 2;
    let report = terminal.sync().await;
    assert!(report.failure.is_none());
    assert_eq!(report.unknown_changes, 3);
    assert_eq!(cursor(&terminal).after, 5);
    assert_eq!(state(&terminal, &accepted), CaseState::Accepted);
    assert_eq!(terminal.sync().await.unknown_changes, 0, "once");
}

#[tokio::test]
async fn a_hall_of_0_1_0_tells_of_cases_and_goes_on_when_it_is_updated() {
    let mut terminal = Terminal::new().await;
    let accepted = terminal.accept();
    {
        let mut state = terminal.hall.state();
        state.is_of_0_1_0 = true;
        state.updates = (1..=5).map(|cursor| update(cursor, &accepted.registration)).collect();
        state.page = 2;
    }
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(cursor(&terminal), ChangeCursor { run: ChangeRun::Cases, after: 5 });
    assert_eq!(state(&terminal, &accepted), CaseState::Received);
    // The hall is updated, and has numbered two changes in between that 0.1.0 could not have told.
    let number = &accepted.registration;
    terminal.hall.state().is_of_0_1_0 = false;
    terminal.hall.state().changes = (1..=5)
        .map(|cursor| update(cursor, number).into())
        .chain([unknown(6), unknown(7), update(8, number).into()])
        .collect();
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(cursor(&terminal), ChangeCursor { run: ChangeRun::All, after: 8 });
    assert_eq!(state(&terminal, &accepted), CaseState::Accepted);
    // Whoever now answers as a hall of 0.1.0 would, even with what it once signed, is not believed: the cursors differ.
    {
        let mut state = terminal.hall.state();
        state.is_of_0_1_0 = true;
        state.updates = (6..=9).map(|cursor| update(cursor, number)).collect();
    }
    terminal.sync().await;
    assert_eq!(cursor(&terminal), ChangeCursor { run: ChangeRun::All, after: 8 });
    assert_eq!(state(&terminal, &accepted), CaseState::Accepted);
}

/// The very bytes that a hall of 0.1.0 sent.
#[tokio::test]
async fn answers_that_a_hall_of_0_1_0_sent_are_understood() {
    let mut terminal = Terminal::new().await;
    let accepted = terminal.accept();
    assert_eq!(accepted.registration.sequence(), 1, "the fixture is about this one");
    terminal.hall.fail(|asked| {
        let name = match asked.line.as_str() {
            "POST /v1/heartbeat" => "heartbeat-reply",
            line if line.contains("/updates?after=0") => "updates",
            _ => return None,
        };
        Some(Fault::Answer(200, MEDIA_TYPE, fixture(name)))
    });
    // Another answer names the epoch, in which the page counts.
    let report = terminal.sync().await;
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!(report.acknowledged, 1);
    assert_eq!(cursor(&terminal), ChangeCursor { run: ChangeRun::Cases, after: 3 });
    assert_eq!(state(&terminal, &accepted), CaseState::Accepted);
}

#[tokio::test]
async fn a_hall_of_0_1_0_reads_what_is_said_of_devices_as_far_as_it_knows_them() {
    let terminal = Terminal::new().await;
    let said: Heartbeat = serde_json::from_slice(&fixture("heartbeat")).unwrap();
    let mut devices = said.up_to_date().devices;
    let facts = [("reads".to_owned(), DeviceFact::Number(7))].into();
    devices.push(DeviceReport { kind: "scanner".into(), name: String::new(), state: "ready".into(), facts });
    let vitals = Vitals { printer: "paper-low".into(), intake_open: true, devices: devices.clone() };
    let mut syncer = terminal.syncer.with_vitals(watch::channel(vitals).1);
    assert!(syncer.sync_once().await.failure.is_none());
    let sent = terminal.hall.state().heartbeat.clone().unwrap();
    assert_eq!(sent.devices, devices);
    let read: frozen::Heartbeat = frozen::read(&serde_json::to_vec(&sent).unwrap());
    assert!(read.is_acceptable());
    let printers: Vec<_> = read.printers.iter().map(|one| (one.outlet.as_str(), one.cuts)).collect();
    assert_eq!(printers, [("slip", 420), ("page", 0)]);
    // And asks it in a way that it understands: a hall skips what it does not know of a question.
    let asked = terminal.hall.lines().into_iter().find(|line| line.contains("/updates")).unwrap();
    assert_eq!(asked, "GET /v1/updates?after=0&signed=true&changes=true");
}
