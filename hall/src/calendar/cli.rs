//! `calendar import`, `show` and `due`.

use super::domain::{Calendar, CaseClock, Day, DayKind, DueDate, Pause};
use super::file::read;
use super::store::Import;
use crate::cli::invalid::refuse;
use crate::cli::{Common, print_json, print_rows, user};
use anyhow::{Context as _, bail};
use bianmin_console::tell_lines;
use bianmin_locale::{Texts, Words};
use jiff::civil::Date;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum CalendarCommand {
    /// Take over the working days of one or more years from a file (TOML, as assets/calendar/china.toml)
    Import {
        /// The file
        file: PathBuf,
        /// Show which days would become others, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Who imports it; without it, the user of this machine
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// The holidays and worked weekends of a year, or which years are known
    Show {
        /// The year
        year: Option<i16>,
    },
    /// When a number of working days from a date on is over, with every day's reason
    Due {
        /// The day on which it begins, such as 2026-09-30; it does not count itself
        date: Date,
        /// Working days
        days: u32,
        /// A time in which the clock stood still, such as 2026-10-08..2026-10-12; its first day still counts
        #[arg(long, value_name = "FROM..TO", value_parser = pause)]
        pause: Vec<Pause>,
    },
}

fn pause(text: &str) -> Result<Pause, String> {
    let day = |text: &str| text.parse::<Date>().map_err(|_| "write two days, such as 2026-10-08..2026-10-12");
    let (from, until) = text.split_once("..").ok_or("write two days with .. between them")?;
    let until = (!until.is_empty()).then(|| day(until)).transpose()?;
    Ok(Pause { from: day(from)?, until, reason: text.to_owned() })
}

impl CalendarCommand {
    /// Runs it.
    ///
    /// # Errors
    /// What went wrong, in one line.
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::Import { file, dry_run, by } => import(common, file, dry_run, by).await,
            Self::Show { year } => show(common, year).await,
            Self::Due { date, days, pause } => due(common, date, days, pause).await,
        }
    }
}

async fn import(common: &Common, file: PathBuf, dry_run: bool, by: Option<String>) -> anyhow::Result<()> {
    let (config, _, clock, store) = common.open().await?;
    let texts = Texts::new(config.language());
    let calendar = match read(&file) {
        Ok(calendar) => calendar,
        Err(invalid) => {
            let last = Words::new("calendar-unchanged").with("count", invalid.problems.len());
            return Err(refuse(common, &texts, &invalid, &last)?);
        }
    };
    let import = match dry_run {
        true => store.calendar().preview(&calendar).await?,
        false => store.calendar().import(&calendar, &by.unwrap_or_else(user), clock.now()).await?,
    };
    if common.wants_json() {
        return print_json(&import);
    }
    print_rows(import.moved.iter().map(|one| {
        vec![one.date.to_string(), words(&one.was).say(&texts), "→".to_owned(), words(&one.now).say(&texts)]
    }))?;
    tell_lines([summary(&import, dry_run).say(&texts)]);
    Ok(())
}

fn summary(import: &Import, dry_run: bool) -> Words {
    let key = match (import.changes, dry_run) {
        (false, _) => "calendar-no-change",
        (true, true) => "calendar-would-import",
        (true, false) => "calendar-imported",
    };
    Words::new(key)
        .with("years", years(&import.years))
        .with("moved", import.moved.iter().filter(|one| one.moves_due_dates).count())
}

/// `2024–2026, 2028`.
fn years(years: &[i16]) -> String {
    let mut runs: Vec<(i16, i16)> = Vec::new();
    for year in years {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *year => *last = *year,
            _ => runs.push((*year, *year)),
        }
    }
    let run = |(first, last): &(i16, i16)| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    };
    runs.iter().map(run).collect::<Vec<_>>().join(", ")
}

