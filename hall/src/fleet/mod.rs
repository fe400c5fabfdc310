//! The terminals of this hall (终端): how they enrol, how they stand, what they say of themselves, what they are told, and
//! whether a request is really one's.
//!
//! Knows nothing of applications and cases, but that their numbers rise. What it tells a terminal it takes from others as it
//! is, and puts in order.

mod api;
mod attempts;
mod cli;
mod domain;
mod registry;
mod store;

use crate::db::Migration;

pub(crate) use api::{Sender, epoch_header, routes, signed};
pub(crate) use cli::TerminalCommand;
pub(crate) use domain::{Author, KnownTerminal};
pub use domain::{Mark, TerminalRecord, codes};
pub(crate) use registry::Fleet;
pub use registry::HEARTBEATS;
pub use store::{FleetStore, InviteError};
pub(crate) use store::{raise_numbers, tell};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0002_printers", include_str!("migrations/0002_printers.sql")),
    Migration::new("0003_standing", include_str!("migrations/0003_standing.sql")),
    Migration::new("0004_heartbeats", include_str!("migrations/0004_heartbeats.sql")),
    Migration::new("0040_changes", include_str!("migrations/0040_changes.sql")),
    Migration::new("0041_devices", include_str!("migrations/0041_devices.sql")),
];
