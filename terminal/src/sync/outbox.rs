//! Sending what waits: in batches, each application to its own end, and none in the way of another.

use super::answer::Answer;
use super::client::HallClient;
use super::error::blocking;
use super::{HallError, SyncError, SyncReport, Syncer, mind_epoch};
use crate::ledger::{Ledger, Waiting};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::v1::{
    APPLICATIONS, Acknowledgement, BATCH_LIMIT, ErrorCode, Outcome, REQUEST_LIMIT, Refusal,
    SignedAcknowledgement, SubmissionOutcome,
};
use bytes::Bytes;
use std::collections::HashSet;
use std::sync::Arc;

/// The bytes of the first batch, and of the first after a success. Grows and shrinks with how it goes.
const WINDOW: usize = 256 * 1024;
const SMALL_WINDOW: usize = 16 * 1024;
/// So many applications may be left behind in one attempt; more at once mean that the hall is not well.
const LEFT_LIMIT: usize = 512;
/// So many failures in a row, each of one application by itself, mean that the hall is not well.
const FAILURES: usize = 3;
/// The hall gave up waiting for the rest of a request.
const REQUEST_TIMEOUT: u16 = 408;
/// `{"envelopes":[` and `]}`.
const FRAME: usize = 16;

/// What is remembered from one attempt to the next. Losing it costs time, not applications.
#[derive(Debug)]
pub(super) struct Outbox {
    /// Applications with which a request failed though they were alone in it. They go last and alone, so that
    /// one on which the hall chokes does not block the others.
    suspects: HashSet<ApplicationId>,
    /// How many bytes to send at once: halved when a connection breaks in mid-request, so that a bad line gets
    /// at least something through.
    window: usize,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { suspects: HashSet::new(), window: WINDOW }
    }
}

#[cfg(test)]
impl Outbox {
    /// As after many failures: the first request has one application.
    pub(super) fn single() -> Self {
        Self { window: 1, ..Self::default() }
    }
}

/// An application ready to be sent.
struct Parcel {
    waiting: Waiting,
    text: String,
}

/// One attempt to send everything.
struct Drain<'a> {
    hall: &'a HallClient,
    ledger: &'a Ledger,
    outbox: &'a mut Outbox,
    report: &'a mut SyncReport,
    tried: HashSet<ApplicationId>,
    left: HashSet<ApplicationId>,
    failures: usize,
}

impl Syncer {
    pub(super) async fn drain(&mut self, report: &mut SyncReport) -> Result<(), SyncError> {
        let drain = Drain {
            hall: &self.hall,
            ledger: &self.ledger,
            outbox: &mut self.outbox,
            report,
            tried: HashSet::new(),
            left: HashSet::new(),
            failures: 0,
        };
        drain.run().await
    }
}

