//! The receipt (申请登记回执), and its reprint.

use super::where_to_ask;
use crate::config::Place;
use crate::ledger::SlipFacts;
use crate::wording::{local_time, named};
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
    /// Whether the hall does not have it and this terminal sends nothing any more.
    pub is_stranded: bool,
    /// Nothing for the original.
    pub reprint: Option<Reprint>,
}

/// What makes a reprint (补打) known as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reprint {
    copy: u32,
    at: Millis,
}

impl Reprint {
    /// Of the journal's copy number, asked for at this moment; copy 0 is the original, which is no reprint.
    pub fn of(copy: u32, at: Millis) -> Option<Self> {
        (copy > 0).then_some(Self { copy, at })
    }
}

impl ReceiptSlip<'_> {
    /// The receipt (申请登记回执). It never says that anything was accepted for decision (受理).
    pub fn document(&self, place: &Place) -> Document {
        let texts = Texts::new(Language::from_tag(&self.facts.language).unwrap_or_default());
        let t = |key: &str| texts.t(key);
        let english = texts.language() == Language::En;
        let facts = self.facts;
        let mut document = Document::new(texts.language().tag());
        if let Some(reprint) = self.reprint {
            let time = local_time(reprint.at, place);
            let text = texts.t_args("slip-reprint", &[("copy", reprint.copy.into()), ("time", time.into())]);
            document = document.with(Block::Reprint { text });
        }
        document = document
            .with(Block::Mark)
            .with(Block::Title { text: t("slip-receipt-title") })
            .with(Block::Subtitle { text: place.name.clone() })
            .with(Block::BigNumber { label: t("slip-registration"), number: self.registration.to_string() });
        let name = named(texts, &facts.item_name, &facts.item_name_en);
        let mut rows = vec![Row::strong(t("slip-item"), name)];
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
                let name = named(texts, &material.name, &material.name_en);
                texts.t_args("slip-bring-item", &[("name", name.into()), ("days", material.due_days.into())])
            });
            document = document
                .with(Block::Heading { text: t("slip-bring") })
                .with(Block::Bullets { items: items.collect() });
        }
        let ask = where_to_ask(texts, place, &facts.address, &facts.hours);
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
        let send = if self.is_stranded { "slip-step-send-stranded" } else { "slip-step-send-detail" };
        let result = if facts.by_post { "slip-step-result-post" } else { "slip-step-result-detail" };
        let mut steps =
            vec![(texts.t("slip-step-send"), texts.t(send)), (texts.t("slip-step-received"), limit)];
        if !facts.to_bring.is_empty() {
            steps.push((texts.t("slip-step-bring"), texts.t("slip-step-bring-detail")));
        }
        let result = texts.t_args(result, &[("result", (&facts.result).into())]);
        steps.push((texts.t("slip-step-result"), result));
        steps.into_iter().map(|(title, detail)| Step { title, chip: None, detail: Some(detail) }).collect()
    }
}
