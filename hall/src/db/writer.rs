//! A connection of this process that writes, and its queue.

use super::StoreError;
use super::transaction::Transaction;
use super::watermark::Watermark;
use sea_orm::{DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

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

/// One connection of this process that writes, its queue, and what a commit has to do with.
#[derive(Debug)]
pub(super) struct Writer {
    pool: DatabaseConnection,
    discard: Discard,
    turn: Arc<Semaphore>,
    /// Sees only what is committed.
    reader: DatabaseConnection,
    mark: Arc<Watermark>,
    /// A planted bug: commits are claimed and lost, as by acknowledging before the commit and then losing power.
    #[cfg(any(test, feature = "testing"))]
    lose_commits: AtomicBool,
}

impl Writer {
    /// `pool` has one connection and asks `discard` before and after each use.
    pub(super) fn new(
        pool: DatabaseConnection,
        discard: Discard,
        reader: DatabaseConnection,
        mark: Arc<Watermark>,
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

    pub(super) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Has the connection closed unless what comes next ends well.
    pub(super) fn unsure(&self) -> Unsure {
        Unsure::of(&self.discard)
    }

    /// Has the connection closed before it is used again.
    pub(super) fn demand_discard(&self) {
        self.discard.demand();
    }

    /// A planted bug: from now on commits are claimed and lost.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn lose_commits(&self) {
        self.lose_commits.store(true, Ordering::Relaxed);
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) fn loses_commits(&self) -> bool {
        self.lose_commits.load(Ordering::Relaxed)
    }

    /// Begins a transaction of which nobody knows yet how its commit is to be seen.
    pub(super) async fn begin(self: &Arc<Self>, timeout: Duration) -> Result<Transaction, StoreError> {
        let turn = tokio::time::timeout(timeout, self.turn.clone().acquire_owned());
        let turn = turn.await.ok().and_then(Result::ok).ok_or(StoreError::Busy)?;
        // A BEGIN that failed or was given up leaves a connection of which nobody knows how it stands.
        let unsure = self.unsure();
        let inner = self.pool.begin_with_options(immediate()).await?;
        unsure.settle();
        Ok(Transaction::new(inner, self.clone(), turn))
    }

    /// Closes a connection of which nobody knows how it stands now, and not only at the next use: it may still keep
    /// other processes from writing.
    pub(super) fn renew(self: &Arc<Self>) {
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
pub(super) struct Unsure(Option<Discard>);

impl Unsure {
    fn of(discard: &Discard) -> Self {
        Self(Some(discard.clone()))
    }

    pub(super) fn settle(mut self) {
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
