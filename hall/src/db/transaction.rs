//! The one way to write: a transaction on the one connection of this process that writes.
//!
//! When SQLite runs out of room, or cannot write or sync, it may roll back by itself; what the pool then believes of the
//! connection is wrong, and later commits on it would commit nothing. So a connection whose transaction did not end
//! well is closed and never used again, and a commit counts only when another connection sees it.

use super::numbers::Numbers;
use super::sql::query_one;
use super::watermark::Watermark;
use super::{HallState, StoreError};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whether the connection that comes back to the pool, or is about to be taken from it, is to be closed.
#[derive(Debug, Clone, Default)]
pub(super) struct Discard(Arc<AtomicBool>);

impl Discard {
    fn demand(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// For the pool: whether the connection may be used (again).
    pub(super) fn allows_use(&self) -> bool {
        !self.0.swap(false, Ordering::AcqRel) || crate::planted::is_planted("connection-reused")
    }
}

/// The one connection of this process that writes, its queue, and what a commit has to do with.
#[derive(Debug)]
pub(super) struct Writer {
    pool: DatabaseConnection,
    discard: Discard,
    turn: Arc<Semaphore>,
    /// Sees only what is committed.
    reader: DatabaseConnection,
    mark: Watermark,
    /// A planted bug: commits are claimed and lost, as by acknowledging before the commit and then losing power.
    #[cfg(any(test, feature = "testing"))]
    pub(super) lose_commits: AtomicBool,
}

impl Writer {
    /// `pool` has one connection and asks `discard` before and after each use.
    pub(super) fn new(
        pool: DatabaseConnection,
        discard: Discard,
        reader: DatabaseConnection,
        mark: Watermark,
    ) -> Self {
        Self {
            pool,
            discard,
            turn: Arc::new(Semaphore::new(1)),
            reader,
            mark,
            #[cfg(any(test, feature = "testing"))]
            lose_commits: AtomicBool::new(false),
        }
    }

    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    pub(super) fn mark(&self) -> &Watermark {
        &self.mark
    }

    /// Begins a transaction that has not taken the turn among all processes yet.
    pub(super) async fn begin(self: &Arc<Self>, timeout: Duration) -> Result<Transaction, StoreError> {
        let turn = tokio::time::timeout(timeout, self.turn.clone().acquire_owned());
        let turn = turn.await.ok().and_then(Result::ok).ok_or(StoreError::Busy)?;
        // A BEGIN that failed or was given up leaves a connection of which nobody knows how it stands.
        let unsure = Unsure::of(&self.discard);
        let inner = self.pool.begin_with_options(immediate()).await?;
        unsure.settle();
        Ok(Transaction {
            inner: Some(inner),
            failed: AtomicBool::new(false),
            state: None,
            numbers: Numbers::default(),
            writer: self.clone(),
            _turn: turn,
        })
    }

    /// Closes a connection of which nobody knows how it stands now, and not only at the next use: it may still keep
    /// other processes from writing.
    fn renew(self: &Arc<Self>) {
        let writer = self.clone();
        tokio::spawn(async move {
            if let Err(error) = writer.pool.ping().await {
                tracing::warn!(%error, "no connection to write with");
            }
        });
    }
}

fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// Has the connection closed unless all went well, also when whoever waited is gone.
struct Unsure(Option<Discard>);

impl Unsure {
    fn of(discard: &Discard) -> Self {
        Self(Some(discard.clone()))
    }

    fn settle(mut self) {
        self.0 = None;
    }
}

impl Drop for Unsure {
    fn drop(&mut self) {
        if let Some(discard) = &self.0 {
            discard.demand();
        }
    }
}

/// A write transaction. What is not committed is rolled back, and its connection closed.
#[derive(Debug)]
pub(crate) struct Transaction {
    /// None once it has ended.
    inner: Option<DatabaseTransaction>,
    /// A statement failed. PostgreSQL would answer a commit then with a silent rollback.
    failed: AtomicBool,
    state: Option<HallState>,
    numbers: Numbers,
    writer: Arc<Writer>,
    /// Last, so that the next writer comes when the connection is given back.
    _turn: OwnedSemaphorePermit,
}

impl Transaction {
    /// Takes the turn among the writers of all processes, and learns what the database says now.
    pub(super) async fn take_turn(&mut self) -> Result<HallState, StoreError> {
        let sql = format!(
            "UPDATE hall SET changes = changes + 1 WHERE id = 1 RETURNING {}, {}",
            HallState::COLUMNS,
            Numbers::COLUMNS
        );
        let row = query_one(self, &sql, []).await?.ok_or(StoreError::Corrupt("hall row"))?;
        let state = HallState::of(&row)?;
        self.state = Some(state);
        self.numbers = Numbers::of(&row)?;
        Ok(state)
    }

    /// What the database said when the turn was taken.
    pub(crate) fn state(&self) -> Result<HallState, StoreError> {
        self.state.ok_or(StoreError::Corrupt("turn"))
    }

    /// Says what this transaction makes of it.
    pub(crate) fn set_state(&mut self, state: HallState) {
        self.state = Some(state);
    }

    pub(crate) fn numbers(&self) -> Numbers {
        self.numbers
    }

    pub(super) fn number_by(&mut self, numbers: Numbers) {
        self.numbers = numbers;
    }

    pub(super) fn mark(&self) -> &Watermark {
        &self.writer.mark
    }

    /// Commits durably, sees for itself that it did, and leaves the mark. Nothing may be answered before.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        let (state, numbers, writer) = (self.state()?, self.numbers, self.writer.clone());
        if self.commit_without_mark().await? {
            writer.mark.note(state.changes, state.revision.0 as i64);
            writer.mark.confirm(state.epoch, numbers);
        }
        Ok(())
    }

    /// Commits and sees that it did; false where a test has it lost.
    pub(super) async fn commit_without_mark(mut self) -> Result<bool, StoreError> {
        let state = self.state()?;
        if self.failed.load(Ordering::Acquire) {
            return Err(StoreError::NotCommitted);
        }
        let inner = self.inner.take().ok_or(StoreError::NotCommitted)?;
        let unsure = Unsure::of(&self.writer.discard);
        #[cfg(any(test, feature = "testing"))]
        if self.writer.lose_commits.load(Ordering::Relaxed) {
            inner.rollback().await?;
            return Ok(false);
        }
        let committed = inner.commit().await.map_err(StoreError::from);
        if let Err(error) = self.see(state, committed).await {
            drop(unsure);
            self.writer.renew();
            return Err(error);
        }
        unsure.settle();
        Ok(true)
    }

    /// Whether others see what was committed. The connection's own word for it is not enough.
    async fn see(&self, state: HallState, committed: Result<(), StoreError>) -> Result<(), StoreError> {
        committed?;
        if crate::planted::is_planted("connection-reused") {
            return Ok(());
        }
        let row = query_one(&self.writer.reader, "SELECT changes FROM hall WHERE id = 1", []).await?;
        let seen: i64 = row.ok_or(StoreError::Corrupt("hall row"))?.try_get("", "changes")?;
        if seen < state.changes {
            tracing::error!(seen, committed = state.changes, "a commit had no effect");
            return Err(StoreError::NotCommitted);
        }
        Ok(())
    }

    /// Ends without having changed anything.
    pub(crate) async fn rollback(mut self) -> Result<(), StoreError> {
        let Some(inner) = self.inner.take() else { return Ok(()) };
        let unsure = Unsure::of(&self.writer.discard);
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
            self.writer.discard.demand();
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.writer.pool.get_database_backend()
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
