//! What a resident and a hall would miss if the ledger got it wrong.

mod changes;
mod kept;
mod kinds;

use super::*;
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::catalogue::{DayType, Frame, ServiceItem};
use bianmin_protocol::change::ChangeEntry;
use bianmin_protocol::form::FieldDictionary;
use bianmin_protocol::ids::{CaseNumber, Epoch, ItemCode, Millis, Revision, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::receipt::{Receipt, TerminalCertificate};
use bianmin_protocol::seal::SealSecretKey;
use bianmin_protocol::ticket::TicketPrefix;
use bianmin_protocol::v1::{Acknowledgement, Enrolled, Refusal};
use jiff::civil::{Date, date};
use std::time::Duration;

const TODAY: Date = date(2026, 11, 21);

struct Fixture {
    folder: tempfile::TempDir,
    hall: SigningKey,
    seal: SealSecretKey,
    identity: TerminalIdentity,
    items: Vec<Arc<ServiceItem>>,
    fields: FieldDictionary,
}

impl Fixture {
    fn new() -> Self {
        let hall = SigningKey::from_bytes(&[1; 32]).unwrap();
        let seal = SealSecretKey::from_bytes(&[2; 32]).unwrap();
        let key = SigningKey::from_bytes(&[3; 32]).unwrap();
        let terminal = TerminalId::parse("HP07").unwrap();
        let identity = TerminalIdentity {
            enrolled: Enrolled {
                certificate: TerminalCertificate::issue(terminal, key.public(), 1, &hall),
                hall_key: hall.public(),
                seal_key: seal.public(),
                epoch: Epoch(uuid::Uuid::from_u128(1)),
                hall_name: "示例大厅".into(),
                public_url: "https://hall.example".into(),
                numbers: None,
            },
            key,
            hall_url: "http://127.0.0.1:1".into(),
            lineage: Default::default(),
        };
        let demo = include_str!("../../../assets/catalogue/demo.json");
        #[derive(serde::Deserialize)]
        struct Demo {
            #[serde(flatten)]
            frame: Frame,
            items: Vec<ServiceItem>,
        }
        let demo: Demo = serde_json::from_str(demo).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            hall,
            seal,
            identity,
            fields: FieldDictionary::new(demo.frame.fields),
            items: demo.items.into_iter().map(Arc::new).collect(),
        }
    }

    fn open(&self, options: &Options) -> Ledger {
        Ledger::open(self.folder.path(), self.identity.clone(), options).unwrap()
    }

    fn small() -> Options {
        Options { reserve: 0, ..Options::default() }
    }

    fn item(&self, code: &str) -> Arc<ServiceItem> {
        self.items.iter().find(|item| item.code.as_str() == code).unwrap().clone()
    }

    fn draft(&self, item: &Arc<ServiceItem>) -> Draft {
        let answer = |have| if have { MaterialAnswer::Have } else { MaterialAnswer::Promised };
        let materials = item
            .example
            .materials
            .iter()
            .map(|material| MaterialState { code: material.code.clone(), answer: answer(material.have) })
            .collect();
        let body =
            ApplicationBody { answers: item.example.answers.clone(), materials, language: "zh-CN".into() };
        Draft { item: item.clone(), catalogue: Revision(1), body, files: Vec::new() }
    }

    fn accept(&self, ledger: &Ledger) -> Accepted {
        let draft = self.draft(&self.item("HJ02"));
        ledger.accept(draft, &self.fields, Millis(1_795_000_000_000), TODAY).unwrap()
    }

    fn acknowledge(&self, ledger: &Ledger, waiting: &Waiting) {
        let header = waiting.envelope.read_header().unwrap();
        let acknowledgement = Acknowledgement {
            application_id: header.application_id,
            registration: header.registration,
            case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
            received_at: Millis(1_795_000_100_000),
            epoch: self.identity.enrolled.epoch,
            content: waiting.envelope.digest(),
        };
        ledger.acknowledge(&acknowledgement, &acknowledgement.sign(&self.hall)).unwrap();
    }
}

