//! What happened, to what, by whom and why: events that are only ever added, in streams such as those of one case or one
//! member of staff, each chained to the one before it by a keyed digest.
//!
//! The key is beside the hall's other keys and not in the database, so that a changed, removed, swapped or added event is
//! noticed by `audit verify`. It knows none of the capabilities whose events it keeps: they say what the state of a stream
//! must be by [`Examine`].

mod domain;
mod store;
mod verify;

use crate::db::Migration;

pub(crate) use domain::{Actor, Chain, Event, Extension, NewEvent, Position, Stream};
pub use domain::{Finding, Report, Trouble};
pub use store::AuditStore;
pub(crate) use store::{append, events_of, extend};
pub(crate) use verify::{Examine, Whole, verify};

pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration::new("0012_audit", include_str!("migrations/0012_audit.sql"))];
