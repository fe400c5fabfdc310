//! Rows of places, calls and events.

use super::change::Change;
use crate::db::sql::{execute, insert_rows, query_all, query_one};
use crate::db::{StoreError, Transaction};
use crate::queue::domain::{Estimate, Event, GroupCode, Outcome, PriorityClass, State, Ticket, WindowCode};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::{TicketNumber, TicketPrefix};
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, QueryResult, Value};

/// The columns of a ticket, of the table named `t`.
pub(super) const COLUMNS: &str = "t.id, t.day, t.number, t.issued_at, t.group_code, t.priority, t.state, \
     t.serve_day, t.queued_at, t.window_code, t.attempts, t.first_called_at, t.events";

/// The number so many of a prefix and day.
pub(super) fn number(prefix: &TicketPrefix, day: Date, sequence: i64) -> Option<TicketNumber> {
    if !(1..=9999).contains(&sequence) {
        return None;
    }
    TicketNumber::parse(&format!("{}-{prefix}{sequence:03}", label(day))).ok()
}

/// A business day as it stands before a number.
pub(super) fn label(day: Date) -> String {
    format!("{:02}{:02}{:02}", day.year().rem_euclid(100), day.month(), day.day())
}

pub(super) fn ticket(row: &QueryResult) -> Result<Ticket, StoreError> {
    let corrupt = || StoreError::Corrupt("queue ticket");
    let text = |column| row.try_get::<String>("", column);
    let optional = |column| row.try_get::<Option<String>>("", column);
    let day: Date = text("day")?.parse().map_err(|_| corrupt())?;
    let number = format!("{}-{}", label(day), text("number")?);
    let priority = match optional("priority")? {
        Some(key) => Some(PriorityClass::from_key(&key).ok_or_else(corrupt)?),
        None => None,
    };
    let window = optional("window_code")?.map(|code| WindowCode::parse(&code)).transpose();
    Ok(Ticket {
        id: text("id")?,
        number: TicketNumber::parse(&number).map_err(|_| corrupt())?,
        day,
        issued_at: Millis(row.try_get("", "issued_at")?),
        group: GroupCode::parse(&text("group_code")?).map_err(|_| corrupt())?,
        priority,
        state: State::from_key(&text("state")?).ok_or_else(corrupt)?,
        serve_day: text("serve_day")?.parse().map_err(|_| corrupt())?,
        queued_at: Millis(row.try_get("", "queued_at")?),
        window: window.map_err(|_| corrupt())?,
        attempts: row.try_get("", "attempts")?,
        first_called_at: row.try_get::<Option<i64>>("", "first_called_at")?.map(Millis),
        events: row.try_get("", "events")?,
    })
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Ticket>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM queue_ticket t WHERE {condition}");
    query_one(db, &sql, values).await?.as_ref().map(ticket).transpose()
}

/// The wait that was told when a number was given.
pub(super) async fn told_wait(
    db: &impl ConnectionTrait,
    ticket: &str,
) -> Result<Option<Estimate>, StoreError> {
    let sql = "SELECT expected_wait, wait_scale, shortest_wait, longest_wait FROM queue_ticket WHERE id = $1";
    let Some(row) = query_one(db, sql, [ticket.to_owned().into()]).await? else { return Ok(None) };
    Ok(Some(Estimate {
        expected: row.try_get("", "expected_wait")?,
        scale: row.try_get("", "wait_scale")?,
        shortest: row.try_get("", "shortest_wait")?,
        longest: row.try_get("", "longest_wait")?,
    }))
}

pub(super) async fn find_all(
    db: &impl ConnectionTrait,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Ticket>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM queue_ticket t WHERE {condition}");
    query_all(db, &sql, values).await?.iter().map(ticket).collect()
}

/// The place of a number as people write it: `A012` of this day, or `261130-A012`.
pub(super) async fn find_number(
    db: &impl ConnectionTrait,
    moment: Moment,
    text: &str,
) -> Result<Ticket, QueueError> {
    let text = text.trim().to_uppercase();
    let full = if text.contains('-') { text.clone() } else { format!("{}-{text}", label(moment.day)) };
    let unknown = || QueueError::NoSuchNumber(text.clone());
    let number = TicketNumber::parse(&full).map_err(|_| unknown())?;
    let date = full.get(..6).and_then(|label| Date::strptime("%y%m%d", label).ok()).ok_or_else(unknown)?;
    let values = [date.to_string().into(), number.to_string().into()];
    find(db, "t.day = $1 AND t.number = $2", values).await?.ok_or_else(unknown)
}

