//! What the screens look like and where they lead.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bianmin_kiosk::app::{App, Clock, Message};
use bianmin_kiosk::context::Layout;
use bianmin_kiosk::screen::{self, Screen, browse, guide, help, home, idle, listing, search};
use bianmin_kiosk::services::Services;
use bianmin_kiosk::theme::{Contrast, Look, Mode, Panel, TextSize};
use bianmin_kiosk::widget::KeyPress;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::ThemeCode;
use bianmin_terminal::config::Config;
use iced::Size;
use iced_test::Simulator;
use jiff::civil::date;
use tempfile::TempDir;

use crate::driver::is_effect;
use crate::enrolled::{printer_at_rest, terminal};
use crate::picture::{LANDSCAPE, PORTRAIT, assert_golden, draw};

fn services(panel: Panel) -> Services {
    thread_local! {
        static TERMINALS: RefCell<Vec<(u32, Services, TempDir)>> = const { RefCell::new(Vec::new()) };
    }
    TERMINALS.with_borrow_mut(|known| {
        if let Some((_, services, _)) = known.iter().find(|(width, _, _)| *width == panel.width) {
            return services.clone();
        }
        let mut config = Config::default();
        config.place.name = "和平社区".into();
        config.screen.inches = panel.inches;
        config.screen.width = panel.width;
        config.screen.height = panel.height;
        config.printer = printer_at_rest();
        let (terminal, folder) = terminal(config);
        let services = Services::new(terminal);
        known.push((panel.width, services.clone(), folder));
        services
    })
}

#[derive(Clone, Copy)]
struct Look1 {
    language: Language,
    mode: Mode,
    layout: Layout,
}

const PLAIN: Look1 = Look1 {
    language: Language::ZhCn,
    mode: Mode { text: TextSize::Normal, contrast: Contrast::Standard },
    layout: Layout::Portrait,
};

