//! What is printed: every slip and page as one document for paper, PDF and screen, in the resident's language.
//!
//! Pure functions of plain facts: the moment, the words of the catalogue and the answers are passed in. They know
//! the words' keys; they must not know paper sizes, printers, the ledger's tables or the network.
//!
//! | Paper | For |
//! |---|---|
//! | [`ReceiptSlip`] | what was registered, and its reprint |
//! | [`GuidePage`] | everything about an item, on a sheet or shortened to what to bring on a roll |
//! | [`FilledForm`] | what the resident filled in, to keep or to sign |
//! | [`OneTimeNotice`] | all that is still missing, told at once |
//! | [`TicketSlip`] | a place in the queue |
//! | [`TestPage`], [`Report`] | for the technician |
//! | [`LicenceCopy`] | what an electronic licence says |

mod form;
mod guide;
mod licence;
mod notice;
mod receipt;
mod report;
mod test_page;
#[cfg(test)]
mod tests;
mod ticket;

pub use form::{FilledForm, Registered};
pub use guide::GuidePage;
pub use licence::LicenceCopy;
pub use notice::{Missing, OneTimeNotice, missing};
pub use receipt::{ReceiptSlip, Reprint, qr_caption};
pub use report::{Finding, Report};
pub use test_page::TestPage;
pub use ticket::TicketSlip;

use crate::config::Site;
use bianmin_document::{Block, Document, Row};
use bianmin_locale::Texts;

fn begin(texts: Texts) -> Document {
    Document::new(texts.language().tag()).with(Block::Mark)
}

/// Where somebody helps: the place's own counter with its own hours, or the item's; and by telephone.
fn where_to_ask(texts: Texts, place: &Site, address: &str, hours: &str) -> Vec<Row> {
    let (counter, hours) = place.counter_or(address, hours);
    filled([
        (texts.t("slip-counter"), counter),
        (texts.t("slip-hours"), hours),
        (texts.t("slip-telephone"), &place.telephone),
    ])
}

/// Rows of what there is to say.
fn filled<'a>(rows: impl IntoIterator<Item = (String, &'a str)>) -> Vec<Row> {
    rows.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| Row::new(key, value)).collect()
}
