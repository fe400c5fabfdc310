//! What the hall tells: changes of cases, and its epoch.

use super::outbox::OutboxState;
use super::rows::Outcome;
use super::{Ledger, LedgerError};
use bianmin_protocol::case::{CaseUpdate, Progress};
use bianmin_protocol::ids::Epoch;
use rusqlite::{OptionalExtension as _, Transaction};

impl Ledger {
    /// How far changes of cases were pulled.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn update_cursor(&self) -> Result<u64, LedgerError> {
        self.read(|transaction| self.cursor(transaction))
    }

    pub(super) fn cursor(&self, transaction: &Transaction<'_>) -> Result<u64, LedgerError> {
        Ok(self.fact(transaction, &self.cursor_name())?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Each terminal has changes of its own: one that took another's place begins at the first of its own.
    fn cursor_name(&self) -> String {
        let identity = self.identity();
        match identity.lineage.predecessors.as_slice() {
            [] => "update cursor".to_owned(),
            _ => format!("update cursor {}", identity.terminal()),
        }
    }

    /// Applies changes of cases: exactly those that follow the cursor, without a gap, in one transaction.
    ///
    /// # Errors
    /// There is a gap, or the ledger cannot be written; nothing was applied then.
    pub fn apply_updates(&self, updates: &[CaseUpdate]) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let mut cursor = self.cursor(transaction)?;
            for update in updates.iter().filter(|update| update.cursor > 0) {
                if update.cursor <= cursor {
                    continue;
                }
                if update.cursor != cursor + 1 && !crate::planted::is_planted("max-id-cursor") {
                    return Err(LedgerError::Gap(cursor));
                }
                cursor = update.cursor;
                self.apply_progress(transaction, &update.progress)?;
            }
            self.set_fact(transaction, &self.cursor_name(), &cursor.to_string())
        })
    }

    pub(super) fn apply_progress(
        &self,
        transaction: &Transaction<'_>,
        progress: &Progress,
    ) -> Result<(), LedgerError> {
        let sequence: Option<i64> = transaction
            .prepare_cached("SELECT sequence FROM application WHERE registration = ?1")?
            .query_row([progress.registration.to_string()], |row| row.get(0))
            .optional()?;
        let Some(sequence) = sequence else { return Ok(()) };
        let Some(mut outcome) = self.outcome(transaction, sequence)? else { return Ok(()) };
        outcome.progress = serde_json::to_string(progress).ok();
        if outcome.state == OutboxState::Quarantined {
            // The hall has taken what it refused, as after a lost key came back: sent again, it is acknowledged.
            (outcome.state, outcome.reason) = (OutboxState::Waiting, None);
        }
        self.set_outcome(transaction, sequence, &outcome)
    }

    /// The hall's epoch as last seen.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn epoch(&self) -> Result<Option<Epoch>, LedgerError> {
        self.read(|transaction| Ok(self.fact(transaction, "epoch")?.and_then(|text| text.parse().ok())))
    }

    /// Takes note of the hall's epoch. If another one was known, the hall was restored from a backup: everything
    /// that is still kept waits again and changes are pulled from the start. The hall answers what it already has
    /// with the same acknowledgement. Returns how many wait again.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn new_epoch(&self, epoch: Epoch) -> Result<usize, LedgerError> {
        self.write(|transaction| {
            let known = self.fact(transaction, "epoch")?;
            self.set_fact(transaction, "epoch", &epoch.to_string())?;
            if known.is_none_or(|known| known == epoch.to_string()) {
                return Ok(0);
            }
            self.set_fact(transaction, &self.cursor_name(), "0")?;
            let mut count = 0;
            for sequence in self.sequences(transaction, OutboxState::Acknowledged)? {
                let kept = transaction
                    .execute("UPDATE sealed SET acknowledged_at = NULL WHERE sequence = ?1", [sequence])?;
                if kept == 1 {
                    self.set_outcome(transaction, sequence, &Outcome::waiting())?;
                    transaction.execute("UPDATE chunk SET sent = 0 WHERE sequence = ?1", [sequence])?;
                    count += 1;
                }
            }
            Ok(count)
        })
    }
}
