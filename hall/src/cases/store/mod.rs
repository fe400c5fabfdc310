//! Cases in the database.

mod change;
mod context;
mod history;
mod import;
mod list;
mod opening;
mod progress;
mod row;
mod search;
mod supervision;
mod timing;
mod tries;
mod verify;

use crate::db::Store;

pub use change::CaseError;
pub(crate) use change::{complete_files, remove, tell_terminal};
pub(crate) use context::context;
pub(super) use history::Case;
pub(crate) use import::promised;
#[cfg(test)]
pub(crate) use list::CASES;
pub(crate) use opening::{acknowledgements, open, resign};
pub use supervision::SeparationBreach;
pub use timing::{Alarm, AwaitedMaterial};
pub(crate) use verify::CaseRows;

/// The cases in the database.
#[derive(Debug, Clone, Copy)]
pub struct CaseStore<'a>(&'a Store);

impl Store {
    /// The cases.
    pub fn cases(&self) -> CaseStore<'_> {
        CaseStore(self)
    }
}
