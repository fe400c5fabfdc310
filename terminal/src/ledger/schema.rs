//! The ledger's tables. Migrations are only ever added; the file's version is SQLite's `user_version`.

use super::LedgerError;
use rusqlite::Connection;
use rusqlite::fallible_iterator::FallibleIterator as _;

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_start.sql"),
    include_str!("migrations/002_journal.sql"),
    include_str!("migrations/003_job_kind.sql"),
];

/// The newest version known here.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Pages in the journal after which they are moved to their place, whoever waits. [`super::Ledger::rest`] comes before.
const JOURNAL: u64 = 4000;
/// Bytes in the journal for which resting is worth it.
pub(super) const WORTH_MOVING: u64 = 1024 * 1024;
/// Statements kept prepared: more than there are on the ways of a day.
const STATEMENTS: usize = 64;

/// Sets the connection up and migrates, each step in its own transaction, so that a kill leaves either state. Calls
/// `before` if there is something to migrate. A file that is newer than this program is left as it is.
pub(super) fn prepare(
    connection: &mut Connection,
    reserve: u64,
    before: impl FnOnce(),
) -> Result<(), LedgerError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let known = VERSION;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(LedgerError::Newer { found, known });
    }
    // Room that sent applications leave is given back to the disk, so that intake can reopen by itself. Only
    // takes effect before the first table.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Accepted means on the disk: a power cut after the receipt must not lose it.
    let synchronous = if crate::planted::is_planted("normal-sync") { "NORMAL" } else { "FULL" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // On a small disk the journal must fit into what the reserve gives up for it.
    let journal = if reserve == 0 { JOURNAL } else { (reserve / 2 / 4096).clamp(4, JOURNAL) };
    connection.pragma_update(None, "wal_autocheckpoint", journal as i64)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Deleted bodies are overwritten rather than left in free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    if found > 0 && found < known {
        before();
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(found.max(0) as usize) {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Another process may have migrated while this one waited for the lock.
        let now: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if now == index as i64 {
            let mut statements = rusqlite::Batch::new(&transaction, migration);
            let mut step = 0;
            while let Some(mut statement) = statements.next()? {
                statement.execute([])?;
                step += 1;
                crate::planted::halt_at(&format!("migration {} step {step}", index + 1));
            }
            if index > 0 && crate::planted::is_planted("migration-drops-queue") {
                transaction.execute_batch("DELETE FROM sealed")?;
            }
            transaction.pragma_update(None, "user_version", index as i64 + 1)?;
        }
        transaction.commit()?;
        crate::planted::halt_at(&format!("migration {} done", index + 1));
    }
    Ok(())
}

/// Whether the tables are those of some version that is known here.
pub(super) fn is_known(connection: &Connection) -> bool {
    let Ok(found) = tables(connection) else { return false };
    let Ok(fresh) = Connection::open_in_memory() else { return false };
    MIGRATIONS.iter().any(|migration| {
        fresh.execute_batch(migration).is_ok() && tables(&fresh).is_ok_and(|known| known == found)
    })
}

/// Looks whether tables and indexes are what they must be. Bodies and files are left out: they are many, and each
/// proves itself when it is read.
pub(super) fn check(connection: &Connection) -> Result<(), LedgerError> {
    let fresh = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        fresh.execute_batch(migration)?;
    }
    fresh.pragma_update(None, "user_version", VERSION)?;
    if tables(&fresh)? != tables(connection)? {
        return Err(damaged("its tables are not what they were"));
    }
    for table in ["application", "outcome", "fact"] {
        let found: String =
            connection.query_row(&format!("PRAGMA integrity_check('{table}')"), [], |row| row.get(0))?;
        if found != "ok" {
            return Err(damaged(&found));
        }
    }
    Ok(())
}

/// A damage that SQLite does not tell as an error.
pub(super) fn damaged(what: &str) -> LedgerError {
    LedgerError::Damaged(corrupt(what))
}

/// SQLite's own word for it.
pub(super) fn corrupt(what: &str) -> rusqlite::Error {
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(corrupt, Some(what.to_owned()))
}

fn tables(connection: &Connection) -> Result<Vec<(String, String)>, LedgerError> {
    let mut statement = connection.prepare(
        "SELECT type || ' ' || name || ' ' || tbl_name, COALESCE(sql, '') FROM sqlite_schema ORDER BY 1, 2",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
