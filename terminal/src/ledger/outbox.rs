//! What waits to be sent, what was acknowledged, what was refused, and what is kept for a restored hall.

use super::{Ledger, LedgerError};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::case::{CaseUpdate, Progress};
use bianmin_protocol::ids::{ApplicationId, CaseNumber, Epoch, ItemCode, MaterialCode, Millis};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Acknowledgement, Envelope, Refusal, SignedAcknowledgement};
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

/// What a slip says beside numbers and time. The applicant is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipFacts {
    /// The language in which the resident applied.
    pub language: String,
    /// The item's name then.
    pub item_name: String,
    /// The same in English.
    pub item_name_en: String,
    /// `张*`; empty where the form asks for no name.
    pub applicant: String,
    /// The promised limit; 0 means at once.
    pub promised_days: u16,
    /// Whether these are working days.
    pub working_days: bool,
    /// What one gets.
    pub result: String,
    /// Whether it can be posted.
    pub by_post: bool,
    /// Where the staffed counter is.
    pub address: String,
    /// When it is open.
    pub hours: String,
    /// Where to ask.
    pub contact: String,
    /// Materials to be brought later.
    pub to_bring: Vec<SlipMaterial>,
}

/// A material to be brought later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipMaterial {
    /// What it is called.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Working days within which it must be there.
    pub due_days: u16,
}

/// An application that waits to be sent.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The application.
    pub application_id: ApplicationId,
    /// The sealed application, its signature checked.
    pub envelope: Envelope,
}

/// Where an application stands with this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Not yet with the hall.
    Waiting,
    /// The hall has it.
    Acknowledged,
    /// The hall will not take it, or it is damaged.
    Quarantined,
}

/// Why an application is in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Reason {
    /// The hall refused it.
    Refused {
        /// The hall's reason.
        refusal: Refusal,
    },
    /// The record was damaged on the disk.
    Damaged {},
}

impl Reason {
    /// Its name in locale keys: `refusal-` + this.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Refused { refusal } => refusal.key(),
            Self::Damaged {} => "damaged",
        }
    }
}

/// What is known of one application.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The application.
    pub application_id: ApplicationId,
    /// What the receipt says.
    pub registration: RegistrationNumber,
    /// The item.
    pub item: ItemCode,
    /// The terminal's clock at the commit.
    pub accepted_at: Millis,
    /// The receipt's token.
    pub token: String,
    /// What the slip says.
    pub slip: SlipFacts,
    /// Where it stands here.
    pub state: OutboxState,
    /// The hall's number.
    pub case_number: Option<CaseNumber>,
    /// Why it is in quarantine.
    pub reason: Option<Reason>,
    /// The last progress pulled from the hall.
    pub progress: Option<Progress>,
}

/// How many applications stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Not yet with the hall.
    pub waiting: u32,
    /// With the hall.
    pub acknowledged: u32,
    /// In quarantine.
    pub quarantined: u32,
}

/// Names one sealed chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkRef {
    /// The application.
    pub application_id: ApplicationId,
    /// The material.
    pub material: MaterialCode,
    /// Its place, from 0.
    pub index: u32,
}

