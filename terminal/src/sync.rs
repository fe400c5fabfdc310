//! Synchronising with the hall: sends what waits, fetches what is new, and never gives up.
//!
//! One loop per terminal, woken by a new application, by the link coming up, by a technician, or by its timer.
//! Progress lives in the ledger and in the catalogue cache, so the loop may be dropped at any point. Nothing
//! is believed that is not the hall's: acknowledgements and manifests are signed, answers have a media type.
//! This module opens no application and knows no screen.

mod answer;
mod attachments;
mod back_off;
mod catalogue;
mod changes;
mod client;
mod clock;
mod diagnosis;
mod enrol;
mod error;
mod heartbeat;
mod link;
mod net_environment;
mod outbox;
mod part;
#[cfg(test)]
mod tests;

pub use back_off::LONGEST as LONGEST_WAIT;
pub use client::{HallClient, authorities};
pub use clock::Environment;
pub use diagnosis::{CertificateProblem, Diagnosis, diagnose};
pub use enrol::{enrol, enrol_in_place_of};
pub use error::{HallError, SetupError, SyncError};
pub use net_environment::{Broken, Later, NetEnvironment, Simulated};

use crate::catalogue::CatalogueStore;
use crate::config;
use crate::ledger::Ledger;
use back_off::{BackOff, FLOOR, LINK_FLOOR, Pace};
use bianmin_protocol::ids::{Epoch, Millis};
use bianmin_protocol::v1::DeviceReport;
use error::blocking;
use link::Link;
use outbox::Outbox;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// While attempts fail, a new application still causes one at once if the last is so long ago.
const AGAIN_FOR_NEW: Duration = Duration::from_secs(15);

/// A new application causes an attempt at sending only, unless the last whole attempt is so long ago.
const WHOLE_EVERY: Duration = Duration::from_secs(60);

/// How the hall is talked to.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// A PEM file with certificate authorities beside the system's, for a hall with its own.
    pub extra_ca: Option<PathBuf>,
    /// Allows a hall on another machine without TLS. Applications are sealed all the same.
    pub plain_http: bool,
}

impl From<&config::Hall> for Settings {
    fn from(hall: &config::Hall) -> Self {
        Self { extra_ca: hall.ca_file.clone(), plain_http: hall.plain_http }
    }
}

/// Whether the hall can be reached, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reachable {
    /// Not tried yet.
    #[default]
    Unknown,
    /// It answered.
    Online,
    /// Nobody answered.
    Offline,
    /// Something else answered, such as a captive portal.
    NotTheHall,
    /// The hall does not want this terminal (any more).
    Revoked,
}

/// What screens and technicians see of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LinkState {
    /// Whether the hall can be reached.
    pub reachable: Reachable,
    /// The hall's time of its last answer.
    pub last_contact: Option<Millis>,
    /// Whether something is being sent or fetched now. It ends: every request has a limit.
    pub sending: bool,
}

/// What the heartbeat says beside what the ledger knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// The receipt printer's state, as a locale key.
    pub printer: String,
    /// Whether applications are accepted.
    pub intake_open: bool,
    /// Each device, a printer with what it has used.
    pub devices: Vec<DeviceReport>,
}

impl Default for Vitals {
    fn default() -> Self {
        Self { printer: String::new(), intake_open: true, devices: Vec::new() }
    }
}

/// What one attempt did. As JSON it is the answer of `sync --once`.
#[derive(Debug, Default, Serialize)]
pub struct SyncReport {
    /// Applications that were sent, each counted once.
    pub sent: u32,
    /// Applications that the hall acknowledged.
    pub acknowledged: u32,
    /// Applications that the hall refused.
    pub quarantined: u32,
    /// Applications that still wait.
    pub waiting: u32,
    /// Changes that the hall told and this version of the program does not know. A newer one asks for them again.
    pub unknown_changes: u32,
    /// Why the attempt stopped early, or why something was left behind. Without one, what still waits the hall
    /// has asked to be sent later.
    #[serde(skip)]
    pub failure: Option<SyncError>,
    /// Why something was left behind though the attempt went on.
    #[serde(skip)]
    setback: Option<HallError>,
    /// Whether the hall turned out to be restored from a backup, so that more waits than before.
    #[serde(skip)]
    renewed: bool,
    /// Whether something is left that the hall said to send later.
    #[serde(skip)]
    left: bool,
}

/// Watches and wakes a [`Syncer`]. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SyncHandle {
    state: watch::Receiver<LinkState>,
    wake: Arc<Notify>,
}

impl SyncHandle {
    /// The link's state, and its changes.
    pub fn state(&self) -> watch::Receiver<LinkState> {
        self.state.clone()
    }

