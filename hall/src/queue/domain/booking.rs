//! Bookings (预约): slots of a group, what may be booked, and when whoever booked may check in.

use super::hours::TimeRange;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60_000;
/// Where the set-up does not say.
pub const GRACE_MINUTES: u32 = 15;

/// What may be booked of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingRules {
    /// The slots of each day, by when they begin.
    pub slots: Vec<TimeRange>,
    /// People in one slot.
    pub capacity: u32,
    /// How many days ahead one may book; 0 is today alone.
    pub days_ahead: u32,
    /// So many minutes before its beginning a slot can no longer be booked.
    pub lead_minutes: u32,
    /// So many minutes before its beginning one may check in, and after its end still.
    pub grace_minutes: u32,
}

/// What a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BookingState {
    /// Booked.
    Booked,
    /// Given back.
    Cancelled,
    /// Came, and has a number.
    CheckedIn,
}

impl BookingState {
    /// The name in JSON and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::CheckedIn => "checked-in",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Booked, Self::Cancelled, Self::CheckedIn].into_iter().find(|state| state.key() == key)
    }
}

/// Why something cannot be booked, or a booking not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefusal {
    /// The group takes no bookings.
    #[error("this group takes no bookings")]
    NotOffered,
    /// No slot begins then.
    #[error("no slot begins then; the slots are {0}")]
    NoSuchSlot(String),
    /// The hall is closed.
    #[error("the hall is closed on that day")]
    DayOff,
    /// The slot is over, or begins too soon.
    #[error("a slot is booked at least {0} minutes before it begins")]
    TooSoon(u32),
    /// The day is too far away.
    #[error("one may book {0} days ahead at most")]
    TooFar(u32),
    /// All places are taken.
    #[error("the slot is full")]
    Full,
    /// The booking is for another day.
    #[error("the booking is for {0}")]
    OtherDay(Date),
    /// It is not time yet.
    #[error("check in from {} on", .0.strftime("%H:%M"))]
    TooEarly(Time),
    /// The slot is over.
    #[error("the booking was for {}; take a number without it", .0.strftime("%H:%M"))]
    TooLate(Time),
    /// It was cancelled, or used already.
    #[error("the booking is {}", .0.key())]
    NotBooked(BookingState),
}

fn minutes(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

impl BookingRules {
    /// The slot of a day that begins at a time, if it may be booked now.
    ///
    /// # Errors
    /// Why not.
    pub fn check(
        &self,
        (today, now): (Date, Time),
        (day, from): (Date, Time),
        is_open: bool,
    ) -> Result<TimeRange, BookingRefusal> {
        let slot = self.slots.iter().find(|slot| slot.from == from).copied().ok_or_else(|| {
            let slots: Vec<String> =
                self.slots.iter().map(|slot| slot.from.strftime("%H:%M").to_string()).collect();
            BookingRefusal::NoSuchSlot(slots.join(", "))
        })?;
        let days = i64::from((day - today).get_days());
        if days * 24 * 60 + minutes(from) - minutes(now) < i64::from(self.lead_minutes) {
            Err(BookingRefusal::TooSoon(self.lead_minutes))
        } else if days > i64::from(self.days_ahead) {
            Err(BookingRefusal::TooFar(self.days_ahead))
        } else if !is_open {
            Err(BookingRefusal::DayOff)
        } else {
            Ok(slot)
        }
    }

    /// How long after now a slot of today begins, in milliseconds, if one may check in for it: 0 if it has begun. A slot
    /// that was booked holds, also if it is offered no more: `rules` is what the group has now.
    ///
    /// # Errors
    /// It is too early or too late.
    pub fn check_in(rules: Option<&Self>, slot: TimeRange, now: Time) -> Result<i64, BookingRefusal> {
        let grace = i64::from(rules.map_or(GRACE_MINUTES, |rules| rules.grace_minutes));
        let until_slot = minutes(slot.from) - minutes(now);
        if until_slot > grace {
            let opens = (minutes(slot.from) - grace).max(0);
            let opens = Time::new((opens / 60) as i8, (opens % 60) as i8, 0, 0);
            Err(BookingRefusal::TooEarly(opens.unwrap_or_else(|_| Time::midnight())))
        } else if minutes(now) - minutes(slot.to) > grace {
            Err(BookingRefusal::TooLate(slot.from))
        } else {
            Ok(until_slot.max(0) * MINUTE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::domain::time;
    use jiff::civil::date;

    fn rules() -> BookingRules {
        let slots = ["09:00-09:30", "14:00-14:30"].map(|text| TimeRange::parse(text).unwrap());
        let slots = slots.to_vec();
        BookingRules { slots, capacity: 2, days_ahead: 7, lead_minutes: 60, grace_minutes: 15 }
    }

    #[test]
    fn a_slot_is_booked_in_time_and_not_too_far_ahead() {
        let today = date(2026, 11, 30);
        let check = |now: &str, day: Date, from: &str| {
            rules().check((today, time(now).unwrap()), (day, time(from).unwrap()), true)
        };
        assert!(check("08:00", today, "09:00").is_ok());
        assert_eq!(check("08:01", today, "09:00"), Err(BookingRefusal::TooSoon(60)));
        assert_eq!(check("08:00", today.yesterday().unwrap(), "09:00"), Err(BookingRefusal::TooSoon(60)));
        assert!(check("23:00", date(2026, 12, 7), "09:00").is_ok());
        assert_eq!(check("08:00", date(2026, 12, 8), "09:00"), Err(BookingRefusal::TooFar(7)));
        assert!(matches!(check("08:00", today, "10:00"), Err(BookingRefusal::NoSuchSlot(_))));
    }

    #[test]
    fn who_comes_early_stands_in_the_line_from_the_slot_on() {
        let slot = rules().slots[0];
        let check_in = |now: &str| BookingRules::check_in(Some(&rules()), slot, time(now).unwrap());
        assert_eq!(check_in("08:44"), Err(BookingRefusal::TooEarly(time("08:45").unwrap())));
        assert_eq!(check_in("08:50"), Ok(10 * MINUTE));
        assert_eq!(check_in("09:45"), Ok(0));
        assert_eq!(check_in("09:46"), Err(BookingRefusal::TooLate(slot.from)));
    }
}
