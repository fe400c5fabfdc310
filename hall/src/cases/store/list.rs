//! Lists of cases for staff, read page by page.

use super::CaseStore;
use crate::cases::domain::{CaseFilter, CaseRecord, ListPlace, Order, WorkPlace, day_number, day_of};
use crate::db::StoreError;
use crate::db::sql::{placeholders, query_all, query_one};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, Millis};
use jiff::civil::Date;
use sea_orm::{QueryResult, Value};
use std::sync::LazyLock;

/// What [`record`] reads, of `case_file c` and `application a`.
pub(super) const COLUMNS: &str = "c.id, a.registration, c.case_number, a.item, c.item_name, c.state, a.received_at, \
     c.department, a.terminal, c.held_by, c.due_on, c.amber_on, c.silence_on, c.assumed, c.on_hold, c.issued, \
     c.withdrawn, c.supplements, c.version";

/// `CROSS JOIN` has SQLite follow the index of the first table.
pub(crate) static CASES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM application a CROSS JOIN case_file c WHERE c.id = a.id \
         AND (a.received_at, a.id) < ($1, $2) ORDER BY a.received_at DESC, a.id DESC LIMIT $3"
    )
});

impl CaseStore<'_> {
    /// The newest cases, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list(&self, limit: u32) -> Result<Vec<CaseRecord>, StoreError> {
        self.list_after(&ListPlace::BEGINNING, limit).await
    }

    /// Cases, newest first, after a place in the list, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_after(&self, after: &ListPlace, limit: u32) -> Result<Vec<CaseRecord>, StoreError> {
        let values = [after.received_at.0.into(), after.id.as_str().into(), i64::from(limit).into()];
        query_all(self.0.reader(), &CASES, values).await?.iter().map(record).collect()
    }

    /// A case as lists have it.
    pub(in crate::cases) async fn record(&self, id: ApplicationId) -> Result<Option<CaseRecord>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM case_file c JOIN application a ON a.id = c.id WHERE c.id = $1");
        let row = query_one(self.0.reader(), &sql, [id.to_string().into()]).await?;
        row.as_ref().map(record).transpose()
    }

    /// The application behind a case number, as a person gives it.
    pub(crate) async fn application_of(&self, case_number: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT id FROM case_file WHERE case_number = $1";
        let row = query_one(self.0.reader(), sql, [case_number.trim().into()]).await?;
        Ok(row.map(|row| row.try_get("", "id")).transpose()?)
    }

    /// Cases that a filter lets through, after a place in their order, at most `limit`. `today` says what is late.
    ///
    /// # Errors
    /// The database fails.
    pub async fn work_list(
        &self,
        filter: &CaseFilter,
        order: Order,
        after: Option<&WorkPlace>,
        limit: u32,
        today: Date,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        if filter.departments.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let query = Query::new(filter, order, after, limit, today);
        query_all(self.0.reader(), &query.sql, query.values).await?.iter().map(record).collect()
    }

    /// How many of the cases are past their due date, of one department or of all.
    ///
    /// # Errors
    /// The database fails.
    pub async fn late(&self, departments: Option<&[String]>, today: Date) -> Result<u64, StoreError> {
        let mut values = vec![Value::from(day_number(today))];
        let mut sql =
            "SELECT COUNT(*) AS late FROM case_file c WHERE c.stage > 0 AND c.stage = 1 AND c.due_on < $1"
                .to_owned();
        if let Some(departments) = departments {
            if departments.is_empty() {
                return Ok(0);
            }
            sql.push_str(&format!(" AND c.department IN {}", placeholders(1, departments.len(), 2)));
            values.extend(departments.iter().map(|one| Value::from(one.as_str())));
        }
        let row = query_one(self.0.reader(), &sql, values).await?.ok_or(StoreError::Corrupt("case"))?;
        Ok(row.try_get::<i64>("", "late")?.cast_unsigned())
    }
}

/// A list's statement with its values.
struct Query {
    sql: String,
    values: Vec<Value>,
}

