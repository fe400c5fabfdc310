//! What the simulated hall sees for itself, beside the engine: who waits, who was called, how long it took.

use super::crowd::groups_of;
use super::{Bound, Coverage, Waits};
use crate::queue::domain::{COVERAGE, Estimate, Reason};
use std::collections::{HashMap, HashSet};

const MINUTE: f64 = 60_000.0;

/// Somebody who waits.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    group: usize,
    is_priority: bool,
    arrived: i64,
    /// When a booked slot begins: who is early for it waits for that.
    slot: Option<i64>,
    answer: Estimate,
}

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    numbers: HashSet<String>,
    waiting: HashMap<String, Waiting>,
    /// Called before, and not waiting by the rule any more.
    aside: HashSet<String>,
    runs_of_groups: HashMap<usize, u32>,
    runs_at_windows: HashMap<usize, u32>,
    longest_of_group: u32,
    longest_at_window: u32,
    waits: Vec<(i64, bool)>,
    within: u32,
    widths: f64,
    pub(super) calls: u32,
    pub(super) called_twice: u32,
    pub(super) numbers_twice: u32,
}

impl Tally {
    pub(super) fn took(
        &mut self,
        number: &str,
        group: usize,
        is_priority: bool,
        (arrived, slot): (i64, Option<i64>),
        answer: Estimate,
    ) {
        self.numbers_twice += u32::from(!self.numbers.insert(number.to_owned()));
        self.waiting.insert(number.to_owned(), Waiting { group, is_priority, arrived, slot, answer });
    }

    /// Somebody was sent to another line, by when they came.
    pub(super) fn moved(&mut self, number: &str, group: usize, is_priority: bool) {
        let answer = Estimate { expected: 0, scale: 1, shortest: 0, longest: 0 };
        self.aside.insert(number.to_owned());
        self.waiting
            .insert(number.to_owned(), Waiting { group, is_priority, arrived: i64::MIN, slot: None, answer });
    }

    pub(super) fn left(&mut self, number: &str) {
        self.waiting.remove(number);
    }

    /// Somebody was called to a window.
    pub(super) fn called(&mut self, number: &str, window: usize, reason: Reason, at: i64) {
        self.calls += 1;
        if reason == Reason::Chosen {
            self.called_twice += u32::from(!self.aside.contains(number) || self.waiting.contains_key(number));
            return;
        }
        let Some(place) = self.waiting.remove(number) else {
            self.called_twice += 1;
            return;
        };
        let ordinary = |groups: &[usize]| {
            self.waiting.values().any(|other| !other.is_priority && groups.contains(&other.group))
        };
        let (group_waits, window_waits) = (ordinary(&[place.group]), ordinary(&groups_of(window)));
        let run = |run: &mut u32, waits: bool| {
            *run = if place.is_priority && waits { *run + 1 } else { 0 };
            *run
        };
        let of_group = run(self.runs_of_groups.entry(place.group).or_default(), group_waits);
        let at_window = run(self.runs_at_windows.entry(window).or_default(), window_waits);
        self.longest_of_group = self.longest_of_group.max(of_group);
        self.longest_at_window = self.longest_at_window.max(at_window);
        if self.aside.insert(number.to_owned()) {
            let waited = at - place.arrived;
            let since = place.slot.map_or(place.arrived, |slot| slot.max(place.arrived));
            self.waits.push(((at - since).max(0), place.is_priority));
            self.within += u32::from((place.answer.shortest..=place.answer.longest).contains(&waited));
            self.widths += (place.answer.longest - place.answer.shortest) as f64;
        }
    }

    pub(super) fn bound(&self, published: u32) -> Bound {
        Bound {
            published,
            longest_run_of_a_group: self.longest_of_group,
            longest_run_at_a_window: self.longest_at_window,
        }
    }

    pub(super) fn waits(&self) -> Waits {
        let mut all: Vec<i64> = self.waits.iter().map(|(wait, _)| *wait).collect();
        all.sort_unstable();
        let minutes = |wait: Option<&i64>| rounded(wait.map_or(0.0, |wait| *wait as f64 / MINUTE));
        let mean = |wanted: Option<bool>| {
            let own =
                self.waits.iter().filter(|(_, is_priority)| wanted.is_none_or(|one| one == *is_priority));
            let (sum, count) =
                own.fold((0.0, 0_u32), |(sum, count), (wait, _)| (sum + *wait as f64, count + 1));
            rounded(sum / f64::from(count.max(1)) / MINUTE)
        };
        Waits {
            mean: mean(None),
            priority: mean(Some(true)),
            ordinary: mean(Some(false)),
            median: minutes(all.get(all.len() / 2)),
            ninetieth: minutes(all.get(all.len() * 9 / 10)),
            longest: minutes(all.last()),
        }
    }

    pub(super) fn coverage(&self) -> Coverage {
        let people = self.waits.len().max(1) as f64;
        Coverage {
            promised: COVERAGE,
            measured: rounded(f64::from(self.within) * 100.0 / people),
            width_minutes: rounded(self.widths / people / MINUTE),
        }
    }
}

/// With one decimal.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
