//! How long the paper lasts, from what was used (pure).

use crate::ledger::Counter;
use jiff::civil::Date;

/// What is left of a roll or stack. Nobody measures it: it is what was put in less what was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Jobs as they usually are.
    pub jobs_left: u32,
    /// The day on which it will be used up at the present use; none if nothing has been used of late.
    pub until: Option<Date>,
}

/// How long a usual slip is before any was printed, in millimetres.
const SLIP: u64 = 220;
/// Further ahead nobody plans.
const HORIZON: u64 = 365;

/// For a roll of so many millimetres.
pub fn of_roll(counter: &Counter, roll: u64, today: Date) -> Forecast {
    let used = |day: &crate::ledger::Day| day.millimetres;
    forecast(counter, roll.saturating_sub(counter.supply.millimetres), used, SLIP, today)
}

/// For a stack of so many sheets.
pub fn of_stack(counter: &Counter, stack: u64, today: Date) -> Forecast {
    let used = |day: &crate::ledger::Day| day.sheets;
    forecast(counter, stack.saturating_sub(counter.supply.sheets), used, 2, today)
}

fn forecast(
    counter: &Counter,
    left: u64,
    used: impl Fn(&crate::ledger::Day) -> u64,
    usual: u64,
    today: Date,
) -> Forecast {
    let days = &counter.days;
    let total: u64 = days.iter().map(&used).sum();
    // By the days before this one: a mean that moved with each job would have the number of jobs left rise while
    // paper is used.
    let before = || days.iter().filter(|day| day.date < today);
    let (paper, jobs) =
        before().fold((0, 0), |(paper, jobs), day| (paper + used(day), jobs + u64::from(day.jobs)));
    let each = if jobs == 0 || paper == 0 { usual } else { (paper / jobs).max(1) };
    let span = days.first().map_or(1, |first| {
        // Days without a slip count too; a clock that went back makes no span.
        u64::try_from(first.date.until(today).map_or(0, |span| span.get_days())).unwrap_or(0) + 1
    });
    let until = (total > 0)
        .then(|| (left * span / total).min(HORIZON))
        .and_then(|days| today.checked_add(jiff::Span::new().days(i64::try_from(days).ok()?)).ok());
    Forecast { jobs_left: u32::try_from(left / each).unwrap_or(u32::MAX), until }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::PaperUse;
    use jiff::civil::date;

    fn slips(counter: &mut Counter, count: u32, today: Date) {
        for _ in 0..count {
            counter.add(PaperUse { millimetres: 200, sheets: 0, cuts: 1 }, today);
        }
    }

    #[test]
    fn it_tells_slips_and_day_from_the_present_use() {
        let mut counter = Counter::default();
        slips(&mut counter, 10, date(2026, 11, 20));
        slips(&mut counter, 30, date(2026, 11, 23));
        // 40 slips of 200 mm in four days; 72 m of 80 m are left.
        let forecast = of_roll(&counter, 80_000, date(2026, 11, 23));
        assert_eq!(forecast, Forecast { jobs_left: 360, until: Some(date(2026, 12, 29)) });
        assert_eq!((counter.cuts, counter.jobs, counter.supply.millimetres), (40, 40, 8_000));
    }

    #[test]
    fn what_is_left_never_rises_while_paper_is_used() {
        let mut counter = Counter::default();
        let mut left = of_roll(&counter, 60_000, date(2026, 11, 22)).jobs_left;
        for millimetres in [400, 150, 900, 100, 100, 220, 50, 50, 50] {
            counter.add(PaperUse { millimetres, sheets: 0, cuts: 1 }, date(2026, 11, 22));
            let now = of_roll(&counter, 60_000, date(2026, 11, 22)).jobs_left;
            assert!(now <= left, "{now} after {left}");
            left = now;
        }
    }

    #[test]
    fn nothing_printed_yet_and_more_used_than_was_put_in_are_no_error() {
        let fresh = of_roll(&Counter::default(), 80_000, date(2026, 11, 23));
        assert_eq!(fresh, Forecast { jobs_left: 363, until: None });
        let mut counter = Counter::default();
        slips(&mut counter, 10, date(2026, 11, 23));
        let empty = of_roll(&counter, 1_000, date(1970, 1, 1));
        assert_eq!((empty.jobs_left, empty.until), (0, Some(date(1970, 1, 1))));
    }

    #[test]
    fn old_days_are_forgotten_and_a_clock_that_went_back_makes_no_new_one() {
        let mut counter = Counter::default();
        for day in 1..=28 {
            slips(&mut counter, 1, date(2026, 11, day));
        }
        slips(&mut counter, 1, date(2020, 1, 1));
        assert_eq!(counter.days.len(), 14);
        assert_eq!(counter.days.last().map(|day| (day.date, day.jobs)), Some((date(2026, 11, 28), 2)));
    }
}
