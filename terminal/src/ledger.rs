//! The ledger: everything the terminal has accepted and what became of it.
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
mod counters;
mod enrolment_key;
mod files;
mod forget;
pub mod identity;
mod identity_mark;
mod integrity;
mod journal;
mod kept_mark;
mod lookups;
mod mark;
mod outbox;
mod pages;
mod records;
mod repair;
mod reserve;
mod rows;
mod salvage;
mod schema;
mod standing;
#[cfg(test)]
mod tests;
mod tickets;
mod tries;

pub use accept::{AcceptError, Accepted, Draft};
pub use changes::{ChangeCursor, ChangeRun};
pub use chunks::ChunkRef;
pub use counters::{Counter, Day, PaperUse, Supply};
pub use forget::Retained;
pub use journal::{JobId, JobKind, JobState, Outlet, PrintJob, PrintReason, PrintStatus, Settled};
pub use kept_mark::KeptMark;
pub use lookups::Check;
pub use outbox::{OutboxState, Reason, Waiting};
pub use records::{Counts, Page, Record, RecordPlace, SlipFacts, SlipFee, SlipMaterial};
pub use reserve::{Intake, Reserve};

use crate::ledger::identity::TerminalIdentity;
use bianmin_protocol::ids::{ApplicationId, BadId};
use bianmin_protocol::registration::RegistrationNumber;
use identity_mark::IdentityMark;
use mark::MarkFile;
use rusqlite::Connection;
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32};
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
    /// There is no application with this number here.
    #[error("there is no application {0} here")]
    NotHere(RegistrationNumber),
    /// The folder is a copy, or was put back: no number is given before the hall was heard.
    #[error(
        "this folder is a copy, or was put back from one: no number is given before the hall has been reached once"
    )]
    Unconfirmed,
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
            None if matches!(
                error,
                rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
                    | rusqlite::Error::Utf8Error(..)
            ) =>
            {
                Self::Damaged(error)
            }
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
    folder: PathBuf,
    /// Held shared for as long as the ledger is open, so that nobody exchanges its file beneath it.
    presence: File,
    marks: MarkFile,
    identity_mark: IdentityMark,
    /// Whether the folder may be a copy, of which the hall has not been asked yet.
    is_suspect: AtomicBool,
    /// Whether the hall has said that it takes nothing from this terminal any more.
    is_revoked: AtomicBool,
    /// How often this process has salvaged the file.
    repairs: AtomicU32,
    identity: TerminalIdentity,
    mac: integrity::MacKey,
    reserve: Reserve,
    commits: watch::Sender<u64>,
    keep_sealed: std::time::Duration,
    keep_details: std::time::Duration,
    /// Up to which application it was looked whether details need not be kept any longer.
    details_seen: AtomicI64,
}

/// How a ledger is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes kept free so that what was accepted can still be sent and recorded: none, or 128 KB and more.
    pub reserve: u64,
    /// For how long a sealed body is kept after the acknowledgement, so that it can be offered again to a hall
    /// restored from a backup. Zero removes it with the acknowledgement.
    pub keep_sealed: std::time::Duration,
    /// For how long after the end of a case masked names, remarks and what else the slip said are kept.
    pub keep_details: std::time::Duration,
}

impl Default for Options {
    fn default() -> Self {
        let days = |days: u64| std::time::Duration::from_secs(days * 24 * 3600);
        Self { reserve: 64 * 1024 * 1024, keep_sealed: days(7), keep_details: days(180) }
    }
}

