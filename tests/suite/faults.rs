//! What goes wrong in the field, done to the real programs: each fault does what the promises say.

use crate::programs::{Hall, Kiosk};
use bianmin_protocol::application::{ApplicationBody, Header};
use bianmin_protocol::http_signature;
use bianmin_protocol::ids::{ApplicationId, ItemCode, Millis, Revision};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::Sealed;
use bianmin_protocol::v1::{self, ApplicationOutcome, Envelope, Refusal, Submission, SubmissionOutcome};
use bianmin_terminal::ledger::identity::TerminalIdentity;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A TCP relay to the hall that spoils what comes back.
struct Relay {
    url: String,
    /// Bytes of each answer that are let through before the connection is cut.
    limit: Arc<AtomicU64>,
}

impl Relay {
    fn to(hall: &Hall) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let limit = Arc::new(AtomicU64::new(u64::MAX));
        let target = hall.url.trim_start_matches("http://").to_owned();
        let shared = limit.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(hall) = TcpStream::connect(&target) else { continue };
                relay(client, hall, shared.load(Ordering::SeqCst));
            }
        });
        Self { url, limit }
    }
}

fn relay(client: TcpStream, hall: TcpStream, mut left: u64) {
    let (mut from_client, mut to_client) = (client.try_clone().unwrap(), client);
    let (mut from_hall, mut to_hall) = (hall.try_clone().unwrap(), hall);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_hall);
        let _ = to_hall.shutdown(Shutdown::Write);
    });
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count) = from_hall.read(&mut buffer) {
            let passed = (count as u64).min(left) as usize;
            left -= passed as u64;
            if count == 0 || to_client.write_all(&buffer[..passed]).is_err() || passed < count {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
}

/// A configuration that sends the terminal to another address.
fn aimed_at(kiosk: &Kiosk, url: &str, more: &str) -> String {
    let path = kiosk.folder.path().join("aimed.toml");
    std::fs::write(&path, format!("[hall]\nurl = \"{url}\"\n{more}")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A request signed as the terminal signs it.
fn post(identity: &TerminalIdentity, url: &str, envelopes: Vec<Envelope>) -> (u16, SubmissionOutcome) {
    let body = serde_json::to_vec(&Submission { envelopes }).unwrap();
    let now = jiff::Timestamp::now().as_second() as u64;
    let nonce = *uuid::Uuid::new_v4().as_bytes();
    let terminal = &identity.enrolled.certificate.terminal;
    let signed =
        http_signature::sign(&identity.key, terminal, "POST", v1::APPLICATIONS, &body, now, &nonce).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let answer = reqwest::Client::new()
            .post(format!("{url}{}", v1::APPLICATIONS))
            .header("content-type", v1::MEDIA_TYPE)
            .header("content-digest", signed.content_digest)
            .header("signature-input", signed.signature_input)
            .header("signature", signed.signature)
            .body(body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {status} {text}")))
    })
}

/// An envelope made by hand with the terminal's own key.
fn envelope(
    identity: &TerminalIdentity,
    id: ApplicationId,
    sequence: u16,
    item: &str,
    answers: &[u8],
) -> Envelope {
    let terminal = identity.enrolled.certificate.terminal.clone();
    let header = Header {
        application_id: id,
        registration: RegistrationNumber::from_parts(terminal.clone(), 261_121, sequence).unwrap(),
        terminal,
        item: ItemCode::parse(item).unwrap(),
        item_version: 1,
        catalogue: Revision(1),
        accepted_at: Millis(jiff::Timestamp::now().as_millisecond()),
        attachments: Vec::new(),
    };
    let example: serde_json::Value = serde_json::from_slice(answers).unwrap();
    let mut body = ApplicationBody::default();
    body.answers = serde_json::from_value(example["answers"].clone()).unwrap();
    for material in example["materials"].as_array().unwrap() {
        let answer = if material["promised"] == true { "promised" } else { "have" };
        let state = serde_json::json!({"code": material["code"], "answer": answer});
        body.materials.push(serde_json::from_value(state).unwrap());
    }
    Sealed::seal(&header, &body, &identity.enrolled.seal_key, &identity.key).unwrap()
}

fn refusal(outcome: &ApplicationOutcome) -> &Refusal {
    match outcome {
        ApplicationOutcome::Refused { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_replay_gets_the_same_answer_and_another_body_a_loud_conflict() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let identity = TerminalIdentity::load(kiosk.folder.path()).unwrap();
    let example = kiosk.example("HJ02");
    let id = ApplicationId::new();
    let original = envelope(&identity, id, 1, "HJ02", &example);
    let (status, first) = post(&identity, &hall.url, vec![original.clone()]);
    assert_eq!(status, 200);
    let (status, replay) = post(&identity, &hall.url, vec![original]);
    assert_eq!((status, &replay), (200, &first));

    let (status, other) = post(&identity, &hall.url, vec![envelope(&identity, id, 1, "HJ02", &example)]);
    assert_eq!(status, 409);
    assert_eq!(refusal(&other.outcomes[0]), &Refusal::Conflict {});
    let number_again = envelope(&identity, ApplicationId::new(), 1, "HJ02", &example);
    assert_eq!(post(&identity, &hall.url, vec![number_again]).0, 409);
    assert_eq!(hall.cases().len(), 1);
}

#[test]
fn one_bad_application_is_set_aside_with_its_reason_and_the_others_go_on() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let identity = TerminalIdentity::load(kiosk.folder.path()).unwrap();
    let example = kiosk.example("HJ02");
    let empty = br#"{"answers":{},"materials":[]}"#;
    let (status, outcomes) = post(
        &identity,
        &hall.url,
        vec![
            envelope(&identity, ApplicationId::new(), 1, "HJ02", &example),
            envelope(&identity, ApplicationId::new(), 2, "HJ02", empty),
            envelope(&identity, ApplicationId::new(), 3, "NO99", &example),
            envelope(&identity, ApplicationId::new(), 4, "HJ02", &example),
        ],
    );
    assert_eq!(status, 200);
    assert!(matches!(outcomes.outcomes[0], ApplicationOutcome::Acknowledged { .. }));
    assert!(matches!(refusal(&outcomes.outcomes[1]), Refusal::Invalid { errors } if errors.len() > 2));
    assert_eq!(refusal(&outcomes.outcomes[2]), &Refusal::UnknownItem {});
    assert!(matches!(outcomes.outcomes[3], ApplicationOutcome::Acknowledged { .. }));
}

#[test]
fn a_captive_portal_is_no_success() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    kiosk.apply("HJ02");
    let portal = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", portal.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in portal.incoming().flatten() {
            let page = "<html>Please accept the terms of this network</html>";
            let _ = client.read(&mut [0; 65536]);
            let length = page.len();
            let _ = write!(
                client,
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{page}"
            );
        }
    });
    let config = aimed_at(&kiosk, &url, "");
    let output = kiosk.try_command(&["sync", "--once", "--config", &config]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not the hall"));
    assert_eq!(kiosk.outbox()[0].1, "waiting");
    kiosk.command(&["sync", "--once"]);
    assert_eq!(kiosk.outbox()[0].1, "acknowledged");
}

