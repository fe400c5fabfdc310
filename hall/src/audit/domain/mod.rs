//! Streams of events and how they are chained: pure rules.

mod chain;
mod event;
mod report;
mod total;

pub(crate) use chain::Chain;
pub(crate) use event::{Actor, Event, Extension, NewEvent, Position, Stream};
pub use report::{Finding, Report, Trouble};
pub(crate) use total::Total;