fn words(kind: &DayKind) -> Words {
    match kind {
        DayKind::Weekday => Words::new("calendar-day-weekday"),
        DayKind::MakeUp { name } => Words::new("calendar-day-make-up").with("name", name.clone()),
        DayKind::Weekend => Words::new("calendar-day-weekend"),
        DayKind::Holiday { name } => Words::new("calendar-day-holiday").with("name", name.clone()),
        DayKind::AssumedWeekday => Words::new("calendar-day-assumed-weekday"),
        DayKind::AssumedWeekend => Words::new("calendar-day-assumed-weekend"),
        DayKind::CalendarDay => Words::new("calendar-day-calendar"),
        DayKind::Start => Words::new("calendar-day-start"),
        DayKind::Paused { name } => Words::new("calendar-day-paused").with("name", name.clone()),
    }
}

async fn show(common: &Common, year: Option<i16>) -> anyhow::Result<()> {
    let (config, _, _, store) = common.open().await?;
    let texts = Texts::new(config.language());
    let calendar = store.calendar().load().await?;
    let known: Vec<i16> = calendar.years().collect();
    let Some(year) = year else {
        return match common.wants_json() {
            true => print_json(&json!({ "years": known })),
            false => print_rows(known.iter().map(|year| vec![year.to_string()])),
        };
    };
    let Some(days) = calendar.year(year) else {
        let words = Words::new("calendar-unknown-year").with("year", year.to_string());
        bail!(words.with("known", years(&known)).say(&texts));
    };
    let imported = store.calendar().import_of(year).await?;
    let working_days = calendar.working_days(year);
    if common.wants_json() {
        let list = |days: &std::collections::BTreeMap<Date, String>| -> Vec<_> {
            days.iter().map(|(date, name)| json!({ "date": date, "name": name })).collect()
        };
        return print_json(&json!({
            "year": year,
            "source": days.source,
            "imported": imported,
            "working_days": working_days,
            "holidays": list(&days.holidays),
            "workdays": list(&days.workdays),
        }));
    }
    let mut dates: Vec<&Date> = days.holidays.keys().chain(days.workdays.keys()).collect();
    dates.sort_unstable();
    print_rows(dates.iter().map(|date| vec![date.to_string(), words(&calendar.day(**date)).say(&texts)]))?;
    let count = Words::new("calendar-year-summary").with("year", year.to_string());
    tell_lines([count.with("days", working_days).with("source", days.source.clone()).say(&texts)]);
    Ok(())
}

async fn due(common: &Common, start: Date, days: u32, pauses: Vec<Pause>) -> anyhow::Result<()> {
    let (config, _, _, store) = common.open().await?;
    let texts = Texts::new(config.language());
    let calendar = store.calendar().load().await?;
    let answer = work_out(&calendar, start, days, pauses)?;
    if !answer.assumed_years.is_empty() {
        let words = Words::new("calendar-assumed").with("years", years(&answer.assumed_years));
        tell_lines([words.say(&texts)]);
    }
    if common.wants_json() {
        return print_json(&answer);
    }
    let mut used = 0;
    print_rows(answer.working.iter().map(|day: &Day| {
        used += u32::from(day.counts);
        let number = if day.counts { used.to_string() } else { "–".to_owned() };
        vec![day.date.to_string(), format!("{number:>4}"), words(&day.kind).say(&texts)]
    }))?;
    let words = match answer.due {
        Some(due) => Words::new("calendar-due").with("date", due.to_string()),
        None => Words::new("calendar-stands-still").with("left", answer.left),
    };
    tell_lines([words.say(&texts)]);
    Ok(())
}

fn work_out(calendar: &Calendar, start: Date, days: u32, pauses: Vec<Pause>) -> anyhow::Result<DueDate> {
    let mut clock = CaseClock::new(start, days);
    for pause in pauses {
        clock.pause(pause)?;
    }
    clock.due(calendar).context("cannot work out the due date")
}

#[cfg(test)]
mod tests {
    #[test]
    fn years_in_a_row_are_one_range() {
        assert_eq!(super::years(&[2004, 2005, 2006, 2008, 2010, 2011]), "2004–2006, 2008, 2010–2011");
        assert_eq!(super::years(&[]), "");
    }
}
