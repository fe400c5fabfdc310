//! What a supervisor looks at first: what is late, what soon will be, and where rules about people were broken.

use super::parts::{Bar, ListGroup};
use crate::console::Frame;
use askama::Template;

/// One department's open cases.
#[derive(Debug, Clone)]
pub(crate) struct DepartmentFigures {
    pub name: String,
    pub link: String,
    pub open: u64,
    pub near: u64,
    pub late: u64,
}

/// A case in a table.
#[derive(Debug, Clone)]
pub(crate) struct SupervisionRow {
    pub link: String,
    pub registration: String,
    pub item: String,
    pub department: String,
    /// Why it is here.
    pub words: String,
    pub left: Option<Bar>,
}

/// Cases that are here for one reason.
#[derive(Debug, Clone)]
pub(crate) struct SupervisionTable {
    pub title: String,
    /// How it was counted.
    pub how: String,
    pub rows: Vec<SupervisionRow>,
    pub empty: String,
}

/// The supervisor's page.
#[derive(Template)]
#[template(path = "cases/supervision.html")]
pub(crate) struct SupervisionPage {
    pub frame: Frame,
    pub lists: Vec<ListGroup>,
    /// When it was counted.
    pub counted: String,
    pub departments: Vec<DepartmentFigures>,
    pub tables: Vec<SupervisionTable>,
}
