//! What a terminal tells of a case: only the hall's own word.

use super::bench::{Terminal, runtime};
use super::relay::changing;
use crate::programs::Hall;
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::ids::{CaseNumber, Millis};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::lookup::UpdatePage;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{PROGRESS, ProgressAnswer, UPDATES, Updates};
use bianmin_terminal::config::Config;
use bianmin_terminal::services::{self, HallSays};
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
        working_days: true,
        remark: "请带 5000 元到后门".into(),
    }
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
    let bare = Updates { updates: vec![update.clone()], more: false, signed: None };
    let answer = match how {
        Forgery::Bare => bare,
        Forgery::OwnKey | Forgery::Changed => {
            let mut answer: Updates = serde_json::from_slice(&body).unwrap();
            let mut signed = answer.signed.unwrap();
            let page: UpdatePage = serde_json::from_slice(&signed.page.0).unwrap();
            let page = UpdatePage { updates: vec![update], ..page };
            let own = page.sign(&SigningKey::generate().unwrap());
            signed.page = own.page.clone();
            answer.signed = Some(if matches!(how, Forgery::OwnKey) { own } else { signed });
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
        let view = runtime().block_on(opened.progress(number.clone())).unwrap();
        assert_eq!(view.hall, HallSays::Unreachable, "{how:?}");
    }
    // And nothing that was said in between keeps the hall's own word out.
    hall.command(&["case", "decide", &text, "supplement", "--remark", "请补交照片"]);
    kiosk.command(&["sync", "--once"]);
    let shown = kiosk.command(&["outbox", "show", &text]);
    assert_eq!(shown["progress"]["state"], "supplement");
    let opened = opened(kiosk.folder.path(), &hall.url);
    let view = runtime().block_on(opened.progress(number)).unwrap();
    assert!(matches!(view.hall, HallSays::Progress(case) if case.remark == "请补交照片"));
}
