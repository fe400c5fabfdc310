//! How applications come in: envelopes are checked, opened and validated, many on blocking threads, and one writer
//! commits what all connections brought meanwhile in one transaction. Nothing is answered before its commit.

use crate::catalogue::library::{Library, Rules};
use crate::clock::Clock;
use crate::keys::{Keys, Openers};
use crate::metrics::{Metrics, count};
use crate::store::arrivals::{Acceptance, Arrival, Moment, Verdict};
use crate::store::parts::{Cause, Parts};
use crate::store::standing::Author;
use crate::store::terminals::KnownTerminal;
use crate::store::{Store, StoreError};
use bianmin_protocol::application::{ApplicationBody, Header, MaterialAnswer};
use bianmin_protocol::catalogue::{DayType, ServiceItem, TaskState};
use bianmin_protocol::content::{ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, CHUNK};
use bianmin_protocol::form::{FieldError, FieldErrorCode, validate};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::seal::SealError;
use bianmin_protocol::text::without_controls;
use bianmin_protocol::v1::{Envelope, Outcome, Refusal};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Applications in one commit.
const GROUP: usize = 256;
/// Requests that wait for the writer.
const WAITING: usize = 512;
/// Envelopes that one blocking thread opens in a row.
const SHARE: usize = 16;
/// So few are opened where they came in: going to another thread would take as long.
const AT_ONCE: usize = 2;

struct Batch {
    arrivals: Vec<Arrival>,
    reply: oneshot::Sender<Vec<Outcome>>,
}

/// The way in.
#[derive(Debug)]
pub(crate) struct Intake {
    writer: mpsc::Sender<Batch>,
}

impl Intake {
    pub(crate) fn start(store: Arc<Store>, keys: Keys, clock: Clock, metrics: Arc<Metrics>) -> Self {
        let (writer, batches) = mpsc::channel(WAITING);
        tokio::spawn(write(batches, store, keys, clock, metrics));
        Self { writer }
    }

    /// Records what was checked; `None` where the writer is gone or failed.
    pub(crate) async fn record(&self, arrivals: Vec<Arrival>) -> Option<Vec<Outcome>> {
        if arrivals.is_empty() {
            return Some(Vec::new());
        }
        let (reply, answer) = oneshot::channel();
        self.writer.send(Batch { arrivals, reply }).await.ok()?;
        answer.await.ok()
    }
}

/// The one writer. While it commits, others queue and then share the next commit; so nobody waits for a timer.
async fn write(
    mut batches: mpsc::Receiver<Batch>,
    store: Arc<Store>,
    keys: Keys,
    clock: Clock,
    metrics: Arc<Metrics>,
) {
    // What was signed with another key is signed anew when it is asked for; that there is none is seen once.
    let mut is_resigning = true;
    let mut is_known = false;
    while let Some(first) = batches.recv().await {
        if !is_known && let Ok(former) = store.former_signers().await {
            (is_resigning, is_known) = (!former.is_empty(), true);
        }
        let mut group = vec![first];
        let mut size = group[0].arrivals.len();
        while size < GROUP {
            let Ok(next) = batches.try_recv() else { break };
            size += next.arrivals.len();
            group.push(next);
        }
        let mut arrivals = Vec::with_capacity(size);
        let mut replies = Vec::with_capacity(group.len());
        for batch in group {
            replies.push((batch.arrivals.len(), batch.reply));
            arrivals.extend(batch.arrivals);
        }
        let now = clock.now();
        let moment = Moment { now, day: clock.day(now), key: keys.signing.clone(), is_resigning };
        match record(&store, &arrivals, &moment, &metrics).await {
            Ok(outcomes) => {
                let mut outcomes = outcomes.into_iter();
                for (length, reply) in replies {
                    let _ = reply.send(outcomes.by_ref().take(length).collect());
                }
            }
            // The terminals keep what they have and come again.
            Err(error) => tracing::error!(%error, applications = size, "cannot record applications"),
        }
    }
}

