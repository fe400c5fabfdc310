//! The one way to write: a transaction on a connection of this process that nothing else uses.
//!
//! A fenced transaction holds the hall's one row, so that all of them, of all processes, come one after the other and
//! each knows what the one before has left. A plain one waits for none of them on PostgreSQL.
//!
//! When SQLite runs out of room, or cannot write or sync, it may roll back by itself; what the pool then believes of the
//! connection is wrong, and later commits on it would commit nothing. So a connection whose transaction did not end
//! well is closed and never used again, and a commit counts only when another connection sees it.

use super::fenced::{Fence, FencedTransaction};
use super::numbers::Numbers;
use super::sql::query_one;
use super::watermark::Watermark;
use super::writer::Writer;
use super::{HallState, StoreError};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OwnedSemaphorePermit;

/// By what another connection sees that a transaction was committed.
#[derive(Debug, Clone)]
pub(super) enum Proof {
    /// The hall's row has come so far.
    Row(Fence),
    /// PostgreSQL says so of the transaction with this id.
    Id(String),
}

/// A write transaction, in no order with those of other processes on PostgreSQL: for what terminals do not replicate.
/// What is not committed is rolled back, and its connection closed.
///
/// SQLite has one writer at a time anyway; there it takes the hall's row as a fenced one does.
#[derive(Debug)]
pub(crate) struct Transaction {
    /// None once it has ended.
    inner: Option<DatabaseTransaction>,
    /// A statement failed. PostgreSQL would answer a commit then with a silent rollback.
    failed: AtomicBool,
    proof: Option<Proof>,
    writer: Arc<Writer>,
    /// Last, so that the next writer comes when the connection is given back.
    _turn: OwnedSemaphorePermit,
}

impl Transaction {
    /// A transaction that was begun, of which nobody knows yet how its commit is to be seen.
    pub(super) fn new(inner: DatabaseTransaction, writer: Arc<Writer>, turn: OwnedSemaphorePermit) -> Self {
        Self { inner: Some(inner), failed: AtomicBool::new(false), proof: None, writer, _turn: turn }
    }

    /// Its commit is to be seen by this.
    pub(super) fn proved_by(mut self, proof: Proof) -> Self {
        self.proof = Some(proof);
        self
    }

    /// Takes the turn among the writers of all processes, and learns what the database says now.
    pub(super) async fn fence(self) -> Result<FencedTransaction, StoreError> {
        let sql = format!(
            "UPDATE hall SET changes = changes + 1 WHERE id = 1 RETURNING {}, {}",
            HallState::COLUMNS,
            Numbers::COLUMNS
        );
        let row = query_one(&self, &sql, []).await?.ok_or(StoreError::Corrupt("hall row"))?;
        let fence = Fence { state: HallState::of(&row)?, numbers: Numbers::of(&row)? };
        Ok(FencedTransaction::new(self, fence))
    }

    /// Learns the id by which PostgreSQL knows this transaction. Asked first of all: whatever is rolled back behind our
    /// back has another one.
    pub(super) async fn identify(self) -> Result<Self, StoreError> {
        let row = query_one(&self, "SELECT CAST(pg_current_xact_id() AS TEXT) AS id", []).await?;
        let id = row.ok_or(StoreError::Corrupt("transaction id"))?.try_get("", "id")?;
        Ok(self.proved_by(Proof::Id(id)))
    }

    /// Commits durably, and sees for itself that it did. Nothing may be answered before.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        let (proof, writer) = (self.proof.clone(), self.writer.clone());
        if self.commit_without_mark().await?
            && let Some(Proof::Row(Fence { state, numbers })) = proof
        {
            writer.mark().note(state.changes, state.revision.0 as i64);
            writer.mark().confirm(state.epoch, numbers);
        }
        Ok(())
    }

    /// Commits and sees that it did; false where a test has it lost.
    pub(super) async fn commit_without_mark(mut self) -> Result<bool, StoreError> {
        let proof = self.proof.take().ok_or(StoreError::NotCommitted)?;
        if self.failed.load(Ordering::Acquire) {
            return Err(StoreError::NotCommitted);
        }
        let inner = self.inner.take().ok_or(StoreError::NotCommitted)?;
        let unsure = self.writer.unsure();
        #[cfg(any(test, feature = "testing"))]
        if self.writer.loses_commits() {
            inner.rollback().await?;
            return Ok(false);
        }
        let committed = inner.commit().await.map_err(StoreError::from);
        if let Err(error) = self.see(&proof, committed).await {
            drop(unsure);
            self.writer.renew();
            return Err(error);
        }
        unsure.settle();
        Ok(true)
    }

    /// Whether others see what was committed. The connection's own word for it is not enough.
    async fn see(&self, proof: &Proof, committed: Result<(), StoreError>) -> Result<(), StoreError> {
        committed?;
        if crate::planted::is_planted("connection-reused") || self.is_seen(proof).await? {
            return Ok(());
        }
        tracing::error!(?proof, "a commit had no effect");
        Err(StoreError::NotCommitted)
    }

    async fn is_seen(&self, proof: &Proof) -> Result<bool, StoreError> {
        let reader = self.writer.reader();
        match proof {
            Proof::Row(fence) => {
                let row = query_one(reader, "SELECT changes FROM hall WHERE id = 1", []).await?;
                let seen: i64 = row.ok_or(StoreError::Corrupt("hall row"))?.try_get("", "changes")?;
                Ok(seen >= fence.state.changes)
            }
            Proof::Id(id) => {
                let sql = "SELECT pg_xact_status(CAST(CAST($1 AS TEXT) AS XID8)) AS status";
                let row = query_one(reader, sql, [id.as_str().into()]).await?;
                let status: Option<String> =
                    row.ok_or(StoreError::Corrupt("transaction"))?.try_get("", "status")?;
                Ok(status.as_deref() == Some("committed"))
            }
        }
    }

    pub(super) fn mark(&self) -> &Watermark {
        self.writer.mark()
    }

    /// Ends without having changed anything.
    pub(crate) async fn rollback(mut self) -> Result<(), StoreError> {
        let Some(inner) = self.inner.take() else { return Ok(()) };
        let unsure = self.writer.unsure();
        inner.rollback().await?;
        if !self.failed.load(Ordering::Acquire) {
            unsure.settle();
        }
        Ok(())
    }

    fn inner(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.inner.as_ref().ok_or_else(|| DbErr::Custom("the transaction has ended".to_owned()))
    }

    fn noted<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if result.is_err() {
            self.failed.store(true, Ordering::Release);
        }
        result
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.inner.is_some() {
            // Before the connection goes back.
            self.writer.demand_discard();
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.writer.pool().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.noted(self.inner()?.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.noted(self.inner()?.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.noted(self.inner()?.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.noted(self.inner()?.query_all_raw(statement).await)
    }
}
