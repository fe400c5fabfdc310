//! Takes applications in, from whomever speaks for them.

use super::domain::{Arrival, Disposition, Verdict};
use super::examiner::Examiner;
use super::writer::{Recording, Writer};
use crate::cases::CaseKeys;
use crate::catalogue::Library;
use crate::clock::Clock;
use crate::db::Store;
use crate::fleet::KnownTerminal;
use crate::keys::Keys;
use crate::metrics::Metrics;
use bianmin_locale::Language;
use bianmin_protocol::v1::Envelope;
use std::sync::Arc;

/// The way in.
#[derive(Debug)]
pub struct Intake {
    pub(super) store: Arc<Store>,
    pub(super) catalogue: Arc<Library>,
    pub(super) keys: Keys,
    pub(super) case_keys: Arc<CaseKeys>,
    pub(super) clock: Clock,
    pub(super) metrics: Arc<Metrics>,
    /// Of what is written into records.
    pub(super) language: Language,
    writer: Writer,
}

impl Intake {
    /// Must be called within a tokio runtime.
    pub(crate) fn start(
        store: Arc<Store>,
        catalogue: Arc<Library>,
        keys: Keys,
        clock: Clock,
        metrics: Arc<Metrics>,
        language: Language,
    ) -> Self {
        let case_keys = CaseKeys::new(&keys);
        let recording = Recording {
            store: store.clone(),
            keys: keys.clone(),
            case_keys: case_keys.clone(),
            clock: clock.clone(),
            metrics: metrics.clone(),
        };
        let writer = Writer::start(recording);
        Self { store, catalogue, keys, case_keys, clock, metrics, language, writer }
    }

    /// Takes applications in that `sender` speaks for, and says what has become of each, in the same order.
    pub(crate) async fn receive(&self, sender: KnownTerminal, envelopes: Vec<Envelope>) -> Vec<Disposition> {
        let mut arrivals = Vec::with_capacity(envelopes.len());
        let mut refused = Vec::with_capacity(envelopes.len());
        for result in self.examine(sender, envelopes).await {
            match result {
                Ok(arrival) => {
                    arrivals.push(arrival);
                    refused.push(None);
                }
                Err(disposition) => refused.push(Some(disposition)),
            }
        }
        let recorded = self.record(arrivals).await;
        let mut recorded = recorded.into_iter().flatten();
        let next = |refused: Option<Disposition>| refused.or_else(|| recorded.next());
        refused.into_iter().map(next).map(|found| found.unwrap_or(Disposition::Later)).collect()
    }

    /// Checks what `sender` speaks for, in order; what cannot even be recorded has its disposition at once.
    pub(super) async fn examine(
        &self,
        sender: KnownTerminal,
        envelopes: Vec<Envelope>,
    ) -> Vec<Result<Arrival, Disposition>> {
        let examiner = Examiner {
            library: self.catalogue.clone(),
            openers: self.keys.openers(),
            clock: self.clock.clone(),
            sender,
        };
        examiner.examine(envelopes).await
    }

    /// Checks again one that is kept here.
    pub(super) async fn examine_again(
        &self,
        sender: KnownTerminal,
        envelope: Envelope,
    ) -> Result<Arrival, Disposition> {
        let examined = self.examine(sender, vec![envelope]).await.into_iter().next();
        examined.unwrap_or(Err(Disposition::Later))
    }

    /// Records what was checked; `None` where that failed.
    pub(super) async fn record(&self, arrivals: Vec<Arrival>) -> Option<Vec<Disposition>> {
        self.writer.record(arrivals).await
    }
}

impl Arrival {
    /// Whether it was opened.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.verdict, Verdict::CannotOpen)
    }
}
