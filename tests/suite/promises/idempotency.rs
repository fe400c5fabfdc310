//! Exactly one effect, and a loud conflict: whatever is lost, repeated or held back on the way, one application is
//! one case with one number; and another body under its name is refused without losing either.

use super::bench::{Terminal, runtime};
use super::chance::{Chance, count, rounds};
use super::relay::Relay;
use crate::programs::{Hall, postgres};
use bianmin_protocol::application::{ApplicationBody, Header};
use bianmin_protocol::http_signature::{self, SignedHeaders};
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::Sealed;
use bianmin_protocol::v1::{
    self, Acknowledgement, ApplicationOutcome, Envelope, Refusal, Submission, SubmissionOutcome,
};
use bianmin_terminal::ledger::identity::TerminalIdentity;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Sends applications by hand, in the terminal's name.
pub struct Copies {
    pub identity: TerminalIdentity,
    body: ApplicationBody,
    template: Header,
    given: AtomicU32,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Copies {
    pub fn of(terminal: &Terminal) -> Self {
        let identity = terminal.identity.clone();
        let draft = terminal.draft(Vec::new());
        let id = identity.enrolled.certificate.terminal.clone();
        let template = Header {
            application_id: ApplicationId::new(),
            registration: RegistrationNumber::from_parts(id.clone(), 261_121, 9999).unwrap(),
            terminal: id,
            item: draft.item.code.clone(),
            item_version: draft.item.version,
            catalogue: draft.catalogue,
            accepted_at: Millis(jiff::Timestamp::now().as_millisecond()),
            attachments: Vec::new(),
        };
        // Each request has a connection of its own, so that the relay decides on each.
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let body = draft.body.clone();
        Self { identity, body, template, given: AtomicU32::new(0), client, runtime: runtime() }
    }

    pub fn header(&self) -> Header {
        let terminal = self.identity.enrolled.certificate.terminal.clone();
        // A day has 9,999 numbers, and the template has the last of the first.
        let given = self.given.fetch_add(1, Ordering::Relaxed);
        let (day, sequence) = (261_121 + given / 9998, (given % 9998 + 1) as u16);
        Header {
            application_id: ApplicationId::new(),
            registration: RegistrationNumber::from_parts(terminal, day, sequence).unwrap(),
            ..self.template.clone()
        }
    }

    pub fn seal(&self, header: &Header, body: &ApplicationBody) -> Envelope {
        Sealed::seal(header, body, &self.identity.enrolled.seal_key, &self.identity.key).unwrap()
    }

    pub fn body(&self) -> ApplicationBody {
        self.body.clone()
    }

    pub fn envelope(&self) -> Envelope {
        self.seal(&self.header(), &self.body)
    }

    /// Sends one application once; none if no whole answer came back.
    pub fn send(&self, url: &str, envelope: &Envelope) -> Option<(u16, ApplicationOutcome)> {
        let body = serde_json::to_vec(&Submission { envelopes: vec![envelope.clone()] }).unwrap();
        let (status, text) = self.send_bytes(url, v1::APPLICATIONS, body)?;
        let mut answer: SubmissionOutcome = serde_json::from_slice(&text).ok()?;
        Some((status, answer.outcomes.remove(0)))
    }

    /// Signs and sends bytes.
    pub fn send_bytes(&self, url: &str, path: &str, body: Vec<u8>) -> Option<(u16, Vec<u8>)> {
        let now = jiff::Timestamp::now().as_second() as u64;
        let signed = self.signed("POST", path, &body, now);
        self.send_signed(url, path, body, &signed)
    }

    /// A signature in the terminal's name, by a clock that shows `created` (seconds).
    pub fn signed(&self, method: &str, path: &str, body: &[u8], created: u64) -> SignedHeaders {
        let nonce = *uuid::Uuid::new_v4().as_bytes();
        let terminal = &self.identity.enrolled.certificate.terminal;
        http_signature::sign(&self.identity.key, terminal, method, path, body, created, &nonce).unwrap()
    }

    /// Sends bytes with a signature, whoever made it and whatever for.
    pub fn send_signed(
        &self,
        url: &str,
        path: &str,
        body: Vec<u8>,
        signed: &SignedHeaders,
    ) -> Option<(u16, Vec<u8>)> {
        let request = self
            .client
            .post(format!("{url}{path}"))
            .header("content-type", v1::MEDIA_TYPE)
            .header("content-digest", &signed.content_digest)
            .header("signature-input", &signed.signature_input)
            .header("signature", &signed.signature)
            .body(body);
        self.runtime.block_on(async {
            let answer = request.send().await.ok()?;
            let status = answer.status().as_u16();
            Some((status, answer.bytes().await.ok()?.to_vec()))
        })
    }
}

#[track_caller]
pub fn acknowledged(copies: &Copies, (status, outcome): &(u16, ApplicationOutcome)) -> Acknowledgement {
    match outcome {
        ApplicationOutcome::Acknowledged { acknowledgement } => {
            acknowledgement.verify(&copies.identity.enrolled.hall_key).unwrap()
        }
        other => panic!("{status}: {other:?}"),
    }
}

fn one_case_whatever_the_network_does(database: Option<String>) {
    let chance = Chance::new("exactly one effect");
    let hall = Hall::start(database);
    let terminal = Terminal::of(&hall);
    let copies = Arc::new(Copies::of(&terminal));
    let relay = Relay::to(&hall.url, 50, chance);
    let applications = count(6, 200);
    for application in 0..applications {
        let envelope = copies.envelope();
        let answers: Vec<Acknowledgement> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..32)
                .map(|_| {
                    scope.spawn(|| {
                        // As the terminal does: again and again until an answer that counts.
                        for _ in 0..200 {
                            match copies.send(&relay.url, &envelope) {
                                Some(answer @ (_, ApplicationOutcome::Acknowledged { .. })) => {
                                    return acknowledged(&copies, &answer);
                                }
                                Some((_, ApplicationOutcome::Refused { reason })) => {
                                    panic!("refused: {reason:?}")
                                }
                                Some((_, ApplicationOutcome::Later {})) | None => {}
                            }
                        }
                        panic!("never answered");
                    })
                })
                .collect();
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        for answer in &answers {
            assert_eq!(answer, &answers[0], "two answers to one application");
        }
        assert_eq!(hall.cases().len(), application + 1, "one application is not one case");
    }
}

