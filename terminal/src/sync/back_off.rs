//! When to try again: pure, so that three days without a network can be tested in a moment.

use std::time::Duration;

/// The longest wait between two attempts.
pub const LONGEST: Duration = Duration::from_secs(300);
/// The bound of the first wait after a failure; it doubles with every further failure.
const FIRST: Duration = Duration::from_secs(1);
/// Not even the unluckiest draw turns waiting into hammering.
const SHORTEST: Duration = Duration::from_millis(250);
/// How often the hall is asked for news when all is well.
const IDLE: Duration = Duration::from_secs(60);

/// How an attempt went, as far as the next one is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Everything is done.
    Idle,
    /// The hall turned out to be another life of itself, so that there is more to send. Two such halls behind one
    /// address would say so each time.
    Renewed,
    /// The hall could not be reached, or could not deal with something now.
    Retry,
    /// The hall does not want this terminal. Somebody may put that right, so it is asked now and then.
    Slow,
}

/// Counts failures in a row. Never gives up.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    failures: u32,
    /// How often the hall turned out to be another of late; one less for each attempt after which all was well.
    renewals: u32,
}

/// Between the beginnings of two attempts, whatever causes them.
pub(super) const FLOOR: Duration = Duration::from_millis(250);
/// Between two attempts that a link has caused by coming up: one that comes and goes all the time is no link.
pub(super) const LINK_FLOOR: Duration = Duration::from_secs(15);

impl BackOff {
    /// The wait before the next attempt; `random` is uniform over all of `u64`.
    ///
    /// Full jitter: anything from nothing to the bound, so that a thousand terminals that lost their hall at the
    /// same moment do not come back at the same moment.
    pub(super) fn after(&mut self, pace: Pace, random: u64) -> Duration {
        match pace {
            Pace::Idle => {
                self.failures = 0;
                self.renewals = self.renewals.saturating_sub(1);
                IDLE.mul_f64(0.9) + fraction(IDLE.mul_f64(0.2), random)
            }
            Pace::Retry => {
                if self.failures >= 13 && crate::planted::is_planted("gives-up") {
                    return Duration::from_secs(365 * 86_400);
                }
                let bound = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
                self.failures = self.failures.saturating_add(1);
                fraction(bound, random).max(SHORTEST)
            }
            Pace::Renewed => {
                let bound = FIRST.saturating_mul(1 << self.renewals.min(16)).min(LONGEST);
                // So few in a row are a restored hall; more of them come down only slowly.
                self.renewals = self.renewals.saturating_add(1);
                (bound / 2 + fraction(bound / 2, random)).max(SHORTEST)
            }
            Pace::Slow => LONGEST / 2 + fraction(LONGEST / 2, random),
        }
    }

    /// Starts again from short waits, as after the link has come back.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

fn fraction(whole: Duration, random: u64) -> Duration {
    whole.mul_f64(random as f64 / u64::MAX as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_within_their_bounds(draws in proptest::collection::vec(any::<u64>(), 1..200)) {
            let mut back_off = BackOff::default();
            for (failures, random) in draws.into_iter().enumerate() {
                let wait = back_off.after(Pace::Retry, random);
                let bound = FIRST.saturating_mul(1 << failures.min(16)).min(LONGEST);
                prop_assert!(wait >= SHORTEST && wait <= bound, "{wait:?} after {failures}");
                let slow = BackOff::default().after(Pace::Slow, random);
                prop_assert!(slow >= LONGEST / 2 && slow <= LONGEST);
                let idle = BackOff::default().after(Pace::Idle, random);
                prop_assert!(idle >= IDLE / 2 && idle <= IDLE * 2);
            }
        }
    }

    /// Seventy-two hours without a network, with draws from a fixed sequence (seed 1).
    #[test]
    fn it_is_still_trying_after_three_days() {
        let mut back_off = BackOff::default();
        let (mut elapsed, mut attempts, mut random) = (Duration::ZERO, 0_u32, 1_u64);
        while elapsed < Duration::from_secs(72 * 3600) {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            elapsed += back_off.after(Pace::Retry, random);
            attempts += 1;
        }
        assert!((1_500..2_500).contains(&attempts), "{attempts}");
        back_off.after(Pace::Idle, 0);
        assert!(back_off.after(Pace::Retry, u64::MAX) <= FIRST, "one success forgets them all");
    }
}
