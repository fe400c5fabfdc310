//! Many terminals at once: their requests are sealed and signed before the clock starts, and go over plain
//! connections that do as little as possible, so that what is measured is the other end.

use crate::table::Series;
use bianmin_hall::testing::{TestHall, TestTerminal, now};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::http_signature::sign;
use bianmin_protocol::ids::{ApplicationId, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{APPLICATIONS, Submission};
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Terminals that send at the same time.
pub const CLIENTS: usize = 64;

/// One connection's requests, each ready to be written.
pub type Requests = Vec<Vec<u8>>;

/// What came of a run.
pub struct Run {
    pub seconds: f64,
    /// Of each request, in milliseconds.
    pub latencies: Series,
    /// How often the wanted text was in an answer.
    pub found: usize,
}

/// A signed request.
pub fn signed(terminal: &TestTerminal, method: &str, path: &str, extra: &str, body: &[u8]) -> Vec<u8> {
    signed_by(&terminal.key, &terminal.enrolled.certificate.terminal, method, path, extra, body)
}

/// The same, of a terminal of which no more is known.
pub fn signed_by(
    key: &SigningKey,
    terminal: &TerminalId,
    method: &str,
    path: &str,
    extra: &str,
    body: &[u8],
) -> Vec<u8> {
    let nonce = *ApplicationId::new().as_bytes();
    let signed = sign(key, terminal, method, path, body, now(), &nonce).unwrap();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: hall\r\n{extra}content-length: {}\r\ncontent-digest: {}\r\n\
         signature-input: {}\r\nsignature: {}\r\n\r\n",
        body.len(),
        signed.content_digest,
        signed.signature_input,
        signed.signature
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// `requests` submissions of `batch` applications each.
pub fn submissions(
    terminal: &TestTerminal,
    items: &[ServiceItem],
    requests: usize,
    batch: usize,
) -> Requests {
    (0..requests)
        .map(|turn| {
            let envelopes =
                (0..batch).map(|at| terminal.example(&items[(turn * batch + at) % items.len()])).collect();
            let body = serde_json::to_vec(&Submission { envelopes }).unwrap();
            signed(terminal, "POST", APPLICATIONS, "", &body)
        })
        .collect()
}

/// [`CLIENTS`] terminals of a hall.
pub async fn terminals(hall: &TestHall) -> Vec<TestTerminal> {
    let mut terminals = Vec::new();
    for _ in 0..CLIENTS {
        terminals.push(hall.enrol("HP").await);
    }
    terminals
}

/// Makes what each terminal sends, on all cores.
pub fn prepare(terminals: &[TestTerminal], make: impl Fn(&TestTerminal) -> Requests + Sync) -> Vec<Requests> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = terminals.len().div_ceil(cores);
    std::thread::scope(|scope| {
        let workers: Vec<_> = terminals
            .chunks(share)
            .map(|chunk| scope.spawn(|| chunk.iter().map(&make).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

/// Sends everything, each connection one request after another, all connections at once.
pub async fn run(address: &str, work: Vec<Requests>, status: u16, wanted: &'static str) -> Run {
    let address = address.trim_start_matches("http://").to_owned();
    let mut connections = Vec::new();
    for requests in work {
        let stream = TcpStream::connect(&address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        connections.push((stream, requests));
    }
    let begun = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|(mut stream, requests)| {
            tokio::spawn(async move {
                let (mut latencies, mut found) = (Vec::with_capacity(requests.len()), 0);
                let mut buffer = Vec::with_capacity(64 * 1024);
                for request in &requests {
                    let asked = Instant::now();
                    stream.write_all(request).await.unwrap();
                    let (answered, body) = answer(&mut stream, &mut buffer).await;
                    latencies.push(asked.elapsed().as_secs_f64() * 1e3);
                    assert_eq!(answered, status, "{}", String::from_utf8_lossy(&buffer));
                    found += count(&buffer[body..], wanted.as_bytes());
                }
                (latencies, found)
            })
        })
        .collect();
    let mut run = Run { seconds: 0.0, latencies: Series::default(), found: 0 };
    for task in tasks {
        let (latencies, found) = task.await.unwrap();
        run.latencies.0.extend(latencies);
        run.found += found;
    }
    run.seconds = begun.elapsed().as_secs_f64();
    run
}

/// Reads one answer into `buffer`; its status and where its body begins.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> (u16, usize) {
    buffer.clear();
    let body = loop {
        assert_ne!(stream.read_buf(buffer).await.unwrap(), 0, "the other end hung up");
        let from = buffer.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(at) = from {
            break at + 4;
        }
    };
    let head = std::str::from_utf8(&buffer[..body]).unwrap().to_ascii_lowercase();
    let status = head[9..12].parse().unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    // An answer without content has no length (RFC 9110, 8.6).
    let length: usize = if status == 304 { 0 } else { length.unwrap().trim().parse().unwrap() };
    while buffer.len() < body + length {
        assert_ne!(stream.read_buf(buffer).await.unwrap(), 0, "the other end hung up");
    }
    (status, body)
}

fn count(text: &[u8], wanted: &[u8]) -> usize {
    if wanted.is_empty() { 0 } else { text.windows(wanted.len()).filter(|window| *window == wanted).count() }
}
