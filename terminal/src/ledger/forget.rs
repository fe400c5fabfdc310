//! What need not be kept any longer: sealed bodies some days after the hall has them, and some months after the end of a
//! case everything about it but numbers and digests.

use super::records::SlipFacts;
use super::rows::OutcomeRow;
use super::{Ledger, LedgerError};
use bianmin_protocol::case::{CaseState, Progress};
use bianmin_protocol::ids::Millis;
use rusqlite::{OptionalExtension as _, Transaction, params};
use std::sync::atomic::Ordering;

/// Cases that are looked at in one go, which is with each heartbeat.
const LOOKED_AT: usize = 200;

/// Sealed bodies that were removed because they need not be kept any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retained {
    /// How many are still kept.
    pub kept: u32,
    /// How many were removed now.
    pub removed: u32,
}

impl Ledger {
    /// Removes sealed bodies and sent chunks that were acknowledged longer ago than they are to be kept.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget(&self, now: Millis) -> Result<Retained, LedgerError> {
        let before = now.0.saturating_sub(self.inner.keep_sealed.as_millis() as i64);
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "DELETE FROM chunk WHERE sent = 1 AND sequence IN
                     (SELECT sequence FROM sealed WHERE acknowledged_at < ?1)",
                )?
                .execute([before])?;
            let removed = transaction
                .prepare_cached("DELETE FROM sealed WHERE acknowledged_at < ?1")?
                .execute([before])?;
            let kept =
                transaction.prepare_cached("SELECT COUNT(*) FROM sealed")?.query_row([], |row| row.get(0))?;
            Ok(Retained { kept, removed: removed as u32 })
        })
    }

    /// Of cases that ended longer ago than their details are to be kept, forgets masked names, remarks and what else the
    /// slip said: of some cases each time, by and by of all. How many were forgotten now.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget_details(&self, now: Millis) -> Result<u32, LedgerError> {
        let keep = i64::try_from(self.inner.keep_details.as_millis()).unwrap_or(i64::MAX);
        let before = Millis(now.0.saturating_sub(keep));
        let after = self.inner.details_seen.load(Ordering::Relaxed);
        let (last, past) = self.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT sequence FROM outcome WHERE sequence > ?1 AND progress IS NOT NULL
                 ORDER BY sequence LIMIT ?2",
            )?;
            let rows = statement.query_map([after, LOOKED_AT as i64], |row| row.get(0))?;
            let sequences = rows.collect::<Result<Vec<i64>, _>>()?;
            let mut past = Vec::new();
            for sequence in &sequences {
                if self.has_details(transaction, *sequence, before)? {
                    past.push(*sequence);
                }
            }
            // After the last one it begins with the first again.
            let last = sequences.last().filter(|_| sequences.len() == LOOKED_AT);
            Ok((last.copied().unwrap_or(0), past))
        })?;
        if !past.is_empty() {
            self.write(|transaction| {
                past.iter().try_for_each(|sequence| self.drop_details(transaction, *sequence))
            })?;
        }
        self.inner.details_seen.store(last, Ordering::Relaxed);
        Ok(past.len() as u32)
    }

    /// Whether a case ended before then, and its details are still here.
    fn has_details(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
        before: Millis,
    ) -> Result<bool, LedgerError> {
        let Some(progress) = self.outcome(transaction, sequence)?.and_then(|outcome| progress(&outcome))
        else {
            return Ok(false);
        };
        let is_past = has_ended(progress.state) && progress.changed_at < before;
        let slip = || self.record_at(transaction, sequence).map(|record| record.map(|record| record.slip));
        Ok(is_past && (!progress.remark.is_empty() || slip()?.is_some_and(|slip| !slip.is_past)))
    }

    fn drop_details(&self, transaction: &Transaction<'_>, sequence: i64) -> Result<(), LedgerError> {
        if let Some(mut outcome) = self.outcome(transaction, sequence)?
            && let Some(progress) = progress(&outcome)
        {
            let progress = Progress { remark: String::new(), ..progress };
            outcome.progress = serde_json::to_string(&progress).ok();
            self.set_outcome(transaction, sequence, &outcome)?;
        }
        let slip = SlipFacts { is_past: true, ..SlipFacts::default() };
        self.set_slip(transaction, sequence, &slip)
    }

    fn set_slip(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
        slip: &SlipFacts,
    ) -> Result<(), LedgerError> {
        let slip = serde_json::to_string(slip).expect("slip facts are plain text");
        let row: Option<[Vec<u8>; 6]> = transaction
            .prepare_cached(
                "SELECT id, CAST(registration AS BLOB), CAST(item AS BLOB), accepted_at, CAST(token AS BLOB), digest
                 FROM application WHERE sequence = ?1",
            )?
            .query_row([sequence], |row| {
                let accepted_at: i64 = row.get(3)?;
                let accepted_at = accepted_at.to_be_bytes().to_vec();
                Ok([row.get(0)?, row.get(1)?, row.get(2)?, accepted_at, row.get(4)?, row.get(5)?])
            })
            .optional()?;
        let Some(columns) = row else { return Ok(()) };
        let columns = columns.iter().map(Vec::as_slice).chain([slip.as_bytes()]).map(Some);
        let mac = self.inner.mac.of("application", &columns.collect::<Vec<_>>());
        transaction
            .prepare_cached("UPDATE application SET slip = ?2, mac = ?3 WHERE sequence = ?1")?
            .execute(params![sequence, slip, mac])?;
        Ok(())
    }
}

fn progress(outcome: &OutcomeRow) -> Option<Progress> {
    serde_json::from_str(outcome.progress.as_deref()?).ok()
}

/// Whether nothing more is to be expected of a case.
fn has_ended(state: CaseState) -> bool {
    match state {
        CaseState::NotAccepted | CaseState::Granted | CaseState::Refused | CaseState::Delivered => true,
        CaseState::AwaitingFiles
        | CaseState::Received
        | CaseState::Accepted
        | CaseState::Supplement
        | CaseState::Deciding
        | CaseState::SpecialProcedure => false,
    }
}
