//! Those who only hold on: connections that say nothing, heads and bodies that come byte by byte. They end, they take
//! a bounded part of the hall, and others are served meanwhile.

use super::super::bench::Terminal;
use super::super::chance::count;
use super::super::idempotency::Copies;
use super::super::reconnect_load::OTHERS;
use super::{hall, is_served, is_well};
use bianmin_protocol::v1::{APPLICATIONS, REQUEST_LIMIT};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// This process may open so many files more.
fn make_room_for(files: u64) {
    let limit = getrlimit(Resource::Nofile);
    let wanted = files + 1024;
    if limit.current.is_some_and(|now| now < wanted) {
        let raised = Rlimit { current: Some(wanted), maximum: limit.maximum.map(|most| most.max(wanted)) };
        setrlimit(Resource::Nofile, raised)
            .unwrap_or_else(|error| panic!("{wanted} open files are needed ({error}): ulimit -n"));
    }
}

/// More than the hall lets in at once. They come from one machine here, so that no count by address helps.
#[test]
fn a_crowd_that_says_nothing_keeps_nobody_out() {
    let (crowd, most) = (count(2500, 10_000), count(512, 4096));
    make_room_for(crowd as u64);
    let hall = hall(most, 10);
    let other = Copies::of(&Terminal::of(&hall));
    let address: std::net::SocketAddr = hall.url.trim_start_matches("http://").parse().unwrap();
    let (held, holds) = std::sync::mpsc::channel();
    let crowd = std::thread::spawn(move || {
        let mut open = Vec::new();
        for number in 0..crowd {
            // The kernel holds those back for whom there is no place.
            let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_secs(60)) else { continue };
            open.push(stream);
            if number == most {
                held.send(()).unwrap();
            }
        }
        open
    });
    holds.recv_timeout(Duration::from_secs(60)).unwrap();
    is_served(&hall, &other, "while the crowd comes");
    let files = hall.open_files();
    assert!(files < most + OTHERS, "{files} files and connections are open, with room for {most}");
    let open = crowd.join().unwrap();
    is_served(&hall, &other, "when the crowd is there");
    let files = hall.open_files();
    assert!(files < most + OTHERS, "{files} files and connections are open, with room for {most}");
    // Who says nothing is sent away.
    for mut stream in open {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "still held"),
        }
    }
    is_served(&hall, &other, "afterwards");
    is_well(&hall, 160);
}

/// Heads and bodies that come byte by byte, many at once, the bodies signed by a terminal that went bad.
#[test]
fn slow_senders_are_given_up_and_take_no_memory_from_others() {
    let hall = hall(1024, 2);
    let (bad, other) = (Copies::of(&Terminal::of(&hall)), Copies::of(&Terminal::of(&hall)));
    let now = jiff::Timestamp::now().as_second() as u64;
    let body = vec![b' '; REQUEST_LIMIT];
    let mut senders = Vec::new();
    for number in 0..count(160, 400) {
        let mut stream = TcpStream::connect(hall.url.trim_start_matches("http://")).unwrap();
        if number % 2 == 0 {
            write!(stream, "POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\nx-slow: ").unwrap();
        } else {
            let signed = bad.signed("POST", APPLICATIONS, &body, now);
            write!(
                stream,
                "POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\ncontent-digest: {}\r\n\
                 signature-input: {}\r\nsignature: {}\r\n\r\n",
                body.len(),
                signed.content_digest,
                signed.signature_input,
                signed.signature
            )
            .unwrap();
            // Most of it, so that it has to be kept. Who is told that this is too much does not take it.
            let _ = stream.set_write_timeout(Some(Duration::from_millis(500)));
            let _ = stream.write_all(&body[..REQUEST_LIMIT * 3 / 4]);
        }
        senders.push(stream);
    }
    is_served(&hall, &other, "while many send slowly");
    let mut codes = std::collections::BTreeMap::new();
    for mut stream in senders {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut answer = Vec::new();
        if let Err(error) = stream.read_to_end(&mut answer) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "still held");
        }
        let code = String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or("closed").to_owned();
        *codes.entry(code).or_insert(0) += 1;
    }
    println!("{codes:?}");
    let known = ["408", "429", "closed"];
    assert!(codes.keys().all(|code| known.contains(&code.as_str())), "{codes:?}");
    is_served(&hall, &other, "afterwards");
    // Some 60 MB are the hall itself; with bodies unbounded it would be twice that and more.
    is_well(&hall, 130);
}