#[test]
fn every_demo_example_is_accepted_and_opens_at_the_hall_alone() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let offered = fixture.items.iter().filter(|item| item.can_apply_on(TODAY));
    let mut count = 0;
    for item in offered {
        let draft = fixture.draft(item);
        let accepted = ledger.accept(draft, &fixture.fields, Millis(0), TODAY);
        let accepted = accepted.unwrap_or_else(|error| panic!("{}: {error:?}", item.code));
        let receipt = Receipt::verify(&accepted.token, &fixture.hall.public()).unwrap();
        assert_eq!(receipt.registration, accepted.registration);
        count += 1;
    }
    assert!(count >= 60);
    let waiting = ledger.waiting(1000).unwrap();
    assert_eq!(waiting.len(), count);
    for (waiting, item) in waiting.iter().zip(fixture.items.iter().filter(|item| item.can_apply_on(TODAY))) {
        let body = waiting.envelope.open(&fixture.seal).unwrap();
        assert_eq!(body.answers.len(), item.example.answers.len());
    }
}

#[test]
fn nothing_personal_is_on_the_disk() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    fixture.accept(&ledger);
    for entry in std::fs::read_dir(fixture.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for canary in ["张三", "11010519491231002X", "13800000000"] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} in {path:?}");
        }
    }
}

#[test]
fn an_incomplete_application_is_refused_with_everything_that_is_wrong_and_leaves_nothing() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let mut draft = fixture.draft(&fixture.item("HJ02"));
    draft.body.answers.clear();
    draft.body.materials.clear();
    let Err(AcceptError::Invalid(errors)) = ledger.accept(draft, &fixture.fields, Millis(0), TODAY) else {
        panic!("accepted");
    };
    assert!(errors.len() > 2);
    assert_eq!(ledger.counts().unwrap(), Counts::default());
}

#[test]
fn numbers_go_on_after_a_restart_and_a_clock_that_went_back() {
    let fixture = Fixture::new();
    let first = fixture.accept(&fixture.open(&Fixture::small())).registration;
    let ledger = fixture.open(&Fixture::small());
    let draft = fixture.draft(&fixture.item("HJ02"));
    let second = ledger.accept(draft, &fixture.fields, Millis(0), date(2026, 3, 1)).unwrap().registration;
    assert_eq!((second.day(), second.sequence()), (first.day(), first.sequence() + 1));
}

#[test]
fn an_acknowledgement_ends_the_wait_and_gives_the_case_number() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Options { reserve: 0, keep_sealed: Duration::ZERO, ..Options::default() });
    let accepted = fixture.accept(&ledger);
    let waiting = ledger.waiting(10).unwrap();
    fixture.acknowledge(&ledger, &waiting[0]);
    assert_eq!(ledger.counts().unwrap(), Counts { waiting: 0, acknowledged: 1, quarantined: 0 });
    assert_eq!(ledger.sealed(accepted.application_id).unwrap(), None);
    let record = ledger.record(&accepted.registration).unwrap().unwrap();
    assert!(record.case_number.is_some());
    assert_eq!(record.state, OutboxState::Acknowledged);
}

#[test]
fn a_restored_hall_is_offered_what_is_still_kept_once() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    assert_eq!(ledger.new_epoch(fixture.identity.enrolled.epoch).unwrap(), 0);
    fixture.accept(&ledger);
    fixture.acknowledge(&ledger, &ledger.waiting(10).unwrap()[0]);
    assert_eq!(ledger.new_epoch(Epoch(uuid::Uuid::from_u128(2))).unwrap(), 1);
    assert_eq!(ledger.waiting(10).unwrap().len(), 1);
    assert_eq!(ledger.new_epoch(Epoch(uuid::Uuid::from_u128(2))).unwrap(), 0);
    fixture.acknowledge(&ledger, &ledger.waiting(10).unwrap()[0]);
    let later = Millis(1_795_000_100_000 + 8 * 24 * 3_600_000);
    assert_eq!(ledger.forget(later).unwrap(), Retained { kept: 0, removed: 1 });
}

