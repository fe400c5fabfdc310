//! `queue`: set-up, numbers, calls, the end of the day, and a simulated day.

mod answer;
mod run;

use super::domain::ParkReason;
use crate::cli::Common;
use std::path::PathBuf;

/// The queue's commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum QueueCommand {
    /// Set up groups, windows, priority and hours from a file (TOML)
    Setup {
        /// The file
        file: PathBuf,
        /// Check the file, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        by: By,
    },
    /// Groups, windows, and how they stand
    Show,
    /// Give a number
    Take {
        /// A group, or a service item of one
        group: String,
        /// elderly, disabled, pregnant, with-baby, military, fire-rescue or booking
        #[arg(long, value_name = "CLASS")]
        priority: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// Call the next person to a window; whom it had is served, or missed if service had not begun
    Call {
        /// The window
        window: String,
        /// Call this number instead: also one that is parked or missed
        #[arg(long, value_name = "N")]
        number: Option<String>,
        /// Call only if the window still has this number, such as 261130-A012, or `none`
        #[arg(long, value_name = "N")]
        after: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// Call whom the window has once more
    Recall(AtWindow),
    /// Whom the window has called has come
    Arrived(AtWindow),
    /// Service begins
    Serve(AtWindow),
    /// Set aside whom the window has; they come back when their number is called
    Park {
        #[command(flatten)]
        at: AtWindow,
        /// Why
        #[arg(long, value_name = "form|material|payment|other", value_parser = park_reason, default_value = "other")]
        reason: ParkReason,
    },
    /// Whom the window has called has not come; they come back when their number is called
    Missed(AtWindow),
    /// Send whom the window has to another line
    Transfer {
        #[command(flatten)]
        at: AtWindow,
        /// Whose
        group: String,
        /// By when their number was given, and not at the end
        #[arg(long)]
        keep_place: bool,
    },
    /// Whom the window has is served
    Finish(AtWindow),
    /// Somebody goes by own wish
    Leave(OfNumber),
    /// Give a number to somebody who booked, or put somebody who was carried over into today's line
    CheckIn(OfNumber),
    /// Book a slot of a group
    Book {
        /// A group, or a service item of one
        group: String,
        #[command(flatten)]
        slot: Slot,
        #[command(flatten)]
        by: By,
    },
    /// Move a booking to another slot
    MoveBooking {
        /// The booking's code
        code: String,
        #[command(flatten)]
        slot: Slot,
        #[command(flatten)]
        by: By,
    },
    /// Give a booking back
    CancelBooking {
        /// The booking's code
        code: String,
        #[command(flatten)]
        by: By,
    },
    /// The bookings of a day
    Bookings {
        /// Which; today's without it
        day: Option<jiff::civil::Date>,
    },
    /// A number's place, and all that happened to it
    Ticket {
        /// The number, such as A012, or 261130-A012 of another day
        number: String,
    },
    /// Close a business day: no more numbers
    CloseDay {
        /// Which; today's without it
        day: Option<jiff::civil::Date>,
        /// Those who still have a place come again on the next working day
        #[arg(long, conflicts_with = "close")]
        carry_over: bool,
        /// The places of those who still have one end
        #[arg(long)]
        close: bool,
        #[command(flatten)]
        by: By,
    },
    /// Open a closed business day again
    OpenDay {
        /// Which; today's without it
        day: Option<jiff::civil::Date>,
    },
    /// Live a seeded day in virtual time, in a database of its own, and count what is promised
    Simulate {
        /// The same seed is the same day
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// People who come
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
        visitors: u32,
        /// Windows that serve them
        #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(3..=200))]
        windows: u32,
        /// The published bound of priority
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=20))]
        bound: u32,
    },
}

fn park_reason(text: &str) -> Result<ParkReason, &'static str> {
    serde_json::from_value(text.into()).map_err(|_| "write form, material, payment or other")
}

/// A slot.
#[derive(Debug, clap::Args)]
pub(crate) struct Slot {
    /// The day, such as 2026-12-01
    day: jiff::civil::Date,
    /// When the slot begins, such as 09:00
    #[arg(value_parser = slot_time)]
    from: jiff::civil::Time,
}

fn slot_time(text: &str) -> Result<jiff::civil::Time, &'static str> {
    crate::queue::domain::time(text).ok_or("write the slot's beginning, such as 09:00")
}

/// Who does it.
#[derive(Debug, clap::Args)]
pub(crate) struct By {
    /// Who does it; without it, the user of this machine
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// What a window does.
#[derive(Debug, clap::Args)]
pub(crate) struct AtWindow {
    /// The window
    window: String,
    #[command(flatten)]
    by: By,
}

/// What somebody does.
#[derive(Debug, clap::Args)]
pub(crate) struct OfNumber {
    /// The number, such as A012, or 261130-A012 of another day; `check-in` takes the code of a booking too
    number: String,
    #[command(flatten)]
    by: By,
}

impl By {
    fn name(self) -> String {
        self.by.unwrap_or_else(crate::cli::user)
    }
}

impl QueueCommand {
    /// Runs it.
    ///
    /// # Errors
    /// What went wrong, in one line.
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        run::run(self, common).await
    }
}
