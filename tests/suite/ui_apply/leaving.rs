//! Leaving a receipt: whoever would lose the number is asked once.

use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::{JobState, OutboxState, PrintReason, PrintStatus};

use super::*;
use crate::picture::{PORTRAIT, assert_golden, draw};

/// On the receipt of a terminal without a printer.
fn unprinted() -> Driver {
    let mut driver = ready(&shared(Panel::PORTRAIT_32));
    submit(&mut driver);
    driver
}

fn number(driver: &Driver) -> String {
    match driver.app().screen() {
        Screen::Receipt(receipt) => receipt.registration().to_string(),
        other => panic!("no receipt: {other:?}"),
    }
}

#[test]
fn who_would_lose_the_number_is_asked_once() {
    for leave in ["receipt-done", "bar-home"] {
        let mut driver = unprinted();
        let (number, leave) = (number(&driver), t(&driver, leave));
        driver.press(&leave);
        assert!(driver.sees("登记号记下了吗？") && driver.sees(&number));
        driver.press("返回看登记号");
        assert!(!driver.sees("登记号记下了吗？") && driver.sees(&number));
        driver.press(&leave);
        assert!(matches!(driver.app().screen(), Screen::Idle(_) | Screen::Home(_)), "asked twice");
    }
}

#[test]
fn the_question_leads_where_the_resident_wanted_to_go() {
    let mut driver = unprinted();
    driver.press("首页");
    driver.press("记下了，离开");
    assert!(matches!(driver.app().screen(), Screen::Home(_)));

    let mut driver = unprinted();
    let session = driver.app().session().id();
    driver.press("办完了，退出");
    driver.press("记下了，离开");
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
    assert_ne!(driver.app().session().id(), session);
}

#[test]
fn who_has_noted_the_number_is_not_asked() {
    let mut driver = unprinted();
    driver.press("登记号记下了");
    assert!(driver.sees(&number(&driver)), "it stays on the screen");
    driver.press("办完了，退出");
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
}

#[test]
fn a_question_that_nobody_answers_holds_no_session() {
    let mut driver = unprinted();
    let number = number(&driver);
    driver.press("办完了，退出");
    let now = Instant::now();
    for _ in 0..400 {
        driver.send(Message::Second(now));
    }
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
    assert!(!driver.sees("登记号记下了吗？") && !driver.sees(&number));
}

#[test]
fn the_question_looks_right() {
    let services = shared(Panel::PORTRAIT_32);
    for (suffix, language) in [("portrait", Language::ZhCn), ("en", Language::En)] {
        let print = PrintStatus::because(JobState::Failed, PrintReason::Printer(Status::PaperOut));
        let screen = pictures::receipt_screen(&services, "HJ02", print, OutboxState::Waiting);
        let mut app = App::new(services.clone()).on(screen);
        let ctx = app.context_mut();
        ctx.now = date(2026, 11, 21).at(10, 31, 0, 0);
        ctx.texts = Texts::new(language);
        app.refresh();
        let mut driver = Driver::new(app);
        let done = t(&driver, "receipt-done");
        driver.press(&done);
        let look = driver.app().context().look;
        assert_golden(&format!("receipt-leaving-{suffix}"), &draw(driver.app().view(), look, PORTRAIT));
    }
}
