//! Makes the ledger that the upgrade tests keep of each released schema: applications in every state, print jobs in
//! every state, and the identity of a terminal that never existed, all from the demonstration's own examples.
//!
//! `released_ledger FOLDER`, run once with the program as it was released; the outcome is committed as
//! `tests/fixtures/ledger-NNN` and never made again.
#![allow(clippy::unwrap_used)]

use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::{Frame, ServiceItem};
use bianmin_protocol::form::FieldDictionary;
use bianmin_protocol::ids::{CaseNumber, Epoch, Millis, Revision, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::seal::SealSecretKey;
use bianmin_protocol::v1::{Acknowledgement, Enrolled, Refusal};
use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::ledger::{Accepted, Draft, JobState, Ledger, Options, PrintReason, PrintStatus};
use jiff::civil::date;
use std::path::Path;
use std::sync::Arc;

#[derive(serde::Deserialize)]
struct Demo {
    #[serde(flatten)]
    frame: Frame,
    items: Vec<ServiceItem>,
}

fn main() {
    let folder = std::env::args().nth(1).expect("released_ledger FOLDER");
    let folder = Path::new(&folder);
    let hall = SigningKey::from_bytes(&[1; 32]).unwrap();
    let seal = SealSecretKey::from_bytes(&[2; 32]).unwrap();
    let key = SigningKey::from_bytes(&[3; 32]).unwrap();
    let identity = TerminalIdentity {
        enrolled: Enrolled {
            certificate: TerminalCertificate::issue(
                TerminalId::parse("HP07").unwrap(),
                key.public(),
                1,
                &hall,
            ),
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
    identity.store(folder).unwrap();
    let ledger = Ledger::open(folder, identity, &Options { reserve: 0, ..Options::default() }).unwrap();
    let demo: Demo = serde_json::from_str(include_str!("../../assets/catalogue/demo.json")).unwrap();
    let fields = FieldDictionary::new(demo.frame.fields);
    let items: Vec<_> = demo.items.into_iter().map(Arc::new).collect();
    let accept = |code: &str, file: Option<Vec<u8>>| {
        let item = items.iter().find(|item| item.code.as_str() == code).unwrap();
        let mut draft = draft(item);
        if let Some(file) = file {
            let material = &mut draft.body.materials[0];
            material.answer = MaterialAnswer::Attached;
            draft.files.push((material.code.clone(), file));
        }
        ledger.accept(draft, &fields, Millis(1_795_000_000_000), date(2026, 11, 21)).unwrap()
    };
    let acknowledged = [accept("HJ02", None), accept("HJ02", Some(pdf(9000)))];
    let refused = accept("HJ04", None);
    let waiting = [accept("HJ02", None), accept("HJ04", None), accept("HJ02", Some(pdf(5000)))];
    for waiting in ledger.waiting(2).unwrap() {
        let header = waiting.envelope.read_header().unwrap();
        let acknowledgement = Acknowledgement {
            application_id: header.application_id,
            registration: header.registration,
            case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
            received_at: Millis(1_795_000_100_000),
            epoch: Epoch(uuid::Uuid::from_u128(1)),
            content: waiting.envelope.digest(),
        };
        ledger.acknowledge(&acknowledgement, &acknowledgement.sign(&hall)).unwrap();
    }
    ledger.quarantine(refused.application_id, &Refusal::UnknownItem {}).unwrap();
    let printer = PrintReason::Printer;
    let note = |accepted: &Accepted, status| {
        ledger.set_job(accepted.print_job, status, Millis(1_795_000_200_000)).unwrap();
    };
    note(&acknowledged[0], PrintStatus::of(JobState::Printed));
    note(&acknowledged[1], PrintStatus::because(JobState::Failed, printer(Status::PaperOut)));
    note(&refused, PrintStatus::because(JobState::Unknown, printer(Status::Offline)));
    note(&waiting[0], PrintStatus::of(JobState::Sent));
    let again = ledger.reprint(&acknowledged[0].registration, Millis(1_795_000_300_000)).unwrap().unwrap();
    ledger.set_job(again.job, PrintStatus::of(JobState::Printed), Millis(1_795_000_300_000)).unwrap();
}

fn draft(item: &Arc<ServiceItem>) -> Draft {
    let answer = |have| if have { MaterialAnswer::Have } else { MaterialAnswer::Promised };
    let materials = item
        .example
        .materials
        .iter()
        .map(|material| MaterialState { code: material.code.clone(), answer: answer(material.have) })
        .collect();
    let body = ApplicationBody { answers: item.example.answers.clone(), materials, language: "zh-CN".into() };
    Draft { item: item.clone(), catalogue: Revision(1), body, files: Vec::new() }
}

fn pdf(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.resize(bytes, b' ');
    pdf.extend_from_slice(b"%%EOF");
    pdf
}
