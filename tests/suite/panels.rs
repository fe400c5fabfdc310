//! Every screen holds on every panel that `config check` accepts, in every look and language: nothing is cut, nothing
//! stands on something else, and what is decisive is there, on one sheet or on the next.

use bianmin_kiosk::app::{App, Message};
use bianmin_kiosk::context::Layout;
use bianmin_kiosk::screen::apply::{self, Failure, Secret};
use bianmin_kiosk::screen::maintenance::{self, Maintenance, dashboard, lock};
use bianmin_kiosk::screen::{self, Screen, browse, guide, help, home, idle, listing, progress, search};
use bianmin_kiosk::services::Services;
use bianmin_kiosk::theme::{Contrast, Look, Mode, Panel, TextSize};
use bianmin_kiosk::widget::KeyPress;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_terminal::config::{Config, ScannerKind};
use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::{JobState, OutboxState, PrintReason, PrintStatus};
use bianmin_terminal::services::{HallSays, Lookup};
use iced::advanced::text::{self, Paragraph as _, Shaping};
use iced::{Pixels, Rectangle, Renderer, Size, alignment};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

use crate::driver::{Driver, Words};
use crate::enrolled::printer_at_rest;
use crate::ui_apply::pictures::{
    found, progress_screen, proof_screen, receipt_screen, record, supplement, to_materials,
};
use crate::ui_apply::{answer, applying, begin, bring, own, ready, revoke, t};
use crate::ui_maintenance::{at_dashboard, locked};

/// More sheets than this has no page.
const MAX_SHEETS: usize = 60;

/// How a page is seen.
#[derive(Debug, Clone, Copy)]
struct Seen {
    panel: Panel,
    layout: Layout,
    mode: Mode,
    language: Language,
}

const NORMAL: Mode = Mode { text: TextSize::Normal, contrast: Contrast::Standard };
/// The thickest lines with the largest letters.
const LARGE: Mode = Mode { text: TextSize::Large, contrast: Contrast::YellowOnBlack };

fn panel(width: u32, height: u32) -> Panel {
    let panel = Panel { inches: 0.0, width, height };
    Panel { inches: panel.least_inches(), ..panel }
}

/// A terminal with all there can be, and long words about it.
fn services(panel: Panel, change: impl FnOnce(&mut Config)) -> (Services, TempDir) {
    let mut config = Config::default();
    config.place.name = "和平路社区便民服务站（示例）".into();
    config.place.counter = "一楼综合窗口（示例）".into();
    config.place.hours = "工作日 9:00–12:00，13:30–17:00（示例）".into();
    config.scanner.kind = ScannerKind::Keyboard;
    config.printer = printer_at_rest();
    config.screen.inches = panel.inches;
    config.screen.width = panel.width;
    config.screen.height = panel.height;
    config.ledger.reserve_kb = 0;
    change(&mut config);
    assert_eq!(config.screen.panel().check(), Ok(()));
    own(config)
}

fn dress(mut driver: Driver, seen: Seen) -> Driver {
    let ctx = driver.app_mut().context_mut();
    ctx.texts = Texts::new(seen.language);
    ctx.look = Look::new(seen.mode);
    ctx.layout = seen.layout;
    driver.app_mut().refresh();
    driver
}

/// The item whose guide and form have most to say.
fn longest(services: &Services) -> Arc<ServiceItem> {
    let catalogue = services.catalogue();
    let items = catalogue.items.iter().filter(|item| item.can_apply_on(services.today()));
    Arc::clone(items.max_by_key(|item| (item.materials.len(), item.name_en.len())).unwrap())
}

/// The item that can only be asked for at the counter.
fn at_the_counter(services: &Services) -> Arc<ServiceItem> {
    let catalogue = services.catalogue();
    Arc::clone(catalogue.items.iter().find(|item| !item.can_apply_on(services.today())).unwrap())
}

fn letters(query: &str, mut screen: search::Search) -> Screen {
    for letter in query.chars() {
        screen.update(search::Message::Key(KeyPress::Char(letter)));
    }
    Screen::Search(screen)
}

