//! Wrong tries of what is given beside a registration number, counted such that neither a restart, another hall on the
//! same database nor many questions at once give anybody more of them.

use super::CaseStore;
use crate::db::sql::{execute, query_one};
use crate::db::{StoreError, Transaction};
use bianmin_protocol::credential::{left_after, wait_after, wait_at_terminal};
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use std::time::Duration;

/// The wrong tries about one subject.
#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
    since_last: Duration,
}

impl CaseStore<'_> {
    /// Counts a try that was wrong, and forgets those before one that was right. How long to wait instead, if it is not
    /// time yet: then nobody learns whether it was right.
    pub(crate) async fn note_try(
        &self,
        number: &RegistrationNumber,
        terminal: &TerminalId,
        is_right: bool,
        now: Millis,
    ) -> Result<Result<(), Duration>, StoreError> {
        let (number, terminal) = (number.to_string(), terminal.as_str());
        let transaction = self.0.begin().await?;
        // Always in this order, so that two of them never wait for each other.
        let about = tries(&transaction, &number, now).await?;
        let from = tries(&transaction, terminal, now).await?;
        let left = left_after(from.wrong, from.since_last);
        let wait = wait_after(about.wrong)
            .saturating_sub(about.since_last)
            .max(wait_at_terminal(left).saturating_sub(from.since_last));
        if !wait.is_zero() {
            transaction.rollback().await?;
            return Ok(Err(wait));
        }
        if crate::planted::is_planted("second-fact-tries-uncounted") {
            transaction.rollback().await?;
        } else if is_right {
            // Committed like a wrong one: where nothing can be counted nobody learns what is right.
            let sql = "DELETE FROM lookup_try WHERE subject = $1 OR subject = $2 AND wrong = 0";
            execute(&transaction, sql, [number.into(), terminal.into()]).await?;
            transaction.commit().await?;
        } else {
            note(&transaction, &number, about.wrong.saturating_add(1), now).await?;
            note(&transaction, terminal, left.saturating_add(1), now).await?;
            transaction.commit().await?;
        }
        Ok(Ok(()))
    }
}

/// The wrong tries about a subject. Whoever looks holds the row until the end of the transaction, so that many questions
/// at once are counted one after the other.
async fn tries(db: &Transaction, subject: &str, now: Millis) -> Result<Tries, StoreError> {
    let sql = "INSERT INTO lookup_try (subject, wrong, last_at) VALUES ($1, 0, $2) \
               ON CONFLICT (subject) DO UPDATE SET wrong = lookup_try.wrong RETURNING wrong, last_at";
    let row = query_one(db, sql, [subject.into(), now.0.into()]).await?;
    let row = row.ok_or(StoreError::Corrupt("lookup"))?;
    let (wrong, last_at): (i64, i64) = (row.try_get("", "wrong")?, row.try_get("", "last_at")?);
    // A clock that was set back must not make the wait longer than it is.
    let since = u64::try_from(now.0.saturating_sub(last_at)).unwrap_or(0);
    Ok(Tries { wrong: u32::try_from(wrong).unwrap_or(u32::MAX), since_last: Duration::from_millis(since) })
}

async fn note(db: &Transaction, subject: &str, wrong: u32, now: Millis) -> Result<(), StoreError> {
    execute(
        db,
        "INSERT INTO lookup_try (subject, wrong, last_at) VALUES ($1, $2, $3) \
         ON CONFLICT (subject) DO UPDATE SET wrong = excluded.wrong, last_at = excluded.last_at",
        [subject.into(), i64::from(wrong).into(), now.0.into()],
    )
    .await?;
    Ok(())
}
