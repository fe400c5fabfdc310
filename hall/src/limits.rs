//! What keeps strangers from wearing the hall down: replays of signed requests, guesses at one-time codes, and bodies
//! that take all its memory.

use bianmin_protocol::bytes::Digest;
use bianmin_protocol::http_signature::TOLERANCE;
use bianmin_protocol::ids::TerminalId;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Nonces kept; at 16 bytes each some tens of megabytes.
const NONCES: usize = 1_000_000;

/// Requests seen, by the second at which they say they were signed.
#[derive(Debug)]
pub(crate) struct Nonces {
    seen: Mutex<Seen>,
    most: usize,
}

#[derive(Debug, Default)]
struct Seen {
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
    pub(crate) fn new() -> Self {
        Self::with_room_for(NONCES)
    }

    fn with_room_for(most: usize) -> Self {
        Self { seen: Mutex::default(), most }
    }

    /// Notes a request whose signature holds at `now` (seconds).
    pub(crate) fn note(&self, terminal: &TerminalId, nonce: &str, created: u64, now: u64) -> Freshness {
        let digest = Digest::of_parts([terminal.as_str().as_bytes(), nonce.as_bytes()]);
        let mut key = [0; 16];
        key.copy_from_slice(&digest.0[..16]);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if created <= seen.forgotten {
            return Freshness::Forgotten;
        }
        if !seen.by_second.entry(created).or_default().insert(key) {
            return Freshness::Replay;
        }
        seen.count += 1;
        // A request older than the tolerance is stale anyway and needs no place.
        while let Some((second, set)) = seen.by_second.first_key_value() {
            let (second, size) = (*second, set.len());
            let stale = second + TOLERANCE < now;
            let crowded = seen.count > self.most && second < created;
            if !stale && !crowded {
                break;
            }
            seen.by_second.remove(&second);
            seen.count -= size;
            if crowded {
                seen.forgotten = seen.forgotten.max(second);
            }
        }
        Freshness::New
    }
}

/// Memory for bodies that are being read, in KiB.
const BODIES: usize = 256 * 1024;
/// What one terminal may take of it, in KiB: a few of the largest requests, so that one that went bad and dawdles
/// with many does not keep the others out.
const BODIES_OF_ONE: usize = 16 * 1024;
/// How long a request waits for memory for its body.
const QUEUE: Duration = Duration::from_secs(10);

/// Memory for bodies that are being read.
#[derive(Debug)]
pub(crate) struct Bodies {
    all: Semaphore,
    by_terminal: Mutex<HashMap<TerminalId, usize>>,
}

/// A share of the memory; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    bodies: &'a Bodies,
    _memory: SemaphorePermit<'a>,
    of: Option<(TerminalId, usize)>,
}

/// Why there is no memory for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// This terminal has too much of it.
    ForThisTerminal,
    /// There is none.
    AtAll,
}

impl Bodies {
    pub(crate) fn new() -> Self {
        Self { all: Semaphore::new(BODIES), by_terminal: Mutex::default() }
    }

    /// Memory for a body of so many bytes, once there is some.
    pub(crate) async fn room_for(
        &self,
        bytes: usize,
        terminal: Option<&TerminalId>,
    ) -> Result<Share<'_>, NoRoom> {
        let size = (bytes / 1024 + 1).min(BODIES_OF_ONE);
        let of = match terminal {
            Some(terminal) if !self.take(terminal, size) => return Err(NoRoom::ForThisTerminal),
            terminal => terminal.map(|terminal| (terminal.clone(), size)),
        };
        let wanted = u32::try_from(size).unwrap_or(u32::MAX);
        match timeout(QUEUE, self.all.acquire_many(wanted)).await {
            Ok(Ok(memory)) => Ok(Share { bodies: self, _memory: memory, of }),
            _ => {
                self.give_back(&of);
                Err(NoRoom::AtAll)
            }
        }
    }

    fn take(&self, terminal: &TerminalId, size: usize) -> bool {
        let mut by_terminal = self.by_terminal.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = by_terminal.entry(terminal.clone()).or_default();
        let fits = *taken + size <= BODIES_OF_ONE || crate::planted::is_planted("bodies-unbounded");
        if fits {
            *taken += size;
        }
        fits
    }

    fn give_back(&self, of: &Option<(TerminalId, usize)>) {
        let Some((terminal, size)) = of else { return };
        let mut by_terminal = self.by_terminal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = by_terminal.get_mut(terminal) {
            *taken -= size;
            if *taken == 0 {
                by_terminal.remove(terminal);
            }
        }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.bodies.give_back(&self.of);
    }
}