/// Screens that stand by themselves.
fn screens(services: &Services) -> Vec<(&'static str, Screen)> {
    let s = || services.clone();
    let receipt = |print, outbox| receipt_screen(services, "HJ02", print, outbox);
    let stopped = |state, status| PrintStatus::because(state, PrintReason::Printer(status));
    let full = |item| {
        let mut guide = guide::Guide::new(s(), item);
        guide.update(guide::Message::Full);
        Screen::Guide(guide)
    };
    let dashboard = |message| {
        let mut screen = at_dashboard(services);
        screen.update(maintenance::Message::Dashboard(message));
        Screen::Maintenance(screen)
    };
    let digits = || "1357".chars().map(|digit| lock::Message::Digit(Secret(digit))).collect();
    let waiting = Some(record(OutboxState::Waiting, None));
    vec![
        ("idle", Screen::Idle(idle::Idle)),
        ("home", Screen::Home(home::Home::new(s()))),
        ("search", letters("sfz", search::Search::new(s(), true))),
        ("nothing found", letters("qqqqxxx", search::Search::new(s(), true))),
        ("themes", Screen::Browse(browse::Browse::new(s(), browse::Kinds::Themes))),
        ("events", Screen::Browse(browse::Browse::new(s(), browse::Kinds::LifeEvents))),
        ("listing", Screen::Listing(listing::Listing::new(s(), listing::Source::All))),
        ("help", Screen::Help(help::Help::new(s()))),
        ("guide", Screen::Guide(guide::Guide::new(s(), longest(services)))),
        ("guide at the counter", Screen::Guide(guide::Guide::new(s(), at_the_counter(services)))),
        ("full guide", full(longest(services))),
        ("receipt printing", receipt(PrintStatus::of(JobState::Sent), OutboxState::Waiting)),
        ("receipt printed", receipt(PrintStatus::of(JobState::Printed), OutboxState::Acknowledged)),
        ("receipt waiting", receipt(stopped(JobState::Sent, Status::PaperOut), OutboxState::Waiting)),
        ("receipt failed", receipt(stopped(JobState::Failed, Status::PaperOut), OutboxState::Waiting)),
        ("receipt unknown", receipt(PrintStatus::of(JobState::Unknown), OutboxState::Quarantined)),
        ("receipt without printer", receipt(stopped(JobState::Failed, Status::Absent), OutboxState::Waiting)),
        ("progress question", Screen::Progress(progress::Progress::new(s()))),
        ("progress proof", Screen::Progress(proof_screen(services, "00"))),
        ("progress wrong", found(proof_screen(services, ""), Lookup::Wrong)),
        ("progress wait", found(proof_screen(services, ""), Lookup::Wait(Duration::from_secs(290)))),
        ("progress code only", found(proof_screen(services, ""), Lookup::CodeOnly)),
        ("progress waiting", progress_screen(services, waiting, HallSays::Unreachable)),
        ("progress unknown", progress_screen(services, None, HallSays::NotYet)),
        (
            "progress supplement",
            progress_screen(
                services,
                Some(record(OutboxState::Acknowledged, None)),
                HallSays::Progress(supplement()),
            ),
        ),
        ("lock", locked(services, digits())),
        ("no PIN", Screen::Maintenance(Maintenance::new(s()))),
        ("desk", Screen::Maintenance(at_dashboard(services))),
        ("jobs", dashboard(dashboard::Message::Jobs)),
        ("journal", dashboard(dashboard::Message::Journal)),
    ]
}

fn said(message: apply::Message) -> Message {
    Message::Screen(screen::Message::Apply(message))
}

