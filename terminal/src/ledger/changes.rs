//! What the hall tells: changes of every kind, and its epoch.

use super::outbox::OutboxState;
use super::rows::OutcomeRow;
use super::{Ledger, LedgerError};
use bianmin_protocol::case::Progress;
use bianmin_protocol::change::{Change, ChangeEntry};
use bianmin_protocol::ids::Epoch;
use rusqlite::{OptionalExtension as _, Transaction};
use serde::{Deserialize, Serialize};

/// In which of its two runs a hall numbers what it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeRun {
    /// Changes of cases, as halls of 0.1.0 number them.
    Cases,
    /// Changes of every kind.
    All,
}

/// How far changes were pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeCursor {
    /// Once a hall has told everything, nothing else is believed of it: the other run counts otherwise.
    pub run: ChangeRun,
    /// The last change that is kept.
    pub after: u64,
}

/// Changes that this program could not read.
#[derive(Debug, Serialize, Deserialize)]
struct Skipped {
    /// The cursor before the first of them.
    after: u64,
    /// The program's version: another one may know them.
    version: String,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Ledger {
    /// How far changes were pulled. After an update of this program it is before the first one that the program could
    /// not read until then.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn change_cursor(&self) -> Result<ChangeCursor, LedgerError> {
        self.read(|transaction| self.cursor(transaction))
    }

    fn cursor(&self, transaction: &Transaction<'_>) -> Result<ChangeCursor, LedgerError> {
        let run = match self.kept_cursor(transaction, ChangeRun::All)? {
            Some(_) => ChangeRun::All,
            None => ChangeRun::Cases,
        };
        Ok(ChangeCursor { run, after: self.cursor_in(transaction, run)? })
    }

    /// How far a run was pulled. One that is begun goes on from the cursor of the other, which is never higher.
    fn cursor_in(&self, transaction: &Transaction<'_>, run: ChangeRun) -> Result<u64, LedgerError> {
        let cases = self.kept_cursor(transaction, ChangeRun::Cases)?.unwrap_or(0);
        if run == ChangeRun::Cases {
            return Ok(cases);
        }
        let all = self.kept_cursor(transaction, ChangeRun::All)?.unwrap_or(cases);
        Ok(match self.skipped(transaction)? {
            // What is pulled once more does no harm: the last change of a case is the last once more.
            Some(skipped) if skipped.version != VERSION => skipped.after.min(all),
            _ => all,
        })
    }

    fn kept_cursor(&self, transaction: &Transaction<'_>, run: ChangeRun) -> Result<Option<u64>, LedgerError> {
        Ok(self.fact(transaction, &self.name(run))?.and_then(|text| text.parse().ok()))
    }

    /// Each terminal has changes of its own: one that took another's place begins at the first of its own.
    fn name(&self, run: ChangeRun) -> String {
        let identity = self.identity();
        let name = match run {
            ChangeRun::Cases => "update cursor",
            ChangeRun::All => "change cursor",
        };
        match identity.lineage.predecessors.as_slice() {
            [] => name.to_owned(),
            _ => format!("{name} {}", identity.terminal()),
        }
    }

    fn skipped(&self, transaction: &Transaction<'_>) -> Result<Option<Skipped>, LedgerError> {
        let fact = self.fact(transaction, &self.skipped_name())?;
        Ok(fact.and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn skipped_name(&self) -> String {
        format!("{}, skipped", self.name(ChangeRun::All))
    }

    /// Applies changes of a run: exactly those that follow the cursor, without a gap, in one transaction. What this
    /// program cannot read is passed over, to be asked for again by a newer one; returns how many these are.
    ///
    /// # Errors
    /// There is a gap, or the ledger cannot be written; nothing was applied then.
    pub fn apply_changes(&self, run: ChangeRun, changes: &[ChangeEntry]) -> Result<u32, LedgerError> {
        self.write(|transaction| {
            let mut cursor = self.cursor_in(transaction, run)?;
            let known = self.skipped(transaction)?;
            let had_any = known.is_some();
            let mut skipped = known.filter(|skipped| skipped.version == VERSION);
            let mut count = 0;
            for entry in changes.iter().filter(|entry| entry.cursor > 0) {
                if entry.cursor <= cursor {
                    continue;
                }
                if entry.cursor != cursor + 1 && !crate::planted::is_planted("max-id-cursor") {
                    return Err(LedgerError::Gap(cursor));
                }
                match &entry.change {
                    Ok(Change::Case(progress)) => self.apply_progress(transaction, progress)?,
                    Err(_) => {
                        let version = VERSION.to_owned();
                        skipped.get_or_insert(Skipped { after: cursor, version });
                        count += 1;
                    }
                }
                cursor = entry.cursor;
            }
            self.set_fact(transaction, &self.name(run), &cursor.to_string())?;
            if had_any || skipped.is_some() {
                let text = skipped.and_then(|skipped| serde_json::to_string(&skipped).ok());
                self.set_fact(transaction, &self.skipped_name(), &text.unwrap_or_default())?;
            }
            Ok(count)
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
            // Another hall may answer under this epoch, one of 0.1.0 too.
            self.set_fact(transaction, &self.name(ChangeRun::Cases), "0")?;
            self.set_fact(transaction, &self.name(ChangeRun::All), "")?;
            self.set_fact(transaction, &self.skipped_name(), "")?;
            let mut count = 0;
            for sequence in self.sequences(transaction, OutboxState::Acknowledged)? {
                let kept = transaction
                    .execute("UPDATE sealed SET acknowledged_at = NULL WHERE sequence = ?1", [sequence])?;
                if kept == 1 {
                    self.set_outcome(transaction, sequence, &OutcomeRow::waiting())?;
                    transaction.execute("UPDATE chunk SET sent = 0 WHERE sequence = ?1", [sequence])?;
                    count += 1;
                }
            }
            Ok(count)
        })
    }
}
