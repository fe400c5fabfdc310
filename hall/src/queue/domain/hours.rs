//! When numbers are given and windows work.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60_000;

/// From one time of day to a later one, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// Its beginning.
    pub from: Time,
    /// Its end.
    pub to: Time,
}

impl TimeRange {
    /// Reads `12:00-13:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let range = Self { from: time(from.trim())?, to: time(to.trim())? };
        (range.from < range.to).then_some(range)
    }

    fn holds(&self, time: Time) -> bool {
        self.from <= time && time < self.to
    }
}

/// Reads `09:30`.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

/// The opening hours of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// When the hall is open.
    pub hours: TimeRange,
    /// From when on no numbers are given any more.
    pub last_number: Time,
    /// When the windows rest; numbers are given all the same.
    pub breaks: Vec<TimeRange>,
    /// Whether it opens on days that are no working days too.
    pub every_day: bool,
}

/// Why no numbers are given just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "closed", rename_all = "kebab-case")]
pub enum Closed {
    /// It is no working day.
    DayOff,
    /// The hall opens later.
    NotYet {
        /// When.
        opens: Time,
    },
    /// The last number of the day has been given.
    TooLate {
        /// When that was.
        last_number: Time,
    },
}

impl Opening {
    /// Reads it from texts such as `09:00-17:00`, `16:30` and `12:00-13:00`.
    #[must_use]
    pub fn new(hours: &str, last_number: &str, breaks: &[&str], every_day: bool) -> Option<Self> {
        let breaks = breaks.iter().map(|text| TimeRange::parse(text)).collect::<Option<_>>()?;
        Some(Self { hours: TimeRange::parse(hours)?, last_number: time(last_number)?, breaks, every_day })
    }

    /// Whether numbers are given at a time of a day.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, is_working_day: bool, time: Time) -> Result<(), Closed> {
        if !is_working_day && !self.every_day {
            Err(Closed::DayOff)
        } else if time < self.hours.from {
            Err(Closed::NotYet { opens: self.hours.from })
        } else if time >= self.last_number {
            Err(Closed::TooLate { last_number: self.last_number })
        } else {
            Ok(())
        }
    }

    /// A wait of so many working milliseconds from a time on, with the breaks that fall into it.
    #[must_use]
    pub fn with_breaks(&self, from: Time, wait: i64) -> i64 {
        let since_midnight = |time: Time| (i64::from(time.hour()) * 60 + i64::from(time.minute())) * MINUTE;
        let mut breaks = self.breaks.clone();
        breaks.sort_by_key(|one| one.from);
        let mut end = since_midnight(from) + wait;
        for one in breaks.iter().filter(|one| from < one.to) {
            if since_midnight(one.from) > end || (since_midnight(one.from) == end && !one.holds(from)) {
                break;
            }
            end += since_midnight(one.to) - since_midnight(one.from).max(since_midnight(from));
        }
        end - since_midnight(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening() -> Opening {
        Opening::new("09:00-17:00", "16:30", &["12:00-13:00"], false).unwrap()
    }

    #[test]
    fn no_number_is_given_when_nobody_could_serve_it() {
        let check = |is_working_day, at: &str| opening().check(is_working_day, time(at).unwrap());
        assert_eq!(check(true, "09:00"), Ok(()));
        assert_eq!(check(true, "12:30"), Ok(()));
        assert_eq!(check(true, "08:59"), Err(Closed::NotYet { opens: time("09:00").unwrap() }));
        assert_eq!(check(true, "16:30"), Err(Closed::TooLate { last_number: time("16:30").unwrap() }));
        assert_eq!(check(false, "10:00"), Err(Closed::DayOff));
    }

    #[test]
    fn a_wait_over_lunch_is_longer_by_it() {
        let wait =
            |at: &str, minutes: i64| opening().with_breaks(time(at).unwrap(), minutes * MINUTE) / MINUTE;
        assert_eq!(wait("10:00", 60), 60);
        assert_eq!(wait("11:30", 30), 30);
        assert_eq!(wait("11:30", 40), 100);
        assert_eq!(wait("12:20", 10), 50);
        assert_eq!(wait("13:00", 10), 10);
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        assert_eq!(time("24:00"), None);
        assert_eq!(time("9:00"), None);
        assert_eq!(TimeRange::parse("13:00-12:00"), None);
        assert!(TimeRange::parse("12:00 - 13:00").is_some());
    }
}
