//! How applications come in: from terminals by request, or carried here in files; with the files that follow them, and
//! with what becomes of two that have one number.
//!
//! Knows of cases that they are opened, and of their states only that the files are complete.

mod api;
mod cli;
mod conflicts;
mod domain;
mod examiner;
mod files;
mod outbox;
mod reopen;
mod service;
mod store;
mod writer;

use crate::db::Migration;

pub(crate) use api::routes;
pub(crate) use cli::{OutboxCommand, ReceiptCommand};
pub use conflicts::{Keep, ResolveError, Resolved};
pub use domain::{Conflict, Decision, RefusedApplication, StoredApplication};
pub use outbox::{ImportError, Imported};
pub use service::Intake;
#[cfg(test)]
pub(crate) use store::REFUSALS;
pub use store::{ConflictPlace, IntakeStore};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0006_lists", include_str!("migrations/0006_lists.sql")),
    Migration::new("0008_conflicts", include_str!("migrations/0008_conflicts.sql")),
];
