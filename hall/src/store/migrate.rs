//! Brings a database to the present form. Migrations are only ever added, never changed.

use super::{StoreError, entity, execute};
use crate::clock::Clock;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, TransactionTrait};

/// Names and texts of all migrations in order; `{BLOB}` is the database's type for bytes.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_hall", include_str!("../../migrations/0001_hall.sql")),
    ("0002_printers", include_str!("../../migrations/0002_printers.sql")),
];

pub(super) async fn run(db: &DatabaseConnection, clock: &Clock) -> Result<(), StoreError> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let transaction = db.begin_with_options(super::immediate()).await?;
    if postgres {
        // Several halls may start at once on an empty database.
        execute(&transaction, "SELECT pg_advisory_xact_lock(4277009102)", []).await?;
    }
    transaction
        .execute_unprepared(
            "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)",
        )
        .await?;
    for (name, sql) in MIGRATIONS {
        let added = execute(
            &transaction,
            "INSERT INTO migration (name, applied_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [(*name).into(), clock.now().0.into()],
        )
        .await?;
        if added == 1 {
            let mut sql = sql.replace("{BLOB}", if postgres { "BYTEA" } else { "BLOB" });
            if crate::planted::is_planted("unique-index-removed") {
                for table in ["application", "case_file"] {
                    let begin = format!("CREATE TABLE {table} (\n    id TEXT");
                    sql = sql.replace(&format!("{begin} PRIMARY KEY"), &begin);
                }
                sql = sql.replace("UNIQUE INDEX application_registration", "INDEX application_registration");
            }
            transaction.execute_unprepared(&sql).await?;
        }
    }
    if entity::hall::Entity::find_by_id(1).one(&transaction).await?.is_none() {
        execute(
            &transaction,
            "INSERT INTO hall (id, epoch, changes, terminals, revision) VALUES (1, $1, 0, 0, 0)",
            [uuid::Uuid::now_v7().to_string().into()],
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}
