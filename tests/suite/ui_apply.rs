//! Applying on the screen: what a resident sees, types and gets, on a real terminal.

mod closed;
mod every_item;
mod input;
mod leaving;
pub mod pictures;
mod receipt_and_progress;
mod values;

pub use closed::revoke;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bianmin_kiosk::app::{App, Message};
use bianmin_kiosk::context::Layout;
use bianmin_kiosk::screen::apply::{self, Failure, FormPlace};
use bianmin_kiosk::screen::{self, HardKey, Screen, guide, home, progress, receipt};
use bianmin_kiosk::services::Services;
use bianmin_kiosk::theme::{Contrast, Look, Mode, Panel, TextSize, space};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::MaterialAnswer;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::form::FieldKind;
use bianmin_protocol::receipt::Receipt;
use bianmin_terminal::config::{Config, Printer};
use bianmin_terminal::services::Terminal;
use jiff::civil::date;
use tempfile::TempDir;

use crate::driver::Driver;
use crate::enrolled::terminal;

const SOON: Duration = Duration::from_secs(30);

pub fn config(panel: Panel) -> Config {
    let mut config = Config::default();
    config.place.name = "和平社区".into();
    config.screen.inches = panel.inches;
    config.screen.width = panel.width;
    config.screen.height = panel.height;
    config.ledger.reserve_kb = 0;
    config
}

/// A terminal that nobody but this test has.
pub fn own(config: Config) -> (Services, TempDir) {
    let (terminal, folder) = terminal(config);
    (Services::new(terminal), folder)
}

/// A terminal without a printer that the tests of one thread share.
pub fn shared(panel: Panel) -> Services {
    thread_local! {
        static TERMINALS: RefCell<Vec<(u32, Services, TempDir)>> = const { RefCell::new(Vec::new()) };
    }
    TERMINALS.with_borrow_mut(|known| {
        if let Some((_, services, _)) = known.iter().find(|(width, _, _)| *width == panel.width) {
            return services.clone();
        }
        let (services, folder) = own(config(panel));
        known.push((panel.width, services.clone(), folder));
        services
    })
}

pub fn item(services: &Services, code: &str) -> Arc<ServiceItem> {
    let catalogue = services.catalogue();
    catalogue.items.iter().find(|item| item.code.as_str() == code).unwrap().clone()
}

/// In front of the guide of `item`.
pub fn at_guide(services: &Services, item: &Arc<ServiceItem>) -> Driver {
    let screen = Screen::Guide(guide::Guide::new(services.clone(), Arc::clone(item)));
    let mut app = App::new(services.clone()).on(screen);
    app.context_mut().now = date(2026, 11, 21).at(10, 23, 0, 0);
    app.refresh();
    Driver::new(app)
}

pub fn applying(services: &Services, code: &str) -> Driver {
    let item = item(services, code);
    let mut driver = at_guide(services, &item);
    driver.send(Message::Screen(screen::Message::Guide(guide::Message::Apply)));
    driver
}

#[track_caller]
pub fn apply_of(app: &App) -> &apply::Apply {
    match app.screen() {
        Screen::Apply(apply) => apply,
        other => panic!("not applying: {other:?}"),
    }
}

pub fn t(driver: &Driver, key: &str) -> String {
    driver.app().context().t(key)
}

/// Answers the active field as the item's example does.
pub fn answer(driver: &mut Driver) {
    let apply = apply_of(driver.app());
    let Some(code) = apply.active() else { return };
    let draft = apply.draft();
    let definition = draft.definition(&code).unwrap().clone();
    let Some(value) = draft.item.example.answers.get(&code).cloned() else { return };
    if !draft.text(&code).is_empty() {
        return;
    }
    match definition.kind {
        FieldKind::Choice => {
            let option = definition.options.iter().find(|option| option.code == value).unwrap();
            let chinese = driver.app().context().is_chinese();
            let label = if chinese { option.label.clone() } else { option.label_en.clone() };
            driver.press(&label);
        }
        FieldKind::YesNo => {
            let key = if value == "yes" { "apply-yes" } else { "apply-no" };
            let label = t(driver, key);
            // Two such questions on a page look the same: the message says which is meant.
            let _ = label;
            let message = apply::fields::Message::Chosen(code, apply::Secret(value));
            driver.send(Message::Screen(screen::Message::Apply(apply::Message::Fields(message))));
        }
        _ => driver.type_text(&value),
    }
}

