//! The head, the motor and the blade: what the interpreter drives, stopped by whatever stops a printer.

use std::ops::ControlFlow;
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

use super::command::CutKind;
use super::command_interpreter::{DotRow, Mechanism, Request};
use super::machine::Machine;
use super::memory::Picture;
use super::state::State;

/// The moving parts, as the interpreter drives them for one piece of a job.
pub(super) struct Head<'a> {
    machine: &'a Machine,
    generation: u64,
    connection: u64,
    owed: Duration,
}

impl<'a> Head<'a> {
    pub(super) const fn new(machine: &'a Machine, generation: u64, connection: u64) -> Self {
        Self { machine, generation, connection, owed: Duration::ZERO }
    }

    /// Waits until the machine can go on; `Break` when the job was cleared or the machine stops.
    fn ready(&self, go: impl Fn(&State) -> bool) -> ControlFlow<(), MutexGuard<'a, State>> {
        let mut state = self.machine.lock();
        loop {
            if state.stopping || state.generation != self.generation {
                return ControlFlow::Break(());
            }
            if !state.stalled && go(&state) {
                return ControlFlow::Continue(state);
            }
            state = self.machine.wait(state);
        }
    }

    /// Takes a byte out of the buffer; what the slip was printed from is kept with it.
    pub(super) fn take(&self, byte: u8) -> ControlFlow<()> {
        self.ready(|_| true)?.paper.took(byte);
        ControlFlow::Continue(())
    }
}

impl Mechanism for Head<'_> {
    fn row(&mut self, row: &DotRow) -> ControlFlow<()> {
        let mut state = self.ready(|state| state.condition.online())?;
        let torn = state.paper.push(row);
        let mut ended = false;
        if let Some(left) = &mut state.condition.rows_left {
            *left -= 1;
            ended = *left == 0;
        }
        if state.row_out() || ended {
            self.machine.changed.notify_all();
        }
        state.tell_host();
        if let Some(time) = self.machine.row_time {
            self.owed += time;
            // A millimetre at a time, so that the clock's grain does not slow the paper down.
            if self.owed >= time * self.machine.dots_per_mm {
                let until = Instant::now() + std::mem::take(&mut self.owed);
                while let Some(left) = until.checked_duration_since(Instant::now())
                    && !state.stopping
                {
                    state = self.machine.wait_for(state, left);
                }
            }
        }
        drop(state);
        self.machine.keep(torn);
        ControlFlow::Continue(())
    }

    fn cut(&mut self, kind: CutKind) -> ControlFlow<()> {
        let mut state = self.ready(|state| state.condition.online())?;
        if state.condition.cutter_blocked {
            state.condition.cutter_error = true;
            state.tell_host();
            drop(state);
            self.machine.changed.notify_all();
            state = self.ready(|state| state.condition.online())?;
        }
        let slip = state.paper.cut(kind);
        drop(state);
        self.machine.keep(slip);
        ControlFlow::Continue(())
    }

    fn answer(&mut self, request: Request) -> ControlFlow<()> {
        let mut state = self.ready(|state| state.condition.online())?;
        match request {
            Request::Status(n) => {
                if let Some(answer) = state.condition.ordinary(n) {
                    state.send(self.connection, &[answer]);
                }
            }
            Request::Info(n) => {
                if let Some(text) = information(n) {
                    let answer = [b"_", text, b"\0"].concat();
                    state.send(self.connection, &answer);
                }
            }
            Request::AutoStatus(groups) => {
                state.automatic = groups;
                if groups != 0 && state.serves(self.connection) {
                    let now = state.condition.automatic();
                    state.automatic_sent = now;
                    state.send(self.connection, &now);
                }
            }
            Request::MemoryNames | Request::MemoryCapacity | Request::MemoryRemaining
                if !state.memory.is_known() => {}
            Request::MemoryNames => {
                let mut answer = b"7r@".to_vec();
                answer.extend(state.memory.names().concat());
                answer.push(0);
                state.send(self.connection, &answer);
            }
            Request::MemoryCapacity => {
                let answer = format!("70{}\0", state.memory.capacity());
                state.send(self.connection, answer.as_bytes());
            }
            Request::MemoryRemaining => {
                let answer = format!("71{}\0", state.memory.remaining());
                state.send(self.connection, answer.as_bytes());
            }
            Request::ProcessId(id) => {
                let mut answer = vec![0x37, 0x22];
                answer.extend_from_slice(&id);
                answer.push(0);
                state.send(self.connection, &answer);
            }
        }
        ControlFlow::Continue(())
    }

    fn picture(&self, name: [u8; 2]) -> Option<Picture> {
        self.machine.lock().memory.get(name).cloned()
    }

    fn define(&mut self, name: [u8; 2], picture: Picture) -> ControlFlow<()> {
        self.ready(|state| state.condition.online())?.memory.define(name, picture);
        ControlFlow::Continue(())
    }

    fn delete(&mut self, name: [u8; 2]) -> ControlFlow<()> {
        self.ready(|state| state.condition.online())?.memory.delete(name);
        ControlFlow::Continue(())
    }

    fn unknown(&mut self) {
        self.machine.lock().unknown += 1;
    }
}

/// What `GS I n` is answered with.
const fn information(n: u8) -> Option<&'static [u8]> {
    Some(match n {
        65 => b"1.0",
        66 => b"BIANMIN",
        67 => b"SIMULATED",
        68 => b"0",
        69 => b"CHINA GB18030",
        _ => return None,
    })
}
