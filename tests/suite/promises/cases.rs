//! What a terminal tells of a case: only the hall's own word, and only to who gives more than a number that anybody can guess.

use super::bench::{Terminal, runtime};
use super::relay::changing;
use crate::programs::Hall;
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::catalogue::DayType;
use bianmin_protocol::change::ChangePage;
use bianmin_protocol::credential::{Credential, LastFour};
use bianmin_protocol::ids::{CaseNumber, FieldCode, ItemCode, Millis};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{PROGRESS, ProgressAnswer, UPDATES, Updates};
use bianmin_terminal::config::Config;
use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::{JobState, PrintReason, PrintStatus};
use bianmin_terminal::services::{self, CaseView, HallSays, Lookup, Reprinted};
use std::path::Path;

fn opened(folder: &Path, hall: &str) -> services::Terminal {
    let mut config = Config::default();
    config.hall.url = Some(hall.to_owned());
    config.ledger.reserve_kb = 0;
    services::Terminal::open(config, folder).unwrap()
}

fn granted(registration: &RegistrationNumber) -> Progress {
    Progress {
        registration: registration.clone(),
        case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
        item_name: "居民身份证补领".into(),
        state: CaseState::Granted,
        received_at: Millis(1),
        changed_at: Millis(2),
        promised_days: 5,
        day_type: DayType::Working,
        remark: "请带 5000 元到后门".into(),
    }
}

