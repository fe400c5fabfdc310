//! A terminal that gets a newer program keeps its queue: every released ledger migrates with everything still there
//! and sendable, a kill in mid-migration leaves one state or the other, and a ledger that is newer than the program
//! is refused and left as it is.

use super::bench::{open, try_open};
use crate::programs::{fixture, halted, json, program};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::seal::SealSecretKey;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::ledger::{JobState, LedgerError, OutboxState, Reason};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A copy of a released ledger: it must stay as it was released.
fn released(version: &str) -> (TempDir, TerminalIdentity) {
    let folder = tempfile::tempdir().unwrap();
    for file in ["identity.json", "ledger.sqlite", "ledger.mark"] {
        std::fs::copy(fixture(version).join(file), folder.path().join(file)).unwrap();
    }
    let identity = TerminalIdentity::load(folder.path()).unwrap();
    (folder, identity)
}

/// Everything that was accepted is there, stands where it stood, and opens at the hall.
#[track_caller]
fn all_there(folder: &Path, identity: &TerminalIdentity, when: &str) {
    let ledger = open(folder, identity, 0);
    assert_eq!(ledger.missing().unwrap(), 0, "{when}");
    let records = ledger.records().unwrap();
    let states: Vec<OutboxState> = records.iter().map(|record| record.state).collect();
    use OutboxState::{Acknowledged, Quarantined, Waiting};
    assert_eq!(states, [Acknowledged, Acknowledged, Quarantined, Waiting, Waiting, Waiting], "{when}");
    assert!(records[..2].iter().all(|record| record.case_number.is_some()), "{when}");
    assert!(matches!(records[2].reason, Some(Reason::Refused { .. })), "{when}");
    let waiting = ledger.waiting(100).unwrap();
    let hall = SealSecretKey::from_bytes(&[2; 32]).unwrap();
    assert_eq!(waiting.len(), 3, "{when}: the queue is not what it was");
    for (waiting, record) in waiting.iter().zip(&records[3..]) {
        assert_eq!(waiting.application_id, record.application_id, "{when}");
        assert!(waiting.envelope.open(&hall).is_ok(), "{when}: the hall cannot open it");
    }
    // What was attached to the two that the hall has still has to be sent.
    assert_eq!(ledger.chunks_waiting(10).unwrap().len(), 1, "{when}");
    let jobs: Vec<Vec<JobState>> = records
        .iter()
        .map(|record| {
            ledger.jobs(&record.registration).unwrap().into_iter().map(|job| job.status.state).collect()
        })
        .collect();
    use JobState::{Failed, Intent, Printed, Sent, Unknown};
    let expected: [&[JobState]; 6] =
        [&[Printed, Printed], &[Failed], &[Unknown], &[Sent], &[Intent], &[Intent]];
    assert_eq!(jobs, expected, "{when}: the print journal is not what it was");
    // The refused one can be tried again.
    assert_eq!(ledger.retry(None).unwrap(), 1, "{when}");
}

#[test]
fn a_released_ledger_migrates_with_its_queue() {
    let (folder, identity) = released("ledger-001");
    let hall = SigningKey::from_bytes(&[1; 32]).unwrap();
    assert_eq!(identity.enrolled.hall_key, hall.public());
    all_there(folder.path(), &identity, "migrated");
}

/// The program while it migrates this ledger.
fn migrating(folder: &Path) -> Command {
    let mut command = Command::new(program("bianmin-kiosk"));
    command.args(["outbox", "list", "--data"]).arg(folder).env_remove("BIANMIN_CONFIG");
    command
}

#[test]
fn a_kill_in_mid_migration_leaves_either_state_and_then_it_completes() {
    for migration in [2, 3] {
        let mut seen = 0;
        for step in 1.. {
            let (folder, identity) = released("ledger-001");
            let point = format!("migration {migration} step {step}");
            // Behind the last step the program goes on to its end.
            if !halted(migrating(folder.path()), &point) {
                break;
            }
            seen = step;
            all_there(folder.path(), &identity, &point);
        }
        assert!(seen >= 4, "only {seen} steps of migration {migration} were interrupted");
        let (folder, identity) = released("ledger-001");
        let point = format!("migration {migration} done");
        assert!(halted(migrating(folder.path()), &point));
        all_there(folder.path(), &identity, &point);
    }
}

#[test]
fn a_ledger_of_a_newer_program_is_refused_and_left_as_it_is() {
    let (folder, identity) = released("ledger-001");
    drop(open(folder.path(), &identity, 0));
    let file = folder.path().join("ledger.sqlite");
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer.execute_batch("CREATE TABLE of_the_future (it INTEGER); PRAGMA user_version = 99").unwrap();
    drop(newer);
    let before = std::fs::read(&file).unwrap();
    let refused = try_open(folder.path(), &identity, 0).unwrap_err();
    assert!(matches!(refused, LedgerError::Newer { found: 99, .. }), "{refused}");
    assert!(refused.to_string().contains("newer version"), "{refused}");
    assert_eq!(std::fs::read(&file).unwrap(), before, "it was touched");
    assert!(!folder.path().join("damaged-1").exists(), "it was set aside");
}

/// A hall that was released goes on with its cases, its terminals and its keys.
#[test]
fn a_released_hall_migrates_with_its_cases() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["hall.key", "hall.mark", "hall.pub", "seal.key", "seal.pub"] {
        std::fs::copy(fixture("hall-0001").join(file), folder.path().join(file)).unwrap();
        // As the released hall left its keys; a checkout does not keep that.
        std::fs::set_permissions(folder.path().join(file), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let packed = std::fs::read(fixture("hall-0001").join("hall.sqlite.zst")).unwrap();
    std::fs::write(folder.path().join("hall.sqlite"), zstd::decode_all(&packed[..]).unwrap()).unwrap();
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(program("bianmin-hall"));
        json(command.args(arguments).arg("--json").arg("--data").arg(folder.path()).output().unwrap())
    };
    let cases = ask(&["case", "list"]);
    let received: Vec<&str> =
        cases.as_array().unwrap().iter().map(|case| case["state"].as_str().unwrap()).collect();
    assert_eq!(received, ["received"; 3]);
    let terminals = ask(&["terminal", "list"]);
    assert_eq!(terminals[0]["terminal"], "ZD01");
    assert_eq!(terminals[0]["heartbeat"]["waiting"], 3);
    // Its cases had no events; they begin with where they stood, and silence counts from now on.
    assert_eq!(ask(&["audit", "verify"])["without_events"], 3);
    assert_eq!(ask(&["case", "due"])["accepted_by_silence"], serde_json::json!([]));
    let report = ask(&["audit", "verify"]);
    assert_eq!((&report["without_events"], &report["streams"]), (&0.into(), &3.into()));
    let cases = ask(&["case", "list"]);
    assert!(cases.as_array().unwrap().iter().all(|case| case["due"].is_string() && case["department"] != ""));
    // What it opens once it opens again: the migration is not done twice.
    assert_eq!(ask(&["case", "list"]), cases);
}
