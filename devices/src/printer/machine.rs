//! The machine between the ports and the paper: its buffer, sensors, faults and moving parts.
//!
//! One lock holds all that more than one thread sees. The head's thread takes bytes from the buffer and prints;
//! the port's thread fills the buffer and answers in real time; the control changes the condition.

use std::collections::VecDeque;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::command::CutKind;
use super::condition::Condition;
use super::fault::Fault;
use super::paper::{Paper, Slip};
use super::press::{DOTS_PER_MM, Mechanism, Press, Request, Row};
use super::real_time::RealTime;
use super::{Options, press};

/// Slips kept in memory, the newest; those before are only on disk.
const KEPT_SLIPS: usize = 64;
/// Ended connections that may wait in the buffer; each costs a few bytes, and there must be a limit.
const WAITING_ENDS: usize = 256;
/// A host that does not read its answers for so long is cut off, or it would stop the machine.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_millis(500);

/// What the printer says when it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answers {
    /// The truth.
    #[default]
    True,
    /// Nothing.
    None,
    /// Nonsense.
    Garbage,
}

/// The machine as somebody standing before it sees it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Status {
    /// It prints what it is sent.
    pub online: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// No paper at the head.
    pub paper_out: bool,
    /// The near-end sensor reports.
    pub paper_near_end: bool,
    /// What is left on the roll; `None` for a roll without end.
    pub paper_left_mm: Option<u32>,
    /// A cut failed and the blade is still stuck.
    pub cutter_error: bool,
    /// It hangs.
    pub stalled: bool,
    /// What it says when it is asked.
    pub answers: Answers,
    /// Slips parted from the roll since it was switched on.
    pub slips: u32,
    /// Paper used since then.
    pub used_mm: u64,
    /// Paper out of the head that is not cut yet.
    pub uncut_mm: u32,
    /// Bytes received since it was switched on.
    pub received: u64,
    /// Bytes received that have not been carried out.
    pub waiting: usize,
    /// Connections taken since it was switched on.
    pub connections: u64,
    /// A host is connected now.
    pub connected: bool,
    /// Sequences in the jobs that are no commands of the language.
    pub unknown_commands: u64,
    /// Why a slip could not be written to its directory, if that happened.
    pub write_error: Option<String>,
}

enum Item {
    Bytes { connection: u64, bytes: Vec<u8> },
    End,
}

pub(super) struct State {
    pub(super) condition: Condition,
    pub(super) stalled: bool,
    pub(super) answers: Answers,
    pub(super) disconnect_at: Option<u64>,
    pub(super) stopping: bool,
    automatic: u8,
    automatic_sent: [u8; 4],
    queue: VecDeque<Item>,
    waiting: usize,
    ends: usize,
    /// Counts the times that the buffers were cleared: who works on older bytes gives them up.
    generation: u64,
    power_cycles: u64,
    host: Option<(u64, TcpStream)>,
    connections: u64,
    received: u64,
    paper: Paper,
    slips: VecDeque<Slip>,
    parted: u32,
    rows_used: u64,
    unknown: u64,
    noise: u32,
    write_error: Option<String>,
}

pub(super) struct Machine {
    state: Mutex<State>,
    changed: Condvar,
    out: Option<PathBuf>,
    receive_buffer: usize,
    keep_half: bool,
    row_time: Option<Duration>,
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("out", &self.out).finish_non_exhaustive()
    }
}