/// Nothing stands under the keyboard or the action bar.
#[track_caller]
fn nothing_is_hidden(driver: &Driver, what: &str) {
    let ctx = driver.app().context();
    let look = ctx.look;
    let height = driver.size().height;
    let bar = height - look.line_width() - look.control_height() - space::S - 2.0 * space::M;
    let keyboard = apply_of(driver.app()).has_keyboard() && !ctx.is_landscape();
    let end = if keyboard { bar - ctx.keyboard_height() } else { bar };
    for one in driver.words().iter().filter(|one| !one.words.trim().is_empty()) {
        let bottom = one.bounds.y + one.bounds.height;
        // What finds no room is either pushed below or pressed flat.
        let hidden = one.bounds.height < look.size.caption || (one.bounds.y < bar && bottom > end + 1.0);
        assert!(!hidden, "{what}: {} is hidden ({:?}, {end})", one.words, one.bounds);
    }
}

/// Goes through the form by "next", answering as the example does.
#[track_caller]
pub fn fill(driver: &mut Driver) {
    let next = t(driver, "apply-next");
    let code = apply_of(driver.app()).draft().item.code.clone();
    for _ in 0..80 {
        match apply_of(driver.app()).place() {
            Some(FormPlace::Identity | FormPlace::Page(_)) => {
                nothing_is_hidden(driver, code.as_str());
                answer(driver);
                answer_optional(driver);
                nothing_is_hidden(driver, code.as_str());
                driver.press(&next);
            }
            _ => return,
        }
    }
    panic!("{code}: the form does not end: {:?}", driver.app().screen());
}

/// Answers what need not be answered, once everything else on the page is.
fn answer_optional(driver: &mut Driver) {
    let apply = apply_of(driver.app());
    let Some(FormPlace::Page(index)) = apply.place() else { return };
    let draft = apply.draft();
    let fields = &draft.item.form[index].fields;
    if !draft.errors(fields).is_empty() {
        return;
    }
    let open: Vec<_> = draft
        .asked(fields)
        .filter(|field| !field.required && draft.text(&field.code).is_empty())
        .filter(|field| draft.item.example.answers.contains_key(&field.code))
        .map(|field| field.code.clone())
        .collect();
    for code in open {
        let focused = apply::fields::Message::Focused(code);
        driver.send(Message::Screen(screen::Message::Apply(apply::Message::Fields(focused))));
        answer(driver);
    }
}

/// Says of each material what the example says.
#[track_caller]
pub fn bring(driver: &mut Driver) {
    let example = apply_of(driver.app()).draft().item.example.clone();
    for material in example.materials {
        let message = |message| Message::Screen(screen::Message::Apply(apply::Message::Materials(message)));
        if material.have {
            driver.send(message(apply::materials::Message::Here(material.code)));
        } else {
            driver.send(message(apply::materials::Message::Later(material.code)));
            let agree = t(driver, "apply-undertaking-agree");
            driver.press(&agree);
        }
    }
    let next = t(driver, "apply-next");
    driver.press(&next);
}

pub fn begin(driver: &mut Driver) {
    let agree = t(driver, "apply-notice-agree");
    driver.press(&agree);
}

#[track_caller]
pub fn submit(driver: &mut Driver) {
    let submit = t(driver, "apply-review-submit");
    driver.press(&submit);
    driver.until("the receipt", SOON, |app| matches!(app.screen(), Screen::Receipt(_)));
}

#[test]
fn a_field_is_judged_when_it_is_left_and_not_before() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ02");
    begin(&mut driver);
    driver.type_text("张三");
    driver.press("下一步");
    driver.type_text("1101051949123100");
    assert!(driver.sees("还差 2 位") && !driver.sees("应为"), "a count while typing, no blame");
    driver.press("下一步");
    assert!(driver.sees("还差 2 位：应为 18 位"), "left too early");
    driver.type_text("21");
    assert!(driver.sees("号码有一位不对"), "complete and wrong is said at once");
    let back = bianmin_kiosk::widget::KeyPress::Backspace;
    let message = apply::Message::Fields(apply::fields::Message::Key(back));
    driver.send(Message::Screen(screen::Message::Apply(message)));
    driver.type_text("x");
    assert!(driver.sees("号码核对无误"));
    driver.press("下一步");
    assert!(matches!(apply_of(driver.app()).place(), Some(FormPlace::Page(_))));
}