impl Query {
    fn new(filter: &CaseFilter, order: Order, after: Option<&WorkPlace>, limit: u32, today: Date) -> Self {
        let sql = format!("SELECT {COLUMNS} FROM case_file c JOIN application a ON a.id = c.id WHERE 1 = 1");
        let mut query = Self { sql, values: Vec::new() };
        query.filter(filter, today);
        let (column, direction, beyond) = match order {
            Order::Newest => ("c.received_at", "DESC", "<"),
            Order::Due => ("c.due_on", "ASC", ">"),
        };
        if let Some(after) = after {
            let key = query.value(after.key);
            let id = query.value(after.id.as_str());
            query.sql.push_str(&format!(" AND ({column}, c.id) {beyond} ({key}, {id})"));
        }
        let limit = query.value(i64::from(limit));
        query.sql.push_str(&format!(" ORDER BY {column} {direction}, c.id {direction} LIMIT {limit}"));
        query
    }

    fn filter(&mut self, filter: &CaseFilter, today: Date) {
        if let Some(departments) = &filter.departments {
            let list = placeholders(1, departments.len(), self.values.len() + 1);
            self.sql.push_str(&format!(" AND c.department IN {list}"));
            self.values.extend(departments.iter().map(|one| Value::from(one.as_str())));
        }
        let texts = [
            ("c.state", filter.state.map(CaseState::key)),
            ("c.held_by", filter.held_by.as_deref()),
            ("c.item", filter.item.as_deref()),
            ("c.terminal", filter.terminal.as_deref()),
        ];
        for (column, wanted) in texts {
            if let Some(wanted) = wanted {
                let value = self.value(wanted);
                self.sql.push_str(&format!(" AND {column} = {value}"));
            }
        }
        if filter.is_late {
            let today = self.value(day_number(today));
            self.sql.push_str(&format!(" AND c.stage > 0 AND c.stage = 1 AND c.due_on < {today}"));
        }
        if filter.is_near {
            let today = self.value(day_number(today));
            let near =
                format!("c.stage > 0 AND c.stage = 1 AND c.amber_on <= {today} AND c.due_on >= {today}");
            self.sql.push_str(&format!(" AND {near}"));
        }
        if let Some(day) = filter.due_by {
            let day = self.value(day_number(day));
            self.sql.push_str(&format!(" AND c.stage > 0 AND c.stage = 1 AND c.due_on <= {day}"));
        }
        if !filter.states.is_empty() {
            let list = placeholders(1, filter.states.len(), self.values.len() + 1);
            self.sql.push_str(&format!(" AND c.state IN {list}"));
            self.values.extend(filter.states.iter().map(|state| Value::from(state.key())));
        }
        let conditions = [
            (filter.is_on_hold, " AND c.on_hold = 1"),
            (filter.is_open, " AND c.stage > 0"),
            (filter.is_unheld, " AND c.held_by IS NULL"),
            (
                filter.is_promise_open,
                " AND c.id IN (SELECT m.case_id FROM case_material m WHERE m.received_at IS NULL)",
            ),
        ];
        for (is_wanted, condition) in conditions {
            self.sql.push_str(if is_wanted { condition } else { "" });
        }
    }

    /// The place of a value in the statement.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

pub(super) fn record(row: &QueryResult) -> Result<CaseRecord, StoreError> {
    let text = |column: &str| row.try_get::<String>("", column);
    let number = |column: &str| row.try_get::<i64>("", column);
    Ok(CaseRecord {
        application_id: text("id")?,
        registration: text("registration")?,
        case_number: text("case_number")?,
        item: text("item")?,
        item_name: text("item_name")?,
        state: text("state")?,
        received_at: Millis(number("received_at")?),
        department: text("department")?,
        terminal: text("terminal")?,
        held_by: row.try_get("", "held_by")?,
        due: day_of(number("due_on")?),
        due_is_assumed: number("assumed")? != 0,
        near_from: day_of(number("amber_on")?),
        silence: day_of(number("silence_on")?),
        is_on_hold: number("on_hold")? != 0,
        is_issued: number("issued")? != 0,
        is_withdrawn: number("withdrawn")? != 0,
        supplements: u32::try_from(number("supplements")?).unwrap_or(u32::MAX),
        version: number("version")?.cast_unsigned(),
        due_on: number("due_on")?,
    })
}
