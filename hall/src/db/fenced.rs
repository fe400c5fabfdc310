//! The transactions that are ordered among all processes, and what they change of the hall's one row.

use super::numbers::Numbers;
use super::sql::execute;
use super::transaction::{Proof, Transaction};
use super::watermark::Watermark;
use super::{HallState, StoreError};
use bianmin_protocol::ids::{Epoch, Revision};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::ops::Deref;

/// What a transaction knows that has taken the hall's row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fence {
    pub state: HallState,
    pub numbers: Numbers,
}

/// A write transaction that is ordered among those of all processes, because it holds the hall's one row: for what
/// terminals replicate, and for numbers that are never given twice.
#[derive(Debug)]
pub(crate) struct FencedTransaction {
    transaction: Transaction,
    fence: Fence,
}

impl FencedTransaction {
    pub(super) fn new(transaction: Transaction, fence: Fence) -> Self {
        Self { transaction, fence }
    }

    /// What the database said when the turn was taken, with what this transaction has changed of it.
    pub(crate) fn state(&self) -> HallState {
        self.fence.state
    }

    /// How far numbers go.
    pub(crate) fn numbers(&self) -> Numbers {
        self.fence.numbers
    }

    pub(super) fn number_by(&mut self, numbers: Numbers) {
        self.fence.numbers = numbers;
    }

    /// Begins another epoch, with so many changes.
    pub(super) async fn set_epoch(&mut self, epoch: Epoch, changes: i64) -> Result<(), StoreError> {
        let sql = "UPDATE hall SET epoch = $1, changes = $2 WHERE id = 1";
        execute(self, sql, [epoch.to_string().into(), changes.into()]).await?;
        self.fence.state = HallState { epoch, changes, ..self.fence.state };
        Ok(())
    }

    /// From this commit on every process looks again at what it knows of terminals.
    pub(crate) async fn raise_terminals(&mut self) -> Result<(), StoreError> {
        execute(self, "UPDATE hall SET terminals = terminals + 1 WHERE id = 1", []).await?;
        self.fence.state.terminals += 1;
        Ok(())
    }

    /// From this commit on this is the newest revision of the catalogue.
    pub(crate) async fn set_revision(&mut self, revision: Revision) -> Result<(), StoreError> {
        let sql = "UPDATE hall SET revision = $1 WHERE id = 1";
        execute(self, sql, [(revision.0 as i64).into()]).await?;
        self.fence.state.revision = revision;
        Ok(())
    }

    pub(super) fn mark(&self) -> &Watermark {
        self.transaction.mark()
    }

    /// Commits durably, sees for itself that it did, and leaves the mark. Nothing may be answered before.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.unfenced().commit().await
    }

    /// Commits and sees that it did, and leaves no mark.
    pub(super) async fn commit_without_mark(self) -> Result<bool, StoreError> {
        self.unfenced().commit_without_mark().await
    }

    /// Ends without having changed anything.
    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        self.transaction.rollback().await
    }

    /// The same for whoever has no use for the order.
    pub(crate) fn unfenced(self) -> Transaction {
        self.transaction.proved_by(Proof::Row(self.fence))
    }
}

impl Deref for FencedTransaction {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.transaction
    }
}

#[async_trait]
impl ConnectionTrait for FencedTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.transaction.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.transaction.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.transaction.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.transaction.query_all_raw(statement).await
    }
}