#[test]
fn names_are_typed_in_pinyin_and_numbers_are_grouped() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ02");
    begin(&mut driver);
    driver.type_pinyin("zhangsan", "张三");
    driver.press("下一步");
    driver.type_text("11010519491231002X");
    let draft = apply_of(driver.app()).draft();
    let name = draft.identity()[0].code.clone();
    assert_eq!(draft.text(&name), "张三");
    driver.press("下一步");
    assert!(driver.sees("110***********002X"), "masked once it is known");
}

#[test]
fn going_back_and_forth_loses_nothing() {
    let services = shared(Panel::PORTRAIT_32);
    let mut driver = applying(&services, "HJ01");
    begin(&mut driver);
    fill(&mut driver);
    bring(&mut driver);
    let before = apply_of(driver.app()).draft().submission("zh-CN").body;
    for _ in 0..12 {
        if apply_of(driver.app()).place().is_none() && driver.sees("开始之前") {
            break;
        }
        driver.press("上一步");
    }
    assert!(driver.sees("开始之前"));
    begin(&mut driver);
    for _ in 0..30 {
        if apply_of(driver.app()).place().is_none() {
            break;
        }
        driver.press("下一步");
    }
    assert!(driver.sees("请核对"), "{:?}", driver.app().screen());
    let after = apply_of(driver.app()).draft().submission("zh-CN").body;
    assert!(before == after);
}

#[test]
fn a_change_leads_back_to_the_last_look_through_what_it_opens() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ01");
    begin(&mut driver);
    fill(&mut driver);
    bring(&mut driver);
    let place = FormPlace::Page(2);
    let change = apply::Message::Review(apply::review::Message::Change(place));
    driver.send(Message::Screen(screen::Message::Apply(change)));
    // Posting opens name and address; both are asked for before the last look comes back.
    driver.press("邮寄到家");
    driver.press("下一步");
    assert_eq!(apply_of(driver.app()).place(), Some(place));
    driver.type_text("张三");
    driver.press("下一步");
    driver.type_text("示例市示例区示例路1号");
    for _ in 0..3 {
        if apply_of(driver.app()).place().is_some() {
            driver.press("下一步");
        }
    }
    assert!(driver.sees("请核对"), "{:?}", driver.app().screen());
}

#[test]
fn what_is_missing_is_told_at_once_and_only_some_may_follow() {
    let services = shared(Panel::PORTRAIT_32);
    let catalogue = services.catalogue();
    let item = catalogue
        .items
        .iter()
        .find(|item| {
            let may_follow = |m: &&bianmin_protocol::catalogue::Material| {
                m.need == bianmin_protocol::catalogue::Need::MayFollow
            };
            item.materials.len() == 2 && item.materials.iter().filter(may_follow).count() == 1
        })
        .unwrap();
    let mut driver = applying(&services, item.code.as_str());
    begin(&mut driver);
    fill(&mut driver);
    driver.press("下一步");
    assert!(driver.sees("还有 2 样材料要解决"));
    driver.press("没带");
    assert!(driver.sees("这份今天就要有"));
    driver.press("以后补交");
    assert!(driver.sees("补交承诺"));
    driver.press("先不选");
    driver.press("下一步");
    assert!(driver.sees("还有 2 样材料要解决"), "an undertaking that was declined is none");
    driver.press("以后补交");
    driver.press("同意，我会按时补交");
    assert!(driver.sees("还有 1 样材料要解决"));
}

#[test]
fn leaving_asks_first_and_then_nothing_is_left() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ02");
    begin(&mut driver);
    driver.type_text("欧阳龑");
    driver.press("首页");
    assert!(driver.sees("不办了吗"));
    driver.press("继续填写");
    assert!(matches!(driver.app().screen(), Screen::Apply(_)));
    driver.press("首页");
    driver.press("不办了，离开");
    assert!(matches!(driver.app().screen(), Screen::Home(_)));
    assert!(!driver.sees("欧阳龑"));
}

