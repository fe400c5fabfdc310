//! Who has which place, and who has to give one up.

use super::networks::Networks;
use super::{BUSY, KNOWN, LONGEST, Origin, Owner, Room, STOP};
use crate::http::limits::Network;
use crate::planted::is_planted;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Somebody has been sent away and is about to go.
const LEAVING: Duration = Duration::from_secs(1);

/// Ids grow, so that the first is the oldest.
#[derive(Debug, Default)]
pub(super) struct State {
    last: u64,
    all: BTreeMap<u64, Holder>,
    /// Those in the strangers' part.
    by_network: HashMap<Network, BTreeSet<u64>>,
    strangers: usize,
    pub(super) by_owner: HashMap<Owner, usize>,
    networks: Networks,
    leaving: usize,
    pub(super) stopped_at: Option<Instant>,
}

#[derive(Debug)]
struct Holder {
    part: PlaceShare,
    /// The terminal whose signature came from here, or the person who is signed in.
    owner: Option<Owner>,
    begun: Instant,
    /// When it last did something useful; its beginning before that.
    useful: Instant,
    under_way: u32,
    leaving: bool,
    end: Arc<Notify>,
}

/// What a newcomer gets.
#[derive(Debug)]
pub(super) enum Admission {
    /// A place, with the word that it is wanted for another.
    ConnectionPlace(u64, Arc<Notify>),
    /// Nothing now. So long to wait before asking again, if nobody goes meanwhile.
    Wait(Duration),
    /// Nothing: too many of its network are here, and no terminal among them.
    TurnedAway,
}

/// Whose places this is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlaceShare {
    Strangers(Network),
    Known,
}

impl Holder {
    /// When somebody else may have this place, if there is no other.
    fn may_be_sent_away(&self, grace: Duration) -> Instant {
        match (&self.owner, self.under_way) {
            // A stranger that goes on asking must not keep the place by it.
            (None, 0) => self.begun + grace,
            (None, _) => self.begun + grace * BUSY,
            (Some(_), 0) => self.useful + grace,
            (Some(_), _) => self.useful + LONGEST,
        }
    }
}

impl State {
    /// A place for a newcomer, if there is one now.
    pub(super) fn admit(&mut self, room: &Room, origin: Origin, now: Instant) -> Admission {
        let part = match origin {
            Origin::Proxy => PlaceShare::Known,
            Origin::Network(network) => PlaceShare::Strangers(network),
        };
        let is_full = match part {
            PlaceShare::Known => self.known_places() >= room.most - room.strangers,
            PlaceShare::Strangers(_) => self.strangers >= room.strangers,
        };
        if (!is_full && self.all.len() < room.most) || is_planted("connections-unbounded") {
            return self.insert(room, part, now);
        }
        if self.leaving > 0 || is_planted("strangers-hold-places") {
            return Admission::Wait(LEAVING);
        }
        let victims = match part {
            PlaceShare::Strangers(network) if is_full => self.strangers_to_go(network, room, now),
            _ => self.idle_to_go(room.grace(), now).map(|id| vec![id]),
        };
        match (victims, part) {
            (Ok(ids), _) => {
                for id in ids {
                    self.send_away(id);
                }
                Admission::Wait(LEAVING)
            }
            (Err(_), PlaceShare::Strangers(network))
                if self.networks.is_a_crowd(network, room.grace(), now) =>
            {
                Admission::TurnedAway
            }
            (Err(wait), _) => Admission::Wait(wait),
        }
    }

    fn insert(&mut self, room: &Room, part: PlaceShare, now: Instant) -> Admission {
        self.last += 1;
        let end = Arc::new(Notify::new());
        let holder = Holder {
            part,
            owner: None,
            begun: now,
            useful: now,
            under_way: 0,
            leaving: false,
            end: end.clone(),
        };
        self.all.insert(self.last, holder);
        if let PlaceShare::Strangers(network) = part {
            self.strangers += 1;
            let from_there = self.by_network.entry(network).or_default();
            from_there.insert(self.last);
            if from_there.len() * 2 <= room.strangers {
                self.networks.has_room(network);
            }
        }
        Admission::ConnectionPlace(self.last, end)
    }