impl Ledger {
    /// Opens or creates `ledger.sqlite` in `folder` and brings its schema up to date. A damaged file is set aside,
    /// and what proves itself in it goes on in a fresh one: see [`Ledger::missing`].
    ///
    /// # Errors
    /// The folder cannot be written, the disk is full, the file is from a newer version, or it is damaged while
    /// another program has it open.
    pub fn open(folder: &Path, identity: TerminalIdentity, options: &Options) -> Result<Self, LedgerError> {
        std::fs::create_dir_all(folder)?;
        let presence = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join("ledger.lock"))?;
        presence.lock_shared()?;
        let mac = identity.row_key();
        let is_new = !folder.join("ledger.sqlite").exists();
        files::make_private(folder)?;
        let inner = Inner {
            // Until the file itself is known to be well.
            connection: Mutex::new(Connection::open_in_memory()?),
            folder: folder.to_owned(),
            presence,
            marks: MarkFile::open(folder),
            identity_mark: IdentityMark::open(folder),
            is_suspect: AtomicBool::new(false),
            is_revoked: AtomicBool::new(false),
            repairs: AtomicU32::new(0),
            mac,
            identity,
            reserve: Reserve::new(folder, options.reserve),
            commits: watch::Sender::new(0),
            keep_sealed: options.keep_sealed,
            keep_details: options.keep_details,
            details_seen: AtomicI64::new(0),
        };
        let ledger = Self { inner: Arc::new(inner) };
        let connection = match ledger.connect() {
            // Even opening takes room, and what was accepted must be sent.
            Err(LedgerError::Full) if ledger.inner.reserve.release() => ledger.connect(),
            other => other,
        };
        let connection = match connection {
            Err(LedgerError::Damaged(error)) => ledger.salvaged(error)?,
            other => other?,
        };
        *ledger.connection() = connection;
        ledger.look_at_place(is_new)?;
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
        if self.is_revoked() {
            return Intake::Revoked;
        }
        if self.is_suspect() {
            return Intake::Unconfirmed;
        }
        self.room()
    }

    /// Whether there is room for applications. Looks at the disk.
    pub fn room(&self) -> Intake {
        if self.inner.reserve.intake() == Intake::Open {
            return Intake::Open;
        }
        self.give_back_room();
        self.inner.reserve.intake()
    }

    /// Gives pages and journal that are not needed any more back to the disk. Failing changes nothing.
    fn give_back_room(&self) {
        let connection = self.connection();
        let checkpoint = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let unused = || connection.pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0));
        // In small steps, each moved to its place before the next: giving pages back takes room in the journal.
        let give_back = || {
            checkpoint()?;
            let mut left = unused()?;
            while left > 0 {
                let mut vacuum = connection.prepare_cached("PRAGMA incremental_vacuum(64)")?;
                let mut rows = vacuum.query([])?;
                // Each row frees one page.
                while rows.next()?.is_some() {}
                drop(rows);
                drop(vacuum);
                checkpoint()?;
                let now = unused()?;
                if now >= left {
                    break;
                }
                left = now;
            }
            Ok::<_, rusqlite::Error>(())
        };
        let freed = give_back();
        if let Err(error) = freed {
            tracing::debug!(%error, "no room could be given back");
        }
    }

    /// Moves what is in the journal to its place, if it is worth it. For moments when nobody waits, so that no
    /// resident does. Failing changes nothing: the journal keeps everything.
    pub fn rest(&self) {
        let journal =
            std::fs::metadata(self.inner.folder.join("ledger.sqlite-wal")).map_or(0, |meta| meta.len());
        if journal < schema::WORTH_MOVING {
            return;
        }
        let moved = self.connection().query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            tracing::debug!(%error, "the journal could not be moved to its place");
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
        let mut outcome = self.transaction(&work);
        if matches!(outcome, Err(LedgerError::Full)) {
            // On a small disk the journal alone may be what fills it.
            self.give_back_room();
            outcome = self.transaction(&work);
        }
        if matches!(outcome, Err(LedgerError::Full)) && self.inner.reserve.release() {
            self.give_back_room();
            outcome = self.transaction(&work);
        }
        match outcome {
            Err(LedgerError::Damaged(_)) if self.repair() => self.transaction(&work),
            other => other,
        }
    }

    /// Runs a read. Whoever writes meanwhile, in this program or another, is not held up.
    fn read<T>(
        &self,
        work: impl Fn(&rusqlite::Transaction<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.repaired(|| {
            let mut connection = self.connection();
            work(&connection.transaction_with_behavior(rusqlite::TransactionBehavior::Deferred)?)
        })
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
