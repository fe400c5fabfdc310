//! What comes from the hall: catalogues and changes of cases.

use super::stub::{Fault, error};
use super::*;
use crate::catalogue::CatalogueError;
use crate::catalogue::testing::{Edition, item};
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::ids::CaseNumber;
use bianmin_protocol::v1::ErrorCode;

fn larger() -> Edition {
    Edition::demo().with("ZZ01", item("ZZ01", "新的事项", 1))
}

fn bundles(terminal: &Terminal) -> Vec<Option<u64>> {
    let state = terminal.hall.state();
    state.log.iter().filter(|asked| asked.line.contains("/bundle/")).map(|asked| asked.range).collect()
}

#[tokio::test]
async fn a_first_catalogue_comes_whole_and_the_next_as_a_delta() {
    let mut terminal = Terminal::new().await;
    terminal.hall.state().catalogue = Some(Edition::demo().publish(3));
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.catalogue.revision(), Revision(3));
    assert_eq!(terminal.hall.state().heartbeat.as_ref().unwrap().catalogue, Revision(0));
    assert!(!terminal.catalogue.part_path().exists());
    terminal.sync().await;
    assert_eq!(bundles(&terminal), [None], "what is held is not fetched again");
    {
        let mut state = terminal.hall.state();
        state.catalogue = Some(larger().publish(4));
        state.delta = Some(Edition::demo().delta_to(&larger(), 3, 4));
    }
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.catalogue.revision(), Revision(4));
    assert_eq!(bundles(&terminal).len(), 1);
}

#[tokio::test]
async fn a_delta_that_does_not_fit_is_made_good_by_the_bundle() {
    let mut terminal = Terminal::new().await;
    terminal.hall.state().catalogue = Some(Edition::demo().publish(3));
    terminal.sync().await;
    for (revision, delta) in [(4, b"rubbish".to_vec()), (5, Edition::demo().delta_to(&larger(), 3, 5))] {
        let name = format!("第 {revision} 版");
        {
            let mut state = terminal.hall.state();
            state.catalogue = Some(Edition::demo().with("ZZ02", item("ZZ02", &name, 1)).publish(revision));
            state.delta = Some(delta);
        }
        assert!(terminal.sync().await.failure.is_none());
        assert_eq!(terminal.catalogue.revision(), Revision(revision));
    }
    // Nor does one that has gone, or is longer than was said.
    terminal.hall.state().catalogue = Some(larger().publish(6));
    terminal.hall.fail(|asked| asked.line.contains("/delta/").then(|| error(404, ErrorCode::NotFound)));
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.catalogue.revision(), Revision(6));
    terminal.hall.state().catalogue = Some(Edition::demo().publish(7));
    let long = Fault::Answer(200, bianmin_protocol::v1::BINARY_TYPE, vec![0; 1_000_000]);
    terminal.hall.fail(move |asked| asked.line.contains("/delta/").then(|| long.clone()));
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.catalogue.revision(), Revision(7));
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let mut terminal = Terminal::new().await;
    terminal.hall.state().catalogue = Some(Edition::demo().publish(3));
    let mut breaks = 3;
    terminal.hall.fail(move |asked| {
        let now = asked.line.contains("/bundle/") && breaks > 0;
        breaks -= i32::from(now);
        now.then_some(Fault::CutAfter(9_000))
    });
    for _ in 0..3 {
        let report = terminal.sync().await;
        assert!(matches!(report.failure, Some(SyncError::Hall(HallError::Unreachable { .. }))));
        assert_eq!(terminal.catalogue.revision(), Revision(0), "nothing is half there");
    }
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.catalogue.revision(), Revision(3));
    let from: Vec<_> = bundles(&terminal).into_iter().map(Option::unwrap_or_default).collect();
    assert!(from.is_sorted_by(|before, after| before < after) && from[0] == 0, "{from:?}");
    assert!(!terminal.catalogue.part_path().exists());
}

