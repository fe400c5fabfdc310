//! Cases by whom they name: the database has keyed digests alone.

use super::CaseStore;
use super::list::{COLUMNS, record};
use crate::cases::domain::{CaseRecord, SearchTerm};
use crate::cases::keys::CaseKeys;
use crate::db::StoreError;
use crate::db::sql::{insert_rows, placeholders, query_all};
use sea_orm::{ConnectionTrait, Value};

/// Notes by what cases are found.
pub(super) async fn insert<'a>(
    db: &impl ConnectionTrait,
    keys: &CaseKeys,
    cases: impl Iterator<Item = (&'a str, &'a [SearchTerm])>,
) -> Result<(), StoreError> {
    let rows = cases.flat_map(|(id, terms)| {
        terms.iter().map(move |term| -> [Value; 2] { [keys.digest(term).into(), id.into()] })
    });
    let rows: Vec<[Value; 2]> = rows.collect();
    insert_rows(db, "case_search (digest, case_id)", rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

impl CaseStore<'_> {
    /// The newest cases with one of these digests, of these departments, at most `limit`.
    pub(in crate::cases) async fn by_digest(
        &self,
        digests: Vec<Vec<u8>>,
        departments: Option<&[String]>,
        limit: u32,
    ) -> Result<Vec<CaseRecord>, StoreError> {
        if digests.is_empty() || departments.is_some_and(<[String]>::is_empty) {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = digests.into_iter().map(Value::from).collect();
        let mut sql = format!(
            "SELECT {COLUMNS} FROM case_file c JOIN application a ON a.id = c.id \
             WHERE c.id IN (SELECT s.case_id FROM case_search s WHERE s.digest IN {})",
            placeholders(1, values.len(), 1)
        );
        if let Some(departments) = departments {
            let list = placeholders(1, departments.len(), values.len() + 1);
            sql.push_str(&format!(" AND c.department IN {list}"));
            values.extend(departments.iter().map(|one| Value::from(one.as_str())));
        }
        sql.push_str(&format!(" ORDER BY c.received_at DESC, c.id DESC LIMIT ${}", values.len() + 1));
        values.push(i64::from(limit).into());
        query_all(self.0.reader(), &sql, values).await?.iter().map(record).collect()
    }
}
