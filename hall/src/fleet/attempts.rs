//! Wrong one-time codes, counted for each code and for each network that they come from.
//!
//! A right code is looked up first and is never counted, so that nobody's guesses hold up another's right code: a
//! code has 49 bits and lives for hours, and is out of reach of guessing whether guesses are slowed or not. What is
//! limited is how often somebody learns that a guess was wrong, and what it costs the hall.

use crate::http::limits::{Counts, Network};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Wrong codes from one network within one window, before it is told to wait.
const WRONG_CODES: u32 = 10;
/// How often one code may be wrong within one window.
const SAME_CODE: u32 = 5;

/// Wrong one-time codes.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<(Counts<Network>, Counts<String>)>);

impl Attempts {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Notes a wrong code. How long to wait, if there were too many of them.
    pub(crate) fn wrong(&self, network: Network, code_hash: Option<&str>) -> Result<(), Duration> {
        let now = Instant::now();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from_there = counts.0.note(network, WRONG_CODES, now);
        let the_same = code_hash.map_or(Ok(()), |hash| counts.1.note(hash.to_owned(), SAME_CODE, now));
        match (from_there, the_same) {
            (Ok(()), Ok(())) => Ok(()),
            (one, other) => Err(one.err().max(other.err()).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::limits::{REMEMBERED, WINDOW};
    use std::net::IpAddr;

    fn network(text: &str) -> Network {
        Network::from(text.parse::<IpAddr>().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn guesses_are_counted_for_each_network_and_time_passes() {
        let attempts = Attempts::new();
        for number in 0..WRONG_CODES {
            assert_eq!(attempts.wrong(network("192.0.2.1"), Some(&number.to_string())), Ok(()));
        }
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(attempts.wrong(network("192.0.2.1"), None), Err(Duration::from_secs(40)));
        assert_eq!(attempts.wrong(network("192.0.2.2"), None), Ok(()));
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(attempts.wrong(network("192.0.2.1"), None), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn guesses_at_one_code_are_counted_from_everywhere() {
        let attempts = Attempts::new();
        for host in 0..SAME_CODE {
            assert_eq!(attempts.wrong(network(&format!("192.0.2.{host}")), Some("code")), Ok(()));
        }
        assert_eq!(attempts.wrong(network("192.0.2.99"), Some("code")), Err(WINDOW));
        assert_eq!(attempts.wrong(network("192.0.2.99"), Some("other")), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_and_the_latest_are_remembered() {
        let attempts = Attempts::new();
        for number in 0..2 * REMEMBERED as u32 {
            tokio::time::advance(Duration::from_millis(1)).await;
            let network = Network::from(IpAddr::from((0x0a00_0000 + number).to_be_bytes()));
            assert_eq!(attempts.wrong(network, Some(&number.to_string())), Ok(()));
        }
        let counts = attempts.0.lock().unwrap();
        assert_eq!((counts.0.len(), counts.1.len()), (REMEMBERED, REMEMBERED));
    }
}
