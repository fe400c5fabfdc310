//! Why the queue does not do what was asked, in words that say what to do.

use super::domain::{BookingRefusal, Closed, State, TransitionError, WindowCode};
use crate::db::StoreError;
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::Date;

/// Why the queue does not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Another request came under the same id.
    #[error("another request came under this id")]
    RequestConflict,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no group of this code, nor one with this service item.
    #[error("there is no group and no service item {wanted:?}; the groups are {known}")]
    NoSuchGroup {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// There is no window of this code.
    #[error("there is no window {wanted:?}; the windows are {known}")]
    NoSuchWindow {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// The class is not called first in this hall.
    #[error("nobody is called first here as {wanted:?}; the classes are {known}")]
    NoSuchClass {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// Nobody has this number.
    #[error("nobody has the number {0}; one of another day is written with it, such as 261130-A012")]
    NoSuchNumber(String),
    /// There is no booking of this code.
    #[error("there is no booking {0}")]
    NoSuchBooking(String),
    /// Something cannot be booked, or a booking not be used.
    #[error(transparent)]
    Booking(#[from] BookingRefusal),
    /// The calendar names no day on which the hall is open next.
    #[error(transparent)]
    Period(#[from] crate::calendar::PeriodError),
    /// The operating system gives no randomness for a code.
    #[error("the operating system gives no randomness")]
    NoRandomness,
    /// This cannot happen to the place.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The place holds on another day.
    #[error("{number} holds for {day}; check it in first")]
    OtherDay {
        /// Whose.
        number: TicketNumber,
        /// When it holds.
        day: Date,
    },
    /// The window has nobody.
    #[error("window {0} has nobody; call somebody first")]
    NobodyAtWindow(WindowCode),
    /// The window has somebody else than its clerk saw.
    #[error("window {window} has {}: somebody called meanwhile", has.as_deref().unwrap_or("nobody"))]
    Conflict {
        /// Which.
        window: WindowCode,
        /// Whom it has.
        has: Option<String>,
    },
    /// The place has just been changed by somebody else.
    #[error("{0} has just been changed by somebody else; look again")]
    Overtaken(TicketNumber),
    /// No numbers are given now.
    #[error("no numbers are given now: {}", closed(.0))]
    Closed(Closed),
    /// The business day is over.
    #[error("the day {0} is closed; `queue open-day` opens it again")]
    DayClosed(Date),
    /// More numbers than a prefix has.
    #[error("the numbers {0}001 to {0}9999 of this day are used up; give the group another prefix")]
    UsedUp(String),
    /// The terminal has more blocks of numbers than it could use.
    #[error("the terminal has too many blocks of numbers; give some back first")]
    TooManyBlocks,
    /// People are at windows.
    #[error("not everybody is served yet: {0}; finish, park or mark them first")]
    AtWindows(String),
    /// People still wait, and nobody said what becomes of them.
    #[error(
        "{waiting} still wait, {parked} are parked and {missed} missed on {day}: say --carry-over to have them come \
         again, or --close to end their places"
    )]
    StillWaiting {
        /// The day.
        day: Date,
        /// In the line.
        waiting: i64,
        /// Set aside.
        parked: i64,
        /// Missed.
        missed: i64,
    },
    /// The new set-up leaves no room for people who are in the queue.
    #[error("{0}; serve or transfer them, move their bookings, or close the day first")]
    SetupInUse(String),
}

impl From<sea_orm::DbErr> for QueueError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

fn closed(closed: &Closed) -> String {
    match closed {
        Closed::DayOff => "it is no working day".to_owned(),
        Closed::NotYet { opens } => format!("the hall opens at {}", opens.strftime("%H:%M")),
        Closed::TooLate { last_number } => {
            format!("the last number of the day was given at {}", last_number.strftime("%H:%M"))
        }
    }
}

/// For messages and JSON.
impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}
