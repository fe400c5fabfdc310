//! Rules about terminals.

pub mod codes;
mod heartbeat;
mod numbers;
mod page;
mod terminal;

pub(crate) use heartbeat::{ReceivedHeartbeat, is_acceptable};
pub(crate) use numbers::{ordinal, registration};
pub(crate) use page::{CHANGE_BYTES, PAGE_CHANGES, fitting};
pub(crate) use terminal::{Author, Enrolment, KnownTerminal};
pub use terminal::{Mark, TerminalRecord};
