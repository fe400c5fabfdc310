//! Terminals and what they last said of themselves.

use super::FleetStore;
use crate::db::sql::{execute, exists, query_all, query_one};
use crate::db::{FencedTransaction, StoreError, Transaction};
use crate::fleet::domain::{KnownTerminal, Mark, ReceivedHeartbeat, TerminalRecord};
use crate::planted::is_planted;
use bianmin_protocol::ids::{Millis, Revision, TerminalId};
use bianmin_protocol::keys::PublicKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::standing::LastNumbers;
use bianmin_protocol::v1::Heartbeat;
use sea_orm::{ConnectionTrait, QueryResult};

/// The columns of a [`TerminalRecord`].
const RECORD: &str = "id, issued_at, revoked_at, seen_at, version, catalogue, waiting, quarantined, printer, \
                      intake_open, printers, devices, numbers";

impl FleetStore<'_> {
    /// Revokes an enrolment; whether there is such a terminal. Revoking twice changes nothing.
    ///
    /// # Errors
    /// The database fails.
    pub async fn revoke(&self, id: &TerminalId, now: Millis) -> Result<bool, StoreError> {
        let mut transaction = self.0.begin_fenced().await?;
        if row(&transaction, id.as_str()).await?.is_none() {
            transaction.rollback().await?;
            return Ok(false);
        }
        end_enrolment(&transaction, id.as_str(), now).await?;
        transaction.raise_terminals().await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Every terminal, in order of id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn terminals(&self) -> Result<Vec<TerminalRecord>, StoreError> {
        self.terminals_after("", u32::MAX).await
    }

    /// Terminals in order of id, after this one, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn terminals_after(&self, after: &str, limit: u32) -> Result<Vec<TerminalRecord>, StoreError> {
        let rows = query_all(
            self.0.reader(),
            &format!("SELECT {RECORD} FROM terminal WHERE id > $1 ORDER BY id LIMIT $2"),
            [after.into(), i64::from(limit).into()],
        )
        .await?;
        rows.iter().map(record).collect()
    }

    /// One terminal; none if there never was one with this id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn terminal(&self, id: &TerminalId) -> Result<Option<TerminalRecord>, StoreError> {
        let sql = format!("SELECT {RECORD} FROM terminal WHERE id = $1");
        query_one(self.0.reader(), &sql, [id.as_str().into()]).await?.as_ref().map(record).transpose()
    }

    /// Whether there ever was a terminal: without one no number was given.
    pub(crate) async fn has_terminals(&self) -> Result<bool, StoreError> {
        Ok(exists(self.0.reader(), "SELECT id FROM terminal LIMIT 1", []).await?)
    }

    /// What is known of the terminal with this id.
    pub(crate) async fn known_terminal(&self, id: &TerminalId) -> Result<Option<KnownTerminal>, StoreError> {
        let Some(row) = row(self.0.reader(), id.as_str()).await? else { return Ok(None) };
        let (predecessors, was_replaced) = self.lineage(id).await?;
        let revoked = row.revoked_at.is_some();
        Ok(Some(KnownTerminal {
            id: id.clone(),
            key: PublicKey::from_bytes(&row.public_key).map_err(|_| StoreError::Corrupt("terminal key"))?,
            revoked,
            // Whoever was only replaced has kept its key to itself.
            mark: (revoked && !was_replaced).then_some(Mark::RevokedTerminal),
            predecessors,
        }))
    }

    /// Writes heartbeats that were collected for some seconds, in one transaction. One that was signed no later than
    /// the last that is known changes nothing: it may be a copy that was sent to another hall.
    pub(crate) async fn record_heartbeats(
        &self,
        heartbeats: &[(TerminalId, ReceivedHeartbeat)],
    ) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        for (id, heartbeat) in heartbeats {
            record_heartbeat(&transaction, id, heartbeat).await?;
        }
        transaction.commit().await
    }
}

async fn record_heartbeat(
    transaction: &Transaction,
    id: &TerminalId,
    heartbeat: &ReceivedHeartbeat,
) -> Result<(), StoreError> {
    let ReceivedHeartbeat { seen_at, signed_at, said } = heartbeat;
    let signed_at = i64::try_from(*signed_at).unwrap_or(i64::MAX);
    // The highest number stays the highest, whenever it was said.
    if let Some(numbers) = known_numbers(transaction, id, said).await? {
        let sql = "UPDATE terminal SET numbers = $1 WHERE id = $2";
        execute(transaction, sql, [numbers.into(), id.as_str().into()]).await?;
    }
    let newer = if is_planted("older-heartbeat-counts") { "$9 > 0" } else { "signed_at < $9" };
    execute(
        transaction,
        &format!(
            "UPDATE terminal SET seen_at = $1, version = $2, catalogue = $3, waiting = $4, quarantined = $5, \
             printer = $6, intake_open = $7, devices = $8, printers = '[]', signed_at = $9 WHERE id = $10 AND {newer}"
        ),
        [
            seen_at.0.into(),
            said.version.as_str().into(),
            (said.catalogue.0 as i64).into(),
            i64::from(said.waiting).into(),
            i64::from(said.quarantined).into(),
            said.printer.as_str().into(),
            i64::from(said.intake_open).into(),
            serde_json::to_string(&said.devices).unwrap_or_default().into(),
            signed_at.into(),
            id.as_str().into(),
        ],
    )
    .await?;
    Ok(())
}

