//! What terminals are told: one run of changes for each, without holes, whoever has something to say.

use super::FleetStore;
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{FencedTransaction, StoreError};
use crate::fleet::domain::{CHANGE_BYTES, PAGE_CHANGES, fitting};
use bianmin_protocol::case::{CaseUpdate, Progress};
use bianmin_protocol::change::{Change, ChangeEntry};
use bianmin_protocol::ids::TerminalId;
use sea_orm::ConnectionTrait;
use serde::de::DeserializeOwned;

impl FleetStore<'_> {
    /// The changes after a cursor of a terminal's run that fit into one answer, and whether there are more.
    pub(crate) async fn changes(
        &self,
        terminal: &TerminalId,
        after: u64,
    ) -> Result<(Vec<ChangeEntry>, bool), StoreError> {
        let sql = "SELECT cursor AS place, kind, content FROM change WHERE terminal = $1 AND cursor > $2 \
                   ORDER BY cursor LIMIT $3";
        let (rows, more) = self.page(sql, terminal, after).await?;
        let entry = |row: ChangeRow| Ok(ChangeEntry::read(row.place, row.kind, json(&row.content)?));
        Ok((rows.into_iter().map(entry).collect::<Result<_, StoreError>>()?, more))
    }

    /// The same of cases alone, by the cursor that terminals of 0.1.0 have.
    pub(crate) async fn case_updates(
        &self,
        terminal: &TerminalId,
        after: u64,
    ) -> Result<(Vec<CaseUpdate>, bool), StoreError> {
        let sql = "SELECT case_cursor AS place, kind, content FROM change WHERE terminal = $1 AND case_cursor > $2 \
                   ORDER BY case_cursor LIMIT $3";
        let (rows, more) = self.page(sql, terminal, after).await?;
        let update = |row: ChangeRow| {
            let mut progress: Progress = json(&row.content)?;
            progress.state = progress.state.in_release_0_1_0();
            Ok(CaseUpdate { cursor: row.place, progress })
        };
        Ok((rows.into_iter().map(update).collect::<Result<_, StoreError>>()?, more))
    }

    async fn page(
        &self,
        sql: &str,
        terminal: &TerminalId,
        after: u64,
    ) -> Result<(Vec<ChangeRow>, bool), StoreError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let limit = PAGE_CHANGES as i64 + 1;
        let values = [terminal.as_str().into(), after.into(), limit.into()];
        let mut rows = Vec::new();
        for row in query_all(self.0.reader(), sql, values).await? {
            let (kind, content) = (row.try_get("", "kind")?, row.try_get("", "content")?);
            rows.push(ChangeRow { place: row.try_get::<i64>("", "place")? as u64, kind, content });
        }
        let fitting = fitting(rows.iter().map(|row| row.content.len()));
        let more = rows.len() > fitting;
        rows.truncate(fitting);
        Ok((rows, more))
    }
}

struct ChangeRow {
    place: u64,
    kind: String,
    content: String,
}

fn json<T: DeserializeOwned>(content: &str) -> Result<T, StoreError> {
    serde_json::from_str(content).map_err(|_| StoreError::Corrupt("change"))
}

/// Appends a change to the run of a terminal, or of the one that took its place. Nobody is told where neither is known
/// here: of what was carried here from elsewhere.
pub(crate) async fn tell(db: &FencedTransaction, terminal: &str, change: &Change) -> Result<(), StoreError> {
    let content = change.content().to_string();
    if content.len() > CHANGE_BYTES {
        // It would be in nobody's way but this terminal's, for ever.
        return Err(StoreError::Corrupt("change: it is too long"));
    }
    let is_case = matches!(change, Change::Case(_));
    let recipient = recipient(db, terminal).await?;
    // Taken from the terminal's row, so that a run has no holes.
    let sql = "UPDATE terminal SET last_change = last_change + 1, last_update = last_update + $1 WHERE id = $2 \
               RETURNING last_change, last_update";
    let Some(row) = query_one(db, sql, [i64::from(is_case).into(), recipient.as_str().into()]).await? else {
        return Ok(());
    };
    let cursor: i64 = row.try_get("", "last_change")?;
    let case_cursor: Option<i64> = if is_case { Some(row.try_get("", "last_update")?) } else { None };
    execute(
        db,
        "INSERT INTO change (terminal, cursor, kind, content, case_cursor) VALUES ($1, $2, $3, $4, $5)",
        [recipient.into(), cursor.into(), change.kind().into(), content.into(), case_cursor.into()],
    )
    .await?;
    Ok(())
}

async fn recipient(db: &impl ConnectionTrait, terminal: &str) -> Result<String, StoreError> {
    let sql = "SELECT successor FROM terminal_successor WHERE terminal = $1";
    match query_one(db, sql, [terminal.into()]).await? {
        Some(row) => Ok(row.try_get("", "successor")?),
        None => Ok(terminal.to_owned()),
    }
}
