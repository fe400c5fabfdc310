//! The wire format stays what it was: bodies of 0.1.0 are read and say the same, and 0.1.0 reads what is sent today.

#[path = "../../../tests/fixtures/wire-0.1.0/frozen.rs"]
mod frozen;

use super::*;
use crate::lookup::UpdatePage;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/wire-0.1.0")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.json"))).unwrap()
}

/// Read with the types of today and written again, a body is what it was: nothing is lost on the way in, and 0.1.0 reads
/// what comes out.
fn survives<T: DeserializeOwned + Serialize>(name: &str) {
    let body = fixture(name);
    let read: T = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
    let before: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), before, "{name}");
}

#[test]
fn every_body_of_0_1_0_is_read_and_says_the_same() {
    type Check = fn(&str);
    let bodies: &[(&str, Check)] = &[
        ("attachments", survives::<AttachmentState>),
        ("carried", survives::<Carried>),
        ("catalogue", survives::<CatalogueState>),
        ("enrol", survives::<Enrol>),
        ("enrol-in-place", survives::<Enrol>),
        ("enrolled", survives::<Enrolled>),
        ("error-field", survives::<ErrorBody>),
        ("error-revoked", survives::<ErrorBody>),
        ("health", survives::<Health>),
        ("heartbeat", survives::<Heartbeat>),
        ("heartbeat-plain", survives::<Heartbeat>),
        ("heartbeat-reply", survives::<HeartbeatReply>),
        ("phone-answer-known", survives::<ProgressAnswer>),
        ("phone-answer-not-yet", survives::<ProgressAnswer>),
        ("phone-answer-refused", survives::<ProgressAnswer>),
        ("phone-answer-stranded", survives::<ProgressAnswer>),
        ("phone-query", survives::<PhoneQuery>),
        ("progress-query", survives::<ProgressQuery>),
        ("progress-reply", survives::<ProgressReply>),
        ("submission", survives::<Submission>),
        ("submission-outcome", survives::<SubmissionOutcome>),
        ("updates", survives::<Updates>),
        ("updates-unsigned", survives::<Updates>),
    ];
    for (name, check) in bodies {
        check(name);
    }
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string());
    let files = files.filter_map(|name| name.unwrap().strip_suffix(".json").map(str::to_owned));
    let checked: BTreeSet<String> = bodies.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files.collect::<BTreeSet<String>>(), checked, "a body is looked at by nobody");
}

#[test]
fn what_0_1_0_signed_is_still_good() {
    let hall = SigningKey::from_bytes(&[7; 32]).unwrap().public();
    let terminal = TerminalId::parse("HP07").unwrap();
    let epoch = Epoch(uuid::Uuid::from_u128(1));
    let updates: Updates = serde_json::from_slice(&fixture("updates")).unwrap();
    let page: UpdatePage = updates.signed.unwrap().verify(&hall, &terminal, epoch, 0).unwrap();
    assert!(page.updates.iter().map(|update| update.cursor).eq(1..=3));
    let challenge = Blob(vec![9; 16]);
    let reply: HeartbeatReply = serde_json::from_slice(&fixture("heartbeat-reply")).unwrap();
    assert!(reply.numbers.unwrap().verify(&hall, &terminal, Some(&challenge)).is_some());
    let reply: ProgressReply = serde_json::from_slice(&fixture("progress-reply")).unwrap();
    let asked = page.updates[0].progress.registration.clone();
    assert!(reply.signed.unwrap().verify(&hall, &asked, &challenge).is_some());
    let outcome: SubmissionOutcome = serde_json::from_slice(&fixture("submission-outcome")).unwrap();
    let ApplicationOutcome::Acknowledged { acknowledgement } = &outcome.outcomes[0] else {
        panic!("{outcome:?}")
    };
    assert!(acknowledgement.verify(&hall).is_some());
    let submission: Submission = serde_json::from_slice(&fixture("submission")).unwrap();
    let terminal = SigningKey::from_bytes(&[3; 32]).unwrap().public();
    submission.envelopes[0].verify(&terminal).unwrap();
    let seal = crate::seal::SealSecretKey::from_bytes(&[2; 32]).unwrap();
    assert!(submission.envelopes[0].open(&seal).is_ok());
}

