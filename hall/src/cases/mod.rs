//! Cases (办件): what has become of applications, where a case stands for whoever may know it, and what staff decide.
//!
//! Knows of terminals only whom to tell, and nothing of how applications come in.

mod api;
mod cli;
mod domain;
mod lookup;
mod phone;
mod questions;
mod store;

use crate::db::Migration;

pub(crate) use api::routes;
pub(crate) use cli::CaseCommand;
pub use domain::{CaseRecord, ListPlace, RemarkError, TransitionError};
pub(crate) use domain::{NewCase, RecordContext};
pub(crate) use lookup::Cases;
#[cfg(test)]
pub(crate) use store::CASES;
pub use store::{CaseStore, DecideError};
pub(crate) use store::{acknowledgements, complete_files, open, remove, resign, tell_terminal};

pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration::new("0007_lookup_tries", include_str!("migrations/0007_lookup_tries.sql"))];