    /// Asks for an attempt now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Keeps one terminal and its hall in step.
pub struct Syncer {
    hall: HallClient,
    ledger: Ledger,
    catalogue: CatalogueStore,
    environment: Environment,
    vitals: watch::Receiver<Vitals>,
    state: watch::Sender<LinkState>,
    wake: Arc<Notify>,
    outbox: Outbox,
    back_off: BackOff,
    catalogue_back_off: BackOff,
    catalogue_not_before: Option<Instant>,
}

impl std::fmt::Debug for Syncer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Syncer({:?})", *self.state.borrow())
    }
}

/// How much an attempt covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Only what waits to be sent.
    Outbox,
    /// Everything.
    All,
}

impl Syncer {
    /// A syncer for the ledger's own terminal and hall.
    ///
    /// # Errors
    /// TLS cannot be set up. Settings that cannot be used only keep the hall from being reached.
    pub fn new(
        ledger: Ledger,
        catalogue: CatalogueStore,
        settings: &Settings,
        environment: Environment,
    ) -> Result<Self, SetupError> {
        let hall = match HallClient::new(ledger.identity(), settings, environment.clone()) {
            // What a technician has to put right keeps no resident from applying: it waits, as it does offline.
            Err(error) if error.is_a_setting() => {
                tracing::error!(%error, "the hall cannot be reached with these settings");
                HallClient::unusable(&error, environment.clone())
            }
            other => other?,
        };
        Ok(Self {
            hall,
            ledger,
            catalogue,
            environment,
            vitals: watch::channel(Vitals::default()).1,
            state: watch::Sender::default(),
            wake: Arc::default(),
            outbox: Outbox::default(),
            back_off: BackOff::default(),
            catalogue_back_off: BackOff::default(),
            catalogue_not_before: None,
        })
    }

    /// Reports these vitals in heartbeats.
    #[must_use]
    pub fn with_vitals(self, vitals: watch::Receiver<Vitals>) -> Self {
        Self { vitals, ..self }
    }

    /// The client, for questions beside the loop.
    pub fn client(&self) -> HallClient {
        self.hall.clone()
    }

    /// Watches and wakes the loop.
    pub fn handle(&self) -> SyncHandle {
        SyncHandle { state: self.state.subscribe(), wake: self.wake.clone() }
    }

    /// Synchronises for as long as the terminal runs. Ends only by being dropped, which is safe at any point.
    pub async fn run(mut self) {
        let mut commits = self.ledger.commits();
        let net = self.environment.net.clone();
        let mut link = Link::new(net.clone());
        let mut scope = Scope::All;
        let mut last_whole = net.now();
        let mut linked: Option<Instant> = None;
        loop {
            commits.mark_unchanged();
            let begun = net.now();
            if scope == Scope::All {
                last_whole = begun;
            }
            let report = self.attempt(scope).await;
            let pace = pace(&report);
            let wait = self.back_off.after(pace, (self.environment.random)());
            let mut deadline = net.now() + wait;
            if crate::planted::is_planted("sender-without-floor") && report.renewed {
                deadline = begun;
            }
            scope = loop {
                tokio::select! {
                    biased;
                    () = net.sleep_until(deadline) => break Scope::All,
                    () = self.wake.notified() => break Scope::All,
                    () = link.came_up() => {
                        // At once, unless the link has come and gone only just before.
                        let now = net.now();
                        if linked.is_none_or(|before| now - before >= LINK_FLOOR) {
                            linked = Some(now);
                            self.back_off.reset();
                            break Scope::All;
                        }
                        deadline = deadline.min(now + LINK_FLOOR);
                    }
                    Ok(()) = commits.changed() => {
                        if pace != Pace::Idle {
                            deadline = deadline.min(begun + AGAIN_FOR_NEW);
                        } else if net.now() - last_whole < WHOLE_EVERY {
                            break Scope::Outbox;
                        } else {
                            // Or a busy terminal would never hear of anything new.
                            break Scope::All;
                        }
                    }
                }
            };
            // Whatever has caused it.
            if !crate::planted::is_planted("sender-without-floor") {
                net.sleep_until(begun + FLOOR).await;
            }
        }
    }

    /// One attempt at everything, for the command line. Says what failed; never success for a failure.
    pub async fn sync_once(&mut self) -> SyncReport {
        self.catalogue_not_before = None;
        let mut total = self.attempt(Scope::All).await;
        // A restored hall wants what it had before; once more is enough, since nothing is sent twice in one go.
        if total.renewed && total.failure.is_none() {
            let more = self.attempt(Scope::All).await;
            total = SyncReport {
                sent: total.sent + more.sent,
                acknowledged: total.acknowledged + more.acknowledged,
                quarantined: total.quarantined + more.quarantined,
                unknown_changes: total.unknown_changes + more.unknown_changes,
                ..more
            };
        }
        total
    }

