//! Which networks terminals come from, and which ones only crowds do.

use crate::http::limits::Network;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// Networks that are remembered of each kind.
const REMEMBERED: usize = 4096;

/// What is remembered of networks.
#[derive(Debug, Default)]
pub(super) struct Networks {
    /// When a terminal last signed from there.
    terminals: HashMap<Network, Instant>,
    /// Since when more come from there than have a place.
    crowds: HashMap<Network, Instant>,
}

impl Networks {
    /// A terminal has signed from there.
    pub(super) fn terminal_seen(&mut self, network: Network, now: Instant) {
        note(&mut self.terminals, network, now);
    }

    /// Whether terminals come from there.
    pub(super) fn has_terminals(&self, network: Network) -> bool {
        self.terminals.contains_key(&network)
    }

    /// There are places for those from there.
    pub(super) fn has_room(&mut self, network: Network) {
        self.crowds.remove(&network);
    }

    /// One more from there has no place. Whether it may be turned away: others from there have had time enough for a first
    /// request, and no terminal was among them.
    pub(super) fn is_a_crowd(&mut self, network: Network, grace: Duration, now: Instant) -> bool {
        if self.has_terminals(network) {
            return false;
        }
        if let Some(since) = self.crowds.get(&network) {
            return now - *since >= grace;
        }
        note(&mut self.crowds, network, now);
        false
    }
}

/// Notes one, and forgets the one that was noted longest ago where there are too many.
fn note(networks: &mut HashMap<Network, Instant>, network: Network, now: Instant) {
    if networks.len() >= REMEMBERED && !networks.contains_key(&network) {
        let oldest = networks.iter().min_by_key(|(_, since)| **since).map(|(network, _)| *network);
        if let Some(oldest) = oldest {
            networks.remove(&oldest);
        }
    }
    networks.insert(network, now);
}
