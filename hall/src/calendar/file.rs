//! Calendar files (TOML): one list of holidays and one of worked weekends for each year, checked as a whole.
//!
//! The program brings such a file; `calendar import` reads others.

use super::domain::{Calendar, Year};
use bianmin_locale::Words;
use bianmin_settings::{Invalid, Parsed};
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

const BUILT_IN: &str = include_str!("../../../assets/calendar/china.toml");
/// Years that a file may be about.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2199;
/// No year has had fewer days off by law; a list with fewer is cut, or of another year.
const FEWEST_HOLIDAYS: usize = 10;
/// The longest name of a holiday and of a source, in characters.
const LONGEST_NAME: usize = 60;
const LONGEST_SOURCE: usize = 200;

/// A calendar file that is valid as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFile {
    /// Where the facts are from.
    pub source: String,
    /// The years that it has.
    pub years: BTreeMap<i16, Year>,
}

impl CalendarFile {
    /// The calendar of its years alone.
    pub(crate) fn into_calendar(self) -> Calendar {
        let mut calendar = Calendar::default();
        for (year, days) in self.years {
            calendar.set(year, days);
        }
        calendar
    }
}

/// What the file says, by year and then by day; keys are kept as they are written, so that a mistake has its line.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tables {
    source: String,
    holidays: BTreeMap<String, BTreeMap<String, String>>,
    workdays: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with it, each with its line and what to do.
pub fn read(path: &Path) -> Result<CalendarFile, Invalid> {
    check(bianmin_settings::read(path)?)
}

/// The calendar that the program brings.
#[derive(Debug)]
pub(crate) struct BuiltIn(Calendar);

impl BuiltIn {
    pub(crate) fn calendar(&self) -> &Calendar {
        &self.0
    }
}

/// The years that the program brings.
///
/// # Panics
/// Never: a test reads the file, which is compiled in.
pub(crate) fn built_in() -> &'static BuiltIn {
    static CALENDAR: OnceLock<BuiltIn> = OnceLock::new();
    CALENDAR.get_or_init(|| {
        let parsed = bianmin_settings::parse(BUILT_IN, Path::new("china.toml"));
        let file = parsed.and_then(check).expect("the calendar in the program is valid");
        BuiltIn(file.into_calendar())
    })
}

fn check(mut parsed: Parsed<Tables>) -> Result<CalendarFile, Invalid> {
    let tables = std::mem::take(&mut parsed.value);
    let mut found = Vec::new();
    let source = tables.source.trim().to_owned();
    if let Some(words) = wrong_text(&source, LONGEST_SOURCE, "calendar-no-source") {
        found.push(("source".to_owned(), words));
    }
    let mut years = BTreeMap::new();
    for (key, holidays) in &tables.holidays {
        let Some(year) = year(key) else {
            found.push((format!("holidays.{key}"), wrong_year()));
            continue;
        };
        if holidays.len() < FEWEST_HOLIDAYS {
            let words = Words::new("calendar-few-holidays").with("count", holidays.len());
            found.push((format!("holidays.{key}"), words.with("least", FEWEST_HOLIDAYS)));
        }
        let holidays = days(year, "holidays", key, holidays, &mut found);
        let workdays =
            tables.workdays.get(key).map(|days_of| days(year, "workdays", key, days_of, &mut found));
        let workdays = workdays.unwrap_or_default();
        for date in workdays.keys() {
            let at = format!("workdays.{key}.{:02}-{:02}", date.month(), date.day());
            if holidays.contains_key(date) {
                found.push((at, Words::new("calendar-both")));
            } else if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
                found.push((at, Words::new("calendar-not-weekend")));
            }
        }
        years.insert(year, Year { source: source.clone(), holidays, workdays });
    }
    for key in tables.workdays.keys().filter(|key| !tables.holidays.contains_key(*key)) {
        let words = if year(key).is_some() { Words::new("calendar-no-holidays") } else { wrong_year() };
        found.push((format!("workdays.{key}"), words));
    }
    if tables.holidays.is_empty() {
        found.push(("holidays".to_owned(), Words::new("calendar-empty")));
    }
    for (key, words) in found {
        parsed.reject(&key, words);
    }
    parsed.finish()?;
    Ok(CalendarFile { source, years })
}

