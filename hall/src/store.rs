//! The hall's database: SQLite beside the keys by default, PostgreSQL by address.
//!
//! Every write transaction begins by counting up the one `hall` row. That makes writers of all processes
//! take turns in the same order on both databases, tells them the present epoch, and leaves a mark beside
//! the keys by which a restored older database is recognised. Knows nothing of HTTP.

pub mod address;
pub(crate) mod arrivals;
pub(crate) mod attachments;
pub mod cases;
pub(crate) mod catalogue;
pub mod conflicts;
mod connect;
pub(crate) mod entity;
pub mod keys;
mod life;
mod lookups;
mod migrate;
mod numbers;
pub(crate) mod parts;
pub(crate) mod standing;
pub mod terminals;
mod transaction;
mod watermark;

use crate::clock::Clock;
use address::Address;
use bianmin_protocol::ids::{Epoch, Revision};
use connect::PATIENCE;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement, Value};
use std::path::{Path, PathBuf};
use std::sync::Arc;
pub(crate) use transaction::Transaction;
use transaction::Writer;
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
    #[error("the database address must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")]
    Address,
    /// A file beside the database cannot be read or written.
    #[error("cannot use the file {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// PostgreSQL is copied by its own tools.
    #[error("PostgreSQL is copied by its own tools: use pg_dump")]
    NoBackup,
    /// Others write without end.
    #[error("the database is busy: others have been writing for too long")]
    Busy,
    /// What was written is not to be seen; nothing of it may be answered.
    #[error("the database did not keep what was written")]
    NotCommitted,
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
    writer: Arc<Writer>,
    read: DatabaseConnection,
    clock: Clock,
}

impl Store {
    /// The mark's name in the data folder.
    pub const MARK_FILE: &str = watermark::FILE;

    /// Opens the database at `address`, creates or upgrades its tables, and gives it a new epoch when it is
    /// older than the mark in the folder `data`. `startup` also sees to it that it is the right one.
    ///
    /// # Errors
    /// The address is malformed, the database cannot be reached, or a migration fails.
    pub async fn open(address: &str, data: &Path, clock: &Clock) -> Result<Self, StoreError> {
        let store = Self::connect(&address.parse()?, data, clock).await?;
        store.migrate().await?;
        store.settle().await?;
        Ok(store)
    }

    /// Connects without changing anything.
    pub(crate) async fn connect(address: &Address, data: &Path, clock: &Clock) -> Result<Self, StoreError> {
        let pools = connect::connect(address).await?;
        let mark = Watermark::open(data)?;
        let writer = Writer::new(pools.write, pools.discard, pools.read.clone(), mark);
        Ok(Self { writer: Arc::new(writer), read: pools.read, clock: clock.clone() })
    }

    /// Whether the folder has the mark of a database.
    pub(crate) fn mark_in(data: &Path) -> bool {
        Watermark::is_in(data)
    }

    /// Whether nothing was ever in it.
    pub(crate) async fn is_empty(&self) -> Result<bool, StoreError> {
        migrate::is_new(&self.read).await
    }

    /// Creates or upgrades the tables.
    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        if migrate::is_needed(&self.read).await? {
            migrate::run(self.writer.begin(PATIENCE).await?, &self.clock).await?;
        }
        Ok(())
    }

    /// Compares the database with the mark beside the keys.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        self.notice_a_restored_backup().await?;
        // A power cut may have taken the last marks with it. Whatever is restored from here on is recognised.
        let present = self.present().await?;
        self.mark().note(present.changes, present.revision.0 as i64);
        self.mark().force()
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

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.read.get_database_backend() == DbBackend::Postgres
    }

    /// Copies the whole SQLite database, consistently, to a new file that only its owner can read.
    ///
    /// # Errors
    /// The file exists already, or the database is PostgreSQL, which brings its own tools.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        if self.is_postgres() {
            return Err(StoreError::NoBackup);
        }
        let told = |error| StoreError::File(file.to_owned(), error);
        let copy = crate::files::create_private(file).map_err(told)?;
        let copied = execute(&self.read, "VACUUM INTO $1", [file.display().to_string().into()]).await;
        if let Err(error) = copied.map_err(StoreError::from).and_then(|_| copy.sync_all().map_err(told)) {
            // Half a backup would be taken for one.
            std::fs::remove_file(file).map_err(told)?;
            return Err(error);
        }
        Ok(())
    }

    /// Closes every connection; SQLite's files are then as they are kept. Nothing works afterwards.
    pub async fn close(&self) {
        for pool in [self.writer.pool(), &self.read] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "cannot close the database");
            }
        }
    }

    /// The connection to read from.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    fn mark(&self) -> &Watermark {
        self.writer.mark()
    }

    /// The highest revision that was ever published here, also before a backup was restored.
    pub(crate) fn highest_revision(&self) -> Result<i64, StoreError> {
        Ok(self.mark().read()?.revision)
    }

    /// A planted bug: from now on commits are claimed and lost.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn lose_commits(&self) {
        self.writer.lose_commits.store(true, std::sync::atomic::Ordering::Relaxed);
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
