//! The machine between the ports and the paper: one lock, and who waits for what.
//!
//! The head's thread takes bytes from the buffer and prints; the port's thread fills the buffer and answers in
//! real time; the control changes the condition.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Options;
use super::command_interpreter::CommandInterpreter;
use super::head::Head;
use super::paper::Slip;
use super::real_time::RealTime;
use super::state::{Host, Item, KEPT_SLIPS, State};

/// Ended connections that may wait in the buffer; each costs a few bytes, and there must be a limit.
const WAITING_ENDS: usize = 256;
/// What tells the host that the buffers are clear.
const CLEARED: [u8; 3] = [0x37, 0x25, 0];
/// A host that does not read its answers for so long is cut off, or it would stop the machine.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_millis(500);

pub(super) struct Machine {
    state: Mutex<State>,
    pub(super) changed: Condvar,
    out: Option<PathBuf>,
    receive_buffer: usize,
    keep_half: bool,
    pub(super) dots_per_mm: u32,
    /// How long a row takes; `None` is no time at all.
    pub(super) row_time: Option<Duration>,
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("out", &self.out).finish_non_exhaustive()
    }
}

impl Machine {
    pub(super) fn new(options: &Options, first: u32) -> Self {
        let state = State::new(options, first);
        let dots_per_mm = options.dpi.per_mm();
        let per_row = |mm: u32| Duration::from_secs(1) / (mm.max(1).saturating_mul(dots_per_mm));
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            out: options.out.clone(),
            receive_buffer: options.receive_buffer.max(1),
            keep_half: options.keep_half_command,
            dots_per_mm,
            row_time: options.mm_per_second.map(per_row),
        }
    }

    /// The state. A thread that panicked while it held it has left a printer that can still be looked at.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait_for<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits until `holds` or the deadline; `None` is the deadline.
    pub(super) fn wait_until<T>(
        &self,
        deadline: Instant,
        mut holds: impl FnMut(&State) -> Option<T>,
    ) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(found) = holds(&state) {
                return Some(found);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            state = self.wait_for(state, left);
        }
    }

    /// Changes something and tells everybody: the waiting threads, and the host if it asked to be told.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        state.tell_host();
        drop(state);
        self.changed.notify_all();
        result
    }

    pub(super) fn stop(&self) {
        self.change(|state| {
            state.stopping = true;
            state.hang_up();
        });
    }

    /// A new roll, and the piece of the old one that bears print.
    pub(super) fn change_roll(&self, millimetres: Option<u32>) {
        // The old roll comes out before the new one goes in, or the next slip might be ready before this one.
        let slip = self.change(|state| {
            state.condition.roll_removed = true;
            state.paper.change_roll()
        });
        self.keep(slip);
        self.change(|state| {
            state.condition.roll_removed = false;
            state.condition.rows_left = millimetres.map(|mm| mm.saturating_mul(self.dots_per_mm));
        });
    }

    /// Somebody tears off what hangs out.
    pub(super) fn tear(&self) {
        let slip = self.change(|state| state.paper.tear());
        self.keep(slip);
    }

    /// Power off and on: buffers, modes and connection are gone, the paper is where it was.
    pub(super) fn power_cycle(&self) {
        self.change(State::lose_power);
    }

    /// Writes a slip down and then shows it, so that who sees it also finds its files.
    pub(super) fn keep(&self, slip: Option<Slip>) {
        let Some(slip) = slip else { return };
        let written = match &self.out {
            Some(directory) => write_slip(directory, &slip),
            None => Ok(()),
        };
        self.change(|state| {
            if let Err(error) = written {
                tracing::error!(slip = slip.number, %error, "slip not written");
                state.write_error = Some(error.to_string());
            }
            state.parted += 1;
            if state.slips.len() == KEPT_SLIPS {
                state.slips.pop_front();
            }
            state.slips.push_back(slip);
        });
    }

    /// A host connects.
    pub(super) fn connect(&self, host: Host) -> u64 {
        self.change(|state| {
            state.connections += 1;
            state.host = Some((state.connections, host));
            state.connections
        })
    }

    /// A host has gone; what it sent is still carried out.
    pub(super) fn disconnect(&self, connection: u64) {
        let mut state = self.lock();
        while state.ends >= WAITING_ENDS && !state.stopping {
            state = self.wait(state);
        }
        if state.host.as_ref().is_some_and(|(id, _)| *id == connection) {
            state.hang_up();
        }
        state.ends += 1;
        state.queue.push_back(Item::End);
        drop(state);
        self.changed.notify_all();
    }

    /// Takes bytes in: real-time commands at once, the bytes into the buffer as soon as there is room. `Break`
    /// when the connection is to be given up.
    pub(super) fn receive(
        &self,
        connection: u64,
        bytes: &[u8],
        mut real_time: impl FnMut(u8) -> Option<RealTime>,
    ) -> ControlFlow<()> {
        let mut state = self.lock();
        while state.stalled && !state.stopping {
            state = self.wait(state);
        }
        state.received += bytes.len() as u64;
        let mut kept = 0;
        for (index, &byte) in bytes.iter().enumerate() {
            match real_time(byte) {
                Some(RealTime::Status(n)) => {
                    if let Some(answer) = state.condition.real_time(n) {
                        state.send(connection, &[answer]);
                    }
                }
                Some(RealTime::Recover) => state.recover(),
                // Only an error can be recovered from: otherwise these bytes are dots like any others.
                Some(RealTime::RecoverAndClear) if state.condition.cutter_error => {
                    state.recover();
                    state.clear_buffers();
                    kept = index + 1;
                }
                Some(RealTime::ClearBuffers) => {
                    state.recover();
                    state.clear_buffers();
                    state.send(connection, &CLEARED);
                    kept = index + 1;
                }
                Some(RealTime::RecoverAndClear) | None => {}
            }
        }
        for chunk in bytes[kept..].chunks(256) {
            while state.waiting > 0
                && state.waiting + chunk.len() > self.receive_buffer
                && state.serves(connection)
            {
                self.changed.notify_all();
                state = self.wait(state);
            }
            if !state.serves(connection) {
                return ControlFlow::Break(());
            }
            state.waiting += chunk.len();
            state.queue.push_back(Item::Bytes { connection, bytes: chunk.to_vec() });
        }
        drop(state);
        self.changed.notify_all();
        ControlFlow::Continue(())
    }

    /// The head's thread: carries out the buffer until the machine stops.
    pub(super) fn print(&self, mut interpreter: CommandInterpreter) {
        let (mut generation, mut power_cycles) = (0, 0);
        loop {
            let mut state = self.lock();
            while !state.stopping
                && (state.queue.is_empty() || state.stalled)
                && state.generation == generation
            {
                state = self.wait(state);
            }
            if state.stopping {
                return;
            }
            if state.generation != generation {
                generation = state.generation;
                interpreter.clear();
                if state.power_cycles != power_cycles {
                    power_cycles = state.power_cycles;
                    interpreter.reset();
                }
                continue;
            }
            let item = state.queue.pop_front();
            if matches!(item, Some(Item::End)) {
                state.ends -= 1;
                if state.host.is_none() {
                    state.automatic = 0;
                }
            }
            drop(state);
            match item {
                Some(Item::Bytes { connection, bytes }) => {
                    self.carry_out(&mut interpreter, generation, connection, &bytes)
                }
                Some(Item::End) if !self.keep_half => interpreter.abandon_half(),
                Some(Item::End) | None => {}
            }
            self.changed.notify_all();
        }
    }

    fn carry_out(
        &self,
        interpreter: &mut CommandInterpreter,
        generation: u64,
        connection: u64,
        bytes: &[u8],
    ) {
        let mut head = Head::new(self, generation, connection);
        for &byte in bytes {
            if head.take(byte).is_break() || interpreter.push(byte, &mut head).is_break() {
                return;
            }
        }
        let mut state = self.lock();
        if state.generation == generation {
            state.waiting -= bytes.len();
        }
    }
}

fn write_slip(directory: &Path, slip: &Slip) -> std::io::Result<()> {
    let name = |extension: &str| directory.join(format!("slip-{:04}.{extension}", slip.number));
    std::fs::write(name("bin"), &slip.raw)?;
    // Under another name first: who waits for the picture must not find half of it.
    let part = name("png.part");
    std::fs::write(&part, slip.png()?)?;
    std::fs::rename(part, name("png"))
}
