//! Applications in the database.

mod applications;
mod arrivals;
mod attachments;
mod conflicts;
mod reopened;

use crate::db::Store;

#[cfg(test)]
pub(crate) use applications::REFUSALS;
pub use conflicts::ConflictPlace;
pub(super) use reopened::ArrivalPlace;

/// The applications in the database.
#[derive(Debug, Clone, Copy)]
pub struct IntakeStore<'a>(&'a Store);

impl Store {
    /// The applications.
    pub fn intake(&self) -> IntakeStore<'_> {
        IntakeStore(self)
    }
}
