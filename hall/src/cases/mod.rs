//! Cases (办件): what has become of applications, where a case stands for whoever may know it, and what staff decide.
//!
//! Knows of terminals only whom to tell, and nothing of how applications come in.

mod api;
mod cli;
mod console;
mod domain;
mod handling;
mod keys;
mod lookup;
mod materials;
mod phone;
mod questions;
mod store;
#[cfg(test)]
mod tests;
mod timer;

use crate::db::Migration;

pub(crate) use api::routes;
pub(crate) use cli::CaseCli;
pub(crate) use console::{ASSETS, SECTIONS, pages};
pub use domain::{
    Actor, CaseCommand, CaseEvent, CaseFilter, CaseOutcome, CaseRecord, CaseView, ClockView, DepartmentCount,
    Detail, Duty, HistoryEntry, Holder, ListPlace, Look, MaterialView, Opening, Order, PauseView, Promise,
    RefusalReason, RemarkError, Speed, Step, StepError, TransitionError, Version, WorkPlace, may_see,
    seen_departments,
};
pub(crate) use domain::{NewCase, RecordContext, SearchTerm};
pub(crate) use keys::CaseKeys;
pub use lookup::Cases;
#[cfg(test)]
pub(crate) use store::CASES;
pub use store::{Alarm, AwaitedMaterial, CaseError, CaseStore, SeparationBreach};
pub(crate) use store::{
    CaseRows, acknowledgements, complete_files, context, open, promised, remove, resign, tell_terminal,
};
pub(crate) use timer::TICK;
pub use timer::Tick;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0007_lookup_tries", include_str!("migrations/0007_lookup_tries.sql")),
    Migration::new("0013_case_events", include_str!("migrations/0013_case_events.sql")),
];
