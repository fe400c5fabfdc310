//! Rows that prove themselves: facts, applications and their outcomes.

use super::outbox::{OutboxState, Reason};
use super::records::KeptFacts;
use super::{Ledger, LedgerError};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::receipt::Receipt;
use rusqlite::{OptionalExtension as _, Transaction, params};

impl Ledger {
    pub(super) fn fact(
        &self,
        transaction: &Transaction<'_>,
        name: &str,
    ) -> Result<Option<String>, LedgerError> {
        let row: Option<(String, Vec<u8>)> = transaction
            .prepare_cached("SELECT CAST(value AS TEXT), mac FROM fact WHERE name = ?1")?
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        // A damaged fact counts as none: each use has a safe way on without it.
        Ok(row.and_then(|(value, mac)| {
            let columns = [Some(name.as_bytes()), Some(value.as_bytes())];
            self.inner.mac.fits("fact", &columns, &mac).then_some(value)
        }))
    }

    pub(super) fn set_fact(
        &self,
        transaction: &Transaction<'_>,
        name: &str,
        value: &str,
    ) -> Result<(), LedgerError> {
        let mac = self.inner.mac.of("fact", &[Some(name.as_bytes()), Some(value.as_bytes())]);
        transaction
            .prepare_cached("INSERT OR REPLACE INTO fact (name, value, mac) VALUES (?1, ?2, ?3)")?
            .execute(params![name, value, mac])?;
        Ok(())
    }

    pub(super) fn insert_application(
        &self,
        transaction: &Transaction<'_>,
        receipt: &Receipt,
        token: &str,
        digest: Digest,
        facts: &KeptFacts,
    ) -> Result<i64, LedgerError> {
        let id = receipt.application_id.as_bytes().as_slice();
        let registration = receipt.registration.to_string();
        let slip = serde_json::to_string(facts).expect("what is kept is plain text");
        let accepted_at = receipt.accepted_at.0;
        let mac = self.inner.mac.of(
            "application",
            &[
                Some(id),
                Some(registration.as_bytes()),
                Some(receipt.item.as_str().as_bytes()),
                Some(&accepted_at.to_be_bytes()),
                Some(token.as_bytes()),
                Some(&digest.0),
                Some(slip.as_bytes()),
            ],
        );
        transaction
            .prepare_cached(
                "INSERT INTO application (id, registration, item, accepted_at, token, digest, slip, mac)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                id,
                registration,
                receipt.item.as_str(),
                accepted_at,
                token,
                digest.0,
                slip,
                mac
            ])?;
        let sequence = transaction.last_insert_rowid();
        self.set_outcome(transaction, sequence, &OutcomeRow::waiting())?;
        Ok(sequence)
    }

    pub(super) fn set_outcome(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
        outcome: &OutcomeRow,
    ) -> Result<(), LedgerError> {
        let mac = outcome.mac(self, sequence);
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO outcome (sequence, state, acknowledgement, reason, progress, mac)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                sequence,
                outcome.state.name(),
                outcome.acknowledgement,
                outcome.reason,
                outcome.progress,
                mac
            ])?;
        Ok(())
    }

    /// The outcome of an application; none if its row is damaged.
    pub(super) fn outcome(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
    ) -> Result<Option<OutcomeRow>, LedgerError> {
        let row = transaction
            .prepare_cached(
                "SELECT state, acknowledgement, reason, progress, mac FROM outcome WHERE sequence = ?1",
            )?
            .query_row([sequence], |row| {
                let state = OutboxState::from_name(&row.get::<_, String>(0)?);
                let (acknowledgement, reason, progress) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let outcome = state.map(|state| OutcomeRow { state, acknowledgement, reason, progress });
                Ok((outcome, row.get::<_, Vec<u8>>(4)?))
            })
            .optional()?;
        let proven = |outcome: &OutcomeRow, mac: &[u8]| outcome.mac(self, sequence) == mac;
        Ok(row.and_then(|(outcome, mac)| outcome.filter(|outcome| proven(outcome, &mac))))
    }

    pub(super) fn sequence_of(
        &self,
        transaction: &Transaction<'_>,
        id: ApplicationId,
    ) -> Result<i64, LedgerError> {
        transaction
            .prepare_cached("SELECT sequence FROM application WHERE id = ?1")?
            .query_row([id.as_bytes().as_slice()], |row| row.get(0))
            .optional()?
            .ok_or(LedgerError::Unknown(id))
    }

    pub(super) fn sequences(
        &self,
        transaction: &Transaction<'_>,
        state: OutboxState,
    ) -> Result<Vec<i64>, LedgerError> {
        let mut statement =
            transaction.prepare_cached("SELECT sequence FROM outcome WHERE state = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([state.name()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A row of `outcome`.
pub(super) struct OutcomeRow {
    pub(super) state: OutboxState,
    pub(super) acknowledgement: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) progress: Option<String>,
}

impl OutcomeRow {
    pub(super) fn waiting() -> Self {
        Self { state: OutboxState::Waiting, acknowledgement: None, reason: None, progress: None }
    }

    pub(super) fn quarantined(reason: &Reason) -> Self {
        let reason = serde_json::to_string(reason).ok();
        Self { state: OutboxState::Quarantined, reason, ..Self::waiting() }
    }

    pub(super) fn mac(&self, ledger: &Ledger, sequence: i64) -> [u8; 32] {
        ledger.inner.mac.of(
            "outcome",
            &[
                Some(&sequence.to_be_bytes()),
                Some(self.state.name().as_bytes()),
                self.acknowledgement.as_deref().map(str::as_bytes),
                self.reason.as_deref().map(str::as_bytes),
                self.progress.as_deref().map(str::as_bytes),
            ],
        )
    }
}
