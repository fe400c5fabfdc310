//! Memory for bodies that are being read: a part for terminals, and a small one apart from it for strangers. Nobody
//! takes more than a share.

use super::Network;
use crate::planted::is_planted;
use bianmin_protocol::ids::TerminalId;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Memory for terminals, in KiB.
const BODIES: usize = 256 * 1024;
/// What one terminal may take of it, in KiB: a few of the largest requests, so that one that went bad and dawdles
/// with many does not keep the others out.
const BODIES_OF_ONE: usize = 16 * 1024;
/// How long a terminal's request waits for memory for its body.
const QUEUE: Duration = Duration::from_secs(10);
/// Memory for everybody else, in KiB: their bodies have four at most.
const STRANGERS: usize = 16 * 1024;
/// What one network may take of it, in KiB.
const STRANGERS_OF_ONE: usize = 1024;

/// Whose body it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sender<'a> {
    /// Of a terminal that has signed.
    Terminal(&'a TerminalId),
    /// Of somebody from there.
    Stranger(Network),
}

/// Memory for bodies that are being read.
#[derive(Debug)]
pub(crate) struct Bodies {
    terminals: Pool<TerminalId>,
    strangers: Pool<Network>,
}

/// A share of the memory; given back when dropped.
#[derive(Debug)]
#[allow(dead_code)] // Held, never read.
pub(crate) enum Share {
    Terminal(PoolPart<TerminalId>),
    Stranger(PoolPart<Network>),
}

/// Why there is no memory for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// This sender has too much of it.
    ForThisSender,
    /// There is none.
    AtAll,
}

impl Bodies {
    pub(crate) fn new() -> Self {
        Self {
            terminals: Pool::new(BODIES, BODIES_OF_ONE),
            strangers: Pool::new(STRANGERS, STRANGERS_OF_ONE),
        }
    }

    /// Memory for a body of so many bytes: for a terminal once there is some, for a stranger now or not at all.
    pub(crate) async fn room_for(&self, bytes: usize, sender: Sender<'_>) -> Result<Share, NoRoom> {
        match sender {
            Sender::Stranger(network) => {
                if is_planted("strangers-share-all") {
                    self.take_from_terminals().await;
                }
                self.strangers.take(bytes, &network, Duration::ZERO).await.map(Share::Stranger)
            }
            Sender::Terminal(id) => self.terminals.take(bytes, id, QUEUE).await.map(Share::Terminal),
        }
    }

    /// A planted bug: what strangers take, and keep for long, is the terminals'.
    async fn take_from_terminals(&self) {
        let taken = self.terminals.all.clone().acquire_many_owned(BODIES as u32 / 32).await;
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            drop(taken);
        });
    }
}

#[derive(Debug)]
struct Pool<K> {
    all: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<K, usize>>>,
    of_one: usize,
}

/// Part of a pool.
#[derive(Debug)]
pub(crate) struct PoolPart<K: Eq + Hash> {
    _memory: Option<OwnedSemaphorePermit>,
    taken: Arc<Mutex<HashMap<K, usize>>>,
    of: K,
    size: usize,
}

impl<K: Eq + Hash + Clone> Pool<K> {
    fn new(all: usize, of_one: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), taken: Arc::default(), of_one }
    }

    async fn take(&self, bytes: usize, of: &K, queue: Duration) -> Result<PoolPart<K>, NoRoom> {
        let size = (bytes / 1024 + 1).min(self.of_one);
        let mut part = self.part(of, size).ok_or(NoRoom::ForThisSender)?;
        let wanted = u32::try_from(size).unwrap_or(u32::MAX);
        let memory = if queue.is_zero() {
            self.all.clone().try_acquire_many_owned(wanted).ok()
        } else {
            timeout(queue, self.all.clone().acquire_many_owned(wanted)).await.ok().and_then(Result::ok)
        };
        part._memory = Some(memory.ok_or(NoRoom::AtAll)?);
        Ok(part)
    }

    fn part(&self, of: &K, size: usize) -> Option<PoolPart<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(of).copied().unwrap_or(0);
        if own + size > self.of_one && !is_planted("bodies-unbounded") {
            return None;
        }
        taken.insert(of.clone(), own + size);
        Some(PoolPart { _memory: None, taken: self.taken.clone(), of: of.clone(), size })
    }
}

impl<K: Eq + Hash> Drop for PoolPart<K> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.of) {
            *own -= self.size;
            if *own == 0 {
                taken.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    const LARGE: usize = 2 * 1024 * 1024 - 1;

    fn terminal(id: &str) -> TerminalId {
        TerminalId::parse(id).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn one_terminal_does_not_take_the_memory_of_all() {
        let (greedy, other) = (terminal("HP07"), terminal("HP08"));
        let (greedy, other) = (Sender::Terminal(&greedy), Sender::Terminal(&other));
        let bodies = Bodies::new();
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(bodies.room_for(LARGE, greedy).await.unwrap());
        }
        assert_eq!(bodies.room_for(LARGE, greedy).await.unwrap_err(), NoRoom::ForThisSender);
        assert!(bodies.room_for(LARGE, other).await.is_ok());
        held.pop();
        assert!(bodies.room_for(LARGE, greedy).await.is_ok());
        // All together have an end too; who waits in vain has taken nothing.
        for number in 0..BODIES / (2 * 1024) - held.len() {
            let terminal = terminal(&format!("ZD{:02}", number / 8));
            held.push(bodies.room_for(LARGE, Sender::Terminal(&terminal)).await.unwrap());
        }
        assert_eq!(bodies.room_for(0, other).await.unwrap_err(), NoRoom::AtAll);
        drop(held);
        assert!(bodies.room_for(LARGE, other).await.is_ok());
        assert!(bodies.terminals.taken.lock().unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_take_nothing_from_terminals_nor_all_from_each_other() {
        let bodies = Bodies::new();
        let stranger =
            |number: u32| Sender::Stranger(Network::from(IpAddr::from((0x0a00_0000 + number).to_be_bytes())));
        let mut held = Vec::new();
        while let Ok(share) = bodies.room_for(4096, stranger(0)).await {
            held.push(share);
        }
        assert!(held.len() < 250, "{}", held.len());
        assert!(bodies.room_for(4096, stranger(1)).await.is_ok());
        for number in 1..100 {
            while let Ok(share) = bodies.room_for(4096, stranger(number)).await {
                held.push(share);
            }
        }
        assert_eq!(bodies.room_for(4096, stranger(200)).await.unwrap_err(), NoRoom::AtAll);
        assert!(bodies.room_for(LARGE, Sender::Terminal(&terminal("HP07"))).await.is_ok());
    }
}