impl Drain<'_> {
    async fn run(mut self) -> Result<(), SyncError> {
        let mut in_vain = 0;
        loop {
            let batch = self.next_batch().await?;
            if batch.is_empty() || self.left.len() > LEFT_LIMIT {
                break;
            }
            let later = self.left.len();
            let size = batch.len();
            self.send(batch).await?;
            // When the hall takes nothing now, asking for the rest would only keep it busy.
            in_vain = if self.left.len() == later + size { in_vain + 1 } else { 0 };
            if in_vain > 0 && size > 1 || in_vain >= FAILURES || self.failures >= FAILURES {
                break;
            }
        }
        self.report.left = !self.left.is_empty();
        Ok(())
    }

    /// The next applications that were not tried in this attempt, suspects last and alone.
    async fn next_batch(&mut self) -> Result<Vec<Parcel>, SyncError> {
        loop {
            let want = BATCH_LIMIT + self.left.len();
            let ledger = self.ledger.clone();
            let waiting = blocking(move || ledger.waiting(want)).await?;
            let is_all = waiting.len() < want;
            let known = self.left.len();
            // Whatever was tried and waits (again) is for the next attempt.
            let tried = waiting.iter().map(|one| one.application_id).filter(|id| self.tried.contains(id));
            self.left.extend(tried);
            let fresh: Vec<_> =
                waiting.into_iter().filter(|one| !self.left.contains(&one.application_id)).collect();
            if fresh.is_empty() && !is_all && self.left.len() > known && self.left.len() <= LEFT_LIMIT {
                continue;
            }
            return Ok(self.fill(fresh));
        }
    }

    fn fill(&self, fresh: Vec<Waiting>) -> Vec<Parcel> {
        let (suspects, good): (Vec<_>, Vec<_>) =
            fresh.into_iter().partition(|one| self.outbox.suspects.contains(&one.application_id));
        let candidates = if good.is_empty() { suspects.into_iter().take(1).collect() } else { good };
        let room = self.outbox.window.min(REQUEST_LIMIT - FRAME);
        let mut batch: Vec<Parcel> = Vec::new();
        let mut size = 0;
        for waiting in candidates.into_iter().take(BATCH_LIMIT) {
            let Ok(text) = serde_json::to_string(&waiting.envelope) else { continue };
            size += text.len() + 1;
            if !batch.is_empty() && size > room {
                break;
            }
            batch.push(Parcel { waiting, text });
        }
        batch
    }

    /// Sends a batch; when the request as a whole is refused, its halves, down to the one that is to blame.
    async fn send(&mut self, batch: Vec<Parcel>) -> Result<(), SyncError> {
        let mut stack = vec![batch];
        while let Some(mut batch) = stack.pop() {
            let body = Bytes::from(body(&batch));
            let mut answer = self.hall.post_raw(APPLICATIONS, body.clone()).await;
            // Before an application goes to quarantine for what may have happened to it on its way, once more.
            if batch.len() == 1 && answer.as_ref().is_ok_and(|answer| refusal(&answer.error()).is_some()) {
                answer = self.hall.post_raw(APPLICATIONS, body).await;
            }
            let new = batch.iter().filter(|one| self.tried.insert(one.waiting.application_id)).count();
            let outcomes = match answer {
                Ok(answer) => {
                    mind_epoch(self.hall, self.ledger, self.report).await?;
                    outcomes(&answer, batch.len())
                }
                Err(error) => Err(error),
            };
            self.report.sent += new as u32;
            match outcomes {
                Ok(outcomes) => {
                    self.failures = 0;
                    self.outbox.window = (self.outbox.window * 2).clamp(SMALL_WINDOW, REQUEST_LIMIT);
                    self.settle(batch, outcomes).await?;
                }
                Err(error) if is_about_content(&error) && batch.len() > 1 => {
                    let second = batch.split_off(batch.len() / 2);
                    stack.extend([second, batch]);
                }
                Err(error) => self.fail(&batch, error).await?,
            }
            if self.failures >= FAILURES {
                break;
            }
        }
        Ok(())
    }

    /// One application was refused, or a request failed.
    async fn fail(&mut self, batch: &[Parcel], error: HallError) -> Result<(), SyncError> {
        let [one] = batch else {
            if is_broken(&error) {
                self.outbox.window = (self.outbox.window / 2).max(1);
            }
            return Err(error.into());
        };
        let id = one.waiting.application_id;
        if let Some(refusal) = refusal(&error) {
            return self.quarantine(id, refusal).await;
        }
        self.left.insert(id);
        let is_broken = is_broken(&error);
        let is_known = self.outbox.suspects.contains(&id);
        if is_broken || is_about_content(&error) {
            self.outbox.suspects.insert(id);
        }
        if is_about_content(&error) {
            self.failures += 1;
        } else if is_broken && is_known {
            // Once more the line broke over this one. That ends sending for now, but if it is the application's
            // fault, it must not keep news from coming.
            self.failures = FAILURES;
        } else {
            return Err(error.into());
        }
        tracing::warn!(application = %id, %error, "an application could not be sent");
        self.report.setback = Some(error);
        Ok(())
    }

    /// Brings each application of a batch to its end, the acknowledged ones first and together.
    async fn settle(&mut self, batch: Vec<Parcel>, outcomes: Vec<Outcome>) -> Result<(), SyncError> {
        let mut genuine = Vec::new();
        let mut others = Vec::new();
        for (one, outcome) in batch.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Acknowledged { acknowledgement } => {
                    genuine.extend(self.genuine(&one.waiting, acknowledgement));
                }
                other => others.push((one.waiting.application_id, other)),
            }
        }
        self.acknowledge(genuine).await?;
        for (id, outcome) in others {
            match outcome {
                Outcome::Refused { reason } => self.quarantine(id, reason).await?,
                _ => drop(self.left.insert(id)),
            }
        }
        Ok(())
    }

    /// The acknowledgement, if it is the hall's and for this very application.
    fn genuine(
        &mut self,
        waiting: &Waiting,
        signed: SignedAcknowledgement,
    ) -> Option<(Acknowledgement, SignedAcknowledgement)> {
        let id = waiting.application_id;
        let header = waiting.envelope.read_header().ok();
        let acknowledgement =
            signed.verify(&self.ledger.identity().enrolled.hall_key).filter(|acknowledgement| {
                acknowledgement.application_id == id
                    && acknowledgement.content == waiting.envelope.digest()
                    && header.is_some_and(|header| header.registration == acknowledgement.registration)
            });
        if acknowledgement.is_none() {
            // Whoever says so, it is not proven that the hall has this very application: it stays.
            tracing::error!(application = %id, "an acknowledgement is not genuine; the application is kept");
            self.left.insert(id);
            self.outbox.suspects.insert(id);
            self.report.setback = Some(HallError::BadAnswer);
        }
        acknowledgement.map(|acknowledgement| (acknowledgement, signed))
    }

    /// Records acknowledgements together; where that fails, one by one, so that one does not block the others.
    async fn acknowledge(
        &mut self,
        genuine: Vec<(Acknowledgement, SignedAcknowledgement)>,
    ) -> Result<(), SyncError> {
        let (ledger, all) = (self.ledger.clone(), Arc::new(genuine));
        let together = all.clone();
        let done = blocking({
            let ledger = ledger.clone();
            move || ledger.acknowledge_all(&together)
        });
        let one_by_one = done.await.is_err();
        for at in 0..all.len() {
            if one_by_one {
                let (ledger, all) = (ledger.clone(), all.clone());
                blocking(move || ledger.acknowledge_all(&all[at..=at])).await?;
            }
            self.outbox.suspects.remove(&all[at].0.application_id);
            self.report.acknowledged += 1;
        }
        Ok(())
    }

    async fn quarantine(&mut self, id: ApplicationId, refusal: Refusal) -> Result<(), SyncError> {
        tracing::warn!(application = %id, reason = refusal.key(), "the hall refused an application");
        let ledger = self.ledger.clone();
        blocking(move || ledger.quarantine(id, &refusal)).await?;
        self.outbox.suspects.remove(&id);
        self.report.quarantined += 1;
        Ok(())
    }
}