#[test]
fn half_a_bundle_is_not_a_catalogue_and_the_rest_is_fetched_later() {
    let hall = Hall::start(None);
    let kiosk = Kiosk { folder: tempfile::tempdir().unwrap() };
    let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
    kiosk.command(&["enrol", "--hall", &hall.url, "--code", &code]);
    let relay = Relay::to(&hall);
    let config = aimed_at(&kiosk, &relay.url, "");
    for limit in [5_000, 20_000, 30_000] {
        relay.limit.store(limit, Ordering::SeqCst);
        let output = kiosk.try_command(&["sync", "--once", "--config", &config]);
        assert_eq!(output.status.code(), Some(1), "{limit}");
        assert_eq!(kiosk.command(&["search", ""]).as_array().unwrap().len(), 0);
    }
    relay.limit.store(u64::MAX, Ordering::SeqCst);
    kiosk.command(&["sync", "--once", "--config", &config]);
    assert!(kiosk.command(&["search", ""]).as_array().unwrap().len() >= 60);
}

/// The answer is cut at many places after the hall has committed: the terminal asks again, and there is one case.
#[test]
fn a_lost_answer_makes_no_second_case() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let relay = Relay::to(&hall);
    let config = aimed_at(&kiosk, &relay.url, "");
    let mut count = 0;
    for limit in [0, 1, 200, 500, 900, 1500] {
        kiosk.apply("HJ02");
        count += 1;
        relay.limit.store(limit, Ordering::SeqCst);
        let _ = kiosk.try_command(&["sync", "--once", "--config", &config]);
        relay.limit.store(u64::MAX, Ordering::SeqCst);
        kiosk.command(&["sync", "--once", "--config", &config]);
        assert_eq!(hall.cases().len(), count, "cut after {limit} bytes");
        assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
    }
}

