//! The pages as they are drawn: one struct for each, with every word and number that its template shows.
//!
//! Knows the templates and the texts, and neither database nor requests.

mod case;
mod list;
mod notice;
mod parts;
mod supervision;

pub(super) use case::{
    AnswerGroup, CaseHead, CasePage, ClockDay, ClockView, Conflict, Fact, HistoryEntry, MaterialTab,
    MaterialView, NoticeLink, Reveal, Step, StepChoice, StepField,
};
pub(super) use list::{BatchStep, Filter, FilterOption, Found, WorkListPage, WorkRow};
pub(super) use notice::{Notice, NoticePage};
pub(super) use parts::{Bar, Chip, KeyLine, KeysPage, ListEntry, ListGroup, Message, Tone};
pub(super) use supervision::{DepartmentFigures, SupervisionPage, SupervisionRow, SupervisionTable};

#[cfg(test)]
mod tests;
