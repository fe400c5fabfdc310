//! Random numbers that can be drawn again, and how often to draw them.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seeded random numbers. The seed is on stderr, so that a failure can be repeated.
pub struct Chance(u64);

impl Chance {
    pub fn new(test: &str) -> Self {
        let seed = match std::env::var("BIANMIN_SEED") {
            Ok(seed) => seed.parse().unwrap_or_else(|_| panic!("BIANMIN_SEED={seed:?} is no number")),
            // A short run draws the same numbers each time, so that what turns red is the change that is tried;
            // new ground is the long run's.
            Err(_) if !is_soak() => 20_261_121,
            Err(_) => uuid::Uuid::new_v4().as_u64_pair().0 >> 16,
        };
        // Past the capture of passing tests: every run tells its seed.
        let _ = writeln!(std::io::stderr(), "{test}: BIANMIN_SEED={seed}");
        Self(seed)
    }

    /// Those of a known seed, of which nobody needs to be told.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// Other numbers, so that how often these are drawn changes nothing about those.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// SplitMix64.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end`, without it.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }
}

/// How often: `short` in every test run, `soak` behind `make soak`.
pub fn count(short: usize, soak: usize) -> usize {
    if is_soak() { soak } else { short }
}

/// So many rounds, `short` or `full`, of which a long run tells now and then how far it is.
pub fn rounds(test: &'static str, short: usize, full: usize) -> impl Iterator<Item = usize> {
    let of = count(short, full);
    let progress = Progress::new(test, of);
    (0..of).inspect(move |round| progress.at(*round))
}

/// How far a long run is: a line on stderr, at most one in ten seconds.
pub struct Progress {
    test: &'static str,
    of: usize,
    report: Mutex<Instant>,
}

impl Progress {
    pub fn new(test: &'static str, of: usize) -> Self {
        Self { test, of, report: Mutex::new(Instant::now()) }
    }

    /// Whoever runs beside it may say how far they are too.
    pub fn at(&self, round: usize) {
        const PAUSE: Duration = Duration::from_secs(10);
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        if is_soak() && report.elapsed() >= PAUSE {
            *report = Instant::now();
            let _ = writeln!(std::io::stderr(), "{}: {round} of {}", self.test, self.of);
        }
    }
}

fn is_soak() -> bool {
    std::env::var_os("BIANMIN_SOAK").is_some_and(|value| value == "1")
}
