//! A copy of an electronic licence (电子证照): what it says, marked as a copy, with the code that proves it.

use super::begin;
use crate::config::Site;
use crate::wording::local_time;
use bianmin_document::{Block, Document, Row};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;

/// What a copy is made of.
#[derive(Debug)]
pub struct LicenceCopy<'a> {
    /// What the licence is called.
    pub name: &'a str,
    /// What it says, each as what it is and what it says.
    pub facts: &'a [(String, String)],
    /// What its code holds, by which anybody can check it.
    pub code: &'a str,
    /// When the copy was made.
    pub at: Millis,
    /// Where.
    pub place: &'a Site,
    /// The resident's language.
    pub language: Language,
}

impl LicenceCopy<'_> {
    /// The copy.
    pub fn document(&self) -> Document {
        let texts = Texts::new(self.language);
        let t = |key: &str| texts.t(key);
        let rows = self.facts.iter().map(|(key, value)| Row::strong(key, value)).collect();
        let made = texts.t_args(
            "slip-licence-foot",
            &[("time", local_time(self.at, self.place).into()), ("place", (&self.place.name).into())],
        );
        begin(texts)
            .running(self.name)
            .with(Block::reprint(t("slip-licence-copy")))
            .with(Block::title(self.name))
            .with(Block::qr(self.code, t("slip-licence-check")))
            .with(Block::Fields { rows })
            .with(Block::notice(t("slip-licence-not-original")))
            .with(Block::footer(made))
    }
}