#[test]
fn a_refused_one_is_set_aside_with_its_reason_and_can_be_retried() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    fixture.accept(&ledger);
    ledger.quarantine(accepted.application_id, &Refusal::UnknownItem {}).unwrap();
    assert_eq!(ledger.waiting(10).unwrap().len(), 1);
    let record = ledger.record(&accepted.registration).unwrap().unwrap();
    assert_eq!(record.reason, Some(Reason::Refused { refusal: Refusal::UnknownItem {} }));
    assert_eq!(ledger.retry(Some(&accepted.registration)).unwrap(), 1);
    assert_eq!(ledger.waiting(10).unwrap().len(), 2);
}

#[test]
fn a_damaged_record_is_noticed_and_the_others_go_on() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let damaged = fixture.accept(&ledger);
    fixture.accept(&ledger);
    let file = fixture.folder.path().join("ledger.sqlite");
    let other = rusqlite::Connection::open(file).unwrap();
    let changed = "UPDATE sealed SET envelope = CAST(replace(CAST(envelope AS TEXT), '\"ciphertext\":\"', '\"ciphertext\":\"AAAA') AS BLOB) WHERE sequence = 1";
    assert_eq!(other.execute(changed, []).unwrap(), 1);
    assert_eq!(ledger.waiting(10).unwrap().len(), 1);
    let record = ledger.record(&damaged.registration).unwrap().unwrap();
    assert_eq!(record.reason, Some(Reason::Damaged {}));
    assert_eq!(ledger.counts().unwrap(), Counts { waiting: 1, acknowledged: 0, quarantined: 1 });
    // A row that was moved, swapped or forged is not believed either.
    other.execute("UPDATE application SET token = 'forged' WHERE sequence = 2", []).unwrap();
    assert_eq!(ledger.records().unwrap().len(), 1);
}

#[test]
fn a_job_on_its_way_at_a_crash_is_unknown_and_reprints_are_counted() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    ledger.set_job(accepted.print_job, PrintStatus::of(JobState::Sent), Millis(1)).unwrap();
    drop(ledger);
    let ledger = fixture.open(&Fixture::small());
    assert_eq!(ledger.settle_journal(Millis(2)).unwrap(), Settled { failed: 0, unknown: 1 });
    let reprint = ledger.reprint(&accepted.registration, Millis(3)).unwrap().unwrap();
    assert_eq!(reprint.copy, 1);
    ledger.set_job(reprint.job, PrintStatus::of(JobState::Printed), Millis(4)).unwrap();
    ledger.set_job(reprint.job, PrintStatus::of(JobState::Failed), Millis(5)).unwrap();
    let states: Vec<_> =
        ledger.jobs(&accepted.registration).unwrap().into_iter().map(|job| job.status.state).collect();
    assert_eq!(states, [JobState::Unknown, JobState::Printed]);
}

#[test]
fn a_restart_fails_what_had_not_gone_out_and_guesses_nothing() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let accepted = fixture.accept(&ledger);
    let item = ItemCode::parse("HJ02").unwrap();
    let guide = ledger.intend(JobKind::Guide, Outlet::Page, Some(&item), Millis(1)).unwrap();
    ledger.set_job(guide, PrintStatus::of(JobState::Sent), Millis(1)).unwrap();
    assert_eq!(ledger.settle_journal(Millis(2)).unwrap(), Settled { failed: 1, unknown: 1 });
    let receipt = ledger.jobs(&accepted.registration).unwrap().remove(0);
    assert_eq!(receipt.status, PrintStatus::because(JobState::Failed, PrintReason::Restart));
    let unknown = ledger.unknown_jobs(10).unwrap();
    assert_eq!(unknown.iter().map(|job| (job.job, job.kind)).collect::<Vec<_>>(), [(guide, JobKind::Guide)]);
    assert_eq!(unknown[0].label.as_deref(), Some("HJ02"));
    // A failed one is not sent after all, and only a person settles what is unknown.
    assert!(!ledger.set_job(receipt.job, PrintStatus::of(JobState::Sent), Millis(3)).unwrap());
    assert!(!ledger.set_job(guide, PrintStatus::of(JobState::Printed), Millis(3)).unwrap());
    assert!(ledger.settle_job(guide, true, Millis(4)).unwrap());
    assert_eq!(ledger.job(guide).unwrap().unwrap().status.state, JobState::Printed);
    assert!(ledger.unknown_jobs(10).unwrap().is_empty());
}

