//! The printer's page as a browser meets it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use bianmin_devices::printer::{Options, Web};

use crate::{TIMEOUT, connect, start};

fn ask(addr: SocketAddr, request: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
    (status, answer.split_off(head + 4))
}

fn get(addr: SocketAddr, path: &str) -> (u16, Vec<u8>) {
    ask(addr, &format!("GET {path} HTTP/1.1\r\nhost: printer\r\nconnection: close\r\n\r\n"))
}

fn hand(addr: SocketAddr, header: &str, line: &str) -> u16 {
    let length = line.len();
    let head = format!("POST /hand HTTP/1.1\r\nhost: printer\r\nconnection: close\r\n{header}");
    ask(addr, &format!("{head}content-length: {length}\r\n\r\n{line}")).0
}

#[test]
fn the_page_shows_the_paper_and_its_buttons_work() {
    let (printer, control) = start(Options::default());
    let web = Web::start(([127, 0, 0, 1], 0).into(), control.clone()).unwrap();
    let addr = web.addr();
    let (status, page) = get(addr, "/");
    let page = String::from_utf8(page).unwrap();
    assert_eq!(status, 200);
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing comes from elsewhere");
    // Every button does what the control understands.
    for line in page.split("data-line=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(hand(addr, "x-bianmin-hand: 1\r\n", line), 200, "{line}");
    }
    assert_eq!(hand(addr, "", "paper out"), 403, "another site's page has no hand here");
    assert_eq!(hand(addr, "x-bianmin-hand: 1\r\n", "dance"), 400);

    let before = control.status().slips;
    connect(&printer).write_all(b"\x1b@HELLO\n\x1dVB\0").unwrap();
    let slips = control.wait_for_slips(before + 1, TIMEOUT).unwrap();
    let number = slips.last().unwrap().number;
    let (status, state) = get(addr, "/state");
    let state: serde_json::Value = serde_json::from_slice(&state).unwrap();
    assert_eq!(status, 200);
    assert_eq!(state["slips"].as_array().unwrap().last().unwrap()["number"], number);
    for path in [format!("/slips/{number}"), "/paper".to_owned()] {
        let (status, picture) = get(addr, &path);
        assert!(status == 200 && picture.starts_with(b"\x89PNG"), "{path}");
    }
    assert_eq!(get(addr, "/slips/999999").0, 404);
}