/// What a terminal tells of its numbers together with what it told before, which a copy of it may not know; none where
/// it tells nothing.
async fn known_numbers(
    db: &impl ConnectionTrait,
    id: &TerminalId,
    heartbeat: &Heartbeat,
) -> Result<Option<String>, StoreError> {
    if heartbeat.numbers.is_empty() {
        return Ok(None);
    }
    // Takes the row, so that of two halls that are told at once neither writes the lower numbers last.
    let sql = "UPDATE terminal SET numbers = numbers WHERE id = $1 RETURNING numbers";
    let Some(row) = query_one(db, sql, [id.as_str().into()]).await? else { return Ok(None) };
    let mut numbers = report(&row.try_get::<String>("", "numbers")?);
    numbers.raise(&heartbeat.numbers, id);
    Ok(serde_json::to_string(&numbers).ok())
}

/// A terminal as enrolment needs it.
pub(super) struct EnrolmentRow {
    pub public_key: Vec<u8>,
    pub issued_at: i64,
    pub certificate: Vec<u8>,
    pub revoked_at: Option<i64>,
}

pub(super) async fn row(db: &impl ConnectionTrait, id: &str) -> Result<Option<EnrolmentRow>, StoreError> {
    let sql = "SELECT public_key, issued_at, certificate, revoked_at FROM terminal WHERE id = $1";
    let Some(row) = query_one(db, sql, [id.into()]).await? else { return Ok(None) };
    Ok(Some(EnrolmentRow {
        public_key: row.try_get("", "public_key")?,
        issued_at: row.try_get("", "issued_at")?,
        certificate: row.try_get("", "certificate")?,
        revoked_at: row.try_get("", "revoked_at")?,
    }))
}

/// Inserts a terminal that has never been heard of.
pub(super) async fn insert(
    db: &FencedTransaction,
    certificate: &TerminalCertificate,
    revoked_at: Option<Millis>,
) -> Result<(), StoreError> {
    execute(
        db,
        "INSERT INTO terminal (id, public_key, issued_at, certificate, revoked_at, last_update, version, catalogue, \
         waiting, quarantined, printer, intake_open, printers, signed_at, numbers) \
         VALUES ($1, $2, $3, $4, $5, 0, '', 0, 0, 0, '', 0, '[]', 0, '{}')",
        [
            certificate.terminal.as_str().into(),
            certificate.key.as_bytes().to_vec().into(),
            i64::from(certificate.issued_at).into(),
            certificate.signature.0.clone().into(),
            revoked_at.map(|at| at.0).into(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn end_enrolment(db: &FencedTransaction, id: &str, now: Millis) -> Result<(), StoreError> {
    let sql = "UPDATE terminal SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
    execute(db, sql, [now.0.into(), id.into()]).await?;
    Ok(())
}

/// What a terminal told of its numbers; nothing if that cannot be read.
pub(super) fn report(text: &str) -> LastNumbers {
    serde_json::from_str(text).unwrap_or_default()
}

fn record(row: &QueryResult) -> Result<TerminalRecord, StoreError> {
    let number = |column: &str| row.try_get::<i64>("", column);
    let text = |column: &str| row.try_get::<String>("", column);
    let revoked_at: Option<i64> = row.try_get("", "revoked_at")?;
    let seen_at: Option<i64> = row.try_get("", "seen_at")?;
    Ok(TerminalRecord {
        terminal: text("id")?,
        state: if revoked_at.is_some() { "revoked" } else { "enrolled" },
        enrolled_at: Millis(number("issued_at")?.saturating_mul(1000)),
        revoked_at: revoked_at.map(Millis),
        seen_at: seen_at.map(Millis),
        heartbeat: Heartbeat {
            version: text("version")?,
            catalogue: Revision(number("catalogue")? as u64),
            waiting: number("waiting")? as u32,
            quarantined: number("quarantined")? as u32,
            printer: text("printer")?,
            intake_open: number("intake_open")? != 0,
            // From before this hall was updated, or nothing.
            printers: serde_json::from_str(&text("printers")?).unwrap_or_default(),
            devices: serde_json::from_str(&text("devices")?).unwrap_or_default(),
            numbers: report(&text("numbers")?),
            challenge: None,
        }
        .up_to_date(),
    })
}
