//! What is said follows what is so: no screen and no paper speaks of a device that this terminal does not have, of hours
//! that nobody stated, of a network that is there, or of a choice that was made already.

use std::sync::Arc;

use bianmin_kiosk::app::{App, Message};
use bianmin_kiosk::screen::{self, Screen, apply, guide, help, home, idle, progress};
use bianmin_kiosk::services::Services;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::{Need, ServiceItem};
use bianmin_protocol::credential::Credential;
use bianmin_protocol::ids::FieldCode;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::{Config, Printer, ScannerKind};
use bianmin_terminal::ledger::Draft;
use bianmin_terminal::services::{HallSays, Lookup, Scan};
use iced::Size;
use tempfile::TempDir;

use crate::driver::Driver;
use crate::enrolled::{printer_at_rest, terminal};

fn services(change: impl FnOnce(&mut Config)) -> (Services, TempDir) {
    let mut config = Config::default();
    config.ledger.reserve_kb = 0;
    change(&mut config);
    let (terminal, folder) = terminal(config);
    (Services::new(terminal), folder)
}

fn on(services: &Services, screen: Screen, language: Language) -> Driver {
    let mut app = App::new(services.clone()).on(screen);
    app.context_mut().texts = Texts::new(language);
    app.refresh();
    Driver::new(app)
}

/// Everything that is said on the screens that speak of what there is.
fn said(services: &Services, language: Language) -> String {
    let screens = [
        Screen::Idle(idle::Idle),
        Screen::Home(home::Home::new(services.clone())),
        Screen::Help(help::Help::new(services.clone())),
        Screen::Progress(progress::Progress::new(services.clone())),
    ];
    let words = screens.into_iter().flat_map(|screen| on(services, screen, language).words());
    words.map(|one| one.words).collect::<Vec<_>>().join("\n")
}

/// With and without each device and statement, in each language.
#[test]
fn no_screen_speaks_of_what_is_not_there() {
    for (scanner, printer, hours) in
        [(false, false, false), (true, false, true), (false, true, true), (true, true, false)]
    {
        let (services, _folder) = services(|config| {
            config.scanner.kind = if scanner { ScannerKind::Keyboard } else { ScannerKind::None };
            config.printer = if printer { printer_at_rest() } else { Printer::None };
            config.place.counter = "一楼综合窗口".into();
            config.place.hours = if hours { "9:00–17:00".into() } else { String::new() };
        });
        for language in Language::ALL {
            let texts = Texts::new(language);
            let said = said(&services, language);
            for (key, is_there) in [
                ("home-progress-hint", scanner),
                ("progress-scan-hint", scanner),
                ("idle-apply", printer),
                ("help-receipt", printer),
                ("help-number", !printer),
            ] {
                assert_eq!(said.contains(&texts.t(key)), is_there, "{key}: {said}");
            }
            assert_eq!(said.contains("9:00–17:00"), hours, "{said}");
            assert!(said.contains("一楼综合窗口"), "{said}");
            for untrue in ["放上身份证", "An ID card fills", "一直开着", "always open", "Do something"]
            {
                assert!(!said.contains(untrue), "{untrue}: {said}");
            }
        }
    }
}

fn item(services: &Services, code: &str) -> Arc<ServiceItem> {
    services.catalogue().items.iter().find(|item| item.code.as_str() == code).unwrap().clone()
}

/// Hands in what the item's example says, with these answers instead; says what the receipt on paper says.
fn registered(services: &Services, code: &str, other: &[(&str, &str)]) -> RegistrationNumber {
    let item = item(services, code);
    let mut answers = item.example.answers.clone();
    answers.extend(other.iter().map(|(code, value)| (FieldCode::parse(code).unwrap(), (*value).to_owned())));
    let materials = item.example.materials.iter().map(|material| MaterialState {
        code: material.code.clone(),
        answer: if material.promised { MaterialAnswer::Promised } else { MaterialAnswer::Have },
    });
    let body = ApplicationBody { answers, materials: materials.collect(), language: "zh-CN".into() };
    let catalogue = services.catalogue().revision;
    let draft = Draft { item, catalogue, body, files: Vec::new() };
    services.terminal().applications().submit(draft).unwrap().registration
}

