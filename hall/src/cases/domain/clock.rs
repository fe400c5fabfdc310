//! The clock of a case, worked out from what happened to it; and what lists know of it.

use super::fold::{CaseFold, Reason, is_over};
use crate::calendar::{Calendar, CaseClock, Counting, Day, Pause};
use crate::clock::Clock;
use bianmin_protocol::ids::Millis;
use jiff::civil::Date;
use serde::Serialize;

/// Working days after which what was received counts as accepted if nobody says anything.
const SILENCE: u32 = 5;
/// The day of what has no due date: after all others.
pub(crate) const NEVER: i64 = 99_991_231;

/// A time in which the clock stood still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PauseView {
    /// The day on which it began, which still counts.
    pub from: Date,
    /// The day on which it ended, which does not count; none while it lasts.
    pub until: Option<Date>,
    /// `supplement`, `over` until it was reopened, or the name of the special procedure.
    pub reason: String,
}

/// The clock with its working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockView {
    /// Days that the case may take, extensions included.
    pub budget: u32,
    /// Which days.
    pub counting: Counting,
    /// The last day; none while the clock stands still.
    pub due: Option<Date>,
    /// Each day, whether it counts, and why.
    pub working: Vec<Day>,
    /// When it stood still.
    pub pauses: Vec<PauseView>,
    /// Years of which no calendar is known.
    pub assumed_years: Vec<i16>,
    /// Days of the budget that are used up, at the end of today or of the case.
    pub used: u32,
    /// If nobody says by then whether it is accepted, it counts as accepted on the day after (行政许可法).
    pub silence: Option<Date>,
    /// Whether it was or is late.
    pub is_late: bool,
}

/// What lists know of the clock: worked out anew with each event, and when the calendar changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Projection {
    pub due_on: i64,
    /// From this day on it is near.
    pub amber_on: i64,
    pub silence_on: i64,
    pub is_assumed: bool,
    /// Days that it took; none while it runs.
    pub used_days: Option<u32>,
}

/// Works clocks out.
#[derive(Debug, Clone)]
pub(crate) struct Timing<'a> {
    pub calendar: &'a Calendar,
    pub clock: &'a Clock,
}

impl Timing<'_> {
    fn day(&self, at: Millis) -> Date {
        self.clock.day(at)
    }

    /// The clock with its working.
    pub(crate) fn view(&self, fold: &CaseFold, now: Millis) -> ClockView {
        let clock = self.clock_of(fold);
        let (until, today) = (fold.ended_at.map(|at| self.day(at)), self.day(now));
        let due = clock.due(self.calendar);
        let last = due.as_ref().ok().and_then(|due| due.due);
        let (working, assumed_years) =
            due.map_or_else(|_| Default::default(), |due| (due.working, due.assumed_years));
        ClockView {
            budget: budget(fold),
            counting: counting(fold),
            due: last,
            working,
            pauses: self.pauses(fold).map(|pause| view(&pause)).collect(),
            assumed_years,
            used: clock.used(self.calendar, until.unwrap_or(today)),
            silence: self.silence(fold),
            is_late: last.is_some_and(|last| last < until.unwrap_or(today)),
        }
    }

    /// What lists know of it.
    pub(crate) fn projection(&self, fold: &CaseFold) -> Projection {
        let clock = self.clock_of(fold);
        let due = clock.due(self.calendar).ok();
        let last = due.as_ref().and_then(|due| due.due);
        let near =
            due.as_ref().filter(|due| due.due.is_some()).and_then(|due| amber(&due.working, budget(fold)));
        Projection {
            due_on: last.map_or(NEVER, day_number),
            amber_on: near.map_or(NEVER, day_number),
            silence_on: self.silence(fold).map_or(NEVER, day_number),
            is_assumed: due.is_some_and(|due| !due.assumed_years.is_empty()),
            used_days: fold.ended_at.map(|at| clock.used(self.calendar, self.day(at))),
        }
    }

    fn clock_of(&self, fold: &CaseFold) -> CaseClock {
        let start = self.day(fold.opening.received_at);
        let mut clock = CaseClock::counting(start, budget(fold), counting(fold));
        for pause in self.pauses(fold) {
            // A clock that was set back is no reason to show none at all.
            let _ = clock.pause(pause);
        }
        clock
    }

    fn pauses(&self, fold: &CaseFold) -> impl Iterator<Item = Pause> {
        // The end of a case is none unless it was reopened.
        let counts = |reason: &Reason, until: Option<Millis>| *reason != Reason::Over || until.is_some();
        let pauses = fold.standstills.iter().filter(move |one| counts(&one.reason, one.until));
        pauses.map(|one| Pause {
            from: self.day(one.from),
            until: one.until.map(|until| self.day(until)),
            reason: match &one.reason {
                Reason::Supplement => "supplement".to_owned(),
                Reason::Over => "over".to_owned(),
                Reason::Procedure(name) if name.is_empty() => "special procedure".to_owned(),
                Reason::Procedure(name) => name.clone(),
            },
        })
    }

    fn silence(&self, fold: &CaseFold) -> Option<Date> {
        let since = fold.waits_since.filter(|_| !is_over(fold.state))?;
        self.calendar.due(self.day(since), SILENCE).ok()?.due
    }

    /// Until when a material may follow that has to be there within so many working days.
    pub(crate) fn promise(&self, received_at: Millis, days: u16) -> Date {
        let start = self.day(received_at);
        self.calendar.due(start, u32::from(days)).ok().and_then(|due| due.due).unwrap_or(start)
    }
}

fn view(pause: &Pause) -> PauseView {
    PauseView { from: pause.from, until: pause.until, reason: pause.reason.clone() }
}

fn budget(fold: &CaseFold) -> u32 {
    u32::from(fold.opening.promised_days) + u32::from(fold.extended_days)
}

fn counting(fold: &CaseFold) -> Counting {
    if fold.opening.working_days { Counting::WorkingDays } else { Counting::CalendarDays }
}

/// The day from which on no more than a fifth of the budget, and at least one day, is left.
fn amber(working: &[Day], budget: u32) -> Option<Date> {
    let left = budget.div_ceil(5).max(1) as usize;
    let counted: Vec<Date> = working.iter().filter(|day| day.counts).map(|day| day.date).collect();
    let day = counted.len().checked_sub(left + 1).map_or(counted.first(), |at| counted.get(at));
    day.or(working.last().map(|day| &day.date)).copied()
}

/// A day as lists have it: 20261121.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The day of a number; none for [`NEVER`].
pub(crate) fn day_of(number: i64) -> Option<Date> {
    let part = |divisor: i64, modulus: i64| number / divisor % modulus;
    let day = Date::new(
        i16::try_from(number / 10_000).ok()?,
        i8::try_from(part(100, 100)).ok()?,
        i8::try_from(part(1, 100)).ok()?,
    );
    day.ok().filter(|_| number != NEVER)
}
