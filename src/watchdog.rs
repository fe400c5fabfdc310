//! Ends a program whose screen hangs, so that whatever started it starts it anew.
//!
//! A terminal that nobody watches must not stand frozen until somebody reports it. What was accepted is on the disk
//! before its receipt is shown, so ending loses nothing. systemd's own watchdog cannot do it: under a compositor with a
//! login session the terminal is not the process that systemd started. This module knows no screen.

use std::process::abort;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often it is looked whether the screen moved on.
const INTERVAL: Duration = Duration::from_secs(10);
/// After so many looks in vain the screen hangs. An idle screen moves on every ten seconds.
const MAX_MISSED: u32 = 6;

static PROGRESS: AtomicU64 = AtomicU64::new(0);

/// The screen has handled something.
pub fn note_progress() {
    PROGRESS.fetch_add(1, Ordering::Relaxed);
}

/// Starts looking. Counted are looks, not time: a machine that slept, or a program that was stopped and goes on, is
/// not taken for one that hangs.
///
/// # Errors
/// The system gives no thread.
pub fn start() -> std::io::Result<()> {
    std::thread::Builder::new().name("watchdog".to_owned()).spawn(|| {
        let mut watch = Watch::default();
        while !watch.has_hung(PROGRESS.load(Ordering::Relaxed)) {
            std::thread::sleep(INTERVAL);
        }
        tracing::error!("the screen hangs: the program ends to be started anew");
        abort();
    })?;
    Ok(())
}

/// What the looks have seen.
#[derive(Debug, Default)]
struct Watch {
    progress: u64,
    missed: u32,
}

impl Watch {
    /// Whether the screen hangs, after a look that saw this much progress. Before its first sign it is still starting.
    fn has_hung(&mut self, progress: u64) -> bool {
        if progress == self.progress && progress > 0 {
            self.missed += 1;
        } else {
            self.missed = 0;
        }
        self.progress = progress;
        self.missed >= MAX_MISSED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_hangs_after_a_minute_without_progress_and_not_before() {
        let mut watch = Watch::default();
        assert!((0..100).all(|_| !watch.has_hung(0)), "it is still starting");
        assert!((1..100).all(|progress| !watch.has_hung(progress)));
        assert!((1..MAX_MISSED).all(|_| !watch.has_hung(99)));
        assert!(watch.has_hung(99));
        let mut watch = Watch::default();
        for progress in 1..50 {
            assert!((1..MAX_MISSED).all(|_| !watch.has_hung(progress)), "each sign begins anew");
        }
    }
}
