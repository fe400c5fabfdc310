//! Terminal and hall know each other: a wrong key, a copied identity and somebody else's application get nothing.

use super::bench::{Terminal, open};
use super::idempotency::{Copies, acknowledged};
use crate::programs::{Hall, Kiosk, eventually, postgres};
use bianmin_protocol::http_signature::{SignedHeaders, TOLERANCE};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{
    self, ApplicationOutcome, ErrorBody, ErrorCode, Heartbeat, PhoneQuery, Refusal, Submission,
};

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
    assert_eq!((status, outcome), (403, ApplicationOutcome::Refused { reason: Refusal::WrongTerminal {} }));
    assert!(hall.cases().is_empty());
    // And it did not keep the rightful sender from sending it.
    acknowledged(&others, &others.send(&hall.url, &overheard).unwrap());
    assert_eq!(hall.cases().len(), 1);
}

/// Two terminals from one disk image give the same numbers where nothing shows that it is a copy, as from a version that
/// left no mark. The second one's residents are told; nothing is mixed.
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
    crate::enrolled::unmark(clone.folder.path());
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

/// What a hall answers to a request that it does not take as the terminal's.
fn no(answer: Option<(u16, Vec<u8>)>) -> (u16, ErrorCode) {
    let (status, body) = answer.unwrap();
    let error = serde_json::from_slice::<ErrorBody>(&body);
    (status, error.unwrap_or_else(|_| panic!("{status}: {}", String::from_utf8_lossy(&body))).error)
}

/// A request is the terminal's as it was signed, once, and now; anything else about it is nobody's.
#[test]
fn a_forged_moved_stale_or_repeated_signature_is_refused() {
    let hall = Hall::start(None);
    let (one, other) = (Terminal::of(&hall), Terminal::of(&hall));
    let (own, others) = (Copies::of(&one), Copies::of(&other));
    let path = v1::APPLICATIONS;
    let now = || jiff::Timestamp::now().as_second() as u64;
    let body =
        |copies: &Copies| serde_json::to_vec(&Submission { envelopes: vec![copies.envelope()] }).unwrap();
    let name = |copies: &Copies| copies.identity.enrolled.certificate.terminal.to_string();
    let refused = (401, ErrorCode::Unauthorised);

    let bytes = body(&own);
    let good = own.signed("POST", path, &bytes, now());
    // Signed for something else.
    let moved = own.signed("POST", v1::HEARTBEAT, &bytes, now());
    assert_eq!(no(own.send_signed(&hall.url, path, bytes.clone(), &moved)), refused);
    let moved = own.signed("PUT", path, &bytes, now());
    assert_eq!(no(own.send_signed(&hall.url, path, bytes.clone(), &moved)), refused);
    // Another body under it.
    let changed = own.send_signed(&hall.url, path, body(&own), &good);
    assert_eq!(no(changed), (400, ErrorCode::BadRequest));
    let digest = own.signed("POST", path, &body(&own), now()).content_digest;
    let changed = SignedHeaders { content_digest: digest, ..good.clone() };
    assert_eq!(no(own.send_signed(&hall.url, path, bytes.clone(), &changed)), refused);
    // In another terminal's name, as if overheard and sent from there.
    let input = good.signature_input.replace(&name(&own), &name(&others));
    assert_ne!(input, good.signature_input);
    let renamed = SignedHeaders { signature_input: input, ..good.clone() };
    assert_eq!(no(others.send_signed(&hall.url, path, bytes.clone(), &renamed)), refused);
    // Signed again by another terminal: it is not that terminal's application.
    let (status, text) = others.send_bytes(&hall.url, path, bytes.clone()).unwrap();
    assert_eq!(status, 403, "{}", String::from_utf8_lossy(&text));
    // Too old, and not yet.
    for created in [now() - TOLERANCE - 2, now() + TOLERANCE + 60] {
        let stale = own.signed("POST", path, &bytes, created);
        let answer = no(own.send_signed(&hall.url, path, bytes.clone(), &stale));
        assert_eq!(answer, (401, ErrorCode::StaleSignature));
    }
    assert!(hall.cases().is_empty(), "something was accepted");
    // As it was meant; and not once more.
    assert_eq!(own.send_signed(&hall.url, path, bytes.clone(), &good).unwrap().0, 200);
    assert_eq!(no(own.send_signed(&hall.url, path, bytes, &good)), (409, ErrorCode::Replay));
    assert_eq!(hall.cases().len(), 1);
}

