//! The board in a real browser, in every size and with few and many windows. With `BIANMIN_PICTURES` its pictures are kept.

use super::chromium::Chromium;
use super::queue::{BY, at_window, call, start, take};
use crate::queue::*;
use crate::testing::{Database, TestHall};
use bianmin_protocol::ticket::TicketPrefix;
use std::time::Duration;

/// Displays as they hang in halls, and a television of twice the dots.
const DISPLAYS: [(&str, u32, u32, f64); 4] = [
    ("landscape", 1920, 1080, 1.0),
    ("portrait", 1080, 1920, 1.0),
    ("small", 1280, 720, 1.0),
    ("large", 1920, 1080, 2.0),
];
const GROUPS: [(&str, &str); 8] = [
    ("A", "公安综合"),
    ("B", "社保医保"),
    ("C", "不动产登记"),
    ("D", "企业开办与变更注销"),
    ("E", "税务"),
    ("F", "公积金"),
    ("G", "民政婚姻"),
    ("H", "水电气联合"),
];

/// A hall of so many groups and windows; each window serves one group.
pub(super) async fn set_up(hall: &TestHall, groups: usize, windows: usize) {
    let mut setup = default_setup();
    let group = setup.groups[0].clone();
    setup.groups = GROUPS[..groups]
        .iter()
        .map(|(code, name)| Group {
            code: GroupCode::parse(code).unwrap(),
            name: (*name).to_owned(),
            prefix: TicketPrefix::parse(code).unwrap(),
            ..group.clone()
        })
        .collect();
    setup.windows = (0..windows)
        .map(|at| Window {
            code: WindowCode::parse(&(at + 1).to_string()).unwrap(),
            name: (at + 1).to_string(),
            groups: setup
                .groups
                .iter()
                .skip(at % windows)
                .step_by(windows)
                .map(|group| group.code.clone())
                .collect(),
        })
        .collect();
    for (at, window) in setup.windows.iter_mut().enumerate().filter(|(_, window)| window.groups.is_empty()) {
        window.groups = vec![setup.groups[at % groups].code.clone()];
    }
    hall.store().queue().set_up(&setup, Moment::now(hall.clock(), &setup), BY, false).await.unwrap();
}

async fn take_of(hall: &TestHall, group: &str) {
    super::queue::service(hall).await.take(group, None, BY).await.unwrap();
}

/// Nothing is cut off, lies on something else, or is too small to be read across the hall.
async fn assert_whole(browser: &Chromium, name: &str) {
    let found = browser
        .ask(
            "(() => { const odd = []; \
             const root = document.documentElement; \
             if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) odd.push('page'); \
             const boxes = [...document.querySelectorAll('header, #now .card, #past, .group, footer')]; \
             const rects = boxes.map((box) => box.getBoundingClientRect()); \
             rects.forEach((one, at) => { \
               if (one.bottom > innerHeight + 1 || one.right > innerWidth + 1 || one.top < -1) odd.push('outside ' + boxes[at].className + boxes[at].id); \
               rects.slice(at + 1).forEach((other, next) => { \
                 if (one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1) \
                   odd.push('over ' + boxes[at].className + boxes[at].id + ' ' + boxes[at + 1 + next].className + boxes[at + 1 + next].id); }); }); \
             for (const part of document.querySelectorAll('.number, .where, h1, footer p, #last strong')) { \
               if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline') odd.push('wide ' + part.className + part.textContent); } \
             for (const card of document.querySelectorAll('.group, #last li, header')) { \
               if (card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1) odd.push('full ' + card.textContent); } \
             for (const card of document.querySelectorAll('#now .card')) { \
               const [number, where] = [...card.children].map((part) => part.getBoundingClientRect()); \
               const box = card.getBoundingClientRect(); \
               const high = parseFloat(getComputedStyle(card.children[0]).fontSize) * 0.74; \
               if (high > card.clientHeight || number.left < box.left || where.right > box.right || \
                   number.right > box.right || where.top < box.top || where.bottom > box.bottom) \
                 odd.push('cut ' + card.textContent); } \
             const number = document.querySelector('.number'); \
             const most = innerWidth > innerHeight ? innerHeight / 4 : innerWidth / 5; \
             if (number && parseFloat(getComputedStyle(number).fontSize) < most - 1) odd.push('number'); \
             const least = Math.min(innerWidth, innerHeight) * 32 / 1080 - 0.5; \
             for (const part of document.querySelectorAll('h1, h2, h3, p, li, span, strong, time')) { \
               if ([...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim()) && parseFloat(getComputedStyle(part).fontSize) < least) odd.push('small ' + part.textContent); } \
             return odd; })()",
        )
        .await;
    assert_eq!(found, serde_json::json!([]), "{name}");
}