impl Machine {
    pub(super) fn new(options: &Options, first: u32) -> Self {
        let condition = Condition {
            cover_open: false,
            cutter_blocked: false,
            cutter_error: false,
            roll_removed: false,
            rows_left: options.paper_mm.map(|mm| mm.saturating_mul(DOTS_PER_MM)),
            near_end_rows: options.near_end_mm.saturating_mul(DOTS_PER_MM),
        };
        let mut state = State {
            condition,
            stalled: false,
            answers: Answers::True,
            disconnect_at: None,
            stopping: false,
            automatic: 0,
            automatic_sent: [0; 4],
            queue: VecDeque::new(),
            waiting: 0,
            ends: 0,
            generation: 0,
            power_cycles: 0,
            host: None,
            connections: 0,
            received: 0,
            paper: Paper::new(options.width.dots(), options.head_to_blade, first),
            slips: VecDeque::new(),
            parted: 0,
            rows_used: 0,
            unknown: 0,
            noise: 0x9e37_79b9,
            write_error: None,
        };
        for &fault in &options.faults {
            state.break_down(fault);
        }
        let per_row = |mm: u32| Duration::from_secs(1) / (mm.max(1).saturating_mul(DOTS_PER_MM));
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            out: options.out.clone(),
            receive_buffer: options.receive_buffer.max(1),
            keep_half: options.keep_half_command,
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

    fn wait_for<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
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
            state.condition.rows_left = millimetres.map(|mm| mm.saturating_mul(DOTS_PER_MM));
        });
    }

    /// Somebody tears off what hangs out.
    pub(super) fn tear(&self) {
        let slip = self.change(|state| state.paper.tear());
        self.keep(slip);
    }

    /// Power off and on: buffers, modes and connection are gone, the paper is where it was.
    pub(super) fn power_cycle(&self) {
        self.change(|state| {
            state.clear_buffers();
            state.power_cycles += 1;
            state.automatic = 0;
            state.stalled = false;
            state.hang_up();
        });
    }

    /// Writes a slip down and then shows it, so that who sees it also finds its files.
    fn keep(&self, slip: Option<Slip>) {
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
    pub(super) fn connect(&self, stream: TcpStream) -> u64 {
        self.change(|state| {
            state.connections += 1;
            state.host = Some((state.connections, stream));
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
                    state.clear_buffers();
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
    pub(super) fn print(&self, mut press: Press) {
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
                press.abandon_half();
                if state.power_cycles != power_cycles {
                    power_cycles = state.power_cycles;
                    press.reset();
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
                    self.carry_out(&mut press, generation, connection, &bytes)
                }
                Some(Item::End) if !self.keep_half => press.abandon_half(),
                Some(Item::End) | None => {}
            }
            self.changed.notify_all();
        }
    }

    fn carry_out(&self, press: &mut Press, generation: u64, connection: u64, bytes: &[u8]) {
        let mut head = Head { machine: self, generation, connection, owed: Duration::ZERO };
        for &byte in bytes {
            if head.take(byte).is_break() || press.push(byte, &mut head).is_break() {
                return;
            }
        }
        let mut state = self.lock();
        if state.generation == generation {
            state.waiting -= bytes.len();
        }
    }
}

impl State {
    pub(super) fn break_down(&mut self, fault: Fault) {
        match fault {
            Fault::PaperOut => self.condition.roll_removed = true,
            Fault::CoverOpen => self.condition.cover_open = true,
            Fault::Cutter => self.condition.cutter_blocked = true,
            Fault::Stall => self.stalled = true,
            Fault::Mute => self.answers = Answers::None,
            Fault::Garbage => self.answers = Answers::Garbage,
            Fault::DisconnectAt(bytes) => self.disconnect_at = Some(bytes),
        }
    }

    pub(super) fn free_cutter(&mut self) {
        self.condition.cutter_blocked = false;
        self.condition.cutter_error = false;
    }

    /// The host asks to try again; that helps when the blade is free by now.
    const fn recover(&mut self) {
        self.condition.cutter_error = self.condition.cutter_error && self.condition.cutter_blocked;
    }

    pub(super) fn slips(&self) -> Vec<Slip> {
        self.slips.iter().cloned().collect()
    }

    pub(super) fn uncut(&self) -> Slip {
        self.paper.uncut()
    }

    /// Nothing received waits to be carried out.
    pub(super) fn idle(&self) -> bool {
        self.waiting == 0 && self.queue.is_empty()
    }

    pub(super) fn status(&self) -> Status {
        Status {
            online: self.condition.online(),
            cover_open: self.condition.cover_open,
            paper_out: self.condition.paper_out(),
            paper_near_end: self.condition.near_end(),
            paper_left_mm: self.condition.millimetres_left(),
            cutter_error: self.condition.cutter_error,
            stalled: self.stalled,
            answers: self.answers,
            slips: self.parted,
            used_mm: self.rows_used / u64::from(DOTS_PER_MM),
            uncut_mm: self.paper.rows() as u32 / DOTS_PER_MM,
            received: self.received,
            waiting: self.waiting,
            connections: self.connections,
            connected: self.host.is_some(),
            unknown_commands: self.unknown,
            write_error: self.write_error.clone(),
        }
    }

    pub(super) fn hang_up(&mut self) {
        if let Some((_, stream)) = self.host.take() {
            // The host may have been quicker.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Whether this connection is still the one that is talked to.
    pub(super) fn serves(&self, connection: u64) -> bool {
        !self.stopping && self.host.as_ref().is_some_and(|(id, _)| *id == connection)
    }

    fn clear_buffers(&mut self) {
        self.queue.retain(|item| matches!(item, Item::End));
        self.waiting = 0;
        self.generation += 1;
    }

    fn send(&mut self, connection: u64, bytes: &[u8]) {
        if self.stalled || self.answers == Answers::None || !self.serves(connection) {
            return;
        }
        let mut bytes = bytes.to_vec();
        if self.answers == Answers::Garbage {
            for byte in &mut bytes {
                // Marsaglia's xorshift: the same nonsense on every run.
                self.noise ^= self.noise << 13;
                self.noise ^= self.noise >> 17;
                self.noise ^= self.noise << 5;
                *byte = self.noise as u8;
            }
        }
        if let Some((_, stream)) = &mut self.host
            && stream.write_all(&bytes).is_err()
        {
            self.hang_up();
        }
    }

    /// Sends the automatic status if something that the host chose has changed.
    fn tell_host(&mut self) {
        if self.automatic == 0 {
            return;
        }
        let now = self.condition.automatic();
        if Condition::changed_groups(self.automatic_sent, now) & self.automatic != 0 {
            self.automatic_sent = now;
            let connection = self.host.as_ref().map_or(0, |(id, _)| *id);
            self.send(connection, &now);
        }
    }
}

/// The moving parts, as the press drives them for one piece of a job.
struct Head<'a> {
    machine: &'a Machine,
    generation: u64,
    connection: u64,
    owed: Duration,
}

impl<'a> Head<'a> {
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

    fn take(&self, byte: u8) -> ControlFlow<()> {
        self.ready(|_| true)?.paper.took(byte);
        ControlFlow::Continue(())
    }
}

impl Mechanism for Head<'_> {
    fn row(&mut self, row: &Row) -> ControlFlow<()> {
        let mut state = self.ready(|state| state.condition.online())?;
        let torn = state.paper.push(row);
        state.rows_used += 1;
        if let Some(left) = &mut state.condition.rows_left {
            *left -= 1;
            if *left == 0 {
                self.machine.changed.notify_all();
            }
        }
        state.tell_host();
        if let Some(time) = self.machine.row_time {
            self.owed += time;
            // A millimetre at a time, so that the clock's grain does not slow the paper down.
            if self.owed >= time * press::DOTS_PER_MM {
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
            Request::ProcessId(id) => {
                let mut answer = vec![0x37, 0x22];
                answer.extend_from_slice(&id);
                answer.push(0);
                state.send(self.connection, &answer);
            }
        }
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

fn write_slip(directory: &Path, slip: &Slip) -> std::io::Result<()> {
    let name = |extension: &str| directory.join(format!("slip-{:04}.{extension}", slip.number));
    std::fs::write(name("bin"), &slip.raw)?;
    // Under another name first: who waits for the picture must not find half of it.
    let part = name("png.part");
    std::fs::write(&part, slip.png()?)?;
    std::fs::rename(part, name("png"))
}
