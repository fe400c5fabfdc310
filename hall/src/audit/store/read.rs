//! Events as they are read again.

use super::total::{self, StoredTotal};
use super::{AuditStore, append::tag};
use crate::audit::domain::{Event, Position, Stream};
use crate::db::StoreError;
use crate::db::sql::query_all;
use bianmin_protocol::ids::Millis;
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::HashMap;

const COLUMNS: &str = "stream, number, at, actor, kind, about, content, tag";

impl AuditStore<'_> {
    /// The newest events that concern something, such as the looks at a case, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn about(&self, id: &str, limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit_event WHERE about = $1 AND about <> '' ORDER BY at DESC LIMIT $2"
        );
        let rows = query_all(self.0.reader(), &sql, [id.into(), i64::from(limit).into()]).await?;
        rows.iter().map(event).collect()
    }

    /// Events of all streams after a place, at most `limit`.
    pub(crate) async fn after(&self, place: &(String, u64), limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit_event WHERE (stream, number) > ($1, $2) ORDER BY stream, number LIMIT $3"
        );
        let values = [place.0.as_str().into(), place.1.cast_signed().into(), i64::from(limit).into()];
        query_all(self.0.reader(), &sql, values).await?.iter().map(event).collect()
    }

    /// Where streams are said to end that are kept here.
    pub(crate) async fn positions(&self) -> Result<HashMap<String, Position>, StoreError> {
        let rows = query_all(self.0.reader(), "SELECT stream, events, head FROM audit_stream", []).await?;
        let position = |row: &QueryResult| {
            let events = row.try_get::<i64>("", "events")?.cast_unsigned();
            let head = tag(&row.try_get::<Vec<u8>>("", "head")?)?;
            Ok((row.try_get("", "stream")?, Position { events, head }))
        };
        rows.iter().map(position).collect()
    }

    pub(crate) async fn totals(&self) -> Result<Vec<StoredTotal>, StoreError> {
        total::all(self.0.reader()).await
    }
}

/// The events of a stream, in order.
pub(crate) async fn of(db: &impl ConnectionTrait, stream: &Stream) -> Result<Vec<Event>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit_event WHERE stream = $1 ORDER BY number");
    query_all(db, &sql, [stream.as_str().into()]).await?.iter().map(event).collect()
}

fn event(row: &QueryResult) -> Result<Event, StoreError> {
    Ok(Event {
        stream: Stream::stored(row.try_get("", "stream")?),
        number: row.try_get::<i64>("", "number")?.cast_unsigned(),
        at: Millis(row.try_get("", "at")?),
        actor: row.try_get("", "actor")?,
        kind: row.try_get("", "kind")?,
        about: row.try_get("", "about")?,
        content: row.try_get("", "content")?,
        tag: row.try_get("", "tag")?,
    })
}
