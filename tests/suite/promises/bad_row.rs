//! A row that the hall's database refuses, for whatever reason, takes nothing with it that came at the same time.

use super::bench::Terminal;
use crate::programs::{Hall, postgres, tool};

/// Tells the hall's database something behind the hall's back.
fn tell(hall: &Hall, database: Option<&str>, sql: &str) {
    match database {
        Some(url) => {
            let report = tool("psql", &[url, "-v", "ON_ERROR_STOP=1", "-qc", sql]);
            assert!(report.status.success(), "{}", String::from_utf8_lossy(&report.stderr));
        }
        None => {
            let connection = rusqlite::Connection::open(hall.folder.path().join("hall.sqlite")).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
            connection.execute_batch(sql).unwrap();
        }
    }
}

fn one_bad_row_takes_no_other_of_its_commit_with_it(database: Option<String>) {
    let hall = Hall::start(database.clone());
    let terminal = Terminal::of(&hall);
    let numbers = terminal.write(7);
    let bad = &numbers[3];
    let (forbid, allow) = match database {
        Some(_) => (
            format!("ALTER TABLE application ADD CONSTRAINT forbidden CHECK (registration <> '{bad}')"),
            "ALTER TABLE application DROP CONSTRAINT forbidden",
        ),
        None => (
            format!(
                "CREATE TRIGGER forbidden BEFORE INSERT ON application WHEN NEW.registration = '{bad}' \
                 BEGIN SELECT RAISE(ABORT, 'forbidden'); END"
            ),
            "DROP TRIGGER forbidden",
        ),
    };
    tell(&hall, database.as_deref(), &forbid);
    terminal.kiosk.command(&["sync", "--once"]);
    for (number, state) in terminal.kiosk.outbox() {
        assert_eq!(state, if number == *bad { "quarantined" } else { "acknowledged" }, "{number}");
    }
    assert_eq!(hall.cases().len(), 6);

    tell(&hall, database.as_deref(), allow);
    terminal.kiosk.command(&["outbox", "retry"]);
    terminal.kiosk.command(&["sync", "--once"]);
    assert!(terminal.kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
    assert_eq!(hall.cases().len(), 7);
}

#[test]
fn one_bad_row_takes_no_other_of_its_commit_with_it_on_sqlite() {
    one_bad_row_takes_no_other_of_its_commit_with_it(None);
}

#[test]
fn one_bad_row_takes_no_other_of_its_commit_with_it_on_postgresql() {
    one_bad_row_takes_no_other_of_its_commit_with_it(Some(postgres()));
}
