//! What one running hall holds: settings, keys, database, and what each capability keeps in memory.

use crate::cases::{self, Cases, TICK};
use crate::catalogue::Library;
use crate::clock::Clock;
use crate::config::{Config, TotpRule};
use crate::console::{self, Console};
use crate::db::{HallState, StateReader, Store, StoreError};
use crate::fleet::{Fleet, HEARTBEATS};
use crate::http::Context;
use crate::intake::Intake;
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::queue::Queue;
use crate::staff::{self, Staff};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Where the strip of the console leads: one line for each capability that has pages.
const SECTIONS: &[&[console::Section]] = &[cases::SECTIONS, staff::SECTIONS];
/// What the console serves beside its own files: one line for each capability that has some.
const ASSETS: &[&[console::Asset]] = &[cases::ASSETS];

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
    pub(crate) cases: Arc<Cases>,
    pub(crate) staff: Staff,
    pub(crate) console: Arc<Console>,
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
        tokio::spawn(keep_time(Arc::downgrade(&hall)));
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
        let http = Context::new(clock.clone(), metrics.clone(), timeout);
        Arc::new(Self {
            console: Console::new(console_settings(&config), http.clone(), SECTIONS, ASSETS),
            staff: Staff::new(store.clone(), keys.clone(), clock.clone(), sign_in_rules(&config)),
            http,
            fleet: Fleet::new(store.clone(), clock.clone()),
            intake: Arc::new(intake),
            cases: Arc::new(Cases::new(
                store.clone(),
                catalogue.clone(),
                keys.clone(),
                clock.clone(),
                config.language(),
            )),
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

    /// Its cases.
    pub fn cases(&self) -> &Cases {
        &self.cases
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

/// Looks after the limits of cases while the hall runs.
async fn keep_time(hall: Weak<Hall>) {
    let mut calendar = None;
    loop {
        let Some(cases) = hall.upgrade().map(|hall| hall.cases.clone()) else { return };
        cases.tick_and_tell(&mut calendar).await;
        drop(cases);
        tokio::time::sleep(TICK).await;
    }
}

fn console_settings(config: &Config) -> console::Settings {
    console::Settings {
        name: config.name.clone(),
        language: config.language(),
        is_secure: config.is_secure(),
        public_url: config.public_url.clone(),
    }
}

fn sign_in_rules(config: &Config) -> staff::Rules {
    let minutes = |minutes: u32| Duration::from_secs(60 * u64::from(minutes));
    staff::Rules {
        totp_required: config.staff.totp == TotpRule::Required,
        ends: staff::SessionEnds {
            idle: minutes(config.staff.idle_minutes),
            absolute: minutes(60 * config.staff.session_hours),
        },
    }
}
