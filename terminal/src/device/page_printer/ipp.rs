//! A page printer that speaks IPP: a printer on the network, or a CUPS queue.
//!
//! A page counts as printed only when its job is `completed`. A job that cannot go on is taken back, so that it
//! does not come out when somebody fills in paper for the next resident. What the job is called says nothing about
//! whose it is.

mod access;
mod answer;
mod talk;

use crate::config::Fingerprint;
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use ::ipp::operation::IppOperation;
use ::ipp::prelude::{IppOperationBuilder, IppPayload, IppRequestResponse, StatusCode};
pub use access::{Login, LoginError};
use answer::{Job, JobState, Looks};
use std::time::{Duration, Instant};
pub use talk::UriError;
use talk::{Talk, TalkError};

/// The largest document that is sent, in bytes; a guide takes some 50 KB.
const LIMIT: usize = 8 * 1024 * 1024;
/// Who asks, and what a job is called: a printer's display and log are read by anybody.
const USER: &str = "bianmin";
const JOB: &str = "bianmin";
const PDF: &str = "application/pdf";

/// How long the driver waits for what. Tests are in more of a hurry than printers.
#[derive(Debug, Clone, Copy)]
pub struct PageTimeouts {
    /// For the answer to one request; a page is sent in well under a second, but a slow printer spools it first.
    pub answer: Duration,
    /// Between two looks at a job.
    pub look: Duration,
    /// For a queue to forget what stopped its job before.
    pub settle: Duration,
    /// For a printer that does not answer any more, until the outcome is called unknown.
    pub silence: Duration,
    /// For somebody to put right what stops the job, until it is taken back.
    pub repair: Duration,
    /// For the whole job, until it is taken back.
    pub job: Duration,
    /// For a job that is being taken back to end.
    pub cancel: Duration,
}

impl Default for PageTimeouts {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(15),
            look: Duration::from_millis(500),
            settle: Duration::from_secs(5),
            silence: Duration::from_secs(20),
            repair: Duration::from_secs(120),
            job: Duration::from_secs(300),
            cancel: Duration::from_secs(10),
        }
    }
}

/// The driver. Clones are the same printer.
#[derive(Debug, Clone)]
pub struct Ipp {
    talk: Talk,
    /// How long it waits for what.
    pub timeouts: PageTimeouts,
}

impl Ipp {
    /// The printer at `ipp://host:631/ipp/print` or `ipp://localhost/printers/QUEUE`.
    ///
    /// # Errors
    /// No such address can be.
    pub fn new(uri: &str) -> Result<Self, UriError> {
        Self::with(uri, None, None)
    }

    /// The printer that asks for a name and a password, or that has to show this certificate.
    ///
    /// # Errors
    /// No such address can be.
    pub fn with(uri: &str, login: Option<Login>, certificate: Option<Fingerprint>) -> Result<Self, UriError> {
        Ok(Self { talk: Talk::new(uri, login, certificate)?, timeouts: PageTimeouts::default() })
    }

    /// Asks the printer how it is; takes a few seconds at most. Blocks: not for a thread that must not wait.
    pub fn status(&self) -> Status {
        blocking(self.look()).unwrap_or(Status::Unknown)
    }

    /// Prints a PDF and follows the job to its end, telling how it goes at every look. Whoever is told may give up,
    /// such as when the resident leaves; the job is then taken back. Blocks.
    pub fn print(&self, pdf: &[u8], tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        if pdf.len() > LIMIT {
            return Outcome::Failed(Status::Fault);
        }
        blocking(self.run(pdf, tell)).unwrap_or(Outcome::Failed(Status::Fault))
    }

    async fn ask(
        &self,
        request: IppRequestResponse,
        document: &[u8],
    ) -> Result<IppRequestResponse, TalkError> {
        self.talk.ask(request, document, self.timeouts.answer).await
    }

    async fn look(&self) -> Status {
        self.looks().await.map_or_else(|status| status, |looks| looks.status())
    }

    /// What the printer says of itself, or how it is when it says nothing.
    async fn looks(&self) -> Result<Looks, Status> {
        let request = IppOperationBuilder::get_printer_attributes(self.talk.uri()).attributes(Looks::ASKED);
        let Ok(request) = request.build() else { return Err(Status::Unknown) };
        match self.ask(request.into_ipp_request(), &[]).await {
            Ok(answer) if answer.header().status_code().is_success() => Ok(Looks::of(&answer)),
            Ok(_) => Err(Status::Fault),
            Err(TalkError::Garbled | TalkError::Refused | TalkError::Login(_)) => Err(Status::Fault),
            Err(TalkError::Unreachable | TalkError::Silent) => Err(Status::Offline),
        }
    }

