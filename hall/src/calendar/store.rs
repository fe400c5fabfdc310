//! Imported years in the database. What holds for a year is its last import, else what the program brings.

use super::domain::{Calendar, DayKind, Year};
use super::file::{CalendarFile, built_in};
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{Store, StoreError};
use bianmin_protocol::ids::Millis;
use jiff::civil::Date;
use sea_orm::QueryResult;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The calendar's tables.
#[derive(Debug)]
pub struct CalendarStore<'a>(&'a Store);

impl Store {
    /// The working-day calendar.
    pub fn calendar(&self) -> CalendarStore<'_> {
        CalendarStore(self)
    }
}

/// A day that an import makes another than it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The day.
    pub date: Date,
    /// What it was.
    pub was: DayKind,
    /// What it becomes.
    pub now: DayKind,
    /// Whether it begins or ceases to count, so that periods over it end on another day.
    pub moves_due_dates: bool,
}

/// What an import does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Where the facts are from.
    pub source: String,
    /// The years that the file has.
    pub years: Vec<i16>,
    /// Those of which nothing was known.
    pub new_years: Vec<i16>,
    /// The days that are another than before, by date.
    pub moved: Vec<Move>,
    /// Whether anything is written: false where all was so already.
    pub changes: bool,
}

/// Who imported a year, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedYear {
    /// When, in milliseconds since 1970.
    pub imported_at: Millis,
    /// Who.
    pub imported_by: String,
}

/// A year's days as they are stored.
#[derive(Debug, Serialize, Deserialize)]
struct StoredYear {
    source: String,
    holidays: BTreeMap<Date, String>,
    workdays: BTreeMap<Date, String>,
}

impl From<Year> for StoredYear {
    fn from(year: Year) -> Self {
        let Year { source, holidays, workdays } = year;
        Self { source, holidays, workdays }
    }
}

impl From<StoredYear> for Year {
    fn from(year: StoredYear) -> Self {
        let StoredYear { source, holidays, workdays } = year;
        Self { source, holidays, workdays }
    }
}

impl CalendarStore<'_> {
    /// All that is known.
    ///
    /// # Errors
    /// The database fails.
    pub async fn load(&self) -> Result<Calendar, StoreError> {
        let mut calendar = built_in().calendar().clone();
        for (year, days) in self.imported().await? {
            calendar.set(year, days);
        }
        Ok(calendar)
    }

    async fn imported(&self) -> Result<BTreeMap<i16, Year>, StoreError> {
        let rows = query_all(self.0.reader(), "SELECT year, days FROM calendar_year", []).await?;
        rows.iter().map(stored_year).collect()
    }

    /// Who imported what holds for a year; `None` where it is what the program brings, or nothing.
    ///
    /// # Errors
    /// The database fails.
    pub async fn import_of(&self, year: i16) -> Result<Option<ImportedYear>, StoreError> {
        let sql = "SELECT i.imported_at, i.imported_by FROM calendar_year y \
                   JOIN calendar_import i ON i.id = y.import WHERE y.year = $1";
        let row = query_one(self.0.reader(), sql, [i64::from(year).into()]).await?;
        row.map(|row| {
            Ok(ImportedYear {
                imported_at: Millis(row.try_get("", "imported_at")?),
                imported_by: row.try_get("", "imported_by")?,
            })
        })
        .transpose()
    }

    /// What an import of `file` would do.
    ///
    /// # Errors
    /// The database fails.
    pub async fn preview(&self, file: &CalendarFile) -> Result<Import, StoreError> {
        let before = self.load().await?;
        let imported = self.imported().await?;
        let changes = file.years.iter().any(|(year, days)| imported.get(year) != Some(days));
        Ok(difference(&before, file, changes))
    }

    /// Takes a file over: its years replace those that were known, whole; other years stay.
    ///
    /// # Errors
    /// The database fails.
    pub async fn import(&self, file: &CalendarFile, by: &str, now: Millis) -> Result<Import, StoreError> {
        let import = self.preview(file).await?;
        if !import.changes {
            return Ok(import);
        }
        let transaction = self.0.begin().await?;
        let id = uuid::Uuid::now_v7().to_string();
        let content: BTreeMap<i16, StoredYear> =
            file.years.iter().map(|(year, days)| (*year, days.clone().into())).collect();
        execute(
            &transaction,
            "INSERT INTO calendar_import (id, imported_at, imported_by, source, content) \
             VALUES ($1, $2, $3, $4, $5)",
            [
                id.clone().into(),
                now.0.into(),
                by.to_owned().into(),
                file.source.clone().into(),
                json(&content)?.into(),
            ],
        )
        .await?;
        for (year, days) in &content {
            execute(
                &transaction,
                "INSERT INTO calendar_year (year, import, days) VALUES ($1, $2, $3) \
                 ON CONFLICT (year) DO UPDATE SET import = excluded.import, days = excluded.days",
                [i64::from(*year).into(), id.clone().into(), json(days)?.into()],
            )
            .await?;
        }
        transaction.commit().await?;
        Ok(import)
    }
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt("calendar"))
}

fn stored_year(row: &QueryResult) -> Result<(i16, Year), StoreError> {
    let corrupt = || StoreError::Corrupt("calendar");
    let year = i16::try_from(row.try_get::<i64>("", "year")?).map_err(|_| corrupt())?;
    let days: StoredYear =
        serde_json::from_str(&row.try_get::<String>("", "days")?).map_err(|_| corrupt())?;
    Ok((year, days.into()))
}

fn difference(before: &Calendar, file: &CalendarFile, changes: bool) -> Import {
    let mut after = before.clone();
    for (year, days) in &file.years {
        after.set(*year, days.clone());
    }
    let mut moved = Vec::new();
    for year in file.years.keys() {
        let Ok(first) = Date::new(*year, 1, 1) else { continue };
        for date in first.series(jiff::Span::new().days(1)).take_while(|date| date.year() == *year) {
            let (was, now) = (before.day(date), after.day(date));
            let moves_due_dates = was.counts() != now.counts();
            // That an assumed day is a known one now moves nothing.
            if was != now && (moves_due_dates || !was.is_assumed()) {
                moved.push(Move { date, was, now, moves_due_dates });
            }
        }
    }
    Import {
        source: file.source.clone(),
        years: file.years.keys().copied().collect(),
        new_years: file.years.keys().copied().filter(|year| before.year(*year).is_none()).collect(),
        moved,
        changes,
    }
}