/// Wrong codes from one address before it has to wait.
const WRONG_CODES: u32 = 10;
/// Wrong codes from everywhere within one window.
const WRONG_CODES_IN_ALL: u32 = 300;
const WINDOW: Duration = Duration::from_secs(60);
const ADDRESSES: usize = 4096;

/// Wrong one-time codes, by the network they come from.
#[derive(Debug)]
pub(crate) struct Attempts(Mutex<Window>);

#[derive(Debug)]
struct Window {
    since: Instant,
    all: u32,
    by_address: HashMap<[u8; 8], u32>,
}

impl Attempts {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Window { since: Instant::now(), all: 0, by_address: HashMap::new() }))
    }

    /// Whether this address may try a code now.
    pub(crate) fn may_try(&self, address: IpAddr) -> bool {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.since.elapsed() > WINDOW {
            *window = Window { since: Instant::now(), all: 0, by_address: HashMap::new() };
        }
        window.all < WRONG_CODES_IN_ALL
            && window.by_address.get(&network(address)).is_none_or(|count| *count < WRONG_CODES)
    }

    /// Notes a wrong code.
    pub(crate) fn failed(&self, address: IpAddr) {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.all = window.all.saturating_add(1);
        if window.by_address.len() < ADDRESSES {
            *window.by_address.entry(network(address)).or_default() += 1;
        }
    }
}

/// An IPv4 address, or the /64 that one IPv6 customer has.
fn network(address: IpAddr) -> [u8; 8] {
    let octets = match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    };
    let mut network = [0; 8];
    let from = if address.to_canonical().is_ipv4() { 8 } else { 0 };
    network.copy_from_slice(&octets[from..from + 8]);
    network
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_new_once_and_memory_is_bounded() {
        let terminal = TerminalId::parse("HP07").unwrap();
        let nonces = Nonces::with_room_for(100);
        assert_eq!(nonces.note(&terminal, "a", 1000, 1000), Freshness::New);
        assert_eq!(nonces.note(&terminal, "a", 1000, 1100), Freshness::Replay);
        assert_eq!(nonces.note(&TerminalId::parse("HP08").unwrap(), "a", 1000, 1100), Freshness::New);
        for second in 1001..1400 {
            assert_eq!(nonces.note(&terminal, &second.to_string(), second, 1200), Freshness::New);
        }
        // What was pushed out cannot be replayed: it is told to sign again.
        assert_eq!(nonces.note(&terminal, "1001", 1001, 1200), Freshness::Forgotten);
        assert_eq!(nonces.note(&terminal, "1399", 1399, 1400), Freshness::Replay);
        assert!(nonces.seen.lock().unwrap().count <= 101);
        // Time passes: everything stale goes.
        assert_eq!(nonces.note(&terminal, "late", 9000, 9000), Freshness::New);
        assert_eq!(nonces.seen.lock().unwrap().count, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn one_terminal_does_not_take_the_memory_of_all() {
        let (greedy, other) = (TerminalId::parse("HP07").unwrap(), TerminalId::parse("HP08").unwrap());
        let bodies = Bodies::new();
        let large = 2 * 1024 * 1024 - 1;
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(bodies.room_for(large, Some(&greedy)).await.unwrap());
        }
        assert_eq!(bodies.room_for(large, Some(&greedy)).await.unwrap_err(), NoRoom::ForThisTerminal);
        assert!(bodies.room_for(large, Some(&other)).await.is_ok());
        held.pop();
        assert!(bodies.room_for(large, Some(&greedy)).await.is_ok());
        // All together have an end too; who waits in vain has taken nothing.
        for number in 0..BODIES / (2 * 1024) - held.len() {
            let terminal = TerminalId::parse(&format!("ZD{:02}", number / 8)).unwrap();
            held.push(bodies.room_for(large, Some(&terminal)).await.unwrap());
        }
        assert_eq!(bodies.room_for(0, Some(&other)).await.unwrap_err(), NoRoom::AtAll);
        drop(held);
        assert!(bodies.room_for(large, Some(&other)).await.is_ok());
        assert!(bodies.by_terminal.lock().unwrap().is_empty());
    }

    #[test]
    fn guesses_are_counted_for_each_network() {
        let attempts = Attempts::new();
        let guesser: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..WRONG_CODES {
            assert!(attempts.may_try(guesser));
            attempts.failed(guesser);
        }
        assert!(!attempts.may_try(guesser));
        assert!(!attempts.may_try("::ffff:192.0.2.1".parse().unwrap()));
        assert!(attempts.may_try("192.0.2.2".parse().unwrap()));
        for host in 0..WRONG_CODES {
            attempts.failed(format!("2001:db8::{host}").parse().unwrap());
        }
        assert!(!attempts.may_try("2001:db8::ffff".parse().unwrap()));
        assert!(attempts.may_try("2001:db8:0:1::1".parse().unwrap()));
    }
}
