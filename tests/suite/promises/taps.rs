//! Who taps twice means one thing: whatever the button and however long the series, no more than one page follows from
//! it, and nothing that ends a session stands where an application is handed in.
//!
//! Every page is gone to as a resident does, and every place on it that answers is tapped, first alone and then again
//! and again: 40 ms later, as a bouncing panel does, and up to just within the guard time.

use crate::driver::{Driver, is_effect};
use crate::ui_apply::{
    apply_of, applying, at_guide, begin, config, fill, item, looks, own, pictures, ready, submit, t,
};
use crate::ui_maintenance::{at_dashboard, locked};
use bianmin_kiosk::app::{App, GUARD, Message, REACH};
use bianmin_kiosk::context::Layout;
use bianmin_kiosk::screen::apply::{self, Failure, Secret};
use bianmin_kiosk::screen::maintenance::{self, dashboard, lock};
use bianmin_kiosk::screen::{self, Screen, guide, progress};
use bianmin_kiosk::services::Services;
use bianmin_kiosk::theme::{Look, Panel};
use bianmin_kiosk::widget::KeyPress;
use bianmin_kiosk::widget::page::bar_height;
use bianmin_locale::Texts;
use bianmin_protocol::credential::Credential;
use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::{JobState, OutboxState, PrintReason, PrintStatus};
use bianmin_terminal::services::Scan;
use iced::Point;
use std::collections::BTreeMap;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);
/// Milliseconds from tap to tap.
const SERIES: [u64; 9] = [1000, 40, 40, 40, 150, 300, 500, 690, 690];

/// After so long without a touch the warning stands.
const WARNED: Duration = Duration::from_secs(100);

type Make<'a> = Box<dyn Fn() -> Driver + 'a>;

/// The places on the page that answer, by what they say.
fn buttons(driver: &Driver) -> BTreeMap<String, Point> {
    let mut places: Vec<Point> = driver.words().iter().map(|one| one.bounds.center()).collect();
    if has_keyboard(driver.app()) {
        let (width, height) = (driver.size().width as u32, driver.size().height as u32);
        let keys = (height - 800..height - 150)
            .step_by(62)
            .flat_map(|y| (30..width).step_by(58).map(move |x| Point::new(x as f32, y as f32)));
        places.extend(keys);
    }
    let mut found = BTreeMap::new();
    for place in places {
        let says: Vec<String> =
            driver.touch(place).iter().filter(|m| is_effect(m)).map(|m| format!("{m:?}")).collect();
        if !says.is_empty() {
            found.entry(says.join(", ")).or_insert(place);
        }
    }
    found
}

fn has_keyboard(app: &App) -> bool {
    match app.screen() {
        Screen::Search(_) => true,
        Screen::Apply(apply) => apply.has_keyboard(),
        Screen::Progress(progress) => progress.has_keyboard(),
        _ => false,
    }
}

/// Taps `place` again and again: how often another page followed from it.
fn tap(driver: &mut Driver, place: Point) -> usize {
    let mut pages = 0;
    for gap in SERIES {
        driver.pause(Duration::from_millis(gap));
        let before = driver.app().page();
        for message in driver.touch(place) {
            driver.send(message);
        }
        pages += usize::from(driver.app().page() != before);
        let sends = |app: &App| matches!(app.screen(), Screen::Apply(apply) if apply.is_sending());
        driver.until("the commit", SOON, |app| !sends(app));
    }
    pages
}

