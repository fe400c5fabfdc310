//! The hall's database: SQLite beside the keys by default, PostgreSQL by address.
//!
//! Every write transaction begins by counting up the one `hall` row. That makes writers of all processes
//! take turns in the same order on both databases, tells them the present epoch, and leaves a mark beside
//! the keys by which a restored older database is recognised. Knows nothing of HTTP.

pub(crate) mod arrivals;
pub(crate) mod attachments;
pub(crate) mod cases;
pub(crate) mod catalogue;
pub(crate) mod entity;
mod migrate;
pub(crate) mod terminals;
mod watermark;

use crate::clock::Clock;
use bianmin_protocol::ids::{Epoch, Revision};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use std::path::{Path, PathBuf};
use std::time::Duration;
use watermark::Watermark;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database itself refused or failed.
    #[error("the database failed: {0}")]
    Database(DbErr),
    /// No server answers at the address.
    #[error("the database server does not answer")]
    Unreachable,
    /// Something stored cannot be read back.
    #[error("the database holds an unreadable {0}")]
    Corrupt(&'static str),
    /// The address is of no known kind.
    #[error("the database address must begin with sqlite: or postgres:")]
    Address,
    /// The mark beside the keys cannot be read or written.
    #[error("cannot use the file {0}: {1}")]
    Mark(PathBuf, std::io::Error),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// What every process serving one database must notice at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    /// The life of this database.
    pub epoch: Epoch,
    /// How many write transactions there were.
    pub changes: i64,
    /// Grows when a terminal is enrolled or revoked.
    pub terminals: i64,
    /// The newest revision of the catalogue.
    pub revision: Revision,
}

/// A handle on the database, for one process.
#[derive(Debug)]
pub struct Store {
    /// One connection on SQLite, so that writers of this process queue here and not in the database.
    write: DatabaseConnection,
    read: DatabaseConnection,
    mark: Watermark,
    /// A planted bug: commits are claimed and lost, as by acknowledging before the commit and then losing power.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) lose_commits: std::sync::atomic::AtomicBool,
}

/// Connections that read at the same time; also writers on PostgreSQL.
const CONNECTIONS: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(20);
/// A connection to PostgreSQL that was idle for so long is tried before it is used.
const IDLE: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the database at `address`, creates or upgrades its tables, and gives it a new epoch when it is
    /// older than the mark in the folder `data`.
    ///
    /// # Errors
    /// The address is malformed, the database cannot be reached, or a migration fails.
    pub async fn open(address: &str, data: &Path, clock: &Clock) -> Result<Self, StoreError> {
        let (write, read) = connect(address).await?;
        migrate::run(&write, clock).await?;
        let mark = Watermark::open(data)?;
        let store = Self {
            write,
            read,
            mark,
            #[cfg(any(test, feature = "testing"))]
            lose_commits: Default::default(),
        };
        store.notice_a_restored_backup().await?;
        // A power cut may have taken the last marks with it. Whatever is restored from here on is recognised.
        let present = store.present().await?;
        store.mark.note(present.changes, present.revision.0 as i64);
        store.mark.force()?;
        Ok(store)
    }

    /// The address of the default database in the folder `data`.
    pub fn default_address(data: &Path) -> String {
        format!("sqlite:{}", data.join("hall.sqlite").display())
    }

    /// What the database says at this moment.
    ///
    /// # Errors
    /// The database fails.
    pub async fn present(&self) -> Result<Present, StoreError> {
        let row =
            query_one(&self.read, "SELECT epoch, changes, terminals, revision FROM hall WHERE id = 1", [])
                .await?
                .ok_or(StoreError::Corrupt("hall row"))?;
        present(&row)
    }

    /// Begins a life of its own, as after restoring a backup: terminals will offer what they hold receipts for.
    ///
    /// # Errors
    /// The database fails.
    pub async fn new_epoch(&self) -> Result<Present, StoreError> {
        let floor = self.mark.read()?.changes;
        let (transaction, mut now) = self.begin().await?;
        now.epoch = Epoch(uuid::Uuid::now_v7());
        now.changes = now.changes.max(floor + 1);
        execute(
            &transaction,
            "UPDATE hall SET epoch = $1, changes = $2 WHERE id = 1",
            [now.epoch.to_string().into(), now.changes.into()],
        )
        .await?;
        self.commit(transaction, now).await?;
        Ok(now)
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Copies the whole SQLite database, consistently, to a new file.
    ///
    /// # Errors
    /// The file exists already, or the database is PostgreSQL, which brings its own tools.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        execute(&self.read, "VACUUM INTO $1", [file.display().to_string().into()]).await?;
        Ok(())
    }

    async fn notice_a_restored_backup(&self) -> Result<(), StoreError> {
        let mark = self.mark.read()?;
        let present = self.present().await?;
        if present.changes < mark.changes {
            let now = self.new_epoch().await?;
            tracing::warn!(
                database = present.changes,
                mark = mark.changes,
                epoch = %now.epoch,
                "the database is older than the mark beside the keys: a backup was restored, and a new epoch begins"
            );
        }
        Ok(())
    }

    /// Closes every connection; SQLite's files are then as they are kept. Nothing works afterwards.
    pub async fn close(&self) {
        for pool in [&self.write, &self.read] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "cannot close the database");
            }
        }
    }

    /// The connection to read from.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The connection for single statements that need not take turns.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// The highest revision that was ever published here, also before a backup was restored.
    pub(crate) fn highest_revision(&self) -> Result<i64, StoreError> {
        Ok(self.mark.read()?.revision)
    }

    /// Begins a write transaction and takes the turn.
    pub(crate) async fn begin(&self) -> Result<(DatabaseTransaction, Present), StoreError> {
        let transaction = self.write.begin_with_options(immediate()).await?;
        let row = query_one(
            &transaction,
            "UPDATE hall SET changes = changes + 1 WHERE id = 1 RETURNING epoch, changes, terminals, revision",
            [],
        )
        .await?
        .ok_or(StoreError::Corrupt("hall row"))?;
        let present = present(&row)?;
        Ok((transaction, present))
    }

    /// Commits durably and leaves the mark.
    pub(crate) async fn commit(
        &self,
        transaction: DatabaseTransaction,
        present: Present,
    ) -> Result<(), StoreError> {
        #[cfg(any(test, feature = "testing"))]
        if self.lose_commits.load(std::sync::atomic::Ordering::Relaxed) {
            return Ok(transaction.rollback().await?);
        }
        transaction.commit().await?;
        self.mark.note(present.changes, present.revision.0 as i64);
        Ok(())
    }
}

fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

fn present(row: &QueryResult) -> Result<Present, StoreError> {
    let epoch: String = row.try_get("", "epoch")?;
    Ok(Present {
        epoch: Epoch(epoch.parse().map_err(|_| StoreError::Corrupt("epoch"))?),
        changes: row.try_get("", "changes")?,
        terminals: row.try_get("", "terminals")?,
        revision: Revision(row.try_get::<i64>("", "revision")? as u64),
    })
}

async fn connect(address: &str) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    if address.starts_with("postgres:") || address.starts_with("postgresql:") {
        let mut options = ConnectOptions::new(address);
        options.max_connections(CONNECTIONS).acquire_timeout(PATIENCE).sqlx_logging(false);
        options.test_before_acquire_if_idle_for(IDLE);
        let pool = Database::connect(options).await.map_err(|error| match error {
            DbErr::ConnectionAcquire(_) => StoreError::Unreachable,
            DbErr::Conn(reason) if reason.to_string().contains("timed out") => StoreError::Unreachable,
            other => other.into(),
        })?;
        return Ok((pool.clone(), pool));
    }
    let path = address.strip_prefix("sqlite:").ok_or(StoreError::Address)?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = PathBuf::from(path.split_once('?').map_or(path, |(path, _)| path));
    let pool = |connections: u32| {
        let path = path.clone();
        // The path does not go through the address, where some characters would mean something else.
        let mut options = ConnectOptions::new("sqlite://");
        options.max_connections(connections).acquire_timeout(PATIENCE).sqlx_logging(false);
        options.test_before_acquire(false);
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .filename(&path)
                .create_if_missing(true)
                .busy_timeout(PATIENCE)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("cache_size", "-16384")
        });
        Database::connect(options)
    };
    Ok((pool(1).await?, pool(CONNECTIONS).await?))
}

/// A statement with `$1`, `$2` … for either database.
pub(crate) fn statement<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

pub(crate) async fn execute<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Result<u64, DbErr> {
    Ok(db.execute_raw(statement(db, sql, values)).await?.rows_affected())
}

pub(crate) async fn query_one<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Result<Option<QueryResult>, DbErr> {
    db.query_one_raw(statement(db, sql, values)).await
}

pub(crate) async fn query_all<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(statement(db, sql, values)).await
}
