//! What a technician asks of the terminal: work that blocks, as futures for the screen.
//!
//! Knows no screen and no window toolkit.

use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::ledger::{JobId, LedgerError, Outlet, PrintJob};
use bianmin_terminal::pin::{Pin, Try};
use bianmin_terminal::services::Terminal;
use bianmin_terminal::services::health::Finding;

use super::Services;

/// So many jobs are shown, of those of which nobody knows and of the last ones.
const MOST_JOBS: u32 = 100;

/// Jobs of the journal, the newest first.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// Those of which nobody knows whether they came out.
    pub unknown: Vec<PrintJob>,
    /// The last ones, however they ended.
    pub last: Vec<PrintJob>,
}

impl Services {
    /// Prints a receipt once more for a technician, whom no number binds; none if that could not be ordered.
    pub fn reprint_for_technician(
        &self,
        registration: RegistrationNumber,
    ) -> impl Future<Output = Option<JobId>> + Send + use<> {
        let visit = Some(self.terminal.visit());
        let ordered = self.off_thread(move |terminal| terminal.reprint(&registration, visit));
        async move { ordered.await?.ok().flatten() }
    }

    /// Tries a PIN; none if it could not be tried.
    pub fn try_pin(&self, pin: Pin) -> impl Future<Output = Option<Try>> + Send + use<> {
        let tried = self.off_thread(move |terminal| terminal.try_pin(&pin));
        async move {
            match tried.await? {
                Ok(tried) => Some(tried),
                Err(error) => {
                    tracing::error!(%error, "the PIN could not be tried");
                    None
                }
            }
        }
    }

    /// How every part is, and the print jobs. No findings if the ledger cannot be read.
    pub fn look(&self) -> impl Future<Output = (Option<Vec<Finding>>, Jobs)> + Send + use<> {
        let terminal = self.terminal.clone();
        let jobs = self.off_thread(|terminal| {
            let ledger = terminal.ledger();
            let unknown = ledger.unknown_jobs(MOST_JOBS)?;
            Ok::<_, LedgerError>(Jobs { unknown, last: ledger.recent_jobs(MOST_JOBS)? })
        });
        async move {
            let findings = terminal.findings().await;
            if let Err(error) = &findings {
                tracing::error!(%error, "the terminal could not be looked at");
            }
            (findings.ok(), jobs.await.and_then(Result::ok).unwrap_or_default())
        }
    }

    /// Prints a test page; whether it was ordered.
    pub fn print_test(
        &self,
        outlet: Outlet,
        language: Language,
    ) -> impl Future<Output = bool> + Send + use<> {
        self.noted(move |terminal| terminal.print_test(outlet, language))
    }

    /// Prints a sample ticket; whether it was ordered.
    pub fn print_sample_ticket(&self, language: Language) -> impl Future<Output = bool> + Send + use<> {
        self.noted(move |terminal| terminal.print_sample_ticket(language))
    }

    /// Prints how everything is; whether it was ordered.
    pub fn print_report(
        &self,
        findings: Arc<Vec<Finding>>,
        language: Language,
    ) -> impl Future<Output = bool> + Send + use<> {
        let ordered = self.off_thread(move |terminal| terminal.print_report(&findings, language));
        async move { matches!(ordered.await, Some(Ok(Some(_)))) }
    }

    /// New paper was put in; whether that was noted.
    pub fn new_supply(&self, outlet: Outlet) -> impl Future<Output = bool> + Send + use<> {
        self.noted(move |terminal| terminal.ledger().new_supply(outlet, terminal.now()))
    }

    /// A person has looked whether a job came out; whether that was noted.
    pub fn settle_job(&self, job: JobId, came_out: bool) -> impl Future<Output = bool> + Send + use<> {
        self.noted(move |terminal| terminal.ledger().settle_job(job, came_out, terminal.now()))
    }

    fn noted<T: Send + 'static, W>(&self, work: W) -> impl Future<Output = bool> + Send + use<T, W>
    where
        W: FnOnce(&Terminal) -> Result<T, LedgerError> + Send + 'static,
    {
        let done = self.off_thread(work);
        async move {
            match done.await {
                Some(Ok(_)) => true,
                Some(Err(error)) => {
                    tracing::error!(%error, "the ledger could not be written");
                    false
                }
                None => false,
            }
        }
    }

    /// Work that blocks, off this thread; none if it panicked.
    pub(super) fn off_thread<T: Send + 'static, W>(
        &self,
        work: W,
    ) -> impl Future<Output = Option<T>> + Send + use<T, W>
    where
        W: FnOnce(&Terminal) -> T + Send + 'static,
    {
        let terminal = self.terminal.clone();
        async move { tokio::task::spawn_blocking(move || work(&terminal)).await.ok() }
    }
}