/// Records all in one commit; where the database refuses one of them, in smaller ones, so that the others are kept.
async fn record(
    store: &Store,
    arrivals: &[Arrival],
    moment: &Moment,
    metrics: &Metrics,
) -> Result<Vec<Outcome>, StoreError> {
    let mut outcomes = Vec::with_capacity(arrivals.len());
    let mut parts = Parts::of(arrivals.len());
    while let Some(part) = parts.next() {
        let error = match store.record(&arrivals[part.clone()], moment).await {
            Ok(recorded) => {
                count(&metrics.commits_total);
                outcomes.extend(recorded);
                continue;
            }
            Err(error) => error,
        };
        let cause = error.cause();
        if cause == Cause::Database {
            return Err(error);
        }
        if parts.halve(part.clone()) {
            continue;
        }
        for arrival in &arrivals[part] {
            tracing::error!(%error, application = %arrival.id, terminal = %arrival.terminal, "cannot record an application");
            outcomes.push(match cause {
                Cause::Content => Outcome::Refused { reason: Refusal::Malformed {} },
                _ => Outcome::Later {},
            });
        }
    }
    Ok(outcomes)
}

/// What checking needs.
#[derive(Debug, Clone)]
pub(crate) struct Examiner {
    pub library: Arc<Library>,
    pub openers: Openers,
    pub clock: Clock,
    pub sender: KnownTerminal,
}

/// An envelope whose header was read, with what its application is checked against.
struct Opening {
    envelope: Envelope,
    header: Header,
    author: Author,
    item: Arc<ServiceItem>,
    rules: Arc<Rules>,
}