/// Sealed bodies that were removed because they need not be kept any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retained {
    /// How many are still kept.
    pub kept: u32,
    /// How many were removed now.
    pub removed: u32,
}

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
        slip: &SlipFacts,
    ) -> Result<i64, LedgerError> {
        let id = receipt.application_id.as_bytes().as_slice();
        let registration = receipt.registration.to_string();
        let slip = serde_json::to_string(slip).expect("slip facts are plain text");
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
        self.set_outcome(transaction, sequence, &Outcome { state: "waiting".into(), ..Outcome::default() })?;
        Ok(sequence)
    }

    fn set_outcome(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
        outcome: &Outcome,
    ) -> Result<(), LedgerError> {
        let mac = outcome.mac(self, sequence);
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO outcome (sequence, state, acknowledgement, reason, progress, mac)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                sequence,
                outcome.state,
                outcome.acknowledgement,
                outcome.reason,
                outcome.progress,
                mac
            ])?;
        Ok(())
    }

    /// The outcome of an application; none if its row is damaged.
    fn outcome(&self, transaction: &Transaction<'_>, sequence: i64) -> Result<Option<Outcome>, LedgerError> {
        let row = transaction
            .prepare_cached(
                "SELECT state, acknowledgement, reason, progress, mac FROM outcome WHERE sequence = ?1",
            )?
            .query_row([sequence], |row| {
                let outcome = Outcome {
                    state: row.get(0)?,
                    acknowledgement: row.get(1)?,
                    reason: row.get(2)?,
                    progress: row.get(3)?,
                };
                Ok((outcome, row.get::<_, Vec<u8>>(4)?))
            })
            .optional()?;
        Ok(row.and_then(|(outcome, mac)| (outcome.mac(self, sequence) == mac.as_slice()).then_some(outcome)))
    }

    fn sequence_of(&self, transaction: &Transaction<'_>, id: ApplicationId) -> Result<i64, LedgerError> {
        transaction
            .prepare_cached("SELECT sequence FROM application WHERE id = ?1")?
            .query_row([id.as_bytes().as_slice()], |row| row.get(0))
            .optional()?
            .ok_or(LedgerError::Unknown(id))
    }

    /// The first `limit` applications that wait, in the order in which they were accepted. A damaged one is put
    /// into quarantine here and the next one takes its place.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn waiting(&self, limit: usize) -> Result<Vec<Waiting>, LedgerError> {
        let mut found = Vec::new();
        let mut damaged = Vec::new();
        {
            let connection = self.connection();
            let mut statement = connection.prepare_cached(
                "SELECT o.sequence, a.id, s.envelope FROM outcome o
                 LEFT JOIN application a USING (sequence) LEFT JOIN sealed s USING (sequence)
                 WHERE o.state = 'waiting' ORDER BY o.sequence",
            )?;
            let mut rows = statement.query([])?;
            while found.len() < limit
                && let Some(row) = rows.next()?
            {
                match self.read_waiting(row) {
                    Some(waiting) => found.push(waiting),
                    None => damaged.push(row.get::<_, i64>(0)?),
                }
            }
        }
        for sequence in damaged {
            tracing::error!(sequence, "a waiting application is damaged and was put into quarantine");
            self.write(|transaction| {
                let outcome = Outcome {
                    state: "quarantined".into(),
                    reason: serde_json::to_string(&Reason::Damaged {}).ok(),
                    ..Outcome::default()
                };
                self.set_outcome(transaction, sequence, &outcome)
            })?;
        }
        Ok(found)
    }

    fn read_waiting(&self, row: &rusqlite::Row<'_>) -> Option<Waiting> {
        let id: Vec<u8> = row.get(1).ok()?;
        let envelope: Vec<u8> = row.get(2).ok()?;
        let envelope: Envelope = serde_json::from_slice(&envelope).ok()?;
        envelope.verify(&self.identity().key.public()).ok()?;
        let application_id = envelope.read_header().ok()?.application_id;
        (application_id.as_bytes().as_slice() == id).then_some(Waiting { application_id, envelope })
    }

    /// Records the hall's acknowledgement and takes the sealed body out of the outbox, in one transaction. The
    /// body is kept aside for as long as a restored hall may want it, or removed at once if nothing is to be kept.
    ///
    /// # Errors
    /// The ledger cannot be written or knows no such application.
    pub fn acknowledge(
        &self,
        acknowledgement: &Acknowledgement,
        signed: &SignedAcknowledgement,
    ) -> Result<(), LedgerError> {
        let text = serde_json::to_string(signed).expect("an acknowledgement is plain text");
        self.write(|transaction| {
            let sequence = self.sequence_of(transaction, acknowledgement.application_id)?;
            let progress = self.outcome(transaction, sequence)?.and_then(|outcome| outcome.progress);
            let outcome = Outcome {
                state: "acknowledged".into(),
                acknowledgement: Some(text.clone()),
                reason: None,
                progress,
            };
            self.set_outcome(transaction, sequence, &outcome)?;
            if self.inner.keep_sealed.is_zero() {
                transaction.execute("DELETE FROM sealed WHERE sequence = ?1", [sequence])?;
            } else {
                transaction.execute(
                    "UPDATE sealed SET acknowledged_at = ?2 WHERE sequence = ?1",
                    params![sequence, acknowledgement.received_at.0],
                )?;
            }
            Ok(())
        })
    }

    /// Puts an application into quarantine with the hall's reason. It stays there with its sealed body until a
    /// technician retries or exports it.
    ///
    /// # Errors
    /// The ledger cannot be written or knows no such application.
    pub fn quarantine(&self, id: ApplicationId, refusal: &Refusal) -> Result<(), LedgerError> {
        let reason = serde_json::to_string(&Reason::Refused { refusal: refusal.clone() }).ok();
        self.write(|transaction| {
            let sequence = self.sequence_of(transaction, id)?;
            let outcome =
                Outcome { state: "quarantined".into(), reason: reason.clone(), ..Outcome::default() };
            self.set_outcome(transaction, sequence, &outcome)
        })
    }

    /// Lets quarantined applications wait again (all, or one), after the cause was put right.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn retry(&self, only: Option<&RegistrationNumber>) -> Result<usize, LedgerError> {
        let count = self.write(|transaction| {
            let mut count = 0;
            for sequence in self.sequences(transaction, "quarantined")? {
                let registration: Option<String> = transaction
                    .query_row(
                        "SELECT a.registration FROM application a JOIN sealed s USING (sequence) WHERE sequence = ?1",
                        [sequence],
                        |row| row.get(0),
                    )
                    .optional()?;
                let Some(registration) = registration else { continue };
                if only.is_none_or(|only| only.to_string() == registration) {
                    self.set_outcome(transaction, sequence, &Outcome { state: "waiting".into(), ..Outcome::default() })?;
                    count += 1;
                }
            }
            Ok(count)
        })?;
        self.inner.commits.send_modify(|commits| *commits += 1);
        Ok(count)
    }

    fn sequences(&self, transaction: &Transaction<'_>, state: &str) -> Result<Vec<i64>, LedgerError> {
        let mut statement =
            transaction.prepare_cached("SELECT sequence FROM outcome WHERE state = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([state], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Chunks to be sent, of applications that the hall has.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn chunks_waiting(&self, limit: usize) -> Result<Vec<ChunkRef>, LedgerError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT a.id, c.material, c.place FROM chunk c JOIN application a USING (sequence)
             JOIN outcome o USING (sequence)
             WHERE c.sent = 0 AND o.state = 'acknowledged' ORDER BY c.sequence, c.material, c.place LIMIT ?1",
        )?;
        let rows = statement.query_map([limit as i64], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?))
        })?;
        let mut chunks = Vec::new();
        for row in rows {
            let (id, material, index) = row?;
            if let (Ok(id), Ok(material)) = (uuid::Uuid::from_slice(&id), MaterialCode::parse(&material)) {
                chunks.push(ChunkRef { application_id: ApplicationId(id), material, index });
            }
        }
        Ok(chunks)
    }

    /// The bytes of a chunk; none if it is gone or damaged.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn chunk(&self, chunk: &ChunkRef) -> Result<Option<Vec<u8>>, LedgerError> {
        let connection = self.connection();
        let row: Option<(Vec<u8>, Vec<u8>)> = connection
            .prepare_cached(
                "SELECT c.bytes, c.digest FROM chunk c JOIN application a USING (sequence)
                 WHERE a.id = ?1 AND c.material = ?2 AND c.place = ?3",
            )?
            .query_row(
                params![chunk.application_id.as_bytes().as_slice(), chunk.material.as_str(), chunk.index],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(row.and_then(|(bytes, digest)| (Digest::of(&bytes).0.as_slice() == digest).then_some(bytes)))
    }

    /// Records that the hall has a chunk; the bytes go with the application's sealed body.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn chunk_sent(&self, chunk: &ChunkRef) -> Result<(), LedgerError> {
        let sql = if self.inner.keep_sealed.is_zero() {
            "DELETE FROM chunk WHERE material = ?2 AND place = ?3
             AND sequence = (SELECT sequence FROM application WHERE id = ?1)"
        } else {
            "UPDATE chunk SET sent = 1 WHERE material = ?2 AND place = ?3
             AND sequence = (SELECT sequence FROM application WHERE id = ?1)"
        };
        self.write(|transaction| {
            transaction.prepare_cached(sql)?.execute(params![
                chunk.application_id.as_bytes().as_slice(),
                chunk.material.as_str(),
                chunk.index
            ])?;
            Ok(())
        })
    }

    /// How far changes of cases were pulled.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn update_cursor(&self) -> Result<u64, LedgerError> {
        self.write(|transaction| self.cursor(transaction))
    }

    fn cursor(&self, transaction: &Transaction<'_>) -> Result<u64, LedgerError> {
        Ok(self.fact(transaction, "update cursor")?.and_then(|text| text.parse().ok()).unwrap_or(0))
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
                if update.cursor != cursor + 1 {
                    return Err(LedgerError::Gap(cursor));
                }
                cursor = update.cursor;
                self.apply_progress(transaction, &update.progress)?;
            }
            self.set_fact(transaction, "update cursor", &cursor.to_string())
        })
    }

    fn apply_progress(&self, transaction: &Transaction<'_>, progress: &Progress) -> Result<(), LedgerError> {
        let sequence: Option<i64> = transaction
            .prepare_cached("SELECT sequence FROM application WHERE registration = ?1")?
            .query_row([progress.registration.to_string()], |row| row.get(0))
            .optional()?;
        let Some(sequence) = sequence else { return Ok(()) };
        let Some(mut outcome) = self.outcome(transaction, sequence)? else { return Ok(()) };
        outcome.progress = serde_json::to_string(progress).ok();
        self.set_outcome(transaction, sequence, &outcome)
    }

    /// The hall's epoch as last seen.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn epoch(&self) -> Result<Option<Epoch>, LedgerError> {
        self.write(|transaction| Ok(self.fact(transaction, "epoch")?.and_then(|text| text.parse().ok())))
    }

    /// Takes note of the hall's epoch. If another one was known, the hall was restored from a backup: everything
    /// that is still kept waits again and changes are pulled from the start. The hall answers what it already has
    /// with the same acknowledgement. Returns how many wait again.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn new_epoch(&self, epoch: Epoch) -> Result<usize, LedgerError> {
        let count = self.write(|transaction| {
            let known = self.fact(transaction, "epoch")?;
            self.set_fact(transaction, "epoch", &epoch.to_string())?;
            if known.is_none_or(|known| known == epoch.to_string()) {
                return Ok(0);
            }
            self.set_fact(transaction, "update cursor", "0")?;
            let mut count = 0;
            for sequence in self.sequences(transaction, "acknowledged")? {
                let kept = transaction
                    .execute("UPDATE sealed SET acknowledged_at = NULL WHERE sequence = ?1", [sequence])?;
                if kept == 1 {
                    self.set_outcome(
                        transaction,
                        sequence,
                        &Outcome { state: "waiting".into(), ..Outcome::default() },
                    )?;
                    transaction.execute("UPDATE chunk SET sent = 0 WHERE sequence = ?1", [sequence])?;
                    count += 1;
                }
            }
            Ok(count)
        })?;
        if count > 0 {
            self.inner.commits.send_modify(|commits| *commits += 1);
        }
        Ok(count)
    }

    /// Removes sealed bodies and sent chunks that were acknowledged longer ago than they are to be kept.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget(&self, now: Millis) -> Result<Retained, LedgerError> {
        let before = now.0.saturating_sub(self.inner.keep_sealed.as_millis() as i64);
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM chunk WHERE sent = 1 AND sequence IN
                 (SELECT sequence FROM sealed WHERE acknowledged_at < ?1)",
                [before],
            )?;
            let removed = transaction.execute("DELETE FROM sealed WHERE acknowledged_at < ?1", [before])?;
            let kept = transaction.query_row("SELECT COUNT(*) FROM sealed", [], |row| row.get(0))?;
            Ok(Retained { kept, removed: removed as u32 })
        })
    }

    /// How many applications stand where.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn counts(&self) -> Result<Counts, LedgerError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT state, COUNT(*) FROM outcome GROUP BY state")?;
        let mut counts = Counts::default();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count = row.get(1)?;
            match row.get::<_, String>(0)?.as_str() {
                "waiting" => counts.waiting = count,
                "acknowledged" => counts.acknowledged = count,
                _ => counts.quarantined = count,
            }
        }
        Ok(counts)
    }

    /// Every application that is whole, oldest first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn records(&self) -> Result<Vec<Record>, LedgerError> {
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("SELECT sequence FROM application ORDER BY sequence")?;
            let sequences = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            let mut records = Vec::with_capacity(sequences.len());
            for sequence in sequences {
                records.extend(self.record_at(transaction, sequence)?);
            }
            Ok(records)
        })
    }

    /// What is known of the application with this registration number; none if it is unknown or damaged.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn record(&self, registration: &RegistrationNumber) -> Result<Option<Record>, LedgerError> {
        self.write(|transaction| {
            let sequence: Option<i64> = transaction
                .prepare_cached("SELECT sequence FROM application WHERE registration = ?1")?
                .query_row([registration.to_string()], |row| row.get(0))
                .optional()?;
            match sequence {
                Some(sequence) => self.record_at(transaction, sequence),
                None => Ok(None),
            }
        })
    }

    fn record_at(&self, transaction: &Transaction<'_>, sequence: i64) -> Result<Option<Record>, LedgerError> {
        let row: Option<ApplicationRow> = transaction
            .prepare_cached(
                "SELECT id, registration, item, accepted_at, token, digest, slip, mac FROM application
                 WHERE sequence = ?1",
            )?
            .query_row([sequence], ApplicationRow::read)
            .optional()?;
        let outcome = self.outcome(transaction, sequence)?;
        Ok(row.and_then(|row| row.record(self, outcome)))
    }

    /// The sealed envelope of an application, for a technician's export; the hall alone can open it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn sealed(&self, id: ApplicationId) -> Result<Option<Vec<u8>>, LedgerError> {
        let connection = self.connection();
        let envelope = connection
            .prepare_cached(
                "SELECT s.envelope FROM sealed s JOIN application a USING (sequence) WHERE a.id = ?1",
            )?
            .query_row([id.as_bytes().as_slice()], |row| row.get(0))
            .optional()?;
        Ok(envelope)
    }
}