/// Whether the line broke, or was too slow, with the request on its way.
fn is_broken(error: &HallError) -> bool {
    matches!(
        error,
        HallError::Unreachable { sent: true, .. } | HallError::Rejected { status: REQUEST_TIMEOUT, .. }
    )
}

fn body(batch: &[Parcel]) -> String {
    let envelopes: Vec<_> = batch.iter().map(|one| one.text.as_str()).collect();
    format!("{{\"envelopes\":[{}]}}", envelopes.join(","))
}

/// The outcomes, whatever the status: a single application's outcome decides it.
fn outcomes(answer: &Answer, expected: usize) -> Result<Vec<Outcome>, HallError> {
    match answer.read_any::<SubmissionOutcome>() {
        Some(answer) if answer.outcomes.len() == expected => Ok(answer.outcomes),
        Some(_) => Err(HallError::BadAnswer),
        None => Err(answer.error()),
    }
}

/// What a refusal of the whole request means for the one application in it. Only the hall itself can say so,
/// and only by status and code together: a request that came too slowly is a "bad request" too.
fn refusal(error: &HallError) -> Option<Refusal> {
    match error {
        HallError::Rejected { status: 400, code: ErrorCode::BadRequest } => Some(Refusal::Malformed {}),
        HallError::Rejected { status: 413, code: ErrorCode::TooLarge } => Some(Refusal::TooLarge {}),
        _ => None,
    }
}

/// Whether an error may be due to what was sent, so that smaller requests get the rest through.
fn is_about_content(error: &HallError) -> bool {
    match error {
        HallError::Rejected { status, code } => match code {
            ErrorCode::BadRequest | ErrorCode::TooLarge => *status != REQUEST_TIMEOUT,
            ErrorCode::Unavailable => *status != 503,
            _ => false,
        },
        // A proxy before the hall that has limits of its own. What it says is no reason for quarantine.
        HallError::NotTheHall { status } => matches!(status, 400 | 413 | 422 | 500),
        HallError::BadAnswer | HallError::AnswerTooLarge => true,
        HallError::Unreachable { .. } | HallError::Revoked => false,
    }
}