    async fn attempt(&mut self, scope: Scope) -> SyncReport {
        self.state.send_modify(|state| state.sending = true);
        let mut report = SyncReport::default();
        let outcome = self.steps(scope, &mut report).await;
        let ledger = self.ledger.clone();
        let rested = blocking(move || {
            ledger.rest();
            ledger.counts()
        });
        if let Ok(counts) = rested.await {
            report.waiting = counts.waiting;
        }
        if let Err(SyncError::Hall(HallError::Revoked)) = &outcome {
            self.mind_revocation().await;
        }
        let reachable = reachable(&outcome);
        report.failure = outcome.err().or(report.setback.take().map(SyncError::Hall));
        match &report.failure {
            Some(error) => tracing::info!(%error, waiting = report.waiting, "synchronising stopped"),
            None => tracing::debug!(sent = report.sent, waiting = report.waiting, "synchronised"),
        }
        let now = self.hall.hall_now();
        self.state.send_modify(|state| {
            state.sending = false;
            if let Some(reachable) = reachable {
                state.reachable = reachable;
            }
            if reachable == Some(Reachable::Online) {
                state.last_contact = Some(now);
            }
        });
        report
    }

    async fn steps(&mut self, scope: Scope, report: &mut SyncReport) -> Result<(), SyncError> {
        let reply = match scope {
            Scope::All => self.heartbeat(report).await?,
            Scope::Outbox => None,
        };
        self.drain(report).await?;
        self.send_attachments(report).await?;
        if scope == Scope::All {
            self.pull_changes(report).await?;
            self.pull_catalogue(reply.map(|reply| reply.catalogue)).await?;
        }
        Ok(())
    }

    /// Closes intake if it is the hall itself that has refused this terminal. A refusal that it did not sign is told to
    /// technicians only: anybody on the line could have said so.
    async fn mind_revocation(&self) {
        let Some(signed) = self.hall.take_revocation() else { return };
        let ledger = self.ledger.clone();
        match blocking(move || ledger.revoke(&signed)).await {
            Ok(true) => tracing::error!("the hall has revoked this terminal: intake is closed"),
            Ok(false) => tracing::warn!("a revocation that is not the hall's word changes nothing"),
            Err(error) => tracing::error!(%error, "the revocation could not be kept"),
        }
    }

    /// Takes note when the hall is another life of itself: what it acknowledged before waits again.
    async fn mind_epoch(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        mind_epoch(&self.hall, &self.ledger, report).await
    }
}

async fn mind_epoch(hall: &HallClient, ledger: &Ledger, report: &mut SyncReport) -> Result<(), SyncError> {
    let Some(epoch) = hall.epoch() else { return Ok(()) };
    if crate::planted::is_planted("epoch-ignored") {
        return Ok(());
    }
    let ledger = ledger.clone();
    // Once in an attempt that is a restored hall; twice it is two of them.
    let may_renew = !report.renewed || crate::planted::is_planted("sender-without-floor");
    let again = blocking(move || -> Result<usize, SyncError> {
        if ledger.epoch()? == Some(epoch) {
            Ok(0)
        } else if may_renew {
            Ok(ledger.new_epoch(epoch)?)
        } else {
            Err(SyncError::TwoHalls)
        }
    })
    .await?;
    if again > 0 {
        let Epoch(id) = epoch;
        tracing::warn!(epoch = %id, again, "the hall was restored from a backup; offering again what is kept");
        report.renewed = true;
    }
    Ok(())
}

fn pace(report: &SyncReport) -> Pace {
    match &report.failure {
        Some(SyncError::Hall(HallError::Revoked)) => Pace::Slow,
        None if report.renewed => Pace::Renewed,
        Some(SyncError::TwoHalls) => Pace::Renewed,
        // The catalogue has a back-off of its own.
        Some(SyncError::Catalogue(_) | SyncError::Part(_)) => Pace::Idle,
        Some(_) => Pace::Retry,
        None if report.left => Pace::Retry,
        None => Pace::Idle,
    }
}

/// What an attempt tells of the link; none where it failed for a reason of this machine's own.
fn reachable(outcome: &Result<(), SyncError>) -> Option<Reachable> {
    match outcome {
        Ok(()) => Some(Reachable::Online),
        Err(SyncError::Hall(error)) => Some(match error {
            HallError::Unreachable { .. } => Reachable::Offline,
            HallError::NotTheHall { .. } | HallError::AnswerTooLarge | HallError::BadAnswer => {
                Reachable::NotTheHall
            }
            HallError::Rejected { .. } => Reachable::Online,
            HallError::Revoked => Reachable::Revoked,
        }),
        // The hall had answered by then.
        Err(SyncError::Catalogue(_) | SyncError::Part(_) | SyncError::TwoHalls) => Some(Reachable::Online),
        Err(SyncError::Ledger(_) | SyncError::Stopped) => None,
    }
}
