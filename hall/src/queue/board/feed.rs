//! Looks what has changed, once for all boards of this process, and sends it to them.
//!
//! It polls the one row that says how far the log has come. That is the same on SQLite and PostgreSQL, needs no further
//! connection, and misses nothing when a connection is lost, as a notification by the database would be; while a
//! board listens it costs one read of one row each time. What this process changes itself is looked at once.

use super::stream::{Boards, EventId, Listener, event};
use super::view::{BoardView, Heard, Names, call};
use crate::clock::Clock;
use crate::db::Store;
use crate::queue::error::QueueError;
use crate::queue::service::QueueService;
use crate::queue::store::{Changes, LoggedCall, Position};
use bianmin_locale::Language;
use jiff::civil::Date;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

/// How long what another process did may go unnoticed.
const POLL: Duration = Duration::from_millis(100);
/// How often everybody hears that the hall is there.
const HEARD: Duration = Duration::from_secs(4);
/// Lines are shown anew no more often than this, and no less often than [`LINES_AT_LEAST`].
const LINES: Duration = Duration::from_secs(1);
const LINES_AT_LEAST: Duration = Duration::from_secs(20);
/// Calls that a board is told which comes anew: those that it shows.
const CALLS: usize = 8;
/// And those that one is told which was away.
const CALLS_AWAY: u32 = 60;
/// After a failure of the database.
const AGAIN: Duration = Duration::from_secs(1);

/// What boards have been shown.
#[derive(Debug)]
struct Shown {
    position: Position,
    day: Date,
    names: Names,
}

/// Feeds the boards.
#[derive(Debug)]
pub(crate) struct Feed {
    store: Arc<Store>,
    clock: Clock,
    boards: Weak<Boards>,
    shown: Option<Shown>,
    lines_at: Instant,
    lines_changed: bool,
    heard_at: Instant,
}

impl Feed {
    /// Must be called within a tokio runtime. Ends when the boards are dropped.
    pub(crate) fn start(store: Arc<Store>, clock: Clock, boards: &Arc<Boards>, changed: Arc<Notify>) {
        let joined = boards.joined.clone();
        let now = Instant::now();
        let feed = Self {
            store,
            clock,
            boards: Arc::downgrade(boards),
            shown: None,
            lines_at: now,
            lines_changed: false,
            heard_at: now,
        };
        tokio::spawn(feed.run(joined, changed));
    }

    async fn run(mut self, joined: Arc<Notify>, changed: Arc<Notify>) {
        loop {
            let Some(boards) = self.boards.upgrade() else { return };
            if boards.is_empty() {
                drop(boards);
                self.shown = None;
                let _ = timeout(LINES_AT_LEAST, joined.notified()).await;
                continue;
            }
            boards.sweep();
            if let Err(error) = self.look(&boards).await {
                // Boards hear nothing meanwhile, and say so.
                tracing::warn!(%error, "cannot read the queue for its boards");
                sleep(AGAIN).await;
            }
            drop(boards);
            tokio::select! {
                () = joined.notified() => {}
                () = changed.notified() => {}
                () = sleep(POLL) => {}
            }
        }
    }

    async fn look(&mut self, boards: &Boards) -> Result<(), QueueError> {
        let newcomers = boards.take_newcomers();
        let position = self.store.queue().position().await?;
        let changes = match &self.shown {
            Some(shown) if shown.position == position => Some(Changes::default()),
            Some(shown) if shown.position.epoch == position.epoch => {
                Some(self.store.queue().changes(shown.position.last, position.last).await?)
            }
            _ => None,
        };
        let day = self.shown.as_ref().map(|shown| shown.day);
        match changes.filter(|changes| !changes.is_set_up && day == self.day()) {
            Some(changes) => self.send_changes(boards, position, &changes.calls).await?,
            None => self.send_all(boards, position).await?,
        }
        self.welcome(boards, newcomers).await?;
        if self.heard_at.elapsed() >= HEARD {
            self.heard_at = Instant::now();
            let now = self.clock.now();
            boards.send(|_| event(None, "heard", &Heard { now }));
        }
        Ok(())
    }

    /// The business day by the names that are shown.
    fn day(&self) -> Option<Date> {
        self.shown.as_ref().map(|shown| shown.names.day(&self.clock))
    }

    async fn send_changes(
        &mut self,
        boards: &Boards,
        position: Position,
        calls: &[LoggedCall],
    ) -> Result<(), QueueError> {
        let Some(shown) = &mut self.shown else { return Ok(()) };
        self.lines_changed |= shown.position != position;
        for one in calls {
            let id = EventId { epoch: position.epoch, last: one.id };
            boards.send(|language| event(Some(id), "call", &call(&shown.names, language, shown.day, one)));
        }
        shown.position = position;
        let since = self.lines_at.elapsed();
        if since >= LINES_AT_LEAST || (self.lines_changed && since >= LINES) {
            let service = QueueService::open(&self.store, &self.clock).await?;
            let view = BoardView::load(&service, position, Vec::new()).await?;
            boards.send(|language| event(view.id(), "lines", &view.lines(language)));
            (self.lines_at, self.lines_changed) = (Instant::now(), false);
        }
        Ok(())
    }

    /// The hall was set up anew, its database restored, or another day has begun.
    async fn send_all(&mut self, boards: &Boards, position: Position) -> Result<(), QueueError> {
        let service = QueueService::open(&self.store, &self.clock).await?;
        let calls = self.store.queue().last_calls(service.moment.day, position.last, CALLS as u32).await?;
        let view = BoardView::load(&service, position, calls).await?;
        boards.send(|language| event(view.id(), "board", &view.whole(language, 0, CALLS)));
        (self.lines_at, self.lines_changed) = (Instant::now(), false);
        self.shown = Some(Shown { position, day: service.moment.day, names: Names::of(&service.setup) });
        Ok(())
    }

    /// Sends newcomers the whole board as it was shown, with the calls that they missed.
    async fn welcome(&self, boards: &Boards, newcomers: Vec<Listener>) -> Result<(), QueueError> {
        let Some(Shown { position, day, .. }) = self.shown.as_ref().filter(|_| !newcomers.is_empty()) else {
            return Ok(());
        };
        let service = QueueService::open(&self.store, &self.clock).await?;
        let calls = self.store.queue().last_calls(*day, position.last, CALLS_AWAY).await?;
        let view = BoardView::load(&service, *position, calls).await?;
        let whole = |language: Language, seen: Option<EventId>| {
            let seen = seen.filter(|seen| seen.epoch == position.epoch && seen.last <= position.last);
            let after = seen.map_or(position.last, |seen| seen.last);
            event(view.id(), "board", &view.whole(language, after, CALLS))
        };
        let here = newcomers.into_iter().filter(|one| one.send(&whole(one.language, one.seen))).collect();
        boards.add(here);
        Ok(())
    }
}