    async fn run(&self, pdf: &[u8], tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        let before = match self.looks().await {
            Err(status) => return Outcome::Failed(status),
            Ok(looks) if !looks.may_start() || tell(Progress::Printing) == Proceed::GiveUp => {
                return Outcome::Failed(looks.status());
            }
            Ok(looks) => looks.status(),
        };
        let request = IppOperationBuilder::print_job(self.talk.uri(), IppPayload::empty())
            .user_name(USER)
            .job_title(JOB)
            .document_format(PDF)
            .build();
        let Ok(request) = request else { return Outcome::Failed(Status::Fault) };
        match self.ask(request.into_ipp_request(), pdf).await {
            Err(TalkError::Unreachable) => Outcome::Failed(Status::Offline),
            Err(TalkError::Refused | TalkError::Login(_)) => Outcome::Failed(Status::Fault),
            // It may have got all of it and print it now.
            Err(TalkError::Silent) => Outcome::Unknown(Status::Offline),
            Err(TalkError::Garbled) => Outcome::Unknown(Status::Unknown),
            Ok(answer) => match submitted(&answer) {
                Ok(job) => self.follow(job, before, tell).await,
                Err(outcome) => outcome,
            },
        }
    }

    /// Looks at the job until it has ended, and takes it back when it cannot go on or is not wanted any more.
    /// `before` is what the printer said of itself when the job was sent.
    async fn follow(&self, id: i32, before: Status, tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        if crate::planted::is_planted("ipp-state-ignored") {
            return Outcome::Printed;
        }
        let begun = Instant::now();
        let (mut heard, mut moved) = (begun, begun);
        let mut taken_back: Option<Instant> = None;
        loop {
            tokio::time::sleep(self.timeouts.look).await;
            let job = self.job(id).await;
            let status = match &job {
                Ok(_) | Err(Gone::ForGood) => self.look().await,
                Err(Gone::Silent) => Status::Offline,
            };
            let now = Instant::now();
            match &job {
                Ok(job) => {
                    heard = now;
                    if let Some(outcome) = job.outcome(status) {
                        return outcome;
                    }
                }
                // It has forgotten the job, which says nothing about the paper.
                Err(Gone::ForGood) => return Outcome::Unknown(status),
                Err(Gone::Silent) if now - heard > self.timeouts.silence => {
                    return Outcome::Unknown(Status::Offline);
                }
                Err(Gone::Silent) => {}
            }
            let stale = status == before && now - begun < self.timeouts.settle;
            let stands =
                (!status.can_print() && !stale) || matches!(&job, Ok(job) if job.state == JobState::Stopped);
            if !stands {
                moved = now;
            }
            let progress = if stands { Progress::Waiting(status) } else { Progress::Printing };
            let unwanted = tell(progress) == Proceed::GiveUp;
            let late = now - moved > self.timeouts.repair || now - begun > self.timeouts.job;
            if unwanted || late || taken_back.is_some() {
                let since = *taken_back.get_or_insert(now);
                if now - since > self.timeouts.cancel {
                    return Outcome::Unknown(status);
                }
                // Asked again at every look: the first request may have been lost.
                self.cancel(id).await;
            }
        }
    }

    async fn job(&self, id: i32) -> Result<Job, Gone> {
        let request = IppOperationBuilder::get_job_attributes(self.talk.uri(), id).user_name(USER).build();
        let Ok(request) = request else { return Err(Gone::Silent) };
        match self.ask(request.into_ipp_request(), &[]).await {
            Ok(answer) => match answer.header().status_code() {
                code if code.is_success() => Job::of(&answer).ok_or(Gone::Silent),
                StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone => Err(Gone::ForGood),
                _ => Err(Gone::Silent),
            },
            Err(_) => Err(Gone::Silent),
        }
    }

    async fn cancel(&self, id: i32) {
        let request = IppOperationBuilder::cancel_job(self.talk.uri(), id).user_name(USER).build();
        if let Ok(request) = request
            && let Err(error) = self.ask(request.into_ipp_request(), &[]).await
        {
            tracing::warn!(%error, "a page that is not wanted any more could not be taken back yet");
        }
    }
}

/// Why nothing is known of a job.
enum Gone {
    /// No answer, or none that can be understood; perhaps the next one can.
    Silent,
    /// The printer knows no such job.
    ForGood,
}

/// The number of the job that was accepted, or what became of one that was not.
fn submitted(answer: &IppRequestResponse) -> Result<i32, Outcome> {
    let code = answer.header().status_code();
    if !code.is_success() {
        tracing::warn!(?code, "the page printer does not take the page");
        return Err(Outcome::Failed(Status::Fault));
    }
    Job::id(answer).ok_or(Outcome::Unknown(Status::Unknown))
}

/// Runs on this thread what has to wait for the network. None if the system gives no event queue.
fn blocking<T>(work: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => Some(runtime.block_on(work)),
        Err(error) => {
            tracing::error!(%error, "the page printer cannot be talked to");
            None
        }
    }
}
