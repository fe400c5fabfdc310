//! Every page with invented values (示例数据), drawn by a real browser in every size, in both languages, with the longest
//! texts and with what somebody might write to break it.

use super::*;
use crate::cases::console::{ASSETS, SECTIONS, keys};
use crate::clock::Clock;
use crate::console::{Console, Frame, Settings, serve};
use crate::http::Context;
use crate::metrics::Metrics;
use crate::tests::chromium::Chromium;
use askama::Template;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use bianmin_locale::{Language, Texts};
use std::sync::Arc;
use std::time::Duration;

const HOSTILE: &str = "<script>document.title='x'</script><b>\"'&";

fn console() -> Arc<Console> {
    let settings = Settings {
        name: "示例市政务服务大厅".to_owned(),
        language: Language::ZhCn,
        is_secure: false,
        public_url: None,
    };
    let clock = Clock::new(jiff::tz::TimeZone::UTC);
    let http = Context::new(clock, Arc::new(Metrics::default()), Duration::from_secs(10));
    Console::new(settings, http, &[SECTIONS], &[ASSETS])
}

fn frame(language: Language) -> Frame {
    Frame::for_tests(&console(), language)
}

fn chip(words: &str, tone: Tone) -> Chip {
    Chip { words: words.to_owned(), tone }
}

fn lists(texts: Texts) -> Vec<ListGroup> {
    let group = |title: &str, keys: &[&str]| ListGroup {
        title: texts.t(title),
        entries: keys
            .iter()
            .map(|key| ListEntry {
                label: texts.t(&format!("work-list-{key}")),
                link: format!("/console/cases?list={key}"),
                is_here: *key == "mine",
            })
            .collect(),
    };
    vec![
        group("work-mine", &["mine", "mine-supplement", "mine-held"]),
        group("work-group", &["new", "processing", "late", "supplement", "decided", "all"]),
        group("work-supervise", &["supervision"]),
    ]
}

fn row(number: u32, item: &str, applicant: &str, state: Chip, left: Bar) -> WorkRow {
    WorkRow {
        id: format!("019e{number:04}"),
        version: 1,
        link: format!("/console/cases/019e{number:04}"),
        registration: format!("HP07-261128-{number:04}-85"),
        item: item.to_owned(),
        applicant: applicant.to_owned(),
        state,
        left,
        from: "HP07".to_owned(),
        received: "11-28 09:41".to_owned(),
        holder: if number.is_multiple_of(2) { "示例甲".to_owned() } else { String::new() },
    }
}

fn bar(used: u32, words: &str, tone: Tone) -> Bar {
    Bar { used, words: words.to_owned(), tone }
}

fn list_page(language: Language, many: bool) -> WorkListPage {
    let frame = frame(language);
    let texts = frame.texts;
    let options = |chosen: &str, others: &[&str]| {
        let one = |label: &str, is_chosen| FilterOption {
            value: label.to_owned(),
            label: label.to_owned(),
            is_chosen,
        };
        std::iter::once(one(chosen, true)).chain(others.iter().map(|label| one(label, false))).collect()
    };
    let filter = |name, key: &str| Filter {
        name,
        label: texts.t(key),
        options: options(&texts.t("work-filter-all"), &["居民身份证补领", "特困人员救助供养认定"]),
    };
    let mut rows = vec![
        row(
            36,
            "临时居民身份证申领",
            "欧阳*",
            chip(&texts.t("work-state-received"), Tone::Plain),
            bar(92, &texts.t("work-left-today"), Tone::Bad),
        ),
        row(
            8,
            "居住证申领",
            "李*",
            chip(&texts.t("work-state-deciding"), Tone::Plain),
            bar(100, &texts.t_args("work-left-late", &[("days", 2.into())]), Tone::Bad),
        ),
        row(
            101,
            "特殊困难老年人居家适老化改造申请",
            "买*",
            chip(&texts.t("work-state-supplement"), Tone::Warn),
            bar(70, &texts.t("work-left-still"), Tone::Still),
        ),
        row(
            19,
            HOSTILE,
            HOSTILE,
            chip(&texts.t("work-state-special-procedure"), Tone::Still),
            bar(20, &texts.t_args("work-left-days", &[("days", 9.into())]), Tone::Good),
        ),
    ];
    if many {
        for number in 200..246 {
            rows.push(row(
                number,
                "居民身份证换领",
                "张*",
                chip(&texts.t("work-state-granted"), Tone::Good),
                bar(40, &texts.t_args("work-left-days", &[("days", 9.into())]), Tone::Good),
            ));
        }
    }
    WorkListPage {
        lists: lists(texts),
        title: texts.t("work-list-mine"),
        summary: texts.t_args("work-summary-page", &[("count", rows.len().into())]),
        message: Some(Message {
            words: texts.t_args("work-done", &[("step", texts.t("work-step-accept").into())]),
            tone: Tone::Good,
        }),
        here: "/console/cases".to_owned(),
        list: "mine".to_owned(),
        filters: vec![
            filter("item", "work-filter-item"),
            filter("state", "work-filter-state"),
            filter("due", "work-filter-due"),
            filter("department", "work-filter-department"),
        ],
        found: None,
        rows,
        next: Some("/console/cases?after=x".to_owned()),
        batch: vec![BatchStep { command: "accept", label: texts.t("work-step-accept") }],
        batch_action: "/console/cases/batch".to_owned(),
        advice: texts.t("work-nothing-mine"),
        frame,
    }
}

