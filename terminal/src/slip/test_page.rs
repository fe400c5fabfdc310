//! The test page: whether a printer prints clearly, wholly and cuts cleanly, and what it said of itself.

use super::begin;
use crate::config::Site;
use crate::wording::local_time;
use bianmin_document::{Block, Document, Row};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;

/// What a test page is made of.
#[derive(Debug)]
pub struct TestPage<'a> {
    /// What is known of the printer, each as what it is and what it says, in the technician's language.
    pub facts: &'a [(String, String)],
    /// When.
    pub at: Millis,
    /// Where.
    pub place: &'a Site,
    /// The technician's language.
    pub language: Language,
}

/// Letters, digits and rare characters that show whether thin strokes come out.
const CHARACTERS: &str = "0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ 龑䶮喆·";

impl TestPage<'_> {
    /// The page.
    pub fn document(&self) -> Document {
        let texts = Texts::new(self.language);
        let mut rows: Vec<Row> = self.facts.iter().map(|(key, value)| Row::new(key, value)).collect();
        rows.push(Row::new(texts.t("slip-test-time"), local_time(self.at, self.place)));
        begin(texts)
            .with(Block::title(texts.t("slip-test-title")))
            .with(Block::subtitle(&self.place.name))
            .with(Block::paragraph(texts.t("slip-test-text")))
            .with(Block::Rows { rows })
            .with(Block::Rule)
            .with(Block::paragraph(CHARACTERS))
            .with(Block::Qr { payload: "BIANMIN TEST".to_owned(), caption: Some(texts.t("slip-test-qr")) })
            .with(Block::Rule)
    }
}
