//! The technician's knock: the clock on the strip touched five times in a row, which nobody does by chance (pure).

use std::time::{Duration, Instant};

/// So many touches.
const TOUCHES: usize = 5;
/// Within so long.
const WITHIN: Duration = Duration::from_secs(5);

/// The touches so far.
#[derive(Debug, Default)]
pub(super) struct Knock {
    touches: Vec<Instant>,
}

impl Knock {
    /// The clock was touched at `now`; true when that was the last one it takes.
    pub(super) fn heard(&mut self, now: Instant) -> bool {
        self.touches.retain(|touch| now.saturating_duration_since(*touch) < WITHIN);
        self.touches.push(now);
        let whole = self.touches.len() >= TOUCHES;
        if whole {
            self.touches.clear();
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_quick_touches_are_a_knock_and_slow_ones_are_none() {
        let start = Instant::now();
        let mut knock = Knock::default();
        let mut heard = |seconds| knock.heard(start + Duration::from_secs(seconds));
        assert!((0..20).all(|touch| !heard(touch * 2)));
        let quick: Vec<bool> = (0..6).map(|_| heard(100)).collect();
        assert_eq!(quick, [false, false, false, false, true, false]);
    }
}
