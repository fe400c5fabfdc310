//! Whether rows are what their events make of them.

use super::history::{FAMILY, fold, load_to_end, parse};
use super::row::Row;
use crate::audit::{Examine, Position, Report, Trouble, Whole};
use crate::cases::domain::CaseFold;
use crate::db::sql::{ROWS, placeholders, query_all, query_one};
use crate::db::{Store, StoreError};
use sea_orm::Value;
use std::collections::HashMap;

/// How often a case is read again that seems to be changed at this moment.
const TRIES: usize = 5;

/// Compares cases with their events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseRows<'a>(pub &'a Store);

impl Examine for CaseRows<'_> {
    fn family(&self) -> &'static str {
        FAMILY
    }

    async fn examine(&self, streams: &[Whole], report: &mut Report) -> Result<(), StoreError> {
        for part in streams.chunks(ROWS) {
            let rows = self.rows(part).await?;
            for whole in part {
                self.compare(whole, rows.get(id(whole)), report).await?;
            }
        }
        Ok(())
    }

    async fn alone(&self, report: &mut Report) -> Result<(), StoreError> {
        let reader = self.0.reader();
        let sql = "SELECT case_number FROM case_file c WHERE c.version > 0 AND NOT EXISTS \
                   (SELECT 1 FROM audit_event e WHERE e.stream = 'case:' || c.case_number) ORDER BY case_number LIMIT 1000";
        for row in query_all(reader, sql, []).await? {
            report.note(format!("case:{}", row.try_get::<String>("", "case_number")?), Trouble::Alone, "");
        }
        let row = query_one(reader, "SELECT COUNT(*) AS older FROM case_file WHERE version = 0", []).await?;
        report.without_events =
            row.ok_or(StoreError::Corrupt("case"))?.try_get::<i64>("", "older")?.cast_unsigned();
        Ok(())
    }
}

/// The number of the case.
fn id(whole: &Whole) -> &str {
    whole.events.first().map_or("", |first| first.stream.id())
}

impl CaseRows<'_> {
    async fn rows(&self, streams: &[Whole]) -> Result<HashMap<String, Row>, StoreError> {
        let sql = format!(
            "SELECT {} FROM case_file WHERE case_number IN {}",
            Row::columns(),
            placeholders(1, streams.len(), 1)
        );
        let numbers: Vec<Value> = streams.iter().map(|whole| id(whole).into()).collect();
        let rows = query_all(self.0.reader(), &sql, numbers).await?;
        let rows = rows.iter().map(|row| Row::of(row).map(|row| (row.case_number.clone(), row)));
        rows.collect()
    }

    async fn compare(&self, whole: &Whole, row: Option<&Row>, report: &mut Report) -> Result<(), StoreError> {
        let place = || format!("case:{}", id(whole));
        let fold = parse(&whole.events).ok().and_then(|events| fold(&events));
        let Some(fold) = fold else {
            report.note(place(), Trouble::Row, "the events make no case");
            return Ok(());
        };
        let Some(row) = row else {
            // Where another took its place, the row is gone and the events say so.
            if !fold.is_set_aside {
                report.note(place(), Trouble::Alone, "");
            }
            return Ok(());
        };
        let mut found = difference(row, &fold, whole.end);
        // Somebody may be changing it just now.
        for _ in 0..TRIES {
            if found.is_none() {
                return Ok(());
            }
            let Some(row) = super::row::read(self.0.reader(), &row.id).await? else { break };
            let Ok((case, end)) = load_to_end(self.0.reader(), &row).await else { break };
            found = difference(&row, &case.fold, end);
        }
        if let Some((trouble, detail)) = found {
            report.note(place(), trouble, detail);
        }
        Ok(())
    }
}

fn difference(row: &Row, fold: &CaseFold, end: Position) -> Option<(Trouble, &'static str)> {
    if row.position != end {
        return Some((Trouble::End, ""));
    }
    row.difference(fold).map(|column| (Trouble::Row, column))
}
