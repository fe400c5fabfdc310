//! Kinds of print jobs: a new one needs no migration, and every row of the journal comes through the one that saw to it.

use super::journal::JobRow;
use super::*;

/// As a later version of the program writes it.
fn later(ledger: &Ledger) -> JobId {
    let row = JobRow {
        kind: "boarding-pass".to_owned(),
        reason: Some("ink-is-blue".to_owned()),
        ..JobRow::intent(JobKind::Guide, Outlet::Page)
    };
    ledger.write(|transaction| ledger.insert_job(transaction, &row, Millis(1))).unwrap()
}

#[test]
fn a_kind_of_a_later_version_is_another_one_and_not_damage() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let job = later(&ledger);
    let found = ledger.job(job).unwrap().unwrap();
    assert_eq!(found.kind, JobKind::Other);
    assert_eq!(found.status, PrintStatus::because(JobState::Intent, PrintReason::Other));
    // What happens to it here leaves it what it is.
    assert!(ledger.set_job(job, PrintStatus::of(JobState::Printed), Millis(2)).unwrap());
    drop(ledger);
    let ledger = fixture.open(&Fixture::small());
    assert_eq!(ledger.job(job).unwrap().unwrap().status, PrintStatus::of(JobState::Printed));
    let kind: String = ledger
        .connection()
        .query_row("SELECT kind FROM print_job WHERE job = ?1", [job.0], |row| row.get(0))
        .unwrap();
    assert_eq!(kind, "boarding-pass");
}

#[test]
fn every_row_of_the_second_versions_journal_is_there_after_the_third() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    ledger.reprint(&accepted.registration, Millis(2)).unwrap();
    let item = ItemCode::parse("HJ02").unwrap();
    let kinds = [JobKind::Notice, JobKind::Guide, JobKind::Form, JobKind::Test, JobKind::Report];
    for (kind, outlet) in kinds.into_iter().flat_map(|kind| Outlet::ALL.map(|outlet| (kind, outlet))) {
        let job = ledger.intend(kind, outlet, Some(&item), Millis(3)).unwrap();
        let jam = PrintReason::Printer(crate::device::printer::Status::Jam);
        ledger.set_job(job, PrintStatus::because(JobState::Unknown, jam), Millis(4)).unwrap();
    }
    ledger.give_ticket(&TicketPrefix::parse("A").unwrap(), Millis(5), TODAY).unwrap();
    let before = ledger.recent_jobs(100).unwrap();
    assert_eq!(before.len(), 13);
    drop(ledger);
    second_version(&fixture);
    let ledger = fixture.open(&Fixture::small());
    assert_eq!(ledger.recent_jobs(100).unwrap(), before);
    // The next one has a number that no other had.
    let next = ledger.intend(JobKind::Test, Outlet::Slip, None, Millis(6)).unwrap();
    assert!(before.iter().all(|job| job.job.0 < next.0));
}

/// Makes the file what the second version of the program left.
fn second_version(fixture: &Fixture) {
    let file = rusqlite::Connection::open(fixture.folder.path().join("ledger.sqlite")).unwrap();
    let second = include_str!("../migrations/002_journal.sql");
    let tables: Vec<&str> = second.split_inclusive(';').filter(|text| text.contains("CREATE")).collect();
    let (table, indexes) = tables.split_first().unwrap();
    file.execute_batch(&format!(
        "BEGIN; ALTER TABLE print_job RENAME TO later; {table}
         INSERT INTO print_job SELECT * FROM later; DROP TABLE later; {} PRAGMA user_version = 2; COMMIT;",
        indexes.concat()
    ))
    .unwrap();
}
