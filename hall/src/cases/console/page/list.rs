//! Work lists: what waits for me or my group, most urgent first, fifty to a page.

use super::parts::{Bar, Chip, ListGroup, Message};
use crate::console::Frame;
use askama::Template;

/// A case in a list.
#[derive(Debug, Clone)]
pub(crate) struct WorkRow {
    pub id: String,
    /// The version that a batch step is about.
    pub version: u64,
    pub link: String,
    pub registration: String,
    pub item: String,
    /// Masked.
    pub applicant: String,
    pub state: Chip,
    pub left: Bar,
    /// The terminal.
    pub from: String,
    pub received: String,
    /// Who has it; empty while nobody has.
    pub holder: String,
}

/// A choice in a filter.
#[derive(Debug, Clone)]
pub(crate) struct FilterOption {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

/// A filter of a list.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub name: &'static str,
    pub label: String,
    pub options: Vec<FilterOption>,
}

/// A step that can be taken with several cases of one item and state.
#[derive(Debug, Clone)]
pub(crate) struct BatchStep {
    pub command: &'static str,
    pub label: String,
}

/// What was searched for, to go on with the next page. It is sent in a form: a name is no part of a link.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub query: String,
    /// How it was understood: as a number, a name, an identity number or a telephone number.
    pub understood: String,
}

/// A list of cases.
#[derive(Template)]
#[template(path = "cases/list.html")]
pub(crate) struct WorkListPage {
    pub frame: Frame,
    pub lists: Vec<ListGroup>,
    pub title: String,
    /// How many are on this page and how they are sorted.
    pub summary: String,
    pub message: Option<Message>,
    /// Where the filters lead.
    pub here: String,
    /// The list that the filters keep.
    pub list: String,
    pub filters: Vec<Filter>,
    pub found: Option<Found>,
    pub rows: Vec<WorkRow>,
    /// The next page, as a link, or for a search as the place that its form sends.
    pub next: Option<String>,
    pub batch: Vec<BatchStep>,
    /// Where a batch step goes.
    pub batch_action: String,
    /// What to try when nothing is here.
    pub advice: String,
}
