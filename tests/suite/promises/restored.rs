//! A hall restored from a backup gets back what it had acknowledged since: each application once.

use super::bench::Terminal;
use super::chance::count;
use crate::programs::Hall;
use std::collections::HashSet;
use std::path::Path;

fn numbers(hall: &Hall) -> Vec<String> {
    hall.cases().iter().map(|case| case["registration"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_hall_restored_from_a_backup_gets_everything_again_once() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let mut message = terminal.write(5);
    terminal.kiosk.command(&["sync", "--once"]);
    let backup = hall.folder.path().join("backup.sqlite");
    hall.command(&["database", "backup", backup.to_str().unwrap()]);

    let since = count(50, 500);
    message.extend(terminal.write(since));
    let report = terminal.kiosk.command(&["sync", "--once"]);
    assert_eq!(report["acknowledged"], since);
    assert_eq!(numbers(&hall).len(), message.len());
    hall.stop();
    let database = hall.folder.path().join("hall.sqlite");
    std::fs::copy(&backup, &database).unwrap();
    for journal in ["hall.sqlite-wal", "hall.sqlite-shm"] {
        let _ = std::fs::remove_file(hall.folder.path().join(journal));
    }
    assert_eq!(numbers(&hall).len(), 5, "the backup is what it was");
    hall.start_again();

    terminal.kiosk.command(&["sync", "--once"]);
    let again = numbers(&hall);
    let expected: HashSet<&String> = message.iter().collect();
    assert_eq!(again.len(), message.len(), "what came after the backup did not return, or returned twice");
    assert_eq!(again.iter().collect::<HashSet<_>>(), expected);
    assert!(terminal.kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
    // And not for ever: the next time there is nothing to send.
    let rest = terminal.kiosk.command(&["sync", "--once"]);
    assert_eq!((&rest["sent"], &rest["waiting"]), (&0.into(), &0.into()));
}

#[test]
fn a_hall_restored_from_a_backup_gives_no_case_number_twice() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let mut given = Vec::new();
    let mut hand_in = |hall: &Hall, count: usize| {
        terminal.write(count);
        terminal.kiosk.command(&["sync", "--once"]);
        let text = |case: &serde_json::Value, key: &str| case[key].as_str().unwrap().to_owned();
        given.extend(hall.cases().iter().map(|case| (text(case, "case_number"), text(case, "registration"))));
        let numbers: HashSet<_> = given.iter().map(|(number, _)| number).collect();
        let pairs: HashSet<_> = given.iter().collect();
        assert_eq!(numbers.len(), pairs.len(), "a case number was given to two applications");
    };
    hand_in(&hall, 3);
    let backup = hall.folder.path().join("backup.sqlite");
    hall.command(&["database", "backup", backup.to_str().unwrap()]);
    hand_in(&hall, 7);
    for _ in 0..2 {
        hall.stop();
        std::fs::copy(&backup, hall.folder.path().join("hall.sqlite")).unwrap();
        for journal in ["hall.sqlite-wal", "hall.sqlite-shm"] {
            let _ = std::fs::remove_file(hall.folder.path().join(journal));
        }
        hall.start_again();
        hand_in(&hall, 4);
    }
    // And where the database is lost altogether.
    hall.stop();
    for file in ["hall.sqlite", "hall.sqlite-wal", "hall.sqlite-shm"] {
        let _ = std::fs::remove_file(hall.folder.path().join(file));
    }
    hall.command(&["database", "new"]);
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/catalogue/demo.json");
    hall.command(&["catalogue", "import", demo.to_str().unwrap()]);
    hall.start_again();
    let another = Terminal::of(&hall);
    another.write(4);
    another.kiosk.command(&["sync", "--once"]);
    let numbers: Vec<_> = hall.cases().iter().map(|case| case["case_number"].clone()).collect();
    assert_eq!(numbers.len(), 4);
    let twice = numbers.iter().filter(|number| given.iter().any(|(given, _)| *number == given)).count();
    assert_eq!(twice, 0, "of {numbers:?} so many were given before");
}
