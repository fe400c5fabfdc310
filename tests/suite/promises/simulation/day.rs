//! One simulation: people, programs, disks and network, one event after the other by one virtual clock. Everything
//! that happens in a moment is over before the next begins, so a seed always gives the same day.

mod traffic;

use super::hall::HallNode;
use super::line::{Clock, LineAnswer, Request};
use super::network::Back;
use super::paper::Paper;
use super::schedule::{Event, Step, TERMINALS, Weather};
use super::state_checker;
use super::template::Template;
use super::terminal::{DISK_KB, TerminalNode};
use super::trace::{Kind, STEPS, Trace};
use crate::promises::chance::Chance;
use crate::promises::disks::SmallDisk;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, Epoch};
use bianmin_protocol::v1::Acknowledgement;
use bianmin_terminal::ledger::{AcceptError, Accepted, LedgerError};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub const MILLI: u64 = 1_000;
pub const SECOND: u64 = 1_000 * MILLI;
const HOUR: i64 = 3_600_000;
/// When everything is well again, so long is enough for everything to be sent: four times the longest back-off.
const TIMEOUT: u64 = 1_200 * SECOND;
/// And so long to hear of the last change: the longest back-off, since the line did not tell that it was well again, and
/// three rounds of asking.
const NEWS: u64 = (300 + 200) * SECOND;

/// Disks for one simulation after the other.
pub struct Disks {
    pub terminals: Vec<Arc<SmallDisk>>,
    pub hall: SmallDisk,
}

impl Disks {
    pub fn new() -> Self {
        let terminals = (0..TERMINALS).map(|_| Arc::new(SmallDisk::of(DISK_KB))).collect();
        Self { terminals, hall: SmallDisk::of(64 * 1024) }
    }
}

/// Something that will happen.
pub enum Happening {
    Do(Event),
    Alarm {
        terminal: usize,
    },
    StartTerminal {
        terminal: usize,
    },
    StartHall,
    /// The hall of this life writes what signs of life it has.
    Heartbeats {
        life: u32,
    },
    Arrive {
        request: Request,
        copies: usize,
        from: Option<Sender>,
        back: Back,
    },
    Answer {
        to: Sender,
        answer: LineAnswer,
    },
    Print(super::paper::Step),
}

/// Which life of a terminal sent a request, and which it was.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    terminal: usize,
    life: u32,
    request: u64,
}

/// What a resident was told.
pub struct Report {
    pub terminal: usize,
    pub accepted: Accepted,
}

/// A simulation in progress.
pub struct Day {
    pub clock: Clock,
    pub terminals: Vec<TerminalNode>,
    pub hall: HallNode,
    pub paper: Paper,
    pub report: Vec<Report>,
    /// Accepted as the power went: nobody was told, and either is right.
    pub untold: Vec<Accepted>,
    pub trace: Trace,
    pub chance: Chance,
    queue: BTreeMap<(u64, u64), Happening>,
    order: u64,
    cut_hall: bool,
    /// The hall's life for which writing signs of life is planned.
    heartbeats: Option<u32>,
    acknowledged: HashMap<(Epoch, ApplicationId), Acknowledgement>,
    arrivals: Vec<ApplicationId>,
}

/// Lives through one day; says what was wrong with it, if anything was.
pub fn live(disks: &Disks, seed: u64, schedule: &[Step]) -> (Result<(), String>, Trace) {
    let mut day = Day::new(disks, seed);
    let outcome = day.run(schedule);
    (outcome, day.trace)
}

impl Day {
    fn new(disks: &Disks, seed: u64) -> Self {
        let template = Template::get();
        let clock = Clock::new();
        let mut chance = Chance::of(seed);
        let terminals = disks.terminals.iter().enumerate().map(|(at, disk)| {
            TerminalNode::new(at, disk.clone(), template.clone(), clock.clone(), chance.fork())
        });
        Self {
            terminals: terminals.collect(),
            hall: HallNode::new(disks.hall.path().to_owned(), template, clock.clone()),
            clock,
            paper: Paper::new(chance.fork()),
            report: Vec::new(),
            untold: Vec::new(),
            trace: Trace::default(),
            chance,
            queue: BTreeMap::new(),
            order: 0,
            cut_hall: false,
            heartbeats: None,
            acknowledged: HashMap::new(),
            arrivals: Vec::new(),
        }
    }

    fn run(&mut self, schedule: &[Step]) -> Result<(), String> {
        self.hall.start();
        for terminal in 0..self.terminals.len() {
            self.start_terminal(terminal)?;
        }
        let mut at = 0;
        for (pause, event) in schedule {
            at += pause.as_micros() as u64;
            self.push(at, Happening::Do(*event));
        }
        self.pass(at)?;
        self.repair()?;
        let deadline = self.clock.micros() + TIMEOUT;
        while !self.is_settled()? {
            if self.clock.micros() >= deadline {
                return Err(format!(
                    "everything is well again, and after 20 minutes something still waits: {}",
                    self.waiting()?
                ));
            }
            self.pass(self.clock.micros() + 10 * SECOND)?;
        }
        self.pass(self.clock.micros() + NEWS)?;
        state_checker::check(self)
    }