fn case_page(language: Language) -> CasePage {
    let frame = frame(language);
    let texts = frame.texts;
    let fact = |label: &str, value: &str, hidden: bool| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
        reveal: hidden.then(|| Reveal { field: "phone".to_owned() }),
        is_revealed: false,
    };
    let step = |command, key, fields: Vec<StepField>, is_primary| Step {
        command,
        key,
        title: texts.t(&format!("work-step-{command}")),
        sentence: texts.t_args(&format!("work-step-{command}-says"), &[("date", "2026-12-17".into())]),
        fields,
        is_primary,
        is_open: command == "ask-supplement",
        refusal: (command == "grant").then(|| texts.t("work-refusal-received")),
    };
    let reason = || StepField::Text {
        name: "text",
        label: texts.t("work-reason"),
        hint: texts.t("work-reason-hint"),
        value: String::new(),
        is_required: true,
    };
    let tab = |name: &str, key: &str, tone, link: bool| MaterialTab {
        name: name.to_owned(),
        state: chip(&texts.t_args(key, &[("date", "12-03".into())]), tone),
        link: link.then(|| "?material=M1#materials".to_owned()),
        is_here: link,
    };
    CasePage {
        head: CaseHead {
            id: "019e0036".to_owned(),
            item: "居民身份证补领".to_owned(),
            registration: "HP07-261126-0019-77".to_owned(),
            case_number: "11000000MB0000000X0000123456789202611260001".to_owned(),
            state: chip(&texts.t("work-state-received"), Tone::Plain),
            marks: vec![chip(&texts.t("work-mark-demonstration"), Tone::Still)],
            department: "公安部门（示例）".to_owned(),
            holder: "示例甲".to_owned(),
        },
        version: 3,
        message: None,
        done: String::new(),
        conflict: Some(Conflict {
            sentences: vec!["11-27 09:02 示例乙：受理".to_owned()],
            kept: HOSTILE.to_owned(),
        }),
        who: vec![
            fact("姓名", "张小明", false),
            fact("身份证号码", "110***********002X", true),
            fact("手机号码", "138****0000", true),
        ],
        answers: vec![
            AnswerGroup {
                title: "证件是怎么没的？".to_owned(),
                facts: vec![
                    fact("证件怎么了？", "丢失", false),
                    fact("什么时候发现的？", "2026-11-10", false),
                    fact("户口所在地", HOSTILE, false),
                ],
            },
            AnswerGroup {
                title: "证件怎么拿？".to_owned(),
                facts: vec![fact("证件怎么拿？", "邮寄到家", false)],
            },
        ],
        materials: vec![
            tab("数字照片回执", "work-material-attached", Tone::Good, true),
            tab("居民户口簿", "work-material-promised-until", Tone::Warn, false),
        ],
        shown: Some(MaterialView {
            name: "数字照片回执".to_owned(),
            picture: Some("/console/picture".to_owned()),
            words: texts.t_args(
                "work-page",
                &[("name", "数字照片回执".into()), ("page", 1.into()), ("pages", 2.into())],
            ),
            previous: None,
            next: Some("?page=2#materials".to_owned()),
            turn: "?turns=1#materials".to_owned(),
            larger: Some("?zoom=1#materials".to_owned()),
            smaller: None,
            zoom: "fit",
        }),
        steps: vec![
            step("accept", "a", Vec::new(), true),
            step("ask-supplement", "s", vec![reason()], false),
            step("not-accept", "n", vec![reason()], false),
            step("grant", "g", Vec::new(), false),
        ],
        other_steps: vec![
            step(
                "hold",
                "h",
                vec![StepField::Line {
                    name: "text",
                    label: texts.t("work-reason"),
                    value: String::new(),
                    is_required: true,
                }],
                false,
            ),
            step(
                "extend",
                "e",
                vec![StepField::Days { name: "days", label: texts.t("work-step-extend-days") }, reason()],
                false,
            ),
            step(
                "deliver",
                "d",
                vec![StepField::Choice {
                    name: "how",
                    label: texts.t("work-step-deliver-how"),
                    choices: vec![StepChoice {
                        value: "posted".to_owned(),
                        label: texts.t("work-deliver-posted"),
                    }],
                }],
                false,
            ),
        ],
        clock: Some(ClockView {
            limit: texts.t_args("work-clock-limit-working", &[("days", 15.into())]),
            bar: bar(14, &texts.t_args("work-left-days", &[("days", 13.into())]), Tone::Good),
            sentences: vec![
                texts.t_args(
                    "work-clock-due",
                    &[("date", "2026-12-17".into()), ("used", 2.into()), ("left", 13.into())],
                ),
                texts.t_args("work-clock-silence", &[("date", "2026-12-03".into())]),
            ],
            days: (1..9)
                .map(|day| ClockDay {
                    date: format!("2026-12-{day:02}"),
                    reason: texts.t(if day > 5 { "calendar-day-weekend" } else { "calendar-day-weekday" }),
                    counts: day <= 5,
                    number: if day > 5 { String::new() } else { day.to_string() },
                })
                .collect(),
        }),
        history: vec![
            HistoryEntry { at: "11-26 14:05".to_owned(), words: "HP07".to_owned(), text: String::new() },
            HistoryEntry {
                at: "11-27 09:02".to_owned(),
                words: "示例乙".to_owned(),
                text: HOSTILE.to_owned(),
            },
        ],
        notices: vec![NoticeLink { label: texts.t("work-notice-acceptance"), link: "/notice".to_owned() }],
        frame,
    }
}

