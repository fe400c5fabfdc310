//! Lists of cases for staff, read page by page, newest first.

use super::CaseStore;
use crate::cases::domain::{CaseRecord, ListPlace};
use crate::db::StoreError;
use crate::db::sql::{query_all, query_one};
use bianmin_protocol::ids::Millis;
use sea_orm::QueryResult;

/// `CROSS JOIN` has SQLite follow the index of the first table.
pub(crate) const CASES: &str = "SELECT a.id, a.registration, c.case_number, a.item, c.state, a.received_at \
     FROM application a CROSS JOIN case_file c WHERE c.id = a.id AND (a.received_at, a.id) < ($1, $2) \
     ORDER BY a.received_at DESC, a.id DESC LIMIT $3";

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
        query_all(self.0.reader(), CASES, values).await?.iter().map(record).collect()
    }

    /// The application behind a case number, as a person gives it.
    pub(crate) async fn application_of(&self, case_number: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT id FROM case_file WHERE case_number = $1";
        let row = query_one(self.0.reader(), sql, [case_number.trim().into()]).await?;
        Ok(row.map(|row| row.try_get("", "id")).transpose()?)
    }
}

fn record(row: &QueryResult) -> Result<CaseRecord, StoreError> {
    Ok(CaseRecord {
        application_id: row.try_get("", "id")?,
        registration: row.try_get("", "registration")?,
        case_number: row.try_get("", "case_number")?,
        item: row.try_get("", "item")?,
        state: row.try_get("", "state")?,
        received_at: Millis(row.try_get("", "received_at")?),
    })
}
