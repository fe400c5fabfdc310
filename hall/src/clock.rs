//! The hall's clock and its calendar day. Tests set it forward; nothing else here knows the real time.

use bianmin_protocol::ids::Millis;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock in the hall's time zone. Clones show the same time.
#[derive(Clone)]
pub struct Clock {
    zone: TimeZone,
    source: Arc<dyn Fn() -> Millis + Send + Sync>,
    /// Milliseconds by which this clock is ahead of its source.
    ahead: Arc<AtomicI64>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({:?})", self.now())
    }
}

impl Clock {
    /// The machine's clock with the days of `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self::with_source(zone, Arc::new(|| Millis(jiff::Timestamp::now().as_millisecond())))
    }

    /// A clock that somebody else sets.
    pub fn with_source(zone: TimeZone, source: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self { zone, source, ahead: Arc::default() }
    }

    /// Now.
    pub fn now(&self) -> Millis {
        Millis((self.source)().0.saturating_add(self.ahead.load(Ordering::Relaxed)))
    }

    /// Now, in whole seconds since 1970.
    pub fn seconds(&self) -> u64 {
        u64::try_from(self.now().0 / 1000).unwrap_or(0)
    }

    /// The calendar day at a moment.
    pub fn day(&self, moment: Millis) -> Date {
        moment.timestamp().to_zoned(self.zone.clone()).date()
    }

    /// What the hall's clock shows at a moment.
    pub fn civil(&self, moment: Millis) -> DateTime {
        moment.timestamp().to_zoned(self.zone.clone()).datetime()
    }

    /// Sets the clock forward, for tests.
    pub fn advance(&self, by: std::time::Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead.fetch_add(by, Ordering::Relaxed);
    }
}
