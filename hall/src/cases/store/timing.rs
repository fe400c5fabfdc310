//! What the hall's clock does with cases: silence that counts as acceptance, materials that did not come, rungs, and due
//! dates after the calendar has changed.

use super::CaseStore;
use super::history::load;
use super::row::{self, Row};
use crate::cases::domain::{RecordContext, Speed, day_number, day_of};
use crate::db::StoreError;
use crate::db::sql::query_all;
use bianmin_protocol::ids::{ApplicationId, Millis};
use jiff::civil::Date;
use sea_orm::QueryResult;
use serde::Serialize;

/// A rung that was claimed: this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// The application.
    pub application_id: String,
    /// `amber`: near its due date; `red`: past it.
    pub rung: String,
    /// The last day, as it was counted then.
    pub due: Option<Date>,
    /// When, in milliseconds since 1970.
    pub raised_at: Millis,
}

/// A material that is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AwaitedMaterial {
    /// The application.
    pub application_id: String,
    /// The material's code.
    pub material: String,
    /// The last day.
    pub due: Option<Date>,
    /// Whether that has passed.
    pub is_missed: bool,
}

impl CaseStore<'_> {
    /// Cases about which nobody has said anything in time, at most `limit`.
    pub(in crate::cases) async fn silent(
        &self,
        today: Date,
        limit: u32,
    ) -> Result<Vec<ApplicationId>, StoreError> {
        let sql = "SELECT id FROM case_file WHERE silence_on < $1 AND silence_on < 99991231 AND state = 'received' \
                   ORDER BY silence_on, id LIMIT $2";
        let rows =
            query_all(self.0.reader(), sql, [day_number(today).into(), i64::from(limit).into()]).await?;
        rows.iter().map(|row| id(row, "id")).collect()
    }

    /// Cases in the hands of who works here no more, at most `limit`.
    pub(in crate::cases) async fn of_leavers(&self, limit: u32) -> Result<Vec<ApplicationId>, StoreError> {
        let sql = "SELECT c.id FROM case_file c JOIN staff s ON s.id = c.held_by \
                   WHERE c.held_by IS NOT NULL AND s.disabled_at IS NOT NULL AND c.stage > 0 ORDER BY c.id LIMIT $1";
        query_all(self.0.reader(), sql, [i64::from(limit).into()])
            .await?
            .iter()
            .map(|row| id(row, "id"))
            .collect()
    }

    /// Materials that did not come in time and of which that was not said yet, at most `limit`.
    pub(in crate::cases) async fn overdue_materials(
        &self,
        today: Date,
        limit: u32,
    ) -> Result<Vec<(ApplicationId, String)>, StoreError> {
        let sql = "SELECT case_id, material FROM case_material WHERE received_at IS NULL AND missed = 0 AND due_on < $1 \
                   ORDER BY due_on, case_id LIMIT $2";
        let rows =
            query_all(self.0.reader(), sql, [day_number(today).into(), i64::from(limit).into()]).await?;
        rows.iter().map(|row| Ok((id(row, "case_id")?, row.try_get("", "material")?))).collect()
    }

    /// Materials that are waited for, those that are due first: for whoever reminds residents of them.
    ///
    /// # Errors
    /// The database fails.
    pub async fn awaited_materials(&self, limit: u32) -> Result<Vec<AwaitedMaterial>, StoreError> {
        let sql = "SELECT case_id, material, due_on, missed FROM case_material WHERE received_at IS NULL \
                   ORDER BY due_on, case_id LIMIT $1";
        let one = |row: &QueryResult| {
            Ok(AwaitedMaterial {
                application_id: row.try_get("", "case_id")?,
                material: row.try_get("", "material")?,
                due: day_of(row.try_get("", "due_on")?),
                is_missed: row.try_get::<i64>("", "missed")? != 0,
            })
        };
        query_all(self.0.reader(), sql, [i64::from(limit).into()]).await?.iter().map(one).collect()
    }

    /// Claims what is near or past its due date: each rung of a case once, whichever hall comes first.
    pub(in crate::cases) async fn claim(&self, today: Date, now: Millis) -> Result<Vec<Alarm>, StoreError> {
        let mut claimed = Vec::new();
        for (rung, condition) in [("amber", "amber_on <= $1"), ("red", "due_on < $1")] {
            let wanted = format!(
                "SELECT c.id FROM case_file c WHERE c.stage > 0 AND c.stage = 1 AND c.{condition} \
                 AND NOT EXISTS (SELECT 1 FROM case_alarm a WHERE a.case_id = c.id AND a.rung = '{rung}')"
            );
            let today = day_number(today);
            if query_all(self.0.reader(), &format!("{wanted} LIMIT 1"), [today.into()]).await?.is_empty() {
                continue;
            }
            let transaction = self.0.begin().await?;
            let sql = format!(
                "INSERT INTO case_alarm (case_id, rung, due_on, raised_at) \
                 SELECT c.id, '{rung}', c.due_on, $2 FROM case_file c WHERE c.id IN ({wanted}) \
                 ON CONFLICT DO NOTHING RETURNING case_id, rung, due_on, raised_at"
            );
            for row in query_all(&transaction, &sql, [today.into(), now.0.into()]).await? {
                claimed.push(alarm(&row)?);
            }
            transaction.commit().await?;
        }
        Ok(claimed)
    }

    /// The newest alarms, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn alarms(&self, limit: u32) -> Result<Vec<Alarm>, StoreError> {
        let sql = "SELECT case_id, rung, due_on, raised_at FROM case_alarm ORDER BY raised_at DESC, case_id LIMIT $1";
        query_all(self.0.reader(), sql, [i64::from(limit).into()]).await?.iter().map(alarm).collect()
    }

    /// Works the clocks of open cases after an id out anew, at most `limit` of them; the last id, none at the end, and how
    /// many are another now.
    pub(in crate::cases) async fn refresh(
        &self,
        after: &str,
        limit: u32,
        context: &RecordContext,
    ) -> Result<(Option<String>, u64), StoreError> {
        let sql = format!(
            "SELECT {} FROM case_file WHERE stage = 1 AND version > 0 AND id > $1 ORDER BY id LIMIT $2",
            Row::columns()
        );
        let rows = query_all(self.0.reader(), &sql, [after.into(), i64::from(limit).into()]).await?;
        let mut timings = Vec::with_capacity(rows.len());
        for row in &rows {
            let row = Row::of(row)?;
            let case = load(self.0.reader(), &row).await?;
            timings.push((row, context.timing().projection(&case.fold)));
        }
        let Some((last, _)) = timings.last() else { return Ok((None, 0)) };
        let last = last.id.clone();
        let transaction = self.0.begin_fenced().await?;
        let mut moved = 0;
        for (read, timing) in &timings {
            // Whoever has changed it meanwhile knows the calendar as it is.
            let now = row::read(&transaction, &read.id).await?;
            if now.is_some_and(|now| now.position == read.position) {
                moved += u64::from(row::write_timing(&transaction, &read.id, timing).await?);
            }
        }
        match moved {
            0 => transaction.rollback().await?,
            _ => transaction.commit().await?,
        }
        Ok((Some(last), moved))
    }

    /// How much faster each item is than the law asks for, over cases that were decided since a moment.
    ///
    /// # Errors
    /// The database fails.
    pub async fn speed(&self, since: Millis) -> Result<Vec<Speed>, StoreError> {
        let sql = "SELECT item, COUNT(*) AS decided, MAX(statutory_days) AS statutory, MAX(promised_days) AS promised, \
                   CAST(SUM(used_days) AS BIGINT) AS used, \
                   CAST(SUM(CASE WHEN supplements = 0 THEN 1 ELSE 0 END) AS BIGINT) AS first_pass \
                   FROM case_file WHERE ended_at >= $1 AND used_days IS NOT NULL AND withdrawn = 0 \
                   AND state IN ('granted', 'refused', 'delivered') GROUP BY item ORDER BY item";
        query_all(self.0.reader(), sql, [since.0.into()]).await?.iter().map(speed).collect()
    }
}

