//! What is kept, for how long, who may read it, and that looking at it holds nobody up.

use super::*;
use std::os::unix::fs::PermissionsExt as _;

const DAY: i64 = 24 * 3_600_000;
const ENDED: Millis = Millis(1_795_000_200_000);

/// One case that ended, with what staff wrote about it.
fn ended(fixture: &Fixture, ledger: &Ledger, state: CaseState) -> Accepted {
    let accepted = fixture.accept(ledger);
    let cursor = ledger.change_cursor().unwrap().after + 1;
    let progress = Progress {
        registration: accepted.registration.clone(),
        case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
        item_name: "居住证".into(),
        state,
        received_at: ENDED,
        changed_at: ENDED,
        promised_days: 5,
        day_type: DayType::Working,
        remark: "请张三本人来领".into(),
    };
    let update = CaseUpdate { cursor, progress };
    ledger.apply_changes(ChangeRun::All, &[update.into()]).unwrap();
    accepted
}

#[test]
fn details_are_forgotten_so_long_after_the_end_and_numbers_stay() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let (past, open) =
        (ended(&fixture, &ledger, CaseState::Granted), ended(&fixture, &ledger, CaseState::Deciding));
    assert_eq!(ledger.forget_details(Millis(ENDED.0 + 179 * DAY)).unwrap(), 0);
    let record = |accepted: &Accepted| ledger.record(&accepted.registration).unwrap().unwrap();
    assert!(!record(&past).slip.applicant.is_empty());
    assert_eq!(ledger.forget_details(Millis(ENDED.0 + 181 * DAY)).unwrap(), 1);
    let forgotten = record(&past);
    assert!(forgotten.slip.is_past && forgotten.slip.applicant.is_empty());
    let progress = forgotten.progress.unwrap();
    assert_eq!((progress.state, progress.remark.as_str()), (CaseState::Granted, ""));
    assert_eq!(forgotten.token, past.token);
    assert!(!record(&open).slip.is_past, "a case that has not ended");
    assert_eq!(record(&open).progress.unwrap().remark, "请张三本人来领");
    // Nothing more is to be done, and the rows prove themselves as before.
    assert_eq!(ledger.forget_details(Millis(ENDED.0 + 400 * DAY)).unwrap(), 0);
    drop(ledger);
    let again = fixture.open(&Fixture::small());
    assert_eq!((again.missing().unwrap(), again.records().unwrap().len()), (0, 2));
}

#[test]
fn nothing_of_forgotten_details_is_left_in_the_files() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let remark = "请张三本人来领".as_bytes();
    ended(&fixture, &ledger, CaseState::Delivered);
    let holds = || {
        let files = ["ledger.sqlite", "ledger.sqlite-wal"].map(|name| fixture.folder.path().join(name));
        let bytes = files.map(|path| std::fs::read(path).unwrap_or_default()).concat();
        bytes.windows(remark.len()).any(|window| window == remark)
    };
    assert!(holds(), "the search does not find what is there");
    ledger.forget_details(Millis(ENDED.0 + 181 * DAY)).unwrap();
    ledger.give_back_room();
    assert!(!holds());
}

#[test]
fn reading_waits_for_no_writer_and_goes_on_where_a_page_ended() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted: Vec<_> = (0..7).map(|_| fixture.accept(&ledger).registration).collect();
    let writer = rusqlite::Connection::open(fixture.folder.path().join("ledger.sqlite")).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = std::time::Instant::now();
    let (mut after, mut read, mut pages) = (RecordPlace::BEGINNING, Vec::new(), 0);
    loop {
        let page = ledger.page(after, 3).unwrap();
        assert!(page.records.len() <= 3);
        read.extend(page.records.into_iter().map(|record| record.registration));
        pages += 1;
        let Some(next) = page.next else { break };
        after = next;
    }
    assert_eq!((read, pages), (accepted.clone(), 3));
    let place = ledger.place(&accepted[4]).unwrap().unwrap();
    assert_eq!(ledger.page(place, 9).unwrap().records[0].registration, accepted[5]);
    ledger.counts().unwrap();
    ledger.last_numbers().unwrap();
    ledger.counter(Outlet::Slip).unwrap();
    ledger.change_cursor().unwrap();
    assert_eq!((ledger.missing().unwrap(), ledger.records().unwrap().len()), (0, 7));
    assert!(begun.elapsed() < Duration::from_secs(9), "it waited for the writer");
    writer.execute_batch("ROLLBACK").unwrap();
}

#[test]
fn the_files_are_for_their_owner_alone_also_those_of_an_earlier_version() {
    let fixture = Fixture::new();
    fixture.identity.store(fixture.folder.path()).unwrap();
    let check = || {
        let ledger = fixture.open(&Fixture::small());
        fixture.accept(&ledger);
        let mut seen = 0;
        for entry in std::fs::read_dir(fixture.folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", entry.file_name());
            seen += 1;
        }
        assert!(seen >= 6, "{seen}");
    };
    check();
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.mark", "ledger.lock", "identity.json"] {
        let open = std::fs::Permissions::from_mode(0o644);
        let _ = std::fs::set_permissions(fixture.folder.path().join(name), open);
    }
    check();
}
