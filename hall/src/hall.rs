//! What one running hall holds: settings, keys, database, and what each capability keeps in memory.

use crate::cases::Cases;
use crate::catalogue::Library;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{HallState, StateReader, Store, StoreError};
use crate::fleet::{Fleet, HEARTBEATS};
use crate::http::Context;
use crate::intake::Intake;
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::queue::Queue;
use std::sync::Arc;
use std::time::Duration;

/// One running hall.
#[derive(Debug)]
pub struct Hall {
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    pub(crate) clock: Clock,
    pub(crate) store: Arc<Store>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) http: Arc<Context>,
    pub(crate) fleet: Fleet,
    pub(crate) catalogue: Arc<Library>,
    pub(crate) intake: Arc<Intake>,
    pub(crate) cases: Cases,
    pub(crate) queue: Queue,
    state: StateReader,
}

impl Hall {
    /// Starts what works in the background; must be called within a tokio runtime.
    pub fn start(config: Config, keys: Keys, clock: Clock, store: Arc<Store>) -> Arc<Self> {
        let hall = Self::start_without_timer(config, keys, clock, store);
        let weak = Arc::downgrade(&hall);
        let intake = hall.intake.clone();
        tokio::spawn(async move { intake.try_unopened_and_tell().await });
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
        let timeout = Duration::from_secs(config.timeout_seconds);
        let catalogue = Arc::new(Library::new(store.clone(), keys.signing.clone()));
        let intake = Intake::start(
            store.clone(),
            catalogue.clone(),
            keys.clone(),
            clock.clone(),
            metrics.clone(),
            config.language(),
        );
        Arc::new(Self {
            http: Context::new(clock.clone(), metrics.clone(), timeout),
            fleet: Fleet::new(store.clone(), clock.clone()),
            intake: Arc::new(intake),
            cases: Cases::new(store.clone(), catalogue.clone(), keys.clone(), clock.clone()),
            queue: Queue::start(store.clone(), &keys, clock.clone(), &config),
            catalogue,
            state: StateReader::start(store.clone()),
            config,
            keys,
            clock,
            store,
            metrics,
        })
    }

    /// What the database says now, not at some earlier moment: a revocation or an import by another process
    /// counts at once.
    pub(crate) async fn state(&self) -> Result<HallState, StoreError> {
        self.state.read().await
    }

    /// The way in for applications.
    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// Writes the heartbeats that were collected. A failure loses heartbeats, which come again.
    pub async fn write_heartbeats(&self) {
        self.fleet.write_heartbeats().await;
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
}
