//! The staff of the demonstration's hall (示例数据): `fill FOLDER` plays some weeks in a hall's data folder, with invented
//! applications in every state and people who may sign in; `pictures URL FOLDER` keeps pictures of their pages where there
//! is a browser.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../src/tests/chromium.rs"]
mod chromium;

use bianmin_hall::cases::{Actor, CaseCommand, CaseOutcome, Holder};
use bianmin_hall::clock::Clock;
use bianmin_hall::staff::StaffMember;
use bianmin_hall::testing::{
    Browser, PASSWORD, TestApplication, TestHall, TestTerminal, demo_file, demo_items, document,
    example_body, scan,
};
use bianmin_protocol::catalogue::{Need, ServiceItem};
use bianmin_protocol::ids::{FieldCode, MaterialCode, Millis};
use chromium::Chromium;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// So many days are played.
const DAYS: u32 = 36;
/// So many applications are made.
const APPLICATIONS: u32 = 72;
/// Who works here: login, name for others, roles.
const STAFF: [(&str, &str, &[&str]); 5] = [
    ("shouli", "示例甲（受理）", &["receive"]),
    ("jueding", "示例乙（决定）", &["decide"]),
    ("songda", "示例丙（送达）", &["issue"]),
    ("jiancha", "示例丁（监察）", &["supervise"]),
    ("guanli", "示例戊（管理）", &["administer", "receive", "decide", "issue", "supervise"]),
];
const ITEMS: [&str; 9] = ["HJ02", "HJ09", "SB05", "HJ03", "YB03", "MZ02", "SB06", "GJ02", "CL02"];
const SURNAMES: [&str; 12] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "欧阳", "司马"];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["fill", folder] => fill(PathBuf::from(folder)).await,
        ["pictures", url, folder] => pictures(url, Path::new(folder)).await,
        _ => panic!("usage: clerks fill FOLDER | pictures URL FOLDER"),
    }
}

/// The day of the demonstration that it is, counted from the first.
struct Play {
    hall: TestHall,
    terminal: TestTerminal,
    staff: Vec<StaffMember>,
    day: u32,
}

/// A case and what is still to be done with it: after so many days, by whom, what.
struct Plan {
    application: TestApplication,
    steps: Vec<(u32, usize, CaseCommand)>,
}

async fn fill(folder: PathBuf) {
    let start = jiff::Timestamp::now().as_millisecond() - i64::from(DAYS) * 86_400_000;
    let began = std::time::Instant::now();
    let source = Arc::new(move || Millis(start + i64::try_from(began.elapsed().as_millis()).unwrap_or(0)));
    let clock = Clock::with_source(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(), source);
    let hall = TestHall::open_by(folder, clock, |_| {}).await;
    hall.import(&demo_file()).await;
    let mut staff = Vec::new();
    for (login, name, roles) in STAFF {
        staff.push(hall.sign_in_as(login, name, roles).await.0);
    }
    let terminal = hall.enrol("HP").await;
    let mut play = Play { hall, terminal, staff, day: 0 };
    let mut plans = Vec::new();
    for day in 0..=DAYS {
        play.day = day;
        play.terminal.behind.store(u64::from(DAYS - day) * 86_400, Ordering::Relaxed);
        for number in (0..APPLICATIONS).filter(|number| number * DAYS / (APPLICATIONS - 1) == day) {
            plans.push(play.apply(number, day).await);
        }
        for plan in &mut plans {
            play.work(plan).await;
        }
        if day < DAYS {
            play.hall.clock().advance(Duration::from_secs(86_400));
        }
    }
    play.hall.stop().await;
    let logins: Vec<&str> = STAFF.iter().map(|(login, _, _)| *login).collect();
    let summary =
        serde_json::json!({ "cases": plans.len(), "logins": logins.join(" "), "password": PASSWORD });
    bianmin_console::print_json(&summary).unwrap();
}

impl Play {
    /// Somebody applies.
    async fn apply(&self, number: u32, day: u32) -> Plan {
        let code = ITEMS[number as usize % ITEMS.len()];
        let item = demo_items().into_iter().find(|item| item.code.as_str() == code).unwrap();
        let mut body = example_body(&item);
        let answers =
            [("applicant_name", name(number)), ("resident_id", identity(number)), ("phone", phone(number))];
        for (field, value) in answers {
            let field = FieldCode::parse(field).unwrap();
            body.answers.entry(field).and_modify(|answer| *answer = value);
        }
        let application = self.terminal.application(&item, body, &files(&item, number));
        let (status, outcomes) = self.terminal.submit(std::slice::from_ref(&application.envelope)).await;
        assert_eq!(status, 200, "{outcomes:?}");
        // Some files are still on their way.
        if number % 24 != 23 {
            self.terminal.send_files(&application).await;
        }
        let steps = steps(number).into_iter().map(|(after, who, command)| (day + after, who, command));
        Plan { application, steps: steps.collect() }
    }

    /// Does what is to be done today.
    async fn work(&self, plan: &mut Plan) {
        while plan.steps.first().is_some_and(|(day, _, _)| *day <= self.day) {
            let (_, who, command) = plan.steps.remove(0);
            let actor = Actor::Staff(self.staff[who].clone());
            self.hall.hall.cases().execute(&actor, plan.application.id, None, command).await.unwrap();
        }
    }
}

