//! Write transactions: what did not happen is never taken for done, and a connection that went wrong is not used again.

use super::on_both;
use crate::testing::TestHall;
use sea_orm::ConnectionTrait as _;

on_both! {
    async fn a_commit_that_had_no_effect_is_no_commit(database) {
        let hall = TestHall::start(database).await;
        let store = hall.store();
        let before = store.state().await.unwrap().changes;
        let transaction = store.begin().await.unwrap();
        // As when the database rolls back by itself, and what follows is a transaction of its own.
        transaction.execute_unprepared("ROLLBACK").await.unwrap();
        transaction.execute_unprepared("BEGIN").await.unwrap();
        assert!(transaction.commit().await.is_err());
        assert_eq!(store.state().await.unwrap().changes, before);
        store.begin().await.unwrap().commit().await.unwrap();
        assert_eq!(store.state().await.unwrap().changes, before + 1);
    }

    async fn a_transaction_with_a_failed_statement_does_not_commit(database) {
        let hall = TestHall::start(database).await;
        let store = hall.store();
        let before = store.state().await.unwrap().changes;
        let transaction = store.begin().await.unwrap();
        assert!(transaction.execute_unprepared("INSERT INTO nowhere VALUES (1)").await.is_err());
        assert!(transaction.commit().await.is_err());
        assert_eq!(store.state().await.unwrap().changes, before);
    }

    async fn a_connection_whose_transaction_did_not_end_well_is_not_used_again(database) {
        let hall = TestHall::start(database).await;
        let store = hall.store();
        // Only the same connection would still have it.
        let (make, look) = ("CREATE TEMP TABLE own (x BIGINT)", "SELECT x FROM own");
        let transaction = store.begin().await.unwrap();
        transaction.execute_unprepared(make).await.unwrap();
        transaction.commit().await.unwrap();
        let transaction = store.begin().await.unwrap();
        transaction.execute_unprepared(look).await.unwrap();
        transaction.rollback().await.unwrap();
        // Given up in the middle, as by whoever asked and went away.
        let transaction = store.begin().await.unwrap();
        transaction.execute_unprepared(look).await.unwrap();
        drop(transaction);
        let transaction = store.begin().await.unwrap();
        assert!(transaction.execute_unprepared(look).await.is_err(), "the same connection");
    }
}
