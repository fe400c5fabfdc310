//! Which signed requests were seen before, remembered for each terminal by itself: one that signs far ahead, or more
//! than any other, shortens its own memory and nobody else's.

use crate::planted::is_planted;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::http_signature::TOLERANCE;
use bianmin_protocol::ids::TerminalId;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// Nonces kept of all terminals together; at 16 bytes each some tens of megabytes.
const NONCES: usize = 1_000_000;
/// Nonces kept of one terminal. An honest one needs a few dozen.
const NONCES_OF_ONE: usize = 100_000;

/// Requests seen, by terminal and by the second at which they say they were signed.
#[derive(Debug)]
pub(crate) struct Nonces {
    seen: Mutex<Seen>,
    most: usize,
    most_of_one: usize,
    /// When this process began to remember, by the hall's clock.
    since: u64,
}

#[derive(Debug, Default)]
struct Seen {
    by_terminal: HashMap<TerminalId, OfOne>,
    count: usize,
    /// When stale ones of all terminals were last forgotten.
    swept: u64,
}

#[derive(Debug, Default)]
struct OfOne {
    by_second: BTreeMap<u64, HashSet<[u8; 16]>>,
    count: usize,
    /// What was signed in this second or before is not remembered any more, and so not accepted.
    forgotten: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    New,
    Replay,
    /// Too old to tell: the terminal signs again.
    Forgotten,
}

impl Nonces {
    /// Begins to remember at `now` (seconds). What was signed earlier may have been received by the process before.
    pub(crate) fn new(now: u64) -> Self {
        let of_one = if is_planted("nonces-shared") { 50 } else { NONCES_OF_ONE };
        let since = if is_planted("restart-forgets-nonces") { 0 } else { now };
        Self::with_room_for(NONCES, of_one, since)
    }

    fn with_room_for(most: usize, most_of_one: usize, since: u64) -> Self {
        Self { seen: Mutex::default(), most, most_of_one, since }
    }

    /// Notes a request whose signature holds at `now` (seconds).
    pub(crate) fn note(&self, terminal: &TerminalId, nonce: &str, created: u64, now: u64) -> Freshness {
        // A clock that was set back would shut everybody out until it has come to where it was.
        if created < self.since.min(now) {
            return Freshness::Forgotten;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.sweep(now);
        let one = seen.by_terminal.entry(whose(terminal)).or_default();
        let (freshness, forgotten) = one.note(key(terminal, nonce), created, now, self.most_of_one);
        seen.count -= forgotten;
        seen.count += usize::from(freshness == Freshness::New);
        while seen.count > self.most {
            seen.shorten_the_longest();
        }
        freshness
    }
}

impl Seen {
    /// Forgets now and then what is stale of terminals that have fallen silent.
    fn sweep(&mut self, now: u64) {
        if now.abs_diff(self.swept) <= TOLERANCE {
            return;
        }
        self.swept = now;
        let mut forgotten = 0;
        self.by_terminal.retain(|_, one| {
            forgotten += one.forget_stale(now);
            // The mark counts as long as what was signed before it would still be taken.
            one.count > 0 || one.forgotten + TOLERANCE >= now
        });
        self.count -= forgotten;
    }

    /// Whoever has the most forgets an eighth of it, so that this is not done for each further request.
    fn shorten_the_longest(&mut self) {
        let longest = self.by_terminal.values_mut().max_by_key(|one| one.count);
        let forgotten = longest.map_or(0, |one| one.shorten_to(one.count - one.count.div_ceil(8), None));
        self.count -= forgotten;
    }
}

impl OfOne {
    /// How new it is, and how many others were forgotten for it.
    fn note(&mut self, key: [u8; 16], created: u64, now: u64, most: usize) -> (Freshness, usize) {
        if created <= self.forgotten {
            return (Freshness::Forgotten, 0);
        }
        if !self.by_second.entry(created).or_default().insert(key) {
            return (Freshness::Replay, 0);
        }
        self.count += 1;
        let forgotten = self.forget_stale(now) + self.shorten_to(most, Some(created));
        (Freshness::New, forgotten)
    }

