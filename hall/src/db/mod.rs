//! The hall's database: SQLite beside the keys by default, PostgreSQL by address.
//!
//! What terminals replicate is written in fenced transactions ([`Store::begin_fenced`]), each of which begins by counting up
//! the one `hall` row. That makes writers of all processes take turns in the same order on both databases, tells them
//! the present epoch, and leaves a mark beside the keys by which a restored older database is recognised. Everything else
//! is written in plain ones ([`Store::begin`]), which on PostgreSQL wait for none of those.
//!
//! Knows nothing of HTTP, and none of the capabilities whose tables it keeps.

mod address;
mod connect;
mod epoch;
mod fenced;
mod keys;
mod migrate;
mod numbers;
pub(crate) mod parts;
pub(crate) mod sql;
mod state;
mod transaction;
mod watermark;
mod writer;

use crate::clock::Clock;
use connect::TIMEOUT;
use sea_orm::{DatabaseConnection, DbBackend, DbErr};
use sql::execute;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use watermark::Watermark;
use writer::Writer;

pub use address::{Address, Url};
pub(crate) use epoch::day_number;
pub(crate) use fenced::FencedTransaction;
pub use keys::{KeyKind, KnownKey};
pub(crate) use migrate::Migration;
pub use state::HallState;
pub(crate) use state::StateReader;
pub(crate) use transaction::Transaction;

/// The tables that every hall has had from the first, and what belongs to no capability alone.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration::new("0001_hall", include_str!("migrations/0001_hall.sql")),
    Migration::new("0003_keys_and_numbers", include_str!("migrations/0003_keys_and_numbers.sql")),
];

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

/// A handle on the database, for one process.
#[derive(Debug)]
pub struct Store {
    /// Writes what is ordered among all processes.
    fenced: Arc<Writer>,
    /// Writes everything else. The same one on SQLite, which has one writer at a time.
    plain: Arc<Writer>,
    read: DatabaseConnection,
    clock: Clock,
}

impl Store {
    /// The mark's name in the data folder.
    pub const MARK_FILE: &str = watermark::FILE;

    /// Connects without changing anything.
    pub(crate) async fn connect(address: &Address, data: &Path, clock: &Clock) -> Result<Self, StoreError> {
        let pools = connect::connect(address).await?;
        let mark = Arc::new(Watermark::open(data)?);
        let writer = |connection: connect::Writing| {
            Arc::new(Writer::new(connection.pool, connection.discard, pools.read.clone(), mark.clone()))
        };
        let fenced = writer(pools.fenced);
        let plain = pools.plain.map_or_else(|| fenced.clone(), writer);
        Ok(Self { fenced, plain, read: pools.read, clock: clock.clone() })
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
    pub(crate) async fn migrate(&self, migrations: &[Migration]) -> Result<(), StoreError> {
        if migrate::is_needed(&self.read, migrations).await? {
            migrate::run(self.fenced.begin(TIMEOUT).await?, migrations, &self.clock).await?;
        }
        Ok(())
    }

    /// Compares the database with the mark beside the keys.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        let state = self.state_of_this_epoch().await?;
        // A power cut may have taken the last marks with it. Whatever is restored from here on is recognised.
        self.mark().note(state.changes, state.revision.0 as i64);
        self.mark().force()
    }

    /// The address of the default database in the folder `data`.
    pub fn default_address(data: &Path) -> String {
        format!("sqlite:{}", data.join("hall.sqlite").display())
    }

    /// Copies the whole SQLite database, consistently, to a new file that only its owner can read.
    ///
    /// # Errors
    /// The file exists already, or the database is PostgreSQL, which brings its own tools.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        if self.read.get_database_backend() == DbBackend::Postgres {
            return Err(StoreError::NoBackup);
        }
        let report = |error| StoreError::File(file.to_owned(), error);
        let copy = crate::files::create_private(file).map_err(report)?;
        let copied = execute(&self.read, "VACUUM INTO $1", [file.display().to_string().into()]).await;
        if let Err(error) = copied.map_err(StoreError::from).and_then(|_| copy.sync_all().map_err(report)) {
            // Half a backup would be taken for one.
            std::fs::remove_file(file).map_err(report)?;
            return Err(error);
        }
        Ok(())
    }

    /// Closes every connection; SQLite's files are then as they are kept. Nothing works afterwards.
    pub async fn close(&self) {
        for pool in [self.fenced.pool(), self.plain.pool(), &self.read] {
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
        self.fenced.mark()
    }

    /// The highest revision that was ever published here, also before a backup was restored.
    pub(crate) fn highest_revision(&self) -> Result<i64, StoreError> {
        Ok(self.mark().read()?.revision)
    }

    /// A planted bug: from now on commits are claimed and lost.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn lose_commits(&self) {
        for writer in [&self.fenced, &self.plain] {
            writer.lose_commits();
        }
    }
}
