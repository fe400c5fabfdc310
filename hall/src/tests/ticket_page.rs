//! A ticket's page in a real browser, of a phone's size. With `BIANMIN_PICTURES` its pictures are kept.

use super::board_page::set_up;
use super::chromium::Chromium;
use super::queue::{at_window, call, start};
use super::queue_api::issued;
use crate::queue::{ParkReason, WindowAction};
use crate::testing::Database;
use bianmin_protocol::v1::queue::ticket_url;

const PHONE: (&str, u32, u32, f64) = ("phone", 390, 844, 2.0);
const NARROW: (&str, u32, u32, f64) = ("narrow", 320, 568, 2.0);

async fn look(browser: &Chromium, name: &str) {
    for size in [PHONE, NARROW] {
        browser.show(size).await;
        let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.ask(beyond).await, 0, "{name} is wider than {}", size.0);
        let small = "[...document.querySelectorAll('button, select, a')].filter((one) => one.offsetParent && \
                     one.getBoundingClientRect().height < 48).length";
        assert_eq!(browser.ask(small).await, 0, "{name}: a thumb needs 48 px");
        browser.keep_picture(&format!("ticket-{name}-{}", size.0)).await;
    }
    browser.show(PHONE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_how_long_it_will_be_where_to_go_and_what_was_missed() {
    let hall = start(Database::Sqlite).await;
    set_up(&hall, 1, 2).await;
    let terminal = hall.enrol("HP07").await;
    for _ in 0..3 {
        issued(&terminal).await;
    }
    let ticket = issued(&terminal).await;
    for _ in 0..10 {
        issued(&terminal).await;
    }
    let last = issued(&terminal).await;
    let browser = Chromium::start(&hall.url, "zh-CN").await;
    browser.show(PHONE).await;
    browser.open(&ticket_url("", &last.token)).await;
    let waiting = browser.wait_for("前面还有 14 人").await;
    for text in ["A015", "公安综合 · 今天有效", "1 号窗口、2 号窗口", "分钟", "还不用动身"]
    {
        assert!(waiting.contains(text), "{text}: {waiting}");
    }
    look(&browser, "waiting").await;
    // Whoever is far sets out earlier.
    browser.ask("(() => { const far = document.getElementById('distance'); far.value = '40'; far.dispatchEvent(new Event('change')); })()").await;
    browser.wait_for("现在就来").await;
    look(&browser, "go").await;
    browser.open(&ticket_url("", &ticket.token)).await;
    browser.wait_for("前面还有 3 人").await;
    for window in ["1", "2"] {
        call(&hall, window, None).await.unwrap();
    }
    browser.wait_for("前面还有 1 人").await;
    at_window(&hall, "1", WindowAction::Missed).await.unwrap();
    at_window(&hall, "2", WindowAction::Missed).await.unwrap();
    call(&hall, "1", None).await.unwrap();
    call(&hall, "2", None).await.unwrap();
    let called = browser.wait_for("请到 2 号窗口").await;
    assert!(called.contains("位置还在"), "{called}");
    look(&browser, "called").await;
    at_window(&hall, "2", WindowAction::Missed).await.unwrap();
    browser.wait_for("叫过您的号了").await;
    look(&browser, "missed").await;
    call(&hall, "2", Some("A004")).await.unwrap();
    at_window(&hall, "2", WindowAction::Serve).await.unwrap();
    browser.wait_for("正在 2 号窗口 办理").await;
    at_window(&hall, "2", WindowAction::Park { reason: ParkReason::Form }).await.unwrap();
    browser.wait_for("位置给您留着").await;
    look(&browser, "parked").await;
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_given_up_after_a_question_and_by_its_token_alone() {
    let hall = start(Database::Sqlite).await;
    let terminal = hall.enrol("HP07").await;
    let ticket = issued(&terminal).await;
    let browser = Chromium::start(&hall.url, "en").await;
    browser.show(PHONE).await;
    browser.open(&format!("/q?language=en#{}", ticket.token)).await;
    browser.wait_for("You are next").await;
    browser.ask("document.getElementById('cancel').click()").await;
    browser.wait_for("Give it up?").await;
    look(&browser, "ask").await;
    browser.ask("document.getElementById('yes').click()").await;
    browser.wait_for("This number was given up").await;
    look(&browser, "left").await;
    assert_eq!(call(&hall, "1", None).await, None);

    browser.ask("(location.hash = location.hash.slice(0, -1) + 'x')").await;
    let wrong = browser.wait_for("This is not a valid ticket").await;
    assert!(!wrong.contains("A001"), "{wrong}");
    look(&browser, "wrong").await;
    browser.ask("(location.hash = '')").await;
    browser.wait_for("Scan the code on your ticket").await;
    browser.end().await;
}
