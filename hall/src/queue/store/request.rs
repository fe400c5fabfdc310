//! Requests that a terminal may repeat: each under an id of its own, which gets one answer and has one effect.

use crate::db::sql::{insert_rows, query_one};
use crate::db::{StoreError, Transaction};
use crate::queue::error::QueueError;
use bianmin_protocol::ids::Millis;
use sea_orm::Value;

/// Under what name somebody asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// Which terminal.
    pub terminal: String,
    /// Its id for the request.
    pub id: String,
    /// What is asked for: another content under the same id is another request.
    pub content: String,
}

/// What a request was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Earlier {
    /// Nothing: it is new, and has `given` from now on.
    None,
    /// This.
    Given(String),
    /// Something else was asked for under its id.
    Conflict,
}

/// Notes requests with what they are given, if they are new; what each was given before, in the same order. The unique
/// index decides between two of the same id, also within one call.
pub(super) async fn claim(
    transaction: &Transaction,
    at: Millis,
    requests: &[(&RequestKey, String)],
) -> Result<Vec<Earlier>, StoreError> {
    let rows = requests.iter().map(|(key, given)| -> [Value; 5] {
        [
            key.terminal.clone().into(),
            key.id.clone().into(),
            key.content.clone().into(),
            given.clone().into(),
            at.0.into(),
        ]
    });
    let into = "queue_request (terminal, id, content, given, at)";
    let tail = "ON CONFLICT (terminal, id) DO NOTHING RETURNING given";
    let noted = insert_rows(transaction, into, rows.collect(), tail).await?;
    let noted = noted.iter().map(|row| row.try_get("", "given")).collect::<Result<Vec<String>, _>>()?;
    let mut found = Vec::with_capacity(requests.len());
    for (key, given) in requests {
        found.push(if noted.contains(given) { Earlier::None } else { earlier(transaction, key).await? });
    }
    Ok(found)
}

async fn earlier(transaction: &Transaction, key: &RequestKey) -> Result<Earlier, StoreError> {
    let sql = "SELECT content, given FROM queue_request WHERE terminal = $1 AND id = $2";
    let row = query_one(transaction, sql, [key.terminal.clone().into(), key.id.clone().into()]).await?;
    let row = row.ok_or(StoreError::Corrupt("queue request"))?;
    if row.try_get::<String>("", "content")? != key.content {
        return Ok(Earlier::Conflict);
    }
    Ok(Earlier::Given(row.try_get("", "given")?))
}

/// The same for one request: what it was given before, if anything.
///
/// # Errors
/// Another request came under its id, or the database fails.
pub(super) async fn claim_one(
    transaction: &Transaction,
    at: Millis,
    key: Option<&RequestKey>,
    given: &str,
) -> Result<Option<String>, QueueError> {
    let Some(key) = key else { return Ok(None) };
    match claim(transaction, at, &[(key, given.to_owned())]).await?.pop() {
        Some(Earlier::Given(given)) => Ok(Some(given)),
        Some(Earlier::Conflict) => Err(QueueError::RequestConflict),
        _ => Ok(None),
    }
}
