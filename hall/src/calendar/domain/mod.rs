//! Which days count, and when a period ends: pure rules over dates, without time of day, database or words.

mod case_clock;
mod period;

pub use case_clock::{CaseClock, Counting, Interval, Pause, PauseError};
pub use period::{Day, DueDate, PeriodError};

use jiff::civil::{Date, Weekday};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is known of one year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Year {
    /// Where the facts are from, as the file says.
    pub source: String,
    /// Days off by law, with their names; also those that fall on a weekend.
    pub holidays: BTreeMap<Date, String>,
    /// Days of a weekend that are worked for a holiday, with that holiday's name.
    pub workdays: BTreeMap<Date, String>,
}

/// The years of which something is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    years: BTreeMap<i16, Year>,
}

/// What a day is, and by that whether it counts as a working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum DayKind {
    /// Monday to Friday, and no holiday.
    Weekday,
    /// A day of a weekend that is worked for a holiday (调休上班).
    MakeUp {
        /// That holiday's name.
        name: String,
    },
    /// Saturday or Sunday.
    Weekend,
    /// A statutory holiday, or a day off that belongs to it.
    Holiday {
        /// Its name.
        name: String,
    },
    /// Monday to Friday of a year of which no calendar is known: it may be a holiday.
    AssumedWeekday,
    /// Saturday or Sunday of a year of which no calendar is known: it may be worked.
    AssumedWeekend,
    /// Any day of a period that counts every day.
    CalendarDay,
    /// The day on which the period begins: counting begins on the next.
    Start,
    /// The clock stands still.
    Paused {
        /// Why, as it was given; of several pauses the one that began first.
        name: String,
    },
}

impl DayKind {
    /// Whether a period counts it.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self, Self::Weekday | Self::MakeUp { .. } | Self::AssumedWeekday | Self::CalendarDay)
    }

    /// Whether nobody knows this for sure, as the year's calendar is missing.
    #[must_use]
    pub fn is_assumed(&self) -> bool {
        matches!(self, Self::AssumedWeekday | Self::AssumedWeekend)
    }
}

impl Calendar {
    /// Replaces what is known of a year.
    pub fn set(&mut self, year: i16, days: Year) {
        self.years.insert(year, days);
    }

    /// What is known of a year.
    #[must_use]
    pub fn year(&self, year: i16) -> Option<&Year> {
        self.years.get(&year)
    }

    /// The years of which something is known, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.keys().copied()
    }

    /// What a day is.
    #[must_use]
    pub fn day(&self, date: Date) -> DayKind {
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let Some(year) = self.years.get(&date.year()) else {
            return if is_weekend { DayKind::AssumedWeekend } else { DayKind::AssumedWeekday };
        };
        if let Some(name) = year.workdays.get(&date) {
            return DayKind::MakeUp { name: name.clone() };
        }
        match year.holidays.get(&date) {
            Some(name) => DayKind::Holiday { name: name.clone() },
            None if is_weekend => DayKind::Weekend,
            None => DayKind::Weekday,
        }
    }

    /// How many working days a year has.
    #[must_use]
    pub fn working_days(&self, year: i16) -> usize {
        let Ok(first) = Date::new(year, 1, 1) else { return 0 };
        let days = first.series(jiff::Span::new().days(1)).take_while(|date| date.year() == year);
        days.filter(|date| self.day(*date).counts()).count()
    }
}

#[cfg(test)]
mod tests;
