//! Every step of an application, its receipt and its progress, as pictures in each look.

use bianmin_protocol::application::{ApplicationBody, MaterialState, NormalizedBody};
use bianmin_protocol::case::{CaseState, Progress as Case};
use bianmin_protocol::catalogue::DayType;
use bianmin_protocol::ids::{ApplicationId, CaseNumber, FieldCode, Millis, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::Refusal;
use bianmin_terminal::device::printer::Status as PrinterStatus;
use bianmin_terminal::device::receipt_printer::{Memory, Profile, ReceiptPrinter};
use bianmin_terminal::ledger::{
    Accepted, JobId, JobState, OutboxState, PrintReason, PrintStatus, Reason, Record, SlipFacts,
};
use bianmin_terminal::services::{CaseView, HallSays, Lookup, Scan};
use bianmin_terminal::sync::Reachable;
use iced::Size;

use crate::enrolled::{printer_at_rest, terminal_with};
use crate::picture::{LANDSCAPE, PORTRAIT, assert_golden, draw};
use crate::programs::eventually;

use super::*;

/// Goes to the place with `go` in each look and compares the picture.
fn check(name: &str, looks: &[&str], code: &str, go: impl Fn(&mut Driver)) {
    check_on(printing, name, looks, code, go);
}

/// The same at one of these terminals.
fn check_on(
    terminal: impl Fn(Panel) -> Services,
    name: &str,
    looks: &[&str],
    code: &str,
    go: impl Fn(&mut Driver),
) {
    for (suffix, seen) in self::looks().into_iter().filter(|(suffix, _)| looks.contains(suffix)) {
        let landscape = seen.layout == Layout::Landscape;
        let panel = if landscape { Panel::LANDSCAPE_21 } else { Panel::PORTRAIT_32 };
        let mut driver = applying(&terminal(panel), code);
        let ctx = driver.app_mut().context_mut();
        ctx.texts = Texts::new(seen.language);
        ctx.look = Look::new(seen.mode);
        ctx.layout = seen.layout;
        driver.app_mut().refresh();
        go(&mut driver);
        let size: Size = if landscape { LANDSCAPE } else { PORTRAIT };
        let picture = draw(driver.app().view(), driver.app().context().look, size);
        assert_golden(&format!("{name}-{suffix}"), &picture);
    }
}

const ALL: [&str; 6] = ["portrait", "landscape", "large", "yellow", "en", "low"];

#[test]
fn the_notice_looks_right() {
    check("apply-notice", &ALL, "SB01", |_| {});
}

#[test]
fn the_identity_step_looks_right() {
    check("apply-identity", &ALL, "SB01", |driver| {
        begin(driver);
        driver.type_text("张三");
        let next = t(driver, "apply-next");
        driver.press(&next);
        driver.type_text("110105194912310021");
    });
}

#[test]
fn a_page_of_the_form_looks_right() {
    check("apply-form", &ALL, "HJ01", |driver| {
        begin(driver);
        for _ in 0..2 {
            answer(driver);
            let next = t(driver, "apply-next");
            driver.press(&next);
        }
    });
}

#[test]
fn choices_look_right() {
    check("apply-choices", &ALL, "HJ01", |driver| {
        begin(driver);
        let next = t(driver, "apply-next");
        for _ in 0..30 {
            if apply_of(driver.app()).place() == Some(FormPlace::Page(2)) {
                break;
            }
            answer(driver);
            driver.press(&next);
        }
        let posted = if driver.app().context().is_chinese() { "邮寄到家" } else { "Post it to me" };
        driver.press(posted);
    });
}

#[test]
fn the_example_looks_right() {
    check("apply-example", &["portrait", "en"], "HJ01", |driver| {
        begin(driver);
        let show = t(driver, "apply-example-show");
        driver.press(&show);
    });
}

pub fn to_materials(driver: &mut Driver) {
    begin(driver);
    fill(driver);
}

#[test]
fn the_materials_look_right() {
    check("apply-materials", &ALL, "HJ02", |driver| {
        to_materials(driver);
        let missing = t(driver, "apply-material-missing");
        driver.try_press(&missing);
        let next = t(driver, "apply-next");
        driver.press(&next);
    });
}

#[test]
fn the_undertaking_looks_right() {
    check("apply-undertaking", &["portrait", "landscape", "en"], "HJ02", |driver| {
        to_materials(driver);
        let material = apply_of(driver.app()).draft().item.materials[0].code.clone();
        let later = apply::materials::Message::Later(material);
        driver.send(Message::Screen(screen::Message::Apply(apply::Message::Materials(later))));
    });
}

#[test]
fn the_last_look_looks_right() {
    check_on(printing, "apply-review", &ALL, "HJ01", |driver| {
        to_materials(driver);
        bring(driver);
    });
}

pub fn number() -> RegistrationNumber {
    RegistrationNumber::from_parts(TerminalId::parse("HP07").unwrap(), 261_121, 36).unwrap()
}

/// 2026-11-21 10:31 in Shanghai.
const ACCEPTED: Millis = Millis(1_795_228_260_000);

/// What the paper of an application says that was filled in as the item's example is.
fn slip_facts(services: &Services, item: &Arc<ServiceItem>) -> SlipFacts {
    let mut answers = item.example.answers.clone();
    answers.insert(FieldCode::parse("applicant_name").unwrap(), "欧阳龑".into());
    let answer = |promised| if promised { MaterialAnswer::Promised } else { MaterialAnswer::Have };
    let materials = item.example.materials.iter();
    let materials =
        materials.map(|one| MaterialState { code: one.code.clone(), answer: answer(one.promised) }).collect();
    let body = ApplicationBody { answers, materials, language: "zh-CN".into() };
    SlipFacts::of(item, &NormalizedBody::of(body, item, &services.catalogue().fields))
}

/// A receipt for `code` in this state, the same in every run.
pub fn receipt_screen(services: &Services, code: &str, print: PrintStatus, outbox: OutboxState) -> Screen {
    let item = item(services, code);
    let slip = slip_facts(services, &item);
    let token =
        "AZqTj0l7cQ-e2k1vYw8n4xD3rB5sLmU9pHfKtGzXaWoCiEyJqVbN6dR7MgS0uT2hFkPjOlZnQxIeAwBvCyD1m3p5r8t4u6"
            .repeat(3);
    let accepted = Accepted {
        application_id: ApplicationId(uuid::Uuid::from_u128(7)),
        registration: number(),
        url: format!("https://hall.example/r#{token}"),
        token,
        accepted_at: ACCEPTED,
        print_job: JobId(1),
    };
    let facts = receipt::Facts { item, slip, accepted, form: None };
    let (mut screen, _watch) = receipt::Receipt::new(services.clone(), facts);
    let standing = receipt::Standing { print: Some(print), outbox: Some(outbox) };
    screen.update(receipt::Message::StandingChanged(number(), standing));
    Screen::Receipt(Box::new(screen))
}

/// The screen that `make` gives, in each look.
fn check_screen(name: &str, looks: &[&str], make: impl Fn(&Services) -> Screen) {
    check_screen_on(printing, name, looks, make);
}

/// The same at one of these terminals.
fn check_screen_on(
    terminal: impl Fn(Panel) -> Services,
    name: &str,
    looks: &[&str],
    make: impl Fn(&Services) -> Screen,
) {
    for (suffix, seen) in self::looks().into_iter().filter(|(suffix, _)| looks.contains(suffix)) {
        let landscape = seen.layout == Layout::Landscape;
        let panel = if landscape { Panel::LANDSCAPE_21 } else { Panel::PORTRAIT_32 };
        let services = terminal(panel);
        let mut app = App::new(services.clone()).on(make(&services));
        let ctx = app.context_mut();
        ctx.now = date(2026, 11, 21).at(10, 31, 0, 0);
        ctx.texts = Texts::new(seen.language);
        ctx.look = Look::new(seen.mode);
        ctx.layout = seen.layout;
        app.refresh();
        let size: Size = if landscape { LANDSCAPE } else { PORTRAIT };
        assert_golden(&format!("{name}-{suffix}"), &draw(app.view(), app.context().look, size));
    }
}

/// A terminal with a printer, whose work was not started.
fn printing(panel: Panel) -> Services {
    thread_local! {
        static TERMINALS: RefCell<Vec<(u32, Services, TempDir)>> = const { RefCell::new(Vec::new()) };
    }
    TERMINALS.with_borrow_mut(|known| {
        if let Some((_, services, _)) = known.iter().find(|(width, _, _)| *width == panel.width) {
            return services.clone();
        }
        let mut config = config(panel);
        config.printer = printer_at_rest();
        let (services, folder) = own(config);
        known.push((panel.width, services.clone(), folder));
        services
    })
}

/// A terminal that the hall has revoked.
fn revoked(panel: Panel) -> Services {
    thread_local! {
        static TERMINALS: RefCell<Vec<(u32, Services, TempDir)>> = const { RefCell::new(Vec::new()) };
    }
    TERMINALS.with_borrow_mut(|known| {
        if let Some((_, services, _)) = known.iter().find(|(width, _, _)| *width == panel.width) {
            return services.clone();
        }
        let (services, folder) = own(config(panel));
        closed::revoke(&services);
        known.push((panel.width, services.clone(), folder));
        services
    })
}

/// It says so, and what to do, wherever a resident looks.
#[test]
fn a_revoked_terminal_looks_right() {
    let looks = ["portrait", "landscape", "en"];
    check_screen_on(revoked, "home-revoked", &looks, |services| {
        Screen::Home(home::Home::new(services.clone()))
    });
    check_screen_on(revoked, "receipt-revoked", &looks, |services| {
        receipt_screen(services, "HJ02", PrintStatus::of(JobState::Printed), OutboxState::Waiting)
    });
    check_on(revoked, "apply-revoked", &looks, "HJ02", |_| {});
}

/// A terminal at work whose printer has no paper and whose hall does not answer.
fn out_of_paper(panel: Panel) -> Services {
    thread_local! {
        static TERMINALS: RefCell<Vec<(u32, Services, TempDir)>> = const { RefCell::new(Vec::new()) };
    }
    TERMINALS.with_borrow_mut(|known| {
        if let Some((_, services, _)) = known.iter().find(|(width, _, _)| *width == panel.width) {
            return services.clone();
        }
        let printer = Memory::new(Profile::default());
        printer.set_status(PrinterStatus::PaperOut);
        let (terminal, folder) = terminal_with(config(panel), ReceiptPrinter::from(printer));
        terminal.start().unwrap();
        eventually("printer and hall to be looked at", || {
            let status = terminal.status();
            (status.printer == PrinterStatus::PaperOut && status.link.reachable == Reachable::Offline)
                .then_some(())
        });
        let services = Services::new(terminal);
        known.push((panel.width, services.clone(), folder));
        services
    })
}

const PAPER: [&str; 5] = ["portrait", "landscape", "large", "yellow", "en"];

#[test]
fn what_is_wrong_with_paper_is_said_where_it_looks_right() {
    check_screen("guide-print", &PAPER, |services| {
        Screen::Guide(guide::Guide::new(services.clone(), item(services, "HJ04")))
    });
    check_on(out_of_paper, "apply-review-no-paper", &PAPER, "HJ01", |driver| {
        to_materials(driver);
        bring(driver);
    });
    check_screen("receipt-waiting", &PAPER, |services| {
        receipt_screen(
            services,
            "HJ02",
            PrintStatus::because(JobState::Sent, PrintReason::Printer(PrinterStatus::PaperOut)),
            OutboxState::Waiting,
        )
    });
    check_screen_on(shared, "receipt-no-printer", &PAPER, |services| {
        receipt_screen(
            services,
            "HJ02",
            PrintStatus::because(JobState::Failed, PrintReason::Printer(PrinterStatus::Absent)),
            OutboxState::Waiting,
        )
    });
}

/// The last look of a terminal without any printer says so before anything is handed in.
#[test]
fn a_terminal_without_a_printer_says_so_before() {
    check_on(shared, "apply-review-no-printer", &PAPER, "HJ01", |driver| {
        to_materials(driver);
        bring(driver);
    });
}

#[test]
fn the_receipt_looks_right() {
    check_screen("receipt-printing", &ALL, |services| {
        receipt_screen(services, "HJ02", PrintStatus::of(JobState::Sent), OutboxState::Waiting)
    });
    check_screen("receipt-failed", &["portrait", "landscape", "large"], |services| {
        let print = PrintStatus::because(JobState::Failed, PrintReason::Printer(PrinterStatus::PaperOut));
        receipt_screen(services, "HJ02", print, OutboxState::Waiting)
    });
    check_screen("receipt-sent", &["portrait"], |services| {
        receipt_screen(services, "SB01", PrintStatus::of(JobState::Printed), OutboxState::Acknowledged)
    });
}

pub fn record(state: OutboxState, reason: Option<Reason>) -> Record {
    Record {
        application_id: ApplicationId(uuid::Uuid::from_u128(7)),
        registration: number(),
        item: bianmin_protocol::ids::ItemCode::parse("HJ02").unwrap(),
        accepted_at: ACCEPTED,
        token: String::new(),
        slip: SlipFacts {
            language: "zh-CN".into(),
            item_name: "居民身份证补领".into(),
            item_name_en: "Replace an ID card".into(),
            applicant: "欧阳*".into(),
            promised_days: 20,
            promised_day_type: DayType::Working,
            result: "居民身份证".into(),
            by_post: true,
            address: "政务服务大厅综合窗口（示例）".into(),
            hours: "工作日 9:00–12:00，13:30–17:00（示例）".into(),
            contact: "12345".into(),
            ..SlipFacts::default()
        },
        state,
        case_number: None,
        reason,
        progress: None,
    }
}

pub fn progress_screen(services: &Services, local: Option<Record>, hall: HallSays) -> Screen {
    let mut screen = progress::Progress::new(services.clone());
    for character in number().to_string().replace('-', "")[4..].chars() {
        screen.update(progress::Message::Key(bianmin_kiosk::widget::KeyPress::Char(character)));
    }
    screen.update(progress::Message::Look);
    let view = CaseView { registration: number(), local, paper: None, hall, is_stranded: false };
    found(screen, Lookup::View(Box::new(view)))
}

/// The screen that asks for the last four characters.
pub fn proof_screen(services: &Services, typed: &str) -> progress::Progress {
    let mut screen = progress::Progress::new(services.clone());
    screen.update(progress::Message::Read(Some(Scan::Number(number()))));
    for character in typed.chars() {
        screen.update(progress::Message::Key(bianmin_kiosk::widget::KeyPress::Char(character)));
    }
    screen
}

/// The same when it was looked up and this was found.
pub fn found(mut screen: progress::Progress, lookup: Lookup) -> Screen {
    for character in "002X".chars() {
        screen.update(progress::Message::Key(bianmin_kiosk::widget::KeyPress::Char(character)));
    }
    screen.update(progress::Message::Look);
    screen.update(progress::Message::Answered(number(), Some(lookup)));
    Screen::Progress(screen)
}

/// What the hall says of a case for which something is missing.
pub fn supplement() -> Case {
    Case {
        registration: number(),
        case_number: CaseNumber::parse("11999900MB000000011999000000001202611210001").unwrap(),
        item_name: "居民身份证补领".into(),
        state: CaseState::Supplement,
        received_at: Millis(ACCEPTED.0 + 600_000),
        changed_at: Millis(ACCEPTED.0 + 6_000_000),
        promised_days: 20,
        day_type: DayType::Working,
        remark: "户口簿复印件不清楚，请带原件到窗口核对。".into(),
    }
}

#[test]
fn the_question_for_the_last_four_looks_right() {
    check_screen("progress-four", &ALL, |services| Screen::Progress(proof_screen(services, "00")));
    check_screen("progress-four-wrong", &["portrait", "landscape", "large", "en"], |services| {
        found(proof_screen(services, ""), Lookup::Wrong)
    });
    check_screen("progress-four-wait", &ALL, |services| {
        found(proof_screen(services, ""), Lookup::Wait(Duration::from_secs(290)))
    });
    check_screen("progress-code-only", &["portrait", "landscape", "en"], |services| {
        found(proof_screen(services, ""), Lookup::CodeOnly)
    });
}

#[test]
fn progress_looks_right() {
    check_screen("progress-question", &ALL, |services| {
        Screen::Progress(progress::Progress::new(services.clone()))
    });
    check_screen("progress-waiting", &["portrait", "landscape", "en"], |services| {
        progress_screen(services, Some(record(OutboxState::Waiting, None)), HallSays::Unreachable)
    });
    check_screen("progress-refused", &["portrait"], |services| {
        let reason = Reason::Refused { refusal: Refusal::UnknownItem {} };
        progress_screen(services, Some(record(OutboxState::Quarantined, Some(reason))), HallSays::NotYet)
    });
    check_screen("progress-unknown", &["portrait"], |services| {
        progress_screen(services, None, HallSays::NotYet)
    });
    check_screen("progress-supplement", &["portrait", "landscape", "large"], |services| {
        progress_screen(
            services,
            Some(record(OutboxState::Acknowledged, None)),
            HallSays::Progress(supplement()),
        )
    });
}

#[test]
fn what_cannot_be_taken_looks_right() {
    let full = || {
        let mut config = config(Panel::PORTRAIT_32);
        config.ledger.reserve_kb = u64::MAX / 4096;
        config
    };
    let (services, _folder) = own(full());
    let driver = applying(&services, "HJ02");
    assert_golden("apply-closed-portrait", &draw(driver.app().view(), driver.app().context().look, PORTRAIT));
    check("apply-trouble", &["portrait"], "HJ02", |driver| {
        begin(driver);
        fill(driver);
        bring(driver);
        let submit = t(driver, "apply-review-submit");
        driver.press(&submit);
        let session = driver.app().session().id();
        let failed = apply::Message::Submitted(session, Err(Failure::Full));
        driver.send(Message::Screen(screen::Message::Apply(failed)));
    });
    check("apply-leaving", &["portrait"], "HJ02", |driver| {
        begin(driver);
        driver.type_text("张三");
        driver.send(Message::Home);
    });
}
