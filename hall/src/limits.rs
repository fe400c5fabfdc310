//! What keeps strangers from wearing the hall down: replays of signed requests, and guesses at one-time codes.

use bianmin_protocol::bytes::Digest;
use bianmin_protocol::http_signature::TOLERANCE;
use bianmin_protocol::ids::TerminalId;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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
