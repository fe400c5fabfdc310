//! The hand at the machine: what a person can do to it, and what they can see.

use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fault::Fault;
use super::machine::Machine;
use super::paper::Slip;
use super::serve;
use super::state::{Answers, State, Status};

/// Takes the paper out, opens the cover, pulls the plug; looks at what has been printed.
#[derive(Clone, Debug)]
pub struct Control {
    machine: Arc<Machine>,
}

/// A control line that says nothing known.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not understood; known: paper out | paper in [MM] | tear | cover open | cover close | cutter jam | cutter free | \
     jam | clear jam | stall | resume | mute | garbage | honest | disconnect [at BYTES] | power cycle | \
     fail FAULT | status"
)]
pub struct ControlError;

/// What was waited for did not happen in time; with the machine as it was at the end.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("waited in vain; the printer at the end: {0:?}")]
pub struct TimedOut(pub Box<Status>);

impl Control {
    pub(super) const fn new(machine: Arc<Machine>) -> Self {
        Self { machine }
    }

    /// Makes something be wrong.
    pub fn fail(&self, fault: Fault) {
        self.machine.change(|state| state.break_down(fault));
    }

    /// What was to go wrong and has not yet, does not any more.
    pub fn forget_faults(&self) {
        self.machine.change(State::forget_faults);
    }

    /// Puts a new roll in, of so many millimetres, or without end. What was printed on the end of the old one
    /// becomes a slip of its own.
    pub fn paper_in(&self, millimetres: Option<u32>) {
        self.machine.change_roll(millimetres);
    }

    /// Tears the paper off at the bar, which is where the blade would be.
    pub fn tear(&self) {
        self.machine.tear();
    }

    /// Closes the cover.
    pub fn close_cover(&self) {
        self.machine.change(|state| state.condition.cover_open = false);
    }

    /// Frees the blade and clears the error.
    pub fn free_cutter(&self) {
        self.machine.change(State::free_cutter);
    }

    /// Takes stuck paper out.
    pub fn clear_jam(&self) {
        self.machine.change(|state| state.condition.jammed = false);
    }

    /// Frees the blade, but the error stays until the host asks to try again or somebody clears it.
    pub fn unblock_cutter(&self) {
        self.machine.change(|state| state.condition.cutter_blocked = false);
    }

    /// Ends a stall.
    pub fn resume(&self) {
        self.machine.change(|state| state.stalled = false);
    }

    /// Lets it answer the truth again, or not.
    pub fn answer(&self, answers: Answers) {
        self.machine.change(|state| state.answers = answers);
    }

    /// Breaks the connection now.
    pub fn disconnect(&self) {
        self.machine.change(State::hang_up);
    }

    /// Switches it off and on: buffers, modes and connection are lost, paper and sensors are as they were.
    pub fn power_cycle(&self) {
        self.machine.power_cycle();
    }

    /// The machine as it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.machine.lock().status()
    }

    /// The newest slips, at most 64, the oldest first.
    #[must_use]
    pub fn slips(&self) -> Vec<Slip> {
        self.machine.lock().slips()
    }

    /// The paper that hangs out now.
    #[must_use]
    pub fn uncut(&self) -> Slip {
        self.machine.lock().uncut()
    }

    /// Waits until at least `count` slips have been parted in all, and returns those kept.
    ///
    /// # Errors
    ///
    /// When that does not happen within `timeout`.
    pub fn wait_for_slips(&self, count: u32, timeout: Duration) -> Result<Vec<Slip>, TimedOut> {
        self.wait(timeout, |status| status.slips >= count)?;
        Ok(self.slips())
    }

    /// Waits until every byte received has been carried out.
    ///
    /// # Errors
    ///
    /// When that does not happen within `timeout`.
    pub fn wait_until_idle(&self, timeout: Duration) -> Result<(), TimedOut> {
        let deadline = Instant::now() + timeout;
        let idle = self.machine.wait_until(deadline, |state| state.idle().then_some(()));
        idle.ok_or_else(|| TimedOut(Box::new(self.status())))
    }

    /// Waits until the status is as wanted.
    ///
    /// # Errors
    ///
    /// When that does not happen within `timeout`.
    pub fn wait(&self, timeout: Duration, wanted: impl Fn(&Status) -> bool) -> Result<Status, TimedOut> {
        let deadline = Instant::now() + timeout;
        let found = self.machine.wait_until(deadline, |state| Some(state.status()).filter(&wanted));
        found.ok_or_else(|| TimedOut(Box::new(self.status())))
    }

    /// Does what a control line says and returns the status after it.
    ///
    /// # Errors
    ///
    /// When the line is not one of those that [`ControlError`] lists.
    pub fn command(&self, line: &str) -> Result<Status, ControlError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["paper", "out"] => self.fail(Fault::PaperOut),
            ["paper", "in"] => self.paper_in(None),
            ["paper", "in", mm] => self.paper_in(Some(mm.parse().map_err(|_| ControlError)?)),
            ["tear"] => self.tear(),
            ["cover", "open"] => self.fail(Fault::CoverOpen),
            ["cover", "close"] => self.close_cover(),
            ["cutter", "jam"] => self.fail(Fault::Cutter),
            ["cutter", "free"] => self.free_cutter(),
            ["jam"] => self.fail(Fault::Jam),
            ["clear", "jam"] => self.clear_jam(),
            ["fail", fault] => self.fail(fault.parse().map_err(|_| ControlError)?),
            ["stall"] => self.fail(Fault::Stall),
            ["resume"] => self.resume(),
            ["mute"] => self.fail(Fault::Mute),
            ["garbage"] => self.fail(Fault::Garbage),
            ["honest"] => self.answer(Answers::True),
            ["disconnect"] => self.disconnect(),
            ["disconnect", "at", bytes] => {
                self.fail(Fault::DisconnectAt(bytes.parse().map_err(|_| ControlError)?));
            }
            ["power", "cycle"] => self.power_cycle(),
            ["status"] => {}
            _ => return Err(ControlError),
        }
        Ok(self.status())
    }

    /// Answers control lines from `input` with one line of JSON each, until it ends.
    ///
    /// # Errors
    ///
    /// When one of the two breaks.
    pub fn serve_lines(&self, input: impl BufRead, output: impl Write) -> io::Result<()> {
        serve::lines(input, output, self)
    }
}
