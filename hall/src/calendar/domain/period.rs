//! When a period of working days ends, with the working: each day, whether it counts, and why.

use super::{Calendar, Counting, DayKind, Pause};
use jiff::civil::Date;
use serde::Serialize;

/// The longest period that is worked out, in days that count.
const LONGEST: u32 = 3_660;

/// The most days that are looked at, so that a pause of centuries ends in words.
pub(super) const MOST_DAYS: usize = 20_000;

/// One day of the working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Whether it uses up one of the period's days.
    pub counts: bool,
    /// Why.
    #[serde(flatten)]
    pub kind: DayKind,
}

/// When a period ends, such that anybody can count it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueDate {
    /// The last day; `None` while the clock stands still with days left.
    pub due: Option<Date>,
    /// Every day from the first on, in order.
    pub working: Vec<Day>,
    /// Years of which no calendar is known, and whose days go by the week alone.
    pub assumed_years: Vec<i16>,
    /// Days that are not used up yet; 0 where there is a due date.
    #[serde(skip)]
    pub left: u32,
}

/// Why a period cannot be worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// More days than anybody means.
    #[error("a period has at most {LONGEST} working days")]
    TooLong,
    /// It ends decades away, or after the last day that dates can name.
    #[error("the period ends more than {MOST_DAYS} days after its start")]
    TooFar,
}

impl Calendar {
    /// When `days` working days from `start` on are over. The day of the start does not count, as in law; a period of
    /// no days ends on the start, or on the first working day after it.
    ///
    /// # Errors
    /// The period is longer than dates reach.
    pub fn due(&self, start: Date, days: u32) -> Result<DueDate, PeriodError> {
        self.due_with_pauses(start, days, &[], Counting::WorkingDays)
    }

    /// The same with days on which the clock stood still. A day that several pauses share is left out once.
    pub(super) fn due_with_pauses(
        &self,
        start: Date,
        days: u32,
        pauses: &[Pause],
        counting: Counting,
    ) -> Result<DueDate, PeriodError> {
        if days > LONGEST {
            return Err(PeriodError::TooLong);
        }
        let mut period = Period { working: Vec::new(), assumed_years: Vec::new(), left: days };
        // The one period that may end on the day on which it begins.
        let is_over = days == 0 && self.kind(start, counting).counts();
        period.note(start, if days == 0 { self.kind(start, counting) } else { DayKind::Start });
        if is_over {
            return Ok(period.ends(Some(start)));
        }
        let mut date = start;
        loop {
            date = date.tomorrow().map_err(|_| PeriodError::TooFar)?;
            if period.working.len() >= MOST_DAYS {
                return Err(PeriodError::TooFar);
            }
            let pause = pauses.iter().filter(|pause| pause.holds(date)).min_by_key(|pause| pause.from);
            if pause.is_some_and(|pause| pause.until.is_none()) {
                return Ok(period.ends(None));
            }
            let kind = match pause {
                Some(pause) => DayKind::Paused { name: pause.reason.clone() },
                None => self.kind(date, counting),
            };
            let counts = kind.counts();
            period.note(date, kind);
            if counts {
                period.left = period.left.saturating_sub(1);
                if period.left == 0 {
                    return Ok(period.ends(Some(date)));
                }
            }
        }
    }

    /// What a day is for a period that counts in this way.
    pub(super) fn kind(&self, date: Date, counting: Counting) -> DayKind {
        match counting {
            Counting::WorkingDays => self.day(date),
            Counting::CalendarDays => DayKind::CalendarDay,
        }
    }
}

/// A period while it is counted.
struct Period {
    working: Vec<Day>,
    assumed_years: Vec<i16>,
    left: u32,
}

impl Period {
    fn note(&mut self, date: Date, kind: DayKind) {
        let is_told = !crate::planted::is_planted("missing-year-assumed");
        if is_told && kind.is_assumed() && !self.assumed_years.contains(&date.year()) {
            self.assumed_years.push(date.year());
        }
        self.working.push(Day { date, counts: kind.counts(), kind });
    }

    fn ends(self, due: Option<Date>) -> DueDate {
        DueDate { due, working: self.working, assumed_years: self.assumed_years, left: self.left }
    }
}
