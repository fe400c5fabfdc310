//! The boards that listen, and what each of them gets.

use crate::config::Config;
use axum::body::{Body, HttpBody};
use bianmin_locale::Language;
use bianmin_protocol::ids::Epoch;
use bytes::Bytes;
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// Boards of one hall process.
const MOST: usize = 256;
/// Events that a board may be behind: one that is further is slow or gone, and comes again by itself.
const BEHIND: usize = 128;

/// How soon a board comes again whose stream has ended, in milliseconds.
const RETRY: &[u8] = b"retry: 250\n\n";

/// The last event that a board has seen: `EPOCH.ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventId {
    /// The database's epoch; ids of another one mean other changes.
    pub epoch: Epoch,
    /// The change's id.
    pub last: i64,
}

impl EventId {
    /// Reads what a browser sends back.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (epoch, last) = text.trim().split_once('.')?;
        Some(Self { epoch: Epoch(epoch.parse().ok()?), last: last.parse().ok().filter(|last| *last >= 0)? })
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.epoch, self.last)
    }
}

/// A board that listens.
#[derive(Debug)]
pub(super) struct Listener {
    pub language: Language,
    /// What it saw last, until it was sent the whole board.
    pub seen: Option<EventId>,
    events: mpsc::Sender<Bytes>,
    until: Instant,
}

impl Listener {
    /// Sends an event; false if the board is gone, too slow, or has had its time.
    pub(super) fn send(&self, event: &Bytes) -> bool {
        self.events.try_send(event.clone()).is_ok()
    }

    fn is_here(&self, now: Instant) -> bool {
        now < self.until && !self.events.is_closed()
    }
}

/// The boards of this hall process.
#[derive(Debug)]
pub(crate) struct Boards {
    listeners: Mutex<Vec<Listener>>,
    newcomers: Mutex<Vec<Listener>>,
    pub(super) joined: Arc<Notify>,
    /// A stream ends before a stranger's connection would be cut in mid-event; the board comes again within moments.
    longest: Duration,
}

impl Boards {
    pub(crate) fn new(config: &Config) -> Arc<Self> {
        let timeout = Duration::from_secs(config.timeout_seconds);
        Arc::new(Self {
            listeners: Mutex::default(),
            newcomers: Mutex::default(),
            joined: Arc::new(Notify::new()),
            longest: timeout * 2,
        })
    }

    /// The events for one more board, from what it saw last on; `None` where there are too many boards.
    pub(crate) fn listen(&self, language: Language, seen: Option<EventId>) -> Option<Body> {
        let (events, receiver) = mpsc::channel(BEHIND);
        let _ = events.try_send(Bytes::from_static(RETRY));
        let until = Instant::now() + self.longest;
        let mut newcomers = self.newcomers.lock().unwrap_or_else(PoisonError::into_inner);
        newcomers.retain(|one| one.is_here(Instant::now()));
        if newcomers.len() + self.count() >= MOST {
            return None;
        }
        newcomers.push(Listener { language, seen, events, until });
        drop(newcomers);
        self.joined.notify_one();
        Some(Body::new(Events(receiver)))
    }

    fn count(&self) -> usize {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nobody listens.
    pub(super) fn is_empty(&self) -> bool {
        self.count() == 0 && self.newcomers.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Those who have come since, who have seen nothing yet.
    pub(super) fn take_newcomers(&self) -> Vec<Listener> {
        std::mem::take(&mut *self.newcomers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on these get all events.
    pub(super) fn add(&self, newcomers: Vec<Listener>) {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).extend(newcomers);
    }

    /// Sends everybody an event in their language.
    pub(super) fn send(&self, event: impl Fn(Language) -> Bytes) {
        let events: Vec<(Language, Bytes)> =
            Language::ALL.into_iter().map(|language| (language, event(language))).collect();
        let own = |language| events.iter().find(|(one, _)| *one == language).map(|(_, event)| event);
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|one| own(one.language).is_some_and(|event| one.send(event)));
    }

    /// Lets those go who are gone or have had their time.
    pub(super) fn sweep(&self) {
        let now = Instant::now();
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|one| one.is_here(now));
    }
}

/// One event as it goes over the line.
pub(super) fn event(id: Option<EventId>, name: &str, data: &impl serde::Serialize) -> Bytes {
    // Plain structures; a number that JSON cannot hold would be the only way not to.
    let data = serde_json::to_string(data).unwrap_or_default();
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("{id}event: {name}\ndata: {data}\n\n").into()
}

/// The body of an answer that goes on.
struct Events(mpsc::Receiver<Bytes>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_sends_back_is_read_or_is_nothing() {
        let id = EventId { epoch: Epoch(uuid::Uuid::now_v7()), last: 17 };
        assert_eq!(EventId::parse(&id.to_string()), Some(id));
        for odd in ["", "17", "x.17", &format!("{}.-1", id.epoch), &format!("{}.", id.epoch)] {
            assert_eq!(EventId::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn an_event_is_one_block_of_lines() {
        let event = event(None, "call", &serde_json::json!({ "number": "A012\nx" }));
        assert_eq!(event, "event: call\ndata: {\"number\":\"A012\\nx\"}\n\n");
    }
}
