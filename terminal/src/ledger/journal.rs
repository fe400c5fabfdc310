//! The print journal: what was to be printed, and what is known of it.
//!
//! An intent is written with what it is for: a receipt's with its application, a ticket's with its number. Before
//! bytes go to the printer the job is `sent`; what the printer then says makes it `printed` or `failed`. After a
//! restart nothing is guessed: a job that was still an intent has failed, because nothing can have come out, and one
//! found `sent` is `unknown`. Neither is printed again by itself.
//!
//! The journal knows what was printed, never what it said: documents with personal data live in memory only.

use super::{Ledger, LedgerError};
use bianmin_protocol::ids::{ItemCode, Millis};
use bianmin_protocol::registration::RegistrationNumber;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde::Serialize;

mod words;

pub use words::{JobKind, JobState, Outlet, PrintReason, PrintStatus};

/// A job of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct JobId(pub i64);

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintJob {
    /// Its id.
    pub job: JobId,
    /// What is printed.
    pub kind: JobKind,
    /// On which printer it comes out.
    pub outlet: Outlet,
    /// The application's number, if it is about one that was accepted here.
    pub registration: Option<String>,
    /// A ticket's number in full, or the item that a guide or notice is about.
    pub label: Option<String>,
    /// 0 for the original; 1 and up for reprints, which say 补打.
    pub copy: u32,
    /// What is known of it.
    #[serde(flatten)]
    pub status: PrintStatus,
    /// The terminal's clock at the last step.
    pub changed_at: Millis,
}

/// What a restart found in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// Jobs of which nothing had gone out.
    pub failed: usize,
    /// Jobs that were on their way.
    pub unknown: usize,
}

/// Jobs of no application are kept up to this many, the newest ones.
const LOOSE_JOBS: i64 = 10_000;

/// The columns that prove themselves. Kind and reason as they stand in the file, so that a row which a later version of
/// the program wrote still proves itself.
pub(super) struct JobRow {
    pub(super) kind: String,
    pub(super) sequence: Option<i64>,
    pub(super) label: Option<String>,
    pub(super) copy: u32,
    pub(super) outlet: Outlet,
    pub(super) state: JobState,
    pub(super) reason: Option<String>,
}

impl JobRow {
    pub(super) fn intent(kind: JobKind, outlet: Outlet) -> Self {
        let (sequence, label, reason) = (None, None, None);
        let kind = kind.name().to_owned();
        Self { kind, sequence, label, copy: 0, outlet, state: JobState::Intent, reason }
    }

    pub(super) fn kind(&self) -> JobKind {
        JobKind::from_name(&self.kind)
    }

    pub(super) fn of_application(self, sequence: i64, copy: u32) -> Self {
        Self { sequence: Some(sequence), copy, ..self }
    }

    pub(super) fn labelled(self, label: Option<String>) -> Self {
        Self { label, ..self }
    }

    /// Receipts on the slip printer prove themselves as they did when there was nothing else.
    pub(super) fn mac(&self, ledger: &Ledger) -> [u8; 32] {
        let sequence = self.sequence.map(i64::to_be_bytes);
        let copy = self.copy.to_be_bytes();
        let state = Some(self.state.name().as_bytes());
        let reason = self.reason.as_deref().map(str::as_bytes);
        match (self.kind(), self.outlet, &sequence, &self.label) {
            (JobKind::Receipt, Outlet::Slip, Some(sequence), None) => {
                ledger.inner.mac.of("print_job", &[Some(sequence), Some(&copy), state, reason])
            }
            _ => {
                let kind = Some(self.kind.as_bytes());
                let sequence = sequence.as_ref().map(<[u8; 8]>::as_slice);
                let label = self.label.as_deref().map(str::as_bytes);
                let outlet = Some(self.outlet.name().as_bytes());
                let columns = [kind, sequence, label, Some(&copy[..]), outlet, state, reason];
                ledger.inner.mac.of("print_job 2", &columns)
            }
        }
    }

    /// Reads `kind, sequence, label, copy, outlet, state, reason, mac`, from column `at` on. Of a row that does not
    /// prove itself nothing is known, least of all that it was printed.
    fn read(ledger: &Ledger, row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        let mut job = Self {
            kind: row.get(at)?,
            sequence: row.get(at + 1)?,
            label: row.get(at + 2)?,
            copy: row.get(at + 3)?,
            outlet: Outlet::from_name(&row.get::<_, String>(at + 4)?),
            state: JobState::from_name(&row.get::<_, String>(at + 5)?),
            reason: row.get(at + 6)?,
        };
        if job.mac(ledger).as_slice() != row.get::<_, Vec<u8>>(at + 7)? {
            job.state = JobState::Unknown;
        }
        Ok(job)
    }
}

