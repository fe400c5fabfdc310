//! Waits after wrong tries to sign in. They grow, so that guessing takes years, and end, so that who is meant gets in.

use std::time::Duration;

/// After how many wrong tries about one subject somebody waits, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// Wrong tries that cost nothing but themselves: fingers slip.
    free: u32,
    /// The wait after the first one that costs; it doubles with each further one.
    first: Duration,
    /// No wait is longer.
    longest: Duration,
    /// One wrong try is forgotten after so long; none before all of them are, where there is no such time.
    forgotten_every: Option<Duration>,
}

impl Lockout {
    /// For one login name, whether anybody has it or not, and for the second factor of somebody whose password was right.
    pub const ACCOUNT: Self = Self {
        free: 5,
        first: Duration::from_secs(10),
        longest: Duration::from_secs(15 * 60),
        forgotten_every: None,
    };
    /// For one address. All windows of a hall may have the same: it has room for many slips.
    pub const NETWORK: Self = Self {
        free: 60,
        first: Duration::from_secs(5),
        longest: Duration::from_secs(5 * 60),
        forgotten_every: Some(Duration::from_secs(20)),
    };
    /// After so long without a further one all wrong tries about a subject are forgotten.
    pub const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

    /// What is left of wrong tries when this long has gone by since the last.
    #[must_use]
    pub fn left(&self, wrong: u32, since_last: Duration) -> u32 {
        if since_last >= Self::FORGOTTEN {
            return 0;
        }
        let Some(every) = self.forgotten_every else { return wrong };
        wrong.saturating_sub(u32::try_from(since_last.as_secs() / every.as_secs()).unwrap_or(u32::MAX))
    }

    /// How long after the last of so many wrong tries nobody is heard.
    #[must_use]
    pub fn wait(&self, wrong: u32) -> Duration {
        match wrong.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(doublings) => self.first.saturating_mul(1 << doublings.min(16)).min(self.longest),
        }
    }

    /// How long still, this long after the last.
    #[must_use]
    pub fn wait_now(&self, wrong: u32, since_last: Duration) -> Duration {
        self.wait(self.left(wrong, since_last)).saturating_sub(since_last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_grow_and_end_somewhere() {
        let waits: Vec<u64> = (0..14).map(|wrong| Lockout::ACCOUNT.wait(wrong).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(Lockout::ACCOUNT.wait(u32::MAX), Lockout::ACCOUNT.longest);
        assert_eq!(Lockout::NETWORK.wait(u32::MAX), Lockout::NETWORK.longest);
    }

    /// How many guesses somebody makes who tries again as soon as they are heard.
    fn guesses(lockout: Lockout, within: Duration) -> u32 {
        let (mut wrong, mut counted, mut now) = (0, 0, Duration::ZERO);
        while now < within {
            wrong = lockout.left(wrong, Duration::ZERO) + 1;
            counted += 1;
            now += lockout.wait_now(wrong, Duration::ZERO).max(Duration::from_millis(50));
        }
        counted
    }

    #[test]
    fn a_day_of_guessing_at_one_account_is_a_hundred_guesses() {
        let day = Duration::from_secs(24 * 3600);
        let number = guesses(Lockout::ACCOUNT, day);
        assert!((90..130).contains(&number), "{number}");
    }

    proptest! {
        #[test]
        fn more_wrong_tries_never_mean_a_shorter_wait(wrong in 0u32..1000, since in 0u64..200_000) {
            for lockout in [Lockout::ACCOUNT, Lockout::NETWORK] {
                let since = Duration::from_secs(since);
                let (one, more) = (lockout.wait_now(wrong, since), lockout.wait_now(wrong + 1, since));
                prop_assert!(one <= more);
                prop_assert!(more <= lockout.longest);
                prop_assert!(lockout.wait_now(wrong, since + Duration::from_secs(1)) <= one);
                prop_assert!(lockout.left(wrong, since) <= wrong);
            }
        }

        #[test]
        fn who_waits_as_long_as_was_said_is_heard(wrong in 0u32..1000) {
            for lockout in [Lockout::ACCOUNT, Lockout::NETWORK] {
                let wait = lockout.wait_now(wrong, Duration::ZERO);
                prop_assert_eq!(lockout.wait_now(wrong, wait), Duration::ZERO);
            }
        }
    }
}
