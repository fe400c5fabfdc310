//! The hall's queue: numbers, calls, and what becomes of each place, with everything that happened to it.
//!
//! Its rules are in `domain`, pure; `store` keeps places, events and calls in one transaction each; `board` shows in the
//! hall who is called, `phone` on a telephone how long it will be. It knows nothing of terminals' applications, cases or
//! screens.

mod api;
mod board;
mod cli;
mod domain;
mod error;
mod file;
mod moment;
mod phone;
mod running;
mod service;
mod simulate;
mod store;
mod tokens;
mod writer;

pub(crate) use api::routes;
pub(crate) use cli::QueueCommand;
pub use domain::{
    BookingRefusal, BookingRules, BookingState, COVERAGE, Closed, Estimate, Event, Group, GroupCode, Opening,
    ParkReason, PriorityClass, Reason, Setup, State, Ticket, TimeRange, TransitionError, Window, WindowCode,
};
pub use error::QueueError;
pub use file::{default_setup, read};
pub use moment::Moment;
pub use running::Queue;
pub use service::{CarryOverDay, QueueService};
pub use simulate::{Report, Simulation};
pub use store::{
    Block, BlockLease, Booking, CallRequest, Called, Changes, ClosedDay, GroupStatus, LeaseRequest,
    LoggedCall, NextCall, Nobody, OfflinePlace, Place, Position, QueueStore, RequestKey, Rest, Status,
    TakeRequest, Taken, WindowAction, WindowStatus,
};

#[cfg(test)]
pub(crate) use writer::TicketRequest;

use crate::db::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0010_queue", include_str!("migrations/0010_queue.sql")),
    Migration::new("0011_bookings", include_str!("migrations/0011_bookings.sql")),
    Migration::new("0050_queue_changes", include_str!("migrations/0050_queue_changes.sql")),
    Migration::new("0051_queue_requests", include_str!("migrations/0051_queue_requests.sql")),
    Migration::new("0052_queue_blocks", include_str!("migrations/0052_queue_blocks.sql")),
];
