//! What one running hall holds: keys, database, catalogue in memory, and what it knows of its terminals.

use crate::catalogue::library::Library;
use crate::clock::Clock;
use crate::config::Config;
use crate::intake::{Examiner, Intake};
use crate::keys::Keys;
use crate::limits::attempts::Attempts;
use crate::limits::bodies::Bodies;
use crate::limits::lookups::Lookups;
use crate::limits::nonces::Nonces;
use crate::metrics::Metrics;
use crate::present::Reader;
use crate::store::parts::{Cause, Parts};
use crate::store::terminals::{Beat, KnownTerminal};
use crate::store::{Present, Store, StoreError};
use bianmin_locale::Texts;
use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::standing::LastNumbers;
use bianmin_protocol::v1::{Envelope, Heartbeat, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Terminals kept in memory, unknown ids included.
const TERMINALS: usize = 100_000;
/// How often collected signs of life are written.
pub const HEARTBEATS: Duration = Duration::from_secs(3);

/// One running hall.
#[derive(Debug)]
pub struct Hall {
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    pub(crate) clock: Clock,
    pub(crate) store: Arc<Store>,
    pub(crate) library: Arc<Library>,
    pub(crate) intake: Intake,
    pub(crate) nonces: Nonces,
    pub(crate) attempts: Attempts,
    pub(crate) lookups: Lookups,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) bodies: Bodies,
    present: Reader,
    terminals: Mutex<KnownTerminals>,
    heartbeats: Mutex<HashMap<TerminalId, Beat>>,
    /// Held while heartbeats are written.
    recording: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct KnownTerminals {
    /// The count of changes at which the map was begun.
    at: i64,
    known: HashMap<TerminalId, Option<KnownTerminal>>,
}

impl Hall {
    /// Starts what works in the background; must be called within a tokio runtime.
    pub fn start(config: Config, keys: Keys, clock: Clock, store: Arc<Store>) -> Arc<Self> {
        let hall = Self::start_without_timer(config, keys, clock, store);
        let weak = Arc::downgrade(&hall);
        let opening = hall.clone();
        tokio::spawn(async move { opening.try_unopened_and_tell().await });
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(HEARTBEATS).await;
                let Some(hall) = weak.upgrade() else { return };
                hall.write_heartbeats().await;
            }
        });
        hall
    }

    /// The same for whoever has the time in hand: [`Hall::write_heartbeats`] every [`HEARTBEATS`] is theirs, and nothing
    /// is done but what a request asks for.
    pub fn start_without_timer(config: Config, keys: Keys, clock: Clock, store: Arc<Store>) -> Arc<Self> {
        let metrics = Arc::new(Metrics::default());
        let library = Arc::new(Library::new(store.clone(), keys.signing.clone()));
        Arc::new(Self {
            intake: Intake::start(store.clone(), keys.clone(), clock.clone(), metrics.clone()),
            nonces: Nonces::new(clock.seconds()),
            attempts: Attempts::new(),
            lookups: Lookups::default(),
            bodies: Bodies::new(),
            present: Reader::start(store.clone()),
            terminals: Mutex::default(),
            heartbeats: Mutex::default(),
            recording: tokio::sync::Mutex::default(),
            config,
            keys,
            clock,
            store,
            library,
            metrics,
        })
    }

    /// What the database says now, not at some earlier moment: a revocation or an import by another process
    /// counts at once.
    pub(crate) async fn present(&self) -> Result<Present, StoreError> {
        self.present.read().await
    }

    /// What is known of a terminal.
    pub(crate) async fn terminal(
        &self,
        id: &TerminalId,
        present: Present,
    ) -> Result<Option<KnownTerminal>, StoreError> {
        if let Some(known) = self.known(present.terminals).known.get(id) {
            return Ok(known.clone());
        }
        let found = self.store.known_terminal(id).await?;
        let mut known = self.known(present.terminals);
        if known.known.len() < TERMINALS {
            known.known.insert(id.clone(), found.clone());
        }
        Ok(found)
    }

    fn known(&self, at: i64) -> std::sync::MutexGuard<'_, KnownTerminals> {
        let mut known = self.terminals.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.at != at {
            *known = KnownTerminals { at, known: HashMap::new() };
        }
        known
    }

    /// Takes applications in, from whomever `sender` speaks for: one outcome for each, in the same order.
    pub(crate) async fn receive(&self, sender: KnownTerminal, envelopes: Vec<Envelope>) -> Vec<Outcome> {
        let examiner = Examiner {
            library: self.library.clone(),
            openers: self.keys.openers(),
            clock: self.clock.clone(),
            sender,
        };
        let mut arrivals = Vec::with_capacity(envelopes.len());
        let mut refused = Vec::with_capacity(envelopes.len());
        for result in examiner.examine(envelopes).await {
            match result {
                Ok(arrival) => {
                    arrivals.push(arrival);
                    refused.push(None);
                }
                Err(outcome) => refused.push(Some(outcome)),
            }
        }
        let recorded = self.intake.record(arrivals).await;
        let mut recorded = recorded.into_iter().flatten();
        let outcome = |outcome: Option<Outcome>| outcome.or_else(|| recorded.next());
        refused.into_iter().map(outcome).map(|outcome| outcome.unwrap_or(Outcome::Later {})).collect()
    }

    /// Notes a sign of life; it is written with others some seconds later.
    pub(crate) fn heard(&self, id: TerminalId, signed_at: u64, said: Heartbeat) {
        let mut beat = Beat { seen_at: self.clock.now(), signed_at, said };
        let mut beats = self.beats();
        if let Some(before) = beats.get_mut(&id) {
            if before.signed_at > signed_at {
                before.said.numbers.raise(&beat.said.numbers, &id);
                return;
            }
            // A copy of the terminal may know of less than it did.
            beat.said.numbers.raise(&before.said.numbers, &id);
        }
        beats.insert(id, beat);
    }

    fn beats(&self) -> std::sync::MutexGuard<'_, HashMap<TerminalId, Beat>> {
        self.heartbeats.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The highest numbers of a terminal that are known here.
    pub(crate) async fn last_numbers(&self, id: &TerminalId) -> Result<LastNumbers, StoreError> {
        let mut numbers = self.store.last_numbers(id).await?;
        if let Some(beat) = self.beats().get(id) {
            numbers.raise(&beat.said.numbers, id);
        }
        Ok(numbers)
    }

    /// Writes the signs of life that were collected. A failure loses signs of life, which come again.
    pub async fn write_heartbeats(&self) {
        // Whoever returns from here may rely on it that what came before is written, by others too.
        let _recording = self.recording.lock().await;
        let beats: Vec<_> = self.beats().drain().collect();
        if beats.is_empty() {
            return;
        }
        let mut parts = Parts::of(beats.len());
        while let Some(part) = parts.next() {
            let beats = &beats[part.clone()];
            let Err(error) = self.store.record_heartbeats(beats).await else { continue };
            if error.cause() == Cause::Database {
                tracing::warn!(%error, "cannot record heartbeats");
                return;
            }
            // One that the database refuses takes no other terminal's with it.
            if !parts.halve(part) {
                let terminal = beats.first().map(|(terminal, _)| terminal.as_str());
                tracing::warn!(%error, terminal, "cannot record a heartbeat");
            }
        }
    }

    /// The figures of this process.
    pub fn metrics(&self) -> Arc<Metrics> {
        self.metrics.clone()
    }

    /// Writes what is still only in memory, before the process ends.
    pub async fn finish(&self) {
        self.write_heartbeats().await;
    }

    /// Closes the database, when nothing is served any more.
    pub async fn close(&self) {
        self.finish().await;
        self.store.close().await;
    }

    /// The texts for what the hall writes into records.
    pub(crate) fn texts(&self) -> Texts {
        Texts::new(self.config.language())
    }
}