    /// A request older than the tolerance is refused anyway and needs no place.
    fn forget_stale(&mut self, now: u64) -> usize {
        let mut forgotten = 0;
        while let Some(first) = self.by_second.first_entry().filter(|first| first.key() + TOLERANCE < now) {
            forgotten += first.remove().len();
        }
        self.count -= forgotten;
        forgotten
    }

    /// Forgets the oldest until no more than so many are left, but nothing from the second `but` on.
    fn shorten_to(&mut self, most: usize, but: Option<u64>) -> usize {
        let mut forgotten = 0;
        while self.count > most
            && let Some(first) = self.by_second.first_entry()
            && but.is_none_or(|but| *first.key() < but)
        {
            self.forgotten = *first.key();
            let size = first.remove().len();
            self.count -= size;
            forgotten += size;
        }
        forgotten
    }
}

/// In whose memory a terminal's nonces are: its own.
fn whose(terminal: &TerminalId) -> TerminalId {
    match TerminalId::parse("ZZ99") {
        Ok(everybody) if is_planted("nonces-shared") => everybody,
        _ => terminal.clone(),
    }
}

fn key(terminal: &TerminalId, nonce: &str) -> [u8; 16] {
    let digest = Digest::of_parts([terminal.as_str().as_bytes(), nonce.as_bytes()]);
    let mut key = [0; 16];
    key.copy_from_slice(&digest.0[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(id: &str) -> TerminalId {
        TerminalId::parse(id).unwrap()
    }

    #[test]
    fn a_request_is_new_once_and_memory_is_bounded() {
        let one = terminal("HP07");
        let nonces = Nonces::with_room_for(1000, 100, 0);
        assert_eq!(nonces.note(&one, "a", 1000, 1000), Freshness::New);
        assert_eq!(nonces.note(&one, "a", 1000, 1100), Freshness::Replay);
        assert_eq!(nonces.note(&terminal("HP08"), "a", 1000, 1100), Freshness::New);
        for second in 1001..1400 {
            assert_eq!(nonces.note(&one, &second.to_string(), second, 1200), Freshness::New);
        }
        // What was pushed out cannot be replayed: it is told to sign again.
        assert_eq!(nonces.note(&one, "1001", 1001, 1200), Freshness::Forgotten);
        assert_eq!(nonces.note(&one, "1399", 1399, 1400), Freshness::Replay);
        assert!(nonces.seen.lock().unwrap().count <= 101);
        // Time passes: everything stale goes, also of terminals that have fallen silent.
        assert_eq!(nonces.note(&one, "late", 9000, 9000), Freshness::New);
        let seen = nonces.seen.lock().unwrap();
        assert_eq!((seen.count, seen.by_terminal.len()), (1, 1));
    }

    #[test]
    fn who_signs_ahead_locks_out_nobody_else() {
        let (bad, other) = (terminal("HP07"), terminal("HP08"));
        let nonces = Nonces::with_room_for(400, 1000, 0);
        assert_eq!(nonces.note(&other, "before", 999, 1000), Freshness::New);
        // As many as all together may have, some 280 seconds ahead.
        for number in 0..1000 {
            nonces.note(&bad, &number.to_string(), 1200 + number % 80, 1000);
        }
        assert_eq!(nonces.note(&other, "now", 1000, 1000), Freshness::New);
        assert_eq!(nonces.note(&other, "before", 999, 1000), Freshness::Replay);
        assert_eq!(nonces.note(&bad, "now", 1000, 1000), Freshness::Forgotten);
        assert!(nonces.seen.lock().unwrap().count <= 400);
    }

    #[test]
    fn what_the_process_before_may_have_received_is_signed_again() {
        let one = terminal("HP07");
        let nonces = Nonces::new(1000);
        assert_eq!(nonces.note(&one, "a", 999, 1001), Freshness::Forgotten);
        assert_eq!(nonces.note(&one, "b", 1000, 1001), Freshness::New);
        // The clock was an hour ahead when this process began.
        assert_eq!(Nonces::new(4600).note(&one, "a", 1000, 1000), Freshness::New);
    }
}