/// Steps of an application, and what asks over a page.
fn steps(services: &Services) -> Vec<(&'static str, Driver)> {
    let long = longest(services);
    let at = |code: &str| applying(services, code);
    let form = || {
        let mut driver = at("HJ02");
        begin(&mut driver);
        driver
    };
    let known = || {
        let mut driver = at("HJ01");
        begin(&mut driver);
        for _ in 0..2 {
            answer(&mut driver);
            let next = t(&driver, "apply-next");
            driver.press(&next);
        }
        driver
    };
    let example = || {
        let mut driver = form();
        driver.send(said(apply::Message::Fields(apply::fields::Message::Example)));
        driver
    };
    let leaving = || {
        let mut driver = form();
        driver.type_text("张三");
        driver.send(Message::Home);
        driver
    };
    let materials = || {
        let mut driver = at(long.code.as_str());
        to_materials(&mut driver);
        driver
    };
    let missing = || {
        let mut driver = materials();
        driver.send(said(apply::Message::Materials(apply::materials::Message::Next)));
        driver
    };
    let undertaking = || {
        let mut driver = at("HJ02");
        to_materials(&mut driver);
        let code = crate::ui_apply::apply_of(driver.app()).draft().item.materials[0].code.clone();
        driver.send(said(apply::Message::Materials(apply::materials::Message::Later(code))));
        driver
    };
    let review = || {
        let mut driver = materials();
        bring(&mut driver);
        driver
    };
    let trouble = || {
        let mut driver = ready(services);
        let submit = t(&driver, "apply-review-submit");
        driver.press(&submit);
        let session = driver.app().session().id();
        driver.send(said(apply::Message::Submitted(session, Err(Failure::Full))));
        driver
    };
    let warned = || {
        let mut driver = form();
        driver.type_text("张三");
        driver.send(Message::Second(driver.now() + Duration::from_secs(100)));
        driver
    };
    let eyes = || {
        let mut driver = form();
        driver.send(Message::DisplayOpened);
        driver
    };
    vec![
        ("notice", at(long.code.as_str())),
        ("form", form()),
        ("form with a known applicant", known()),
        ("example", example()),
        ("leaving", leaving()),
        ("materials", materials()),
        ("missing", missing()),
        ("undertaking", undertaking()),
        ("review", review()),
        ("trouble", trouble()),
        ("warning", warned()),
        ("display", eyes()),
    ]
}

/// Whether a question stands over the page: what is under it is covered.
fn is_covered(name: &str) -> bool {
    ["example", "leaving", "undertaking", "warning", "display"].contains(&name)
}

/// What is wrong with what is on the screen.
fn faults(driver: &Driver, covered: bool) -> Vec<String> {
    let window = Rectangle::with_size(driver.size()).expand(0.5);
    let look = driver.app().context().look;
    let words: Vec<Words> = driver.words().into_iter().filter(|one| !one.words.trim().is_empty()).collect();
    let mut faults = Vec::new();
    for (at, one) in words.iter().enumerate() {
        let bounds = one.bounds;
        let end = |area: &Rectangle| (area.x + area.width, area.y + area.height);
        if bounds.x < window.x || end(&bounds).0 > end(&window).0 || end(&bounds).1 > end(&window).1 {
            faults.push(format!("{:?} leaves the window: {bounds:?}", one.words));
        }
        let is_whole = one
            .visible
            .is_some_and(|seen| seen.width > bounds.width - 1.0 && seen.height > bounds.height - 1.0);
        if !is_whole {
            faults.push(format!("{:?} is cut: {:?} of {bounds:?}", one.words, one.visible));
        }
        match size(look, bounds.height) {
            None => faults.push(format!("{:?} is pressed flat: {bounds:?}", one.words)),
            Some((size, 1)) if natural_width(&one.words, size) > bounds.width + 2.0 => {
                faults.push(format!("{:?} is longer than its place: {bounds:?}", one.words));
            }
            Some(_) => {}
        }
        let touches = |other: &&Words| {
            bounds.intersection(&other.bounds).is_some_and(|both| both.width > 2.0 && both.height > 2.0)
        };
        if !covered {
            faults.extend(
                words[at + 1..]
                    .iter()
                    .filter(touches)
                    .map(|other| format!("{:?} and {:?} stand on each other", one.words, other.words)),
            );
        }
    }
    faults
}