/// A row of `outcome`.
#[derive(Default)]
struct Outcome {
    state: String,
    acknowledgement: Option<String>,
    reason: Option<String>,
    progress: Option<String>,
}

impl Outcome {
    fn mac(&self, ledger: &Ledger, sequence: i64) -> [u8; 32] {
        ledger.inner.mac.of(
            "outcome",
            &[
                Some(&sequence.to_be_bytes()),
                Some(self.state.as_bytes()),
                self.acknowledgement.as_deref().map(str::as_bytes),
                self.reason.as_deref().map(str::as_bytes),
                self.progress.as_deref().map(str::as_bytes),
            ],
        )
    }
}

/// A row of `application`.
struct ApplicationRow {
    id: Vec<u8>,
    registration: String,
    item: String,
    accepted_at: i64,
    token: String,
    digest: Vec<u8>,
    slip: String,
    mac: Vec<u8>,
}

impl ApplicationRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            registration: row.get(1)?,
            item: row.get(2)?,
            accepted_at: row.get(3)?,
            token: row.get(4)?,
            digest: row.get(5)?,
            slip: row.get(6)?,
            mac: row.get(7)?,
        })
    }

    fn record(self, ledger: &Ledger, outcome: Option<Outcome>) -> Option<Record> {
        let columns = [
            Some(self.id.as_slice()),
            Some(self.registration.as_bytes()),
            Some(self.item.as_bytes()),
            Some(&self.accepted_at.to_be_bytes()[..]),
            Some(self.token.as_bytes()),
            Some(self.digest.as_slice()),
            Some(self.slip.as_bytes()),
        ];
        if !ledger.inner.mac.fits("application", &columns, &self.mac) {
            return None;
        }
        // An outcome that cannot be trusted is shown as what it means for the resident: it is set aside.
        let outcome = outcome.unwrap_or(Outcome {
            state: "quarantined".into(),
            reason: serde_json::to_string(&Reason::Damaged {}).ok(),
            ..Outcome::default()
        });
        let case_number = outcome
            .acknowledgement
            .as_deref()
            .and_then(|text| serde_json::from_str::<SignedAcknowledgement>(text).ok())
            .and_then(|signed| signed.verify(&ledger.identity().enrolled.hall_key))
            .map(|acknowledgement| acknowledgement.case_number);
        Some(Record {
            application_id: ApplicationId(uuid::Uuid::from_slice(&self.id).ok()?),
            registration: RegistrationNumber::parse(&self.registration).ok()?,
            item: ItemCode::parse(&self.item).ok()?,
            accepted_at: Millis(self.accepted_at),
            token: self.token,
            slip: serde_json::from_str(&self.slip).ok()?,
            state: match outcome.state.as_str() {
                "waiting" => OutboxState::Waiting,
                "acknowledged" => OutboxState::Acknowledged,
                _ => OutboxState::Quarantined,
            },
            case_number,
            reason: outcome.reason.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            progress: outcome.progress.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        })
    }
}
