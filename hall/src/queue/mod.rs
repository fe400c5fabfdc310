//! The hall's queue: numbers, calls, and what becomes of each place, with everything that happened to it.
//!
//! Its rules are in `domain`, pure; `store` keeps places, events and calls in one transaction each. It knows nothing of
//! terminals' applications, cases, screens or boards.

mod cli;
mod domain;
mod error;
mod file;
mod moment;
mod service;
mod simulate;
mod store;

pub(crate) use cli::QueueCommand;
pub use domain::{
    BookingRefusal, BookingRules, BookingState, COVERAGE, Closed, Estimate, Event, Group, GroupCode, Opening,
    ParkReason, PriorityClass, Reason, Setup, State, Ticket, TimeRange, TransitionError, Window, WindowCode,
};
pub use error::QueueError;
pub use file::{default_setup, read};
pub use moment::Moment;
pub use service::{CarryOverDay, QueueService};
pub use simulate::{Report, Simulation};
pub use store::{
    Booking, CallRequest, Called, ClosedDay, GroupStatus, NextCall, Nobody, Place, QueueStore, Rest, Status,
    TakeRequest, Taken, WindowAction, WindowStatus,
};

use crate::db::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0010_queue", include_str!("migrations/0010_queue.sql")),
    Migration::new("0011_bookings", include_str!("migrations/0011_bookings.sql")),
];
