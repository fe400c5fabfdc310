//! The clock of a case in words, with its working.

use super::page::{Bar, ClockDay, ClockView as Drawn, Tone};
use crate::calendar::{Counting, DayKind};
use crate::cases::domain::ClockView;
use bianmin_locale::Texts;
use bianmin_protocol::case::CaseState;
use jiff::civil::Date;

/// What is left of a limit, in words: for lists and pages alike.
pub(super) struct Left {
    /// The last day; none while the clock stands still.
    pub due: Option<Date>,
    pub today: Date,
    pub is_near: bool,
    pub is_late: bool,
    pub state: CaseState,
    /// When it was received.
    pub received: Date,
}

impl Left {
    /// The bar of a list: days of the calendar tell enough there.
    pub(super) fn bar(&self, texts: Texts) -> Bar {
        use CaseState::{Delivered, Granted, NotAccepted, Refused};
        if matches!(self.state, Granted | Refused | Delivered | NotAccepted) {
            let tone = if self.is_late { Tone::Bad } else { Tone::Good };
            return Bar { used: 100, words: texts.t("work-left-done"), tone };
        }
        let Some(due) = self.due else {
            return Bar { used: 50, words: texts.t("work-left-still"), tone: Tone::Still };
        };
        let left = days(self.today, due);
        if left < 0 {
            let words = texts.t_args("work-left-late", &[("days", left.unsigned_abs().into())]);
            return Bar { used: 100, words, tone: Tone::Bad };
        }
        let whole = days(self.received, due).max(1);
        let used = (100 - left * 100 / whole).clamp(4, 96);
        let words = match left {
            0 => texts.t("work-left-today"),
            left => texts.t_args("work-left-calendar-days", &[("days", left.into())]),
        };
        let tone = if left == 0 {
            Tone::Bad
        } else if self.is_near {
            Tone::Warn
        } else {
            Tone::Good
        };
        Bar { used: u32::try_from(used).unwrap_or(0), words, tone }
    }
}

fn days(from: Date, until: Date) -> i64 {
    (until - from).get_days().into()
}

/// The clock on the case page.
pub(super) fn draw(clock: &ClockView, state: CaseState, is_near: bool, texts: Texts) -> Drawn {
    let is_working = clock.counting == Counting::WorkingDays;
    let limit = match (clock.budget, is_working) {
        (0, _) => texts.t("work-clock-limit-now"),
        (days, true) => texts.t_args("work-clock-limit-working", &[("days", days.into())]),
        (days, false) => texts.t_args("work-clock-limit-calendar", &[("days", days.into())]),
    };
    let left = clock.budget.saturating_sub(clock.used);
    let is_over = matches!(
        state,
        CaseState::NotAccepted | CaseState::Granted | CaseState::Refused | CaseState::Delivered
    );
    let left_words = |key: &str| texts.t_args(key, &[("days", left.into())]);
    let words = match clock.due {
        _ if is_over => texts.t("work-left-done"),
        None => texts.t("work-left-still"),
        Some(_) if clock.is_late => texts.t("work-mark-late"),
        Some(_) if left == 0 => texts.t("work-left-today"),
        Some(_) if is_working => left_words("work-left-days"),
        Some(_) => left_words("work-left-calendar-days"),
    };
    let tone = match clock.due {
        _ if clock.is_late => Tone::Bad,
        _ if is_over => Tone::Good,
        None => Tone::Still,
        Some(_) if is_near || left == 0 => Tone::Warn,
        Some(_) => Tone::Good,
    };
    let used = (clock.used * 100).checked_div(clock.budget).unwrap_or(100).min(100);
    Drawn {
        limit,
        bar: Bar { used, words, tone },
        sentences: sentences(clock, is_over, left, texts),
        days: working(clock, texts),
    }
}

fn sentences(clock: &ClockView, is_over: bool, left: u32, texts: Texts) -> Vec<String> {
    let mut said = Vec::new();
    let dated = |key: &str, date: Date| texts.t_args(key, &[("date", date.to_string().into())]);
    said.push(match clock.due {
        _ if is_over => texts.t("work-clock-done"),
        None => texts.t_args("work-clock-still", &[("left", left.into())]),
        Some(due) if clock.is_late => dated("work-clock-late", due),
        Some(due) => texts.t_args(
            "work-clock-due",
            &[("date", due.to_string().into()), ("used", clock.used.into()), ("left", left.into())],
        ),
    });
    said.extend(clock.silence.map(|date| dated("work-clock-silence", date)));
    if !clock.assumed_years.is_empty() {
        let years: Vec<String> = clock.assumed_years.iter().map(ToString::to_string).collect();
        said.push(texts.t_args("work-clock-assumed", &[("years", years.join(" ").into())]));
    }
    said
}

fn working(clock: &ClockView, texts: Texts) -> Vec<ClockDay> {
    let mut number = 0;
    let days = clock.working.iter().map(|day| {
        number += u32::from(day.counts);
        ClockDay {
            date: day.date.to_string(),
            reason: reason(&day.kind, texts),
            counts: day.counts,
            number: if day.counts { number.to_string() } else { String::new() },
        }
    });
    days.collect()
}

/// Why a day counts or does not.
fn reason(kind: &DayKind, texts: Texts) -> String {
    let named = |key: &str, name: &str| texts.t_args(key, &[("name", name.into())]);
    match kind {
        DayKind::Weekday => texts.t("calendar-day-weekday"),
        DayKind::MakeUp { name } => named("calendar-day-make-up", name),
        DayKind::Weekend => texts.t("calendar-day-weekend"),
        DayKind::Holiday { name } => named("calendar-day-holiday", name),
        DayKind::AssumedWeekday => texts.t("calendar-day-assumed-weekday"),
        DayKind::AssumedWeekend => texts.t("calendar-day-assumed-weekend"),
        DayKind::CalendarDay => texts.t("calendar-day-calendar"),
        DayKind::Start => texts.t("calendar-day-start"),
        DayKind::Paused { name } => named("calendar-day-paused", &pause(name, texts)),
    }
}

/// Why the clock stands still; a special procedure has a name of its own.
fn pause(name: &str, texts: Texts) -> String {
    match name {
        "supplement" => texts.t("work-state-supplement"),
        "over" => texts.t("work-left-done"),
        "special procedure" => texts.t("work-state-special-procedure"),
        own => own.to_owned(),
    }
}