#[test]
fn a_corrupt_record_is_set_aside_and_the_rest_is_sent() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    for _ in 0..5 {
        kiosk.apply("HJ02");
    }
    let file = kiosk.folder.path().join("ledger.sqlite");
    let database = rusqlite::Connection::open(&file).unwrap();
    let mut envelope: Vec<u8> =
        database.query_row("SELECT envelope FROM sealed WHERE sequence = 3", [], |row| row.get(0)).unwrap();
    let middle = envelope.len() / 2;
    envelope[middle] ^= 4;
    database.execute("UPDATE sealed SET envelope = ?1 WHERE sequence = 3", [&envelope]).unwrap();
    drop(database);
    kiosk.command(&["sync", "--once"]);
    let states: Vec<String> = kiosk.outbox().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["acknowledged", "acknowledged", "quarantined", "acknowledged", "acknowledged"]);
    assert_eq!(hall.cases().len(), 4);
}

/// A small disk of our own.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn of(kilobytes: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"])
            .arg(folder.path())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&mounted.stderr).into_owned();
        assert!(mounted.status.success(), "a small disk needs root and mount(8): {errors}");
        Self(folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_closes_intake_and_opens_it_again_by_itself() {
    let hall = Hall::start(None);
    for kilobytes in [4000, 6000, 8000] {
        let disk = SmallDisk::of(kilobytes);
        let mut kiosk = Kiosk { folder: tempfile::tempdir_in(disk.0.path()).unwrap() };
        let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
        kiosk.command(&["enrol", "--hall", &hall.url, "--code", &code]);
        let small = "[ledger]\nreserve_kb = 256\nkeep_sealed_days = 0\n";
        let config = aimed_at(&kiosk, &hall.url, small);
        kiosk.command(&["sync", "--once", "--config", &config]);
        let example = kiosk.example("HJ02");
        // A scan of a document with every application fills the disk soon.
        let scan = kiosk.folder.path().join("scan.pdf");
        let mut pdf = b"%PDF-1.7\n".to_vec();
        pdf.resize(100_000, b' ');
        pdf.extend_from_slice(b"%%EOF");
        std::fs::write(&scan, pdf).unwrap();
        let mut answers: serde_json::Value = serde_json::from_slice(&example).unwrap();
        let material = answers["materials"][0]["code"].clone();
        answers["materials"][0] = serde_json::json!({"code": material, "file": scan});
        let answers = serde_json::to_vec(&answers).unwrap();
        let apply = |kiosk: &Kiosk| {
            let mut command =
                kiosk.prepared(&["apply", "HJ02", "--answers", "-", "--json", "--config", &config]);
            let mut child = command
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            let _ = child.stdin.take().unwrap().write_all(&answers);
            child.wait_with_output().unwrap()
        };
        let before = hall.cases().len();
        let mut accepted = 0;
        let refused = loop {
            let output = apply(&kiosk);
            if !output.status.success() {
                break output;
            }
            accepted += 1;
            assert!(accepted < 100, "the disk never filled");
        };
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(message.contains("no room for further applications"), "{message}");
        assert_eq!(kiosk.outbox().len(), accepted, "{kilobytes} kB");
        // Sending goes on, and makes room.
        kiosk.command(&["sync", "--once", "--config", &config]);
        assert_eq!(hall.cases().len(), before + accepted);
        let again = apply(&kiosk);
        assert!(again.status.success(), "{kilobytes} kB: {}", String::from_utf8_lossy(&again.stderr));
        // Leave the folder before the disk goes.
        kiosk.folder = tempfile::tempdir().unwrap();
    }
}
