//! A moment as the hall's queue sees it: the business day is the hall's own, by its zone and by when its day starts.

use super::domain::Setup;
use crate::clock::Clock;
use bianmin_protocol::ids::Millis;
use jiff::civil::{Date, Time};

/// A moment in the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// On the time line.
    pub at: Millis,
    /// The business day.
    pub day: Date,
    /// The time of day, as the hall's clock shows it.
    pub time: Time,
}

impl Moment {
    /// What a moment is in a hall with this set-up.
    #[must_use]
    pub fn of(clock: &Clock, setup: &Setup, at: Millis) -> Self {
        let civil = clock.civil(at);
        let date = if crate::planted::is_planted("queue-day-from-utc") {
            at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
        } else {
            civil.date()
        };
        let is_day_before = civil.time() < setup.day_starts;
        let day = if is_day_before { date.yesterday().unwrap_or(date) } else { date };
        Self { at, day, time: civil.time() }
    }

    /// Now.
    #[must_use]
    pub fn now(clock: &Clock, setup: &Setup) -> Self {
        Self::of(clock, setup, clock.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::default_setup;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    #[test]
    fn the_day_is_the_halls_and_begins_when_it_says() {
        let clock = Clock::new(TimeZone::get("Asia/Shanghai").unwrap());
        let at = |text: &str| Millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let mut setup = default_setup();
        // Half past seven in the morning, when it is still yesterday in UTC.
        let early = at("2026-11-29T23:30:00Z");
        assert_eq!(Moment::of(&clock, &setup, early).day, date(2026, 11, 30));
        setup.day_starts = Time::constant(4, 0, 0, 0);
        assert_eq!(Moment::of(&clock, &setup, early).day, date(2026, 11, 30));
        assert_eq!(Moment::of(&clock, &setup, at("2026-11-30T19:59:00Z")).day, date(2026, 11, 30));
        assert_eq!(Moment::of(&clock, &setup, at("2026-11-30T20:00:00Z")).day, date(2026, 12, 1));
    }
}