const RECEIVER: usize = 0;
const DECIDER: usize = 1;
const ISSUER: usize = 2;
const SUPERVISOR: usize = 3;

/// What becomes of an application: after so many days each, by whom, what.
fn steps(number: u32) -> Vec<(u32, usize, CaseCommand)> {
    let said = |text: &str| text.to_owned();
    let accept = (1, RECEIVER, CaseCommand::Accept { remark: String::new() });
    let begin = (2, DECIDER, CaseCommand::BeginDecision { remark: String::new() });
    let grant = |after| {
        (after, DECIDER, CaseCommand::Decide { outcome: CaseOutcome::Granted, reason: String::new() })
    };
    let ask = |after, list: &str, why: Option<&str>| {
        let command = CaseCommand::AskSupplement { list: said(list), why_not_first: why.map(said) };
        (after, RECEIVER, command)
    };
    let answer = |after| (after, RECEIVER, CaseCommand::AnswerSupplement { remark: String::new() });
    let deliver = |after| (after, ISSUER, CaseCommand::Deliver { remark: said("窗口领取") });
    match number % 12 {
        0 => vec![accept, begin, grant(4), (5, ISSUER, CaseCommand::Issue), deliver(6)],
        1 => vec![accept, begin],
        2 => vec![ask(1, "一寸免冠照片；户口簿首页", None)],
        3 => vec![accept, grant(3), (4, ISSUER, CaseCommand::Issue)],
        4 => {
            let refuse = CaseCommand::Decide {
                outcome: CaseOutcome::Refused,
                reason: said("不符合申请条件（示例数据）"),
            };
            vec![accept, begin, (4, DECIDER, refuse)]
        }
        5 => vec![(
            2,
            RECEIVER,
            CaseCommand::NotAccept {
                reason: said("不属于本部门职权，请到户籍地办理（示例数据）")
            },
        )],
        6 => {
            let procedure = CaseCommand::StartProcedure { name: said("现场核查"), remark: String::new() };
            vec![accept, begin, (3, DECIDER, procedure)]
        }
        7 => vec![
            accept,
            (1, DECIDER, CaseCommand::HandOver { to: Holder::Group, reason: String::new() }),
            (2, DECIDER, CaseCommand::Hold { reason: said("等待外地核对（示例数据）") }),
        ],
        8 => vec![
            ask(1, "照片", None),
            answer(2),
            ask(3, "户口簿首页", Some("第一次没有看到这一页（示例数据）")),
            answer(5),
            (5, RECEIVER, CaseCommand::Accept { remark: String::new() }),
        ],
        9 => vec![
            (1, RECEIVER, CaseCommand::Take),
            (1, RECEIVER, CaseCommand::Note { text: said("电话问过，明天补照片（示例数据）") }),
        ],
        10 => vec![
            accept,
            grant(2),
            deliver(3),
            (5, SUPERVISOR, CaseCommand::Reopen { reason: said("证件号码印错（示例数据）") }),
        ],
        _ => Vec::new(),
    }
}

/// An invented name that says so.
fn name(number: u32) -> String {
    format!("{}示例", SURNAMES[number as usize % SURNAMES.len()])
}

/// A number with the right check digit of somebody who would have been born in 1900.
fn identity(number: u32) -> String {
    let first = format!("110105190001{:02}{:03}", number % 28 + 1, number + 1);
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{first}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

fn phone(number: u32) -> String {
    format!("138000000{number:02}")
}

/// Some attach a scan, some a document, some nothing.
fn files(item: &ServiceItem, number: u32) -> Vec<(MaterialCode, Vec<u8>)> {
    let required = item.materials.iter().find(|material| material.need == Need::Required);
    let code = required.map(|material| material.code.clone());
    match number % 3 {
        0 => code.map(|code| (code, scan())).into_iter().collect(),
        1 => code.map(|code| (code, document())).into_iter().collect(),
        _ => Vec::new(),
    }
}

async fn pictures(url: &str, folder: &Path) {
    let is_there = |name: &str| {
        std::env::var("PATH").unwrap_or_default().split(':').any(|path| Path::new(path).join(name).exists())
    };
    if !is_there("chromedriver") {
        bianmin_console::tell_lines(["no pictures of the console: there is no chromedriver here"]);
        return;
    }
    let mut signed_in = Browser::new(url);
    signed_in.sign_in("guanli", PASSWORD).await;
    let browser = Chromium::start(url, "zh-CN").await;
    browser.open("/console/sign-in").await;
    browser.keep("bianmin-session", &signed_in.cookies["bianmin-session"]).await;
    for (name, path) in [
        ("console-list", "/console/cases?list=processing"),
        ("console-supervision", "/console/cases/supervision"),
        ("console-new", "/console/cases?list=new"),
    ] {
        browser.open(path).await;
        browser.picture(&folder.join(format!("{name}.png"))).await;
    }
    browser.find("a.row").await.click().await.unwrap();
    browser.find(".next-steps").await;
    browser.wait_until("[...document.images].every((one) => one.complete)").await;
    browser.picture(&folder.join("console-case.png")).await;
    browser.end().await;
}
