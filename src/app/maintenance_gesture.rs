//! The technician's gesture: the clock on the strip touched five times in a row, which nobody does by chance (pure).

use std::time::{Duration, Instant};

/// So many touches.
const TOUCHES: usize = 5;
/// Within so long.
const WITHIN: Duration = Duration::from_secs(5);

/// The touches so far.
#[derive(Debug, Default)]
pub(super) struct MaintenanceGesture {
    touches: Vec<Instant>,
}

impl MaintenanceGesture {
    /// The clock was touched at `now`; true when that was the last one it takes.
    pub(super) fn touch(&mut self, now: Instant) -> bool {
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
    fn five_quick_touches_are_the_gesture_and_slow_ones_are_not() {
        let start = Instant::now();
        let mut gesture = MaintenanceGesture::default();
        let mut touch = |seconds| gesture.touch(start + Duration::from_secs(seconds));
        assert!((0..20).all(|second| !touch(second * 2)));
        let quick: Vec<bool> = (0..6).map(|_| touch(100)).collect();
        assert_eq!(quick, [false, false, false, false, true, false]);
    }
}
