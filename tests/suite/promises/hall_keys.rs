//! A hall whose key or database is gone says so and does not start. With a new one in its place everything that was
//! sealed to it, or signed with it, would be lost without a word.

use super::bench::Terminal;
use super::idempotency::{Copies, acknowledged};
use crate::programs::{Hall, eventually};
use std::path::Path;

/// What every command says that opens keys and database, as `serve` does.
#[track_caller]
fn report(hall: &Hall) -> String {
    let output = hall.output(&["case", "list"]);
    assert!(!output.status.success(), "it goes on with a new one");
    let report = String::from_utf8(output.stderr).unwrap();
    assert_eq!(report.lines().count(), 1, "{report}");
    report
}

#[test]
fn a_key_or_database_that_is_gone_is_told_and_never_made_anew_unasked() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let copies = Copies::of(&terminal);
    let envelope = copies.envelope();
    let first = acknowledged(&copies, &copies.send(&hall.url, &envelope).unwrap());
    hall.stop();
    let data = hall.folder.path().to_owned();
    for (gone, remedy) in
        [("hall.key", "keys accept"), ("seal.key", "keys accept"), ("hall.sqlite", "database new")]
    {
        std::fs::rename(data.join(gone), data.join("away")).unwrap();
        let report = report(&hall);
        assert!(report.contains(data.join(gone).to_str().unwrap()) && report.contains(remedy), "{report}");
        assert!(!data.join(gone).exists());
        std::fs::rename(data.join("away"), data.join(gone)).unwrap();
    }
    hall.start_again();
    assert_eq!(acknowledged(&copies, &copies.send(&hall.url, &envelope).unwrap()), first);
}

#[test]
fn a_key_that_comes_back_opens_what_waited_for_it_and_its_terminal_learns_of_it() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let data = hall.folder.path().to_owned();
    let change = |hall: &mut Hall, change: &dyn Fn(&Path)| {
        hall.stop();
        change(&data);
        hall.command(&["keys", "accept"]);
        hall.start_again();
    };
    terminal.write(2);
    change(&mut hall, &|data| std::fs::rename(data.join("seal.key"), data.join("away")).unwrap());
    terminal.kiosk.command(&["sync", "--once"]);
    assert!(terminal.kiosk.outbox().iter().all(|(_, state)| state == "quarantined"));
    assert_eq!(hall.cases().len(), 0);

    change(&mut hall, &|data| std::fs::rename(data.join("away"), data.join("seal-old.key")).unwrap());
    eventually("opening what waited", || (hall.cases().len() == 2).then_some(()));
    for _ in 0..2 {
        terminal.kiosk.command(&["sync", "--once"]);
    }
    assert!(terminal.kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
    assert_eq!(hall.cases().len(), 2);
}

#[test]
fn a_missing_mark_is_told_at_each_start_until_somebody_has_settled_it() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    terminal.write(1);
    terminal.kiosk.command(&["sync", "--once"]);
    let mark = hall.folder.path().join("hall.mark");
    let report = |hall: &Hall| String::from_utf8(hall.output(&["case", "list"]).stderr).unwrap();
    for (settle, change) in [("confirm", false), ("new-epoch", true)] {
        hall.stop();
        let epoch = |hall: &Hall| hall.command(&["database", "confirm"])["epoch"].clone();
        let before = epoch(&hall);
        assert_eq!(report(&hall), "");
        std::fs::remove_file(&mark).unwrap();
        for _ in 0..2 {
            let report = report(&hall);
            for words in [mark.to_str().unwrap(), "database new-epoch", "database confirm"] {
                assert!(report.contains(words), "{report}");
            }
        }
        hall.command(&["database", settle]);
        assert_eq!(report(&hall), "");
        assert_eq!(epoch(&hall) != before, change);
        hall.start_again();
    }
    assert_eq!(hall.cases().len(), 1);
}
