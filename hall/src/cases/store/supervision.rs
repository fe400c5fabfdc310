//! What a supervisor asks of all cases: figures of departments, repeated supplements, duties that were not kept apart.

use super::CaseStore;
use super::list::{COLUMNS, record};
use crate::cases::domain::{CaseRecord, DepartmentCount, Duty, day_number};
use crate::db::StoreError;
use crate::db::sql::{placeholders, query_all};
use jiff::civil::Date;
use sea_orm::{QueryResult, Value};
use std::collections::BTreeMap;

/// Steps by whose duty they are beyond doubt. What both receivers and deciders do says nothing.
const DUTIES: [(Duty, &[&str]); 3] = [
    (Duty::Reception, &["accept", "not-accept", "answer-supplement"]),
    (Duty::Decision, &["begin-decision", "start-procedure", "end-procedure", "grant", "refuse"]),
    (Duty::Issue, &["issue", "deliver"]),
];

/// A case in which somebody had more than one duty: who, by `staff:ID`, and which.
pub type SeparationBreach = (CaseRecord, String, Vec<Duty>);

impl CaseStore<'_> {
    /// Open cases of departments (`None` for all), and how many of them are near their limit and late.
    ///
    /// # Errors
    /// The database fails.
    pub async fn figures(
        &self,
        departments: Option<&[String]>,
        today: Date,
    ) -> Result<Vec<DepartmentCount>, StoreError> {
        let mut values = vec![Value::from(day_number(today))];
        let Some(condition) = of_departments(departments, &mut values) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT c.department, COUNT(*) AS open, \
             SUM(CASE WHEN c.amber_on <= $1 AND c.due_on >= $1 THEN 1 ELSE 0 END) AS near, \
             SUM(CASE WHEN c.due_on < $1 THEN 1 ELSE 0 END) AS late \
             FROM case_file c WHERE c.stage = 1{condition} GROUP BY c.department ORDER BY c.department"
        );
        let rows = query_all(self.0.reader(), &sql, values).await?;
        let count = |row: &QueryResult, column: &str| row.try_get::<i64>("", column).map(i64::unsigned_abs);
        let figures = rows.iter().map(|row| {
            Ok(DepartmentCount {
                department: row.try_get("", "department")?,
                open: count(row, "open")?,
                near: count(row, "near")?,
                late: count(row, "late")?,
            })
        });
        figures.collect()
    }

    /// Cases for which something was asked more than once, most often first, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn repeated_supplements(
        &self,
        departments: Option<&[String]>,
        limit: u32,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        let mut values = vec![Value::from(i64::from(limit))];
        let Some(condition) = of_departments(departments, &mut values) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT {COLUMNS} FROM case_file c JOIN application a ON a.id = c.id \
             WHERE c.supplements > 1{condition} ORDER BY c.supplements DESC, c.id DESC LIMIT $1"
        );
        query_all(self.0.reader(), &sql, values).await?.iter().map(record).collect()
    }

    /// Cases in which one person had more than one duty, by the events, at most `limit`: rules forbid it, so there should be
    /// none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn separation_breaches(
        &self,
        departments: Option<&[String]>,
        limit: u32,
    ) -> Result<Vec<SeparationBreach>, StoreError> {
        let mut values = vec![Value::from(i64::from(limit))];
        let Some(condition) = of_departments(departments, &mut values) else { return Ok(Vec::new()) };
        let (mut kinds, mut duty) = (Vec::new(), String::from("CASE"));
        for (number, (_, steps)) in DUTIES.iter().enumerate() {
            let list: Vec<String> = steps.iter().map(|step| format!("'{step}'")).collect();
            duty.push_str(&format!(" WHEN e.kind IN ({}) THEN {number}", list.join(", ")));
            kinds.extend(list);
        }
        let sql = format!(
            "SELECT {COLUMNS}, b.actor, b.first, b.last FROM (SELECT e.stream, e.actor, MIN({duty} END) AS first, \
             MAX({duty} END) AS last FROM audit_event e WHERE e.kind IN ({kinds}) AND e.actor LIKE 'staff:%' \
             GROUP BY e.stream, e.actor HAVING COUNT(DISTINCT {duty} END) > 1) b \
             JOIN case_file c ON 'case:' || c.case_number = b.stream JOIN application a ON a.id = c.id \
             WHERE 1 = 1{condition} ORDER BY c.id DESC LIMIT $1",
            kinds = kinds.join(", ")
        );
        let rows = query_all(self.0.reader(), &sql, values).await?;
        rows.iter().map(breach).collect()
    }
}

fn breach(row: &QueryResult) -> Result<SeparationBreach, StoreError> {
    // SQLite counts in 64 bits, PostgreSQL gives what a CASE of small numbers is.
    let number = |column: &str| {
        row.try_get::<i64>("", column).or_else(|_| row.try_get::<i32>("", column).map(i64::from))
    };
    let found: BTreeMap<i64, Duty> = [number("first")?, number("last")?]
        .into_iter()
        .filter_map(|at| Some((at, DUTIES.get(usize::try_from(at).ok()?)?.0)))
        .collect();
    Ok((record(row)?, row.try_get("", "actor")?, found.into_values().collect()))
}

/// A further condition; none where there are no departments, so that nothing is found.
fn of_departments(departments: Option<&[String]>, values: &mut Vec<Value>) -> Option<String> {
    let Some(departments) = departments else { return Some(String::new()) };
    if departments.is_empty() {
        return None;
    }
    let list = placeholders(1, departments.len(), values.len() + 1);
    values.extend(departments.iter().map(|one| Value::from(one.as_str())));
    Some(format!(" AND c.department IN {list}"))
}
