//! Terminals, one-time codes and heartbeats in the database.

mod enrolment;
mod standing;
mod terminals;

use crate::db::Store;

pub use enrolment::InviteError;
pub(crate) use standing::{next_cursor, raise_numbers};

/// The terminals in the database.
#[derive(Debug, Clone, Copy)]
pub struct FleetStore<'a>(&'a Store);

impl Store {
    /// The terminals.
    pub fn fleet(&self) -> FleetStore<'_> {
        FleetStore(self)
    }
}
