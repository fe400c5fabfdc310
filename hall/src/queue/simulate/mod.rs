//! A day of a hall in virtual time, through the same engine and a database of its own: what is promised of the queue,
//! counted. The same seed is the same day.

mod baseline;
mod crowd;
mod day;
mod tally;

use super::error::QueueError;
use crate::clock::Clock;
use crate::db::Store;
use bianmin_protocol::ids::Millis;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simulation {
    /// The same seed is the same day.
    pub seed: u64,
    /// People who come.
    pub visitors: u32,
    /// Windows that serve them.
    pub windows: u32,
    /// The published bound.
    pub priority_bound: u32,
}

/// What became of a simulated day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The day's seed.
    pub seed: u64,
    /// People who came.
    pub visitors: u32,
    /// Windows that served them.
    pub windows: u32,
    /// People who were served.
    pub served: u32,
    /// People who went, unserved, by themselves.
    pub left: u32,
    /// People who were called, did not come, and did not come back.
    pub missed: u32,
    /// Calls, those of parked and missed people included.
    pub calls: u32,
    /// People of whom nobody knows what became. Must be 0.
    pub lost: u32,
    /// Calls of somebody whom a window had already, or who was not waiting. Must be 0.
    pub called_twice: u32,
    /// Numbers that two people have. Must be 0.
    pub numbers_twice: u32,
    /// Places whose row is not the fold of their events. Must be 0.
    pub untrue_rows: u32,
    /// The bound of priority.
    pub bound: Bound,
    /// Minutes until the first call.
    pub wait_minutes: Waits,
    /// Mean minutes if the same people were served first come, first served.
    pub first_come_first_served_minutes: f64,
    /// How good the estimates were.
    pub estimate: Coverage,
    /// When everybody was served, as the hall's clock shows it.
    pub ended_at: String,
    /// Whether all that is promised held.
    pub kept: bool,
}

/// The bound of priority, published and met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// What is published.
    pub published: u32,
    /// The longest run of priority calls of a group while somebody ordinary of it waited.
    pub longest_run_of_a_group: u32,
    /// The same at a window.
    pub longest_run_at_a_window: u32,
}

/// Waits until the first call, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Waits {
    /// The mean.
    pub mean: f64,
    /// The mean of people with priority.
    pub priority: f64,
    /// The mean of everybody else.
    pub ordinary: f64,
    /// Half waited less.
    pub median: f64,
    /// Nine of ten waited less.
    pub ninetieth: f64,
    /// The longest.
    pub longest: f64,
}

/// How many waited as long as they were told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Percent that are meant to.
    pub promised: u32,
    /// Percent that did.
    pub measured: f64,
    /// The mean width of the range, in minutes.
    pub width_minutes: f64,
}

/// A folder that goes with its owner.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        // In memory where there is such a place: what is simulated needs no disk.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("bianmin-queue-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "cannot remove the simulation's folder");
        }
    }
}

/// The simulated hall's clock, which the day moves.
#[derive(Debug, Clone, Default)]
struct Now(Arc<AtomicI64>);

impl Now {
    fn set(&self, at: Millis) {
        self.0.store(at.0, Ordering::Relaxed);
    }

    fn clock(&self) -> Clock {
        let now = self.0.clone();
        Clock::with_source(jiff::tz::TimeZone::UTC, Arc::new(move || Millis(now.load(Ordering::Relaxed))))
    }
}

impl Simulation {
    /// Lives the day.
    ///
    /// # Errors
    /// There is no room for its database, or the engine refuses something that should be possible.
    pub async fn run(self) -> Result<Report, QueueError> {
        let file = |error| crate::db::StoreError::File(std::env::temp_dir(), error);
        let scratch = Scratch::new().map_err(file)?;
        let now = Now::default();
        now.set(day::START);
        let clock = now.clock();
        let store = Store::open(&Store::default_address(&scratch.0), &scratch.0, &clock).await?;
        let report = day::Day::new(self, &store, now, clock).live().await;
        store.close().await;
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_busy_day_keeps_what_is_promised_and_a_seed_is_the_same_day() {
        let day = Simulation { seed: 5, visitors: 120, windows: 3, priority_bound: 2 };
        let report = day.run().await.unwrap();
        assert!(report.kept, "{report:#?}");
        assert!(report.served > 100 && report.wait_minutes.mean > 0.0, "{report:#?}");
        assert_eq!(day.run().await.unwrap(), report);
    }
}