/// The size of a text of this height and how many lines it has; none if it is of no size that there is.
fn size(look: Look, height: f32) -> Option<(f32, u32)> {
    let s = look.size;
    let sizes =
        [s.caption, s.hint, s.body, s.section, s.title, s.question, 52.0, s.question * 1.2, s.question * 1.5];
    sizes.into_iter().find_map(|size| {
        // A line is laid out to whole pixels.
        let lines = (height / (size * 1.3)).round();
        ((height - lines * size * 1.3).abs() <= 0.6 * lines.max(1.0) && lines >= 1.0)
            .then_some((size, lines as u32))
    })
}

fn natural_width(words: &str, size: f32) -> f32 {
    let paragraph = <Renderer as text::Renderer>::Paragraph::with_text(text::Text {
        content: words,
        bounds: Size::INFINITE,
        size: Pixels(size),
        line_height: text::LineHeight::Relative(1.3),
        font: bianmin_kiosk::font::REGULAR,
        align_x: text::Alignment::Default,
        align_y: alignment::Vertical::Top,
        shaping: Shaping::Advanced,
        wrapping: text::Wrapping::None,
    });
    paragraph.min_width()
}

/// Looks at every sheet of a page; what was said on all of them.
fn walk(name: &str, driver: &mut Driver, found: &mut BTreeSet<String>) -> String {
    let mut all = String::new();
    for sheet in 0..MAX_SHEETS {
        let seen = driver.app().context();
        let place = format!(
            "{name} {sheet} {:?} {:?} {:?} {:?}",
            seen.size,
            seen.layout,
            seen.look.mode.text,
            seen.texts.language()
        );
        found.extend(faults(driver, is_covered(name)).into_iter().map(|fault| format!("{place}: {fault}")));
        all.extend(driver.words().into_iter().map(|one| one.words + "\n"));
        if is_covered(name) || !turn(driver) {
            return all;
        }
    }
    found.insert(format!("{name} has no last sheet"));
    all
}

/// Turns to the next sheet; false if there is none.
fn turn(driver: &mut Driver) -> bool {
    let after = t(driver, "pager-after");
    let places: Vec<_> = driver.words().into_iter().filter(|one| one.words == after).collect();
    for place in places {
        let messages = driver.touch(place.bounds.center());
        let turns = |message: &Message| {
            matches!(message, Message::Effect(_)) && format!("{message:?}").contains("Turned(")
        };
        if messages.iter().any(turns) {
            driver.pause(Duration::from_secs(1));
            messages.into_iter().for_each(|message| driver.send(message));
            return true;
        }
    }
    false
}

/// What has to be said on a page, wherever there is room for it.
fn decisive(name: &str, services: &Services, seen: &Seen) -> Vec<String> {
    let texts = Texts::new(seen.language);
    let chinese = texts.language() == Language::ZhCn;
    let one = |chinese_name: &str, english: &str| {
        if chinese || english.is_empty() { chinese_name.to_owned() } else { english.to_owned() }
    };
    let materials = |item: &ServiceItem| {
        item.materials.iter().map(|material| one(&material.name, &material.name_en)).collect::<Vec<_>>()
    };
    let keys = |keys: &[&str]| keys.iter().map(|key| texts.t(key)).collect::<Vec<_>>();
    match name {
        // In the low layout the themes are behind the first tile.
        "home" if seen.layout == Layout::PortraitLow => {
            keys(&["home-do", "home-progress", "home-events", "home-help"])
        }
        "home" => {
            let catalogue = services.catalogue();
            let themes = catalogue.themes.iter().map(|theme| one(&theme.name, &theme.name_en));
            themes.chain(keys(&["home-do", "home-progress", "home-events", "home-help"])).collect()
        }
        "home revoked" => keys(&["home-intake-closed-revoked", "home-intake-closed-hint"]),
        "guide" => materials(&longest(services)),
        "guide at the counter" => {
            let item = at_the_counter(services);
            let counter = texts.t("guide-counter");
            materials(&item).into_iter().chain([counter, item.address.clone()]).collect()
        }
        "notice" => {
            keys(&["apply-notice-bring", "apply-notice-use", "apply-notice-clock", "apply-notice-choice"])
        }
        "help" => {
            keys(&["help-find", "help-fill", "help-counter", "help-offline", "help-privacy", "help-eyes"])
        }
        "progress question" => keys(&["progress-hint"]),
        "progress supplement" => vec![supplement().remark, texts.t("progress-ask")],
        "receipt failed" | "receipt without printer" => {
            keys(&["receipt-paper-instead", "slip-next", "receipt-done", "receipt-noted"])
        }
        "receipt waiting" => keys(&["receipt-paper-waiting-hint", "slip-next", "receipt-done"]),
        _ => Vec::new(),
    }
}

