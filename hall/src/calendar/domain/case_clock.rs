//! The clock of a case: a budget of days, and the pauses in which it stands still.
//!
//! The due date is worked out from them whenever it is asked for, never stored as truth.

use super::period::MOST_DAYS;
use super::{Calendar, DueDate, PeriodError};
use jiff::civil::Date;
use serde::Serialize;

/// A time in which the clock stands still. The day on which it begins still counts; the day on which it ends does not:
/// neither a period nor a pause counts the day of the event that begins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The day on which it was begun.
    pub from: Date,
    /// The day on which it was ended; `None` while it lasts.
    pub until: Option<Date>,
    /// Why: a supplement, or the special procedure by its name.
    pub reason: String,
}

impl Pause {
    /// Whether the clock stands still on a day because of this pause.
    #[must_use]
    pub fn holds(&self, date: Date) -> bool {
        self.from < date && self.until.is_none_or(|until| date <= until)
    }
}

/// Why a pause cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PauseError {
    /// It ends before it begins.
    #[error("the pause from {from} ends before it begins, on {until}")]
    EndsBefore {
        /// Its first day.
        from: Date,
        /// Its last day.
        until: Date,
    },
}

/// A stretch of days in which the clock runs, or stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// Its first day.
    pub from: Date,
    /// Its last day; `None` for the last interval.
    pub until: Option<Date>,
    /// Why the clock stands still, each reason once; none while it runs.
    pub paused: Vec<String>,
}

/// Which days a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// Working days (工作日).
    WorkingDays,
    /// Every day (自然日).
    CalendarDays,
}

/// When a case was received, how many days it may take, and when it stood still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClock {
    start: Date,
    budget: u32,
    counting: Counting,
    pauses: Vec<Pause>,
}

impl CaseClock {
    /// A clock that runs from the day after `start` on, for `budget` working days.
    #[must_use]
    pub const fn new(start: Date, budget: u32) -> Self {
        Self::counting(start, budget, Counting::WorkingDays)
    }

    /// The same for a budget of days of either kind.
    #[must_use]
    pub const fn counting(start: Date, budget: u32, counting: Counting) -> Self {
        Self { start, budget, counting, pauses: Vec::new() }
    }

    /// Adds a pause; it may overlap others.
    ///
    /// # Errors
    /// It ends before it begins.
    pub fn pause(&mut self, pause: Pause) -> Result<(), PauseError> {
        let Pause { from, until, .. } = pause;
        if let Some(until) = until.filter(|until| *until < from) {
            return Err(PauseError::EndsBefore { from, until });
        }
        self.pauses.push(pause);
        Ok(())
    }

    /// When the case is due, with the working. There is no due date while the clock stands still.
    ///
    /// # Errors
    /// The period is longer than dates reach.
    pub fn due(&self, calendar: &Calendar) -> Result<DueDate, PeriodError> {
        calendar.due_with_pauses(self.start, self.budget, &self.pauses, self.counting)
    }

    /// How many days of the budget, or beyond it, are used up at the end of a day.
    #[must_use]
    pub fn used(&self, calendar: &Calendar, until: Date) -> u32 {
        let days = self.start.series(jiff::Span::new().days(1)).skip(1).take(MOST_DAYS);
        let counts = |date: &Date| {
            calendar.kind(*date, self.counting).counts()
                && !self.pauses.iter().any(|pause| pause.holds(*date))
        };
        days.take_while(|date| *date <= until).filter(counts).count() as u32
    }

    /// The intervals from the day after the start on, in order and without gaps: neighbours differ in why the clock
    /// stands still, or in that it does.
    #[must_use]
    pub fn intervals(&self) -> Vec<Interval> {
        let Ok(first) = self.start.tomorrow() else { return Vec::new() };
        // The days on which something may change.
        let mut changes = vec![first];
        for pause in &self.pauses {
            changes.extend(pause.from.tomorrow().ok());
            changes.extend(pause.until.and_then(|until| until.tomorrow().ok()));
        }
        changes.retain(|date| *date >= first);
        changes.sort_unstable();
        changes.dedup();
        let mut intervals: Vec<Interval> = Vec::new();
        for date in changes {
            let paused = self.reasons(date);
            match intervals.last_mut() {
                Some(last) if last.paused == paused => {}
                last => {
                    if let Some(last) = last {
                        last.until = date.yesterday().ok();
                    }
                    intervals.push(Interval { from: date, until: None, paused });
                }
            }
        }
        intervals
    }

    /// Why the clock stands still on a day, by when that began.
    fn reasons(&self, date: Date) -> Vec<String> {
        let mut pauses: Vec<&Pause> = self.pauses.iter().filter(|pause| pause.holds(date)).collect();
        pauses.sort_by_key(|pause| pause.from);
        let mut reasons: Vec<String> = Vec::new();
        for pause in pauses {
            if !reasons.contains(&pause.reason) {
                reasons.push(pause.reason.clone());
            }
        }
        reasons
    }
}
