//! Terminal and hall know each other: a wrong key, a copied identity and somebody else's application get nothing.

use super::bench::{Terminal, open};
use super::effect::{Copies, acknowledged};
use crate::programs::{Hall, Kiosk};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{self, Outcome, Refusal, Submission};

#[test]
fn a_wrong_key_and_anothers_application_are_refused() {
    let hall = Hall::start(None);
    let (one, other) = (Terminal::of(&hall), Terminal::of(&hall));
    let (own, others) = (Copies::of(&one), Copies::of(&other));
    // The terminal's name, another key.
    let mut forger = Copies::of(&one);
    forger.identity.key = SigningKey::generate().unwrap();
    let body = serde_json::to_vec(&Submission { envelopes: vec![own.envelope()] }).unwrap();
    assert_eq!(forger.send_bytes(&hall.url, v1::APPLICATIONS, body).unwrap().0, 401);
    // Another terminal's application, as if overheard.
    let overheard = others.envelope();
    let (status, outcome) = own.send(&hall.url, &overheard).unwrap();
    assert_eq!((status, outcome), (403, Outcome::Refused { reason: Refusal::WrongTerminal {} }));
    assert!(hall.cases().is_empty());
    // And it did not keep the rightful sender from sending it.
    acknowledged(&others, &others.send(&hall.url, &overheard).unwrap());
    assert_eq!(hall.cases().len(), 1);
}

/// Two terminals from one disk image give the same numbers. The second one's residents are told; nothing is mixed.
#[test]
fn a_cloned_terminal_is_noticed_and_mixes_nothing_up() {
    let hall = Hall::start(None);
    let original = Terminal::of(&hall);
    let clone = Kiosk { folder: tempfile::tempdir().unwrap() };
    for entry in std::fs::read_dir(original.kiosk.folder.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "reserve" {
            std::fs::copy(entry.path(), clone.folder.path().join(entry.file_name())).unwrap();
        }
    }
    let first = original.kiosk.apply("HJ02");
    let second = clone.apply("HJ02");
    assert_eq!(first["registration"], second["registration"]);
    original.kiosk.command(&["sync", "--once"]);
    let _ = clone.try_command(&["sync", "--once"]);
    assert_eq!(clone.outbox()[0].1, "quarantined");
    let ledger = open(clone.folder.path(), &original.identity, 0);
    let record = ledger.records().unwrap().remove(0);
    assert_eq!(record.reason.unwrap().key(), "conflict");
    assert!(ledger.sealed(record.application_id).unwrap().is_some(), "the clone's application is lost");
    let cases = hall.cases();
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["application_id"], first["application_id"]);
}