/// What a terminal shows to whoever holds the receipt.
fn shown_by(terminal: &services::Terminal, number: &RegistrationNumber) -> CaseView {
    let token = terminal.ledger().record(number).unwrap().unwrap().token;
    match look(terminal, number, &Credential::Receipt(token)) {
        Lookup::View(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn look(terminal: &services::Terminal, number: &RegistrationNumber, given: &Credential) -> Lookup {
    runtime().block_on(terminal.applications().look_up(number.clone(), given.clone())).unwrap()
}

fn four(text: &str) -> Credential {
    Credential::LastFour(LastFour::parse(text).unwrap())
}

/// The last four of an answer of those whom [`Terminal::write`] lets apply.
fn last_four(terminal: &Terminal, code: &str) -> String {
    let item = terminal.catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
    let answer = &item.example.answers[&FieldCode::parse(code).unwrap()];
    answer[answer.len() - 4..].to_owned()
}

/// What they may give beside their number.
fn right(terminal: &Terminal) -> [Credential; 2] {
    ["resident_id", "phone"].map(|code| four(&last_four(terminal, code)))
}

#[test]
fn a_number_that_anybody_can_guess_shows_nothing() {
    let hall = Hall::start(None);
    let (terminal, elsewhere) = (Terminal::of(&hall), Terminal::of(&hall));
    let number: RegistrationNumber = terminal.write(1).remove(0).parse().unwrap();
    let sees = |terminal: &Terminal, given: &Credential| {
        look(&opened(terminal.kiosk.folder.path(), &hall.url), &number, given)
    };
    // Whether the hall has it already or not.
    for is_sent in [false, true] {
        for given in right(&terminal) {
            let Lookup::View(view) = sees(&terminal, &given) else { panic!("not shown to its resident") };
            assert!(view.local.is_some());
        }
        assert_eq!(sees(&terminal, &four("9876")), Lookup::Wrong, "shown to a neighbour");
        if !is_sent {
            terminal.kiosk.command(&["sync", "--once"]);
        }
    }
    for given in right(&terminal) {
        let Lookup::View(view) = sees(&elsewhere, &given) else { panic!("not shown at another terminal") };
        assert!(matches!(view.hall, HallSays::Progress(_)) && view.local.is_none());
    }
    assert_eq!(sees(&elsewhere, &four("9876")), Lookup::Wrong, "shown to a neighbour elsewhere");
    let folder = terminal.kiosk.folder.path();
    let token = opened(folder, &hall.url).ledger().record(&number).unwrap().unwrap().token;
    assert!(matches!(sees(&elsewhere, &Credential::Receipt(token)), Lookup::View(_)));
    // Nothing of it is on the disk.
    let ledger = rusqlite::Connection::open(folder.join("ledger.sqlite")).unwrap();
    let kept: String = ledger.query_row("SELECT slip FROM application", [], |row| row.get(0)).unwrap();
    assert!(kept.contains("last_four") && !kept.contains(&last_four(&terminal, "resident_id")), "{kept}");
}

#[test]
fn wrong_tries_are_counted_across_restarts() {
    let mut hall = Hall::start(None);
    let (terminal, elsewhere) = (Terminal::of(&hall), Terminal::of(&hall));
    let number: RegistrationNumber = terminal.write(1).remove(0).parse().unwrap();
    terminal.kiosk.command(&["sync", "--once"]);
    let [right, _] = right(&terminal);
    for at in [&terminal, &elsewhere] {
        // Each time in another life of the terminal.
        let sees = |given: &Credential| look(&opened(at.kiosk.folder.path(), &hall.url), &number, given);
        for guess in ["9876", "9875", "9874"] {
            assert_eq!(sees(&four(guess)), Lookup::Wrong);
        }
        assert!(matches!(sees(&four("9873")), Lookup::Wait(_)), "tries without end");
        // Nor does anybody learn that this one would be right.
        assert!(matches!(sees(&right), Lookup::Wait(_)));
    }
    hall.stop();
    hall.start_again();
    let again = opened(elsewhere.kiosk.folder.path(), &hall.url);
    assert!(matches!(look(&again, &number, &right), Lookup::Wait(_)), "the hall has forgotten the tries");
    // The receipt never waits.
    let own = opened(terminal.kiosk.folder.path(), &hall.url);
    assert!(matches!(shown_by(&own, &number).hall, HallSays::Progress(_)));
}

/// Each receipt bears the code that shows the case.
#[test]
fn further_receipts_are_few_and_counted() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let number: RegistrationNumber = terminal.write(1).remove(0).parse().unwrap();
    // Each time in another life of the terminal, which forgets the pause and not the count.
    let again = || {
        let opened = opened(terminal.kiosk.folder.path(), &hall.url);
        let first = opened.printing().reprint_for_resident(&number, opened.printing().visit()).unwrap();
        (opened, first)
    };
    let paper_out = PrintStatus::because(JobState::Failed, PrintReason::Printer(Status::PaperOut));
    let failed =
        |opened: &services::Terminal, job| opened.ledger().set_job(job, paper_out, Millis(1)).unwrap();
    let (opened, first) = again();
    assert!(matches!(first, Reprinted::Ordered(_)));
    assert_eq!(
        opened.printing().reprint_for_resident(&number, opened.printing().visit()).unwrap(),
        Reprinted::TooSoon
    );
    drop(opened);
    // What did not come out does not count.
    let (opened, second) = again();
    let Reprinted::Ordered(job) = second else { panic!("{second:?}") };
    assert!(failed(&opened, job));
    drop(opened);
    for copy in 2..=5 {
        assert!(matches!(again().1, Reprinted::Ordered(_)), "copy {copy}");
    }
    assert_eq!(again().1, Reprinted::TooMany, "copies without end");
}

/// How somebody on the line makes up what the hall says.
#[derive(Debug, Clone, Copy)]
enum Forgery {
    /// As a hall said it that signed nothing.
    Bare,
    /// Signed by somebody else.
    OwnKey,
    /// What the hall signed, changed.
    Changed,
}

fn forged(how: Forgery, body: Vec<u8>, progress: &Progress) -> Vec<u8> {
    let update = CaseUpdate { cursor: 1, progress: progress.clone() };
    let bare = Updates { updates: vec![update.clone()], more: false, signed: None, changes: None };
    let answer = match how {
        Forgery::Bare => bare,
        Forgery::OwnKey | Forgery::Changed => {
            let mut answer: Updates = serde_json::from_slice(&body).unwrap();
            let mut signed = answer.changes.unwrap();
            let page: ChangePage = serde_json::from_slice(&signed.page.0).unwrap();
            let page = ChangePage { changes: vec![update.into()], ..page };
            let own = page.sign(&SigningKey::generate().unwrap());
            signed.page = own.page.clone();
            answer.changes = Some(if matches!(how, Forgery::OwnKey) { own } else { signed });
            answer
        }
    };
    serde_json::to_vec(&answer).unwrap()
}

/// Anybody on a line without TLS can answer in the hall's name.
#[test]
fn only_the_halls_signed_word_about_a_case_is_believed() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let (kiosk, text) = (&terminal.kiosk, terminal.write(1).remove(0));
    let number: RegistrationNumber = text.parse().unwrap();
    kiosk.command(&["sync", "--once"]);
    for how in [Forgery::Bare, Forgery::OwnKey, Forgery::Changed] {
        let progress = granted(&number);
        let relay = changing(&hall.url, move |path, body| match path {
            PROGRESS => serde_json::to_vec(&ProgressAnswer::Known { progress: progress.clone() }).unwrap(),
            _ if path.starts_with(UPDATES) => forged(how, body, &progress),
            _ => body,
        });
        let aimed = kiosk.folder.path().join("test.toml");
        std::fs::write(&aimed, format!("[hall]\nurl = \"{relay}\"\n")).unwrap();
        kiosk.command(&["sync", "--once", "--config", aimed.to_str().unwrap()]);
        let shown = kiosk.command(&["outbox", "show", &text]);
        assert!(shown["progress"].is_null(), "{how:?}: somebody else's word is shown: {shown}");
        let opened = opened(kiosk.folder.path(), &relay);
        assert_eq!(shown_by(&opened, &number).hall, HallSays::Unreachable, "{how:?}");
    }
    // And nothing that was said in between keeps the hall's own word out.
    hall.command(&["case", "decide", &text, "supplement", "--remark", "请补交照片"]);
    kiosk.command(&["sync", "--once"]);
    let shown = kiosk.command(&["outbox", "show", &text]);
    assert_eq!(shown["progress"]["state"], "supplement");
    let opened = opened(kiosk.folder.path(), &hall.url);
    assert!(
        matches!(shown_by(&opened, &number).hall, HallSays::Progress(case) if case.remark == "请补交照片")
    );
}
