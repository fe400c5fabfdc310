//! Places for connections: a part of them for whoever comes, the rest for enrolled terminals and configured proxies, so
//! that no crowd of strangers ever takes a terminal's.
//!
//! Who comes is a stranger until a request with a terminal's signature, or of somebody who is signed in, has come from
//! there; then the connection moves into the terminals' part. When the strangers' part is full, the network with the most connections in it gives up
//! its oldest: at once for a newcomer from a network with fewer, or from where terminals have come from; and for one of its
//! own as soon as the oldest has had the time that a first request needs. Until then newcomers wait in the kernel's
//! queue, where the next ones wait behind them; so those of a network that sends crowds and no terminals are turned
//! away. Knows nothing of HTTP, and no addresses beyond the network they are in.

mod networks;
mod state;

use crate::http::limits::Network;
use bianmin_protocol::ids::TerminalId;
use state::{Admission, State};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

/// When it is crowded, who says nothing useful has so many times less time.
const CROWDED: u32 = 10;
/// A stranger's request may take so many times longer than a stranger may be silent.
const BUSY: u32 = 3;
/// A terminal may be silent so many times longer than a stranger.
const KNOWN: u32 = 4;
/// Nothing that began longer ago is still under way: the largest answer on the slowest line takes less.
const LONGEST: Duration = Duration::from_secs(1800);
/// After the word to stop, how long whoever is silent, a stranger's request, and a terminal's request have.
const STOP: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(10)];

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A proxy that the settings name. It speaks for many.
    Proxy,
    /// Anywhere else.
    Network(Network),
}

/// Whose connection it is, once that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// A terminal's that has signed.
    Terminal(TerminalId),
    /// Of somebody who is signed in, by their id.
    Person(String),
}

/// How many places there are, and how long they may be held.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Places in all.
    pub most: usize,
    /// Of these, for whoever comes.
    pub strangers: usize,
    /// Of the others, for one terminal or person.
    pub of_one: usize,
    /// How long a stranger may go without a useful request.
    pub timeout: Duration,
}

impl Room {
    /// Half of the places for strangers, and an eighth of the others for one terminal.
    pub(crate) fn new(most: usize, timeout: Duration) -> Self {
        let strangers = (most / 2).max(1);
        Self { most, strangers, of_one: (most / 16).max(8), timeout }
    }

    /// So many newcomers from where terminals are have a place at once.
    fn few(&self) -> usize {
        (self.strangers / 8).clamp(1, 8)
    }

    /// How long a first request may take when others wait for the place.
    fn grace(&self) -> Duration {
        (self.timeout / CROWDED).max(Duration::from_millis(250))
    }
}

/// All places.
#[derive(Debug)]
pub(crate) struct Places {
    room: Room,
    state: Mutex<State>,
    /// Somebody has gone.
    changed: Notify,
}

impl Places {
    pub(crate) fn new(room: Room) -> Arc<Self> {
        Arc::new(Self { room, state: Mutex::default(), changed: Notify::new() })
    }

    /// A place for a newcomer, as soon as there is one; none if it is one of a crowd that has had its share.
    pub(crate) async fn admit(self: &Arc<Self>, origin: Origin) -> Option<ConnectionPlace> {
        loop {
            let admission = self.lock().admit(&self.room, origin, Instant::now());
            let wait = match admission {
                Admission::ConnectionPlace(id, end) => {
                    return Some(ConnectionPlace { visitor: Visitor { places: self.clone(), id }, end });
                }
                Admission::TurnedAway => return None,
                Admission::Wait(wait) => wait,
            };
            let _ = timeout(wait, self.changed.notified()).await;
        }
    }

    /// From now on nobody has long.
    pub(crate) fn stop(&self) {
        self.lock().stopped_at = Some(Instant::now());
    }

    /// Waits until everybody has gone; false if they did not in the time that they had.
    pub(crate) async fn emptied(&self) -> bool {
        let deadline = Instant::now() + STOP[2] + STOP[0];
        while !self.lock().is_empty() {
            if tokio::time::timeout_at(deadline, self.changed.notified()).await.is_err() {
                return false;
            }
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection; free again when dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPlace {
    visitor: Visitor,
    end: Arc<Notify>,
}

impl ConnectionPlace {
    /// Whoever is here, for its requests.
    pub(crate) fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Waits until the place is wanted for another.
    pub(crate) async fn wanted(&self) {
        self.end.notified().await;
    }

    /// Until when it may be held as things stand; this changes with every request.
    pub(crate) fn until(&self) -> Instant {
        let places = &self.visitor.places;
        places.lock().until(&places.room, self.visitor.id)
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        self.visitor.places.lock().remove(self.visitor.id);
        self.visitor.places.changed.notify_one();
    }
}

/// A connection, as its requests know it; it may have gone already.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    places: Arc<Places>,
    id: u64,
}

impl Visitor {
    /// A request begins; it is under way until the answer is dropped.
    pub(crate) fn request(&self) -> UnderWay {
        self.places.lock().begin(self.id);
        UnderWay { visitor: self.clone(), useful: false }
    }

    /// A request with this terminal's signature has come: from now on this is a terminal's connection, as far as there
    /// is room for it.
    pub(crate) fn is_terminal(&self, terminal: &TerminalId) {
        self.belongs_to(&Owner::Terminal(terminal.clone()));
    }

    /// A request of somebody who is signed in has come: no crowd of strangers takes their place either.
    pub(crate) fn is_person(&self, id: &str) {
        self.belongs_to(&Owner::Person(id.to_owned()));
    }

    fn belongs_to(&self, owner: &Owner) {
        if !crate::planted::is_planted("strangers-hold-places") {
            self.places.lock().known(&self.places.room, self.id, owner, Instant::now());
        }
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct UnderWay {
    visitor: Visitor,
    /// Whether it was one that is here for something.
    pub useful: bool,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.visitor.places.lock().finish(self.visitor.id, self.useful, Instant::now());
    }
}

#[cfg(test)]
mod tests;