#[test]
fn the_end_of_a_session_wipes_and_a_late_answer_does_not_surface() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let mut driver = applying(&services, "HJ02");
    begin(&mut driver);
    driver.type_text("欧阳龑");
    driver.press("下一步");
    // The item's example, which is public, has other people in it.
    driver.type_text("110105198001010016");
    fill(&mut driver);
    bring(&mut driver);
    let shown = format!("{:?}", driver.app());
    for secret in ["欧阳龑", "110105198001010016"] {
        assert!(!shown.contains(secret), "{secret} can be logged");
    }
    driver.press("提交");
    // The resident is gone before the disk has answered.
    driver.send(Message::Left(Instant::now()));
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
    let mut other = applying(&services, "HJ02");
    begin(&mut other);
    driver.until("the commit", SOON, |_| services.terminal().ledger().records().unwrap().len() == 1);
    for _ in 0..3 {
        driver.send(Message::StatusChanged);
    }
    assert!(matches!(driver.app().screen(), Screen::Idle(_)), "{:?}", driver.app().screen());
}

#[test]
fn messages_never_show_what_was_typed() {
    let hard = || HardKey::Text(apply::Secret("欧阳龑".into()));
    let shown = format!("{:?} {:?}", apply::fields::Message::Hard(hard()), Message::Hardware(hard()));
    assert!(!shown.contains("欧阳"));
}

#[test]
fn a_full_disk_closes_intake_with_a_clear_screen() {
    let mut full = config(Panel::PORTRAIT_32);
    full.ledger.reserve_kb = u64::MAX / 4096;
    let (services, _folder) = own(full);
    let driver = applying(&services, "HJ02");
    for words in ["现在不能受理新申请", "存储空间满了", "查办理进度", "人工窗口"] {
        assert!(driver.sees(words), "{words}");
    }
    assert!(!driver.sees("同意，开始"));
}

/// At the last look of an item with a promised material.
pub fn ready(services: &Services) -> Driver {
    let catalogue = services.catalogue();
    let item = catalogue
        .items
        .iter()
        .find(|item| item.example.materials.iter().any(|material| material.promised))
        .unwrap();
    let mut driver = applying(services, item.code.as_str());
    begin(&mut driver);
    fill(&mut driver);
    bring(&mut driver);
    driver
}

#[test]
fn what_could_not_be_kept_is_told_and_still_there() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let mut driver = ready(&services);
    driver.press("提交");
    let session = driver.app().session().id();
    let failed = apply::Message::Submitted(session, Err(Failure::Full));
    driver.send(Message::Screen(screen::Message::Apply(failed)));
    assert!(driver.sees("还没有登记成功") && driver.sees("您填写的内容还在"));
    driver.press("上一步");
    assert!(driver.sees("张三"));
    submit(&mut driver);
}

#[test]
fn keys_that_are_plugged_in_do_the_same() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ02");
    driver.send(Message::Hardware(HardKey::Enter));
    driver.write("张三");
    driver.send(Message::Hardware(HardKey::Tab));
    driver.write("11010519491231002xy");
    driver.send(Message::Hardware(HardKey::Enter));
    assert!(
        matches!(apply_of(driver.app()).place(), Some(FormPlace::Page(_))),
        "{:?}",
        driver.app().screen()
    );
}

#[derive(Clone, Copy)]
pub struct Seen {
    pub language: Language,
    pub mode: Mode,
    pub layout: Layout,
}

const PLAIN: Seen = Seen {
    language: Language::ZhCn,
    mode: Mode { text: TextSize::Normal, contrast: Contrast::Standard },
    layout: Layout::Portrait,
};

pub fn looks() -> Vec<(&'static str, Seen)> {
    let large = Mode { text: TextSize::Large, ..Mode::default() };
    let yellow = Mode { contrast: Contrast::YellowOnBlack, ..Mode::default() };
    vec![
        ("portrait", PLAIN),
        ("landscape", Seen { layout: Layout::Landscape, ..PLAIN }),
        ("large", Seen { mode: large, ..PLAIN }),
        ("yellow", Seen { mode: yellow, ..PLAIN }),
        ("en", Seen { language: Language::En, ..PLAIN }),
        ("low", Seen { layout: Layout::PortraitLow, ..PLAIN }),
    ]
}
