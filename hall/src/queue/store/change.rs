//! The log of what boards and phones have to show. All halls of one database write it, each in the transaction that
//! changes the queue, and last of all in it: so ids are contiguous, in the order of the commits, and nobody who holds
//! the log's one row waits for anything else.

use super::QueueStore;
use crate::db::sql::{execute, insert_rows, query_all, query_one};
use crate::db::{StoreError, Transaction};
use crate::queue::domain::{Event, GroupCode, Ticket, WindowCode};
use crate::queue::moment::Moment;
use bianmin_protocol::ids::{Epoch, Millis};
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::Date;
use sea_orm::{QueryResult, Value};

/// So many of the newest changes are kept at least.
const KEPT: i64 = 4096;
/// How often older ones are removed, in changes.
const SWEPT: i64 = 512;

/// What boards and phones have to show of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Somebody was called, or called once more.
    Called {
        /// Whom.
        number: TicketNumber,
        /// Of which group.
        group: GroupCode,
        /// Where to.
        window: WindowCode,
    },
    /// Lines or windows have changed otherwise.
    Lines,
    /// The hall was set up anew.
    Setup,
}

impl Change {
    /// What an event of a place means to boards, which it made of the place.
    pub(super) fn of(ticket: &Ticket, event: &Event) -> Self {
        match (event, &ticket.window) {
            (Event::Called { .. } | Event::Recalled, Some(window)) => Self::Called {
                number: ticket.number.clone(),
                group: ticket.group.clone(),
                window: window.clone(),
            },
            _ => Self::Lines,
        }
    }

    fn row(self, id: i64, moment: Moment) -> [Value; 7] {
        let (kind, call) = match self {
            Self::Called { number, group, window } => ("called", Some((number, group, window))),
            Self::Lines => ("lines", None),
            Self::Setup => ("setup", None),
        };
        let (number, group, window) = match call {
            Some((number, group, window)) => {
                (Some(number.in_full()), Some(group.to_string()), Some(window.to_string()))
            }
            None => (None, None, None),
        };
        [
            id.into(),
            moment.at.0.into(),
            moment.day.to_string().into(),
            kind.to_owned().into(),
            number.into(),
            group.into(),
            window.into(),
        ]
    }
}

/// Writes changes into the log. Nothing but the commit may follow.
pub(super) async fn write(
    transaction: &Transaction,
    moment: Moment,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let count = changes.len() as i64;
    let sql = "UPDATE queue_last_change SET last = last + $1 WHERE id = 1 RETURNING last";
    let row = query_one(transaction, sql, [count.into()]).await?;
    let last: i64 = row.ok_or(StoreError::Corrupt("queue log"))?.try_get("", "last")?;
    let rows = (last - count + 1..).zip(changes).map(|(id, change)| change.row(id, moment)).collect();
    let into = "queue_change (id, at, day, kind, number, group_code, window_code)";
    insert_rows(transaction, into, rows, "").await?;
    if last / SWEPT != (last - count) / SWEPT {
        execute(transaction, "DELETE FROM queue_change WHERE id <= $1", [(last - KEPT).into()]).await?;
    }
    Ok(())
}

/// How far the log has come. Ids of another epoch of the database mean other changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The database's epoch.
    pub epoch: Epoch,
    /// The id of the last change.
    pub last: i64,
}

/// A call as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// The change's id.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Whom.
    pub number: TicketNumber,
    /// Where to.
    pub window: WindowCode,
}

/// What the log has after a position.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The calls, in order.
    pub calls: Vec<LoggedCall>,
    /// Whether the hall was set up anew.
    pub is_set_up: bool,
}

impl QueueStore<'_> {
    /// How far the log has come.
    ///
    /// # Errors
    /// The database fails.
    pub async fn position(&self) -> Result<Position, StoreError> {
        let sql = "SELECT h.epoch, c.last FROM hall h, queue_last_change c WHERE h.id = 1 AND c.id = 1";
        let row = query_one(self.0.reader(), sql, []).await?.ok_or(StoreError::Corrupt("queue log"))?;
        let epoch: String = row.try_get("", "epoch")?;
        let epoch = Epoch(epoch.parse().map_err(|_| StoreError::Corrupt("epoch"))?);
        Ok(Position { epoch, last: row.try_get("", "last")? })
    }

    /// What has changed after one id, up to another.
    ///
    /// # Errors
    /// The database fails.
    pub async fn changes(&self, after: i64, last: i64) -> Result<Changes, StoreError> {
        let sql = "SELECT id, at, kind, number, window_code FROM queue_change \
                   WHERE id > $1 AND id <= $2 AND kind <> 'lines' ORDER BY id";
        let mut changes = Changes::default();
        for row in query_all(self.0.reader(), sql, [after.into(), last.into()]).await? {
            match row.try_get::<String>("", "kind")?.as_str() {
                "called" => changes.calls.push(call(&row)?),
                _ => changes.is_set_up = true,
            }
        }
        Ok(changes)
    }

    /// The last calls of a business day up to a change, so many at most, in order.
    ///
    /// # Errors
    /// The database fails.
    pub async fn last_calls(&self, day: Date, last: i64, most: u32) -> Result<Vec<LoggedCall>, StoreError> {
        let sql = "SELECT id, at, number, window_code FROM queue_change \
                   WHERE day = $1 AND kind = 'called' AND id <= $2 ORDER BY id DESC LIMIT $3";
        let values = [day.to_string().into(), last.into(), i64::from(most).into()];
        let rows = query_all(self.0.reader(), sql, values).await?;
        rows.iter().rev().map(call).collect()
    }
}

fn call(row: &QueryResult) -> Result<LoggedCall, StoreError> {
    let corrupt = || StoreError::Corrupt("queue log");
    let text = |column| row.try_get::<Option<String>>("", column).map(Option::unwrap_or_default);
    Ok(LoggedCall {
        id: row.try_get("", "id")?,
        at: Millis(row.try_get("", "at")?),
        number: TicketNumber::parse(&text("number")?).map_err(|_| corrupt())?,
        window: WindowCode::parse(&text("window_code")?).map_err(|_| corrupt())?,
    })
}
