//! The technician's report: what was found, with what to do about it first.

use super::begin;
use crate::config::Site;
use crate::wording::local_time;
use bianmin_document::{Block, Document, Row};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;

/// One part of the terminal and how it is, in the technician's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The part.
    pub part: String,
    /// Its state.
    pub state: String,
    /// What to do about it; nothing where all is well.
    pub advice: Option<String>,
}

/// What a report is made of.
#[derive(Debug)]
pub struct Report<'a> {
    /// The terminal's id.
    pub terminal: &'a str,
    /// When it was looked at.
    pub at: Millis,
    /// Part by part.
    pub findings: &'a [Finding],
    /// Where it stands.
    pub place: &'a Site,
    /// The technician's language.
    pub language: Language,
}

impl Report<'_> {
    /// The report.
    pub fn document(&self) -> Document {
        let texts = Texts::new(self.language);
        let t = |key: &str| texts.t(key);
        let title = t("slip-report-title");
        let mut document = begin(texts)
            .running(format!("{title} · {}", self.terminal))
            .with(Block::title(title))
            .with(Block::subtitle(&self.place.name))
            .with(Block::Rows {
                rows: vec![
                    Row::strong(t("slip-report-terminal"), self.terminal),
                    Row::new(t("slip-report-time"), local_time(self.at, self.place)),
                ],
            });
        let (wrong, well): (Vec<&Finding>, Vec<&Finding>) =
            self.findings.iter().partition(|finding| finding.advice.is_some());
        if wrong.is_empty() {
            document = document.with(Block::notice(t("slip-report-all-well")));
        } else {
            let heading = texts.t_args("slip-report-to-do", &[("count", wrong.len().into())]);
            let entries = wrong.into_iter().map(|finding| bianmin_document::Step {
                title: finding.part.clone(),
                chip: Some(finding.state.clone()),
                detail: finding.advice.clone(),
            });
            document =
                document.with(Block::heading(heading)).with(Block::Checklist { entries: entries.collect() });
        }
        if !well.is_empty() {
            let rows = well.into_iter().map(|finding| Row::new(&finding.part, &finding.state)).collect();
            document = document.with(Block::heading(t("slip-report-well"))).with(Block::Rows { rows });
        }
        document.with(Block::Signature { labels: vec![t("slip-report-sign"), t("slip-form-date")] })
    }
}