impl Examiner {
    /// Checks envelopes of one request, in order.
    pub(crate) async fn examine(self, envelopes: Vec<Envelope>) -> Vec<Result<Arrival, Outcome>> {
        let mut openings = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            openings.push(self.look_up(envelope).await);
        }
        if openings.len() <= AT_ONCE {
            return openings.into_iter().map(|opening| self.examine_one(opening?)).collect();
        }
        let examiner = Arc::new(self);
        let mut openings = openings.into_iter().peekable();
        let mut shares = Vec::new();
        while openings.peek().is_some() {
            let share: Vec<_> = openings.by_ref().take(SHARE).collect();
            let examiner = examiner.clone();
            let length = share.len();
            let task = tokio::task::spawn_blocking(move || {
                share.into_iter().map(|opening| examiner.examine_one(opening?)).collect::<Vec<_>>()
            });
            shares.push((length, task));
        }
        let mut results = Vec::new();
        for (length, task) in shares {
            match task.await {
                Ok(share) => results.extend(share),
                Err(error) => {
                    tracing::error!(%error, "checking applications failed");
                    results.extend((0..length).map(|_| Err(Outcome::Later {})));
                }
            }
        }
        results
    }

    /// Reads the header, and finds what it names.
    async fn look_up(&self, envelope: Envelope) -> Result<Opening, Outcome> {
        let refuse = |reason| Outcome::Refused { reason };
        let header = envelope.read_header().map_err(|error| {
            refuse(match error {
                SealError::TooLarge => Refusal::TooLarge {},
                _ => Refusal::Malformed {},
            })
        })?;
        let author = self.sender.author(&header.terminal);
        let Some(author) = author.filter(|author| *header.registration.terminal() == author.id) else {
            return Err(refuse(Refusal::WrongTerminal {}));
        };
        let item = self.library.item(&header.item, header.item_version).await;
        let rules = self.library.rules(header.catalogue).await;
        let found = item.and_then(|item| Ok((item, rules?))).map_err(|error| {
            tracing::error!(%error, application = %header.application_id, "cannot check an application");
            Outcome::Later {}
        })?;
        let (Some(item), Some(rules)) = found else {
            envelope.verify(&author.key).map_err(|_| refuse(Refusal::Malformed {}))?;
            // Not recorded: after an import the same application may come again and be received.
            tracing::warn!(
                application = %header.application_id,
                item = %header.item,
                version = header.item_version,
                catalogue = %header.catalogue,
                "an application for an item or version that is not known here"
            );
            return Err(refuse(Refusal::UnknownItem {}));
        };
        Ok(Opening { envelope, header, author, item, rules })
    }

    fn examine_one(&self, opening: Opening) -> Result<Arrival, Outcome> {
        let malformed = || Outcome::Refused { reason: Refusal::Malformed {} };
        opening.envelope.verify(&opening.author.key).map_err(|_| malformed())?;
        let verdict = self.judge(&opening);
        let Opening { envelope, header, author, .. } = opening;
        Ok(Arrival {
            id: header.application_id,
            registration: header.registration,
            terminal: header.terminal,
            item: header.item.to_string(),
            digest: envelope.digest(),
            envelope: serde_json::to_vec(&envelope).map_err(|_| malformed())?,
            verdict,
            mark: author.mark,
        })
    }

    fn judge(&self, opening: &Opening) -> Verdict {
        let Opening { envelope, header, item, rules, .. } = opening;
        let body = match self.openers.open(envelope) {
            Ok(body) => body,
            Err(SealError::Open) => {
                tracing::error!(
                    application = %header.application_id,
                    terminal = %header.terminal,
                    "an application is sealed to a key that this hall does not have"
                );
                return Verdict::CannotOpen;
            }
            Err(_) => return Verdict::Refuse(Refusal::Malformed {}),
        };
        if !attachments_are_sound(header) {
            return Verdict::Refuse(Refusal::Malformed {});
        }
        let errors = self.errors(opening, &body, |today| validate(item, &rules.fields, &body, today));
        if !errors.is_empty() {
            return Verdict::Refuse(Refusal::Invalid { errors });
        }
        Verdict::Accept(Acceptance {
            task_code: item.task_code.clone(),
            // An earlier version published whatever a file held.
            item_name: without_controls(&item.name).into_owned(),
            promised_days: item.promised_days,
            working_days: item.promised_day_type == DayType::Working,
            attachments: header.attachments.clone(),
        })
    }

    /// The rules on the day on which the resident applied: an application that waited for the network has not
    /// become wrong by it. Where the terminal's clock was wrong, today decides; and no clock is right that stands
    /// before the publication of what was applied for.
    fn errors(
        &self,
        opening: &Opening,
        body: &ApplicationBody,
        check: impl Fn(jiff::civil::Date) -> Vec<FieldError>,
    ) -> Vec<FieldError> {
        let Opening { header, item, rules, .. } = opening;
        let day = |moment: Millis| self.day(moment.max(rules.published_at));
        let (then, today) = (day(header.accepted_at), day(self.clock.now()));
        let mut errors = check(then);
        if !errors.is_empty() && then != today {
            errors = check(today);
        }
        if item.state != TaskState::InUse || !item.terminal.apply {
            errors.push(FieldError { field: "item".to_owned(), code: FieldErrorCode::NotOffered });
        }
        errors.extend(attachment_errors(header, body));
        errors
    }

    fn day(&self, moment: Millis) -> jiff::civil::Date {
        self.clock.day(moment)
    }
}

/// Every attached material is described in the header, and nothing else is.
fn attachment_errors(header: &Header, body: &ApplicationBody) -> Vec<FieldError> {
    let attached = |code| {
        body.materials.iter().any(|state| state.code == code && state.answer == MaterialAnswer::Attached)
    };
    let undescribed = body
        .materials
        .iter()
        .filter(|state| state.answer == MaterialAnswer::Attached)
        .filter(|state| !header.attachments.iter().any(|entry| entry.material == state.code))
        .map(|state| FieldError { field: state.code.to_string(), code: FieldErrorCode::MaterialMissing });
    let unasked = header
        .attachments
        .iter()
        .filter(|entry| !attached(entry.material.clone()))
        .map(|entry| FieldError { field: entry.material.to_string(), code: FieldErrorCode::UnknownMaterial });
    undescribed.chain(unasked).collect()
}

fn attachments_are_sound(header: &Header) -> bool {
    let all = &header.attachments;
    all.len() <= ATTACHMENTS_LIMIT
        && all.iter().enumerate().all(|(index, entry)| {
            (1..=ATTACHMENT_LIMIT).contains(&entry.size)
                && u64::from(entry.chunks) == entry.size.div_ceil(CHUNK as u64)
                && !all[..index].iter().any(|other| other.material == entry.material)
        })
}