    pub fn note(&mut self, words: impl Into<String>) {
        self.trace.note(self.clock.micros(), words);
    }

    pub fn push(&mut self, at: u64, happening: Happening) {
        self.order += 1;
        self.queue.insert((at, self.order), happening);
    }

    pub fn after(&mut self, micros: u64, happening: Happening) {
        self.push(self.clock.micros() + micros, happening);
    }

    /// Lets time pass until then.
    fn pass(&mut self, end: u64) -> Result<(), String> {
        while let Some(entry) = self.queue.first_entry()
            && entry.key().0 <= end
        {
            let ((at, _), happening) = entry.remove_entry();
            self.clock.set(at);
            self.happen(happening)?;
        }
        self.clock.set(end);
        Ok(())
    }

    fn happen(&mut self, happening: Happening) -> Result<(), String> {
        match happening {
            Happening::Do(event) => {
                STEPS.count(Kind::Planned);
                self.note(format!("{event:?}"));
                self.perform(event)
            }
            Happening::Alarm { terminal } => {
                if self.terminals[terminal].alarm == Some(self.clock.micros()) {
                    STEPS.count(Kind::Tick);
                    self.terminals[terminal].alarm = None;
                    self.go_on(terminal);
                }
                Ok(())
            }
            Happening::StartTerminal { terminal } => self.start_terminal(terminal),
            Happening::StartHall => {
                self.start_hall();
                Ok(())
            }
            Happening::Heartbeats { life } => {
                // Of an earlier life, nothing is left to be written.
                if self.hall.life() == life {
                    self.heartbeats = None;
                    self.hall.write_heartbeats();
                }
                Ok(())
            }
            Happening::Arrive { request, copies, from, back } => self.arrive(request, copies, from, back),
            Happening::Answer { to, answer } => self.deliver(to, answer),
            Happening::Print(step) => super::paper::go_on(self, step),
        }
    }

