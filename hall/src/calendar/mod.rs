//! The working-day calendar: which days count, when a period of working days ends, and how anybody can check that.
//!
//! The days are data: statutory holidays and days worked instead (调休), one list a year. The program brings the years
//! that were published when it was built; a hall imports newer or its own. A year that nobody imported is never taken
//! for known: its days go by the week alone, and whoever asks is told so. It knows nothing of cases or queues.

mod cli;
mod domain;
mod file;
mod store;

pub(crate) use cli::CalendarCommand;
pub use domain::{
    Calendar, CaseClock, Counting, Day, DayKind, DueDate, Interval, Pause, PauseError, PeriodError, Year,
};
pub use file::{CalendarFile, read};
pub use store::{CalendarStore, Import, ImportedYear, Move};

use crate::db::Migration;

pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration::new("0009_calendar", include_str!("migrations/0009_calendar.sql"))];
