//! The people of a simulated day: when they come, what for, how long it takes, and what they do. From a seed alone.

use crate::queue::domain::PriorityClass;

pub(super) const SECOND: i64 = 1000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
/// When the hall opens and gives its last number, since midnight.
pub(super) const OPENS: i64 = 9 * HOUR;
pub(super) const LAST_NUMBER: i64 = 16 * HOUR + 30 * MINUTE;
/// How long a slot is that may be booked.
pub(super) const SLOT: i64 = 30 * MINUTE;
/// Working hours of a window, and which part of them the crowd fills.
const WINDOW_HOURS: f64 = 7.25;
const LOAD: f64 = 0.86;

/// Seeded random numbers (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn percent(&mut self, times: u32) -> bool {
        self.share() * 100.0 < f64::from(times)
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + (self.share() * (to - from) as f64) as i64
    }

    /// Normal with mean 0 and deviation 1 (Box and Muller).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }
}

/// What somebody does beside waiting, coming and being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Nothing.
    Plain,
    /// Does not come when called; comes back after so long, or never.
    NoShow(Option<i64>),
    /// Lacks something: is set aside in the middle, and comes back after so long.
    Parks(i64),
    /// Turns out to need another group.
    Transfers,
    /// Gives up after so long, if not called by then.
    Leaves(i64),
}

/// Somebody.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// Since midnight, in milliseconds.
    pub comes: i64,
    /// The number of their group.
    pub group: usize,
    pub priority: Option<PriorityClass>,
    /// When the slot begins that they booked, since midnight.
    pub slot: Option<i64>,
    pub walk: i64,
    pub service: i64,
    pub habit: Habit,
}

/// Everybody of a day, in the order in which they come.
pub(super) fn crowd(seed: u64, visitors: u32, windows: u32) -> Vec<Visitor> {
    let mut random = Random::new(seed);
    // Such that the windows are busy, whatever their number.
    let seconds = f64::from(windows) * WINDOW_HOURS * 3600.0 * LOAD / f64::from(visitors.max(1));
    let mut crowd: Vec<Visitor> = (0..visitors).map(|_| visitor(&mut random, seconds)).collect();
    crowd.sort_by_key(|visitor| visitor.comes);
    crowd
}

fn visitor(random: &mut Random, seconds: f64) -> Visitor {
    let hour = loop {
        let hour = match random.share() {
            part if part < 0.4 => 10.0 + random.normal() * 0.9,
            part if part < 0.7 => 14.6 + random.normal() * 0.9,
            _ => 9.0 + random.share() * 7.5,
        };
        let at = (hour * HOUR as f64) as i64;
        if (OPENS..LAST_NUMBER).contains(&at) {
            break at;
        }
    };
    let group = match random.share() {
        part if part < 0.4 => 0,
        part if part < 0.7 => 1,
        _ => 2,
    };
    let classes = [
        PriorityClass::Elderly,
        PriorityClass::Elderly,
        PriorityClass::Disabled,
        PriorityClass::Pregnant,
        PriorityClass::WithBaby,
        PriorityClass::Military,
        PriorityClass::FireRescue,
    ];
    let class = classes[random.between(0, classes.len() as i64) as usize];
    let priority = random.percent(15).then_some(class);
    // Whoever booked comes some minutes before or after the slot begins.
    let slot = (priority.is_none() && random.percent(8)).then(|| hour / SLOT * SLOT);
    let comes = slot.map_or(hour, |slot| (slot + random.between(-12 * MINUTE, 12 * MINUTE)).max(OPENS));
    let priority = if slot.is_some() { Some(PriorityClass::Booking) } else { priority };
    // Log-normal: most are short, few are long.
    let sigma: f64 = 0.6;
    let factor = (random.normal() * sigma - sigma * sigma / 2.0).exp();
    let walk = random.between(5 * SECOND, 25 * SECOND).min((seconds * 200.0) as i64);
    let service = ((seconds * 1000.0 - walk as f64).max(1000.0) * factor) as i64;
    let habit = match random.share() {
        part if part < 0.02 => Habit::NoShow(None),
        part if part < 0.05 => Habit::NoShow(Some(random.between(3 * MINUTE, 15 * MINUTE))),
        part if part < 0.08 => Habit::Parks(random.between(4 * MINUTE, 12 * MINUTE)),
        part if part < 0.10 => Habit::Transfers,
        part if part < 0.12 => Habit::Leaves(random.between(10 * MINUTE, 40 * MINUTE)),
        _ => Habit::Plain,
    };
    Visitor { comes, group, priority, slot, walk, service, habit }
}

/// Which groups a window serves, by its number from 0 on.
pub(super) fn groups_of(window: usize) -> Vec<usize> {
    match window % 4 {
        0 => vec![0, 1],
        1 => vec![0],
        2 => vec![1, 2],
        _ => vec![0, 2],
    }
}

/// Until when a window that would call at a moment rests, if it does: half of them eat first, then the others.
pub(super) fn rests_until(window: usize, at: i64) -> Option<i64> {
    let from = 12 * HOUR + if window.is_multiple_of(2) { 0 } else { 45 * MINUTE };
    let until = from + 45 * MINUTE;
    (from <= at && at < until).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_crowd_and_fills_the_windows() {
        let days: Vec<_> = (0..2).map(|_| crowd(7, 2000, 12)).collect();
        assert_eq!(format!("{:?}", days[0]), format!("{:?}", days[1]));
        let work: i64 = days[0].iter().map(|visitor| visitor.service + visitor.walk).sum();
        let share = work as f64 / (12.0 * WINDOW_HOURS * HOUR as f64);
        assert!((0.75..0.95).contains(&share), "{share}");
    }
}
