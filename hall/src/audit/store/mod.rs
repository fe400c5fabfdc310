//! Events in the database.

mod append;
mod read;
mod total;

use crate::db::Store;

pub(crate) use append::{append, extend};
pub(crate) use read::of as events_of;
pub(super) use total::StoredTotal;

/// The events in the database.
#[derive(Debug, Clone, Copy)]
pub struct AuditStore<'a>(&'a Store);

impl Store {
    /// The events.
    pub fn audit(&self) -> AuditStore<'_> {
        AuditStore(self)
    }
}
