//! Applications that the hall could not open when they came, and can now: they are judged as if they were new.

use super::IntakeStore;
use super::applications::digest;
use super::arrivals::refusal_text;
use crate::cases::tell_terminal;
use crate::db::sql::{ROWS, execute, placeholders, query_all};
use crate::db::{FencedTransaction, StoreError};
use crate::intake::domain::{Arrival, Verdict};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::v1::Envelope;
use sea_orm::{QueryResult, Value};
use std::collections::HashMap;

/// One that waits for its key, as it came.
#[derive(Debug)]
pub(crate) struct Unopened {
    pub terminal: TerminalId,
    pub envelope: Envelope,
}

/// A place in the order in which they came.
pub(crate) type ArrivalPlace = (i64, String);

impl IntakeStore<'_> {
    /// Applications that could not be opened, after a place in their order, at most `limit`, and the place of the last;
    /// none at the end. What cannot be read is told and left out.
    pub(crate) async fn unopened(
        &self,
        after: &ArrivalPlace,
        limit: u32,
    ) -> Result<Option<(Vec<Unopened>, ArrivalPlace)>, StoreError> {
        let rows = query_all(
            self.0.reader(),
            "SELECT id, received_at, terminal, envelope FROM application WHERE unopened = 1 \
             AND (received_at > $1 OR received_at = $1 AND id > $2) ORDER BY received_at, id LIMIT $3",
            [after.0.into(), after.1.as_str().into(), i64::from(limit).into()],
        )
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let last = (last.try_get("", "received_at")?, last.try_get("", "id")?);
        let mut unopened = Vec::with_capacity(rows.len());
        for row in &rows {
            match read(row) {
                Ok(one) => unopened.push(one),
                Err(error) => {
                    let application: String = row.try_get("", "id")?;
                    tracing::error!(%error, application, "cannot try an application again");
                }
            }
        }
        Ok(Some((unopened, last)))
    }
}

fn read(row: &QueryResult) -> Result<Unopened, StoreError> {
    let (terminal, envelope): (String, Vec<u8>) =
        (row.try_get("", "terminal")?, row.try_get("", "envelope")?);
    Ok(Unopened {
        terminal: TerminalId::parse(&terminal).map_err(|_| StoreError::Corrupt("terminal"))?,
        envelope: serde_json::from_slice(&envelope).map_err(|_| StoreError::Corrupt("envelope"))?,
    })
}

/// The arrivals that were stored unopened and have a verdict now; what is stored says the new one.
pub(super) async fn take(
    db: &FencedTransaction,
    arrivals: &[Arrival],
    fresh: &[usize],
) -> Result<Vec<usize>, StoreError> {
    let judged = |index: &usize| !matches!(arrivals[*index].verdict, Verdict::CannotOpen);
    let known: Vec<usize> =
        (0..arrivals.len()).filter(|index| !fresh.contains(index)).filter(judged).collect();
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let mut unopened: HashMap<String, Digest> = HashMap::new();
    for part in known.chunks(ROWS) {
        let sql = format!(
            "SELECT id, digest FROM application WHERE unopened = 1 AND id IN {}",
            placeholders(1, part.len(), 1)
        );
        let ids: Vec<Value> = part.iter().map(|index| arrivals[*index].id.to_string().into()).collect();
        for row in query_all(db, &sql, ids).await? {
            unopened.insert(row.try_get("", "id")?, digest(&row)?);
        }
    }
    let mut reopened = Vec::new();
    for index in known {
        let arrival = &arrivals[index];
        let id = arrival.id.to_string();
        if unopened.get(&id).is_none_or(|digest| *digest != arrival.digest) {
            continue;
        }
        // Only the first copy in a group is the new one.
        unopened.remove(&id);
        execute(
            db,
            "UPDATE application SET refusal = $1, unopened = 0 WHERE id = $2",
            [refusal_text(&arrival.verdict).into(), id.into()],
        )
        .await?;
        reopened.push(index);
    }
    Ok(reopened)
}

/// Tells the terminals that what was refused is a case: in the order of their ids, as heartbeats take their rows, so that
/// neither waits for the other for ever.
pub(super) async fn tell(
    db: &FencedTransaction,
    arrivals: &[Arrival],
    reopened: &[usize],
) -> Result<(), StoreError> {
    let is_case = |index: &&usize| matches!(arrivals[**index].verdict, Verdict::Accept(_));
    let mut cases: Vec<&Arrival> = reopened.iter().filter(is_case).map(|index| &arrivals[*index]).collect();
    cases.sort_by(|one, other| one.terminal.as_str().cmp(other.terminal.as_str()));
    for case in cases {
        tell_terminal(db, case.id).await?;
    }
    Ok(())
}
