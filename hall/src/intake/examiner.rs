//! Envelopes are checked, opened and validated, many on blocking threads.

use super::domain::{Acceptance, Arrival, Disposition, Verdict, attachment_errors, attachments_are_sound};
use crate::cases::{SearchTerm, promised};
use crate::catalogue::{Library, Rules};
use crate::clock::Clock;
use crate::fleet::{Author, KnownTerminal};
use crate::keys::Openers;
use bianmin_protocol::application::{ApplicationBody, Header};
use bianmin_protocol::catalogue::{DayType, ServiceItem, TaskState};
use bianmin_protocol::form::{FieldError, FieldErrorCode, validate};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::seal::SealError;
use bianmin_protocol::text::without_controls;
use bianmin_protocol::v1::{Envelope, Refusal};
use std::sync::Arc;

/// Envelopes that one blocking thread opens in a row.
const SHARE: usize = 16;
/// So few are opened where they came in: going to another thread would take as long.
const AT_ONCE: usize = 2;

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
    pub(crate) async fn examine(self, envelopes: Vec<Envelope>) -> Vec<Result<Arrival, Disposition>> {
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
                    results.extend((0..length).map(|_| Err(Disposition::Later)));
                }
            }
        }
        results
    }

    /// Reads the header, and finds what it names.
    async fn look_up(&self, envelope: Envelope) -> Result<Opening, Disposition> {
        let refuse = Disposition::Refused;
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
            Disposition::Later
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

    fn examine_one(&self, opening: Opening) -> Result<Arrival, Disposition> {
        let malformed = || Disposition::Refused(Refusal::Malformed {});
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
            item_version: header.item_version,
            department: without_controls(&item.department_code).into_owned(),
            promised_days: item.promised_days,
            working_days: item.promised_day_type == DayType::Working,
            statutory_days: item.statutory_days,
            promises: promised(item, &body),
            terms: SearchTerm::of(item, &rules.fields, &body),
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
