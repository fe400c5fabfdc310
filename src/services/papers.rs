//! Papers that residents ask for, as futures for the screens, and what becomes of them.
//!
//! Knows no screen and no window toolkit.

use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::ledger::{JobId, JobState, LedgerError};
use bianmin_terminal::services::{Reprinted, Terminal, Visit};
use iced::futures::{Stream, stream};

use super::Services;

/// A job, or why there is none: the reason in locale keys.
pub type Ordered = Result<JobId, &'static str>;

/// The reason of what could not be ordered.
const FAULT: &str = "fault";

impl Services {
    /// Orders an item's guide; none if that could not be ordered.
    pub fn print_guide(
        &self,
        item: Arc<ServiceItem>,
        language: Language,
    ) -> impl Future<Output = Ordered> + Send + use<> {
        self.ordered(move |terminal, visit| terminal.print_guide(&item, language, visit))
    }

    /// Orders all that an application lacks; none if that could not be ordered.
    pub fn print_notice(
        &self,
        item: Arc<ServiceItem>,
        body: ApplicationBody,
        language: Language,
    ) -> impl Future<Output = Ordered> + Send + use<> {
        self.ordered(move |terminal, visit| terminal.print_notice(&item, &body, language, visit))
    }

    /// Orders the filled-in form; none if that could not be ordered.
    pub fn print_form(
        &self,
        item: Arc<ServiceItem>,
        body: Option<Arc<ApplicationBody>>,
        registration: Option<RegistrationNumber>,
        language: Language,
    ) -> impl Future<Output = Ordered> + Send + use<> {
        self.ordered(move |terminal, visit| match body {
            Some(body) => terminal.print_form(&item, &body, registration.as_ref(), language, visit),
            None => Ok(None),
        })
    }

    /// Orders a receipt once more, as often as residents may.
    pub fn reprint(&self, registration: RegistrationNumber) -> impl Future<Output = Ordered> + Send + use<> {
        let visit = self.terminal.visit();
        let ordered = self.off_thread(move |terminal| terminal.reprint_for_resident(&registration, visit));
        async move {
            match ordered.await {
                Some(Ok(Reprinted::Ordered(job))) => Ok(job),
                Some(Ok(Reprinted::TooMany)) => Err("copies"),
                Some(Ok(Reprinted::TooSoon)) => Err("too-soon"),
                Some(Ok(Reprinted::Nothing)) | None => Err(FAULT),
                Some(Err(error)) => {
                    tracing::error!(%error, "a receipt could not be ordered");
                    Err(FAULT)
                }
            }
        }
    }

    fn ordered<W>(&self, order: W) -> impl Future<Output = Ordered> + Send + use<W>
    where
        W: FnOnce(&Terminal, Visit) -> Result<Option<JobId>, LedgerError> + Send + 'static,
    {
        // Of this moment: whoever comes next must not find somebody else's paper.
        let visit = self.terminal.visit();
        let ordered = self.off_thread(move |terminal| order(terminal, visit));
        async move {
            match ordered.await {
                Some(Ok(job)) => job.ok_or(FAULT),
                Some(Err(error)) => {
                    tracing::error!(%error, "a document could not be ordered");
                    Err(FAULT)
                }
                None => Err(FAULT),
            }
        }
    }

    /// How a print job stands, each time that changes, to its end.
    pub fn follow(&self, job: JobId) -> impl Stream<Item = (JobState, Option<String>)> + Send + use<> {
        let (terminal, changes) = (self.terminal.clone(), self.terminal.journal_changes());
        stream::unfold((terminal, changes, None), move |(terminal, mut changes, report)| async move {
            let mut report: Option<(JobState, Option<String>)> = report;
            loop {
                match &report {
                    Some((JobState::Printed | JobState::Failed | JobState::Unknown, _)) => return None,
                    Some(_) => changes.changed().await.ok()?,
                    None => {}
                }
                let asked = terminal.clone();
                let look = tokio::task::spawn_blocking(move || asked.ledger().job(job));
                let stands = look.await.ok()?.ok().flatten().map(|job| (job.state, job.reason));
                if let Some(stands) = stands.filter(|stands| report.as_ref() != Some(stands)) {
                    report = Some(stands.clone());
                    return Some((stands, (terminal, changes, report)));
                }
            }
        })
    }
}
