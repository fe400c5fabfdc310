//! The queue's rules: what may become of a place, who is called next, and how long the wait will be. Pure: no database,
//! no network, no clock.

mod booking;
mod estimate;
mod hours;
mod names;
mod selection;
mod setup;
mod ticket;

pub use booking::{BookingRefusal, BookingRules, BookingState, GRACE_MINUTES};
pub use estimate::{Basis, COVERAGE, Demand, Estimate, RECENT};
pub use hours::{Closed, Opening, TimeRange, time};
pub use names::{GroupCode, PriorityClass, WindowCode};
pub use selection::{
    Call, Head, Line, Reason, Selection, Streaks, ahead_of_ordinary, ahead_of_priority, select,
};
pub use setup::{Group, Setup, Window};
pub use ticket::{Event, Outcome, ParkReason, State, Ticket, TransitionError};
