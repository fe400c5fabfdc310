//! Requests that are nearly right: every route, every header and every body, changed at random. The hall answers in
//! its own words or closes; it never fails, and serves others meanwhile.

use super::super::bench::Terminal;
use super::super::chance::{Chance, rounds};
use super::super::idempotency::Copies;
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::credential::Proof;
use bianmin_protocol::ids::Revision;
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::v1::*;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// A request, byte by byte.
#[derive(Debug, Clone)]
struct Raw {
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Raw {
    fn new(method: &str, path: &str, body: Vec<u8>) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body }
    }

    fn header(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Signs it as it stands, and says what HTTP needs.
    fn sign(&mut self, terminal: &Copies) {
        let now = jiff::Timestamp::now().as_second() as u64;
        let signed = terminal.signed(&self.method, &self.path, &self.body, now);
        self.header("content-digest", signed.content_digest);
        self.header("signature-input", signed.signature_input);
        self.header("signature", signed.signature);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// One right request for each route.
fn rights(terminal: &Copies) -> Vec<Raw> {
    let envelope = terminal.envelope();
    let header = envelope.read_header().unwrap();
    let receipt = Receipt {
        application_id: header.application_id,
        registration: header.registration.clone(),
        item: header.item,
        accepted_at: header.accepted_at,
        content: *envelope.digest().0.first_chunk().unwrap(),
    };
    let token = receipt.token(&terminal.identity.enrolled.certificate, &terminal.identity.key);
    let attachments = attachments_path(header.application_id);
    let two = vec![envelope.clone(), terminal.envelope()];
    let device = DeviceReport { kind: "scanner".into(), state: "ready".into(), ..DeviceReport::default() };
    let heartbeat = Heartbeat { version: "1".into(), ..Heartbeat::default() }.with_devices(vec![device]);
    vec![
        Raw::new("POST", HEARTBEAT, json(&heartbeat)),
        Raw::new("POST", APPLICATIONS, json(&Submission { envelopes: two })),
        Raw::new("POST", APPLICATIONS, json(&Submission { envelopes: vec![envelope] })),
        Raw::new("GET", &format!("{UPDATES}?after=0"), Vec::new()),
        Raw::new("GET", &format!("{UPDATES}?after=0&signed=true&changes=true"), Vec::new()),
        Raw::new(
            "POST",
            PROGRESS,
            json(&ProgressQuery {
                registration: header.registration,
                challenge: Some(Blob(vec![1; 16])),
                proof: Some(Proof::Receipt { token: token.clone() }),
            }),
        ),
        Raw::new("GET", &format!("{CATALOGUE}?have=0"), Vec::new()),
        Raw::new("GET", &bundle_path(Revision(1)), Vec::new()),
        Raw::new("GET", &delta_path(Revision(1), Revision(2)), Vec::new()),
        Raw::new("GET", &attachments, Vec::new()),
        Raw::new("PUT", &format!("{attachments}/M1/0"), vec![7; 5000]),
        Raw::new("POST", ENROL, json(&Enrol::new("ABCD-EFGH", &terminal.identity.key))),
        Raw::new("POST", PHONE_PROGRESS, json(&PhoneQuery { token })),
        Raw::new("GET", HEALTH, Vec::new()),
        Raw::new("GET", "/r", Vec::new()),
        Raw::new("GET", "/r/r.js", Vec::new()),
    ]
}

/// Another body: one that has to be refused, or one that means something else.
fn spoil_body(body: &mut Vec<u8>, chance: &mut Chance) {
    if body.is_empty() {
        *body = bytes(chance, 200);
        return;
    }
    match chance.below(8) {
        0 => body.truncate(chance.below(body.len())),
        1 => {
            for _ in 0..=chance.below(4) {
                let at = chance.below(body.len());
                body[at] ^= 1 << chance.below(8);
            }
        }
        2 => {
            let at = chance.below(body.len());
            let more = bytes(chance, 300);
            body.splice(at..at, more);
        }
        3 => body.extend_from_within(..),
        4 => *body = bytes(chance, 3000),
        _ => {
            if let Ok(mut value) = serde_json::from_slice::<Value>(body) {
                for _ in 0..=chance.below(3) {
                    let mut places = 0;
                    visit(&mut value, &mut |_| places += 1);
                    let mut left = chance.below(places);
                    let wrong = wrong_value(chance);
                    visit(&mut value, &mut |place| {
                        if left == 0 {
                            *place = wrong.clone();
                        }
                        left = left.wrapping_sub(1);
                    });
                }
                let text = value.to_string();
                let deep = "[".repeat(20_000);
                *body = text
                    .replace("\"@deep\"", &deep)
                    .replace("\"@number\"", "1e999")
                    .replace("\"@integer\"", &"9".repeat(400))
                    .replace("@half", "\\ud800")
                    .into_bytes();
            }
        }
    }
}

/// At most so many bytes.
fn bytes(chance: &mut Chance, most: usize) -> Vec<u8> {
    let size = chance.below(most + 1);
    (0..size).map(|_| chance.below(256) as u8).collect()
}

fn visit(value: &mut Value, seen: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| visit(value, seen)),
        Value::Object(values) => values.values_mut().for_each(|value| visit(value, seen)),
        _ => {}
    }
    seen(value);
}