    fn perform(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Apply { terminal, with_file } => return self.apply(terminal, with_file),
            Event::Reprint { terminal } => return super::paper::reprint(self, terminal),
            Event::Wake { terminal } => {
                self.terminals[terminal].wake();
                self.go_on(terminal);
            }
            Event::Kill { terminal, seconds } => {
                if self.terminals[terminal].ledger().is_some() {
                    self.terminals[terminal].kill();
                    self.ended(terminal, u64::from(seconds) * SECOND);
                }
            }
            Event::CutInAccept { terminal } => self.cut_in_accept(terminal)?,
            Event::CutInAnswer { terminal } => self.terminals[terminal].cut_in_answer = true,
            Event::Weather { terminal, weather } => self.set_weather(terminal, weather),
            Event::Clock { terminal, hours } => {
                self.terminals[terminal].set_clock(i64::from(hours) * HOUR);
            }
            Event::Fill { terminal, kilobytes } => self.terminals[terminal].fill(kilobytes.into()),
            Event::Free { terminal } => self.terminals[terminal].free(),
            Event::KillHall { seconds } => {
                if self.hall.is_running() {
                    self.hall.kill();
                    self.hall_ended();
                    self.after(u64::from(seconds) * SECOND, Happening::StartHall);
                }
            }
            Event::CutHall => self.cut_hall = true,
            Event::BackUp => self.hall.back_up(),
            Event::Restore => {
                if self.hall.restore() {
                    self.hall_ended();
                    self.after(3 * SECOND, Happening::StartHall);
                }
            }
            Event::HallClock { minutes } => self.hall.set_clock(i64::from(minutes) * 60_000),
            Event::Decide { back, grant } => self.decide(back.into(), grant),
        }
        Ok(())
    }

    fn start_hall(&mut self) {
        if !self.hall.is_running() {
            STEPS.count(Kind::Started);
            self.note("the hall starts");
            self.hall.start();
        }
    }

    fn start_terminal(&mut self, terminal: usize) -> Result<(), String> {
        if self.terminals[terminal].ledger().is_some() {
            return Ok(());
        }
        STEPS.count(Kind::Started);
        match self.terminals[terminal].start() {
            Ok(()) => self.note(format!("terminal {terminal} starts")),
            // Nothing could be given back, and somebody else's file is in the way.
            Err(LedgerError::Full) if self.terminals[terminal].is_filled() => {
                self.note(format!("terminal {terminal} cannot start: its disk is full"));
                self.after(30 * SECOND, Happening::StartTerminal { terminal });
            }
            Err(error) => return Err(format!("terminal {terminal} cannot start: {error}")),
        }
        self.go_on(terminal);
        Ok(())
    }

    fn ended(&mut self, terminal: usize, pause: u64) {
        STEPS.count(Kind::Crashed);
        self.note(format!("terminal {terminal} leaves {}", self.terminals[terminal].image().lengths()));
        self.after(pause, Happening::StartTerminal { terminal });
    }

    fn hall_ended(&mut self) {
        STEPS.count(Kind::Crashed);
        self.note(format!("the hall leaves {}", self.hall.image().lengths()));
    }

    fn set_weather(&mut self, terminal: usize, weather: Weather) {
        let node = &mut self.terminals[terminal];
        node.weather = weather;
        node.line.plug(weather != Weather::Unplugged);
    }

    fn apply(&mut self, terminal: usize, with_file: bool) -> Result<(), String> {
        let Some(outcome) = self.terminals[terminal].accept(with_file) else { return Ok(()) };
        match outcome {
            Ok(accepted) => {
                STEPS.count(Kind::Accepted);
                self.note(format!("terminal {terminal} accepted {}", accepted.registration));
                let known = self.report.iter().find(|report| {
                    report.accepted.registration == accepted.registration
                        || report.accepted.application_id == accepted.application_id
                });
                if known.is_some() {
                    return Err(format!("{} was given twice", accepted.registration));
                }
                super::paper::order(self, terminal, accepted.print_job, &accepted.registration, 0);
                self.report.push(Report { terminal, accepted });
            }
            Err(AcceptError::DiskFull) if self.terminals[terminal].is_filled() => {
                self.note(format!("terminal {terminal} is closed: its disk is full"));
            }
            Err(error) => return Err(format!("terminal {terminal} refused an application: {error}")),
        }
        self.go_on(terminal);
        Ok(())
    }

    fn cut_in_accept(&mut self, terminal: usize) -> Result<(), String> {
        let before = self.terminals[terminal].image();
        let Some(outcome) = self.terminals[terminal].accept(false) else { return Ok(()) };
        if let Ok(accepted) = outcome {
            self.note(format!("the power goes while {} is accepted", accepted.registration));
            self.untold.push(accepted);
        }
        self.terminals[terminal].cut(&before, &mut self.chance);
        self.ended(terminal, 20 * SECOND);
        Ok(())
    }

    fn decide(&mut self, back: usize, grant: bool) {
        let Some(at) = self.arrivals.len().checked_sub(1 + back % self.arrivals.len().max(1)) else { return };
        let state = if grant { CaseState::Granted } else { CaseState::Supplement };
        self.hall.decide(self.arrivals[at], state);
    }

    /// Lets a terminal's sender go on, and takes what it sends.
    pub fn go_on(&mut self, terminal: usize) {
        let requests = self.terminals[terminal].poll();
        for (id, request) in requests {
            self.send(terminal, id, request);
        }
        let node = &mut self.terminals[terminal];
        let alarm = node.line.alarm();
        if alarm != node.alarm {
            node.alarm = alarm;
            if let Some(at) = alarm {
                self.push(at.max(self.clock.micros()), Happening::Alarm { terminal });
            }
        }
    }

    /// Everything that can be put right is. Clocks that are wrong stay wrong: nothing may depend on them.
    fn repair(&mut self) -> Result<(), String> {
        self.note("everything is well again");
        self.cut_hall = false;
        self.hall.set_clock(0);
        self.start_hall();
        for terminal in 0..self.terminals.len() {
            self.terminals[terminal].free();
            self.terminals[terminal].cut_in_answer = false;
            self.set_weather(terminal, Weather::Clear);
            self.start_terminal(terminal)?;
        }
        Ok(())
    }

    fn is_settled(&self) -> Result<bool, String> {
        let is_on_its_way = |happening: &Happening| match happening {
            Happening::Arrive { .. } | Happening::Answer { .. } | Happening::Print(_) => true,
            Happening::Do(_)
            | Happening::Alarm { .. }
            | Happening::StartTerminal { .. }
            | Happening::Heartbeats { .. }
            | Happening::StartHall => false,
        };
        if self.queue.values().any(is_on_its_way) {
            return Ok(false);
        }
        for node in &self.terminals {
            let ledger = node.ledger().ok_or("a terminal does not run")?;
            let counts = ledger.counts().map_err(|error| error.to_string())?;
            if counts.waiting > 0 || !ledger.chunks_waiting(1).map_err(|error| error.to_string())?.is_empty()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn waiting(&self) -> Result<String, String> {
        let counts = self.terminals.iter().filter_map(|node| Some(node.ledger()?.counts()));
        let counts = counts.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
        Ok(format!("{counts:?}"))
    }
}
