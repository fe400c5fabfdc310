//! What happened, in words, so that a failure can be understood; and how much happened. Timers are told apart: most of
//! them only look whether the cable is in.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An application was accepted.
    Accepted,
    /// A step of a print job.
    Printing,
    /// Something was done to the net.
    Planned,
    /// A program was ended.
    Crashed,
    /// A program was started.
    Started,
    /// A terminal's timer rang.
    Tick,
    /// A terminal sent a request.
    Sent,
    /// A message was lost, or the line broke.
    Lost,
    /// A request came twice or once more.
    Repeated,
    /// A request reached the hall and was answered.
    Answered,
    /// An answer reached a terminal.
    Delivered,
}

const KINDS: usize = 11;

/// How many steps of each kind there were, in all simulations of this process.
pub struct Steps([AtomicU64; KINDS]);

pub static STEPS: Steps = Steps([const { AtomicU64::new(0) }; KINDS]);

impl Steps {
    pub fn count(&self, kind: Kind) {
        self.0[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn of(&self, kind: Kind) -> u64 {
        self.0[kind as usize].load(Ordering::Relaxed)
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// All but the timers.
    pub fn without_timers(&self) -> u64 {
        self.total() - self.of(Kind::Tick)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} steps: {} accepted, {} of printing, {} planned, {} ends and {} starts of programs, \
             {} requests, {} lost, {} repeated, {} answered, {} answers delivered, {} timers",
            self.total(),
            self.of(Kind::Accepted),
            self.of(Kind::Printing),
            self.of(Kind::Planned),
            self.of(Kind::Crashed),
            self.of(Kind::Started),
            self.of(Kind::Sent),
            self.of(Kind::Lost),
            self.of(Kind::Repeated),
            self.of(Kind::Answered),
            self.of(Kind::Delivered),
            self.of(Kind::Tick),
        )
    }
}

/// One simulation's steps in words. Timers that led to nothing are left out.
#[derive(Default)]
pub struct Trace(Vec<(u64, String)>);

impl Trace {
    pub fn note(&mut self, micros: u64, words: impl Into<String>) {
        self.0.push((micros, words.into()));
    }

    /// Where it is not as `other` was, with the lines before.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let same = self.0.iter().zip(&other.0).take_while(|(one, two)| one == two).count();
        if same == self.0.len().max(other.0.len()) {
            return None;
        }
        let until = |trace: &Self| Self(trace.0[..trace.0.len().min(same + 1)].to_vec()).tail(8);
        Some(format!("line {}, once:\n{}and once:\n{}", same + 1, until(self), until(other)))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last so many lines.
    pub fn tail(&self, lines: usize) -> String {
        let skipped = self.0.len().saturating_sub(lines);
        let mut text = String::new();
        if skipped > 0 {
            text.push_str(&format!("  … {skipped} lines before\n"));
        }
        for (micros, words) in &self.0[skipped..] {
            text.push_str(&format!("  {:>12.3} s  {words}\n", *micros as f64 / 1e6));
        }
        text
    }
}
