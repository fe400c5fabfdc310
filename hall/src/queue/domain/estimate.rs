//! How long the wait will be: a range that holds for four of five people, from what was measured lately.
//!
//! The middle is the work ahead divided by the windows that do it. How far it may be off is not assumed but taken from
//! how far it was off for those who were called lately (a conformal prediction): the range learns by itself.

/// So many people of a hundred are to be called within their range.
pub const COVERAGE: u32 = 80;
/// Measured people that are looked back on at most.
pub const RECENT: usize = 80;
/// As if so many had been measured before anybody was, spread evenly over [`PRIOR`].
const PRIOR_WEIGHT: usize = 10;
/// How far off an estimate is before anything was measured, in scales.
const PRIOR: (f64, f64) = (-1.5, 1.8);
const MINUTE: f64 = 60_000.0;

/// What was measured of one group lately.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Basis {
    /// How long windows had somebody of the group, from call to end, in milliseconds; the newest first.
    pub cycles: Vec<i64>,
    /// How far waits were from what was expected, in scales; the newest first.
    pub errors: Vec<f64>,
    /// Minutes that the set-up gives a service, until anything was measured.
    pub minutes: u32,
}

/// The work ahead of somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// People who are called before, weighted by how much of their work the same windows do.
    pub ahead: f64,
    /// Windows at work that serve the group.
    pub windows: u32,
    /// Those of them that have nobody.
    pub idle: u32,
}

/// How long somebody will wait, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// The middle.
    pub expected: i64,
    /// What the error is measured in.
    pub scale: i64,
    /// The range's beginning, a whole minute.
    pub shortest: i64,
    /// The range's end, a whole minute.
    pub longest: i64,
}

impl Estimate {
    /// The same for somebody who stands in the line only after so many milliseconds. They may be called before, where a
    /// window would otherwise have nobody.
    #[must_use]
    pub fn not_before(self, until: i64) -> Self {
        let minute = MINUTE as i64;
        let until = (until.max(0) + minute - 1) / minute * minute;
        let further = self.longest - self.expected / minute * minute;
        Self { expected: self.expected.max(until), longest: self.longest.max(until + further), ..self }
    }
}

impl Basis {
    /// How long a window has one person, in milliseconds.
    #[must_use]
    pub fn cycle(&self) -> f64 {
        // The set-up's word counts as three people.
        let prior = 3.0;
        let sum: f64 = self.cycles.iter().map(|cycle| *cycle as f64).sum();
        (sum + prior * f64::from(self.minutes) * MINUTE) / (self.cycles.len() as f64 + prior)
    }

    /// How long somebody with this work ahead will wait.
    #[must_use]
    pub fn estimate(&self, demand: Demand) -> Estimate {
        let windows = f64::from(demand.windows.max(1));
        // With every window busy, the first to become free serves the first in line.
        let before = (demand.ahead + 1.0 - f64::from(demand.idle)).max(0.0);
        let cycle = self.cycle();
        let expected = before * cycle / windows;
        let scale = before.max(1.0).sqrt() * cycle / windows + expected * 0.1;
        let (low, high) = self.spread();
        let minutes = |value: f64| (value.max(0.0) / MINUTE).min(1e6);
        Estimate {
            expected: expected as i64,
            scale: (scale as i64).max(1),
            shortest: (minutes(expected + low * scale).floor() * MINUTE) as i64,
            longest: (minutes(expected + high * scale).ceil().max(1.0) * MINUTE) as i64,
        }
    }

    /// Between which errors four of five lay.
    fn spread(&self) -> (f64, f64) {
        let step = (PRIOR.1 - PRIOR.0) / (PRIOR_WEIGHT - 1) as f64;
        let mut errors: Vec<f64> = (0..PRIOR_WEIGHT).map(|at| PRIOR.0 + step * at as f64).collect();
        errors.extend(self.errors.iter().copied().filter(|error| error.is_finite()));
        errors.sort_by(f64::total_cmp);
        let tail = f64::from(100 - COVERAGE) / 200.0;
        let place = |share: f64| share * (errors.len() + 1) as f64;
        let low = (place(tail).floor() as usize).max(1) - 1;
        let high = (place(1.0 - tail).ceil() as usize).min(errors.len()) - 1;
        (errors[low], errors[high])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(errors: Vec<f64>) -> Basis {
        Basis { cycles: vec![600_000; 20], errors, minutes: 10 }
    }

    #[test]
    fn who_finds_a_free_window_does_not_wait() {
        let none = basis(Vec::new()).estimate(Demand { ahead: 0.0, windows: 2, idle: 1 });
        assert_eq!((none.expected, none.shortest), (0, 0));
        assert!(none.longest >= 60_000);
    }

    #[test]
    fn the_middle_is_the_work_ahead_by_the_windows() {
        let answer = basis(Vec::new()).estimate(Demand { ahead: 5.0, windows: 3, idle: 0 });
        assert_eq!(answer.expected, 20 * 60_000);
        assert!(answer.shortest < answer.expected && answer.expected < answer.longest);
    }

    #[test]
    fn who_is_early_for_a_slot_waits_for_it_too() {
        let none = basis(Vec::new()).estimate(Demand { ahead: 0.0, windows: 2, idle: 1 });
        let early = none.not_before(9 * 60_000 + 1);
        assert_eq!((early.expected, early.shortest), (10 * 60_000, 0));
        assert_eq!(early.longest, 10 * 60_000 + none.longest);
        assert_eq!(none.not_before(0), none);
    }

    #[test]
    fn the_range_is_as_wide_as_the_errors_were() {
        let demand = Demand { ahead: 9.0, windows: 2, idle: 0 };
        let exact = basis(vec![0.0; RECENT]).estimate(demand);
        let wild: Vec<f64> = (0..RECENT).map(|at| if at % 2 == 0 { -2.0 } else { 3.0 }).collect();
        let wild = basis(wild).estimate(demand);
        assert!(wild.longest - wild.shortest > 3 * (exact.longest - exact.shortest), "{exact:?} {wild:?}");
        let odd = basis(vec![f64::NAN, f64::INFINITY]).estimate(demand);
        assert!(odd.longest > odd.shortest);
    }
}
