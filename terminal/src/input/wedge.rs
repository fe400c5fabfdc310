//! Scanners that type: a burst of characters, faster than any finger, ended by Enter.
//!
//! Pure: every call says when it happens, as the time since any fixed moment of a clock that does
//! not go back. Knows nothing of what a code means.

use std::time::Duration;

use zeroize::Zeroize;

/// When typing counts as a scan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The longest time between two characters of one scan.
    pub gap: Duration,
    /// The fewest characters of a scan; fewer were typed by a person.
    pub shortest: usize,
    /// The most characters of a scan; a longer burst is dropped whole.
    pub longest: usize,
}

impl Default for Limits {
    /// 50 ms suits slow Bluetooth scanners and is out of reach for fingers over six characters.
    fn default() -> Self {
        Self { gap: Duration::from_millis(50), shortest: 6, longest: 4_096 }
    }
}

/// What a character or a moment led to.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet: the character may be part of a scan and is held.
    Held,
    /// These characters were typed by hand after all; a final newline stands for Enter.
    Typed(String),
    /// A whole code was scanned.
    Scanned(String),
    /// A burst was too long, or held control characters, and is dropped.
    Dropped,
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A code may carry personal data.
        formatter.write_str(match self {
            Self::Held => "Held",
            Self::Typed(_) => "Typed(…)",
            Self::Scanned(_) => "Scanned(…)",
            Self::Dropped => "Dropped",
        })
    }
}

/// Tells scanned codes from typing.
pub struct Wedge {
    limits: Limits,
    held: String,
    count: usize,
    /// Whether the burst under way is one to drop.
    is_bad: bool,
    last: Option<Duration>,
}

impl Wedge {
    /// A wedge that has seen nothing yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, held: String::new(), count: 0, is_bad: false, last: None }
    }

    /// Takes a character that arrived `at`; Enter is `'\n'` or `'\r'`. What was held from before a
    /// pause comes back first: call [`pause`](Self::pause) with the same time before this.
    pub fn character(&mut self, character: char, at: Duration) -> Outcome {
        self.last = Some(at);
        if matches!(character, '\n' | '\r') {
            return self.enter();
        }
        self.count = self.count.saturating_add(1);
        if character.is_control() || self.count > self.limits.longest {
            self.is_bad = true;
        } else if !self.is_bad {
            self.held.push(character);
        }
        Outcome::Held
    }

    /// Says that it is now `at`: what is held and has not gone on for longer than the gap was typed
    /// by hand. `None` if nothing is due.
    pub fn pause(&mut self, at: Duration) -> Option<Outcome> {
        let is_due = self.last.is_some_and(|last| at.saturating_sub(last) > self.limits.gap);
        if !is_due || self.count == 0 {
            return None;
        }
        // A burst without an end is a scanner cut off: nothing a person typed.
        let is_typed = !self.is_bad && self.count < self.limits.shortest;
        let text = self.take();
        Some(if is_typed { Outcome::Typed(text) } else { Outcome::Dropped })
    }

    /// Forgets what is held.
    pub fn clear(&mut self) {
        self.held.zeroize();
        self.count = 0;
        self.is_bad = false;
        self.last = None;
    }

    fn enter(&mut self) -> Outcome {
        let (count, is_bad) = (self.count, self.is_bad);
        let mut text = self.take();
        if is_bad {
            text.zeroize();
            return Outcome::Dropped;
        }
        if count < self.limits.shortest {
            text.push('\n');
            return Outcome::Typed(text);
        }
        Outcome::Scanned(text)
    }

    fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.held);
        self.clear();
        text
    }
}

impl Drop for Wedge {
    fn drop(&mut self) {
        self.clear();
    }
}

impl std::fmt::Debug for Wedge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Wedge").field("held", &self.count).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn burst(wedge: &mut Wedge, text: &str, step: u64) -> Vec<Outcome> {
        let mut outcomes = vec![];
        for (at, character) in text.chars().enumerate() {
            let now = ms(1_000 + step * at as u64);
            outcomes.extend(wedge.pause(now));
            outcomes.push(wedge.character(character, now));
        }
        outcomes.retain(|outcome| *outcome != Outcome::Held);
        outcomes
    }

    #[test]
    fn a_fast_burst_ended_by_enter_is_a_scan() {
        let mut wedge = Wedge::new(Limits::default());
        assert_eq!(burst(&mut wedge, "BM1:示例-7\n", 5), [Outcome::Scanned("BM1:示例-7".into())]);
        assert_eq!(burst(&mut wedge, "second\r", 5), [Outcome::Scanned("second".into())]);
    }

    #[test]
    fn slow_typing_comes_back_key_by_key() {
        let mut wedge = Wedge::new(Limits::default());
        let typed = |text: &str| Outcome::Typed(text.into());
        assert_eq!(burst(&mut wedge, "abc", 120), [typed("a"), typed("b")]);
        assert_eq!(wedge.pause(ms(5_000)), Some(typed("c")));
        assert_eq!(wedge.pause(ms(9_000)), None);
        assert_eq!(burst(&mut wedge, "ab\n", 20), [typed("ab\n")]);
    }

    #[test]
    fn broken_and_endless_scans_are_dropped() {
        let mut wedge = Wedge::new(Limits { longest: 10, ..Limits::default() });
        assert_eq!(burst(&mut wedge, "123456\u{1}78\n", 5), [Outcome::Dropped]);
        assert_eq!(burst(&mut wedge, "12345678901\n", 5), [Outcome::Dropped]);
        assert_eq!(burst(&mut wedge, "12345678", 5), []);
        assert_eq!(wedge.pause(ms(9_000)), Some(Outcome::Dropped));
        assert_eq!(burst(&mut wedge, "1234567\n", 5), [Outcome::Scanned("1234567".into())]);
    }

    proptest! {
        #[test]
        fn nothing_comes_out_that_did_not_go_in(keys in prop::collection::vec((any::<char>(), 0..120_u64), 0..80)) {
            let mut wedge = Wedge::new(Limits::default());
            let (mut now, mut given, mut came) = (0, String::new(), String::new());
            for (character, wait) in keys {
                now += wait;
                let before = wedge.pause(ms(now));
                for outcome in before.into_iter().chain([wedge.character(character, ms(now))]) {
                    if let Outcome::Typed(text) | Outcome::Scanned(text) = outcome {
                        came.push_str(text.trim_end_matches('\n'));
                    }
                }
                given.push(character);
            }
            let mut left = given.chars();
            prop_assert!(came.chars().all(|character| left.any(|other| other == character)));
        }
    }
}
