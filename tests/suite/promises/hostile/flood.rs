//! Strangers who take every connection and all the memory that they can get, from one address or several: terminals are
//! answered meanwhile, those that come anew too, also from the very address of the crowd; and the hall can be stopped.

use super::super::bench::Terminal;
use super::super::idempotency::Copies;
use super::crowd::{Crowd, Habit};
use super::{hall, is_well};
use crate::programs::{Hall, eventually};
use bianmin_protocol::v1::{APPLICATIONS, HEARTBEAT, Heartbeat, Submission};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

/// Half of them are for strangers.
const PLACES: usize = 128;
const CROWD: usize = PLACES * 3 / 2;
/// An answer takes no longer, however busy the machine is.
const SERVED: Duration = Duration::from_secs(30);
/// A stop takes no longer, whoever is there.
const STOP: Duration = Duration::from_secs(8);
/// Where the terminals are.
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// The answer to a request on a connection of its own; asked again, as terminals do, while there is none.
#[track_caller]
fn ask(hall: &Hall, terminal: &Copies, path: &str, body: &[u8], when: &str) -> String {
    let begun = Instant::now();
    let mut last = String::new();
    while begun.elapsed() < SERVED {
        last = match ask_once(hall, terminal, path, body, SERVED - begun.elapsed()) {
            Ok(answer) if answer.starts_with("HTTP/1.1 200") => {
                println!("{when}: {path} answered in {:?}", begun.elapsed());
                return answer;
            }
            other => format!("{other:?}"),
        };
    }
    panic!("{when}: {path} is not answered in {SERVED:?}: {last}");
}

fn ask_once(
    hall: &Hall,
    terminal: &Copies,
    path: &str,
    body: &[u8],
    timeout: Duration,
) -> std::io::Result<String> {
    let signed = terminal.signed("POST", path, body, jiff::Timestamp::now().as_second() as u64);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\ncontent-digest: {}\r\n\
         signature-input: {}\r\nsignature: {}\r\n\r\n",
        body.len(),
        signed.content_digest,
        signed.signature_input,
        signed.signature
    );
    let address = hall.url.trim_start_matches("http://").parse().unwrap();
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A terminal's sign of life and an application, each on a connection of its own.
#[track_caller]
fn is_answered(hall: &Hall, terminal: &Copies, when: &str) {
    let heartbeat = serde_json::to_vec(&Heartbeat::default()).unwrap();
    ask(hall, terminal, HEARTBEAT, &heartbeat, when);
    let submission = serde_json::to_vec(&Submission { envelopes: vec![terminal.envelope()] }).unwrap();
    let answer = ask(hall, terminal, APPLICATIONS, &submission, when);
    assert!(answer.contains("\"acknowledged\""), "{when}: {answer}");
}

fn terminals_are_served_while(habit: Habit, from: Ipv4Addr) {
    let mut hall = hall(PLACES, 5);
    let (one, other) = (Copies::of(&Terminal::of(&hall)), Copies::of(&Terminal::of(&hall)));
    let crowd = Crowd::of(CROWD, habit, from, &hall.url);
    eventually("a crowd in all the places", || (crowd.connected() > PLACES / 2).then_some(()));
    let when = format!("{habit:?} from {from}");
    for terminal in [&one, &other] {
        is_answered(&hall, terminal, &when);
    }
    assert!(hall.open_files() < PLACES + super::super::reconnect_load::OTHERS);
    is_well(&hall, 160);
    let begun = Instant::now();
    hall.stop();
    let took = begun.elapsed();
    println!("{when}: stopped in {took:?}");
    assert!(took < STOP, "stopped after {took:?}");
    drop(crowd);
}

#[test]
fn connections_that_only_answer_pings_keep_no_terminal_out() {
    terminals_are_served_while(Habit::OnlyAnswersPings, HERE);
}

#[test]
fn connections_that_never_read_keep_no_terminal_out() {
    terminals_are_served_while(Habit::NeverReads, HERE);
}

#[test]
fn bodies_that_never_come_take_no_memory_from_terminals() {
    terminals_are_served_while(Habit::BeginsBodies, HERE);
}

/// Whoever comes from elsewhere than the crowd does not even wait.
#[test]
fn a_crowd_from_elsewhere_holds_nobody_up() {
    terminals_are_served_while(Habit::OnlyAnswersPings, ELSEWHERE);
}
