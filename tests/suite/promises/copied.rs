//! No number is given twice: not when the ledger is deleted, and not from a copy of a terminal's folder.

use super::bench::{Terminal, open};
use crate::programs::{Hall, Kiosk, json};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketPrefix;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use std::collections::HashSet;
use std::path::Path;

fn number(answer: serde_json::Value) -> String {
    answer["registration"].as_str().unwrap().to_owned()
}

/// Everything but what takes room for nothing.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let plain = entries.filter(|entry| entry.file_name() != "reserve" && entry.metadata().unwrap().is_file());
    plain
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

fn copy(folder: &Path) -> Kiosk {
    let copy = Kiosk { folder: tempfile::tempdir().unwrap() };
    for (name, bytes) in files(folder) {
        std::fs::write(copy.folder.path().join(name), bytes).unwrap();
    }
    copy
}

/// Whether it refuses to take an application, and says what to do.
fn refuses(kiosk: &Kiosk) -> bool {
    let output = kiosk.try_apply("HJ02", &kiosk.example("HJ02"));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    !output.status.success() && words.contains("sync --once")
}

#[test]
fn numbers_go_on_when_all_of_the_ledger_is_deleted() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    hall.stop();
    let folder = terminal.kiosk.folder.path();
    let mut given = HashSet::new();
    let mut tickets = HashSet::new();
    let identity = TerminalIdentity::load(folder).unwrap();
    let prefix = TicketPrefix::parse("A").unwrap();
    for _ in 0..3 {
        for _ in 0..2 {
            assert!(given.insert(number(terminal.kiosk.apply("HJ02"))), "a number was given twice");
            let ledger = open(folder, &identity, 0);
            let (ticket, _) =
                ledger.give_ticket(&prefix, Millis(1), jiff::civil::date(2026, 11, 21)).unwrap();
            assert!(tickets.insert(ticket.in_full()), "{ticket:?} was given twice");
        }
        for (name, _) in files(folder) {
            if name.starts_with("ledger.") {
                std::fs::remove_file(folder.join(name)).unwrap();
            }
        }
    }
    // And what is lost by it is counted and told.
    let findings = terminal.kiosk.try_command(&["doctor", "--json"]);
    let findings = String::from_utf8_lossy(&findings.stdout).into_owned();
    assert!(findings.contains("6 accepted applications cannot be read"), "{findings}");
}

#[test]
fn a_copy_gives_no_number_before_the_hall_was_heard_and_none_twice() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let mut given = HashSet::from([number(terminal.kiosk.apply("HJ02"))]);
    let kept = copy(terminal.kiosk.folder.path());
    // After the copy was made: one that the hall hears of, and some of which nobody does.
    given.insert(number(terminal.kiosk.apply("HJ02")));
    terminal.kiosk.command(&["sync", "--once"]);
    hall.stop();
    for _ in 0..3 {
        assert!(given.insert(number(terminal.kiosk.apply("HJ02"))));
    }
    assert!(refuses(&kept), "a copy gave a number without having heard of the hall");
    let doctor = kept.try_command(&["doctor", "--json"]);
    assert!(!doctor.status.success() && String::from_utf8_lossy(&doctor.stdout).contains("is a copy"));
    let _ = kept.try_command(&["sync", "--once"]);
    assert!(refuses(&kept), "an attempt in vain counted as one");
    hall.start_again();
    kept.command(&["sync", "--once"]);
    for _ in 0..3 {
        let new = number(kept.apply("HJ02"));
        assert!(given.insert(new.clone()), "{new} was given twice");
    }
    assert!(json(kept.prepared(&["sync", "--once", "--json"]).output().unwrap())["quarantined"] == 0);
    // The identity without its marks: nothing is known of what it gave.
    let bare = Kiosk { folder: tempfile::tempdir().unwrap() };
    for name in ["identity.json", "catalogue.sqlite"] {
        std::fs::copy(terminal.kiosk.folder.path().join(name), bare.folder.path().join(name)).unwrap();
    }
    assert!(refuses(&bare), "an identity without a mark gave a number");
    bare.command(&["sync", "--once"]);
    assert!(given.insert(number(bare.apply("HJ02"))));
}

/// A disk image, or bytes put into the very same files: nothing but the hall can tell.
#[test]
fn what_cannot_be_known_as_a_copy_goes_on_above_what_the_hall_knows() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let folder = terminal.kiosk.folder.path();
    let mut given = HashSet::from([number(terminal.kiosk.apply("HJ02"))]);
    let before = files(folder);
    for _ in 0..3 {
        given.insert(number(terminal.kiosk.apply("HJ02")));
    }
    terminal.kiosk.command(&["sync", "--once"]);
    for journal in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = std::fs::remove_file(folder.join(journal));
    }
    for (name, bytes) in before {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    terminal.kiosk.command(&["sync", "--once"]);
    let next = number(terminal.kiosk.apply("HJ02"));
    assert!(given.insert(next.clone()), "{next} was given twice");
    terminal.kiosk.command(&["sync", "--once"]);
    assert_eq!(hall.cases().len(), 5, "one of them is a conflict");
}
