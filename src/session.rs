//! A resident's session: when it warns and when it ends (pure; time is passed in).
//!
//! It holds no personal data. Whatever can outlive a screen carries the
//! [`SessionId`], so that nothing of one resident surfaces in the next session.

use std::time::{Duration, Instant};

use bianmin_terminal::config::Session as Configured;

/// Which session something belongs to. Never the same twice in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(u64);

impl SessionId {
    /// The id of the session after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// How long a session waits for a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the last touch to the warning.
    pub quiet: Duration,
    /// From the warning to the end: long enough that anybody can extend.
    pub warning: Duration,
}

impl From<&Configured> for Limits {
    fn from(configured: &Configured) -> Self {
        let warning = configured.warning_seconds.max(Configured::LEAST_WARNING);
        Self {
            quiet: Duration::from_secs(configured.idle_seconds.into()),
            warning: Duration::from_secs(warning.into()),
        }
    }
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Somebody is there.
    Active,
    /// Nobody has touched anything for a while; so many seconds are left.
    Warning {
        /// Whole seconds until the end, at least 1.
        seconds_left: u64,
    },
    /// It is over: everything must be wiped.
    Ended,
}

/// One resident's session.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    id: SessionId,
    limits: Limits,
    touched: Instant,
}

impl Session {
    /// The first session of the process begins at `now`.
    #[must_use]
    pub const fn first(limits: Limits, now: Instant) -> Self {
        Self { id: SessionId(0), limits, touched: now }
    }

    /// The session after this one begins at `now`, with another id.
    #[must_use]
    pub const fn renew(self, now: Instant) -> Self {
        Self { id: self.id.next(), limits: self.limits, touched: now }
    }

    /// The id of this session.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// Somebody touched the screen at `now`. A session that has ended stays ended.
    pub fn touch(&mut self, now: Instant) {
        if self.phase(now) != Phase::Ended {
            self.touched = self.touched.max(now);
        }
    }

    /// Where the session stands at `now`.
    #[must_use]
    pub fn phase(&self, now: Instant) -> Phase {
        let idle = now.saturating_duration_since(self.touched);
        let Some(over) = idle.checked_sub(self.limits.quiet) else {
            return Phase::Active;
        };
        match self.limits.warning.checked_sub(over) {
            None | Some(Duration::ZERO) => Phase::Ended,
            Some(left) => {
                Phase::Warning { seconds_left: left.as_secs() + u64::from(left.subsec_nanos() > 0) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn it_warns_at_least_twenty_seconds_before_it_ends() {
        let start = Instant::now();
        let limits =
            Limits::from(&Configured { idle_seconds: 60, warning_seconds: 1, ..Configured::default() });
        let session = Session::first(limits, start);
        assert_eq!(session.phase(at(start, 59)), Phase::Active);
        assert_eq!(session.phase(at(start, 60)), Phase::Warning { seconds_left: 20 });
        assert_eq!(session.phase(at(start, 79)), Phase::Warning { seconds_left: 1 });
        assert_eq!(session.phase(at(start, 80)), Phase::Ended);
    }

    #[test]
    fn a_touch_extends_it_even_in_the_last_second() {
        let start = Instant::now();
        let mut session = Session::first(Limits::from(&Configured::default()), start);
        session.touch(at(start, 119));
        assert_eq!(session.phase(at(start, 208)), Phase::Active);
    }

    #[test]
    fn a_touch_after_the_end_does_not_bring_it_back() {
        let start = Instant::now();
        let mut session = Session::first(Limits::from(&Configured::default()), start);
        session.touch(at(start, 500));
        assert_eq!(session.phase(at(start, 500)), Phase::Ended);
        let next = session.renew(at(start, 500));
        assert_ne!(next.id(), session.id());
        assert_eq!(next.phase(at(start, 501)), Phase::Active);
    }

    #[test]
    fn a_clock_that_stands_still_or_goes_back_ends_nothing() {
        let start = at(Instant::now(), 1000);
        let mut session = Session::first(Limits::from(&Configured::default()), start);
        session.touch(start - Duration::from_secs(900));
        assert_eq!(session.phase(start), Phase::Active);
    }
}
