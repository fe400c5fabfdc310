//! The driver for ESC/POS printers: how the printer is, and the truth about a job.
//!
//! A job counts as printed only when the printer said so after the cut. Before it, whatever an interrupted job may
//! have left behind is forgotten; so failed means that nothing of this one can have come out, and everything
//! else is unknown. Blocks on the printer, with a limit on everything.

mod answers;
mod job;
mod memory;
mod talk;

use super::link::{Gone, Link};
use super::profile::Profile;
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use crate::planted::is_planted;
use bianmin_document::escpos::{self, KeyCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use talk::Talk;

use memory::Found;
pub use memory::{Written, key_of};

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// An answer that is given at once.
    pub answer: Duration,
    /// Nothing happens while the printer says that it can print. A slip takes seconds, not this.
    pub still: Duration,
    /// Somebody has to put in paper, or close the cover.
    pub repair: Duration,
    /// How often it is asked how it is meanwhile, and how often who waits is told.
    pub look: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            answer: Duration::from_millis(800),
            still: Duration::from_secs(20),
            repair: Duration::from_secs(10 * 60),
            look: Duration::from_millis(500),
        }
    }
}

/// What the job before this one may have left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Before {
    /// Nothing: it came to its end.
    Settled,
    /// Nobody knows after a start.
    #[default]
    Unsure,
    /// Bytes in the printer and half a slip that hangs out of it.
    Interrupted,
}

/// An ESC/POS printer. Clones are the same printer.
#[derive(Debug, Clone)]
pub struct Escpos {
    link: Link,
    pub(super) profile: Profile,
    timeouts: Timeouts,
    before: Arc<Mutex<Before>>,
    /// It has said nothing when it was asked what is in its memory; it is not asked again.
    has_no_memory: Arc<AtomicBool>,
}

impl Escpos {
    /// The printer at the end of this link.
    pub fn new(link: Link, profile: Profile) -> Self {
        Self {
            link,
            profile,
            timeouts: Timeouts::default(),
            before: Arc::default(),
            has_no_memory: Arc::default(),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    pub(super) fn status(&self) -> Status {
        // During a job nothing is begun by half that this could fall into.
        let before = self.before.try_lock().map_or(Before::Settled, |before| *before);
        self.open(before).and_then(|mut talk| talk.status()).unwrap_or(Status::Offline)
    }

    pub(super) fn print(&self, bytes: &[u8], tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        // Held for the whole job: there is one printer, and two jobs at once would print into each other.
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(mut talk) = self.open(*before) else { return Outcome::Failed(Status::Offline) };
        match self.prepare(&mut talk, *before, tell) {
            Ok(Ok(())) => {}
            Ok(Err(status)) => return Outcome::Failed(status),
            Err(Gone) => return Outcome::Failed(Status::Offline),
        }
        let mut whole = Vec::with_capacity(bytes.len() + 32);
        if *before == Before::Interrupted {
            // Half a slip that hangs out must not become the head of this one.
            whole.extend(escpos::part(&self.profile.bytes));
        }
        whole.extend_from_slice(bytes);
        *before = Before::Interrupted;
        let outcome = job::run(&mut talk, &self.profile, &self.timeouts, &whole, tell);
        if outcome == Outcome::Printed {
            *before = Before::Settled;
        }
        outcome
    }

    /// Makes sure that the mark is in the printer's memory, if it has one: stored if it is not there, a few
    /// times at most, and counted by `note` before that. The name under which it is there now; without one it has to be sent with the job.
    pub(super) fn keep_mark(
        &self,
        written: Option<Written>,
        note: &mut dyn FnMut(Written) -> bool,
    ) -> Option<KeyCode> {
        if !self.profile.nv_logo || self.has_no_memory.load(Ordering::Relaxed) {
            return None;
        }
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let mut talk = self.open(*before).ok()?;
        // Who has to be helped first, or holds something else, gets the mark with the job.
        let Ok(Ok(())) = self.prepare(&mut talk, *before, &mut |_| Proceed::GiveUp) else { return None };
        let after = *before;
        if after == Before::Settled {
            // If it vanishes in the middle, half a command may be left.
            *before = Before::Unsure;
        }
        let picture = self.profile.bytes.mark_picture();
        let found = memory::keep(&mut talk, &picture, written, self.timeouts.still, note).ok()?;
        *before = after;
        match found {
            Found::Kept(key) => Some(key),
            Found::Refused => None,
            Found::Silent => {
                self.has_no_memory.store(true, Ordering::Relaxed);
                None
            }
        }
    }

    fn open(&self, before: Before) -> Result<Talk, Gone> {
        let line = self.link.open().map_err(|error| {
            tracing::debug!(%error, "the printer cannot be reached");
            Gone
        })?;
        let mut talk = Talk::new(line, self.timeouts.answer);
        if before != Before::Settled && !self.profile.clears_buffer {
            talk.end_command(self.profile.bytes.longest_command())?;
        }
        Ok(talk)
    }

    /// Waits until the printer can print and holds nothing of an earlier job; the status says why it does not.
    fn prepare(
        &self,
        talk: &mut Talk,
        before: Before,
        tell: &mut dyn FnMut(Progress) -> Proceed,
    ) -> Result<Result<(), Status>, Gone> {
        let begun = Instant::now();
        let status = loop {
            let status = talk.status()?;
            if status.can_print() {
                break status;
            }
            let waits = status.is_repairable() && begun.elapsed() < self.timeouts.repair;
            if !waits || tell(Progress::Waiting(status)) == Proceed::GiveUp {
                return Ok(Err(status));
            }
            talk.rest(self.timeouts.look)?;
        };
        if before == Before::Settled || is_planted("buffer-not-cleared") {
            return Ok(Ok(()));
        }
        // A printer that says nothing at all cannot say that it is empty either; its jobs end unknown in any case.
        let confirmed = match (self.profile.clears_buffer, status) {
            (true, _) => talk.clear()?,
            (false, Status::Unknown) => true,
            (false, _) => talk.flush(self.profile.bytes.longest_command(), self.timeouts.still)?,
        };
        Ok(if confirmed { Ok(()) } else { Err(Status::Unknown) })
    }
}
