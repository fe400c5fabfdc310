//! The same people and windows by first come, first served: what a hall without priority and numbers by group would
//! have them wait. Whoever comes to a window twice is there for as long, at once.

use super::crowd::{Habit, MINUTE, Visitor, groups_of, rests_until};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// The mean wait, in milliseconds.
pub(super) fn mean_wait(crowd: &[Visitor], windows: usize) -> f64 {
    let mut lines: Vec<VecDeque<&Visitor>> = vec![VecDeque::new(); 3];
    let mut coming = crowd.iter().peekable();
    let mut free: BinaryHeap<Reverse<(i64, usize)>> =
        (0..windows).map(|window| Reverse((0, window))).collect();
    let (mut sum, mut served) = (0.0, 0_u32);
    while let Some(Reverse((at, window))) = free.pop() {
        while let Some(visitor) = coming.next_if(|visitor| visitor.comes <= at) {
            lines[visitor.group].push_back(visitor);
        }
        if let Some(until) = rests_until(window, at) {
            free.push(Reverse((until, window)));
            continue;
        }
        let heads =
            groups_of(window).into_iter().filter_map(|group| Some((lines[group].front()?.comes, group)));
        match heads.min() {
            Some((_, group)) => {
                let Some(visitor) = lines[group].pop_front() else { continue };
                if matches!(visitor.habit, Habit::Leaves(after) if visitor.comes + after < at) {
                    free.push(Reverse((at, window)));
                    continue;
                }
                sum += (at - visitor.comes) as f64;
                served += 1;
                let busy = match visitor.habit {
                    Habit::NoShow(None) => MINUTE,
                    Habit::NoShow(Some(_)) => MINUTE + visitor.walk + visitor.service,
                    Habit::Parks(_) | Habit::Transfers => 2 * visitor.walk + visitor.service * 4 / 3,
                    Habit::Plain | Habit::Leaves(_) => visitor.walk + visitor.service,
                };
                free.push(Reverse((at + busy, window)));
            }
            // Nobody for this window: it looks again when the next one comes.
            None => {
                if let Some(visitor) = coming.peek() {
                    free.push(Reverse((visitor.comes, window)));
                }
            }
        }
    }
    sum / f64::from(served.max(1))
}
