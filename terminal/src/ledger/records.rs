//! What is known of each application, for residents and technicians.

use super::outbox::{OutboxState, Reason};
use super::rows::Outcome;
use super::{Ledger, LedgerError};
use bianmin_protocol::case::Progress;
use bianmin_protocol::ids::{ApplicationId, CaseNumber, ItemCode, Millis};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::SignedAcknowledgement;
use rusqlite::{OptionalExtension as _, Transaction};
use serde::{Deserialize, Serialize};

/// What a slip says beside numbers and time. The applicant is masked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

impl Ledger {
    /// How many applications stand where.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn counts(&self) -> Result<Counts, LedgerError> {
        self.healed(|| self.count())
    }

    fn count(&self) -> Result<Counts, LedgerError> {
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

    pub(super) fn record_at(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
    ) -> Result<Option<Record>, LedgerError> {
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
