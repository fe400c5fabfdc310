//! Due dates against a slow model that counts every day anew, over ten years of the real calendar with random pauses;
//! and days that anybody can look up.

use super::*;
use crate::calendar::file::built_in;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::HashSet;

fn due(start: Date, days: u32) -> DueDate {
    built_in().calendar().due(start, days).unwrap()
}

fn reasons(due: &DueDate) -> Vec<(i8, bool, DayKind)> {
    due.working.iter().map(|day| (day.date.day(), day.counts, day.kind.clone())).collect()
}

#[test]
fn the_working_over_a_holiday_can_be_counted_by_hand() {
    let answer = due(date(2026, 9, 30), 4);
    assert_eq!(answer.due, Some(date(2026, 10, 12)));
    let holiday = || DayKind::Holiday { name: "国庆节".to_owned() };
    let mut expected = vec![(30, false, DayKind::Start)];
    expected.extend((1..=7).map(|day| (day, false, holiday())));
    expected.extend([
        (8, true, DayKind::Weekday),
        (9, true, DayKind::Weekday),
        (10, true, DayKind::MakeUp { name: "国庆节".to_owned() }),
        (11, false, DayKind::Weekend),
        (12, true, DayKind::Weekday),
    ]);
    assert_eq!(reasons(&answer), expected);
    assert!(answer.assumed_years.is_empty());
}

#[test]
fn a_year_that_is_missing_is_named_and_goes_by_the_week() {
    let answer = due(date(2026, 12, 30), 3);
    assert_eq!(answer.due, Some(date(2027, 1, 4)));
    assert_eq!(answer.assumed_years, [2027]);
    let kinds: Vec<DayKind> = answer.working.iter().map(|day| day.kind.clone()).collect();
    let assumed = [DayKind::AssumedWeekday, DayKind::AssumedWeekend, DayKind::AssumedWeekend];
    assert_eq!(kinds[..2], [DayKind::Start, DayKind::Weekday]);
    assert_eq!(kinds[2..5], assumed);
    assert!(due(date(2026, 12, 30), 1).assumed_years.is_empty(), "nothing of the missing year was needed");
}

#[test]
fn a_period_of_no_days_ends_on_the_first_day_that_counts() {
    assert_eq!(due(date(2026, 9, 30), 0).due, Some(date(2026, 9, 30)));
    assert_eq!(due(date(2026, 10, 1), 0).due, Some(date(2026, 10, 8)));
}

#[test]
fn a_clock_that_stands_still_has_no_due_date_and_says_what_is_left() {
    let mut clock = CaseClock::new(date(2026, 9, 30), 4);
    clock.pause(Pause { from: date(2026, 10, 8), until: None, reason: "supplement".to_owned() }).unwrap();
    let answer = clock.due(built_in().calendar()).unwrap();
    assert_eq!((answer.due, answer.left), (None, 3));
    let wrong = Pause { from: date(2026, 10, 8), until: Some(date(2026, 10, 7)), reason: String::new() };
    assert!(clock.pause(wrong).is_err());
}

#[test]
fn what_is_too_long_is_an_error_and_no_endless_list() {
    let calendar = built_in().calendar();
    assert_eq!(calendar.due(date(2026, 1, 1), u32::MAX), Err(PeriodError::TooLong));
    assert_eq!(calendar.due(date(9999, 12, 1), 100), Err(PeriodError::TooFar));
    let mut clock = CaseClock::new(date(2026, 1, 1), 5);
    let until = Some(date(9000, 1, 1));
    clock.pause(Pause { from: date(2026, 1, 1), until, reason: "x".to_owned() }).unwrap();
    assert_eq!(clock.due(calendar), Err(PeriodError::TooFar));
}

/// Slow and obvious: for each candidate all days since the start are counted anew.
fn slow_due(start: Date, days: u32, pauses: &[Pause], counting: Counting) -> Date {
    let calendar = built_in().calendar();
    let mut paused = HashSet::new();
    for pause in pauses {
        let mut day = pause.from.tomorrow().unwrap();
        while day <= pause.until.unwrap() {
            paused.insert(day);
            day = day.tomorrow().unwrap();
        }
    }
    let works = |day: Date| {
        let lists: Vec<&Year> = calendar.years().filter_map(|year| calendar.year(year)).collect();
        let is_worked = lists.iter().any(|year| year.workdays.keys().any(|one| *one == day));
        let is_off = lists.iter().any(|year| year.holidays.keys().any(|one| *one == day));
        counting == Counting::CalendarDays
            || is_worked
            || (day.weekday().to_monday_zero_offset() < 5 && !is_off)
    };
    let mut candidate = start;
    loop {
        let mut counted = 0;
        let mut day = start;
        while day < candidate {
            day = day.tomorrow().unwrap();
            counted += u32::from(works(day) && !paused.contains(&day));
        }
        if counted == days {
            return candidate;
        }
        candidate = candidate.tomorrow().unwrap();
    }
}

