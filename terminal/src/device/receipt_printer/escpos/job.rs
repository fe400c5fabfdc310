//! One job on its way: bytes go out while answers come in, and only the printer's word ends it well.

use super::super::link::Gone;
use super::super::profile::Profile;
use super::Timeouts;
use super::answers::{self, Answer};
use super::talk::{ORDINARY, Step, Talk};
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use crate::planted::is_planted;
use std::time::Instant;

/// `GS a`: tell by itself when it goes off-line, has an error, or its paper changes.
const TELL_CHANGES: [u8; 3] = [0x1d, b'a', 0x0e];
/// `DLE ENQ 1`: try again, from the line where it stood, what failed.
const TRY_AGAIN: [u8; 3] = [0x10, 0x05, 1];

/// Prints `bytes`, which end with a cut, on a printer that can print and holds nothing else.
pub(super) fn run(
    talk: &mut Talk,
    profile: &Profile,
    timeouts: &Timeouts,
    bytes: &[u8],
    tell: &mut dyn FnMut(Progress) -> Proceed,
) -> Outcome {
    let mut whole = Vec::with_capacity(bytes.len() + 16);
    if profile.automatic_status {
        whole.extend_from_slice(&TELL_CHANGES);
    }
    whole.extend_from_slice(bytes);
    let id = profile.process_ids.then(new_id);
    match id {
        Some([a, b, c, d]) => whole.extend_from_slice(&[0x1d, b'(', b'H', 6, 0, 48, 48, a, b, c, d]),
        None => whole.extend_from_slice(&ORDINARY),
    }
    let now = Instant::now();
    let mut job = Job { talk, timeouts, id, status: Status::Unknown, moved: now, looked: now };
    job.end(&whole, tell).unwrap_or(Outcome::Unknown(Status::Offline))
}

/// No two jobs share one, so that the answer to an older job proves nothing about this.
fn new_id() -> [u8; 4] {
    let mut random = [0; 4];
    if getrandom::fill(&mut random).is_err() {
        // Without the system's random numbers the clock's finest digits have to do.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        random = (now.as_nanos() as u32).to_le_bytes();
    }
    answers::process_id(random)
}

struct Job<'a> {
    talk: &'a mut Talk,
    timeouts: &'a Timeouts,
    id: Option<[u8; 4]>,
    /// What the printer said last about itself.
    status: Status,
    /// When anything moved last: bytes went out, or the status changed.
    moved: Instant,
    /// When it was asked last how it is.
    looked: Instant,
}

impl Job<'_> {
    fn end(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Progress) -> Proceed) -> Result<Outcome, Gone> {
        let mut out = bytes;
        let mut report = None;
        loop {
            match self.talk.step(&mut out, Instant::now() + self.timeouts.look)? {
                Step::Sent => self.moved = Instant::now(),
                Step::Heard(answer) => {
                    if let Some(outcome) = self.hear(answer, out.is_empty())? {
                        return Ok(outcome);
                    }
                }
                Step::Quiet => {}
            }
            if is_planted("process-id-ignored") && out.is_empty() {
                return Ok(Outcome::Printed);
            }
            // A request amid a command would become a part of it, so it is asked only when all has been sent.
            if out.is_empty() && self.looked.elapsed() >= self.timeouts.look {
                self.look()?;
            }
            let waits = self.status.is_repairable();
            let progress = if waits { Progress::Waiting(self.status) } else { Progress::Printing };
            let now = Instant::now();
            if report.is_none_or(|(before, at)| before != progress || now - at >= self.timeouts.look) {
                report = Some((progress, now));
                if tell(progress) == Proceed::GiveUp {
                    return self.give_up();
                }
            }
            let limit = if waits { self.timeouts.repair } else { self.timeouts.still };
            if self.moved.elapsed() >= limit {
                return self.give_up();
            }
        }
    }

    /// What an answer means for the job; `sent` if all of it has been sent.
    fn hear(&mut self, answer: Answer, sent: bool) -> Result<Option<Outcome>, Gone> {
        match (answer, self.id) {
            (Answer::Process(id), Some(wanted)) if id == wanted => return Ok(Some(Outcome::Printed)),
            (Answer::Automatic(bits), _) => self.seen(answers::automatic(bits)),
            // Everything before the request has been carried out, but some printers carry out before they have
            // burnt the last lines: only without any error is it the end.
            (Answer::Ordinary(_), None) if sent => {
                self.look()?;
                let well = matches!(self.status, Status::Ready | Status::PaperLow);
                return Ok(Some(if well { Outcome::Printed } else { Outcome::Unknown(self.status) }));
            }
            _ => {}
        }
        Ok(None)
    }

    fn look(&mut self) -> Result<(), Gone> {
        let status = self.talk.status()?;
        self.looked = Instant::now();
        self.seen(status);
        if matches!(status, Status::Cutter | Status::Jam) {
            // These wait for a word from here even after a person has put them right.
            self.talk.ask(&TRY_AGAIN, std::time::Duration::ZERO, |_| None::<()>)?;
        }
        Ok(())
    }

    fn seen(&mut self, status: Status) {
        if status != self.status {
            self.status = status;
            self.moved = Instant::now();
        }
    }

    /// Nobody waits any more. What is still in the printer must not come out by surprise later.
    fn give_up(&mut self) -> Result<Outcome, Gone> {
        if !is_planted("buffer-not-cleared") {
            // Without an answer it is cleared before the next job.
            self.talk.clear()?;
        }
        Ok(Outcome::Unknown(self.status))
    }
}
