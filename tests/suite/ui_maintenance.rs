//! Maintenance as a technician meets it, and paper as a resident does: what is on the screen, what comes out, and
//! what the screen says when it does not.

use std::sync::Arc;
use std::time::Duration;

use bianmin_kiosk::app::{App, Message};
use bianmin_kiosk::context::Layout;
use bianmin_kiosk::screen::apply::Secret;
use bianmin_kiosk::screen::maintenance::{self, Maintenance, dashboard, lock};
use bianmin_kiosk::screen::{Screen, guide, idle};
use bianmin_kiosk::services::Services;
use bianmin_kiosk::theme::{Contrast, Look, Mode, Panel, TextSize};
use bianmin_locale::Words;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::{ItemCode, Millis, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::{Config, PagePrinter};
use bianmin_terminal::device::printer::{Outcome, Status};
use bianmin_terminal::device::receipt_printer::{Memory, Profile, ReceiptPrinter};
use bianmin_terminal::ledger::{JobId, JobKind, JobState, Outlet, PrintJob, PrintReason, PrintStatus};
use bianmin_terminal::pin::{self, Pin, Try};
use bianmin_terminal::services::Jobs;
use bianmin_terminal::services::health::{Finding, Part};
use iced::Size;
use jiff::civil::date;
use tempfile::TempDir;

use crate::driver::Driver;
use crate::enrolled::terminal_with;
use crate::picture::{LANDSCAPE, PORTRAIT, assert_golden, draw};
use crate::programs::eventually;

const SOON: Duration = Duration::from_secs(30);

pub fn own(panel: Panel) -> (Services, Memory, TempDir) {
    with(panel, PagePrinter::None)
}

/// The same with an A4 printer.
fn with(panel: Panel, page_printer: PagePrinter) -> (Services, Memory, TempDir) {
    let mut config = Config { page_printer, ..Config::default() };
    config.place.name = "和平社区".into();
    config.screen.inches = panel.inches;
    config.screen.width = panel.width;
    config.screen.height = panel.height;
    config.ledger.reserve_kb = 0;
    let printer = Memory::new(Profile::default());
    let (terminal, folder) = terminal_with(config, ReceiptPrinter::from(printer.clone()));
    (Services::new(terminal), printer, folder)
}

/// Draws what `make` gives, in each look.
fn check(name: &str, looks: &[&str], make: impl Fn(&Services) -> Screen) {
    let large = Mode { text: TextSize::Large, ..Mode::default() };
    let yellow = Mode { contrast: Contrast::YellowOnBlack, ..Mode::default() };
    let all = [
        ("portrait", Language::ZhCn, Mode::default(), Layout::Portrait),
        ("landscape", Language::ZhCn, Mode::default(), Layout::Landscape),
        ("large", Language::ZhCn, large, Layout::Portrait),
        ("yellow", Language::ZhCn, yellow, Layout::Portrait),
        ("en", Language::En, Mode::default(), Layout::Portrait),
    ];
    for (suffix, language, mode, layout) in all.into_iter().filter(|look| looks.contains(&look.0)) {
        let landscape = layout == Layout::Landscape;
        let (services, _, _folder) = own(if landscape { Panel::LANDSCAPE_21 } else { Panel::PORTRAIT_32 });
        let mut app = App::new(services.clone()).on(make(&services));
        let ctx = app.context_mut();
        ctx.now = date(2026, 11, 21).at(10, 31, 0, 0);
        ctx.texts = Texts::new(language);
        ctx.look = Look::new(mode);
        ctx.layout = layout;
        app.refresh();
        let size: Size = if landscape { LANDSCAPE } else { PORTRAIT };
        assert_golden(&format!("{name}-{suffix}"), &draw(app.view(), app.context().look, size));
    }
}

const ALL: [&str; 5] = ["portrait", "landscape", "large", "yellow", "en"];

/// At the door of a terminal that has a PIN, after these messages.
pub fn locked(services: &Services, messages: Vec<lock::Message>) -> Screen {
    pin::set(services.terminal().data(), &Pin::typed("135792".to_owned())).unwrap();
    let mut screen = Maintenance::new(services.clone());
    for message in messages {
        screen.update(maintenance::Message::Lock(message));
    }
    Screen::Maintenance(screen)
}

#[test]
fn the_door_looks_right() {
    let digits = || "1357".chars().map(|digit| lock::Message::Digit(Secret(digit))).collect();
    check("maintenance-pin", &ALL, |services| locked(services, digits()));
    check("maintenance-pin-wrong", &["portrait"], |services| {
        locked(services, vec![lock::Message::Tried(Some(Try::Wrong(Duration::ZERO)))])
    });
    check("maintenance-pin-wait", &["portrait", "landscape", "en"], |services| {
        locked(services, vec![lock::Message::Tried(Some(Try::Wait(Duration::from_secs(95))))])
    });
    check("maintenance-pin-unset", &["portrait"], |services| {
        Screen::Maintenance(Maintenance::new(services.clone()))
    });
}

fn findings() -> Vec<Finding> {
    let words = |key: &str| Words::new(key);
    vec![
        Finding::ok(Part::Terminal, words("health-terminal").with("terminal", "HP07")),
        Finding::critical(Part::Slip, words("printer-paper-out"), words("health-printer-paper-out")),
        Finding::warning(
            Part::Slip,
            words("health-paper-until-slip").with("count", 31).with("month", 11).with("day", 24),
            words("health-paper-advice-slip"),
        ),
        Finding::warning(
            Part::Journal,
            words("health-journal-unknown").with("count", 2),
            words("health-journal-advice"),
        ),
        Finding::ok(Part::Disk, words("health-disk")),
        Finding::ok(
            Part::Ledger,
            words("health-ledger").with("waiting", 3).with("acknowledged", 128).with("quarantined", 0),
        ),
        Finding::ok(Part::Catalogue, words("health-catalogue").with("revision", "12").with("items", 94)),
        Finding::ok(Part::Clock, words("health-clock")),
        Finding::critical(Part::Hall, words("health-hall-silent"), words("health-hall-advice")),
        Finding::ok(Part::Pin, words("health-pin")),
    ]
}

fn unknown(job: i64, kind: JobKind, registration: Option<&str>, label: Option<&str>) -> PrintJob {
    PrintJob {
        job: JobId(job),
        kind,
        outlet: Outlet::Slip,
        registration: registration.map(str::to_owned),
        label: label.map(str::to_owned),
        copy: u32::from(job == 1),
        status: PrintStatus::because(
            JobState::Unknown,
            if job == 1 { PrintReason::Restart } else { PrintReason::Printer(Status::Offline) },
        ),
        // 2026-11-21 10:31 in Shanghai.
        changed_at: Millis(1_795_228_260_000),
    }
}

/// Behind the locked, with these findings and jobs.
pub fn at_dashboard(services: &Services) -> Maintenance {
    let (mut screen, _looking) = Maintenance::open(services.clone());
    let id = TerminalId::parse("HP07").unwrap();
    let number = RegistrationNumber::from_parts(id, 261_121, 36).unwrap();
    let jobs = vec![
        unknown(1, JobKind::Receipt, Some(&number.to_string()), None),
        unknown(2, JobKind::Ticket, None, Some("261121-A012")),
        unknown(3, JobKind::Guide, None, Some("HJ04")),
    ];
    let last = jobs
        .iter()
        .cloned()
        .zip([JobState::Sent, JobState::Unknown, JobState::Printed])
        .map(|(job, state)| {
            let reason = job.status.reason.filter(|_| state == JobState::Unknown);
            PrintJob { status: PrintStatus { state, reason }, ..job }
        })
        .chain([PrintJob {
            status: PrintStatus::because(JobState::Failed, PrintReason::Printer(Status::Offline)),
            ..unknown(4, JobKind::Notice, None, Some("HJ02"))
        }])
        .collect();
    let looked = dashboard::Message::Looked(Some(Arc::new(findings())), Jobs { unknown: jobs, last });
    screen.update(maintenance::Message::Dashboard(looked));
    screen
}

#[test]
fn the_desk_looks_right() {
    check("maintenance-desk", &ALL, |services| Screen::Maintenance(at_dashboard(services)));
    check("maintenance-looking", &["portrait"], |services| {
        Screen::Maintenance(Maintenance::open(services.clone()).0)
    });
    check("maintenance-jobs", &["portrait", "landscape", "large", "en"], |services| {
        let mut screen = at_dashboard(services);
        screen.update(maintenance::Message::Dashboard(dashboard::Message::Jobs));
        Screen::Maintenance(screen)
    });
    check("maintenance-journal", &ALL, |services| {
        let mut screen = at_dashboard(services);
        screen.update(maintenance::Message::Dashboard(dashboard::Message::Journal));
        Screen::Maintenance(screen)
    });
}

/// The technician touches the clock and is in front of the door.
fn make_gesture(driver: &mut Driver) {
    let touch = driver.app().context().t("idle-touch");
    driver.press(&touch);
    let clock = driver.app().context().line.clock.clone();
    for _ in 0..5 {
        driver.press(&clock);
    }
    assert!(matches!(driver.app().screen(), Screen::Maintenance(_)), "maintenance did not open");
}

fn t(driver: &Driver, key: &str) -> String {
    driver.app().context().t(key)
}

#[test]
fn a_technician_enters_prints_a_test_page_and_settles_what_is_unknown() {
    let (services, printer, folder) = own(Panel::PORTRAIT_32);
    pin::set(folder.path(), &Pin::typed("135792".to_owned())).unwrap();
    let terminal = services.terminal().clone();
    let item = ItemCode::parse("HJ04").unwrap();
    // A job whose outcome nobody knows.
    let job = terminal.ledger().intend(JobKind::Guide, Outlet::Slip, Some(&item), terminal.now()).unwrap();
    terminal.ledger().set_job(job, PrintStatus::of(JobState::Sent), terminal.now()).unwrap();
    terminal.start().unwrap();
    eventually("the printer to be looked at", || {
        (terminal.devices().printer(Outlet::Slip) == Status::Ready).then_some(())
    });
    let mut driver = Driver::new(App::new(services));
    make_gesture(&mut driver);
    for digit in ["1", "3", "5", "7", "9", "3"] {
        driver.press(digit);
    }
    let enter = t(&driver, "maintenance-pin-enter");
    driver.press(&enter);
    let wrong = t(&driver, "maintenance-pin-wrong");
    driver.until_sees(&wrong, SOON);
    for digit in ["1", "3", "5", "7", "9", "2"] {
        driver.press(digit);
    }
    driver.press(&enter);
    let test = t(&driver, "maintenance-test-slip");
    driver.until_sees(&test, SOON);
    driver.press(&test);
    let ordered = t(&driver, "maintenance-ordered");
    driver.until_sees(&ordered, SOON);
    eventually("the test page", || (printer.jobs().len() == 1).then_some(()));
    // The job that was on its way at the start.
    let jobs = driver.app().context().t_args("maintenance-jobs", &[("count", 1.into())]);
    driver.press(&jobs);
    let came_out = t(&driver, "maintenance-came-out");
    driver.press(&came_out);
    let none = t(&driver, "maintenance-jobs-none");
    driver.until_sees(&none, SOON);
    driver.until("the settled job", SOON, |_| {
        terminal.ledger().job(job).unwrap().unwrap().status.state == JobState::Printed
    });
    let counter = terminal.ledger().counter(Outlet::Slip).unwrap();
    assert_eq!((counter.jobs, counter.cuts), (1, 1));
    assert!(counter.millimetres > 50, "{counter:?}");
    // It ends like any session.
    driver.send(Message::Left(std::time::Instant::now()));
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
}

#[test]
fn an_application_is_not_left_for_maintenance() {
    let (services, _, _folder) = own(Panel::PORTRAIT_32);
    let catalogue = services.catalogue();
    let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap().clone();
    let mut driver =
        Driver::new(App::new(services.clone()).on(Screen::Guide(guide::Guide::new(services, item))));
    let begin = t(&driver, "guide-apply");
    driver.press(&begin);
    for _ in 0..6 {
        driver.send(Message::ClockTouched);
    }
    assert!(matches!(driver.app().screen(), Screen::Apply(_)));
}

#[test]
fn a_guide_comes_on_paper_and_the_screen_says_only_what_is_so() {
    let (services, printer, _folder) = own(Panel::PORTRAIT_32);
    let terminal = services.terminal().clone();
    terminal.start().unwrap();
    eventually("the printer to be looked at", || {
        (terminal.devices().printer(Outlet::Slip) == Status::Ready).then_some(())
    });
    let catalogue = services.catalogue();
    let item = catalogue.get(&ItemCode::parse("HJ04").unwrap()).unwrap().clone();
    let guide = Screen::Guide(guide::Guide::new(services.clone(), item));
    let mut driver = Driver::new(App::new(services).on(guide));
    printer.then(Outcome::Unknown(Status::Offline));
    let print = t(&driver, "guide-print");
    driver.press(&print);
    let unknown = t(&driver, "paper-unknown");
    driver.until_sees(&unknown, SOON);
    driver.press(&print);
    let printed = t(&driver, "paper-printed");
    driver.until_sees(&printed, SOON);
    assert_eq!(printer.jobs().len(), 2);
}

#[test]
fn what_still_waits_for_paper_when_a_resident_leaves_is_for_nobody() {
    let (services, printer, _folder) = own(Panel::PORTRAIT_32);
    let terminal = services.terminal().clone();
    printer.set_status(Status::PaperOut);
    terminal.start().unwrap();
    let catalogue = services.catalogue();
    let item = catalogue.get(&ItemCode::parse("HJ04").unwrap()).unwrap().clone();
    let mut driver = Driver::new(App::new(services).on(Screen::Idle(idle::Idle)));
    // One that the printer has taken and stops at, one that waits behind it.
    let visit = terminal.printing().visit();
    let slip = |text: &str| {
        bianmin_document::Document::new("zh-CN")
            .with(bianmin_document::Block::Footer { text: text.to_owned() })
    };
    let about = bianmin_terminal::services::About::Item(&item.code);
    let jobs = ["one", "two"].map(|text| {
        terminal.printing().order(JobKind::Notice, Outlet::Slip, about, slip(text), Some(visit)).unwrap()
    });
    let state = |job| terminal.ledger().job(job).unwrap().map(|job| job.status).unwrap();
    eventually("the first to wait for paper", || {
        (state(jobs[0]) == PrintStatus::because(JobState::Sent, PrintReason::Printer(Status::PaperOut)))
            .then_some(())
    });
    driver.send(Message::Left(std::time::Instant::now()));
    for job in jobs {
        let left = PrintStatus::because(JobState::Failed, PrintReason::Left);
        eventually("the end of what nobody waits for", || (state(job) == left).then_some(()));
    }
    printer.set_status(Status::Ready);
    // The next resident gets their own paper and nobody else's.
    let next = terminal
        .printing()
        .order(JobKind::Guide, Outlet::Slip, about, slip("next"), Some(terminal.printing().visit()))
        .unwrap();
    eventually("the next paper", || (state(next).state == JobState::Printed).then_some(()));
    assert_eq!(printer.jobs().len(), 1);
}

#[test]
fn paper_that_runs_out_is_waited_for_and_nothing_is_handed_in_twice() {
    let (services, printer, _folder) = own(Panel::PORTRAIT_32);
    let terminal = services.terminal().clone();
    terminal.start().unwrap();
    eventually("the printer to be looked at", || {
        (terminal.devices().printer(Outlet::Slip) == Status::Ready).then_some(())
    });
    let mut driver = Driver::new(App::new(services));
    printer.set_status(Status::PaperOut);
    let number = crate::resident::applies(&mut driver, "shenfenzhengdiule", "居民身份证补领", &mut |_, _| {});
    let waits = t(&driver, "receipt-paper-waits");
    driver.until_sees(&waits, SOON);
    printer.set_status(Status::Ready);
    let printed = t(&driver, "receipt-printed");
    driver.until_sees(&printed, SOON);
    assert_eq!(printer.jobs().len(), 1, "printed more than once");
    assert_eq!(terminal.ledger().records().unwrap().len(), 1, "handed in twice");
    let jobs = terminal.ledger().jobs(&number.parse().unwrap()).unwrap();
    assert_eq!(
        jobs.iter().map(|job| (job.copy, job.status.state)).collect::<Vec<_>>(),
        [(0, JobState::Printed)]
    );
}

#[test]
fn the_last_look_says_before_that_no_receipt_can_be_printed() {
    let (services, printer, _folder) = own(Panel::PORTRAIT_32);
    let terminal = services.terminal().clone();
    printer.set_status(Status::CoverOpen);
    terminal.start().unwrap();
    eventually("the printer to be looked at", || {
        (terminal.devices().printer(Outlet::Slip) == Status::CoverOpen).then_some(())
    });
    let mut driver = Driver::new(App::new(services));
    let mut said = false;
    crate::resident::applies(
        &mut driver,
        "shenfenzhengdiule",
        "居民身份证补领",
        &mut |driver, page| {
            let hint = driver.app().context().t("apply-review-no-paper-hint");
            said |= page == "review" && driver.sees(&hint);
        },
    );
    assert!(said, "nothing was said before it was handed in");
}

#[test]
fn the_filled_in_form_comes_on_a4_and_is_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let (services, _, data) =
        with(Panel::PORTRAIT_32, PagePrinter::File { folder: folder.path().to_owned() });
    let terminal = services.terminal().clone();
    terminal.start().unwrap();
    eventually("the printers to be looked at", || {
        (terminal.devices().printer(Outlet::Page) == Status::Ready).then_some(())
    });
    let mut driver = Driver::new(App::new(services));
    let number = crate::resident::applies(&mut driver, "shenfenzhengdiule", "居民身份证补领", &mut |_, _| {});
    let form = t(&driver, "receipt-form");
    driver.press(&form);
    let printed = t(&driver, "paper-printed");
    driver.until_sees(&printed, SOON);
    let pages: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(pages.len(), 1);
    assert!(std::fs::read(&pages[0]).unwrap().starts_with(b"%PDF"));
    let jobs = terminal.ledger().jobs(&number.parse().unwrap()).unwrap();
    let form = jobs.iter().find(|job| job.kind == JobKind::Form).unwrap();
    assert_eq!((form.outlet, form.copy, form.status.state), (Outlet::Page, 0, JobState::Printed));
    assert!(terminal.ledger().counter(Outlet::Page).unwrap().sheets >= 1);
    // The ledger knows that it was printed, and nothing of what it says.
    for file in ["ledger.sqlite", "ledger.sqlite-wal"] {
        let path = data.path().join(file);
        let bytes = std::fs::read(&path).unwrap();
        let canary = "11010519491231002X".as_bytes();
        assert!(!bytes.windows(canary.len()).any(|window| window == canary), "{path:?}");
    }
}