/// Writes new places with their first events.
pub(super) async fn insert(
    transaction: &Transaction,
    places: &[(Ticket, Event, Estimate, String)],
) -> Result<(), StoreError> {
    let rows = places.iter().map(|(ticket, _, estimate, _)| -> [Value; 16] {
        [
            ticket.id.clone().into(),
            ticket.day.to_string().into(),
            ticket.number.to_string().into(),
            ticket.issued_at.0.into(),
            ticket.group.to_string().into(),
            ticket.priority.map(|class| class.key().to_owned()).into(),
            i64::from(ticket.priority.is_some()).into(),
            ticket.state.key().to_owned().into(),
            ticket.serve_day.to_string().into(),
            ticket.queued_at.0.into(),
            ticket.attempts.into(),
            estimate.expected.into(),
            estimate.scale.into(),
            estimate.shortest.into(),
            estimate.longest.into(),
            ticket.events.into(),
        ]
    });
    let into = "queue_ticket (id, day, number, issued_at, group_code, priority, is_priority, state, serve_day, \
                queued_at, attempts, expected_wait, wait_scale, shortest_wait, longest_wait, events)";
    insert_rows(transaction, into, rows.collect(), "").await?;
    let events = places.iter().map(|(ticket, event, _, by)| event_row(ticket, ticket.issued_at, event, by));
    let events = events.collect::<Result<Vec<_>, _>>()?;
    insert_rows(transaction, "queue_event (ticket, number, at, by_whom, event)", events, "").await?;
    Ok(())
}

fn event_row(ticket: &Ticket, at: Millis, event: &Event, by: &str) -> Result<[Value; 5], StoreError> {
    let event = serde_json::to_string(event).map_err(|_| StoreError::Corrupt("queue event"))?;
    Ok([ticket.id.clone().into(), ticket.events.into(), at.0.into(), by.to_owned().into(), event.into()])
}

/// Applies an event to a place as it was read: row, event and open call. What boards have to show of it is for the caller
/// to log; `None` if somebody else changed the place meanwhile, and nothing is written then.
pub(super) async fn apply(
    transaction: &Transaction,
    ticket: &mut Ticket,
    at: Millis,
    event: &Event,
    by: &str,
) -> Result<Option<Change>, QueueError> {
    let (seen, state, was_at_window) = (ticket.events, ticket.state, ticket.state.is_at_window());
    let mut next = ticket.clone();
    next.apply(at, event)?;
    let sql = "UPDATE queue_ticket SET group_code = $1, state = $2, serve_day = $3, queued_at = $4, \
               window_code = $5, attempts = $6, first_called_at = $7, events = $8 \
               WHERE id = $9 AND state = $10 AND events = $11";
    let changed = execute(
        transaction,
        sql,
        [
            next.group.to_string().into(),
            next.state.key().to_owned().into(),
            next.serve_day.to_string().into(),
            next.queued_at.0.into(),
            next.window.as_ref().map(ToString::to_string).into(),
            next.attempts.into(),
            next.first_called_at.map(|at| at.0).into(),
            next.events.into(),
            next.id.clone().into(),
            state.key().to_owned().into(),
            seen.into(),
        ],
    )
    .await?;
    if changed != 1 {
        return Ok(None);
    }
    let row = event_row(&next, at, event, by)?;
    insert_rows(transaction, "queue_event (ticket, number, at, by_whom, event)", vec![row], "").await?;
    if was_at_window {
        note_call(transaction, &next.id, at, event).await?;
    }
    *ticket = next;
    Ok(Some(Change::of(ticket, event)))
}

/// What an event means to the open call of a place.
async fn note_call(
    transaction: &Transaction,
    ticket: &str,
    at: Millis,
    event: &Event,
) -> Result<(), QueueError> {
    let ended = event.outcome().map(Outcome::key);
    let (set, value): (&str, Option<&str>) = match (event, ended) {
        (Event::Arrived, _) => ("arrived_at = COALESCE(arrived_at, $2)", None),
        (Event::Serving, _) => ("serving_at = $2", None),
        (_, Some(outcome)) => ("ended_at = $2, outcome = $3", Some(outcome)),
        _ => return Ok(()),
    };
    let sql = format!("UPDATE queue_call SET {set} WHERE ticket = $1 AND ended_at IS NULL");
    let mut values: Vec<Value> = vec![ticket.to_owned().into(), at.0.into()];
    values.extend(value.map(|value| Value::from(value.to_owned())));
    execute(transaction, &sql, values).await?;
    Ok(())
}