    /// The oldest of the network that has the most. A newcomer from a network with fewer, or from where terminals are,
    /// need not wait for it. Some more go with it that have had their time, since others will follow.
    fn strangers_to_go(&self, newcomer: Network, room: &Room, now: Instant) -> Result<Vec<u64>, Duration> {
        let grace = room.grace();
        let largest =
            self.by_network.values().max_by_key(|ids| (ids.len(), Reverse(ids.first()))).ok_or(grace)?;
        let own = self.by_network.get(&newcomer).map_or(0, BTreeSet::len);
        let holders = || largest.iter().filter_map(|id| Some((*id, self.all.get(id)?)));
        if own + 1 < largest.len() || (own < room.few() && self.networks.has_terminals(newcomer)) {
            let idle = holders().find(|(_, holder)| holder.under_way == 0);
            return idle.or_else(|| holders().next()).map(|(id, _)| vec![id]).ok_or(grace);
        }
        let from = |holder: &Holder| holder.may_be_sent_away(grace);
        let ready = holders().filter(|(_, holder)| from(holder) <= now).map(|(id, _)| id);
        let ready: Vec<u64> = ready.take((room.strangers / 8).max(1)).collect();
        if ready.is_empty() {
            let soonest = holders().map(|(_, holder)| from(holder)).min();
            return Err(soonest.map_or(grace, |soonest| soonest - now));
        }
        Ok(ready)
    }

    /// Of the terminals' connections, the one that has been silent for longest.
    fn idle_to_go(&self, grace: Duration, now: Instant) -> Result<u64, Duration> {
        let idle =
            self.all.iter().filter(|(_, holder)| holder.part == PlaceShare::Known && holder.under_way == 0);
        let (id, holder) = idle.min_by_key(|(_, holder)| holder.useful).ok_or(grace)?;
        let from = holder.useful + grace;
        if from <= now { Ok(*id) } else { Err(from - now) }
    }

    fn send_away(&mut self, id: u64) {
        if let Some(holder) = self.all.get_mut(&id).filter(|holder| !holder.leaving) {
            holder.leaving = true;
            holder.end.notify_one();
            self.leaving += 1;
        }
    }

    pub(super) fn remove(&mut self, id: u64) {
        let Some(holder) = self.all.remove(&id) else { return };
        self.leaving -= usize::from(holder.leaving);
        match holder.part {
            PlaceShare::Strangers(network) => self.leave_strangers(id, network),
            PlaceShare::Known => {
                if let Some(owner) = holder.owner
                    && let Some(count) = self.by_owner.get_mut(&owner)
                {
                    *count -= 1;
                    if *count == 0 {
                        self.by_owner.remove(&owner);
                    }
                }
            }
        }
    }

    fn leave_strangers(&mut self, id: u64, network: Network) {
        self.strangers -= 1;
        if let Some(ids) = self.by_network.get_mut(&network) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_network.remove(&network);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn known_places(&self) -> usize {
        self.all.len() - self.strangers
    }

    pub(super) fn begin(&mut self, id: u64) {
        if let Some(holder) = self.all.get_mut(&id) {
            holder.under_way += 1;
        }
    }

    pub(super) fn finish(&mut self, id: u64, useful: bool, now: Instant) {
        if let Some(holder) = self.all.get_mut(&id) {
            holder.under_way -= 1;
            if useful {
                holder.useful = now;
            }
        }
    }

    /// Moves a connection into the terminals' part. While there is no room, or this owner has its share of it, the
    /// connection stays where it is, and tries again with its next request.
    pub(super) fn known(&mut self, room: &Room, id: u64, owner: &Owner, now: Instant) {
        let is_full = self.known_places() >= room.most - room.strangers;
        let own = self.by_owner.get(owner).copied().unwrap_or(0);
        let Some(holder) = self.all.get_mut(&id) else { return };
        holder.useful = now;
        let PlaceShare::Strangers(network) = holder.part else { return };
        self.networks.terminal_seen(network, now);
        if holder.owner.is_none() {
            holder.owner = Some(owner.clone());
        }
        if own >= room.of_one {
            return;
        }
        if is_full {
            if self.leaving == 0
                && let Ok(idle) = self.idle_to_go(room.grace(), now)
            {
                self.send_away(idle);
            }
            return;
        }
        holder.part = PlaceShare::Known;
        holder.owner = Some(owner.clone());
        self.leave_strangers(id, network);
        *self.by_owner.entry(owner.clone()).or_default() += 1;
    }

    /// Until when a connection may stay.
    pub(super) fn until(&self, room: &Room, id: u64) -> Instant {
        let Some(holder) = self.all.get(&id) else { return Instant::now() };
        let is_crowded = self.strangers * 2 > room.strangers;
        let is_stranger = holder.part != PlaceShare::Known;
        if is_planted("strangers-hold-places") {
            return holder.begun + LONGEST;
        }
        let until = holder.useful
            + match (is_stranger, holder.under_way) {
                (true, 0) if is_crowded => room.grace(),
                (true, 0) => room.timeout,
                (true, _) => room.timeout * BUSY,
                (false, 0) => room.timeout * KNOWN,
                (false, _) => LONGEST,
            };
        let Some(stopped) = self.stopped_at else { return until };
        let which = if holder.under_way == 0 { 0 } else { 1 + usize::from(!is_stranger) };
        until.min(stopped + STOP[which])
    }
}