fn paper(services: &Services, number: &RegistrationNumber) -> String {
    let document = services.terminal().printing().receipt_document(number, None).unwrap();
    document.texts().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_receipt_says_what_is_paid_where_and_how_the_result_comes_as_it_was_chosen() {
    let (services, _folder) = services(|_| {});
    let mail = [
        ("delivery_method", "mail"),
        ("mail_name", "张三"),
        ("mail_address", "示例市示例区示例路1号"),
        ("postcode", "100000"),
    ];
    let posted = paper(&services, &registered(&services, "HJ02", &mail));
    assert!(posted.contains("寄到您填写的地址") && !posted.contains("窗口领取"), "{posted}");
    assert!(posted.contains("40 元/证") && posted.contains("在窗口交（政务服务大厅"), "{posted}");
    let collected = paper(&services, &registered(&services, "HJ02", &[]));
    assert!(collected.contains("窗口领取") && !collected.contains("邮寄"), "{collected}");
    let free = paper(&services, &registered(&services, "HJ01", &[]));
    assert!(free.contains("不收费"), "{free}");
}

/// Right after the start the link is as good as up; an attempt in vain shows that it is not.
#[test]
fn paper_and_screen_speak_of_the_network_as_it_is() {
    let (services, _folder) = services(|_| {});
    let number = registered(&services, "HJ02", &[]);
    let online = paper(&services, &number);
    assert!(online.contains("终端自动上传") && !online.contains("网络恢复"), "{online}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(services.terminal().hall().sync_once()).unwrap();
    assert!(paper(&services, &number).contains("网络恢复后自动上传"));
    // The screen that is asked for progress says what the phone would.
    let token = services.terminal().ledger().record(&number).unwrap().unwrap().token;
    let given = Credential::Receipt(token);
    let found =
        runtime.block_on(services.terminal().applications().look_up(number.clone(), given.clone())).unwrap();
    let Lookup::View(view) = found else { panic!("not shown to whoever holds the receipt: {found:?}") };
    assert_eq!(view.hall, HallSays::Unreachable);
    for language in Language::ALL {
        let mut screen = progress::Progress::new(services.clone());
        screen.update(progress::Message::Read(Some(Scan::Receipt(number.clone(), given.clone()))));
        screen.update(progress::Message::Answered(number.clone(), Some(Lookup::View(view.clone()))));
        let driver = on(&services, Screen::Progress(screen), language);
        let texts = Texts::new(language);
        for key in ["case-state-waiting", "case-next-waiting"] {
            assert!(driver.sees(&texts.t(key)), "{key}");
        }
    }
}

/// The code on the receipt of a revoked terminal shows no progress, because there is none.
#[test]
fn a_receipt_that_does_not_arrive_promises_no_progress() {
    let (services, _folder) = services(|_| {});
    let number = registered(&services, "HJ02", &[]);
    assert!(paper(&services, &number).contains("扫码查进度"));
    crate::ui_apply::revoke(&services);
    let stranded = paper(&services, &number);
    for promise in ["查进度", "自动上传", "您不用等"] {
        assert!(!stranded.contains(promise), "{promise}: {stranded}");
    }
    assert!(stranded.contains("窗口工作人员扫这个码") && stranded.contains("已停用"), "{stranded}");
}

fn at_materials(services: &Services, item: &Arc<ServiceItem>, size: Size) -> Driver {
    let screen = Screen::Guide(guide::Guide::new(services.clone(), Arc::clone(item)));
    let mut driver = Driver::new(App::new(services.clone()).on(screen));
    driver.app_mut().context_mut().size = size;
    driver.send(Message::Screen(screen::Message::Guide(guide::Message::Apply)));
    driver.press("同意，开始");
    for _ in 0..80 {
        let Screen::Apply(apply) = driver.app().screen() else { panic!("not applying") };
        if apply.place() == Some(apply::FormPlace::Materials) {
            break;
        }
        crate::resident::answer(&mut driver);
        driver.press("下一步");
    }
    driver
}

#[test]
fn the_materials_page_asks_only_for_what_it_offers() {
    let (services, _folder) = services(|_| {});
    let catalogue = services.catalogue();
    let with = |may_follow: bool| {
        let item = catalogue.items.iter().find(|item| {
            let follows = item.materials.iter().any(|material| material.need == Need::MayFollow);
            item.can_apply_on(services.today()) && !item.materials.is_empty() && follows == may_follow
        });
        item.unwrap().clone()
    };
    for may_follow in [false, true] {
        let driver = at_materials(&services, &with(may_follow), Size::new(1080.0, 1920.0));
        assert!(driver.sees("材料带来了吗？"));
        assert_eq!(driver.sees("可后补"), may_follow);
    }
}

/// What is on a page that was not shown yet is shown first.
#[test]
fn nothing_is_missed_on_a_page_that_was_not_shown() {
    let (services, _folder) = services(|_| {});
    let catalogue = services.catalogue();
    let most = catalogue.items.iter().filter(|item| item.can_apply_on(services.today()));
    let item = most.max_by_key(|item| item.materials.len()).unwrap().clone();
    // So low that each material has a page of its own.
    let mut driver = at_materials(&services, &item, Size::new(1080.0, 1060.0));
    let first = &item.materials[0];
    let last = item.materials.last().unwrap();
    assert!(driver.sees(&first.name) && !driver.sees(&last.name));
    let here = apply::materials::Message::Here(first.code.clone());
    driver.send(Message::Screen(screen::Message::Apply(apply::Message::Materials(here))));
    driver.press("下一步");
    assert!(driver.sees(&item.materials[1].name), "the next page is shown");
    assert!(!driver.sees("材料要解决"), "and nothing is said before it was seen");
    driver.press("下一步");
    assert!(driver.sees("材料要解决") && driver.sees(&item.materials[1].name));
}

#[test]
fn a_text_that_has_reached_its_longest_says_so_under_its_field() {
    let (services, _folder) = services(|_| {});
    let item = item(&services, "SB01");
    let screen = Screen::Guide(guide::Guide::new(services.clone(), item));
    let mut driver = Driver::new(App::new(services.clone()).on(screen));
    driver.send(Message::Screen(screen::Message::Guide(guide::Message::Apply)));
    driver.press("同意，开始");
    driver.type_text(&"张".repeat(49));
    assert!(!driver.sees("已经写满了"));
    driver.type_text("张");
    assert!(driver.sees("最多 50 个字，已经写满了"));
}
