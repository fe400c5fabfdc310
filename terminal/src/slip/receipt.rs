//! The receipt (申请登记回执), and its reprint.

use super::where_to_ask;
use crate::config::Site;
use crate::ledger::SlipFacts;
use crate::transfer::{Transfer, next_steps};
use crate::wording::{self, local_time};
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
    /// Where it is on its way to the hall at this moment.
    pub transfer: Transfer,
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
    pub fn document(&self, place: &Site) -> Document {
        let texts = Texts::new(Language::from_tag(&self.facts.language).unwrap_or_default());
        let t = |key: &str| texts.t(key);
        let english = texts.language() == Language::En;
        let facts = self.facts;
        let is_stranded = self.transfer == Transfer::Stranded;
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
        let name = wording::text(texts, facts.item_name());
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
                caption: Some(t(qr_caption(self.transfer))),
            })
            .with(Block::Heading { text: t("slip-next") })
            .with(Block::Steps { steps: self.steps(texts) });
        if !facts.to_bring.is_empty() {
            let items = facts.to_bring.iter().map(|material| {
                let name = wording::text(texts, material.name());
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
            .with(Block::Footer { text: t(if is_stranded { "slip-keep-stranded" } else { "slip-keep" }) })
            .with(Block::Spacer { size: Space::Small })
    }

    fn steps(&self, texts: Texts) -> Vec<Step> {
        let steps = next_steps(texts, self.facts, self.transfer);
        steps
            .into_iter()
            .map(|step| Step { title: step.title, chip: None, detail: Some(step.detail) })
            .collect()
    }
}

/// What the code on a receipt is for: where the hall has nothing and gets nothing by itself there is no progress to see.
#[must_use]
pub const fn qr_caption(transfer: Transfer) -> &'static str {
    match transfer {
        Transfer::Stranded => "slip-qr-stranded",
        _ => "slip-qr",
    }
}
