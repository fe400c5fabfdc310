//! The ledger's tables. Migrations are only ever added; the file's version is SQLite's `user_version`.

use super::LedgerError;
use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[include_str!("migrations/001_start.sql")];

/// Sets the connection up and migrates, each step in its own transaction, so that a kill leaves either state.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), LedgerError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // Room that sent applications leave is given back to the disk, so that intake can reopen by itself. Only
    // takes effect before the first table.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Accepted means on the disk: a power cut after the receipt must not lose it.
    let synchronous = if crate::planted::is_planted("normal-sync") { "NORMAL" } else { "FULL" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Deleted bodies are overwritten rather than left in free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    let known = MIGRATIONS.len() as i64;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(LedgerError::Newer { found, known });
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(found as usize) {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Another process may have migrated while this one waited for the lock.
        let now: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if now == index as i64 {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", index as i64 + 1)?;
        }
        transaction.commit()?;
    }
    Ok(())
}