/// A scanner, of which 0.1.0 knows nothing, beside two printers.
fn devices() -> Vec<DeviceReport> {
    let heartbeat: Heartbeat = serde_json::from_slice(&fixture("heartbeat")).unwrap();
    let mut devices = heartbeat.up_to_date().devices;
    let facts = [
        ("firmware".to_owned(), DeviceFact::Text("1.2".into())),
        ("reads".to_owned(), DeviceFact::Number(12_000)),
    ];
    devices.push(DeviceReport {
        kind: "scanner".into(),
        name: String::new(),
        state: "ready".into(),
        facts: facts.into(),
    });
    devices
}

#[test]
fn a_hall_of_0_1_0_reads_a_heartbeat_with_devices() {
    let before: Heartbeat = serde_json::from_slice(&fixture("heartbeat")).unwrap();
    let heartbeat = before.clone().with_devices(devices());
    let body = serde_json::to_vec(&heartbeat).unwrap();
    let read: frozen::Heartbeat = frozen::read(&body);
    assert!(read.is_acceptable());
    assert_eq!((read.waiting, read.catalogue, read.printer.as_str()), (4, 3, "paper-low"));
    let printers: Vec<_> =
        read.printers.iter().map(|one| (one.outlet.as_str(), one.cuts, one.until)).collect();
    assert_eq!(printers, [("slip", 420, before.printers[0].until), ("page", 0, None)]);
    assert_eq!(read.numbers.tickets.len(), 1);
    assert!(read.challenge.is_some());
    // And from one that has no devices at all.
    let plain: frozen::Heartbeat = frozen::read(&fixture("heartbeat-plain"));
    assert!(plain.is_acceptable() && plain.printers.is_empty());
}

#[test]
fn printers_of_0_1_0_are_devices_and_lose_nothing() {
    let before: Heartbeat = serde_json::from_slice(&fixture("heartbeat")).unwrap();
    let now = before.clone().up_to_date();
    assert_eq!(now.printers, before.printers);
    assert_eq!(now.devices.len(), 2);
    assert_eq!(now.devices[0].kind, DeviceReport::PRINTER);
    assert_eq!(now.devices[0].facts["until"], DeviceFact::Text("2026-12-04".into()));
    assert!(!now.devices[1].facts.contains_key("until"));
    // A report that leaves everything out, or says something odd, is a printer of which little is known.
    let odd: DeviceReport = serde_json::from_str(
        r#"{"kind":"printer","state":"ready","facts":{"cuts":-1,"sheets":"many","until":"soon","dots":"180"}}"#,
    )
    .unwrap();
    let printer = odd.printer().unwrap();
    assert_eq!(printer, PrinterReport { state: "ready".into(), ..PrinterReport::default() });
}

#[test]
fn a_terminal_of_0_1_0_reads_the_answers_of_today() {
    let reply: HeartbeatReply = serde_json::from_slice(&fixture("heartbeat-reply")).unwrap();
    let read: frozen::HeartbeatReply = frozen::read(&serde_json::to_vec(&reply).unwrap());
    assert_eq!((read.now, read.catalogue), (reply.now.0, 3));
    assert!(read.numbers.is_some());
    let updates: Updates = serde_json::from_slice(&fixture("updates")).unwrap();
    let read: frozen::Updates = frozen::read(&serde_json::to_vec(&updates).unwrap());
    let page = crate::bytes::decode(&read.signed.unwrap().page).unwrap();
    let taken = frozen::read::<frozen::UpdatePage>(&page).taken();
    assert_eq!(taken.iter().map(|one| one.cursor).collect::<Vec<_>>(), [1, 2, 3]);
    // A state that it does not know would make all of a page unreadable to it.
    for state in crate::case::CaseState::ALL {
        frozen::read::<frozen::CaseState>(&serde_json::to_vec(&state.in_release_0_1_0()).unwrap());
    }
}