/// What came out of the A4 printer into this folder.
fn sheets(folder: &TempDir) -> Vec<std::path::PathBuf> {
    let mut pages: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

#[test]
fn the_guide_and_all_that_is_missing_come_on_a4_by_a_press_of_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let (services, slips, _data) =
        with(Panel::PORTRAIT_32, PagePrinter::File { folder: folder.path().to_owned() });
    let terminal = services.terminal().clone();
    terminal.start().unwrap();
    eventually("the printers to be looked at", || {
        (terminal.devices().printer(Outlet::Page) == Status::Ready).then_some(())
    });
    let catalogue = services.catalogue();
    let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap().clone();
    let guide = Screen::Guide(guide::Guide::new(services.clone(), item));
    let mut driver = Driver::new(App::new(services).on(guide));
    let print = t(&driver, "guide-print");
    driver.press(&print);
    let printed = t(&driver, "paper-printed");
    driver.until_sees(&printed, SOON);
    assert_eq!(sheets(&folder).len(), 1);
    // On: to the materials, of which none is there.
    let begin = t(&driver, "guide-apply");
    driver.press(&begin);
    let agree = t(&driver, "apply-notice-agree");
    driver.press(&agree);
    crate::resident::fill(&mut driver, &mut |_, _| {});
    let next = t(&driver, "apply-next");
    driver.press(&next);
    let notice = t(&driver, "apply-materials-print");
    driver.press(&notice);
    driver.until_sees(&printed, SOON);
    let kinds: Vec<JobKind> = terminal.ledger().recent_jobs(9).unwrap().iter().map(|job| job.kind).collect();
    assert_eq!(kinds, [JobKind::Notice, JobKind::Guide]);
    let pages = sheets(&folder);
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|page| std::fs::read(page).unwrap().starts_with(b"%PDF")));
    assert!(slips.jobs().is_empty(), "nothing of it is on the roll");
}