const COLUMNS: &str = "kind, sequence, label, copy, outlet, state, reason, mac";

impl Ledger {
    pub(super) fn insert_job(
        &self,
        transaction: &Transaction<'_>,
        job: &JobRow,
        now: Millis,
    ) -> Result<JobId, LedgerError> {
        transaction
            .prepare_cached(
                "INSERT INTO print_job (kind, sequence, label, copy, outlet, state, reason, changed_at, mac)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                job.kind,
                job.sequence,
                job.label,
                job.copy,
                job.outlet.name(),
                job.state.name(),
                job.reason,
                now.0,
                job.mac(self),
            ])?;
        Ok(JobId(transaction.last_insert_rowid()))
    }

    /// Notes the intent to print something about no application that was accepted here: a guide, a notice, a test
    /// page. Nothing personal: the label is an item's code.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn intend(
        &self,
        kind: JobKind,
        outlet: Outlet,
        item: Option<&ItemCode>,
        now: Millis,
    ) -> Result<JobId, LedgerError> {
        let label = item.map(ToString::to_string);
        self.write(|transaction| {
            let job = JobRow::intent(kind, outlet).labelled(label.clone());
            self.insert_job(transaction, &job, now)
        })
    }

    /// Notes the intent to print something about an application, with the next copy number of its kind: 0 is the
    /// original, every further one says 补打. None if there is no such application.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn intend_copy(
        &self,
        kind: JobKind,
        outlet: Outlet,
        registration: &RegistrationNumber,
        now: Millis,
    ) -> Result<Option<PrintJob>, LedgerError> {
        self.write(|transaction| {
            let row: Option<(i64, u32)> = transaction
                .prepare_cached(
                    "SELECT a.sequence, COALESCE(1 + MAX(p.copy), 0) FROM application a
                     LEFT JOIN print_job p ON p.sequence = a.sequence AND p.kind = ?2
                     WHERE a.registration = ?1 GROUP BY a.sequence",
                )?
                .query_row(params![registration.to_string(), kind.name()], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let Some((sequence, copy)) = row else { return Ok(None) };
            let row = JobRow::intent(kind, outlet).of_application(sequence, copy);
            let job = self.insert_job(transaction, &row, now)?;
            Ok(Some(print_job(job, row, Some(registration.to_string()), now)))
        })
    }

    /// Asks for a receipt once more. None if there is no such application.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn reprint(
        &self,
        registration: &RegistrationNumber,
        now: Millis,
    ) -> Result<Option<PrintJob>, LedgerError> {
        self.intend_copy(JobKind::Receipt, Outlet::Slip, registration, now)
    }

    /// How many further receipts of an application may have come out: those that failed did not.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn reprints(&self, registration: &RegistrationNumber) -> Result<u32, LedgerError> {
        let jobs = self.jobs(registration)?;
        let further = jobs.iter().filter(|job| job.kind == JobKind::Receipt && job.copy > 0);
        Ok(further.filter(|job| job.status.state != JobState::Failed).count() as u32)
    }

    /// Moves a job on; false if it has ended already. What is printed or failed stays so, and what is unknown is
    /// settled by [`Ledger::settle_job`] only.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_job(&self, job: JobId, status: PrintStatus, now: Millis) -> Result<bool, LedgerError> {
        self.move_job(job, &[JobState::Intent, JobState::Sent], status, now)
    }

    /// A person has looked whether an unknown job came out; false if it is not unknown.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn settle_job(&self, job: JobId, came_out: bool, now: Millis) -> Result<bool, LedgerError> {
        let status = if came_out {
            PrintStatus::because(JobState::Printed, PrintReason::Seen)
        } else {
            PrintStatus::because(JobState::Failed, PrintReason::NotSeen)
        };
        self.move_job(job, &[JobState::Unknown], status, now)
    }

    fn move_job(
        &self,
        job: JobId,
        from: &[JobState],
        status: PrintStatus,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        self.write(|transaction| self.step(transaction, job, from, status, now))
    }

    /// One step of a job that stands in one of the states `from`; false if it does not.
    pub(super) fn step(
        &self,
        transaction: &Transaction<'_>,
        job: JobId,
        from: &[JobState],
        status: PrintStatus,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        let row = transaction
            .prepare_cached(&format!("SELECT {COLUMNS} FROM print_job WHERE job = ?1"))?
            .query_row([job.0], |row| JobRow::read(self, row, 0))
            .optional()?;
        let Some(row) = row.filter(|row| from.contains(&row.state)) else { return Ok(false) };
        let reason = status.reason.map(|reason| reason.name().to_owned());
        let row = JobRow { state: status.state, reason, ..row };
        self.update_job(transaction, job, &row, now)?;
        Ok(true)
    }

    fn update_job(
        &self,
        transaction: &Transaction<'_>,
        job: JobId,
        row: &JobRow,
        now: Millis,
    ) -> Result<(), LedgerError> {
        transaction
            .prepare_cached(
                "UPDATE print_job SET state = ?2, reason = ?3, changed_at = ?4, mac = ?5 WHERE job = ?1",
            )?
            .execute(params![job.0, row.state.name(), row.reason, now.0, row.mac(self)])?;
        Ok(())
    }

    /// The journal of one application, of each kind originals first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn jobs(&self, registration: &RegistrationNumber) -> Result<Vec<PrintJob>, LedgerError> {
        self.read_jobs(
            "a.registration = ?1 ORDER BY p.kind <> 'receipt', p.kind, p.copy",
            registration.to_string(),
        )
    }

    /// The jobs whose end is not known, newest first, and at most so many: what a technician has to look at.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn unknown_jobs(&self, limit: u32) -> Result<Vec<PrintJob>, LedgerError> {
        self.read_jobs("p.state = 'unknown' ORDER BY p.job DESC LIMIT ?1", limit)
    }

    /// The newest jobs, and at most so many.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn recent_jobs(&self, limit: u32) -> Result<Vec<PrintJob>, LedgerError> {
        self.read_jobs("1 ORDER BY p.job DESC LIMIT ?1", limit)
    }

    /// One job. None if there is no such job.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn job(&self, job: JobId) -> Result<Option<PrintJob>, LedgerError> {
        Ok(self.read_jobs("p.job = ?1", job.0)?.pop())
    }

    fn read_jobs(&self, which: &str, value: impl rusqlite::ToSql) -> Result<Vec<PrintJob>, LedgerError> {
        self.repaired(|| {
            let connection = self.connection();
            let mut statement = connection.prepare_cached(&format!(
                "SELECT p.job, p.changed_at, a.registration, p.kind, p.sequence, p.label, p.copy, p.outlet, p.state,
                        p.reason, p.mac
                 FROM print_job p LEFT JOIN application a USING (sequence) WHERE {which}"
            ))?;
            let mut rows = statement.query([&value])?;
            let mut jobs = Vec::new();
            while let Some(row) = rows.next()? {
                let job = JobRow::read(self, row, 3)?;
                jobs.push(print_job(JobId(row.get(0)?), job, row.get(2)?, Millis(row.get(1)?)));
            }
            Ok(jobs)
        })
    }

    /// After a start: what had not gone out by then has failed, and what was on its way is unknown.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn settle_journal(&self, now: Millis) -> Result<Settled, LedgerError> {
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached(&format!(
                "SELECT job, {COLUMNS} FROM print_job WHERE state IN ('intent', 'sent') ORDER BY job"
            ))?;
            let jobs = statement
                .query_map([], |row| Ok((JobId(row.get(0)?), JobRow::read(self, row, 1)?)))?
                .collect::<Result<Vec<_>, _>>()?;
            let mut settled = Settled::default();
            for (job, row) in jobs {
                let state = match row.state {
                    JobState::Intent => JobState::Failed,
                    _ => JobState::Unknown,
                };
                if state == JobState::Failed { settled.failed += 1 } else { settled.unknown += 1 }
                let row = JobRow { state, reason: Some(PrintReason::Restart.name().to_owned()), ..row };
                self.update_job(transaction, job, &row, now)?;
            }
            transaction
                .prepare_cached(
                    "DELETE FROM print_job WHERE sequence IS NULL AND state <> 'unknown' AND job <= (
                         SELECT job FROM print_job WHERE sequence IS NULL ORDER BY job DESC LIMIT 1 OFFSET ?1)",
                )?
                .execute([LOOSE_JOBS])?;
            Ok(settled)
        })
    }
}

fn print_job(job: JobId, row: JobRow, registration: Option<String>, changed_at: Millis) -> PrintJob {
    let kind = row.kind();
    let JobRow { kind: _, sequence: _, label, copy, outlet, state, reason } = row;
    let status = PrintStatus { state, reason: reason.as_deref().map(PrintReason::from_name) };
    PrintJob { job, kind, outlet, registration, label, copy, status, changed_at }
}
