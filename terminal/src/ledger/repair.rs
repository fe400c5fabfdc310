//! Opening the file, noticing that it is damaged, and going on with what can be saved.

use super::mark::Mark;
use super::outbox::Reason;
use super::rows::OutcomeRow;
use super::{Ledger, LedgerError, salvage, schema};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension as _};
use std::sync::atomic::Ordering;

/// A file that is damaged again and again is a broken disk, and no matter for this program.
const REPAIRS: u32 = 5;

impl Ledger {
    /// Opens the file and looks whether it is well.
    pub(super) fn connect(&self) -> Result<Connection, LedgerError> {
        let inner = &self.inner;
        if salvage::is_pending(&inner.folder) {
            self.alone(|| salvage::put_in_place(&inner.folder))?;
        }
        let mut connection = Connection::open(inner.folder.join("ledger.sqlite"))?;
        // A damaged journal must stay as it is until somebody has looked at what is in it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let mark = self.mark();
        // Before the first step, so that an older program knows a file that was migrated from a damaged one.
        let before = || self.note(|mark| mark.version = schema::VERSION);
        let looked = schema::prepare(&mut connection, inner.reserve.size(), before)
            .and_then(|()| schema::check(&connection))
            .and_then(|()| self.compare(&connection, &mark))
            .and_then(|()| self.repair_outcomes(&mut connection));
        match looked {
            // Nobody has ever migrated it so far, and its tables are known here: the version is not what it was.
            Err(LedgerError::Newer { found, .. })
                if mark.version > 0 && mark.version < found && schema::is_known(&connection) =>
            {
                return Err(schema::damaged("its version is not what it was"));
            }
            // What SQLite does not understand in a file that was well: its tables are damaged.
            Err(LedgerError::Database(error))
                if mark.version > 0 && error.sqlite_error_code() == Some(rusqlite::ErrorCode::Unknown) =>
            {
                return Err(LedgerError::Damaged(error));
            }
            other => other?,
        }
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(connection)
    }

    /// Whether the file knows of everything that was ever accepted.
    fn compare(&self, connection: &Connection, mark: &Mark) -> Result<(), LedgerError> {
        let sequence = highest(connection)?;
        if sequence < mark.sequence && !crate::planted::is_planted("mark-ignored") {
            return Err(schema::damaged("applications that were accepted are not in it"));
        }
        self.note(|mark| {
            mark.version = schema::VERSION;
            mark.sequence = sequence;
        });
        Ok(())
    }

    /// What became of an application is told by a row that proves itself. Where it does not, what is sealed waits
    /// again (the hall answers what it has with the same acknowledgement), and the others are set aside.
    fn repair_outcomes(&self, connection: &mut Connection) -> Result<(), LedgerError> {
        let transaction = connection.transaction()?;
        let mut statement = transaction.prepare("SELECT sequence FROM application ORDER BY sequence")?;
        let sequences = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        drop(statement);
        for sequence in sequences {
            if self.outcome(&transaction, sequence)?.is_some() {
                continue;
            }
            tracing::error!(sequence, "what became of an application is damaged");
            let is_sealed = transaction
                .query_row("SELECT 1 FROM sealed WHERE sequence = ?1", [sequence], |_| Ok(()))
                .optional()?
                .is_some();
            let outcome =
                if is_sealed { OutcomeRow::waiting() } else { OutcomeRow::quarantined(&Reason::Damaged {}) };
            self.set_outcome(&transaction, sequence, &outcome)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// A connection to a fresh file with what could be saved; the damage, if others have the file open.
    pub(super) fn salvaged(&self, damage: rusqlite::Error) -> Result<Connection, LedgerError> {
        if self.inner.repairs.fetch_add(1, Ordering::Relaxed) >= REPAIRS {
            return Err(LedgerError::Damaged(damage));
        }
        tracing::error!(%damage, "the ledger is damaged");
        let mark = self.mark();
        let salvage = || salvage::salvage(self, &self.inner.folder, &mark);
        match self.alone(salvage) {
            Err(LedgerError::Full) if self.inner.reserve.release() => self.alone(salvage)?,
            other => other?,
        }
        self.connect()
    }

    /// Puts a file that turned out to be damaged right, in mid-work. False if that cannot be done now.
    pub(super) fn repair(&self) -> bool {
        let mut connection = self.connection();
        let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        let Ok(nothing) = Connection::open_in_memory() else { return false };
        drop(std::mem::replace(&mut *connection, nothing));
        let (opened, is_repaired) = match self.salvaged(schema::corrupt("a record cannot be read")) {
            Ok(fresh) => (Ok(fresh), true),
            Err(error) => {
                tracing::error!(%error, "the damaged ledger could not be salvaged");
                (Connection::open(self.inner.folder.join("ledger.sqlite")), false)
            }
        };
        if let Ok(opened) = opened {
            *connection = opened;
        }
        is_repaired
    }

    /// Runs work; if the file turns out to be damaged, salvages it and tries once more.
    pub(super) fn repaired<T>(&self, work: impl Fn() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        match work() {
            Err(LedgerError::Damaged(_)) if self.repair() => work(),
            other => other,
        }
    }

    /// How many applications were accepted here of which no record can be read any more. Their receipts are good,
    /// but whether the hall has them is not known here.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn missing(&self) -> Result<u32, LedgerError> {
        let accepted = self.read(|transaction| highest(transaction))?;
        let whole = self.whole()?;
        Ok(u32::try_from(accepted - whole).unwrap_or(0))
    }

    /// Does something that nobody else may see half done.
    fn alone<T>(&self, work: impl FnOnce() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let presence = &self.inner.presence;
        if presence.try_lock().is_err() {
            // Trying may have cost the shared lock.
            presence.lock_shared()?;
            return Err(schema::damaged("and another program has it open: end it, then start again"));
        }
        let done = work();
        presence.lock_shared()?;
        done
    }
}

/// The highest sequence that was ever given to an application.
fn highest(connection: &Connection) -> Result<i64, LedgerError> {
    let given: Option<i64> = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'application'", [], |row| row.get(0))
        .optional()?;
    let kept: i64 =
        connection.query_row("SELECT COALESCE(MAX(sequence), 0) FROM application", [], |row| row.get(0))?;
    Ok(given.unwrap_or(0).max(kept))
}