/// A sign of life that says so many wait.
fn heartbeat(waiting: u32) -> Vec<u8> {
    serde_json::to_vec(&Heartbeat { waiting, ..Heartbeat::default() }).unwrap()
}

fn seconds() -> u64 {
    jiff::Timestamp::now().as_second() as u64
}

/// What a hall remembers of a terminal's requests is that terminal's: however many it signs, and for whenever, others
/// are answered, and a copy of what they sent is still known as one.
#[test]
fn a_terminal_that_signs_ahead_locks_out_nobody_else() {
    let hall = Hall::start(None);
    let (bad, other) = (Copies::of(&Terminal::of(&hall)), Copies::of(&Terminal::of(&hall)));
    let send = |copies: &Copies, signed: &SignedHeaders| {
        copies.send_signed(&hall.url, v1::HEARTBEAT, heartbeat(0), signed)
    };
    let before = other.signed("POST", v1::HEARTBEAT, &heartbeat(0), seconds());
    assert_eq!(send(&other, &before).unwrap().0, 200);
    for number in 0..100 {
        let ahead = bad.signed("POST", v1::HEARTBEAT, &heartbeat(0), seconds() + 200 + number % 80);
        assert_eq!(send(&bad, &ahead).unwrap().0, 200);
    }
    let after = other.signed("POST", v1::HEARTBEAT, &heartbeat(0), seconds());
    assert_eq!(send(&other, &after).unwrap().0, 200, "another terminal is locked out");
    assert_eq!(no(send(&other, &before)), (409, ErrorCode::Replay));
}

/// A request that somebody recorded changes nothing at another hall on the same database, nor after a restart.
#[test]
fn a_recorded_request_changes_nothing_elsewhere_or_later() {
    let database = postgres();
    let mut hall = Hall::start(Some(database.clone()));
    let folder = tempfile::tempdir().unwrap();
    for key in ["hall.key", "seal.key"] {
        std::fs::copy(hall.folder.path().join(key), folder.path().join(key)).unwrap();
    }
    let mut twin = Hall::start_in(folder, Some(database), Vec::new());
    let copies = Copies::of(&Terminal::of(&hall));
    let send = |hall: &Hall, path: &str, body: Vec<u8>, signed: &SignedHeaders| {
        copies.send_signed(&hall.url, path, body, signed)
    };
    let report = |hall: &Hall| hall.command(&["terminal", "list"])[0].clone();
    let created = seconds();
    let (old, new) = (
        copies.signed("POST", v1::HEARTBEAT, &heartbeat(1), created),
        copies.signed("POST", v1::HEARTBEAT, &heartbeat(2), created + 1),
    );
    let body = serde_json::to_vec(&Submission { envelopes: vec![copies.envelope()] }).unwrap();
    let application = copies.signed("POST", v1::APPLICATIONS, &body, created);
    assert_eq!(send(&hall, v1::HEARTBEAT, heartbeat(1), &old).unwrap().0, 200);
    assert_eq!(send(&hall, v1::HEARTBEAT, heartbeat(2), &new).unwrap().0, 200);
    let first = send(&hall, v1::APPLICATIONS, body.clone(), &application).unwrap();
    assert_eq!(first.0, 200);
    hall.stop();
    let before = report(&hall);
    assert_eq!(before["heartbeat"]["waiting"], 2, "{before}");
    // The other hall has never seen them.
    send(&twin, v1::HEARTBEAT, heartbeat(1), &old).unwrap();
    let again = send(&twin, v1::APPLICATIONS, body.clone(), &application).unwrap();
    assert_eq!(again, first, "the very same answer, or none");
    twin.stop();
    assert_eq!(report(&hall), before, "an old sign of life was taken for a new one");
    // A process that begins later remembers nothing, and takes nothing that was signed before.
    eventually("another second", || (seconds() > created + 1).then_some(()));
    hall.start_again();
    for (path, body, signed) in [(v1::HEARTBEAT, heartbeat(2), &new), (v1::APPLICATIONS, body, &application)]
    {
        assert_eq!(no(send(&hall, path, body, signed)), (401, ErrorCode::StaleSignature), "{path}");
    }
    assert_eq!(hall.cases().len(), 1);
}

