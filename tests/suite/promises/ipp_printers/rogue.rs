//! Servers that are no printers, or printers that go wrong in the middle.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// What it does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rogue {
    /// Hangs up at once.
    HangsUp,
    /// Takes everything and never answers.
    Silent,
    /// Answers bytes that are no HTTP.
    Noise,
    /// Answers a web page, as a captive portal does.
    Portal,
    /// Answers nonsense under IPP's name.
    Nonsense,
    /// Answers without end.
    Endless,
    /// A printer that hangs up when a page comes.
    HangsUpOnPages,
    /// A printer that takes a page and knows nothing of it afterwards.
    Forgets,
    /// A printer that takes a page and then answers nonsense.
    TakesThenNonsense,
}

pub struct Server {
    pub uri: String,
}

/// `Get-Printer-Attributes` answered by an idle printer without reasons.
const IDLE: &[u8] = b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x47\x00\x12attributes-charset\x00\x05utf-8\
\x48\x00\x1battributes-natural-language\x00\x02en\
\x04\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x03\x44\x00\x15printer-state-reasons\x00\x04none\x03";
/// `Print-Job` accepted as job 7.
const TAKEN: &[u8] = b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x47\x00\x12attributes-charset\x00\x05utf-8\
\x48\x00\x1battributes-natural-language\x00\x02en\
\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x07\x23\x00\x09job-state\x00\x04\x00\x00\x00\x05\x03";
/// `client-error-not-found`.
const NO_SUCH_JOB: &[u8] = b"\x02\x00\x04\x06\x00\x00\x00\x01\x01\x47\x00\x12attributes-charset\x00\x05utf-8\
\x48\x00\x1battributes-natural-language\x00\x02en\x03";
/// An IPP answer that breaks off inside a value.
const BROKEN: &[u8] = b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x47\x00\x12attributes-charset\xff\xffutf";

const PRINT_JOB: u8 = 0x02;
const GET_PRINTER_ATTRIBUTES: u8 = 0x0b;

impl Rogue {
    pub const ALL: [Self; 9] = [
        Self::HangsUp,
        Self::Silent,
        Self::Noise,
        Self::Portal,
        Self::Nonsense,
        Self::Endless,
        Self::HangsUpOnPages,
        Self::Forgets,
        Self::TakesThenNonsense,
    ];

    /// Whether it answers the question how it is.
    pub fn looks_like_a_printer(self) -> bool {
        matches!(self, Self::HangsUpOnPages | Self::Forgets | Self::TakesThenNonsense)
    }

    pub fn start(self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("ipp://{}/ipp/print", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                std::thread::spawn(move || self.answer(stream));
            }
        });
        Server { uri }
    }

    fn answer(self, mut stream: TcpStream) {
        let Some(operation) = read_request(&mut stream) else { return };
        match (self, operation) {
            (Self::HangsUp, _) | (Self::HangsUpOnPages, PRINT_JOB) => {}
            // Longer than anybody waits, and not for ever.
            (Self::Silent, _) => {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
                let _ = stream.read(&mut [0]);
            }
            (Self::Noise, _) => drop(stream.write_all(b"\x00\xff\x13printer\r\n\r\n")),
            (Self::Portal, _) => reply(&mut stream, "text/html", b"<html>Please log in</html>"),
            (Self::Endless, _) => {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nConnection: close\r\n\r\n";
                let _ = stream.write_all(head.as_bytes());
                while stream.write_all(&[0x21; 4096]).is_ok() {}
            }
            (_, GET_PRINTER_ATTRIBUTES) if self.looks_like_a_printer() => ipp(&mut stream, IDLE),
            (Self::Forgets | Self::TakesThenNonsense, PRINT_JOB) => ipp(&mut stream, TAKEN),
            (Self::Forgets, _) => ipp(&mut stream, NO_SUCH_JOB),
            _ => ipp(&mut stream, BROKEN),
        }
    }
}

fn ipp(stream: &mut TcpStream, body: &[u8]) {
    reply(stream, "application/ipp", body);
}

fn reply(stream: &mut TcpStream, kind: &str, body: &[u8]) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// Reads one request to its end; gives the low byte of its operation.
fn read_request(stream: &mut TcpStream) -> Option<u8> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"))?;
        let length: usize = length.trim().parse().ok()?;
        if bytes.len() >= head + 4 + length {
            return bytes.get(head + 4 + 3).copied();
        }
    }
}
