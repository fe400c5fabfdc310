//! Who is called next.
//!
//! The published rule: people with priority come first, but of one group, and at one window, never more than *k* of them
//! are called in a row while somebody ordinary waits there. Within a line, and between the lines that a window serves,
//! whoever has waited longer comes first.
//!
//! Both bounds are needed: without the group's, twelve windows would call 12 × k of them in a row past the same person;
//! without the window's, one that serves two groups could call the priority people of one for ever.

use super::names::GroupCode;
use bianmin_protocol::ids::Millis;
use serde::{Deserialize, Serialize};

/// The first of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head {
    /// Since when they stand there.
    pub queued_at: Millis,
    /// The ticket's key, which decides between people of the same moment.
    pub ticket: String,
}

/// What a window needs to know of one group that it serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub group: GroupCode,
    /// The first ordinary person.
    pub ordinary: Option<Head>,
    /// The first person with priority.
    pub priority: Option<Head>,
    /// Priority calls of this group in a row while somebody ordinary of it waited.
    pub streak: u32,
}

/// Why somebody was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Has waited longest, and nobody with priority waits.
    Next,
    /// Has priority, and the bound is not reached.
    PriorityFirst,
    /// Ordinary, although people with priority wait: the bound is reached.
    BoundReached,
    /// A clerk asked for this number.
    Chosen,
}

impl Reason {
    /// The name in JSON and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::PriorityFirst => "priority-first",
            Self::BoundReached => "bound-reached",
            Self::Chosen => "chosen",
        }
    }
}

/// Who is next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The ticket's key.
    pub ticket: String,
    /// Of which group.
    pub group: GroupCode,
    /// Why.
    pub reason: Reason,
}

/// Priority calls in a row, after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Streaks {
    /// Of the group.
    pub group: u32,
    /// Of the window.
    pub window: u32,
}

impl Streaks {
    /// After one more call. A run counts only while somebody ordinary waits: `group_waits` and `window_waits` say
    /// whether one did, in the group and at the window. A chosen call never ends a run, since whoever was chosen is not
    /// the one who waits.
    #[must_use]
    pub fn after(self, call: Call, group_waits: bool, window_waits: bool) -> Self {
        let next = |streak: u32, waits: bool| match call {
            Call { is_priority: true, .. } if waits => streak.saturating_add(1),
            Call { is_chosen: true, .. } => streak,
            _ => 0,
        };
        Self { group: next(self.group, group_waits), window: next(self.window, window_waits) }
    }
}

/// What a call means to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Somebody with priority.
    pub is_priority: bool,
    /// By number, not by the rule.
    pub is_chosen: bool,
}

/// Who has waited longest.
fn first<'a>(heads: impl Iterator<Item = (&'a Head, &'a Line)>) -> Option<(&'a Head, &'a Line)> {
    heads.min_by_key(|(head, _)| *head)
}

/// Who is next at a window that serves `lines` and has called `window_streak` people with priority in a row, under the
/// bound `bound`; `None` if nobody waits.
#[must_use]
pub fn select(lines: &[Line], window_streak: u32, bound: u32) -> Option<Selection> {
    let is_bounded = !crate::planted::is_planted("queue-priority-unbounded");
    let ordinary = first(lines.iter().filter_map(|line| Some((line.ordinary.as_ref()?, line))));
    let is_due = |line: &Line| is_bounded && line.ordinary.is_some() && line.streak >= bound;
    let eligible = lines.iter().filter(|line| !is_due(line));
    let window_is_due = is_bounded && ordinary.is_some() && window_streak >= bound;
    let priority = match window_is_due {
        true => None,
        false => first(eligible.filter_map(|line| Some((line.priority.as_ref()?, line)))),
    };
    let has_priority = lines.iter().any(|line| line.priority.is_some());
    let (chosen, reason) = match (priority, ordinary) {
        (Some(priority), _) => (priority, Reason::PriorityFirst),
        (None, Some(ordinary)) if has_priority => (ordinary, Reason::BoundReached),
        (None, Some(ordinary)) => (ordinary, Reason::Next),
        (None, None) => return None,
    };
    let (head, line) = chosen;
    Some(Selection { ticket: head.ticket.clone(), group: line.group.clone(), reason })
}

/// How many of a group are called before an ordinary person with so many ordinary people before, if nobody else comes.
#[must_use]
pub fn ahead_of_ordinary(ordinary_before: u32, priority_waiting: u32, streak: u32, bound: u32) -> u32 {
    let at_first = bound.saturating_sub(streak);
    let room = at_first.saturating_add(bound.saturating_mul(ordinary_before));
    ordinary_before.saturating_add(priority_waiting.min(room))
}

