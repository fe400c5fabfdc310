//! Cases in the database.

mod change;
mod list;
mod opening;
mod progress;
mod tries;

use crate::db::Store;

pub use change::DecideError;
pub(crate) use change::{complete_files, remove, tell_terminal};
#[cfg(test)]
pub(crate) use list::CASES;
pub(crate) use opening::{acknowledgements, open, resign};

/// The cases in the database.
#[derive(Debug, Clone, Copy)]
pub struct CaseStore<'a>(&'a Store);

impl Store {
    /// The cases.
    pub fn cases(&self) -> CaseStore<'_> {
        CaseStore(self)
    }
}
