//! How often something happened within the last minute, for each of many keys, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;
use tokio::time::Instant;

/// For so long is counted together.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);
/// Keys that are remembered; the oldest make room.
pub(crate) const REMEMBERED: usize = 4096;

/// Counts of each key.
#[derive(Debug)]
pub(crate) struct Counts<K>(HashMap<K, (Instant, u32)>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash + Clone> Counts<K> {
    /// Counts one more; how long to wait, if there were more than `most` in this window.
    pub(crate) fn note(&mut self, key: K, most: u32, now: Instant) -> Result<(), Duration> {
        if !self.0.contains_key(&key) && self.0.len() >= REMEMBERED {
            self.0.retain(|_, (since, _)| now - *since < WINDOW);
            let oldest = self.0.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| self.0.len() >= REMEMBERED) {
                self.0.remove(&oldest);
            }
        }
        let (since, count) = self.0.entry(key).or_insert((now, 0));
        if now - *since >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count <= most { Ok(()) } else { Err(WINDOW - (now - *since)) }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