/// How many of a group are called before a person with priority with so many of their kind before.
#[must_use]
pub fn ahead_of_priority(priority_before: u32, ordinary_waiting: u32, streak: u32, bound: u32) -> u32 {
    let forced = match bound {
        0 => ordinary_waiting,
        bound => priority_before.saturating_add(streak) / bound,
    };
    priority_before.saturating_add(forced.min(ordinary_waiting))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head(at: i64) -> Head {
        Head { queued_at: Millis(at), ticket: format!("{at:04}") }
    }

    fn group(code: &str) -> GroupCode {
        GroupCode::parse(code).unwrap()
    }

    /// People of several lines, called one after the other by one window; `true` is with priority.
    fn order(lines: &[Vec<(i64, bool)>], bound: u32) -> Vec<(usize, i64, bool)> {
        let mut lines: Vec<Vec<(i64, bool)>> = lines.to_vec();
        let mut streaks = vec![0; lines.len()];
        let (mut window, mut called) = (0, Vec::new());
        loop {
            let first = |line: &[(i64, bool)], wanted: bool| {
                line.iter().filter(|(_, is_priority)| *is_priority == wanted).map(|(at, _)| head(*at)).min()
            };
            let views: Vec<Line> = lines
                .iter()
                .enumerate()
                .map(|(at, line)| Line {
                    group: group(&at.to_string()),
                    ordinary: first(line, false),
                    priority: first(line, true),
                    streak: streaks[at],
                })
                .collect();
            let Some(selection) = select(&views, window, bound) else { return called };
            let at: usize = selection.group.as_str().parse().unwrap();
            let index =
                lines[at].iter().position(|(time, _)| head(*time).ticket == selection.ticket).unwrap();
            let waits = views[at].ordinary.is_some();
            let window_waits = views.iter().any(|view| view.ordinary.is_some());
            let (time, is_priority) = lines[at].remove(index);
            let call = Call { is_priority, is_chosen: false };
            let after = Streaks { group: streaks[at], window }.after(call, waits, window_waits);
            (streaks[at], window) = (after.group, after.window);
            called.push((at, time, is_priority));
        }
    }

    #[test]
    fn two_with_priority_then_one_without() {
        let line: Vec<(i64, bool)> =
            (0..4).map(|at| (at, false)).chain((4..9).map(|at| (at, true))).collect();
        let numbers: Vec<i64> = order(&[line], 2).into_iter().map(|(_, at, _)| at).collect();
        assert_eq!(numbers, [4, 5, 0, 6, 7, 1, 8, 2, 3]);
    }

    #[test]
    fn another_groups_priority_does_not_hold_up_somebody_ordinary_for_ever() {
        let busy: Vec<(i64, bool)> = (1..9).map(|at| (at, true)).collect();
        let order = order(&[vec![(0, false)], busy], 2);
        assert_eq!(order.iter().position(|(_, at, _)| *at == 0), Some(2));
    }

    fn lines() -> impl Strategy<Value = Vec<Vec<(i64, bool)>>> {
        prop::collection::vec(prop::collection::vec(any::<bool>(), 0..12), 1..4).prop_map(|lines| {
            let mut at = 0;
            let mut next = |is_priority| {
                at += 7 % 5 + 1;
                (at, is_priority)
            };
            lines.into_iter().map(|line| line.into_iter().map(&mut next).collect()).collect()
        })
    }

    proptest! {
        #[test]
        fn everybody_is_called_once_and_the_bound_holds(lines in lines(), bound in 1_u32..4) {
            let called = order(&lines, bound);
            prop_assert_eq!(called.len(), lines.iter().map(Vec::len).sum::<usize>());
            // While somebody ordinary waits, at the window and in each group.
            for group in [None, Some(0), Some(1), Some(2)] {
                let own: Vec<_> = called.iter().filter(|(at, _, _)| group.is_none_or(|group| *at == group)).collect();
                let last = own.iter().rposition(|(_, _, is_priority)| !is_priority).unwrap_or(0);
                let mut run = 0;
                for (_, _, is_priority) in &own[..last] {
                    run = if *is_priority { run + 1 } else { 0 };
                    prop_assert!(run <= bound, "{:?}", called);
                }
            }
        }

        #[test]
        fn how_many_are_ahead_is_what_then_happens(line in prop::collection::vec(any::<bool>(), 1..20), bound in 1_u32..4) {
            let line: Vec<(i64, bool)> = (0..).zip(line).collect();
            let order = order(std::slice::from_ref(&line), bound);
            let count = |wanted: bool, before: i64| {
                line.iter().filter(|(at, is_priority)| *is_priority == wanted && *at < before).count() as u32
            };
            for (at, is_priority) in &line {
                let answer = match is_priority {
                    true => ahead_of_priority(count(true, *at), count(false, 99), 0, bound),
                    false => ahead_of_ordinary(count(false, *at), count(true, 99), 0, bound),
                };
                let place = order.iter().position(|(_, time, _)| time == at).unwrap();
                prop_assert_eq!(answer as usize, place);
            }
        }
    }
}
