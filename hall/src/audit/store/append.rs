//! Events are added within the transaction of whoever changes something, and never else.

use super::total;
use crate::audit::domain::{Chain, Event, Extension, NewEvent, Position, Stream, Total};
use crate::db::StoreError;
use crate::db::sql::{execute, insert_rows, query_one};
use crate::mac::Tag;
use sea_orm::{ConnectionTrait, Value};

/// Adds events after positions that the caller keeps in rows of its own and holds; returns the positions after them, in
/// the same order. All streams are of one family.
pub(crate) async fn extend(
    db: &impl ConnectionTrait,
    chain: &Chain,
    extensions: Vec<Extension>,
) -> Result<Vec<Position>, StoreError> {
    let Some(family) = extensions.first().map(|first| first.stream.family().to_owned()) else {
        return Ok(Vec::new());
    };
    let mut rows: Vec<[Value; 8]> = Vec::with_capacity(extensions.len());
    let mut ends = Vec::with_capacity(extensions.len());
    let mut added = Total::NONE;
    for Extension { stream, from, events } in extensions {
        let mut position = from;
        for new in events {
            let event = event(stream.clone(), position, new);
            position = chain.after(position, &event);
            added.add(&position.head);
            rows.push(row(event, &position.head));
        }
        ends.push(position);
    }
    let into = "audit_event (stream, number, at, actor, kind, about, content, tag)";
    insert_rows(db, into, rows, "").await?;
    total::raise(db, chain, &family, &added).await?;
    Ok(ends)
}

/// Adds one event to a stream whose position no row of another table keeps, such as that of a member of staff.
pub(crate) async fn append(
    db: &impl ConnectionTrait,
    chain: &Chain,
    stream: Stream,
    event: NewEvent,
) -> Result<(), StoreError> {
    // Whoever looks holds the row until the end of the transaction.
    let sql = "INSERT INTO audit_stream (stream, events, head) VALUES ($1, 0, $2) \
               ON CONFLICT (stream) DO UPDATE SET events = audit_stream.events RETURNING events, head";
    let start = Position::START.head.to_vec();
    let row = query_one(db, sql, [stream.as_str().into(), start.into()]).await?;
    let row = row.ok_or(StoreError::Corrupt("stream of events"))?;
    let from = Position {
        events: row.try_get::<i64>("", "events")?.cast_unsigned(),
        head: tag(&row.try_get::<Vec<u8>>("", "head")?)?,
    };
    let name = stream.as_str().to_owned();
    let ends = extend(db, chain, vec![Extension { stream, from, events: vec![event] }]).await?;
    let end = ends.first().ok_or(StoreError::Corrupt("stream of events"))?;
    execute(
        db,
        "UPDATE audit_stream SET events = $1, head = $2 WHERE stream = $3",
        [end.events.cast_signed().into(), end.head.to_vec().into(), name.into()],
    )
    .await?;
    Ok(())
}

/// A tag as it is stored.
pub(super) fn tag(bytes: &[u8]) -> Result<Tag, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("tag of an event"))
}

fn event(stream: Stream, after: Position, new: NewEvent) -> Event {
    Event {
        stream,
        number: after.events + 1,
        at: new.at,
        actor: new.actor.to_string(),
        kind: new.kind.to_owned(),
        about: new.about,
        content: new.content,
        tag: Vec::new(),
    }
}

fn row(event: Event, tag: &Tag) -> [Value; 8] {
    [
        event.stream.as_str().into(),
        event.number.cast_signed().into(),
        event.at.0.into(),
        event.actor.into(),
        event.kind.into(),
        event.about.into(),
        event.content.into(),
        tag.to_vec().into(),
    ]
}
