//! Handing in, and what became of it: work of the terminal that blocks or waits, as futures for the screens.
//!
//! Knows no screen and no window toolkit.

use bianmin_protocol::credential::Credential;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::ledger::{AcceptError, Accepted, Draft, JobState, LedgerError, OutboxState};
use bianmin_terminal::services::{Lookup, Scan, Status, Terminal};
use tokio::sync::watch;

use super::Services;

/// What is known of a receipt: its paper, and whether the hall has the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The newest print job and why it failed, as a locale key.
    pub print: Option<(JobState, Option<String>)>,
    /// Where the application stands.
    pub outbox: Option<OutboxState>,
}

/// Tells how a receipt stands, each time that changes.
#[derive(Debug)]
pub struct Watch {
    terminal: Terminal,
    registration: RegistrationNumber,
    journal: watch::Receiver<u64>,
    status: watch::Receiver<Status>,
    report: Option<Standing>,
}

impl Services {
    /// Accepts an application, off this thread.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing was kept then.
    pub fn submit(
        &self,
        draft: Draft,
    ) -> impl Future<Output = Result<Accepted, AcceptError>> + Send + 'static {
        let terminal = self.terminal.clone();
        let visit = Some(terminal.visit());
        async move {
            let work = tokio::task::spawn_blocking(move || terminal.submit_for(visit, draft));
            work.await.map_err(|error| AcceptError::Ledger(LedgerError::Io(std::io::Error::other(error))))?
        }
    }

    /// Understands a scanned code, off this thread: two signatures are checked.
    pub fn read_code(&self, text: String) -> impl Future<Output = Option<Scan>> + Send + use<> {
        let read = self.off_thread(move |terminal| terminal.read_code(&text));
        async move { read.await.flatten() }
    }

    /// What is known of a case here and at the hall, which is asked for a few seconds at most, for who gives what shows
    /// that they may know.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn look_up(
        &self,
        registration: RegistrationNumber,
        given: Credential,
    ) -> impl Future<Output = Result<Lookup, LedgerError>> + Send + 'static {
        let terminal = self.terminal.clone();
        async move { terminal.look_up(registration, given).await }
    }

    /// Watches how a receipt stands.
    #[must_use]
    pub fn watch(&self, registration: RegistrationNumber) -> Watch {
        Watch {
            terminal: self.terminal.clone(),
            registration,
            journal: self.terminal.journal_changes(),
            status: self.terminal.status_changes(),
            report: None,
        }
    }
}

impl Watch {
    /// The standing, at once the first time and then after each change. `None` when the terminal is gone.
    pub async fn next(&mut self) -> Option<Standing> {
        loop {
            if self.report.is_some() {
                let changed = tokio::select! {
                    changed = self.journal.changed() => changed,
                    changed = self.status.changed() => changed,
                };
                changed.ok()?;
            }
            let (terminal, registration) = (self.terminal.clone(), self.registration.clone());
            let look = tokio::task::spawn_blocking(move || {
                let print = terminal.print_state(&registration).ok()?;
                let record = terminal.ledger().record(&registration).ok()?;
                Some(Standing { print, outbox: record.map(|record| record.state) })
            });
            // What cannot be read now is read at the next change; what was told stays as it is.
            let standing = look.await.ok().flatten().or_else(|| self.report.clone());
            let standing = standing.unwrap_or(Standing { print: None, outbox: None });
            if self.report.as_ref() != Some(&standing) {
                self.report = Some(standing.clone());
                return Some(standing);
            }
        }
    }
}
