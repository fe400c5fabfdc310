//! A network between terminal and hall that loses, repeats and holds back, by seeded random numbers.

use super::chance::Chance;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Passes requests on to `url` one by one, and lets `change` look at the path of each and change the body of its
/// answer. Returns its own address.
pub fn changing(url: &str, change: impl Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let target = url.trim_start_matches("http://").to_owned();
    let change = Arc::new(change);
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let (target, change) = (target.clone(), change.clone());
            std::thread::spawn(move || -> Option<()> {
                let mut hall = TcpStream::connect(target).ok()?;
                loop {
                    let request = read_request(&mut client)?;
                    hall.write_all(&request).ok()?;
                    let answer = read_request(&mut hall)?;
                    let line = String::from_utf8_lossy(&request);
                    let path = line.split(' ').nth(1).unwrap_or_default();
                    client.write_all(&with_body(&answer, |body| change(path, body))).ok()?;
                }
            });
        }
    });
    own
}

fn with_body(answer: &[u8], change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let body = change(answer[end + 4..].to_vec());
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut changed = String::new();
    for line in head.split("\r\n") {
        match line.to_ascii_lowercase().starts_with("content-length:") {
            true => changed += &format!("content-length: {}\r\n", body.len()),
            false => changed += &format!("{line}\r\n"),
        }
    }
    [changed.as_bytes(), b"\r\n", &body].concat()
}

/// What becomes of one connection.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Pass,
    /// The request does not arrive whole.
    LoseRequest(usize),
    /// The answer breaks off after so many bytes.
    LoseAnswer(usize),
    /// The request arrives twice.
    Repeat,
    /// The request arrives later than others that were sent after it.
    HoldBack(Duration),
}

/// The bad network.
pub struct Relay {
    pub url: String,
    percent: Arc<AtomicUsize>,
}

impl Relay {
    /// Spoils so many connections in a hundred on their way to `url`.
    pub fn to(url: &str, percent: usize, chance: Chance) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let target = url.trim_start_matches("http://").to_owned();
        let chance = Arc::new(Mutex::new(chance));
        let percent = Arc::new(AtomicUsize::new(percent));
        let spoilt = percent.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let fate = fate(&mut chance.lock().unwrap(), spoilt.load(Ordering::Relaxed));
                let target = target.clone();
                std::thread::spawn(move || carry(client, &target, fate));
            }
        });
        Self { url: own, percent }
    }

    /// Spoils so many in a hundred from now on.
    pub fn spoil(&self, percent: usize) {
        self.percent.store(percent, Ordering::Relaxed);
    }
}

fn fate(chance: &mut Chance, percent: usize) -> Fate {
    if !chance.percent(percent) {
        return Fate::Pass;
    }
    match chance.below(4) {
        0 => Fate::LoseRequest(chance.below(3000)),
        1 => Fate::LoseAnswer(chance.below(1500)),
        2 => Fate::Repeat,
        _ => Fate::HoldBack(Duration::from_millis(chance.next() % 40)),
    }
}

/// Carries one request and its answer. The client sends one request on a connection.
fn carry(mut client: TcpStream, target: &str, fate: Fate) -> Option<()> {
    let request = read_request(&mut client)?;
    match fate {
        Fate::LoseRequest(bytes) => {
            let mut hall = TcpStream::connect(target).ok()?;
            let _ = hall.write_all(&request[..bytes.min(request.len() - 1)]);
        }
        Fate::LoseAnswer(bytes) => {
            let answer = ask(target, &request)?;
            let _ = client.write_all(&answer[..bytes.min(answer.len())]);
        }
        Fate::Repeat => {
            let first = ask(target, &request)?;
            ask(target, &request)?;
            let _ = client.write_all(&first);
        }
        Fate::HoldBack(pause) => {
            std::thread::sleep(pause);
            let _ = client.write_all(&ask(target, &request)?);
        }
        Fate::Pass => {
            let _ = client.write_all(&ask(target, &request)?);
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    Some(())
}

fn ask(target: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut hall = TcpStream::connect(target).ok()?;
    hall.write_all(request).ok()?;
    read_request(&mut hall)
}

/// One HTTP/1.1 message with its body, by its content length.
pub fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(end) = message.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&message[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |length| length.trim().parse::<usize>().unwrap());
            if message.len() >= end + 4 + length {
                return Some(message);
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => message.extend_from_slice(&buffer[..count]),
        }
    }
}
