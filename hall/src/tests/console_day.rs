//! A day at the windows, by keyboard in a real browser: applied at a terminal, asked for more, accepted, decided by
//! somebody else, issued, delivered; with what must not go wrong on the way.

use super::chromium::Chromium;
use super::on_both;
use crate::testing::{TestApplication, TestHall, TestTerminal, demo_items, document, example_body, scan};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::MaterialCode;

fn item() -> ServiceItem {
    demo_items().into_iter().find(|item| item.code.as_str() == "HJ02").unwrap()
}

/// Somebody applies at a terminal with a document of two pages and a scan.
async fn apply(terminal: &TestTerminal) -> TestApplication {
    let item = item();
    let code = |code: &str| MaterialCode::parse(code).unwrap();
    let files = [(code("M2"), document()), (code("M1"), scan())];
    let application = terminal.application(&item, example_body(&item), &files);
    let (status, _) = terminal.submit(std::slice::from_ref(&application.envelope)).await;
    assert_eq!(status, 200);
    terminal.send_files(&application).await;
    application
}

async fn state(hall: &TestHall, application: &TestApplication) -> CaseState {
    hall.store().cases().progress(application.id).await.unwrap().unwrap().state
}

/// A browser in which somebody with these roles is signed in.
async fn clerk(hall: &TestHall, name: &str, grants: &[&str]) -> Chromium {
    let (_, signed_in) = hall.sign_in(name, grants).await;
    let browser = Chromium::start(&hall.url, "zh-CN").await;
    browser.open("/console/sign-in").await;
    browser.keep("bianmin-session", &signed_in.cookies["bianmin-session"]).await;
    browser.open("/console/cases").await;
    browser.wait_for("待我办理").await;
    browser
}

const ENTER: &str = "\u{e007}";
const RIGHT: &str = "\u{e014}";