async fn look(browser: &Chromium, name: &str) {
    for size in DISPLAYS {
        browser.show(size).await;
        // Groups are arranged anew when the window has another form.
        browser.ask("dispatchEvent(new Event('resize'))").await;
        browser.keep_picture(&format!("board-{name}-{}", size.0)).await;
        assert_whole(browser, &format!("{name} {}", size.0)).await;
    }
    browser.show(DISPLAYS[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_on_the_board_at_once_with_one_four_and_twelve_windows() {
    let hall = start(Database::Sqlite).await;
    let browser = Chromium::start(&hall.url, "zh-CN").await;
    browser.show(DISPLAYS[0]).await;
    browser.open("/board").await;
    browser.wait_for("还没有叫号").await;
    look(&browser, "empty").await;
    let mut called = Vec::new();
    for (groups, windows) in [(1, 1), (4, 4), (8, 12)] {
        set_up(&hall, groups, windows).await;
        for at in 0..windows * 3 {
            take_of(&hall, GROUPS[at % groups].0).await;
        }
        for window in 1..=windows {
            let one = call(&hall, &window.to_string(), None).await.expect("somebody waits");
            called.push(one.ticket.number.to_string());
        }
        // What is called at once stands large one after the other, each for some seconds.
        let last = "#now .card:first-child .number";
        let number = called.last().unwrap();
        browser.wait_for_text(last, number).await;
        look(&browser, &format!("{windows}-windows")).await;
        let shown = browser.text().await;
        assert!(called.iter().rev().take(5.min(windows)).all(|one| shown.contains(one)), "{shown}");
        assert!(shown.contains("优先号最多连叫 2 个") && shown.contains("更新"), "{shown}");
    }
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_comes_back_by_itself_and_shows_no_old_call_as_a_new_one() {
    let hall = start(Database::Sqlite).await;
    for _ in 0..3 {
        take(&hall, None).await;
    }
    let browser = Chromium::start(&hall.url, "en").await;
    browser.show(DISPLAYS[0]).await;
    browser.open("/board?language=en").await;
    browser.wait_for("Nobody has been called yet").await;
    call(&hall, "1", None).await.unwrap();
    browser.wait_for("A001").await;
    assert_eq!(browser.count("#now .card[data-fresh='true']").await, 1);
    // Nothing is heard any more, as when a cable is out; calls go on meanwhile.
    browser.ask("(source.close(), again = Infinity)").await;
    at_window(&hall, "1", WindowAction::Serve).await.unwrap();
    call(&hall, "2", None).await.unwrap();
    browser.wait_for("No word from the hall for").await;
    look(&browser, "lost").await;
    // By the time that it hears again, that call is no new one.
    hall.clock().advance(Duration::from_secs(60));
    call(&hall, "1", None).await.unwrap();
    hall.clock().advance(Duration::from_secs(60));
    browser.ask("(again = 0)").await;
    browser.wait_for("A003").await;
    browser.wait_for("Updated").await;
    assert_eq!(
        browser.count("#now .card[data-fresh='true']").await,
        0,
        "an old call stands there as a new one"
    );
    let past = browser
        .ask("[...document.querySelectorAll('#last strong')].map((one) => one.textContent).join(' ')")
        .await;
    assert_eq!(past, "A002 A001", "in the order in which they were called");
    // And the next one is new again.
    take(&hall, None).await;
    call(&hall, "2", None).await.unwrap();
    browser.wait_for("A004").await;
    assert_eq!(browser.count("#now .card[data-fresh='true']").await, 1);
    look(&browser, "english").await;
    browser.end().await;
}

#[tokio::test]
async fn the_board_takes_nothing_from_elsewhere_and_nobody_can_frame_it() {
    let hall = TestHall::start_with(Database::Sqlite, |config| config.name = "<b>大厅</b>".into()).await;
    for path in ["/board", "/q"] {
        let answer = reqwest::get(format!("{}{path}", hall.url)).await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let page = answer.text().await.unwrap();
        assert!(!page.contains("http") && !page.contains("<b>大厅") && !page.contains("style="), "{page}");
    }
    for file in ["/board/board.js", "/board/board.css", "/q/ticket.js", "/q/ticket.css"] {
        let answer = reqwest::get(format!("{}{file}", hall.url)).await.unwrap();
        assert_eq!(answer.status(), 200, "{file}");
        assert!(!answer.text().await.unwrap().contains("http"), "{file}");
    }
    assert_eq!(reqwest::get(format!("{}/board/other.js", hall.url)).await.unwrap().status(), 404);
}