fn wrong_value(chance: &mut Chance) -> Value {
    match chance.below(14) {
        0 => Value::Null,
        1 => true.into(),
        2 => (-1).into(),
        3 => u64::MAX.into(),
        4 => 1e308.into(),
        5 => "".into(),
        6 => "\u{0}\u{202e}\u{feff}".into(),
        7 => "长".repeat(chance.below(40_000)).into(),
        8 => Value::Array(vec![Value::Null; chance.below(5000)]),
        9 => serde_json::json!({}),
        10 => "@deep".into(),
        11 => "@number".into(),
        12 => "@integer".into(),
        _ => "@half".into(),
    }
}

fn spoil_head(raw: &mut Raw, chance: &mut Chance) {
    let lies: [(&str, &[u8]); 18] = [
        ("content-length", b"-1"),
        ("content-length", b"18446744073709551616"),
        ("content-length", b"5, 5"),
        ("transfer-encoding", b"chunked"),
        ("transfer-encoding", b"gzip, chunked"),
        ("content-encoding", b"gzip"),
        ("content-encoding", b"zstd"),
        ("content-type", b"text/plain; charset=utf-7"),
        ("expect", b"100-continue"),
        ("range", b"bytes=18446744073709551615-"),
        ("range", b"bytes=-0,0-0,5-"),
        ("if-range", b"\"1-2\""),
        ("if-none-match", b"*"),
        ("upgrade", b"h2c"),
        ("connection", b"upgrade, close, keep-alive"),
        ("host", b"\xff\xfe"),
        ("signature-input", b"bianmin=();created=1;keyid=\"HP07\";alg=\"none\""),
        ("signature", b"bianmin=::"),
    ];
    match chance.below(8) {
        0 | 1 => {
            let (name, value) = lies[chance.below(lies.len())];
            raw.header(name, value);
        }
        2 if !raw.headers.is_empty() => drop(raw.headers.remove(chance.below(raw.headers.len()))),
        3 if !raw.headers.is_empty() => {
            let at = chance.below(raw.headers.len());
            let mut again = raw.headers[at].clone();
            spoil_bytes(&mut again.1, chance);
            raw.headers.push(again);
        }
        4 if !raw.headers.is_empty() => {
            let at = chance.below(raw.headers.len());
            spoil_bytes(&mut raw.headers[at].1, chance);
        }
        5 => raw.header("x-much", vec![b'a'; chance.below(90_000)]),
        6 => (0..chance.below(300)).for_each(|number| raw.header(&format!("x-{number}"), "1")),
        _ => match chance.below(6) {
            0 => {
                raw.method = ["DELETE", "PATCH", "CONNECT", "OPTIONS", "", "P\u{0}ST"][chance.below(6)].into()
            }
            1 => raw.path += &"/..%2f%00%ff".repeat(1 + chance.below(200)),
            2 => raw.path += "?after=-1&after=18446744073709551616&have=x",
            3 => raw.path = raw.path.replace('1', "18446744073709551616"),
            4 => raw.path = format!("http://elsewhere{}", raw.path),
            _ => raw.path += &"a".repeat(chance.below(70_000)),
        },
    }
}