fn id(row: &QueryResult, column: &str) -> Result<ApplicationId, StoreError> {
    row.try_get::<String>("", column)?.parse().map_err(|_| StoreError::Corrupt("application id"))
}

fn alarm(row: &QueryResult) -> Result<Alarm, StoreError> {
    Ok(Alarm {
        application_id: row.try_get("", "case_id")?,
        rung: row.try_get("", "rung")?,
        due: day_of(row.try_get("", "due_on")?),
        raised_at: Millis(row.try_get("", "raised_at")?),
    })
}

fn speed(row: &QueryResult) -> Result<Speed, StoreError> {
    let number = |column: &str| row.try_get::<i64>("", column);
    let days = |column: &str| Ok::<u16, StoreError>(u16::try_from(number(column)?).unwrap_or(u16::MAX));
    let (decided, used) = (number("decided")?, number("used")?);
    let mean = used as f64 / decided.max(1) as f64;
    let (statutory, promised) = (days("statutory")?, days("promised")?);
    let share = |days: f64| if statutory == 0 { 0.0 } else { 1.0 - days / f64::from(statutory) };
    Ok(Speed {
        item: row.try_get("", "item")?,
        decided: decided.cast_unsigned(),
        statutory_days: statutory,
        promised_days: promised,
        mean_days: mean,
        promised: share(f64::from(promised)),
        actual: share(mean),
        first_pass: number("first_pass")? as f64 / decided.max(1) as f64,
    })
}