#[test]
fn a_print_job_that_was_tampered_with_is_unknown() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let job = ledger.intend(JobKind::Test, Outlet::Slip, None, Millis(1)).unwrap();
    let other = rusqlite::Connection::open(fixture.folder.path().join("ledger.sqlite")).unwrap();
    other.execute("UPDATE print_job SET state = 'printed'", []).unwrap();
    assert_eq!(ledger.job(job).unwrap().unwrap().status.state, JobState::Unknown);
}

#[test]
fn tickets_go_on_after_a_restart_a_clock_that_went_back_and_damage() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Fixture::small());
    let prefix = |text| TicketPrefix::parse(text).unwrap();
    let give = |ledger: &Ledger, letters, today| {
        ledger.give_ticket(&prefix(letters), Millis(1), today).unwrap().0.in_full()
    };
    assert_eq!(give(&ledger, "A", TODAY), "261121-A001");
    assert_eq!(give(&ledger, "AB", TODAY), "261121-AB001");
    assert_eq!(give(&ledger, "A", date(2026, 3, 1)), "261121-A002");
    drop(ledger);
    let other = rusqlite::Connection::open(fixture.folder.path().join("ledger.sqlite")).unwrap();
    other.execute("UPDATE fact SET mac = x'00' WHERE name LIKE 'last ticket%'", []).unwrap();
    let ledger = fixture.open(&Fixture::small());
    assert_eq!(give(&ledger, "A", TODAY), "261121-A003");
    // Even with neither fact nor rows the mark beside the ledger knows.
    other.execute("DELETE FROM fact", []).unwrap();
    other.execute("DELETE FROM print_job", []).unwrap();
    assert_eq!(give(&ledger, "A", TODAY), "261121-A004");
    assert_eq!(give(&ledger, "A", date(2026, 11, 22)), "261122-A001");
    assert_eq!(give(&ledger, "AB", TODAY), "261121-AB002");
}

#[test]
fn an_attachment_waits_in_sealed_chunks_until_the_hall_has_each() {
    let fixture = Fixture::new();
    let ledger = fixture.open(&Options { reserve: 0, keep_sealed: Duration::ZERO, ..Options::default() });
    let mut draft = fixture.draft(&fixture.item("HJ02"));
    let material = draft.body.materials[0].code.clone();
    draft.body.materials[0].answer = MaterialAnswer::Attached;
    let mut file = b"%PDF-1.7\n".to_vec();
    file.resize(600_000, b' ');
    file.extend_from_slice(b"%%EOF");
    draft.files.push((material, file));
    ledger.accept(draft, &fixture.fields, Millis(0), TODAY).unwrap();
    assert!(ledger.chunks_waiting(10).unwrap().is_empty());
    fixture.acknowledge(&ledger, &ledger.waiting(1).unwrap()[0]);
    let chunks = ledger.chunks_waiting(10).unwrap();
    assert_eq!(chunks.len(), 3);
    assert!(ledger.chunk(&chunks[1]).unwrap().is_some());
    ledger.chunk_sent(&chunks[1]).unwrap();
    assert_eq!(ledger.chunks_waiting(10).unwrap().len(), 2);
}