/// Taps every button of every page.
#[track_caller]
fn check(pages: Vec<(&str, Make)>) {
    assert!(SERIES[1..].iter().all(|gap| Duration::from_millis(*gap) < GUARD));
    let mut tried = 0;
    for (name, make) in pages {
        let found = buttons(&make());
        assert!(!found.is_empty(), "{name}: nothing answers");
        for (says, place) in found {
            let mut driver = make();
            let pages = tap(&mut driver, place);
            assert!(pages <= 1, "{name}: a series of taps on {says} went through {pages} pages");
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} buttons");
}

fn page(name: &str, make: impl Fn() -> Driver + 'static) -> (&str, Make<'static>) {
    (name, Box::new(make))
}

/// From the idle screen by pressing these.
fn walk(services: &Services, keys: &[&str]) -> Driver {
    let mut driver = Driver::new(App::new(services.clone()));
    for key in std::iter::once(&"idle-touch").chain(keys) {
        let words = t(&driver, key);
        driver.press(&words);
    }
    driver
}

fn typed(services: &Services, letters: &str) -> Driver {
    let mut driver = walk(services, &["home-search"]);
    for letter in letters.chars() {
        let key = screen::search::Message::Key(KeyPress::Char(letter));
        driver.send(Message::Screen(screen::Message::Search(key)));
    }
    driver
}

#[test]
fn a_series_of_taps_finds_one_page() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let s = || services.clone();
    let theme = services.catalogue().themes[0].name.clone();
    let with = |make: fn(&Services) -> Driver| {
        let services = s();
        move || make(&services)
    };
    let listing = {
        let services = s();
        move || {
            let mut driver = walk(&services, &[]);
            driver.press(&theme);
            driver
        }
    };
    check(vec![
        page("idle", with(|s| Driver::new(App::new(s.clone())))),
        page("home", with(|s| walk(s, &[]))),
        page("search", with(|s| typed(s, "sfz"))),
        page("suggestions", with(|s| typed(s, "qqqqxxx"))),
        page("themes", with(|s| walk(s, &["home-do"]))),
        page("events", with(|s| walk(s, &["home-events"]))),
        page("listing", listing),
        page("help", with(|s| walk(s, &["home-help"]))),
        page("display", with(|s| walk(s, &["bar-display"]))),
        page(
            "warning",
            with(|s| {
                let mut driver = walk(s, &["home-help"]);
                driver.send(Message::Second(driver.now() + WARNED));
                assert!(driver.sees(&t(&driver, "warning-title")));
                driver
            }),
        ),
        page("guide", with(|s| at_guide(s, &item(s, "HJ02")))),
        page(
            "full guide",
            with(|s| {
                let mut driver = at_guide(s, &item(s, "HJ02"));
                driver.send(Message::Screen(screen::Message::Guide(guide::Message::Full)));
                driver
            }),
        ),
    ]);
}

fn message(message: apply::Message) -> Message {
    Message::Screen(screen::Message::Apply(message))
}

#[test]
fn a_series_of_taps_applies_for_one_step_and_keeps_the_receipt() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let with = |make: fn(&Services) -> Driver| {
        let services = services.clone();
        move || make(&services)
    };
    check(vec![
        page("notice", with(|s| applying(s, "HJ02"))),
        page(
            "who",
            with(|s| {
                let mut driver = applying(s, "HJ02");
                begin(&mut driver);
                driver.type_text("张三");
                driver
            }),
        ),
        page(
            "example",
            with(|s| {
                let mut driver = applying(s, "HJ02");
                begin(&mut driver);
                let show = t(&driver, "apply-example-show");
                driver.press(&show);
                driver
            }),
        ),
        page(
            "leaving",
            with(|s| {
                let mut driver = applying(s, "HJ02");
                begin(&mut driver);
                driver.type_text("张三");
                let home = t(&driver, "bar-home");
                driver.press(&home);
                driver
            }),
        ),
        page(
            "materials",
            with(|s| {
                let mut driver = applying(s, "HJ02");
                begin(&mut driver);
                fill(&mut driver);
                driver
            }),
        ),
        page(
            "undertaking",
            with(|s| {
                let mut driver = applying(s, "HJ02");
                begin(&mut driver);
                fill(&mut driver);
                let material = apply_of(driver.app()).draft().item.materials[0].code.clone();
                driver.send(message(apply::Message::Materials(apply::materials::Message::Later(material))));
                driver
            }),
        ),
        page("review", with(ready)),
        page(
            "trouble",
            with(|s| {
                let mut driver = ready(s);
                let words = t(&driver, "apply-review-submit");
                driver.press(&words);
                let session = driver.app().session().id();
                driver.send(message(apply::Message::Submitted(session, Err(Failure::Full))));
                driver
            }),
        ),
        page(
            "receipt",
            with(|s| {
                let mut driver = ready(s);
                submit(&mut driver);
                driver
            }),
        ),
        page(
            "question",
            with(|s| {
                let mut driver = ready(s);
                submit(&mut driver);
                let done = t(&driver, "receipt-done");
                driver.press(&done);
                driver
            }),
        ),
    ]);
}

