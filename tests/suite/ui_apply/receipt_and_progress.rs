//! After it was handed in: the receipt, and how it stands later.

use super::*;

#[test]
fn the_receipt_says_what_is_true_and_leaves_by_itself() {
    let mut config = config(Panel::PORTRAIT_32);
    config.session.receipt_seconds = 30;
    let (services, folder) = own(config);
    let mut driver = ready(&services);
    submit(&mut driver);
    let record = services.terminal().ledger().records().unwrap().remove(0);
    assert!(driver.sees(&record.registration.to_string()));
    assert!(driver.sees("已登记，请记下登记号"), "there is no printer");
    assert!(driver.sees("正在发送") && !driver.sees("已送到"), "the hall does not have it");
    assert!(driver.sees("大厅收到后"), "what to bring, and when");
    let picture = folder.path().join("screen.png");
    driver.picture(&picture);
    let read = std::process::Command::new("zbarimg").args(["-q", "--raw"]).arg(&picture).output().unwrap();
    let url = services.terminal().applications().receipt_url(&record.token);
    assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), url, "a phone must be able to read the code");
    let now = Instant::now();
    for _ in 0..29 {
        driver.send(Message::Second(now));
    }
    assert!(driver.sees("1 秒后自动退出"));
    driver.send(Message::Touched(now));
    driver.send(Message::Second(now));
    assert!(matches!(driver.app().screen(), Screen::Receipt(_)), "a touch extends it");
    for _ in 0..30 {
        driver.send(Message::Second(now));
    }
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
}

#[test]
fn the_receipt_follows_the_printer() {
    let mut config = config(Panel::PORTRAIT_32);
    let paper = tempfile::tempdir().unwrap();
    config.printer = Printer::File { folder: paper.path().to_owned(), profile: Default::default() };
    let (services, _folder) = own(config);
    services.terminal().start().unwrap();
    let mut driver = ready(&services);
    submit(&mut driver);
    driver.until_sees("已登记，请取回执", SOON);
    driver.press("再打一张");
    let jobs = || std::fs::read_dir(paper.path()).unwrap().count();
    let first = jobs();
    driver.until("the second copy", SOON, |_| jobs() > first);
    driver.until_sees("已登记，请取回执", SOON);
    driver.press("办完了，退出");
    assert!(matches!(driver.app().screen(), Screen::Idle(_)));
}

#[test]
fn progress_is_found_by_number_and_by_code() {
    let (services, _folder) = own(config(Panel::PORTRAIT_32));
    let mut driver = ready(&services);
    submit(&mut driver);
    let record = services.terminal().ledger().records().unwrap().remove(0);
    driver.press("登记号记下了");
    driver.press("办别的事");
    driver.press("查进度");
    driver.press("查询");
    assert!(driver.sees("登记号不对"));
    let number = record.registration.to_string().replace('-', "");
    let own = services.terminal().id().len();
    for character in number[own..].chars() {
        let key = bianmin_kiosk::widget::KeyPress::Char(character);
        let message = screen::progress::Message::Key(key);
        driver.send(Message::Screen(screen::Message::Progress(message)));
    }
    driver.press("查询");
    // Others can guess a number; it alone shows nothing.
    assert!(driver.sees("身份证号或手机号的后四位"));
    driver.press("查询");
    assert!(driver.sees("请输四位"));
    let four = |driver: &mut Driver, typed: &str| {
        for character in typed.chars() {
            let key = bianmin_kiosk::widget::KeyPress::Char(character);
            driver.send(Message::Screen(screen::Message::Progress(screen::progress::Message::Key(key))));
        }
        driver.press("查询");
    };
    four(&mut driver, "9876");
    assert!(driver.sees("正在问大厅"));
    driver.until_sees("和申请里写的对不上", SOON);
    let catalogue = services.catalogue();
    let item = catalogue.get(&record.item).unwrap();
    let code = bianmin_protocol::ids::FieldCode::parse("resident_id").unwrap();
    let own = item.example.answers[&code].clone();
    four(&mut driver, &own[own.len() - 4..]);
    driver.until_sees("已登记，等待送到大厅", SOON);
    driver.press("首页");
    let url = services.terminal().applications().receipt_url(&record.token);
    driver.scan(&url);
    driver.until_sees("已登记，等待送到大厅", SOON);
    // Another terminal's number, and the hall cannot be asked.
    driver.press("查另一个");
    driver.scan("HP08-261121-0001-93");
    // Its check digits do not fit.
    driver.until_sees("登记号不对", SOON);
}
