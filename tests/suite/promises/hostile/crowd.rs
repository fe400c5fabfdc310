//! A crowd of clients that share no code with ours: they write HTTP/1 and frames of HTTP/2 byte by byte, take all the
//! connections that they get, and come back at once when they are sent away.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// What each of them does with its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// HTTP/2, answers pings, asks for nothing.
    OnlyAnswersPings,
    /// HTTP/1, sends requests without end and never reads an answer.
    NeverReads,
    /// HTTP/2, begins 64 requests and sends the body of none.
    BeginsBodies,
}

/// Runs until dropped.
pub struct Crowd {
    _runtime: tokio::runtime::Runtime,
    connected: Arc<AtomicUsize>,
}

impl Crowd {
    /// So many from one address of this machine.
    pub fn of(number: usize, habit: Habit, from: Ipv4Addr, hall: &str) -> Self {
        let hall: SocketAddr = hall.trim_start_matches("http://").parse().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connected = Arc::new(AtomicUsize::new(0));
        for _ in 0..number {
            let connected = connected.clone();
            runtime.spawn(async move {
                loop {
                    let held = async {
                        let socket = TcpSocket::new_v4()?;
                        socket.bind((from, 0).into())?;
                        let stream = socket.connect(hall).await?;
                        connected.fetch_add(1, Ordering::Relaxed);
                        hold(stream, habit).await
                    };
                    // Sent away, or the hall is gone. A client that spins would measure the machine.
                    let _ = held.await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
        }
        Self { _runtime: runtime, connected }
    }

    /// How many connections they have had.
    pub fn connected(&self) -> usize {
        self.connected.load(Ordering::Relaxed)
    }
}

async fn hold(mut stream: TcpStream, habit: Habit) -> std::io::Result<()> {
    match habit {
        Habit::NeverReads => loop {
            let requests = "GET /r HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
            stream.write_all(requests.as_bytes()).await?;
        },
        Habit::OnlyAnswersPings => {
            stream.write_all(&begin()).await?;
            answer_pings(&mut stream).await
        }
        Habit::BeginsBodies => {
            let mut bytes = begin();
            for stream in 0..64 {
                bytes.extend(frame(HEADERS, END_HEADERS, 2 * stream + 1, &enrolment()));
            }
            stream.write_all(&bytes).await?;
            answer_pings(&mut stream).await
        }
    }
}

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// The preface of HTTP/2, and settings.
fn begin() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    bytes.extend(frame(SETTINGS, ACK, 0, &[]));
    bytes
}

/// RFC 9113, section 4.1.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// Headers of an enrolment whose body will never come; literals without a table (RFC 7541, 6.2.2).
fn enrolment() -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/v1/enrol"),
        (":authority", "x"),
        ("content-length", "4096"),
    ] {
        block.push(0);
        for text in [name, value] {
            block.push(text.len() as u8);
            block.extend(text.bytes());
        }
    }
    block
}

/// Reads whatever comes, and answers each ping, until the connection ends.
async fn answer_pings(stream: &mut TcpStream) -> std::io::Result<()> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await?;
        if head[3] == PING && head[4] & ACK == 0 {
            stream.write_all(&frame(PING, ACK, 0, &payload)).await?;
        }
    }
}
