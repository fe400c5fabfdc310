//! Changes that the hall tells: none is left out, whichever run it numbers them in and whatever this version knows.

use super::*;
use serde_json::json;

fn case(cursor: u64, accepted: &Accepted, state: CaseState) -> ChangeEntry {
    let progress = Progress {
        registration: accepted.registration.clone(),
        case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
        item_name: "示例".into(),
        state,
        received_at: Millis(0),
        changed_at: Millis(0),
        promised_days: 3,
        day_type: bianmin_protocol::catalogue::DayType::Working,
        remark: String::new(),
    };
    CaseUpdate { cursor, progress }.into()
}

fn unknown(cursor: u64) -> ChangeEntry {
    ChangeEntry::read(cursor, "weather".into(), json!({ "state": "rain" }))
}

fn at(run: ChangeRun, after: u64) -> ChangeCursor {
    ChangeCursor { run, after }
}

fn state(ledger: &Ledger, accepted: &Accepted) -> Option<CaseState> {
    ledger.record(&accepted.registration).unwrap().unwrap().progress.map(|progress| progress.state)
}

#[test]
fn changes_have_no_holes() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    let case = |cursor, state| case(cursor, &accepted, state);
    let all = |changes: &[ChangeEntry]| ledger.apply_changes(ChangeRun::All, changes);
    all(&[case(1, CaseState::Received), case(2, CaseState::Accepted)]).unwrap();
    assert!(matches!(all(&[case(4, CaseState::Granted)]), Err(LedgerError::Gap(2))));
    all(&[case(2, CaseState::Received), case(3, CaseState::Granted)]).unwrap();
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 3));
    assert_eq!(state(&ledger, &accepted), Some(CaseState::Granted));
}

#[test]
fn a_ledger_of_0_1_0_goes_on_in_the_run_of_all_changes_with_the_cursor_that_it_has() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::Cases, 0));
    // As 0.1.0 wrote it.
    let text = 7.to_string();
    ledger.write(|transaction| ledger.set_fact(transaction, "update cursor", &text)).unwrap();
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::Cases, 7));
    ledger.apply_changes(ChangeRun::All, &[case(8, &accepted, CaseState::Accepted)]).unwrap();
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 8));
    // And finds its own cursor where it left it, should it come back.
    let kept = ledger.read(|transaction| ledger.fact(transaction, "update cursor")).unwrap();
    assert_eq!(kept.as_deref(), Some("7"));
    // A restored hall may be an older one, and tells everything again.
    assert_eq!(ledger.new_epoch(fixture.identity.enrolled.epoch).unwrap(), 0);
    ledger.new_epoch(Epoch(uuid::Uuid::from_u128(2))).unwrap();
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::Cases, 0));
    ledger.apply_changes(ChangeRun::Cases, &[case(1, &accepted, CaseState::Granted)]).unwrap();
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::Cases, 1));
    assert_eq!(state(&ledger, &accepted), Some(CaseState::Granted));
}

#[test]
fn what_this_version_does_not_know_is_asked_for_again_by_another_one() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    let first = [case(1, &accepted, CaseState::Received), unknown(2), unknown(3)];
    assert_eq!(ledger.apply_changes(ChangeRun::All, &first).unwrap(), 2);
    let second = [case(4, &accepted, CaseState::Accepted), unknown(5)];
    assert_eq!(ledger.apply_changes(ChangeRun::All, &second).unwrap(), 1);
    assert_eq!(state(&ledger, &accepted), Some(CaseState::Accepted), "what it knows it takes");
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 5), "and asks for what comes next");
    // The program is updated: what was skipped was skipped by another version.
    let older = json!({ "after": 1, "version": "0.0.1" }).to_string();
    ledger.write(|transaction| ledger.set_fact(transaction, "change cursor, skipped", &older)).unwrap();
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 1));
    assert_eq!(
        ledger.apply_changes(ChangeRun::All, &[unknown(2), case(3, &accepted, CaseState::Deciding)]).unwrap(),
        1
    );
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 3), "and not once more with each page");
    assert_eq!(ledger.apply_changes(ChangeRun::All, &second).unwrap(), 1);
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 5));
    drop(ledger);
    let ledger = fixture.open(&Fixture::small());
    assert_eq!(ledger.change_cursor().unwrap(), at(ChangeRun::All, 5), "a restart is no update");
}