#[tokio::test]
async fn half_a_bundle_of_another_revision_is_not_mixed_with_this_one() {
    let mut terminal = Terminal::new().await;
    terminal.hall.state().catalogue = Some(Edition::demo().publish(3));
    terminal.hall.fail(|asked| asked.line.contains("/bundle/").then_some(Fault::CutAfter(9_000)));
    terminal.sync().await;
    terminal.hall.repair();
    terminal.hall.state().catalogue = Some(larger().publish(4));
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(bundles(&terminal), [None, None]);
    assert_eq!(terminal.catalogue.revision(), Revision(4));
    // Nor is rubbish in the file, or a file of the right bundle that was damaged meanwhile.
    terminal.hall.state().catalogue = Some(Edition::demo().publish(5));
    std::fs::write(terminal.catalogue.part_path(), b"rubbish").unwrap();
    assert!(terminal.sync().await.failure.is_none());
    let next = larger().publish(6);
    let mut part = next.manifest.bundle_digest.0.to_vec();
    part.extend_from_slice(&[0; 5_000]);
    terminal.hall.state().catalogue = Some(next);
    std::fs::write(terminal.catalogue.part_path(), part).unwrap();
    let report = terminal.sync().await;
    assert!(matches!(report.failure, Some(SyncError::Catalogue(CatalogueError::Bundle))));
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.catalogue.revision(), Revision(6));
}

#[tokio::test]
async fn a_bad_catalogue_is_refused_and_keeps_no_application_from_being_sent() {
    let mut terminal = Terminal::new().await;
    terminal.hall.state().catalogue = Some(Edition::demo().publish(5));
    terminal.sync().await;
    let mut tampered = larger().publish(6);
    tampered.bundle[100] ^= 1;
    let mut forged = larger().publish(6);
    forged.signed = forged.manifest.sign(&bianmin_protocol::keys::SigningKey::from_bytes(&[8; 32]).unwrap());
    let bad = larger().publish_changed(6, |manifest| manifest.items += 1);
    for bad in [tampered, forged, bad] {
        terminal.hall.state().catalogue = Some(bad);
        terminal.accept();
        let report = terminal.sync().await;
        assert!(matches!(report.failure, Some(SyncError::Catalogue(_))), "{:?}", report.failure);
        assert_eq!(summary(&report), (1, 1, 0, 0));
        assert_eq!(terminal.reachable(), Reachable::Online);
        assert_eq!(pace(&report), Pace::Idle, "the link is not to blame");
        assert_eq!(terminal.catalogue.revision(), Revision(5));
    }
    // An older one is not even downloaded.
    let before = bundles(&terminal).len();
    terminal.hall.state().catalogue = Some(larger().publish(4));
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!((terminal.catalogue.revision(), bundles(&terminal).len()), (Revision(5), before));
}

#[tokio::test]
async fn the_loop_does_not_hammer_for_a_bad_catalogue() {
    let mut terminal = Terminal::new().await;
    terminal.hall.state().catalogue = Some(larger().publish_changed(6, |manifest| manifest.items += 1));
    for _ in 0..5 {
        terminal.syncer.attempt(Scope::All).await;
    }
    assert_eq!(bundles(&terminal).len(), 1);
}

fn update(cursor: u64, registration: &bianmin_protocol::registration::RegistrationNumber) -> CaseUpdate {
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
            day_type: DayType::Working,
            remark: String::new(),
        },
    }
}

#[tokio::test]
async fn changes_of_cases_come_without_a_hole() {
    let mut terminal = Terminal::new().await;
    let accepted = terminal.accept();
    terminal.hall.state().page = 7;
    let changes = |numbers: &[u64]| numbers.iter().map(|at| update(*at, &accepted.registration)).collect();
    let all: Vec<u64> = (1..=40).collect();
    terminal.hall.state().updates = changes(&all);
    // The line breaks in the middle of the third page.
    let mut pages = 0;
    terminal.hall.fail(move |asked| {
        pages += i32::from(asked.line.contains("/updates"));
        (asked.line.contains("/updates") && pages == 3).then_some(Fault::CutAfter(400))
    });
    assert!(terminal.sync().await.failure.is_some());
    assert_eq!(terminal.ledger.update_cursor().unwrap(), 14);
    assert!(terminal.sync().await.failure.is_none());
    assert_eq!(terminal.ledger.update_cursor().unwrap(), 40);
    let record = terminal.ledger.record(&accepted.registration).unwrap().unwrap();
    assert_eq!(record.progress.unwrap().state, CaseState::Accepted);
    // A hall that leaves one out: what comes before the hole is kept, and asked for again from there.
    terminal.hall.state().updates = changes(&[41, 42, 44, 45]);
    terminal.sync().await;
    assert_eq!(terminal.ledger.update_cursor().unwrap(), 42);
    terminal.hall.state().updates = changes(&[41, 42, 43, 44, 45]);
    terminal.sync().await;
    assert_eq!(terminal.ledger.update_cursor().unwrap(), 45);
}
