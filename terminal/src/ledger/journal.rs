//! The print journal: what was to be printed, and what is known of it.
//!
//! An intent is written with the application. Before bytes go to the printer the job is `sent`; what the printer
//! then says makes it `printed` or `failed`. A job found `sent` after a restart is `unknown`: nobody knows
//! whether paper came out, so it is shown, not guessed, and never printed again by itself.

use super::{Ledger, LedgerError};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde::Serialize;

/// A job of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct JobId(pub i64);

/// What is known of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// To be printed.
    Intent,
    /// Bytes are on their way.
    Sent,
    /// The printer said that the paper moved out.
    Printed,
    /// The printer said that it could not, before anything came out.
    Failed,
    /// Nobody knows.
    Unknown,
}

impl JobState {
    fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Sent => "sent",
            Self::Printed => "printed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "intent" => Self::Intent,
            "sent" => Self::Sent,
            "printed" => Self::Printed,
            "failed" => Self::Failed,
            _ => Self::Unknown,
        }
    }
}

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintJob {
    /// Its id.
    pub job: JobId,
    /// The application's number.
    pub registration: String,
    /// 0 for the original; 1 and up for reprints, which say 补打.
    pub copy: u32,
    /// What is known of it.
    pub state: JobState,
    /// Why it failed, as a locale key.
    pub reason: Option<String>,
}

impl Ledger {
    pub(super) fn insert_job(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
        copy: u32,
        now: Millis,
    ) -> Result<JobId, LedgerError> {
        let mac = self.job_mac(sequence, copy, JobState::Intent, None);
        transaction
            .prepare_cached(
                "INSERT INTO print_job (sequence, copy, state, changed_at, mac) VALUES (?1, ?2, 'intent', ?3, ?4)",
            )?
            .execute(params![sequence, copy, now.0, mac])?;
        Ok(JobId(transaction.last_insert_rowid()))
    }

    fn job_mac(&self, sequence: i64, copy: u32, state: JobState, reason: Option<&str>) -> [u8; 32] {
        self.job_proof(sequence, copy, state.name(), reason)
    }

    pub(super) fn job_proof(&self, sequence: i64, copy: u32, state: &str, reason: Option<&str>) -> [u8; 32] {
        self.inner.mac.of(
            "print_job",
            &[
                Some(&sequence.to_be_bytes()),
                Some(&copy.to_be_bytes()),
                Some(state.as_bytes()),
                reason.map(str::as_bytes),
            ],
        )
    }

    /// Moves a job on. A job that is printed stays printed.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_job(
        &self,
        job: JobId,
        state: JobState,
        reason: Option<&str>,
        now: Millis,
    ) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let row: Option<(i64, u32)> = transaction
                .prepare_cached("SELECT sequence, copy FROM print_job WHERE job = ?1 AND state <> 'printed'")?
                .query_row([job.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((sequence, copy)) = row else { return Ok(()) };
            let mac = self.job_mac(sequence, copy, state, reason);
            transaction
                .prepare_cached(
                    "UPDATE print_job SET state = ?2, reason = ?3, changed_at = ?4, mac = ?5 WHERE job = ?1",
                )?
                .execute(params![job.0, state.name(), reason, now.0, mac])?;
            Ok(())
        })
    }

    /// Asks for a reprint: a new job with the next copy number.
    ///
    /// # Errors
    /// The ledger cannot be written or knows no such application.
    pub fn reprint(
        &self,
        registration: &RegistrationNumber,
        now: Millis,
    ) -> Result<Option<PrintJob>, LedgerError> {
        self.write(|transaction| {
            let row: Option<(i64, u32)> = transaction
                .query_row(
                    "SELECT a.sequence, 1 + MAX(p.copy) FROM application a JOIN print_job p USING (sequence)
                     WHERE a.registration = ?1 GROUP BY a.sequence",
                    [registration.to_string()],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((sequence, copy)) = row else { return Ok(None) };
            let job = self.insert_job(transaction, sequence, copy, now)?;
            let registration = registration.to_string();
            Ok(Some(PrintJob { job, registration, copy, state: JobState::Intent, reason: None }))
        })
    }

    /// The journal of one application, originals first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn jobs(&self, registration: &RegistrationNumber) -> Result<Vec<PrintJob>, LedgerError> {
        self.healed(|| self.read_jobs(registration))
    }

    fn read_jobs(&self, registration: &RegistrationNumber) -> Result<Vec<PrintJob>, LedgerError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT p.job, p.copy, p.state, p.reason, p.sequence, p.mac FROM print_job p
             JOIN application a USING (sequence) WHERE a.registration = ?1 ORDER BY p.copy",
        )?;
        let mut rows = statement.query([registration.to_string()])?;
        let mut jobs = Vec::new();
        while let Some(row) = rows.next()? {
            let copy = row.get(1)?;
            let mut state = JobState::from_name(&row.get::<_, String>(2)?);
            let reason: Option<String> = row.get(3)?;
            let mac = self.job_mac(row.get(4)?, copy, state, reason.as_deref());
            if mac.as_slice() != row.get::<_, Vec<u8>>(5)? {
                state = JobState::Unknown;
            }
            jobs.push(PrintJob {
                job: JobId(row.get(0)?),
                registration: registration.to_string(),
                copy,
                state,
                reason,
            });
        }
        Ok(jobs)
    }

    /// After a start: jobs that were on their way when the program ended are unknown now. Returns how many.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn settle_journal(&self, now: Millis) -> Result<usize, LedgerError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached("SELECT job, sequence, copy FROM print_job WHERE state = 'sent'")?;
            let jobs = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<Vec<(i64, i64, u32)>, _>>()?;
            for (job, sequence, copy) in &jobs {
                let mac = self.job_mac(*sequence, *copy, JobState::Unknown, Some("restart"));
                transaction.execute(
                    "UPDATE print_job SET state = 'unknown', reason = 'restart', changed_at = ?2, mac = ?3 WHERE job = ?1",
                    params![job, now.0, mac],
                )?;
            }
            Ok(jobs.len())
        })
    }
}