#[test]
fn one_application_is_one_case_whatever_the_network_does_on_sqlite() {
    one_case_whatever_the_network_does(None);
}

#[test]
fn one_application_is_one_case_whatever_the_network_does_on_postgresql() {
    one_case_whatever_the_network_does(Some(postgres()));
}

/// One byte of an answer changed, sealed and signed as it should be: the first stays, the other is refused loudly
/// and kept as evidence. One byte of the sealed application changed on the way: nothing comes of it at all.
#[test]
fn a_changed_byte_is_a_conflict_or_nothing_but_never_a_second_case() {
    let mut chance = Chance::new("changed bytes");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let copies = Copies::of(&terminal);
    let header = copies.header();
    let original = copies.seal(&header, &copies.body());
    let first = copies.send(&hall.url, &original).unwrap();
    acknowledged(&copies, &first);
    let evidence = || -> u32 {
        let database = rusqlite::Connection::open(hall.folder.path().join("hall.sqlite")).unwrap();
        database.query_row("SELECT COUNT(*) FROM evidence", [], |row| row.get(0)).unwrap()
    };
    for round in rounds("changed bytes", 8, 400) {
        let mut body = copies.body();
        let which = chance.below(body.answers.len());
        let (field, answer) = body.answers.iter_mut().nth(which).unwrap();
        let mut letters: Vec<char> = answer.chars().collect();
        let at = chance.below(letters.len().max(1));
        match letters.get_mut(at) {
            Some(letter) => *letter = if *letter == '甲' { '乙' } else { '甲' },
            None => letters.push('甲'),
        }
        let field = field.clone();
        *answer = letters.into_iter().collect();
        // Under the known id, or another id under the known number.
        let mut other = header.clone();
        if chance.percent(50) {
            other.application_id = ApplicationId::new();
        }
        let changed = copies.seal(&other, &body);
        let (status, outcome) = copies.send(&hall.url, &changed).unwrap();
        let refused = ApplicationOutcome::Refused { reason: Refusal::Conflict {} };
        assert_eq!((status, outcome), (409, refused), "round {round}, field {field}");
        assert!(evidence() > 0, "the other copy is lost");

        let mut bytes = serde_json::to_vec(&Submission { envelopes: vec![original.clone()] }).unwrap();
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(7);
        let answer = copies.send_bytes(&hall.url, v1::APPLICATIONS, bytes).unwrap();
        if answer.0 == 200 {
            let outcome: SubmissionOutcome = serde_json::from_slice(&answer.1).unwrap();
            assert_eq!(outcome.outcomes[0], first.1, "byte {at}");
        }
    }
    assert_eq!(hall.cases().len(), 1);
    assert_eq!(copies.send(&hall.url, &original).unwrap(), first);
}

/// The terminal's side of a conflict: told, set aside with its reason, and not in the way of the others.
#[test]
fn a_conflict_is_set_aside_at_the_terminal_and_the_rest_is_sent() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let report = terminal.write(5);
    let ledger = super::bench::open(terminal.kiosk.folder.path(), &terminal.identity, 0);
    let copies = Copies::of(&terminal);
    let taken = ledger.waiting(9).unwrap().remove(2);
    let other = copies.seal(&taken.envelope.read_header().unwrap(), &copies.body());
    acknowledged(&copies, &copies.send(&hall.url, &other).unwrap());
    terminal.kiosk.command(&["sync", "--once"]);
    let rows = terminal.kiosk.command(&["outbox", "list"]);
    for (at, row) in rows.as_array().unwrap().iter().enumerate() {
        let state = if at == 2 { "quarantined" } else { "acknowledged" };
        assert_eq!((row["registration"].as_str(), row["state"].as_str()), (Some(&*report[at]), Some(state)));
    }
    assert_eq!(rows[2]["reason"], "conflict");
    assert!(ledger.sealed(taken.application_id).unwrap().is_some(), "the terminal's copy is lost");
}
