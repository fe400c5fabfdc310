//! One bad application never blocks the others, whatever the hall, or something before it, answers to it; and its
//! resident can be told.

use super::bench::{Terminal, open};
use super::relay::read_request;
use crate::driver::Driver;
use crate::programs::Hall;
use crate::resident;
use bianmin_kiosk::app::App;
use bianmin_kiosk::services::Services;
use bianmin_protocol::form::{FieldError, FieldErrorCode};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::v1::{
    ApplicationOutcome, ErrorBody, ErrorCode, MEDIA_TYPE, Refusal, SubmissionOutcome,
};
use bianmin_terminal::config::Config;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What comes back when the bad application is in a request.
#[derive(Clone)]
struct BadAnswer {
    status: u16,
    media: &'static str,
    body: Vec<u8>,
}

fn error(status: u16, error: ErrorCode) -> BadAnswer {
    let body = ErrorBody {
        error,
        now: Millis(jiff::Timestamp::now().as_millisecond()),
        terminal: None,
        revocation: None,
        field: None,
    };
    BadAnswer { status, media: MEDIA_TYPE, body: serde_json::to_vec(&body).unwrap() }
}

fn refused(reason: Refusal) -> BadAnswer {
    let status = reason.status();
    let outcome = SubmissionOutcome { outcomes: vec![ApplicationOutcome::Refused { reason }] };
    BadAnswer { status, media: MEDIA_TYPE, body: serde_json::to_vec(&outcome).unwrap() }
}

/// A portal, a proxy with limits, a filter that takes a seal for an attack.
fn page(status: u16) -> BadAnswer {
    BadAnswer {
        status,
        media: "text/html",
        body: b"<html>Please accept the terms of this network</html>".to_vec(),
    }
}

/// Passes everything on to the hall, but answers for it while `spoils` is set and `bad` is in the request: when it
/// is alone there, by `alone`.
fn stands_before(hall: &Hall, bad: String, alone: BadAnswer, spoils: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let target = hall.url.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let (target, bad, alone, spoils) = (target.clone(), bad.clone(), alone.clone(), spoils.clone());
            std::thread::spawn(move || -> Option<()> {
                let mut hall = TcpStream::connect(target).ok()?;
                loop {
                    let request = read_request(&mut client)?;
                    let text = String::from_utf8_lossy(&request);
                    if spoils.load(Ordering::SeqCst) && text.contains(&bad) {
                        // What the hall says of one application it says of it alone; what others say, of anything.
                        let is_alone = text.matches("\"header\"").count() == 1;
                        let answer = match is_alone || alone.media != MEDIA_TYPE {
                            true => alone.clone(),
                            false => error(400, ErrorCode::BadRequest),
                        };
                        let BadAnswer { status, media, body } = answer;
                        let length = body.len();
                        let head = format!(
                            "HTTP/1.1 {status} X\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\r\n"
                        );
                        client.write_all(&[head.as_bytes(), &body].concat()).ok()?;
                    } else {
                        hall.write_all(&request).ok()?;
                        client.write_all(&read_request(&mut hall)?).ok()?;
                    }
                }
            });
        }
    });
    own
}

#[test]
fn one_that_is_refused_blocks_no_other_and_its_resident_is_told() {
    let wrong = FieldError { field: "applicant_name".into(), code: FieldErrorCode::Required };
    let cases = [
        (error(400, ErrorCode::BadRequest), Some("malformed")),
        (refused(Refusal::Malformed {}), Some("malformed")),
        (refused(Refusal::WrongTerminal {}), Some("wrong-terminal")),
        (refused(Refusal::Conflict {}), Some("conflict")),
        (error(413, ErrorCode::TooLarge), Some("too-large")),
        (refused(Refusal::UnknownItem {}), Some("unknown-item")),
        (refused(Refusal::Invalid { errors: vec![wrong] }), Some("invalid")),
        (error(500, ErrorCode::Unavailable), None),
        (page(200), None),
        (page(400), None),
        (page(403), None),
        (page(413), None),
        (page(500), None),
    ];
    let hall = Hall::start(None);
    let mut before = 0;
    for (answer, reason) in cases {
        let terminal = Terminal::of(&hall);
        let report = terminal.write(6);
        let ledger = open(terminal.kiosk.folder.path(), &terminal.identity, 0);
        let bad = ledger.waiting(9).unwrap().remove(2);
        let bad = serde_json::to_string(&bad.envelope).unwrap();
        let spoils = Arc::new(AtomicBool::new(true));
        let what = format!("{} {} {:?}", answer.status, answer.media, reason);
        let url = stands_before(&hall, bad, answer, spoils.clone());
        let config = terminal.kiosk.folder.path().join("aimed.toml");
        std::fs::write(&config, format!("[hall]\nurl = \"{url}\"\n")).unwrap();
        let config = config.to_str().unwrap();
        let sent = terminal.kiosk.try_command(&["sync", "--once", "--config", config]);
        // Success is said only when nothing is left behind.
        assert_eq!(sent.status.success(), reason.is_some(), "{what}");
        let rows = terminal.kiosk.command(&["outbox", "list"]);
        for (at, row) in rows.as_array().unwrap().iter().enumerate() {
            let expected = match (at, reason) {
                (2, Some(_)) => "quarantined",
                (2, None) => "waiting",
                _ => "acknowledged",
            };
            assert_eq!(row["state"], expected, "{what}: {}", report[at]);
        }
        before += 5;
        assert_eq!(hall.cases().len(), before, "{what}");
        match reason {
            Some(reason) => {
                assert_eq!(rows[2]["reason"], reason, "{what}");
                resident_is_told(&terminal, &report[2], reason);
            }
            // Nothing was said by the hall, so nothing is final: when what stood in the way is gone, it goes too.
            None => {
                spoils.store(false, Ordering::SeqCst);
                terminal.kiosk.command(&["sync", "--once", "--config", config]);
                before += 1;
                assert_eq!(hall.cases().len(), before, "{what}: it never went");
            }
        }
    }
}

/// Whoever comes with the receipt reads on the screen that it was not taken, and why.
fn resident_is_told(terminal: &Terminal, number: &str, reason: &str) {
    let services =
        bianmin_terminal::services::Terminal::open(Config::default(), terminal.kiosk.folder.path()).unwrap();
    let token = services.ledger().record(&number.parse().unwrap()).unwrap().unwrap().token;
    let code = services.applications().receipt_url(&token);
    let mut driver = Driver::new(App::new(Services::new(services)));
    let awaited = driver.app().context().t("case-state-set-aside");
    resident::asks(&mut driver, &code, &awaited, &mut |_, _| {});
    let why = driver.app().context().t(&format!("refusal-{reason}"));
    assert!(driver.sees(&why), "{reason} is not told");
}
