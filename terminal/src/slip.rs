//! What slips say: the receipt and the test page, in the resident's language, as one document for paper,
//! PDF and screen. Knows the words' keys and the ledger's facts; must not know paper sizes or printers.

use crate::config::Place;
use crate::ledger::SlipFacts;
use bianmin_document::{Block, Document, Row, Space, Step};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;

/// What a receipt is made of.
#[derive(Debug)]
pub struct ReceiptSlip<'a> {
    /// The number.
    pub registration: &'a RegistrationNumber,
    /// The terminal's clock at the commit.
    pub accepted_at: Millis,
    /// The signed token.
    pub token: &'a str,
    /// The address of the phone pages.
    pub public_url: &'a str,
    /// The rest.
    pub facts: &'a SlipFacts,
    /// 0 for the original; a reprint says which copy it is.
    pub copy: u32,
}

impl ReceiptSlip<'_> {
    /// The receipt (申请登记回执). It never says that anything was accepted for decision (受理).
    pub fn document(&self, place: &Place) -> Document {
        let texts = texts(&self.facts.language);
        let t = |key: &str| texts.t(key);
        let english = texts.language() == Language::En;
        let facts = self.facts;
        let mut document = Document::new(texts.language().tag());
        if self.copy > 0 {
            let text = texts.t_args("slip-reprint", &[("copy", self.copy.into())]);
            document = document.with(Block::Reprint { text });
        }
        document = document
            .with(Block::Title { text: t("slip-receipt-title") })
            .with(Block::Subtitle { text: place.name.clone() })
            .with(Block::BigNumber { label: t("slip-registration"), number: self.registration.to_string() });
        let name =
            if english && !facts.item_name_en.is_empty() { &facts.item_name_en } else { &facts.item_name };
        let mut rows = vec![Row { key: t("slip-item"), value: name.clone(), strong: true }];
        if !facts.applicant.is_empty() {
            rows.push(Row { key: t("slip-applicant"), value: facts.applicant.clone(), strong: false });
        }
        rows.push(Row { key: t("slip-time"), value: local_time(self.accepted_at, place), strong: false });
        document = document
            .with(Block::Rows { rows })
            .with(Block::Notice {
                title: None,
                text: format!(
                    "{}{}{}",
                    t("slip-receipt-clock"),
                    if english { " " } else { "" },
                    t("slip-not-acceptance")
                ),
            })
            .with(Block::Qr {
                payload: Receipt::url(self.public_url, self.token),
                caption: Some(t("slip-qr")),
            })
            .with(Block::Heading { text: t("slip-next") })
            .with(Block::Steps { steps: self.steps(texts) });
        if !facts.to_bring.is_empty() {
            let items = facts.to_bring.iter().map(|material| {
                let name =
                    if english && !material.name_en.is_empty() { &material.name_en } else { &material.name };
                texts.t_args("slip-bring-item", &[("name", name.into()), ("days", material.due_days.into())])
            });
            document = document
                .with(Block::Heading { text: t("slip-bring") })
                .with(Block::Bullets { items: items.collect() });
        }
        let mut ask = Vec::new();
        let counter = if place.counter.is_empty() { &facts.address } else { &place.counter };
        for (key, value) in
            [("slip-counter", counter), ("slip-hours", &facts.hours), ("slip-telephone", &place.telephone)]
        {
            if !value.is_empty() {
                ask.push(Row { key: t(key), value: value.clone(), strong: false });
            }
        }
        document
            .with(Block::Heading { text: t("slip-ask") })
            .with(Block::Rows { rows: ask })
            .with(Block::Rule)
            .with(Block::Footer { text: t("slip-keep") })
            .with(Block::Spacer { size: Space::Small })
    }

    fn steps(&self, texts: Texts) -> Vec<Step> {
        let facts = self.facts;
        let limit = match (facts.promised_days, facts.working_days) {
            (0, _) => texts.t("slip-step-received-at-once"),
            (days, true) => texts.t_args("slip-step-received-working", &[("days", days.into())]),
            (days, false) => texts.t_args("slip-step-received-calendar", &[("days", days.into())]),
        };
        let result = if facts.by_post { "slip-step-result-post" } else { "slip-step-result-detail" };
        let mut steps = vec![
            (texts.t("slip-step-send"), texts.t("slip-step-send-detail")),
            (texts.t("slip-step-received"), limit),
        ];
        if !facts.to_bring.is_empty() {
            steps.push((texts.t("slip-step-bring"), texts.t("slip-step-bring-detail")));
        }
        let result = texts.t_args(result, &[("result", (&facts.result).into())]);
        steps.push((texts.t("slip-step-result"), result));
        steps.into_iter().map(|(title, detail)| Step { title, chip: None, detail: Some(detail) }).collect()
    }
}

/// A page that shows whether a printer prints clearly, wholly and cuts cleanly.
pub fn test_page(place: &Place, language: Language) -> Document {
    let texts = Texts::new(language);
    Document::new(language.tag())
        .with(Block::Title { text: texts.t("slip-test-title") })
        .with(Block::Subtitle { text: place.name.clone() })
        .with(Block::Paragraph { text: texts.t("slip-test-text") })
        .with(Block::Rule)
        .with(Block::Paragraph { text: "0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ 龑䶮喆·".to_owned() })
        .with(Block::Qr { payload: "BIANMIN TEST".to_owned(), caption: None })
}

/// Date and time as the place's clock shows them: `2026-11-21 10:31`.
pub fn local_time(at: Millis, place: &Place) -> String {
    let zone = jiff::tz::TimeZone::get(&place.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.timestamp().to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

fn texts(language: &str) -> Texts {
    Texts::new(Language::from_tag(language).unwrap_or_default())
}
