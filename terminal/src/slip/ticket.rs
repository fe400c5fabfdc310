//! The ticket of a queue: the number large enough to be read at arm's length, and where to wait.

use super::begin;
use crate::config::Site;
use crate::wording::local_time;
use bianmin_document::{Block, Document, Row};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;

/// What a ticket is made of.
#[derive(Debug)]
pub struct TicketSlip<'a> {
    /// The number that is called: `A012`.
    pub number: &'a str,
    /// For what.
    pub business: &'a str,
    /// How many are called before.
    pub ahead: u32,
    /// When it was taken.
    pub at: Millis,
    /// Where to wait; nothing where there is one room only.
    pub wait_at: &'a str,
    /// Whether it only shows what tickets look like: then it says first that it is no place in a queue.
    pub is_sample: bool,
    /// Where it is printed.
    pub place: &'a Site,
    /// The resident's language.
    pub language: Language,
}

impl TicketSlip<'_> {
    /// The ticket.
    pub fn document(&self) -> Document {
        let texts = Texts::new(self.language);
        let t = |key: &str| texts.t(key);
        let ahead = texts.t_args("slip-ticket-ahead-people", &[("count", self.ahead.into())]);
        let wait = match self.wait_at {
            "" => t("slip-ticket-wait"),
            at => texts.t_args("slip-ticket-wait-at", &[("place", at.into())]),
        };
        let sample = self.is_sample.then(|| Block::reprint(t("slip-ticket-sample")));
        let mut document = begin(texts);
        document.blocks.splice(0..0, sample);
        document
            .with(Block::title(t("slip-ticket-title")))
            .with(Block::subtitle(&self.place.name))
            .with(Block::big_number("", self.number))
            .with(Block::Rows {
                rows: vec![
                    Row::strong(t("slip-ticket-business"), self.business),
                    Row::strong(t("slip-ticket-ahead"), ahead),
                    Row::new(t("slip-ticket-time"), local_time(self.at, self.place)),
                ],
            })
            .with(Block::notice(wait))
            .with(Block::footer(t("slip-ticket-foot")))
    }
}
