//! Opens connections to either database: to SQLite one that writes, to PostgreSQL two, and some that read.

use super::Address;
use super::StoreError;
use super::writer::Discard;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections that read at the same time.
const READERS: u32 = 8;
/// How long to wait for a connection, and for whoever writes before.
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);
/// A connection to PostgreSQL that was idle for so long is tried before it is used.
const IDLE: Duration = Duration::from_secs(5);

/// A pool of one connection that writes.
pub(super) struct Writing {
    pub pool: DatabaseConnection,
    /// What has its connection closed.
    pub discard: Discard,
}

/// The pools of one process.
pub(super) struct Pools {
    pub fenced: Writing,
    /// None where the database has one writer at a time.
    pub plain: Option<Writing>,
    pub read: DatabaseConnection,
}

pub(super) async fn connect(address: &Address) -> Result<Pools, StoreError> {
    match address {
        Address::Sqlite(path) => {
            crate::files::keep_private(path).map_err(|error| StoreError::File(path.clone(), error))?;
            let discard = Discard::default();
            let fenced = Writing { pool: sqlite(path, Some(&discard)).await?, discard };
            Ok(Pools { fenced, plain: None, read: sqlite(path, None).await? })
        }
        Address::Postgres(url) => {
            let (fenced, plain) = (Discard::default(), Discard::default());
            let fenced = Writing { pool: postgres(url.reveal(), Some(&fenced)).await?, discard: fenced };
            let plain = Writing { pool: postgres(url.reveal(), Some(&plain)).await?, discard: plain };
            Ok(Pools { fenced, plain: Some(plain), read: postgres(url.reveal(), None).await? })
        }
    }
}

fn options(url: &str, writer: Option<&Discard>) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    let connections = if writer.is_some() { 1 } else { READERS };
    options.max_connections(connections).acquire_timeout(TIMEOUT).sqlx_logging(false);
    options
}

async fn postgres(url: &str, writer: Option<&Discard>) -> Result<DatabaseConnection, StoreError> {
    let mut options = options(url, writer);
    options.test_before_acquire_if_idle_for(IDLE);
    if let Some(discard) = writer {
        let (before, after) = (discard.clone(), discard.clone());
        options.map_sqlx_postgres_before_acquire(move |_, _| {
            let allowed = before.allows_use();
            Box::pin(async move { Ok(allowed) })
        });
        options.map_sqlx_postgres_pool_opts(move |pool| {
            let after = after.clone();
            pool.after_release(move |_, _| {
                let allowed = after.allows_use();
                Box::pin(async move { Ok(allowed) })
            })
        });
    }
    Database::connect(options).await.map_err(|error| match error {
        DbErr::ConnectionAcquire(_) => StoreError::Unreachable,
        DbErr::Conn(reason) if reason.to_string().contains("timed out") => StoreError::Unreachable,
        other => other.into(),
    })
}

async fn sqlite(path: &Path, writer: Option<&Discard>) -> Result<DatabaseConnection, StoreError> {
    // The path does not go through the address, where some characters would mean something else.
    let mut options = options("sqlite://", writer);
    options.test_before_acquire(false);
    let path = PathBuf::from(path);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&path)
            .create_if_missing(true)
            .busy_timeout(TIMEOUT)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("cache_size", "-16384")
    });
    if let Some(discard) = writer {
        let (before, after) = (discard.clone(), discard.clone());
        options.map_sqlx_sqlite_before_acquire(move |_, _| {
            let allowed = before.allows_use();
            Box::pin(async move { Ok(allowed) })
        });
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let after = after.clone();
            pool.after_release(move |_, _| {
                let allowed = after.allows_use();
                Box::pin(async move { Ok(allowed) })
            })
        });
    }
    Ok(Database::connect(options).await?)
}
