//! What only a technician does: the PIN, new paper, and print jobs that somebody has to look after.

use super::Terminal;
use super::health::Finding;
use crate::ledger::{JobId, LedgerError, Outlet, PrintJob};
use crate::pin::{Pin, PinError, Try};
use std::time::Instant;

/// So many jobs are listed, of those whose end is unknown and of the last ones.
const MOST_JOBS: u32 = 100;

/// Jobs of the journal, the newest first.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// Those of which nobody knows whether they came out.
    pub unknown: Vec<PrintJob>,
    /// The last ones, however they ended.
    pub last: Vec<PrintJob>,
}

/// What a technician may do: [`Terminal::technician`].
#[derive(Debug, Clone, Copy)]
pub struct Technician<'a> {
    pub(super) terminal: &'a Terminal,
}

impl Technician<'_> {
    /// Whether a PIN was set.
    pub fn has_pin(self) -> bool {
        self.terminal.0.pin_guard.has_pin()
    }

    /// Tries a PIN. Blocks on the disk and, on purpose, on its slow hash.
    ///
    /// # Errors
    /// The PIN's file is damaged, or the try cannot be counted: then it is not heard.
    pub fn try_pin(self, pin: &Pin) -> Result<Try, PinError> {
        self.terminal.0.pin_guard.try_pin(self.terminal.ledger(), pin, Instant::now())
    }

    /// New paper was put in. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn new_supply(self, outlet: Outlet) -> Result<(), LedgerError> {
        self.terminal.ledger().new_supply(outlet, self.terminal.now())
    }

    /// The print jobs to look after, and the last ones. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn jobs(self) -> Result<Jobs, LedgerError> {
        let ledger = self.terminal.ledger();
        let unknown = ledger.unknown_jobs(MOST_JOBS)?;
        Ok(Jobs { unknown, last: ledger.recent_jobs(MOST_JOBS)? })
    }

    /// How every part is, and the print jobs. No findings, or no jobs, if the ledger cannot be read.
    pub async fn overview(self) -> (Option<Vec<Finding>>, Jobs) {
        let findings = self.terminal.health().findings().await;
        if let Err(error) = &findings {
            tracing::error!(%error, "the terminal could not be looked at");
        }
        let terminal = self.terminal.clone();
        let jobs = tokio::task::spawn_blocking(move || terminal.technician().jobs());
        (findings.ok(), jobs.await.ok().and_then(Result::ok).unwrap_or_default())
    }

    /// Somebody has looked whether an unknown job came out; false if it is not unknown. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn settle_job(self, job: JobId, came_out: bool) -> Result<bool, LedgerError> {
        self.terminal.ledger().settle_job(job, came_out, self.terminal.now())
    }
}
