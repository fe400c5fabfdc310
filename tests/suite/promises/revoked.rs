//! A terminal that the hall has revoked says so and promises nothing; what it holds still arrives, each as one case.

use super::bench::{Terminal, open, scan};
use super::idempotency::Copies;
use crate::programs::{Hall, Kiosk};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::standing::Revocation;
use bianmin_protocol::v1::{PHONE_PROGRESS, PhoneQuery, ProgressAnswer};
use bianmin_terminal::ledger::Intake;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn id(terminal: &Terminal) -> String {
    terminal.identity.terminal().to_string()
}

/// Revokes it, and lets it hear of that.
fn revoke(hall: &Hall, terminal: &Terminal) {
    hall.command(&["terminal", "revoke", &id(terminal)]);
    assert!(!terminal.kiosk.try_command(&["sync", "--once"]).status.success());
}

fn replace(hall: &Hall, kiosk: &Kiosk) -> String {
    let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
    let message = kiosk.command(&["enrol", "--replace", "--code", &code]);
    message["terminal"].as_str().unwrap().to_owned()
}

/// The case behind a number, as staff see it.
fn case(hall: &Hall, number: &Value) -> Value {
    hall.command(&["case", "show", number.as_str().unwrap()])
}

fn exported(kiosk: &Kiosk, folder: &Path) -> Vec<PathBuf> {
    kiosk.command(&["outbox", "export", "-o", folder.to_str().unwrap()]);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    files
}

fn import(hall: &Hall, files: &[PathBuf], accept_revoked: bool) -> (bool, Vec<Value>) {
    let mut arguments = vec!["outbox", "import"];
    arguments.extend(files.iter().map(|path| path.to_str().unwrap()));
    arguments.extend(accept_revoked.then_some("--accept-revoked"));
    arguments.push("--json");
    let output = hall.output(&arguments);
    let message: Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.success(), message.as_array().unwrap().clone())
}

#[test]
fn a_revoked_terminal_closes_with_words_and_promises_nothing() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let kiosk = &terminal.kiosk;
    let applied = kiosk.apply("HJ02");
    revoke(&hall, &terminal);
    let refused = kiosk.try_apply("HJ02", &kiosk.example("HJ02"));
    assert!(!refused.status.success(), "a revoked terminal took an application");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("enrol --replace"));
    let doctor = kiosk.try_command(&["doctor", "--json"]);
    let findings: Vec<Value> = serde_json::from_slice(&doctor.stdout).unwrap();
    let of = |part: &str| findings.iter().find(|finding| finding["part"] == part).unwrap();
    assert!(!doctor.status.success());
    for part in ["terminal", "hall"] {
        assert_eq!(of(part)["well"], false, "{findings:?}");
        assert!(of(part)["advice"].as_str().unwrap().contains("enrol --replace"));
    }
    assert_eq!(kiosk.outbox()[0].1, "waiting", "what it holds is not thrown away");
    // Paper and phone do not say that it goes by itself.
    let slip = kiosk.folder.path().join("slip.pdf");
    let number = applied["registration"].as_str().unwrap();
    let made = kiosk.try_command(&["slip", number, "--as", "pdf", "-o", slip.to_str().unwrap()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = crate::programs::tool("pdftotext", &["-raw", slip.to_str().unwrap(), "-"]).stdout;
    let text: String = String::from_utf8(text).unwrap().split_whitespace().collect();
    assert!(text.contains("已停用") && !text.contains("网络恢复后自动上传"), "{text}");
    let body =
        serde_json::to_vec(&PhoneQuery { token: applied["token"].as_str().unwrap().to_owned() }).unwrap();
    let answer = super::bench::runtime().block_on(async {
        let request = reqwest::Client::new().post(format!("{}{PHONE_PROGRESS}", hall.url)).body(body);
        request.send().await.unwrap().bytes().await.unwrap()
    });
    let answer: ProgressAnswer = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer, ProgressAnswer::NotYet { stranded: true });
}

/// Anybody on a line without TLS can answer "revoked".
#[test]
fn only_the_halls_own_word_closes_a_terminal() {
    let hall = Hall::start(None);
    let (terminal, other) = (Terminal::of(&hall), Terminal::of(&hall));
    let ledger = open(terminal.kiosk.folder.path(), &terminal.identity, 0);
    let said = |terminal: &Terminal, key: &SigningKey| {
        let certificate = &terminal.identity.enrolled.certificate;
        let revocation =
            Revocation { terminal: certificate.terminal.clone(), key: certificate.key, told_at: Millis(1) };
        revocation.sign(key)
    };
    let hall_key = hall.signing_key();
    for forged in [said(&terminal, &SigningKey::generate().unwrap()), said(&other, &hall_key)] {
        assert!(!ledger.revoke(&forged).unwrap());
        assert_eq!(ledger.intake(), Intake::Open, "somebody else's word closed the terminal");
    }
    assert!(ledger.revoke(&said(&terminal, &hall_key)).unwrap());
    assert_eq!(ledger.intake(), Intake::Revoked);
    drop(ledger);
    let again = open(terminal.kiosk.folder.path(), &terminal.identity, 0);
    assert_eq!(again.intake(), Intake::Revoked, "it is forgotten with a restart");
}

