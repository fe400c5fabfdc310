//! Write transactions, fenced and plain: what did not happen is never taken for done, a connection that went wrong is not
//! used again, and a plain one waits for no fenced one of another process.

use super::on_both;
use crate::db::Transaction;
use crate::testing::{Database, TestHall};
use sea_orm::ConnectionTrait as _;
use std::time::Duration;

/// Far longer than a transaction takes, and far shorter than one waits for another.
const SOON: Duration = Duration::from_secs(5);

async fn begin(hall: &TestHall, is_fenced: bool) -> Transaction {
    let store = hall.store();
    if is_fenced { store.begin_fenced().await.unwrap().unfenced() } else { store.begin().await.unwrap() }
}

/// Leaves something that another connection sees.
async fn write(transaction: &Transaction, name: &str) {
    let sql = format!("INSERT INTO terminal_series (prefix, last) VALUES ('{name}', 1)");
    transaction.execute_unprepared(&sql).await.unwrap();
}

async fn is_written(hall: &TestHall, name: &str) -> bool {
    let sql = "SELECT last FROM terminal_series WHERE prefix = $1";
    crate::db::sql::exists(hall.store().reader(), sql, [name.into()]).await.unwrap()
}

on_both! {
    async fn a_commit_that_had_no_effect_is_no_commit(database) {
        let hall = TestHall::start(database).await;
        for is_fenced in [true, false] {
            let transaction = begin(&hall, is_fenced).await;
            write(&transaction, "lost").await;
            // As when the database rolls back by itself, and what follows is a transaction of its own.
            transaction.execute_unprepared("ROLLBACK").await.unwrap();
            transaction.execute_unprepared("BEGIN").await.unwrap();
            assert!(transaction.commit().await.is_err(), "fenced: {is_fenced}");
            assert!(!is_written(&hall, "lost").await);
            let (transaction, name) = (begin(&hall, is_fenced).await, format!("kept-{is_fenced}"));
            write(&transaction, &name).await;
            transaction.commit().await.unwrap();
            assert!(is_written(&hall, &name).await);
        }
    }

    async fn fenced_transactions_are_counted(database) {
        let hall = TestHall::start(database).await;
        let store = hall.store();
        let before = store.state().await.unwrap().changes;
        let transaction = store.begin_fenced().await.unwrap();
        assert_eq!(transaction.state().changes, before + 1);
        transaction.rollback().await.unwrap();
        assert_eq!(store.state().await.unwrap().changes, before);
        store.begin_fenced().await.unwrap().commit().await.unwrap();
        assert_eq!(store.state().await.unwrap().changes, before + 1);
    }

    async fn a_transaction_with_a_failed_statement_does_not_commit(database) {
        let hall = TestHall::start(database).await;
        for is_fenced in [true, false] {
            let transaction = begin(&hall, is_fenced).await;
            write(&transaction, "lost").await;
            assert!(transaction.execute_unprepared("INSERT INTO nowhere VALUES (1)").await.is_err());
            assert!(transaction.commit().await.is_err(), "fenced: {is_fenced}");
            assert!(!is_written(&hall, "lost").await);
        }
    }

    async fn a_connection_whose_transaction_did_not_end_well_is_not_used_again(database) {
        let hall = TestHall::start(database).await;
        for is_fenced in [true, false] {
            // Only the same connection would still have it.
            let (make, look) = ("CREATE TEMP TABLE own (x BIGINT)", "SELECT x FROM own");
            let transaction = begin(&hall, is_fenced).await;
            transaction.execute_unprepared(make).await.unwrap();
            transaction.commit().await.unwrap();
            let transaction = begin(&hall, is_fenced).await;
            transaction.execute_unprepared(look).await.unwrap();
            transaction.rollback().await.unwrap();
            // Given up in the middle, as by whoever asked and went away.
            let transaction = begin(&hall, is_fenced).await;
            transaction.execute_unprepared(look).await.unwrap();
            drop(transaction);
            let transaction = begin(&hall, is_fenced).await;
            assert!(transaction.execute_unprepared(look).await.is_err(), "the same connection");
        }
    }
}

/// On SQLite everybody waits for everybody: it has one writer at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_transaction_waits_for_no_fenced_one() {
    let hall = TestHall::start(Database::Postgres).await;
    let twin = hall.twin().await;
    let intake = hall.store().begin_fenced().await.unwrap();
    for (other, name) in [(&hall, "own"), (&twin, "twin")] {
        let call = async {
            let transaction = other.store().begin().await.unwrap();
            write(&transaction, name).await;
            transaction.commit().await.unwrap();
        };
        tokio::time::timeout(SOON, call).await.expect("it waits for the fenced one");
        assert!(is_written(&hall, name).await);
    }
    // A fenced one of the other hall does wait, and comes next.
    let next = tokio::time::timeout(Duration::from_millis(200), twin.store().begin_fenced()).await;
    assert!(next.is_err(), "two have the hall's row");
    intake.commit().await.unwrap();
    let next = tokio::time::timeout(SOON, twin.store().begin_fenced()).await.unwrap().unwrap();
    next.commit().await.unwrap();
}
