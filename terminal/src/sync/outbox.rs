//! Sending what waits: in batches, each application to its own end, and none in the way of another.
//!
//! While the hall works on one batch, the terminal records what the hall said of the one before and reads the next.

use super::answer::HallAnswer;
use super::client::HallClient;
use super::error::blocking;
use super::{HallError, SyncError, SyncReport, Syncer, mind_epoch};
use crate::ledger::{Ledger, Waiting};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::v1::{
    APPLICATIONS, Acknowledgement, ApplicationOutcome, BATCH_LIMIT, ErrorCode, REQUEST_LIMIT, Refusal,
    SignedAcknowledgement, SubmissionOutcome,
};
use bytes::Bytes;
use std::collections::{HashSet, VecDeque};
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

/// One attempt to send everything.
struct Drain<'a> {
    hall: &'a HallClient,
    ledger: &'a Ledger,
    outbox: &'a mut Outbox,
    report: &'a mut SyncReport,
    tried: HashSet<ApplicationId>,
    left: HashSet<ApplicationId>,
    failures: usize,
    /// Read, but not sent yet.
    ahead: VecDeque<Waiting>,
    /// Acknowledged, as the hall says, but neither checked nor recorded yet.
    unsettled: Vec<(Waiting, SignedAcknowledgement)>,
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
            ahead: VecDeque::new(),
            unsettled: Vec::new(),
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
        self.settle_acknowledged().await?;
        self.report.left = !self.left.is_empty();
        Ok(())
    }

    /// The next applications that were not tried in this attempt, suspects last and alone.
    async fn next_batch(&mut self) -> Result<Vec<Waiting>, SyncError> {
        if !self.ahead.is_empty() {
            return Ok(self.take_ahead());
        }
        // What is settled waits no longer.
        self.settle_acknowledged().await?;
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
            let (suspects, good): (Vec<_>, Vec<_>) =
                fresh.into_iter().partition(|one| self.outbox.suspects.contains(&one.application_id));
            if good.is_empty() {
                return Ok(suspects.into_iter().take(1).collect());
            }
            self.ahead.extend(good);
            return Ok(self.take_ahead());
        }
    }

    /// As many of those that were read as go into one request.
    fn take_ahead(&mut self) -> Vec<Waiting> {
        let room = self.outbox.window.min(REQUEST_LIMIT - FRAME);
        let mut batch: Vec<Waiting> = Vec::new();
        let mut size = 0;
        while batch.len() < BATCH_LIMIT
            && let Some(waiting) = self.ahead.pop_front()
        {
            size += waiting.text.len() + 1;
            if !batch.is_empty() && size > room {
                self.ahead.push_front(waiting);
                break;
            }
            batch.push(waiting);
        }
        batch
    }

    /// What the terminal does while the hall works on what was read up to `sequence`.
    async fn meanwhile(&mut self, sequence: i64) -> Result<(), SyncError> {
        self.settle_acknowledged().await?;
        // Only where all goes well, which is when it matters.
        let is_well = self.left.is_empty() && self.outbox.suspects.is_empty();
        if self.ahead.is_empty() && is_well {
            let ledger = self.ledger.clone();
            self.ahead.extend(blocking(move || ledger.waiting_after(sequence, BATCH_LIMIT)).await?);
        }
        Ok(())
    }

    /// Sends a batch; when the request as a whole is refused, its halves, down to the one that is to blame.
    async fn send(&mut self, batch: Vec<Waiting>) -> Result<(), SyncError> {
        let hall = self.hall;
        let last = batch.last().map_or(0, |one| one.sequence);
        let mut stack = vec![batch];
        while let Some(mut batch) = stack.pop() {
            let body = Bytes::from(body(&batch));
            let (mut answer, meanwhile) =
                tokio::join!(hall.post_raw(APPLICATIONS, body.clone()), self.meanwhile(last));
            meanwhile?;
            // Before an application goes to quarantine for what may have happened to it on its way, once more.
            if batch.len() == 1 && answer.as_ref().is_ok_and(|answer| refusal(&answer.error()).is_some()) {
                answer = hall.post_raw(APPLICATIONS, body).await;
            }
            let new = batch.iter().filter(|one| self.tried.insert(one.application_id)).count();
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
    async fn fail(&mut self, batch: &[Waiting], error: HallError) -> Result<(), SyncError> {
        let [one] = batch else {
            if is_broken(&error) {
                self.outbox.window = (self.outbox.window / 2).max(1);
            }
            return Err(error.into());
        };
        let id = one.application_id;
        if let Some(refusal) = refusal(&error) {
            if crate::planted::is_planted("refusal-blocks") {
                return Err(error.into());
            }
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
        if self.failures >= FAILURES && matches!(error, HallError::NotTheHall { .. }) {
            // Not one application is to blame: the hall cannot be reached, and whoever looks is told so.
            return Err(error.into());
        }
        self.report.setback = Some(error);
        Ok(())
    }

    /// Brings each application of a batch to its end. Where the hall acknowledges all of them, that can be
    /// recorded while it works on the next; otherwise the acknowledged ones first and together.
    async fn settle(
        &mut self,
        batch: Vec<Waiting>,
        outcomes: Vec<ApplicationOutcome>,
    ) -> Result<(), SyncError> {
        let mut others = Vec::new();
        for (one, outcome) in batch.into_iter().zip(outcomes) {
            match outcome {
                ApplicationOutcome::Acknowledged { acknowledgement } => {
                    self.unsettled.push((one, acknowledgement))
                }
                other => others.push((one.application_id, other)),
            }
        }
        // Whoever forges one acknowledgement forges all, and shall not be sent more.
        let hall_key = self.ledger.identity().enrolled.hall_key;
        let is_hall = self.unsettled.first().is_none_or(|(_, signed)| signed.verify(&hall_key).is_some());
        if others.is_empty() && is_hall {
            return Ok(());
        }
        self.settle_acknowledged().await?;
        for (id, outcome) in others {
            match outcome {
                ApplicationOutcome::Refused { .. } if crate::planted::is_planted("refusal-blocks") => {
                    return Err(HallError::BadAnswer.into());
                }
                ApplicationOutcome::Refused { reason } => self.quarantine(id, reason).await?,
                _ => drop(self.left.insert(id)),
            }
        }
        Ok(())
    }

    /// Checks and records acknowledgements together; where that fails, one by one, so that one does not block the
    /// others.
    async fn settle_acknowledged(&mut self) -> Result<(), SyncError> {
        let unsettled = std::mem::take(&mut self.unsettled);
        if unsettled.is_empty() {
            return Ok(());
        }
        let ledger = self.ledger.clone();
        let settled = blocking(move || Ok::<_, SyncError>(check_and_record(&ledger, unsettled))).await?;
        for id in settled.forged {
            // Whoever says so, it is not proven that the hall has this very application: it stays.
            tracing::error!(application = %id, "an acknowledgement is not genuine; the application is kept");
            self.left.insert(id);
            self.outbox.suspects.insert(id);
            self.report.setback = Some(HallError::BadAnswer);
        }
        let all = Arc::new(settled.genuine);
        for at in 0..all.len() {
            if !settled.is_recorded {
                let (ledger, all) = (self.ledger.clone(), all.clone());
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

/// What came of acknowledgements.
struct Settled {
    genuine: Vec<(Acknowledgement, SignedAcknowledgement)>,
    is_recorded: bool,
    forged: Vec<ApplicationId>,
}

fn check_and_record(ledger: &Ledger, unsettled: Vec<(Waiting, SignedAcknowledgement)>) -> Settled {
    let mut settled = Settled { genuine: Vec::new(), is_recorded: true, forged: Vec::new() };
    for (waiting, signed) in unsettled {
        match genuine(ledger, &waiting, &signed) {
            Some(acknowledgement) => settled.genuine.push((acknowledgement, signed)),
            None => settled.forged.push(waiting.application_id),
        }
    }
    settled.is_recorded = ledger.acknowledge_all(&settled.genuine).is_ok();
    settled
}

/// The acknowledgement, if it is the hall's and for this very application.
fn genuine(ledger: &Ledger, waiting: &Waiting, signed: &SignedAcknowledgement) -> Option<Acknowledgement> {
    let header = waiting.envelope.read_header().ok()?;
    signed.verify(&ledger.identity().enrolled.hall_key).filter(|acknowledgement| {
        acknowledgement.application_id == waiting.application_id
            && acknowledgement.content == waiting.envelope.digest()
            && acknowledgement.registration == header.registration
    })
}

fn body(batch: &[Waiting]) -> String {
    let envelopes: Vec<_> = batch.iter().map(|one| one.text.as_str()).collect();
    format!("{{\"envelopes\":[{}]}}", envelopes.join(","))
}

/// The outcomes, whatever the status: a single application's outcome decides it.
fn outcomes(answer: &HallAnswer, expected: usize) -> Result<Vec<ApplicationOutcome>, HallError> {
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
        HallError::Rejected { status: 400, code: ErrorCode::BadRequest, .. } => Some(Refusal::Malformed {}),
        HallError::Rejected { status: 413, code: ErrorCode::TooLarge, .. } => Some(Refusal::TooLarge {}),
        _ => None,
    }
}

/// Whether an error may be due to what was sent, so that smaller requests get the rest through.
fn is_about_content(error: &HallError) -> bool {
    match error {
        HallError::Rejected { status, code, .. } => match code {
            ErrorCode::BadRequest | ErrorCode::TooLarge => *status != REQUEST_TIMEOUT,
            ErrorCode::Unavailable => *status != 503,
            _ => false,
        },
        // A proxy with limits of its own, or a filter that takes a seal for an attack and shows its own page with
        // any status. What it says is no reason for quarantine, and none to hold up the others.
        HallError::NotTheHall { .. } => true,
        HallError::BadAnswer | HallError::AnswerTooLarge => true,
        HallError::Unreachable { .. } | HallError::Revoked => false,
    }
}