fn looks() -> [(&'static str, Look1); 7] {
    let large = Mode { text: TextSize::Large, ..Mode::default() };
    let yellow = Mode { contrast: Contrast::YellowOnBlack, ..Mode::default() };
    [
        ("portrait", PLAIN),
        ("landscape", Look1 { layout: Layout::Landscape, ..PLAIN }),
        ("large", Look1 { mode: large, ..PLAIN }),
        ("large-landscape", Look1 { mode: large, layout: Layout::Landscape, ..PLAIN }),
        ("yellow", Look1 { mode: yellow, ..PLAIN }),
        ("en", Look1 { language: Language::En, ..PLAIN }),
        ("low", Look1 { layout: Layout::PortraitLow, ..PLAIN }),
    ]
}

fn app(look: Look1, screen: Screen) -> App {
    let panel = if look.layout == Layout::Landscape { Panel::LANDSCAPE_21 } else { Panel::PORTRAIT_32 };
    // Whoever presses something takes a second for it.
    let (start, seconds) = (Instant::now(), AtomicU64::new(0));
    let clock = Clock::new(move || start + Duration::from_secs(seconds.fetch_add(1, Ordering::Relaxed)));
    let mut app = App::new(services(panel)).timed_by(clock).on(screen);
    let ctx = app.context_mut();
    ctx.today = date(2026, 11, 21);
    ctx.now = date(2026, 11, 21).at(10, 23, 0, 0);
    ctx.texts = Texts::new(look.language);
    ctx.look = Look::new(look.mode);
    ctx.layout = look.layout;
    app.refresh();
    app
}

fn size(look: Look1) -> Size {
    if look.layout == Layout::Landscape { LANDSCAPE } else { PORTRAIT }
}

fn check(name: &str, make: impl Fn(Look1) -> Screen) {
    for (suffix, look) in looks() {
        let app = app(look, make(look));
        let picture = draw(app.view(), app.context().look, size(look));
        assert_golden(&format!("{name}-{suffix}"), &picture);
    }
}

/// English is longer by half: also in large text and on the wide panel.
fn check_english(name: &str, make: impl Fn(Look1) -> Screen) {
    let english = Look1 { language: Language::En, ..PLAIN };
    let large = Mode { text: TextSize::Large, ..Mode::default() };
    for (suffix, look) in [
        ("en-large", Look1 { mode: large, ..english }),
        ("en-landscape", Look1 { layout: Layout::Landscape, ..english }),
    ] {
        let app = app(look, make(look));
        assert_golden(&format!("{name}-{suffix}"), &draw(app.view(), app.context().look, size(look)));
    }
}

fn item(code: &str) -> std::sync::Arc<bianmin_protocol::catalogue::ServiceItem> {
    let catalogue = services(Panel::PORTRAIT_32).catalogue();
    let item = catalogue.items.iter().find(|item| item.code.as_str() == code);
    item.unwrap().clone()
}

fn typed(chinese: bool, query: &str) -> Screen {
    let mut search = search::Search::new(services(Panel::PORTRAIT_32), chinese);
    for c in query.chars() {
        search.update(search::Message::Key(KeyPress::Char(c)));
    }
    Screen::Search(search)
}

#[test]
fn the_idle_screen() {
    check("idle", |_| Screen::Idle(idle::Idle));
}

#[test]
fn the_home_screen() {
    check("home", |_| Screen::Home(home::Home::new(services(Panel::PORTRAIT_32))));
}

#[test]
fn the_search_screen() {
    check("search", |look| typed(look.language == Language::ZhCn, "sfz"));
}

#[test]
fn long_english_words_fit() {
    check_english("home", |_| Screen::Home(home::Home::new(services(Panel::PORTRAIT_32))));
    check_english("guide", |_| Screen::Guide(guide::Guide::new(services(Panel::PORTRAIT_32), item("HJ04"))));
    check_english("help", |_| Screen::Help(help::Help::new(services(Panel::PORTRAIT_32))));
    check_english("search", |_| typed(false, "id"));
}

#[test]
fn a_search_that_finds_nothing() {
    let app = app(PLAIN, typed(true, "qqqqq"));
    assert_golden("search-nothing", &draw(app.view(), app.context().look, PORTRAIT));
}

#[test]
fn the_listing() {
    check("listing", |_| {
        let source = listing::Source::Theme(ThemeCode::parse("T01").unwrap());
        Screen::Listing(listing::Listing::new(services(Panel::PORTRAIT_32), source))
    });
}

#[test]
fn the_life_events() {
    check("events", |_| {
        Screen::Browse(browse::Browse::new(services(Panel::PORTRAIT_32), browse::Kinds::LifeEvents))
    });
}

#[test]
fn the_plain_guide() {
    check("guide", |_| Screen::Guide(guide::Guide::new(services(Panel::PORTRAIT_32), item("HJ04"))));
}

#[test]
fn the_full_guide() {
    check("guide-full", |_| {
        let mut guide = guide::Guide::new(services(Panel::PORTRAIT_32), item("HJ04"));
        guide.update(guide::Message::Full);
        Screen::Guide(guide)
    });
}

#[test]
fn the_help_screen() {
    check("help", |_| Screen::Help(help::Help::new(services(Panel::PORTRAIT_32))));
}

#[test]
fn the_choices_for_the_eyes() {
    for (suffix, look) in looks() {
        let mut app = app(look, Screen::Help(help::Help::new(services(Panel::PORTRAIT_32))));
        let _ = app.update(Message::DisplayOpened);
        let picture = draw(app.view(), app.context().look, size(look));
        assert_golden(&format!("display-{suffix}"), &picture);
    }
}

/// Presses what shows `text` and lets the application follow.
#[track_caller]
fn press(app: &mut App, text: &str) {
    bianmin_kiosk::font::load().unwrap();
    let messages: Vec<Message> = {
        let settings = bianmin_kiosk::font::settings();
        let mut ui = Simulator::with_size(settings, app.context().size, app.view());
        ui.click(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        ui.into_messages().collect()
    };
    assert!(messages.iter().any(is_effect), "{text} does nothing");
    for message in messages {
        let _ = app.update(message);
    }
}

#[test]
fn from_the_first_touch_to_a_guide_and_home_again() {
    let mut app = app(PLAIN, Screen::Idle(idle::Idle));
    press(&mut app, "您好，来办事吗？");
    press(&mut app, "户籍身份证");
    press(&mut app, "居民身份证补领");
    assert!(matches!(app.screen(), Screen::Guide(_)));
    press(&mut app, "看完整指南");
    press(&mut app, "上一步");
    press(&mut app, "上一步");
    assert!(matches!(app.screen(), Screen::Listing(_)));
    press(&mut app, "首页");
    assert!(matches!(app.screen(), Screen::Home(_)));
}

#[test]
fn the_language_changes_on_any_page_and_is_forgotten_afterwards() {
    let mut app = app(PLAIN, Screen::Help(help::Help::new(services(Panel::PORTRAIT_32))));
    press(&mut app, "English");
    press(&mut app, "Display");
    press(&mut app, "Large text");
    press(&mut app, "Done");
    assert!(app.context().look.is_large());
    let _ = app.update(Message::Left(std::time::Instant::now()));
    assert!(matches!(app.screen(), Screen::Idle(_)));
    assert_eq!(app.context().texts.language(), Language::ZhCn);
    assert!(!app.context().look.is_large());
}

#[test]
fn a_quiet_resident_is_warned_and_then_forgotten() {
    let mut app = app(PLAIN, typed(true, "sfz"));
    let start = std::time::Instant::now();
    let after = |seconds| start + std::time::Duration::from_secs(seconds);
    let _ = app.update(Message::Touched(start));
    let before = app.session().id();
    let _ = app.update(Message::Second(after(91)));
    app.context_mut().now = date(2026, 11, 21).at(10, 23, 0, 0);
    app.refresh();
    assert_golden("warning", &draw(app.view(), app.context().look, PORTRAIT));
    let _ = app.update(Message::Continued(after(95)));
    let _ = app.update(Message::Second(after(96)));
    assert!(matches!(app.screen(), Screen::Search(_)), "continuing keeps what was typed");
    let _ = app.update(Message::Second(after(96 + 90)));
    let _ = app.update(Message::Second(after(96 + 120)));
    assert!(matches!(app.screen(), Screen::Idle(_)));
    assert_ne!(app.session().id(), before);
    assert!(!format!("{app:?}").contains("sfz"), "something of the session is left");
}

#[test]
fn a_message_of_a_screen_that_was_left_does_nothing() {
    let mut app = app(PLAIN, Screen::Idle(idle::Idle));
    let late = screen::Message::Guide(guide::Message::Apply);
    let _ = app.update(Message::Screen(late));
    assert!(matches!(app.screen(), Screen::Idle(_)));
}

#[test]
fn a_panel_of_another_size_gets_its_own_scale() {
    let mut app = app(PLAIN, Screen::Help(help::Help::new(services(Panel::PORTRAIT_32))));
    // 2160×3840 pixels on the same 32 inches.
    let _ = app.update(Message::Resized(Size::new(2160.0, 3840.0)));
    assert_eq!(app.scale(), 2.0);
    assert_eq!(app.context().size, PORTRAIT);
    // The same window again, now told in logical pixels of that scale.
    let _ = app.update(Message::Resized(PORTRAIT));
    assert_eq!((app.scale(), app.context().size), (2.0, PORTRAIT));
}
