//! One of each paper, of demonstration data.

use super::super::*;
use crate::catalogue::testing::DEMO;
use crate::config::Site;
use crate::ledger::{SlipFacts, SlipFee, SlipMaterial};
use crate::transfer::Transfer;
use bianmin_document::Document;
use bianmin_locale::Language;
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState, NormalizedBody};
use bianmin_protocol::catalogue::{DayType, Frame, ServiceItem};
use bianmin_protocol::form::FieldDictionary;
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use jiff::civil::{Date, date};
use std::sync::LazyLock;

/// Names with characters that printers do not have: rare, outside the basic plane, with a dot, and one that is drawn as
/// its code point.
pub const NAMES: [&str; 4] = ["刘䶮", "𠮷田美", "买买提·吐尔逊江", "王𪚥"];
pub const TODAY: Date = date(2026, 11, 21);
static NUMBER: LazyLock<RegistrationNumber> = LazyLock::new(|| {
    RegistrationNumber::from_parts(TerminalId::parse("HP07").unwrap(), 261_121, 36).unwrap()
});

/// A token as long as real ones.
pub fn token() -> String {
    (0..292_u32)
        .map(|i| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh"[(i * i * 7 + i) as usize % 32]))
        .collect()
}

pub struct Demo {
    pub items: Vec<ServiceItem>,
    pub fields: FieldDictionary,
    pub place: Site,
    pub notice: String,
    pub at: Millis,
    pub later: Millis,
    facts: SlipFacts,
    token: String,
    printer: Vec<(String, String)>,
    findings: Vec<Finding>,
    licence: Vec<(String, String)>,
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn millis(text: &str) -> Millis {
    let at: jiff::Timestamp = text.parse().unwrap();
    Millis(at.as_millisecond())
}

impl Demo {
    pub fn new() -> Self {
        let demo: serde_json::Value = serde_json::from_str(DEMO).unwrap();
        let frame: Frame = serde_json::from_value(demo.clone()).unwrap();
        let items: Vec<ServiceItem> = serde_json::from_value(demo["items"].clone()).unwrap();
        let finding = |part: &str, state: &str, advice: Option<&str>| Finding {
            part: part.to_owned(),
            state: state.to_owned(),
            advice: advice.map(str::to_owned),
        };
        Self {
            items,
            fields: FieldDictionary::new(frame.fields),
            place: Site {
                name: "和平社区便民服务中心（示例）".to_owned(),
                counter: "和平社区便民服务中心 2 号窗口".to_owned(),
                hours: "工作日 9:00–17:00".to_owned(),
                telephone: "010-00000000".to_owned(),
                ..Site::default()
            },
            notice: "示例数据".to_owned(),
            at: millis("2026-11-21T02:31:00Z"),
            later: millis("2026-11-22T01:05:00Z"),
            facts: SlipFacts {
                language: "zh-CN".to_owned(),
                item_name: "城乡居民基本养老保险参保登记".to_owned(),
                item_name_en: "Join the basic pension for residents".to_owned(),
                promised_days: 3,
                promised_day_type: DayType::Working,
                result: "参保登记结果".to_owned(),
                result_en: "Confirmation of joining".to_owned(),
                by_post: true,
                fees: Some(vec![SlipFee {
                    name: "社会保障卡工本费".to_owned(),
                    standard: "20 元/张".to_owned(),
                }]),
                pay_online: true,
                address: "政务服务大厅综合窗口（示例）".to_owned(),
                hours: "工作日 8:30–12:00".to_owned(),
                is_past: false,
                to_bring: vec![SlipMaterial {
                    name: "户口簿复印件（首页和本人页）".to_owned(),
                    name_en: "Copy of the household register".to_owned(),
                    due_days: 10,
                }],
                ..SlipFacts::default()
            },
            token: token(),
            printer: vec![
                pair("连接", "tcp 192.0.2.10:9100"),
                pair("纸宽", "80 mm，576 点"),
                pair("切刀", "有"),
            ],
            findings: vec![
                finding("回执打印机", "缺纸", Some("打开上盖，换一卷纸，热敏面朝上，合上盖子。")),
                finding("身份证阅读器", "没有连上", Some("检查 USB 线；换一个接口再试。")),
                finding("账本", "正常，等待上传 3 件", None),
                finding("事项目录", "第 12 版，82 项", None),
                finding("大厅", "连得上，43 毫秒", None),
            ],
            licence: vec![
                pair("持证人", "张三"),
                pair("证件号码", "示例 00000001"),
                pair("发证机关", "示例市示例局"),
                pair("有效期", "2026-01-01 至 2031-12-31"),
            ],
        }
    }

    pub fn item(&self, code: &str) -> &ServiceItem {
        self.items.iter().find(|item| item.code.as_str() == code).unwrap()
    }

    pub fn body(&self, item: &ServiceItem, name: &str) -> ApplicationBody {
        let mut answers = item.example.answers.clone();
        for (code, value) in &mut answers {
            if code.as_str() == "applicant_name" {
                *value = name.to_owned();
            }
        }
        let answer = |promised: bool| if promised { MaterialAnswer::Promised } else { MaterialAnswer::Have };
        let materials = item.example.materials.iter();
        ApplicationBody {
            answers,
            materials: materials
                .map(|material| MaterialState {
                    code: material.code.clone(),
                    answer: answer(material.promised),
                })
                .collect(),
            language: String::new(),
        }
    }

    pub fn normal(&self, item: &ServiceItem, body: ApplicationBody) -> NormalizedBody {
        NormalizedBody::of(body, item, &self.fields)
    }

    pub fn guide<'a>(&'a self, item: &'a ServiceItem, language: Language) -> GuidePage<'a> {
        let (fields, place) = (&self.fields, &self.place);
        GuidePage { item, fields, place, language, printed_on: TODAY, remark: &self.notice }
    }

    pub fn form<'a>(
        &'a self,
        item: &'a ServiceItem,
        body: &'a NormalizedBody,
        language: Language,
    ) -> FilledForm<'a> {
        FilledForm {
            item,
            fields: &self.fields,
            body,
            registration: Some(Registered { number: &NUMBER, at: self.at }),
            place: &self.place,
            language,
            printed_on: TODAY,
            remark: &self.notice,
        }
    }

    pub fn missing(&self, item: &ServiceItem, body: &NormalizedBody) -> Vec<Missing> {
        missing(item, &self.fields, body, TODAY, Language::ZhCn)
    }

    pub fn notice<'a>(
        &'a self,
        item: &'a ServiceItem,
        missing: &'a [Missing],
        language: Language,
    ) -> OneTimeNotice<'a> {
        OneTimeNotice { item, missing, at: self.at, place: &self.place, language, remark: &self.notice }
    }

    pub fn receipt(&self, applicant: &str) -> ReceiptSlip<'_> {
        // Kept for the life of the test, because a slip borrows its facts.
        let facts = Box::leak(Box::new(SlipFacts { applicant: applicant.to_owned(), ..self.facts.clone() }));
        ReceiptSlip {
            registration: &NUMBER,
            accepted_at: self.at,
            token: &self.token,
            public_url: "https://bianmin.example.cn",
            facts,
            transfer: Transfer::Sending,
            reprint: None,
        }
    }

    pub fn english_receipt(&self) -> Document {
        let facts =
            SlipFacts { language: "en".to_owned(), applicant: "张*".to_owned(), ..self.facts.clone() };
        ReceiptSlip { facts: &facts, ..self.receipt("") }.document(&self.place)
    }

    pub fn ticket(&self, language: Language) -> TicketSlip<'_> {
        TicketSlip {
            number: "A012",
            business: "不动产登记",
            ahead: 7,
            at: self.at,
            wait_at: "二楼等候区",
            is_sample: false,
            place: &self.place,
            language,
        }
    }

    pub fn test_page(&self) -> TestPage<'_> {
        TestPage { facts: &self.printer, at: self.at, place: &self.place, language: Language::ZhCn }
    }

    pub fn report(&self, language: Language) -> Report<'_> {
        Report { terminal: "HP07", at: self.at, findings: &self.findings, place: &self.place, language }
    }

    pub fn licence<'a>(&'a self, facts: &'a [(String, String)]) -> LicenceCopy<'a> {
        LicenceCopy {
            name: "社会保障卡（示例）",
            facts: if facts.is_empty() { &self.licence } else { facts },
            code: "https://bianmin.example.cn/c#EXAMPLE-00000001",
            at: self.at,
            place: &self.place,
            language: Language::ZhCn,
        }
    }

    /// Every paper that can carry a person's name, with this one on it.
    pub fn papers(&self, name: &str) -> Vec<(&'static str, Document)> {
        let item = self.item("BD02");
        let body = self.normal(item, self.body(item, name));
        let mut guide_item = item.clone();
        for value in
            guide_item.example.answers.iter_mut().filter(|(code, _)| code.as_str() == "applicant_name")
        {
            *value.1 = name.to_owned();
        }
        let mut missing = self.missing(item, &body);
        missing.push(Missing {
            what: format!("{name}的居民身份证"),
            how: "原件".to_owned(),
            by: String::new(),
        });
        let mut slip = self.receipt(name);
        let receipt = slip.document(&self.place);
        slip.reprint = Reprint::of(1, self.later);
        let ticket = TicketSlip {
            business: &format!("{name}预约的不动产登记"),
            ..self.ticket(Language::ZhCn)
        };
        let findings = [Finding { part: "联系人".to_owned(), state: name.to_owned(), advice: None }];
        let facts = [pair("持证人", name)];
        vec![
            ("receipt", receipt),
            ("reprint", slip.document(&self.place)),
            ("guide", self.guide(&guide_item, Language::ZhCn).sheet()),
            ("form", self.form(item, &body, Language::ZhCn).document()),
            ("notice", self.notice(item, &missing, Language::ZhCn).document()),
            ("ticket", ticket.document()),
            ("report", Report { findings: &findings, ..self.report(Language::ZhCn) }.document()),
            ("licence", self.licence(&facts).document()),
        ]
    }
}
