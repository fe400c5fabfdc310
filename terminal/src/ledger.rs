//! The precious file: everything the terminal has accepted and what became of it.
//!
//! SQLite in WAL mode with `synchronous=FULL`. An application, its registration number, its outbox row, its
//! attachments and its print intent are one transaction; only after that commit may anyone say "accepted".
//! The body is sealed to the hall before it is written, so this file holds nothing that the terminal, its
//! thief or its technician can read. Every row carries a proof (the envelope's signature or a keyed MAC), so
//! that a damaged one is noticed, set aside, and the others go on.
//!
//! Methods block on the disk: call them from a blocking task. This module knows no network and no screen.

mod accept;
mod changes;
mod chunks;
pub mod identity;
mod integrity;
mod journal;
mod outbox;
mod records;
mod reserve;
mod rows;
mod schema;
#[cfg(test)]
mod tests;

pub use accept::{AcceptError, Accepted, Draft};
pub use changes::Retained;
pub use chunks::ChunkRef;
pub use journal::{JobId, JobState, PrintJob};
pub use outbox::{OutboxState, Reason, Waiting};
pub use records::{Counts, Record, SlipFacts, SlipMaterial};
pub use reserve::{Intake, Reserve};

use crate::ledger::identity::TerminalIdentity;
use bianmin_protocol::ids::{ApplicationId, BadId};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

/// Why the ledger cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The disk is full: intake must close until there is room.
    #[error("the disk is full")]
    Full,
    /// The file is damaged beyond single records.
    #[error("the ledger file is damaged: {0}")]
    Damaged(rusqlite::Error),
    /// It was written by a newer version of the program.
    #[error("the ledger was written by a newer version (schema {found}, this program knows {known})")]
    Newer {
        /// The file's version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// Any other database error.
    #[error("the ledger cannot be used: {0}")]
    Database(rusqlite::Error),
    /// A file operation beside the database failed.
    #[error("the ledger's folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// Changes of cases came with a gap.
    #[error("changes of cases came with a gap after {0}")]
    Gap(u64),
    /// There is no such application here.
    #[error("there is no such application here")]
    Unknown(ApplicationId),
    /// No further registration number can be made.
    #[error(transparent)]
    Number(#[from] BadId),
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            // A quota or a full tmpfs shows as a failed write or truncate of the WAL.
            Some(ErrorCode::SystemIoFailure) if disk_error(&error) => Self::Full,
            _ => Self::Database(error),
        }
    }
}

fn disk_error(error: &rusqlite::Error) -> bool {
    const IOERR_WRITE: i32 = 778;
    const IOERR_SHMSIZE: i32 = 4874;
    const IOERR_SHMOPEN: i32 = 4618;
    matches!(error, rusqlite::Error::SqliteFailure(inner, _)
        if [IOERR_WRITE, IOERR_SHMSIZE, IOERR_SHMOPEN].contains(&inner.extended_code))
}

/// The ledger. Cheap to clone; one writer at a time.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ledger({})", self.inner.identity.enrolled.certificate.terminal)
    }
}

struct Inner {
    connection: Mutex<Connection>,
    identity: TerminalIdentity,
    mac: integrity::MacKey,
    reserve: Reserve,
    commits: watch::Sender<u64>,
    keep_sealed: std::time::Duration,
}

/// How a ledger is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes kept free so that what was accepted can still be sent and recorded.
    pub reserve: u64,
    /// For how long a sealed body is kept after the acknowledgement, so that it can be offered again to a hall
    /// restored from a backup. Zero removes it with the acknowledgement.
    pub keep_sealed: std::time::Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { reserve: 64 * 1024 * 1024, keep_sealed: std::time::Duration::from_secs(7 * 24 * 3600) }
    }
}

impl Ledger {
    /// Opens or creates `ledger.sqlite` in `folder` and brings its schema up to date.
    ///
    /// # Errors
    /// The folder cannot be written, the disk is full, the file is damaged or from a newer version.
    pub fn open(folder: &Path, identity: TerminalIdentity, options: &Options) -> Result<Self, LedgerError> {
        std::fs::create_dir_all(folder)?;
        let reserve = Reserve::new(folder, options.reserve);
        let open = || {
            let mut connection = Connection::open(folder.join("ledger.sqlite"))?;
            schema::prepare(&mut connection)?;
            Ok(connection)
        };
        let connection = match open() {
            // Even opening takes room, and what was accepted must be sent.
            Err(LedgerError::Full) if reserve.release() => open()?,
            other => other?,
        };
        let inner = Inner {
            connection: Mutex::new(connection),
            mac: integrity::MacKey::derive(&identity.key),
            identity,
            reserve,
            commits: watch::Sender::new(0),
            keep_sealed: options.keep_sealed,
        };
        let ledger = Self { inner: Arc::new(inner) };
        ledger.inner.reserve.refill();
        Ok(ledger)
    }

    /// Who this terminal is.
    pub fn identity(&self) -> &TerminalIdentity {
        &self.inner.identity
    }

    /// Changes with every accepted application: what the sender waits for.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.commits.subscribe()
    }

    /// Whether applications are accepted now. Looks at the disk; reopens by itself when there is room again.
    pub fn intake(&self) -> Intake {
        if self.inner.reserve.intake() == Intake::Open {
            return Intake::Open;
        }
        self.give_back_room();
        self.inner.reserve.intake()
    }

    /// Gives pages and journal that are not needed any more back to the disk. Failing changes nothing.
    fn give_back_room(&self) {
        let connection = self.connection();
        let freed = connection
            .prepare("PRAGMA incremental_vacuum")
            .and_then(|mut vacuum| {
                let mut rows = vacuum.query([])?;
                // Each step frees one page.
                while rows.next()?.is_some() {}
                Ok(())
            })
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        if let Err(error) = freed {
            tracing::debug!(%error, "no room could be given back");
        }
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A poisoned lock means that another thread panicked between statements; SQLite rolled back.
        self.inner.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Runs a write that must succeed even on a full disk, such as recording an acknowledgement: when it does
    /// not fit, the reserve is given up for it.
    fn write<T>(
        &self,
        work: impl Fn(&rusqlite::Transaction<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        match self.transaction(&work) {
            Err(LedgerError::Full) if self.inner.reserve.release() => self.transaction(&work),
            other => other,
        }
    }

    fn transaction<T>(
        &self,
        work: &impl Fn(&rusqlite::Transaction<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}
