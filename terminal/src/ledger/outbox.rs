//! What waits to be sent, what was acknowledged and what was refused.

use super::rows::OutcomeRow;
use super::{Ledger, LedgerError};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Acknowledgement, Envelope, Refusal, SignedAcknowledgement};
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

/// An application that waits to be sent.
#[derive(Clone)]
pub struct Waiting {
    /// The application.
    pub application_id: ApplicationId,
    /// The sealed application, its signature checked.
    pub envelope: Envelope,
    /// The envelope as it is written, which is how it is sent.
    pub(crate) text: String,
    /// Its place among all that were accepted.
    pub(crate) sequence: i64,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waiting({})", self.application_id)
    }
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

impl OutboxState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Acknowledged, Self::Quarantined];

    /// Its name in the file and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Acknowledged => "acknowledged",
            Self::Quarantined => "quarantined",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
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

impl Ledger {
    /// The first `limit` applications that wait, in the order in which they were accepted. A damaged one is put
    /// into quarantine here and the next one takes its place.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn waiting(&self, limit: usize) -> Result<Vec<Waiting>, LedgerError> {
        self.waiting_after(0, limit)
    }

    /// As [`Ledger::waiting`], of those whose sequence is above `sequence`.
    pub(crate) fn waiting_after(&self, sequence: i64, limit: usize) -> Result<Vec<Waiting>, LedgerError> {
        self.repaired(|| self.find_waiting(sequence, limit))
    }

    fn find_waiting(&self, after: i64, limit: usize) -> Result<Vec<Waiting>, LedgerError> {
        let mut found = Vec::new();
        let mut damaged = Vec::new();
        {
            let connection = self.connection();
            let mut statement = connection.prepare_cached(
                "SELECT o.sequence, a.id, s.envelope FROM outcome o
                 LEFT JOIN application a USING (sequence) LEFT JOIN sealed s USING (sequence)
                 WHERE o.state = 'waiting' AND o.sequence > ?1 ORDER BY o.sequence",
            )?;
            let mut rows = statement.query([after])?;
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
                self.set_outcome(transaction, sequence, &OutcomeRow::quarantined(&Reason::Damaged {}))
            })?;
        }
        Ok(found)
    }

    pub(super) fn read_waiting(&self, row: &rusqlite::Row<'_>) -> Option<Waiting> {
        let id: Vec<u8> = row.get(1).ok()?;
        let text = String::from_utf8(row.get(2).ok()?).ok()?;
        let envelope: Envelope = serde_json::from_str(&text).ok()?;
        self.identity().author(&envelope)?;
        let application_id = envelope.read_header().ok()?.application_id;
        let sequence = row.get(0).ok()?;
        let is_itself = application_id.as_bytes().as_slice() == id;
        is_itself.then_some(Waiting { application_id, envelope, text, sequence })
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
        self.acknowledge_all(&[(acknowledgement.clone(), signed.clone())])
    }

    /// As [`Ledger::acknowledge`], for all that came in one answer: in one transaction they share one sync to
    /// disk. All of them are recorded or none.
    ///
    /// # Errors
    /// The ledger cannot be written or knows no such application.
    pub fn acknowledge_all(
        &self,
        acknowledgements: &[(Acknowledgement, SignedAcknowledgement)],
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            for (acknowledgement, signed) in acknowledgements {
                self.end_wait(transaction, acknowledgement, signed)?;
            }
            Ok(())
        })
    }

    fn end_wait(
        &self,
        transaction: &Transaction<'_>,
        acknowledgement: &Acknowledgement,
        signed: &SignedAcknowledgement,
    ) -> Result<(), LedgerError> {
        let sequence = self.sequence_of(transaction, acknowledgement.application_id)?;
        // First the body goes, so that on a full disk what is written next takes its room, and the file need not grow.
        if self.inner.keep_sealed.is_zero() {
            transaction.prepare_cached("DELETE FROM sealed WHERE sequence = ?1")?.execute([sequence])?;
        } else {
            transaction
                .prepare_cached("UPDATE sealed SET acknowledged_at = ?2 WHERE sequence = ?1")?
                .execute(params![sequence, acknowledgement.received_at.0])?;
        }
        let outcome = OutcomeRow {
            state: OutboxState::Acknowledged,
            acknowledgement: Some(serde_json::to_string(signed).expect("an acknowledgement is plain text")),
            reason: None,
            progress: self.outcome(transaction, sequence)?.and_then(|outcome| outcome.progress),
        };
        self.set_outcome(transaction, sequence, &outcome)?;
        Ok(())
    }

    /// Puts an application into quarantine with the hall's reason. It stays there with its sealed body until a
    /// technician retries or exports it.
    ///
    /// # Errors
    /// The ledger cannot be written or knows no such application.
    pub fn quarantine(&self, id: ApplicationId, refusal: &Refusal) -> Result<(), LedgerError> {
        let outcome = OutcomeRow::quarantined(&Reason::Refused { refusal: refusal.clone() });
        self.write(|transaction| {
            let sequence = self.sequence_of(transaction, id)?;
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
            for sequence in self.sequences(transaction, OutboxState::Quarantined)? {
                let registration: Option<String> = transaction
                    .query_row(
                        "SELECT a.registration FROM application a JOIN sealed s USING (sequence) WHERE sequence = ?1",
                        [sequence],
                        |row| row.get(0),
                    )
                    .optional()?;
                let Some(registration) = registration else { continue };
                if only.is_none_or(|only| only.to_string() == registration) {
                    self.set_outcome(transaction, sequence, &OutcomeRow::waiting())?;
                    count += 1;
                }
            }
            Ok(count)
        })?;
        self.inner.commits.send_modify(|commits| *commits += 1);
        Ok(count)
    }
}