#[test]
fn another_identity_sends_what_waited_once_and_hears_of_it() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let kiosk = &terminal.kiosk;
    let with_file = {
        let ledger = open(kiosk.folder.path(), &terminal.identity, 0);
        terminal.try_accept(&ledger, scan(700_000)).unwrap().registration.to_string()
    };
    let plain = kiosk.apply("HJ02");
    revoke(&hall, &terminal);
    let new = replace(&hall, kiosk);
    assert_ne!(new, id(&terminal));
    let report = kiosk.command(&["sync", "--once"]);
    assert_eq!((&report["acknowledged"], &report["waiting"]), (&2.into(), &0.into()), "{report}");
    let later = kiosk.apply("HJ02");
    assert!(later["registration"].as_str().unwrap().starts_with(&new), "{later}");
    kiosk.command(&["sync", "--once"]);
    assert_eq!(hall.cases().len(), 3);
    for number in [&plain["registration"], &with_file.as_str().into()] {
        let case = case(&hall, number);
        assert_eq!(case["mark"], "revoked-terminal", "staff cannot see that its key may be in other hands");
        assert_eq!(case["state"], "received", "its file did not arrive");
    }
    assert_eq!(case(&hall, &later["registration"])["mark"], Value::Null);
    // What becomes of the old ones is told to whoever took their terminal's place.
    hall.command(&["case", "decide", plain["registration"].as_str().unwrap(), "granted"]);
    kiosk.command(&["sync", "--once"]);
    let shown = kiosk.command(&["outbox", "show", plain["registration"].as_str().unwrap()]);
    assert_eq!(shown["progress"]["state"], "granted");
    // The old key is nobody's any more.
    let copies = Copies::of(&terminal);
    let (status, _) = copies.send_bytes(&hall.url, "/v1/heartbeat", b"{}".to_vec()).unwrap();
    assert_eq!(status, 403);
    // And once more, of a terminal that was never revoked: nothing is suspect about it.
    let waiting = kiosk.apply("HJ02");
    assert_ne!(replace(&hall, kiosk), new);
    kiosk.command(&["sync", "--once"]);
    assert_eq!(case(&hall, &waiting["registration"])["mark"], Value::Null);
    assert_eq!(hall.cases().len(), 4);
    assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
}

#[test]
fn what_was_carried_and_sent_is_one_case() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let kiosk = &terminal.kiosk;
    {
        let ledger = open(kiosk.folder.path(), &terminal.identity, 0);
        terminal.try_accept(&ledger, scan(700_000)).unwrap();
    }
    kiosk.apply("HJ02");
    let folder = tempfile::tempdir().unwrap();
    let mut files = exported(kiosk, folder.path());
    assert_eq!(files.len(), 2);
    let (is_whole, first) = import(&hall, &files, false);
    assert!(is_whole, "{first:?}");
    assert!(first.iter().all(|one| one["files_missing"] == 0), "{first:?}");
    // The same once more, and one that is damaged: it keeps none of the others out.
    let damaged = folder.path().join("damaged.json");
    let mut bytes = std::fs::read(&files[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    std::fs::write(&damaged, bytes).unwrap();
    files.insert(0, damaged);
    let (is_whole, again) = import(&hall, &files, false);
    assert!(!is_whole && again[1..] == first[..], "{again:?}");
    assert_eq!(hall.cases().len(), 2);
    // The terminal has its line back.
    kiosk.command(&["sync", "--once"]);
    assert_eq!(hall.cases().len(), 2);
    assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"), "{:?}", kiosk.outbox());
    for case in hall.cases() {
        assert_eq!(case["state"], "received");
    }
}

#[test]
fn what_is_carried_from_a_revoked_terminal_is_taken_on_request_and_marked() {
    let mut hall = Hall::start(None);
    let backup = hall.folder.path().join("backup.sqlite");
    hall.command(&["database", "backup", backup.to_str().unwrap()]);
    let (terminal, stranger) = (Terminal::of(&hall), Terminal::of(&hall));
    let applied = terminal.kiosk.apply("HJ02");
    let folder = tempfile::tempdir().unwrap();
    revoke(&hall, &terminal);
    let files = exported(&terminal.kiosk, folder.path());
    let (is_whole, message) = import(&hall, &files, false);
    assert!(!is_whole && message[0]["error"].as_str().unwrap().contains("--accept-revoked"), "{message:?}");
    assert!(hall.cases().is_empty());
    let (is_whole, message) = import(&hall, &files, true);
    assert!(is_whole, "{message:?}");
    assert_eq!(case(&hall, &applied["registration"])["mark"], "revoked-terminal");
    // A terminal that a restored hall knows nothing of, and that is gone: its certificate proves it.
    let applied = stranger.kiosk.apply("HJ02");
    let files = exported(&stranger.kiosk, tempfile::tempdir().unwrap().keep().as_path());
    drop(stranger);
    hall.stop();
    for journal in ["hall.sqlite-wal", "hall.sqlite-shm"] {
        let _ = std::fs::remove_file(hall.folder.path().join(journal));
    }
    std::fs::copy(&backup, hall.folder.path().join("hall.sqlite")).unwrap();
    hall.start_again();
    let (is_whole, message) = import(&hall, &files, false);
    assert!(is_whole, "{message:?}");
    assert_eq!(case(&hall, &applied["registration"])["mark"], "unknown-terminal");
    hall.command(&["case", "decide", applied["registration"].as_str().unwrap(), "granted"]);
    // Its numbers are never another terminal's.
    let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
    let kiosk = Kiosk { folder: tempfile::tempdir().unwrap() };
    let message = kiosk.command(&["enrol", "--hall", &hall.url, "--code", &code]);
    assert!(!applied["registration"].as_str().unwrap().starts_with(message["terminal"].as_str().unwrap()));
    let _ = std::fs::remove_dir_all(files[0].parent().unwrap());
}
