//! The hall's one row: what every process that serves one database must notice at once, read for many requests
//! together. A request gets a reading that began after it came in, and however many come in meanwhile share the next.

use super::sql::query_one;
use super::{Store, StoreError};
use bianmin_protocol::ids::{Epoch, Revision};
use sea_orm::QueryResult;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Requests that wait for one reading.
const WAITING: usize = 4096;

/// What every process serving one database must notice at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HallState {
    /// Another one whenever the database went back: terminals then offer again what they hold receipts for.
    pub epoch: Epoch,
    /// How many write transactions there were that are ordered among all processes.
    pub changes: i64,
    /// Grows when a terminal is enrolled or revoked.
    pub terminals: i64,
    /// The newest revision of the catalogue.
    pub revision: Revision,
}

impl HallState {
    pub(super) const COLUMNS: &str = "epoch, changes, terminals, revision";

    pub(super) fn of(row: &QueryResult) -> Result<Self, StoreError> {
        let epoch: String = row.try_get("", "epoch")?;
        Ok(Self {
            epoch: Epoch(epoch.parse().map_err(|_| StoreError::Corrupt("epoch"))?),
            changes: row.try_get("", "changes")?,
            terminals: row.try_get("", "terminals")?,
            revision: Revision(row.try_get::<i64>("", "revision")? as u64),
        })
    }
}

impl Store {
    /// What the database says at this moment.
    ///
    /// # Errors
    /// The database fails.
    pub async fn state(&self) -> Result<HallState, StoreError> {
        let sql = format!("SELECT {} FROM hall WHERE id = 1", HallState::COLUMNS);
        let row = query_one(self.reader(), &sql, []).await?.ok_or(StoreError::Corrupt("hall row"))?;
        HallState::of(&row)
    }
}

/// Reads the row for all who ask.
#[derive(Debug)]
pub(crate) struct StateReader(mpsc::Sender<oneshot::Sender<HallState>>);

impl StateReader {
    /// Must be called within a tokio runtime.
    pub(crate) fn start(store: Arc<Store>) -> Self {
        let (sender, mut receiver) = mpsc::channel::<oneshot::Sender<HallState>>(WAITING);
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            while receiver.recv_many(&mut waiting, WAITING).await > 0 {
                match store.state_of_this_epoch().await {
                    Ok(state) => {
                        for reply in waiting.drain(..) {
                            let _ = reply.send(state);
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot read the hall's row");
                        waiting.clear();
                    }
                }
            }
        });
        Self(sender)
    }

    pub(crate) async fn read(&self) -> Result<HallState, StoreError> {
        const GONE: StoreError = StoreError::Corrupt("hall row");
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).await.map_err(|_| GONE)?;
        answer.await.map_err(|_| GONE)
    }
}