/// Whoever guesses is told how long to wait; whoever has a right code is let in, from the same address too. And a code
/// is not spent by a terminal that could not keep what it gets for it.
#[test]
fn wrong_codes_are_limited_and_a_right_one_is_never_lost() {
    let hall = Hall::start(None);
    let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
    let kiosk = Kiosk { folder: tempfile::tempdir().unwrap() };
    let enrol = |code: &str| kiosk.try_command(&["enrol", "--hall", &hall.url, "--code", code]);
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let mut last = String::new();
    for number in 0..11 {
        let wrong = enrol(&format!("22222-222{}{}", number / 8 + 2, number % 8 + 2));
        assert!(!wrong.status.success());
        last = said(&wrong);
    }
    let wait = last.split(' ').filter_map(|word| word.parse::<u64>().ok()).next_back();
    assert!(wait.is_some_and(|wait| (1..=60).contains(&wait)), "{last}");
    // Where nothing can be written the hall is not even asked.
    let in_the_way = kiosk.folder.path().join("identity.new");
    std::fs::create_dir(&in_the_way).unwrap();
    let unwritable = enrol(&code);
    assert!(
        !unwritable.status.success() && said(&unwritable).contains("still good"),
        "{}",
        said(&unwritable)
    );
    std::fs::remove_dir(&in_the_way).unwrap();
    let right = enrol(&code);
    assert!(right.status.success(), "{}", said(&right));
    let left: Vec<_> =
        std::fs::read_dir(kiosk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "enrolment.key"), "{left:?}");
}

/// The figures are for whoever may reach their own address, and nobody else.
#[test]
fn figures_are_not_told_to_the_public() {
    let mut hall = Hall::start(None);
    hall.stop();
    hall.configure("metrics_listen = \"127.0.0.1:0\"\n");
    hall.start_again();
    let ask = |url: String| {
        super::bench::runtime().block_on(async {
            let answer = reqwest::get(url).await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        })
    };
    let (status, figures) = ask(hall.metrics.clone().unwrap());
    assert!(status == 200 && figures.contains("bianmin_hall_connections "), "{status}: {figures}");
    assert_eq!(ask(format!("{}/metrics", hall.url)).0, 404);
}

/// A stolen terminal is revoked: from then on the hall takes nothing from it and tells it nothing.
#[test]
fn a_revoked_terminal_gets_nothing() {
    let hall = Hall::start(None);
    let (stolen, other) = (Terminal::of(&hall), Terminal::of(&hall));
    let copies = Copies::of(&stolen);
    stolen.kiosk.apply("HJ02");
    other.kiosk.apply("HJ02");
    hall.command(&["terminal", "revoke", copies.identity.enrolled.certificate.terminal.as_str()]);
    let output = stolen.kiosk.try_command(&["sync", "--once"]);
    assert!(!output.status.success(), "a revoked terminal was served");
    assert_eq!(stolen.kiosk.outbox()[0].1, "waiting", "what it holds is not thrown away");
    let body = serde_json::to_vec(&Submission { envelopes: vec![copies.envelope()] }).unwrap();
    assert_eq!(no(copies.send_bytes(&hall.url, v1::APPLICATIONS, body)), (403, ErrorCode::Revoked));
    let question = br#"{"registration":"HP07-261121-0036-8"}"#.to_vec();
    assert_eq!(no(copies.send_bytes(&hall.url, v1::PROGRESS, question)), (403, ErrorCode::Revoked));
    // Whoever does not hold its key does not even learn that.
    let mut stranger = Copies::of(&stolen);
    stranger.identity.key = SigningKey::generate().unwrap();
    let answer = no(stranger.send_bytes(&hall.url, v1::HEARTBEAT, b"{}".to_vec()));
    assert_eq!(answer, (401, ErrorCode::Unauthorised));
    assert!(hall.cases().is_empty());
    other.kiosk.command(&["sync", "--once"]);
    assert_eq!(hall.cases().len(), 1);
}

/// The code on a receipt asks about exactly one application, and not one character of it can be another.
#[test]
fn an_altered_code_of_a_receipt_asks_in_vain() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let token = kiosk.apply("HJ02")["token"].as_str().unwrap().to_owned();
    let runtime = super::bench::runtime();
    let client = reqwest::Client::new();
    let ask = |token: String| {
        let body = serde_json::to_vec(&PhoneQuery { token }).unwrap();
        runtime.block_on(async {
            let request = client.post(format!("{}{}", hall.url, v1::PHONE_PROGRESS)).body(body);
            request.send().await.unwrap().status().as_u16()
        })
    };
    assert_eq!(ask(token.clone()), 200);
    for at in 0..token.len() {
        let mut altered = token.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        assert_eq!(ask(altered), 400, "character {at} of {}", token.len());
    }
}