fn pauses(start: Date) -> impl Strategy<Value = Vec<Pause>> {
    let pause = (-10_i64..60, 0_i64..25, 0..3_u8).prop_map(move |(after, length, reason)| {
        let from = start + jiff::Span::new().days(after);
        let until = Some(from + jiff::Span::new().days(length));
        Pause { from, until, reason: format!("reason {reason}") }
    });
    prop::collection::vec(pause, 0..5)
}

fn case() -> impl Strategy<Value = (Date, u32, Vec<Pause>)> {
    (0_i64..3_650, 1_u32..40).prop_flat_map(|(day, days)| {
        let start = date(2016, 1, 1) + jiff::Span::new().days(day);
        (Just(start), Just(days), pauses(start))
    })
}

proptest! {
    // The slow model is slow.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn due_dates_equal_the_slow_model((start, days, pauses) in case(), every_day: bool) {
        let counting = if every_day { Counting::CalendarDays } else { Counting::WorkingDays };
        let mut clock = CaseClock::counting(start, days, counting);
        for pause in &pauses {
            clock.pause(pause.clone()).unwrap();
        }
        let answer = clock.due(built_in().calendar()).unwrap();
        let due = slow_due(start, days, &pauses, counting);
        prop_assert_eq!(answer.due, Some(due));
        // On the last day all is used up, and on the day before one is left.
        prop_assert_eq!(clock.used(built_in().calendar(), due), days);
        prop_assert_eq!(clock.used(built_in().calendar(), due.yesterday().unwrap()), days - 1);
        // The working is whole, and counts to the same.
        prop_assert_eq!(answer.working.iter().filter(|day| day.counts).count(), days as usize);
        for (at, day) in answer.working.iter().enumerate() {
            prop_assert_eq!(day.date, start + jiff::Span::new().days(at as i64));
        }
        prop_assert_eq!(answer.working.last().map(|day| day.date), answer.due);
    }

    #[test]
    fn a_pause_given_twice_or_in_pieces_counts_once((start, days, pauses) in case()) {
        let due = |pauses: &[Pause]| {
            let mut clock = CaseClock::new(start, days);
            for pause in pauses {
                clock.pause(pause.clone()).unwrap();
            }
            clock.due(built_in().calendar()).unwrap().due
        };
        let twice: Vec<Pause> = pauses.iter().chain(&pauses).cloned().collect();
        prop_assert_eq!(due(&twice), due(&pauses));
        let pieces: Vec<Pause> = pauses
            .iter()
            .flat_map(|pause| {
                let until = pause.until.unwrap();
                let middle = pause.from + jiff::Span::new().days(i64::from((until - pause.from).get_days() / 2));
                [(pause.from, middle), (middle, until)]
                    .map(|(from, until)| Pause { from, until: Some(until), reason: pause.reason.clone() })
            })
            .collect();
        prop_assert_eq!(due(&pieces), due(&pauses));
    }

    #[test]
    fn intervals_say_of_each_day_what_the_pauses_say((start, days, pauses) in case()) {
        let mut clock = CaseClock::new(start, days);
        for pause in &pauses {
            clock.pause(pause.clone()).unwrap();
        }
        let intervals = clock.intervals();
        prop_assert_eq!(intervals[0].from, start.tomorrow().unwrap());
        for pair in intervals.windows(2) {
            prop_assert_eq!(pair[0].until.and_then(|until| until.tomorrow().ok()), Some(pair[1].from));
            prop_assert_ne!(&pair[0].paused, &pair[1].paused);
        }
        for offset in 1..120 {
            let day = start + jiff::Span::new().days(offset);
            let holds = |one: &&Interval| one.from <= day && one.until.is_none_or(|until| day <= until);
            let interval = intervals.iter().find(holds).unwrap();
            let is_paused = pauses.iter().any(|pause| pause.holds(day));
            prop_assert_eq!(!interval.paused.is_empty(), is_paused);
        }
    }
}