on_both! {
    /// The whole way of a case by three people with nothing but keys.
    async fn a_case_goes_from_the_terminal_to_delivery_by_keyboard_alone(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let application = apply(&terminal).await;
        let number = application.registration.to_string();
        let department = item().department_code.clone();

        // A receives: the list, the case, its pages, one masked number for a reason, a supplement, acceptance.
        let mut a = clerk(&hall, "jia", &[&format!("receive@{department}"), &format!("decide@{department}")]).await;
        a.open("/console/cases?list=new").await;
        let list = a.wait_for(&number).await;
        assert!(list.contains("张*") && !list.contains("张三"), "{list}");
        a.look("day-list").await;
        a.press(&["j", ENTER]).await;
        let page = a.wait_for("接下来").await;
        assert!(page.contains("张三") && page.contains("110***********002X"), "{page}");
        assert!(!page.contains("11010519491231002X"), "a number is masked until it is asked for");
        let width = "(document.querySelector('.picture img')?.naturalWidth ?? 0)";
        a.wait_until(&format!("{width} > 500")).await;
        a.press(&[RIGHT]).await;
        a.wait_for("第 2 页，共 2 页").await;
        a.wait_until(&format!("{width} > 500")).await;
        a.look("day-case").await;
        a.find(".reveal summary").await.click().await.unwrap();
        a.find(".reveal input[name=reason]").await.send_keys(format!("核对户口簿{ENTER}")).await.unwrap();
        let page = a.wait_for("11010519491231002X").await;
        assert!(page.contains("看了") && page.contains("核对户口簿"), "{page}");
        let before = a.keys;
        a.press(&["s"]).await;
        a.write("一寸免冠照片一张").await;
        a.press_send().await;
        a.wait_for("已办：一次性告知补正").await;
        assert_eq!(state(&hall, &application).await, CaseState::Supplement);
        let remark = hall.hall.cases().progress(application.id).await.unwrap().unwrap().remark;
        assert_eq!(remark, "一寸免冠照片一张");
        a.press(&["b", ENTER]).await;
        a.wait_for("已办：补正已交").await;
        a.press(&["a", ENTER]).await;
        let page = a.wait_for("已办：受理").await;
        assert_eq!(state(&hall, &application).await, CaseState::Accepted);
        // Who received does not decide, whatever roles they have; the page says so instead of offering it.
        assert!(page.contains("这一件是您受理的，要由别人决定"), "{page}");
        assert_eq!(a.count("form[action$='/grant']").await, 0);
        println!("keys for supplement, answer and acceptance: {}", a.keys - before);
        assert!(a.keys - before <= 8);
        // Whoever sends it anyway is refused in the same words.
        let path = a.path().await;
        let path = path.split('?').next().unwrap().to_owned();
        let version = a.ask("document.querySelector('input[name=version]').value").await;
        let forged = format!("version={}", version.as_str().unwrap());
        let forged = a.send(&format!("{path}/grant"), &forged).await;
        assert_eq!(forged, 422);
        assert_eq!(state(&hall, &application).await, CaseState::Accepted);

        // B decides: found by the resident's name, which is in no address.
        let mut b = clerk(&hall, "yi", &[&format!("decide@{department}")]).await;
        b.press(&["/"]).await;
        b.write(&format!("张三{ENTER}")).await;
        b.wait_for("查找结果").await;
        b.wait_for(&number).await;
        assert_eq!(b.path().await, "/console/cases/search");
        let before = b.keys;
        b.press(&["j", ENTER]).await;
        b.wait_for("接下来").await;
        b.press(&["g"]).await;
        b.press_send().await;
        b.wait_for("已办：准予").await;
        assert_eq!(state(&hall, &application).await, CaseState::Granted);
        println!("keys for a decision: {}", b.keys - before);
        assert!(b.keys - before <= 4);

        // C issues and delivers.
        let mut c = clerk(&hall, "bing", &[&format!("issue@{department}")]).await;
        c.open("/console/cases?list=decided").await;
        c.wait_for(&number).await;
        c.press(&["j", ENTER]).await;
        c.wait_for("接下来").await;
        c.press(&["i", ENTER]).await;
        c.wait_for("已办：制证出件").await;
        c.press(&["d"]).await;
        c.press_send().await;
        c.wait_for("已办：送达").await;
        assert_eq!(state(&hall, &application).await, CaseState::Delivered);
        c.find("a[href$='/notices/delivery']").await.click().await.unwrap();
        let notice = c.wait_for("送达回证").await;
        assert!(notice.contains(&number) && notice.contains("收件人签名"), "{notice}");
        c.look("day-notice").await;
        for browser in [a, b, c] {
            browser.end().await;
        }
    }

    /// Two people have the same page open: the second reads who was faster, and what they wrote is still there.
    async fn who_comes_second_reads_who_did_what_and_loses_no_word(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let application = apply(&terminal).await;
        let grant = format!("receive@{}", item().department_code);
        let mut first = clerk(&hall, "jia", &[&grant]).await;
        let mut second = clerk(&hall, "yi", &[&grant]).await;
        for browser in [&first, &second] {
            browser.open(&format!("/console/cases/{}", application.id)).await;
            browser.wait_for("接下来").await;
        }
        first.press(&["a", ENTER]).await;
        first.wait_for("已办：受理").await;
        second.press(&["s"]).await;
        second.write("户口簿首页").await;
        second.press_send().await;
        let page = second.wait_for("有人先办了一步").await;
        assert!(page.contains("示例 jia：受理"), "{page}");
        let kept = "[...document.querySelectorAll('textarea')].some((area) => area.value === '户口簿首页')";
        assert_eq!(second.ask(kept).await, true);
        assert_eq!(state(&hall, &application).await, CaseState::Accepted);
        second.look("day-conflict").await;
        first.end().await;
        second.end().await;
    }

    /// What was typed is there again after the line was lost in the middle of sending it.
    async fn a_draft_survives_a_lost_line(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let application = apply(&terminal).await;
        let mut a = clerk(&hall, "jia", &[&format!("receive@{}", item().department_code)]).await;
        a.open(&format!("/console/cases/{}", application.id)).await;
        a.wait_for("接下来").await;
        a.press(&["s"]).await;
        a.write("一寸免冠照片").await;
        a.offline(true).await;
        a.press_send().await;
        a.offline(false).await;
        a.open(&format!("/console/cases/{}", application.id)).await;
        a.wait_for("接下来").await;
        let draft = "document.querySelector('[data-draft=ask-supplement] textarea').value";
        assert_eq!(a.ask(draft).await, "一寸免冠照片");
        assert_eq!(state(&hall, &application).await, CaseState::Received);
        a.find("[data-draft=ask-supplement] textarea").await.focus().await.unwrap();
        a.press_send().await;
        a.wait_for("已办：一次性告知补正").await;
        let left = "Object.keys(sessionStorage).filter((key) => key.startsWith('draft')).length";
        assert_eq!(a.ask(left).await, 0);
        a.end().await;
    }

    /// Cases of other departments are not there: by address, by search, in lists, nor their pictures.
    async fn cases_of_another_department_are_as_if_they_did_not_exist(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let application = apply(&terminal).await;
        let number = application.registration.to_string();
        let other = demo_items().into_iter().find(|item| item.code.as_str() == "SB05").unwrap();
        let grants = ["receive", "decide", "issue", "supervise"].map(|role| format!("{role}@{}", other.department_code));
        let grants: Vec<&str> = grants.iter().map(String::as_str).collect();
        let mut other = clerk(&hall, "ding", &grants).await;
        for list in ["new", "all", "mine", "late"] {
            other.open(&format!("/console/cases?list={list}&department={}", item().department_code)).await;
            assert!(!other.wait_for("这里没有办件").await.contains(&number), "{list}");
        }
        for query in [number.as_str(), "张三", "11010519491231002X"] {
            other.press(&["/"]).await;
            other.write(&format!("{query}{ENTER}")).await;
            other.wait_for("查找结果").await;
            assert!(other.wait_for("这里没有办件").await.contains("别的部门的办件这里查不到"));
        }
        let case = format!("/console/cases/{}", application.id);
        for path in ["", "/picture?material=M2", "/notices/acceptance"] {
            assert_eq!(other.status(&format!("{case}{path}")).await, 404, "{path}");
        }
        for (path, form) in [("/accept", "version=1"), ("/note", "version=1&text=x"), ("/take", "version=1"), ("/reveal", "field=resident_id&reason=x")] {
            assert_eq!(other.send(&format!("{case}{path}"), form).await, 404, "{path}");
        }
        assert_eq!(state(&hall, &application).await, CaseState::Received);
        other.end().await;
    }
}