fn year(key: &str) -> Option<i16> {
    key.parse().ok().filter(|year| YEARS.contains(year) && key.len() == 4)
}

fn wrong_year() -> Words {
    Words::new("calendar-year").with("from", YEARS.start().to_string()).with("to", YEARS.end().to_string())
}

/// The days of one list; what is wrong with one goes to `found`.
fn days(
    year: i16,
    list: &str,
    key: &str,
    entries: &BTreeMap<String, String>,
    found: &mut Vec<(String, Words)>,
) -> BTreeMap<Date, String> {
    let mut days = BTreeMap::new();
    for (day, name) in entries {
        let at = format!("{list}.{key}.{day}");
        let Some(date) = date(year, day) else {
            found.push((at, Words::new("calendar-date").with("year", year.to_string())));
            continue;
        };
        let name = name.trim().to_owned();
        if let Some(words) = wrong_text(&name, LONGEST_NAME, "calendar-name") {
            found.push((at, words));
        }
        days.insert(date, name);
    }
    days
}

/// A day as month and day with two digits each.
fn date(year: i16, day: &str) -> Option<Date> {
    let two = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
    let (month, day) = day.split_once('-')?;
    Date::new(year, two(month)?, two(day)?).ok()
}

fn wrong_text(text: &str, longest: usize, empty: &'static str) -> Option<Words> {
    if text.is_empty() {
        Some(Words::new(empty))
    } else if text.chars().any(char::is_control) {
        Some(Words::new("config-control-character"))
    } else if text.chars().count() > longest {
        Some(Words::new("config-too-long").with("count", longest))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bianmin_locale::{Language, Texts};

    fn answer(text: &str) -> Vec<String> {
        let parsed = bianmin_settings::parse(text, Path::new("2027.toml"));
        let texts = Texts::new(Language::En);
        match parsed.and_then(check) {
            Ok(_) => Vec::new(),
            Err(invalid) => invalid.problems.iter().map(|problem| problem.say(&texts)).collect(),
        }
    }

    fn year_2027() -> String {
        let days: String = (1..=10).map(|day| format!("01-{day:02} = \"元旦\"\n")).collect();
        format!("source = \"notice of 2026\"\n[holidays.2027]\n{days}")
    }

    #[test]
    fn the_built_in_years_are_those_that_were_published() {
        let years: Vec<i16> = built_in().calendar().years().collect();
        assert_eq!(years, (2004..=2026).collect::<Vec<_>>());
        // 365 days without 104 of weekends and 26 days off on weekdays, and 6 worked weekends.
        assert_eq!(built_in().calendar().working_days(2026), 248);
        assert_eq!(built_in().calendar().working_days(2025), 248);
    }

    #[test]
    fn every_mistake_is_told_at_once_with_its_line_and_what_to_do() {
        assert_eq!(answer(&year_2027()), Vec::<String>::new());
        let text = year_2027().replace("source = \"notice of 2026\"", "sorce = \"x\"")
            + "02-30 = \"a\"\n2-1 = \"b\"\n03-01 = \"\"\n[workdays.2027]\n01-02 = \"c\"\n02-01 = \"d\"\n[holidays.27]\n";
        let answer = answer(&text);
        for (line, part) in [
            (1, "source"),
            (13, "2027"),
            (14, "2027"),
            (15, "name"),
            (17, "both"),
            (18, "Saturday"),
            (19, "1990"),
        ] {
            let start = format!("line {line}");
            let found = answer.iter().any(|one| one.starts_with(&start) && one.contains(part));
            assert!(found, "{start}, {part}: {answer:#?}");
        }
    }

    #[test]
    fn half_a_year_is_no_year() {
        let few: String = year_2027().lines().take(8).map(|line| format!("{line}\n")).collect();
        assert_eq!(answer(&few).len(), 1, "{:?}", answer(&few));
        assert_eq!(answer("source = \"x\"\n").len(), 1);
        assert_eq!(answer("source = \"x\"\n[workdays.2027]\n01-02 = \"c\"\n").len(), 2);
    }
}
