//! Brings a database to the present form. Migrations are only ever added, never changed.

use super::StoreError;
use super::sql::{execute, exists, query_all};
use super::transaction::Transaction;
use crate::clock::Clock;
use sea_orm::{ConnectionTrait, DbBackend};

/// One step from an older form to a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Migration {
    /// As the table `migration` has it. Its number says when it comes, over all capabilities.
    pub name: &'static str,
    /// What it does; `{BLOB}` is the database's type for bytes.
    pub sql: &'static str,
}

impl Migration {
    pub(crate) const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }
}

/// Whether a migration is missing. Looks without taking the turn, so that lists do not wait for whoever writes.
pub(super) async fn is_needed(
    db: &impl ConnectionTrait,
    migrations: &[Migration],
) -> Result<bool, StoreError> {
    let applied = applied(db).await?;
    Ok(migrations.iter().any(|migration| !applied.iter().any(|name| name == migration.name)))
}

/// Whether there are no tables yet.
pub(super) async fn is_new(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    Ok(applied(db).await?.is_empty())
}

async fn applied(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let table = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name = 'migration'"
        }
        _ => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
    };
    if !exists(db, table, []).await? {
        return Ok(Vec::new());
    }
    let rows = query_all(db, "SELECT name FROM migration", []).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
}

pub(super) async fn run(
    transaction: Transaction,
    migrations: &[Migration],
    clock: &Clock,
) -> Result<(), StoreError> {
    let postgres = transaction.get_database_backend() == DbBackend::Postgres;
    let mut changed = false;
    if postgres {
        // Several halls may start at once on an empty database.
        execute(&transaction, "SELECT pg_advisory_xact_lock(4277009102)", []).await?;
    }
    transaction
        .execute_unprepared(
            "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)",
        )
        .await?;
    for Migration { name, sql } in migrations {
        let added = execute(
            &transaction,
            "INSERT INTO migration (name, applied_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [(*name).into(), clock.now().0.into()],
        )
        .await?;
        if added == 1 {
            changed = true;
            let mut sql = sql.replace("{BLOB}", if postgres { "BYTEA" } else { "BLOB" });
            if crate::planted::is_planted("unique-index-removed") {
                for table in ["application", "case_file"] {
                    let begin = format!("CREATE TABLE {table} (\n    id TEXT");
                    sql = sql.replace(&format!("{begin} PRIMARY KEY"), &begin);
                }
                sql = sql.replace("UNIQUE INDEX application_registration", "INDEX application_registration");
            }
            if crate::planted::is_planted("queue-unique-index-removed") {
                sql = sql.replace("UNIQUE INDEX queue_", "INDEX queue_");
            }
            transaction.execute_unprepared(&sql).await?;
        }
    }
    if !exists(&transaction, "SELECT id FROM hall WHERE id = 1", []).await? {
        execute(
            &transaction,
            "INSERT INTO hall (id, epoch, changes, terminals, revision) VALUES (1, $1, 0, 0, 0)",
            [uuid::Uuid::now_v7().to_string().into()],
        )
        .await?;
    }
    if !changed {
        return transaction.rollback().await;
    }
    // Whether this is the database that the mark is about has still to be seen.
    transaction.fence().await?.commit_without_mark().await?;
    Ok(())
}