#[track_caller]
fn check(seen: &[Seen]) {
    let mut found = BTreeSet::new();
    for seen in seen {
        let (services, _folder) = services(seen.panel, |_| {});
        let (revoked, _other) = self::services(seen.panel, |_| {});
        revoke(&revoked);
        let on = |services: &Services, screen| Driver::new(App::new(services.clone()).on(screen));
        let pages = screens(&services).into_iter().map(|(name, screen)| (name, on(&services, screen)));
        let closed = [
            ("home revoked", on(&revoked, Screen::Home(home::Home::new(revoked.clone())))),
            (
                "receipt revoked",
                on(
                    &revoked,
                    receipt_screen(
                        &revoked,
                        "HJ02",
                        PrintStatus::of(JobState::Printed),
                        OutboxState::Waiting,
                    ),
                ),
            ),
            ("closed", applying(&revoked, "HJ02")),
        ];
        for (name, driver) in pages.chain(steps(&services)).chain(closed) {
            let mut driver = dress(driver, *seen);
            let said = walk(name, &mut driver, &mut found);
            for words in decisive(name, &services, seen) {
                if !said.contains(&words) {
                    found.insert(format!("{name} {seen:?}: {words:?} is not said"));
                }
            }
        }
    }
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.join("\n"));
}

fn in_both(panel: Panel, layout: Layout) -> Vec<Seen> {
    let modes = [NORMAL, LARGE];
    let seen = |mode| Language::ALL.map(|language| Seen { panel, layout, mode, language });
    modes.into_iter().flat_map(seen).collect()
}

#[test]
fn everything_holds_on_an_upright_panel() {
    check(&in_both(Panel::PORTRAIT_32, Layout::Portrait));
}

#[test]
fn everything_holds_in_the_low_layout() {
    check(&in_both(Panel::PORTRAIT_32, Layout::PortraitLow));
}

#[test]
fn everything_holds_on_a_panel_on_its_side() {
    check(&in_both(Panel::LANDSCAPE_21, Layout::Landscape));
}

/// The extremes of other shapes: normal in Chinese, large in English.
fn extremes(panel: Panel, layout: Layout) -> [Seen; 2] {
    [
        Seen { panel, layout, mode: NORMAL, language: Language::ZhCn },
        Seen { panel, layout, mode: LARGE, language: Language::En },
    ]
}

#[test]
fn everything_holds_on_every_upright_shape() {
    let panels =
        [panel(768, 1024), panel(768, 1366), panel(1200, 1920), panel(1080, 2560), panel(2160, 3840)];
    let seen: Vec<Seen> = panels.into_iter().flat_map(|panel| extremes(panel, Layout::Portrait)).collect();
    check(&seen);
}

#[test]
fn everything_holds_on_every_shape_on_its_side() {
    let panels = [panel(1024, 768), panel(1280, 720), panel(1280, 1024), panel(2560, 1080)];
    let seen: Vec<Seen> = panels.into_iter().flat_map(|panel| extremes(panel, Layout::Landscape)).collect();
    check(&seen);
}
