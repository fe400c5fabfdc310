//! Notices to residents as pages to print.

use crate::console::Frame;
use askama::Template;

/// The kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// 受理通知书.
    Acceptance,
    /// 不予受理决定书.
    NonAcceptance,
    /// 一次性告知书.
    Supplement,
    /// 准予决定书.
    Grant,
    /// 不予决定书.
    Refusal,
    /// 送达回证.
    Delivery,
}

impl Notice {
    /// Every kind.
    pub(crate) const ALL: [Self; 6] =
        [Self::Acceptance, Self::NonAcceptance, Self::Supplement, Self::Grant, Self::Refusal, Self::Delivery];

    /// The name in addresses and locale keys.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::NonAcceptance => "non-acceptance",
            Self::Supplement => "supplement",
            Self::Grant => "grant",
            Self::Refusal => "refusal",
            Self::Delivery => "delivery",
        }
    }

    /// The kind of that name.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.key() == key)
    }
}

/// A notice to print.
#[derive(Template)]
#[template(path = "cases/notice.html")]
pub(crate) struct NoticePage {
    pub frame: Frame,
    /// Back to the case.
    pub back: String,
    pub title: String,
    /// The number under the title.
    pub number: String,
    /// To whom.
    pub addressee: String,
    /// What it says.
    pub paragraphs: Vec<String>,
    /// What is asked for, one after the other.
    pub entries: Vec<String>,
    /// The facts below: registration number, item, dates.
    pub facts: Vec<(String, String)>,
    /// Lines that somebody fills in by hand.
    pub blanks: Vec<String>,
    pub authority: String,
    pub date: String,
}