fn notice_page(language: Language) -> NoticePage {
    let frame = frame(language);
    let texts = frame.texts;
    let args = [("date", "2026-11-26".into()), ("item", "居民身份证补领".into())];
    NoticePage {
        back: "/console/cases/019e0036".to_owned(),
        title: texts.t("work-notice-supplement"),
        number: texts.t_args(
            "work-notice-number",
            &[("number", "11000000MB0000000X0000123456789202611260001".into())],
        ),
        addressee: texts.t_args("work-notice-addressee", &[("name", "张小明".into())]),
        paragraphs: vec![texts.t_args("work-notice-supplement-text", &args)],
        entries: vec!["一寸免冠照片一张".to_owned(), HOSTILE.to_owned()],
        facts: vec![(texts.t("work-notice-fact-item"), "居民身份证补领".to_owned())],
        blanks: vec![texts.t("work-notice-blank-recipient")],
        authority: "公安部门（示例）".to_owned(),
        date: "2026-11-30".to_owned(),
        frame,
    }
}

fn supervision_page(language: Language) -> SupervisionPage {
    let frame = frame(language);
    let texts = frame.texts;
    let table = |name: &str, rows| SupervisionTable {
        title: texts.t(&format!("work-{name}-title")),
        how: texts.t(&format!("work-{name}-how")),
        rows,
        empty: texts.t(&format!("work-{name}-empty")),
    };
    let late = SupervisionRow {
        link: "/console/cases/019e0036".to_owned(),
        registration: "HP07-261126-0019-77".to_owned(),
        item: "居住证申领".to_owned(),
        department: "公安部门（示例）".to_owned(),
        words: HOSTILE.to_owned(),
        left: Some(bar(100, &texts.t_args("work-left-late", &[("days", 2.into())]), Tone::Bad)),
    };
    SupervisionPage {
        lists: lists(texts),
        counted: texts.t_args("work-counted", &[("time", "2026-11-30 09:00".into())]),
        departments: vec![DepartmentFigures {
            name: "公安部门（示例）".to_owned(),
            link: "/console/cases?department=X".to_owned(),
            open: 86,
            near: 3,
            late: 1,
        }],
        tables: vec![
            table("late", vec![late]),
            table("near", Vec::new()),
            table("breaches", Vec::new()),
            table("repeated", Vec::new()),
        ],
        frame,
    }
}

fn keys_page(language: Language) -> KeysPage {
    let frame = frame(language);
    KeysPage { groups: keys::groups(frame.texts), frame }
}

fn pages(language: Language) -> Vec<(&'static str, String)> {
    let mut empty = list_page(language, false);
    empty.rows.clear();
    vec![
        ("list", list_page(language, false).render().unwrap()),
        ("list-full", list_page(language, true).render().unwrap()),
        ("list-empty", empty.render().unwrap()),
        ("case", case_page(language).render().unwrap()),
        ("notice", notice_page(language).render().unwrap()),
        ("supervision", supervision_page(language).render().unwrap()),
        ("keys", keys_page(language).render().unwrap()),
    ]
}

#[test]
fn nothing_that_somebody_wrote_becomes_part_of_a_page() {
    for language in Language::ALL {
        for (name, page) in pages(language) {
            assert!(!page.contains("<script>") && !page.contains("<b>"), "{name}");
            for inline in [" style=", " onclick=", "javascript:", "<style"] {
                assert!(!page.contains(inline), "{name} has {inline}");
            }
            // A key that has no text is shown as it is.
            let missing = page.split(['>', '"']).find(|part| part.starts_with("work-"));
            assert_eq!(missing, None, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_fits_its_window_in_every_size() {
    let scan = crate::testing::scan();
    let picture = get(async move || ([(CONTENT_TYPE, "image/jpeg")], scan));
    let mut router: Router<()> = Router::new().route("/console/picture", picture);
    for language in Language::ALL {
        for (name, page) in pages(language) {
            let path = format!("/console/{}/{name}", language.tag());
            router = router.route(&path, get(async move || Html(page)));
        }
    }
    let router = serve(router, console());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let browser = Chromium::start(&site, "zh-CN").await;
    for language in Language::ALL {
        for (name, _) in pages(language) {
            browser.open(&format!("/console/{}/{name}", language.tag())).await;
            browser.look(&format!("page-{name}-{}", language.tag())).await;
        }
    }
    browser.end().await;
    serving.abort();
}
