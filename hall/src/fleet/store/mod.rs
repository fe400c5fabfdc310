//! Terminals, one-time codes, heartbeats and what terminals are told, in the database.

mod changes;
mod enrolment;
mod standing;
mod terminals;

use crate::db::Store;

pub(crate) use changes::tell;
pub use enrolment::InviteError;
pub(crate) use standing::raise_numbers;

/// The terminals in the database.
#[derive(Debug, Clone, Copy)]
pub struct FleetStore<'a>(&'a Store);

impl Store {
    /// The terminals.
    pub fn fleet(&self) -> FleetStore<'_> {
        FleetStore(self)
    }
}