#[test]
fn a_series_of_taps_asks_and_maintains_one_thing() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let with = |make: fn(&Services) -> Driver| {
        let services = services.clone();
        move || make(&services)
    };
    check(vec![
        page("progress", with(|s| walk(s, &["home-progress"]))),
        page(
            "failed",
            with(|s| {
                let mut driver = walk(s, &["home-progress"]);
                let number = pictures::number();
                let given = Credential::Receipt(String::new());
                let read = progress::Message::Read(Some(Scan::Receipt(number.clone(), given)));
                driver.send(Message::Screen(screen::Message::Progress(read)));
                let answered = progress::Message::Answered(number, None);
                driver.send(Message::Screen(screen::Message::Progress(answered)));
                driver
            }),
        ),
        page(
            "door",
            with(|s| {
                let digits = "1357".chars().map(|digit| lock::Message::Digit(Secret(digit))).collect();
                Driver::new(App::new(s.clone()).on(locked(s, digits)))
            }),
        ),
        page("desk", with(|s| Driver::new(App::new(s.clone()).on(Screen::Maintenance(at_dashboard(s)))))),
        page(
            "jobs",
            with(|s| {
                let mut screen = at_dashboard(s);
                screen.update(maintenance::Message::Dashboard(dashboard::Message::Jobs));
                Driver::new(App::new(s.clone()).on(Screen::Maintenance(screen)))
            }),
        ),
        page(
            "journal",
            with(|s| {
                let mut screen = at_dashboard(s);
                screen.update(maintenance::Message::Dashboard(dashboard::Message::Journal));
                Driver::new(App::new(s.clone()).on(Screen::Maintenance(screen)))
            }),
        ),
    ]);
}

/// Where the bar answers with `what`, in steps of a finger's breadth.
fn in_the_bar(driver: &Driver, what: &[&str]) -> Vec<Point> {
    let size = driver.size();
    let y = size.height - bar_height(driver.app().context().look) / 2.0;
    let places = (20..size.width as u32).step_by(40).map(|x| Point::new(x as f32, y));
    places
        .filter(|place| {
            let said = format!("{:?}", driver.touch(*place));
            what.iter().any(|what| said.contains(what))
        })
        .collect()
}

/// What ends a session or loses what is on the screen.
const ENDS: [&str; 4] = ["Receipt(Done)", "Dashboard(Done)", "Left(", "LeaveConfirmed"];

#[test]
fn what_ends_a_session_stands_where_no_application_was_handed_in() {
    for (name, seen) in looks() {
        let landscape = seen.layout == Layout::Landscape;
        let (services, _folder) =
            own(config(if landscape { Panel::LANDSCAPE_21 } else { Panel::PORTRAIT_32 }));
        let dress = |mut driver: Driver| {
            let ctx = driver.app_mut().context_mut();
            ctx.texts = Texts::new(seen.language);
            ctx.look = Look::new(seen.mode);
            ctx.layout = seen.layout;
            driver
        };
        let on = |screen| dress(Driver::new(App::new(services.clone()).on(screen)));
        let review = dress(ready(&services));
        let submit = in_the_bar(&review, &["Review(Submit)"]);
        assert!(!submit.is_empty(), "{name}: it cannot be handed in");
        let print = [
            PrintStatus::of(JobState::Printed),
            PrintStatus::because(JobState::Failed, PrintReason::Printer(Status::PaperOut)),
        ];
        let mut after: Vec<Driver> = print
            .map(|print| on(pictures::receipt_screen(&services, "HJ02", print, OutboxState::Waiting)))
            .into();
        for receipt in &after {
            let done = t(receipt, "receipt-done");
            let place = receipt.place(&done).unwrap_or_else(|| panic!("{name}: the receipt cannot be left"));
            let far = |submit: &Point| submit.distance(Point::new(place.0, place.1)) > REACH / 2.0;
            assert!(submit.iter().all(far), "{name}: {place:?}");
        }
        after.push(on(Screen::Maintenance(at_dashboard(&services))));
        // The dialogs over what is being filled in.
        let mut warned = dress(ready(&services));
        warned.send(Message::Second(warned.now() + WARNED));
        let mut asked = dress(ready(&services));
        asked.send(Message::Home);
        after.extend([warned, asked]);
        for driver in after {
            let ends = in_the_bar(&driver, &ENDS);
            assert!(ends.is_empty(), "{name}: {:?} at {ends:?}", driver.app().screen());
        }
    }
}
