//! All that more than one thread sees: condition, faults, buffer, host, paper.
//!
//! Plain changes without waiting; who waits for what is in `machine` and `head`.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::net::{Shutdown, TcpStream};

use super::Options;
use super::condition::Condition;
use super::fault::{Fault, Mishap};
use super::memory::Memory;
use super::paper::{Paper, Slip};
use super::serial;

/// Slips kept in memory, the newest; those before are only on disk.
pub(super) const KEPT_SLIPS: usize = 64;

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
    /// Paper is stuck.
    pub jammed: bool,
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
    /// How often its own memory for pictures was written in, since it was made.
    pub memory_writes: u64,
    /// Pictures in it.
    pub memory_pictures: usize,
    /// Sequences in the jobs that are no commands of the language.
    pub unknown_commands: u64,
    /// Why a slip could not be written to its directory, if that happened.
    pub write_error: Option<String>,
}

/// Who is talked to.
pub(super) enum Host {
    Tcp(TcpStream),
    Serial(File),
}

/// What waits in the buffer.
pub(super) enum Item {
    Bytes { connection: u64, bytes: Vec<u8> },
    End,
}

pub(super) struct State {
    pub(super) condition: Condition,
    pub(super) memory: Memory,
    dots_per_mm: u32,
    pub(super) stalled: bool,
    pub(super) answers: Answers,
    pub(super) disconnect_at: Option<u64>,
    pub(super) power_at: Option<u64>,
    /// What happens when so many rows have come out in all.
    pub(super) mishap: Option<(u64, Mishap)>,
    pub(super) stopping: bool,
    pub(super) automatic: u8,
    pub(super) automatic_sent: [u8; 4],
    pub(super) queue: VecDeque<Item>,
    pub(super) waiting: usize,
    pub(super) ends: usize,
    /// Counts the times that the buffers were cleared: who works on older bytes gives them up.
    pub(super) generation: u64,
    pub(super) power_cycles: u64,
    pub(super) host: Option<(u64, Host)>,
    pub(super) connections: u64,
    pub(super) received: u64,
    pub(super) paper: Paper,
    pub(super) slips: VecDeque<Slip>,
    pub(super) parted: u32,
    pub(super) rows_used: u64,
    pub(super) unknown: u64,
    pub(super) noise: u32,
    pub(super) write_error: Option<String>,
}

impl State {
    pub(super) fn new(options: &Options, first: u32) -> Self {
        let dots_per_mm = options.dpi.per_mm();
        let condition = Condition {
            dots_per_mm,
            cover_open: false,
            cutter_blocked: false,
            cutter_error: false,
            jammed: false,
            roll_removed: false,
            rows_left: options.paper_mm.map(|mm| mm.saturating_mul(dots_per_mm)),
            near_end_rows: options.near_end_mm.saturating_mul(dots_per_mm),
        };
        let mut state = Self {
            condition,
            memory: Memory::new(options.memory),
            dots_per_mm,
            stalled: false,
            answers: Answers::True,
            disconnect_at: None,
            power_at: None,
            mishap: None,
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
            paper: Paper::new(options.width.dots(options.dpi), options.dpi, options.head_to_blade, first),
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
        state
    }

    pub(super) fn break_down(&mut self, fault: Fault) {
        match fault {
            Fault::PaperOut => self.condition.roll_removed = true,
            Fault::CoverOpen => self.condition.cover_open = true,
            Fault::Cutter => self.condition.cutter_blocked = true,
            Fault::Jam => self.condition.jammed = true,
            Fault::Stall => self.stalled = true,
            Fault::Mute => self.answers = Answers::None,
            Fault::Garbage => self.answers = Answers::Garbage,
            Fault::MemoryFull => self.memory.fill(),
            Fault::NoMemory => self.memory.forget(),
            Fault::DisconnectAt(bytes) => self.disconnect_at = Some(bytes),
            Fault::PowerAt(bytes) => self.power_at = Some(bytes),
            Fault::AfterMm(mishap, mm) => {
                self.mishap = Some((self.rows_used + u64::from(mm.saturating_mul(self.dots_per_mm)), mishap));
            }
        }
    }

    /// A row has come out: what was to happen by then happens; whether anything did.
    pub(super) fn row_out(&mut self) -> bool {
        self.rows_used += 1;
        let Some((_, mishap)) = self.mishap.take_if(|(at, _)| self.rows_used >= *at) else { return false };
        match mishap {
            Mishap::Power => self.lose_power(),
            Mishap::CoverOpen => self.condition.cover_open = true,
            Mishap::PaperOut => self.condition.rows_left = Some(0),
            Mishap::Jam => self.condition.jammed = true,
            Mishap::Stall => self.stalled = true,
            Mishap::Disconnect => self.hang_up(),
        }
        true
    }

    /// Power off and on: buffers, modes and connection are gone, the paper is where it was.
    pub(super) fn lose_power(&mut self) {
        self.clear_buffers();
        self.power_cycles += 1;
        self.automatic = 0;
        self.stalled = false;
        self.hang_up();
    }

    pub(super) const fn forget_faults(&mut self) {
        (self.disconnect_at, self.power_at, self.mishap) = (None, None, None);
    }

    pub(super) fn free_cutter(&mut self) {
        self.condition.cutter_blocked = false;
        self.condition.cutter_error = false;
    }

    /// The host asks to try again; that helps when the blade is free by now.
    pub(super) const fn recover(&mut self) {
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
            jammed: self.condition.jammed,
            stalled: self.stalled,
            answers: self.answers,
            slips: self.parted,
            used_mm: self.rows_used / u64::from(self.dots_per_mm),
            uncut_mm: self.paper.rows() as u32 / self.dots_per_mm,
            received: self.received,
            waiting: self.waiting,
            connections: self.connections,
            connected: self.host.is_some(),
            memory_writes: self.memory.writes,
            memory_pictures: self.memory.names().len(),
            unknown_commands: self.unknown,
            write_error: self.write_error.clone(),
        }
    }

    pub(super) fn hang_up(&mut self) {
        if let Some((_, Host::Tcp(stream))) = self.host.take() {
            // The host may have been quicker.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Whether this connection is still the one that is talked to.
    pub(super) fn serves(&self, connection: u64) -> bool {
        !self.stopping && self.host.as_ref().is_some_and(|(id, _)| *id == connection)
    }

    pub(super) fn clear_buffers(&mut self) {
        self.queue.retain(|item| matches!(item, Item::End));
        self.waiting = 0;
        self.generation += 1;
    }

    pub(super) fn send(&mut self, connection: u64, bytes: &[u8]) {
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
        let gone = match &mut self.host {
            Some((_, Host::Tcp(stream))) => stream.write_all(&bytes).is_err(),
            Some((_, Host::Serial(line))) => {
                serial::answer(line, &bytes);
                false
            }
            None => false,
        };
        if gone {
            self.hang_up();
        }
    }

    /// Sends the automatic status if something that the host chose has changed.
    pub(super) fn tell_host(&mut self) {
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
