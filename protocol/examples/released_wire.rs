//! Writes a body of each kind that terminal and hall send each other, as this version of the wire format has it: what the
//! tests keep of each release, to show that later programs read it.
//!
//! `released_wire FOLDER`, run once with the protocol as it was released; the outcome is committed as
//! `tests/fixtures/wire-VERSION` and never made again. Keys, hall and terminal are those of `released_ledger`, but the hall's.
#![allow(clippy::unwrap_used)]

use bianmin_protocol::application::{ApplicationBody, Header, MaterialAnswer, MaterialState};
use bianmin_protocol::bytes::{Blob, Digest};
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::catalogue::Manifest;
use bianmin_protocol::credential::{Credential, LastFour};
use bianmin_protocol::form::{FieldError, FieldErrorCode};
use bianmin_protocol::ids::{ApplicationId, CaseNumber, Epoch, Millis, Revision, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::lookup::{CaseAnswer, UpdatePage};
use bianmin_protocol::receipt::{Receipt, TerminalCertificate};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::SealSecretKey;
use bianmin_protocol::standing::{KnownNumbers, LastNumbers, Revocation};
use bianmin_protocol::ticket::{TicketNumber, TicketPrefix};
use bianmin_protocol::v1::*;
use serde::Serialize;
use std::path::PathBuf;

struct Bodies {
    folder: PathBuf,
    hall: SigningKey,
    seal: SealSecretKey,
    key: SigningKey,
    certificate: TerminalCertificate,
}

const EPOCH: Epoch = Epoch(uuid::Uuid::from_u128(1));
const ID: ApplicationId = ApplicationId(uuid::Uuid::from_u128(0x0193_5a00_0000_7000_8000_0000_0000_0001));
const NOW: Millis = Millis(1_795_000_000_000);

fn main() {
    let hall = SigningKey::from_bytes(&[7; 32]).unwrap();
    let key = SigningKey::from_bytes(&[3; 32]).unwrap();
    let bodies = Bodies {
        folder: std::env::args().nth(1).expect("released_wire FOLDER").into(),
        certificate: TerminalCertificate::issue(terminal(), key.public(), 1, &hall),
        seal: SealSecretKey::from_bytes(&[2; 32]).unwrap(),
        hall,
        key,
    };
    std::fs::create_dir_all(&bodies.folder).unwrap();
    bodies.enrolment();
    bodies.heartbeats();
    bodies.applications();
    bodies.cases();
    bodies.rest();
}

fn terminal() -> TerminalId {
    TerminalId::parse("HP07").unwrap()
}

fn registration(sequence: u16) -> RegistrationNumber {
    RegistrationNumber::from_parts(terminal(), 261_121, sequence).unwrap()
}

fn case_number() -> CaseNumber {
    CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap()
}

fn progress(sequence: u16, state: CaseState, remark: &str) -> Progress {
    Progress {
        registration: registration(sequence),
        case_number: case_number(),
        item_name: "户口迁移".into(),
        state,
        received_at: NOW,
        changed_at: Millis(NOW.0 + 1000),
        promised_days: 5,
        day_type: bianmin_protocol::catalogue::DayType::Working,
        remark: remark.into(),
    }
}

impl Bodies {
    fn write(&self, name: &str, body: &impl Serialize) {
        let path = self.folder.join(format!("{name}.json"));
        std::fs::write(path, serde_json::to_string(body).unwrap() + "\n").unwrap();
    }

    fn numbers(&self) -> LastNumbers {
        let ticket =
            TicketNumber::next(TicketPrefix::parse("A").unwrap(), None, "2026-11-21".parse().unwrap());
        LastNumbers { registration: Some(registration(36)), tickets: vec![ticket.unwrap()] }
    }

    fn enrolment(&self) {
        self.write("enrol", &Enrol::new("ABCD-EFGH", &self.key));
        let newer = SigningKey::from_bytes(&[4; 32]).unwrap();
        self.write("enrol-in-place", &Enrol::in_place_of("ABCD-EFGH", &newer, &self.certificate, &self.key));
        let known = KnownNumbers { terminal: terminal(), numbers: self.numbers(), challenge: None };
        let enrolled = Enrolled {
            certificate: self.certificate.clone(),
            hall_key: self.hall.public(),
            seal_key: self.seal.public(),
            epoch: EPOCH,
            hall_name: "示例大厅".into(),
            public_url: "https://hall.example".into(),
            numbers: Some(known.sign(&self.hall)),
        };
        self.write("enrolled", &enrolled);
    }

    fn heartbeats(&self) {
        let printer = |outlet: &str, until: Option<&str>, counts: [u64; 3]| PrinterReport {
            outlet: outlet.into(),
            state: "paper-low".into(),
            jobs_left: 38,
            until: until.map(|day| day.parse().unwrap()),
            unknown_jobs: 2,
            millimetres: counts[0],
            sheets: counts[1],
            cuts: counts[2],
        };
        let challenge = Some(Blob(vec![9; 16]));
        let plain = Heartbeat {
            version: "0.1.0".into(),
            catalogue: Revision(3),
            waiting: 4,
            quarantined: 1,
            printer: "paper-low".into(),
            intake_open: true,
            ..Heartbeat::default()
        };
        self.write("heartbeat-plain", &plain);
        let printers =
            vec![printer("slip", Some("2026-12-04"), [71_400, 0, 420]), printer("page", None, [0, 96, 0])];
        let heartbeat =
            Heartbeat { printers, numbers: self.numbers(), challenge: challenge.clone(), ..plain };
        self.write("heartbeat", &heartbeat);
        let known = KnownNumbers { terminal: terminal(), numbers: self.numbers(), challenge };
        let numbers = Some(known.sign(&self.hall));
        self.write(
            "heartbeat-reply",
            &HeartbeatReply { now: NOW, epoch: EPOCH, catalogue: Revision(3), numbers },
        );
    }

    fn applications(&self) {
        let header = Header {
            application_id: ID,
            terminal: terminal(),
            registration: registration(1),
            item: "HJ02".parse().unwrap(),
            item_version: 1,
            catalogue: Revision(3),
            accepted_at: NOW,
            attachments: Vec::new(),
        };
        let body = ApplicationBody {
            answers: [("applicant_name".parse().unwrap(), "张示例".to_owned())].into(),
            materials: vec![MaterialState { code: "M1".parse().unwrap(), answer: MaterialAnswer::Have }],
            language: "zh-CN".into(),
        };
        let envelope = Envelope::seal(&header, &body, &self.seal.public(), &self.key).unwrap();
        let acknowledgement = Acknowledgement {
            application_id: ID,
            registration: registration(1),
            case_number: case_number(),
            received_at: NOW,
            epoch: EPOCH,
            content: envelope.digest(),
        };
        self.write("submission", &Submission { envelopes: vec![envelope.clone()] });
        self.write("carried", &Carried { certificate: self.certificate.clone(), envelope });
        let errors = vec![
            FieldError { field: "phone".into(), code: FieldErrorCode::TooShort { missing: 2, wanted: 11 } },
            FieldError { field: "M1".into(), code: FieldErrorCode::Required },
        ];
        let outcomes = vec![
            ApplicationOutcome::Acknowledged { acknowledgement: acknowledgement.sign(&self.hall) },
            ApplicationOutcome::Refused { reason: Refusal::Conflict {} },
            ApplicationOutcome::Refused { reason: Refusal::Invalid { errors } },
            ApplicationOutcome::Later {},
        ];
        self.write("submission-outcome", &SubmissionOutcome { outcomes });
        let missing = AttachmentProgress { material: "M2".parse().unwrap(), missing: vec![0, 3] };
        self.write("attachments", &AttachmentState { attachments: vec![missing] });
    }

    fn cases(&self) {
        let updates: Vec<CaseUpdate> = [
            (1, progress(1, CaseState::Received, "")),
            (2, progress(2, CaseState::Supplement, "请补交照片")),
            (3, progress(1, CaseState::Accepted, "")),
        ]
        .map(|(cursor, progress)| CaseUpdate { cursor, progress })
        .into();
        let page = UpdatePage {
            terminal: terminal(),
            epoch: EPOCH,
            after: 0,
            updates: updates.clone(),
            more: false,
        };
        let bare = r#"{"updates":[],"more":false}"#;
        let bare: Updates = serde_json::from_str(bare).unwrap();
        self.write("updates-unsigned", &Updates { updates, more: true, ..bare.clone() });
        self.write("updates", &Updates { signed: Some(page.sign(&self.hall)), ..bare });
        let challenge = Blob(vec![9; 16]);
        let four = Credential::LastFour(LastFour::parse("002X").unwrap());
        let proof = four.prove(&registration(1), &challenge, &self.seal.public()).unwrap();
        let query = ProgressQuery {
            registration: registration(1),
            challenge: Some(challenge.clone()),
            proof: Some(proof),
        };
        self.write("progress-query", &query);
        let known = ProgressAnswer::Known { progress: progress(1, CaseState::Granted, "") };
        let said = CaseAnswer { registration: registration(1), challenge, answer: known.clone() };
        self.write("progress-reply", &ProgressReply { signed: Some(said.sign(&self.hall)) });
        for (name, answer) in [
            ("known", known),
            ("not-yet", ProgressAnswer::NotYet { stranded: false }),
            ("stranded", ProgressAnswer::NotYet { stranded: true }),
            ("refused", ProgressAnswer::Refused {}),
        ] {
            self.write(&format!("phone-answer-{name}"), &answer);
        }
        let receipt = Receipt {
            application_id: ID,
            registration: registration(1),
            item: "HJ02".parse().unwrap(),
            accepted_at: NOW,
            content: [5; 8],
        };
        self.write("phone-query", &PhoneQuery { token: receipt.token(&self.certificate, &self.key) });
    }

    fn rest(&self) {
        let manifest = Manifest {
            revision: Revision(3),
            published_at: NOW,
            items: 27,
            root: Digest([1; 32]),
            bundle_size: 90_000,
            bundle_digest: Digest([2; 32]),
            content_size: 700_000,
        };
        let manifest = Some(manifest.sign(&self.hall));
        self.write("catalogue", &CatalogueState { manifest, delta: Some(1_200) });
        self.write("health", &Health { status: "ok".into(), now: NOW, version: "0.1.0".into() });
        let revocation = Revocation { terminal: terminal(), key: self.key.public(), told_at: NOW };
        let error = ErrorBody {
            error: ErrorCode::Revoked,
            now: NOW,
            terminal: Some(terminal()),
            revocation: Some(revocation.sign(&self.hall)),
            field: None,
        };
        self.write("error-revoked", &error);
        let error = ErrorBody {
            error: ErrorCode::BadRequest,
            now: NOW,
            terminal: Some(terminal()),
            revocation: None,
            field: Some("printers[0].state".into()),
        };
        self.write("error-field", &error);
    }
}