fn spoil_bytes(value: &mut Vec<u8>, chance: &mut Chance) {
    match chance.below(4) {
        0 => value.clear(),
        1 if !value.is_empty() => {
            let at = chance.below(value.len());
            value[at] = value[at].wrapping_add(1 + chance.below(255) as u8);
        }
        2 => value.truncate(chance.below(value.len().max(1))),
        _ => value.extend(bytes(chance, 60).into_iter().filter(|byte| !b"\r\n".contains(byte))),
    }
}

/// Sends bytes; what comes back: status, head and body. None if the hall closed without a word.
fn exchange(address: &str, bytes: &[u8], is_whole: bool) -> Option<(u16, String, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    // The hall may have answered and closed before it has everything.
    let _ = stream.write_all(bytes);
    if !is_whole {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer)
        && error.kind() != std::io::ErrorKind::ConnectionReset
    {
        panic!("neither an answer nor an end: {error}");
    }
    loop {
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        answer.drain(..end + 4);
        // "Go on" is no answer yet.
        if status != 100 {
            return Some((status, head, answer));
        }
    }
}

fn judge(answer: Option<(u16, String, Vec<u8>)>, what: &dyn std::fmt::Debug) -> bool {
    let Some((status, head, body)) = answer else { return false };
    assert!((200..500).contains(&status) || status == 501 || status == 505, "{status} to {what:?}");
    let own = [MEDIA_TYPE, BINARY_TYPE, "text/html", "text/css", "text/javascript", "text/plain; version"];
    let is_own = own.iter().any(|media| head.contains(&format!("content-type: {media}")));
    assert!(body.is_empty() || is_own, "not in its own words: {head}, to {what:?}");
    true
}

#[test]
fn no_request_makes_the_hall_fail_or_keeps_others_out() {
    let mut chance = Chance::new("hostile requests");
    let hall = super::hall(256, 5);
    let (bad, other) = (Terminal::of(&hall), Terminal::of(&hall));
    let (hostile, other) = (Copies::of(&bad), Copies::of(&other));
    let address = hall.url.trim_start_matches("http://");
    let (mut answered, mut sent) = (0, 0);
    for _ in rounds("hostile requests", 150, 4000) {
        for mut raw in rights(&hostile) {
            let kind = chance.below(4);
            if kind == 0 || kind == 1 {
                spoil_body(&mut raw.body, &mut chance);
            }
            raw.header("host", "hall");
            raw.header("connection", "close");
            raw.header("content-type", MEDIA_TYPE);
            raw.header("content-length", raw.body.len().to_string());
            if raw.path.starts_with("/v1") && ![ENROL, PHONE_PROGRESS].contains(&raw.path.as_str()) {
                raw.sign(&hostile);
            }
            match kind {
                // What was signed is not what is sent.
                1 => spoil_body(&mut raw.body, &mut chance),
                2 => spoil_head(&mut raw, &mut chance),
                _ => {}
            }
            let mut wire = raw.bytes();
            let mut is_whole = kind == 0 || kind == 3;
            if chance.below(40) == 0 {
                wire = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), bytes(&mut chance, 400)].concat();
                is_whole = false;
            } else if chance.below(20) == 0 {
                wire.truncate(chance.below(wire.len()));
                is_whole = false;
            }
            let shown = String::from_utf8_lossy(&wire[..wire.len().min(600)]).into_owned();
            let is_answered = judge(exchange(address, &wire, is_whole), &shown);
            assert!(is_answered || !is_whole, "closed without a word after {shown}");
            answered += usize::from(is_answered);
            sent += 1;
        }
        let heartbeat = json(&Heartbeat { version: "1".into(), ..Heartbeat::default() });
        assert_eq!(other.send_bytes(&hall.url, HEARTBEAT, heartbeat).unwrap().0, 200, "another terminal");
    }
    println!("{answered} of {sent} were answered");
    super::is_served(&hall, &other, "afterwards");
    super::is_well(&hall, 160);
}
