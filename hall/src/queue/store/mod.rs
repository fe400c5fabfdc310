//! The queue in the database. Each change of a place is one transaction: its event, the row that is the fold of its
//! events, and the call that it opens or ends.
//!
//! Who wins where two want one place is decided by `UPDATE … WHERE state = … AND events = …` and by unique indexes.

mod block;
mod booking;
mod call;
mod change;
mod day;
mod measure;
mod request;
mod row;
mod status;
mod take;
mod window;

pub use block::{Block, BlockLease, LeaseRequest, OfflinePlace};
pub use booking::Booking;
pub use call::{CallRequest, Called, NextCall, Nobody};
pub use change::{Changes, LoggedCall, Position};
pub use day::{ClosedDay, Rest};
pub use request::RequestKey;
pub use status::{GroupStatus, Place, Status, WindowStatus};
pub use take::{TakeRequest, Taken};
pub use window::WindowAction;

use super::domain::{Setup, State};
use super::error::QueueError;
use super::file::default_setup;
use super::moment::Moment;
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{Store, StoreError};
use sea_orm::ConnectionTrait;

/// The queue's tables.
#[derive(Debug, Clone, Copy)]
pub struct QueueStore<'a>(&'a Store);

impl Store {
    /// The queue.
    pub fn queue(&self) -> QueueStore<'_> {
        QueueStore(self)
    }
}

impl QueueStore<'_> {
    /// The set-up that holds, and its version; the default with version 0 where there is none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn setup(&self) -> Result<(Setup, i64), StoreError> {
        Ok(stored_setup(self.0.reader()).await?.unwrap_or_else(|| (default_setup(), 0)))
    }

    /// Sets the queue up anew; the version that then holds. Nothing is written where all of it was so already.
    ///
    /// # Errors
    /// People are in lines or at windows that would be gone, or have booked a group that would, or the database fails.
    pub async fn set_up(
        &self,
        setup: &Setup,
        moment: Moment,
        by: &str,
        dry_run: bool,
    ) -> Result<i64, QueueError> {
        // Fenced, as numbers are given: nobody takes one between the look at the lines and the commit.
        let transaction = self.0.begin_fenced().await?;
        let (present, version) = stored_setup(&transaction).await?.unwrap_or_else(|| (default_setup(), 0));
        has_room(&transaction, setup, moment).await?;
        if dry_run || (present == *setup && version > 0) {
            transaction.rollback().await?;
            return Ok(version);
        }
        let content = serde_json::to_string(setup).map_err(|_| StoreError::Corrupt("queue set-up"))?;
        let sql = "INSERT INTO queue_setup (version, set_at, set_by, content) VALUES ($1, $2, $3, $4)";
        let values = [(version + 1).into(), moment.at.0.into(), by.to_owned().into(), content.into()];
        execute(&transaction, sql, values).await?;
        change::write(&transaction, moment, vec![change::Change::Setup]).await?;
        transaction.commit().await?;
        Ok(version + 1)
    }
}

/// The set-up that was written last, and its version.
async fn stored_setup(db: &impl ConnectionTrait) -> Result<Option<(Setup, i64)>, StoreError> {
    let sql = "SELECT version, content FROM queue_setup ORDER BY version DESC LIMIT 1";
    let Some(row) = query_one(db, sql, []).await? else { return Ok(None) };
    let content: String = row.try_get("", "content")?;
    let setup = serde_json::from_str(&content).map_err(|_| StoreError::Corrupt("queue set-up"))?;
    Ok(Some((setup, row.try_get("", "version")?)))
}

/// Whether everybody in the queue, and everybody who booked, finds their group and window in a set-up.
async fn has_room(db: &impl ConnectionTrait, setup: &Setup, moment: Moment) -> Result<(), QueueError> {
    let open: Vec<String> = State::ALL
        .iter()
        .filter(|state| !state.is_over())
        .map(|state| format!("'{}'", state.key()))
        .collect();
    let sql = format!(
        "SELECT group_code, window_code, COUNT(*) AS people FROM queue_ticket WHERE state IN ({}) \
         GROUP BY group_code, window_code ORDER BY group_code, window_code",
        open.join(", ")
    );
    for row in query_all(db, &sql, []).await? {
        let group: String = row.try_get("", "group_code")?;
        let window: Option<String> = row.try_get("", "window_code")?;
        let people: i64 = row.try_get("", "people")?;
        if !setup.groups.iter().any(|one| one.code.as_str() == group) {
            let answer = format!("{people} people are in the line of {group}, which the file does not have");
            return Err(QueueError::SetupInUse(answer));
        }
        if let Some(window) = window.filter(|code| !setup.windows.iter().any(|one| one.code.as_str() == code))
        {
            let answer = format!("somebody is at window {window}, which the file does not have");
            return Err(QueueError::SetupInUse(answer));
        }
    }
    let sql = "SELECT DISTINCT group_code FROM queue_block WHERE ended_at IS NULL AND until_at > $1 \
               ORDER BY group_code";
    for row in query_all(db, sql, [moment.at.0.into()]).await? {
        let group: String = row.try_get("", "group_code")?;
        if !setup.groups.iter().any(|one| one.code.as_str() == group) {
            let answer = format!("terminals hold numbers of {group}, which the file does not have");
            return Err(QueueError::SetupInUse(answer));
        }
    }
    let sql = "SELECT group_code, COUNT(*) AS people FROM queue_booking \
               WHERE state = 'booked' AND day >= $1 GROUP BY group_code ORDER BY group_code";
    for row in query_all(db, sql, [moment.day.to_string().into()]).await? {
        let group: String = row.try_get("", "group_code")?;
        if !setup.groups.iter().any(|one| one.code.as_str() == group) {
            let people: i64 = row.try_get("", "people")?;
            let answer = format!("{people} people have booked {group}, which the file does not have");
            return Err(QueueError::SetupInUse(answer));
        }
    }
    Ok(())
}
