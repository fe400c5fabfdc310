//! What this process remembers of terminals: who they are, what they said and is not written yet, and wrong codes.

use super::attempts::Attempts;
use super::domain::{KnownTerminal, ReceivedHeartbeat};
use crate::clock::Clock;
use crate::db::parts::{Cause, Parts};
use crate::db::{HallState, Store, StoreError};
use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::standing::LastNumbers;
use bianmin_protocol::v1::Heartbeat;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Terminals kept in memory, unknown ids included.
const TERMINALS: usize = 100_000;
/// How often collected heartbeats are written.
pub const HEARTBEATS: Duration = Duration::from_secs(3);

/// The terminals, as this process knows them.
#[derive(Debug)]
pub(crate) struct Fleet {
    store: Arc<Store>,
    clock: Clock,
    /// Wrong one-time codes.
    pub attempts: Attempts,
    terminals: Mutex<KnownTerminals>,
    heartbeats: Mutex<HashMap<TerminalId, ReceivedHeartbeat>>,
    /// Held while heartbeats are written.
    recording: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct KnownTerminals {
    /// The count of changes at which the map was begun.
    at: i64,
    known: HashMap<TerminalId, Option<KnownTerminal>>,
}

impl Fleet {
    pub(crate) fn new(store: Arc<Store>, clock: Clock) -> Self {
        Self {
            store,
            clock,
            attempts: Attempts::new(),
            terminals: Mutex::default(),
            heartbeats: Mutex::default(),
            recording: tokio::sync::Mutex::default(),
        }
    }

    /// What is known of a terminal, as of this state of the hall.
    pub(crate) async fn terminal(
        &self,
        id: &TerminalId,
        state: HallState,
    ) -> Result<Option<KnownTerminal>, StoreError> {
        if let Some(known) = self.known(state.terminals).known.get(id) {
            return Ok(known.clone());
        }
        let found = self.store.fleet().known_terminal(id).await?;
        let mut known = self.known(state.terminals);
        if known.known.len() < TERMINALS {
            known.known.insert(id.clone(), found.clone());
        }
        Ok(found)
    }

    fn known(&self, at: i64) -> MutexGuard<'_, KnownTerminals> {
        let mut known = self.terminals.lock().unwrap_or_else(PoisonError::into_inner);
        if known.at != at {
            *known = KnownTerminals { at, known: HashMap::new() };
        }
        known
    }

    /// Notes a heartbeat; it is written with others some seconds later.
    pub(crate) fn note_heartbeat(&self, id: TerminalId, signed_at: u64, said: Heartbeat) {
        let mut heartbeat = ReceivedHeartbeat { seen_at: self.clock.now(), signed_at, said };
        let mut heartbeats = self.heartbeats();
        if let Some(before) = heartbeats.get_mut(&id) {
            if before.signed_at > signed_at {
                before.said.numbers.raise(&heartbeat.said.numbers, &id);
                return;
            }
            // A copy of the terminal may know of less than it did.
            heartbeat.said.numbers.raise(&before.said.numbers, &id);
        }
        heartbeats.insert(id, heartbeat);
    }

    fn heartbeats(&self) -> MutexGuard<'_, HashMap<TerminalId, ReceivedHeartbeat>> {
        self.heartbeats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The highest numbers of a terminal that are known here.
    pub(crate) async fn last_numbers(&self, id: &TerminalId) -> Result<LastNumbers, StoreError> {
        let mut numbers = self.store.fleet().last_numbers(id).await?;
        if let Some(heartbeat) = self.heartbeats().get(id) {
            numbers.raise(&heartbeat.said.numbers, id);
        }
        Ok(numbers)
    }

    /// Writes the heartbeats that were collected. A failure loses heartbeats, which come again.
    pub(crate) async fn write_heartbeats(&self) {
        // Whoever returns from here may rely on it that what came before is written, by others too.
        let _recording = self.recording.lock().await;
        let mut heartbeats: Vec<_> = self.heartbeats().drain().collect();
        // Another hall writes in the same order, so that neither waits for the other.
        heartbeats.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut parts = Parts::of(heartbeats.len());
        while let Some(part) = parts.next().filter(|part| !part.is_empty()) {
            let heartbeats = &heartbeats[part.clone()];
            let Err(error) = self.store.fleet().record_heartbeats(heartbeats).await else { continue };
            if error.cause() == Cause::Database {
                tracing::warn!(%error, "cannot record heartbeats");
                return;
            }
            // One that the database refuses takes no other terminal's with it.
            if !parts.halve(part) {
                let terminal = heartbeats.first().map(|(terminal, _)| terminal.as_str());
                tracing::warn!(%error, terminal, "cannot record a heartbeat");
            }
        }
    }
}
