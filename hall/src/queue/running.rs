//! What a running hall keeps of its queue: the one who gives numbers, the boards that it feeds, and what makes tokens.

use super::board::{Boards, Feed};
use super::error::QueueError;
use super::service::QueueService;
use super::tokens::Tokens;
use super::writer::{TakeResult, TicketRequest, Writer};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Store, StoreError};
use crate::http::limits::Counts;
use crate::keys::Keys;
use bianmin_protocol::ids::TerminalId;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Wrong codes and tokens of one terminal within one minute.
const WRONG: u32 = 20;

/// The queue of a running hall.
#[derive(Debug)]
pub struct Queue {
    store: Arc<Store>,
    clock: Clock,
    writer: Writer,
    pub(crate) tokens: Tokens,
    boards: Arc<Boards>,
    changed: Arc<Notify>,
    wrong: Mutex<Counts<TerminalId>>,
}

impl Queue {
    /// Must be called within a tokio runtime.
    pub(crate) fn start(store: Arc<Store>, keys: &Keys, clock: Clock, config: &Config) -> Self {
        let changed = Arc::new(Notify::new());
        let writer = Writer::start(store.clone(), clock.clone(), changed.clone());
        let boards = Boards::new(config);
        Feed::start(store.clone(), clock.clone(), &boards, changed.clone());
        let tokens = Tokens::new(&keys.signing);
        Self { store, clock, writer, tokens, boards, changed, wrong: Mutex::default() }
    }

    /// The queue as it is set up at this moment.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn service(&self) -> Result<QueueService<'_>, QueueError> {
        QueueService::open(&self.store, &self.clock).await
    }

    /// Gives a number to whoever asks. Those who ask at the same moment share a commit.
    ///
    /// # Errors
    /// There is no such group or class, no numbers are given now, or the database fails.
    pub(crate) async fn take(&self, request: TicketRequest) -> TakeResult {
        let gone = || Err(Arc::new(QueueError::Store(StoreError::NotCommitted)));
        self.writer.take(request).await.unwrap_or_else(gone)
    }

    /// Has boards look at once what has changed. What other processes change they see within a moment.
    pub(crate) fn has_changed(&self) {
        self.changed.notify_one();
    }

    /// The boards of this hall.
    pub(crate) fn boards(&self) -> &Boards {
        &self.boards
    }

    /// Counts a wrong code of a terminal.
    ///
    /// # Errors
    /// How long it has to wait, if there were too many.
    pub(crate) fn note_wrong(&self, terminal: &TerminalId) -> Result<(), Duration> {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.note(terminal.clone(), WRONG, Instant::now())
    }
}
