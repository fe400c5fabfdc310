//! The real programs under a supervisor that means them no good: a hall on either database, a terminal that sends and
//! prints in the background, a bad line between, and by seeded random numbers kills, stops, power cuts, full disks, clocks that
//! jump, restarts and restores. Then everything repairs, and what residents were told, the terminal's outbox, the hall's
//! cases and the paper must agree.
//!
//! What was done is printed in words; `BIANMIN_ACTS='…'` does it again.

mod act;
mod hall;
mod kiosk;

use super::bench::open;
use super::chance::{Chance, count, rounds};
use super::relay::Relay;
use crate::programs::{eventually, postgres};
use act::{Act, Verb, read, words};
use bianmin_terminal::ledger::{JobState, OutboxState};
use hall::Supervised;
use kiosk::Unattended;
use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::time::Duration;

fn stopped(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().unwrap_or_default().starts_with('T')
}

/// Nobody waits for anything here: these are the pauses that the schedule is made of.
fn pass(milliseconds: i64) {
    std::thread::sleep(Duration::from_millis(milliseconds.unsigned_abs()));
}

struct Scene {
    hall: Supervised,
    kiosk: Unattended,
    line: Relay,
    is_filled: bool,
    /// Whether the disk was full when the terminal was started: then it may be unable to.
    started_full: bool,
}

impl Scene {
    fn new(database: Option<String>, chance: &mut Chance) -> Self {
        let hall = Supervised::start(database);
        let line = Relay::to(&hall.hall.url, 0, chance.fork());
        let mut kiosk = Unattended::of(&hall.hall, &line.url);
        kiosk.start();
        Self { hall, kiosk, line, is_filled: false, started_full: false }
    }

    fn start(&mut self) {
        self.kiosk.kill();
        self.started_full = self.is_filled;
        self.kiosk.start();
    }

    fn perform(&mut self, act: Act) {
        match act.verb {
            Verb::Apply => (0..act.amount).for_each(|_| self.kiosk.apply()),
            Verb::Pause => pass(act.amount),
            Verb::KillKiosk => self.start(),
            Verb::StopKiosk => {
                self.kiosk.signal("STOP");
                pass(act.amount);
                self.kiosk.signal("CONT");
            }
            Verb::CutKiosk => {
                self.kiosk.cut_power();
                self.start();
            }
            Verb::Fill => {
                self.is_filled = true;
                self.kiosk.disk.fill_but(act.amount as usize);
            }
            Verb::Free => self.free(),
            Verb::Clock => self.kiosk.set_clock(act.amount),
            Verb::Line => self.line.spoil(act.amount as usize),
            Verb::KillHall => self.hall.kill(),
            Verb::StopHall => {
                self.hall.signal("STOP");
                pass(act.amount);
                self.hall.signal("CONT");
            }
            Verb::RestartHall => self.hall.restart(),
            Verb::CutHall => self.hall.cut_power(),
            Verb::HallClock => self.hall.set_clock(act.amount),
            Verb::BackUp => self.hall.back_up(),
            Verb::Restore => self.hall.restore(),
        }
        if !self.kiosk.is_running() && !self.is_filled {
            // It may have been starting while the disk was full.
            assert!(self.started_full, "the terminal ended by itself: {}", self.kiosk.last_words());
            self.start();
        }
    }

    fn free(&mut self) {
        self.is_filled = false;
        self.kiosk.disk.free();
        if !self.kiosk.is_running() {
            self.start();
        }
    }

    /// Puts right what can be. The terminal's clock stays as wrong as it is.
    fn repair(&mut self) {
        self.line.spoil(0);
        self.hall.set_clock(0);
        self.free();
        // A technician starts it once more, and what was on its way to the printer is told as unknown.
        self.start();
        let ledger = open(self.kiosk.kiosk.folder.path(), &self.kiosk.identity, 0);
        // Nothing waits either while the terminal has not heard yet that the hall was restored.
        eventually("sending everything, and again what a restored hall has lost", || {
            let has_all = || self.hall.hall.cases().len() >= ledger.records().unwrap().len();
            (ledger.counts().unwrap().waiting == 0 && has_all()).then_some(())
        });
        self.kiosk.kill();
    }

    fn judge(&self) {
        assert_eq!(self.kiosk.refused(), Vec::<String>::new(), "refused for no reason");
        let report = self.kiosk.report();
        assert_eq!(report.iter().collect::<HashSet<_>>().len(), report.len(), "a number was given twice");
        let ledger = open(self.kiosk.kiosk.folder.path(), &self.kiosk.identity, 0);
        let records = ledger.records().unwrap();
        let known: HashSet<String> = records.iter().map(|record| record.registration.to_string()).collect();
        let lost: Vec<_> = report.iter().filter(|number| !known.contains(*number)).collect();
        assert!(lost.is_empty(), "told, and not at the terminal any more: {lost:?}");
        let cases = self.hall.hall.cases();
        let at_hall: HashMap<&str, &str> = cases
            .iter()
            .map(|case| (case["registration"].as_str().unwrap(), case["case_number"].as_str().unwrap()))
            .collect();
        assert_eq!(at_hall.len(), cases.len(), "one application is two cases");
        assert_eq!(at_hall.values().collect::<HashSet<_>>().len(), cases.len(), "a case number twice");
        for record in &records {
            let number = record.registration.to_string();
            assert_eq!(record.state, OutboxState::Acknowledged, "{number}");
            let case = record.case_number.as_ref().map(ToString::to_string);
            assert_eq!(at_hall.get(number.as_str()).copied(), case.as_deref(), "{number}");
            for job in ledger.jobs(&record.registration).unwrap() {
                let came_out = self.kiosk.has_printed(&number, job.copy);
                match job.status.state {
                    JobState::Printed => assert!(came_out, "{number} is said to be printed"),
                    JobState::Failed | JobState::Intent => {
                        assert!(!came_out, "{number} is said to be {:?}", job.status.state);
                    }
                    JobState::Sent | JobState::Unknown => {}
                }
            }
        }
        assert_eq!(cases.len(), records.len(), "the hall has what no terminal handed in");
        let _ = writeln!(std::io::stderr(), "  {} were told, {} cases", report.len(), cases.len());
    }
}

fn whatever_is_done_the_ledgers_agree(name: &'static str, database: impl Fn() -> Option<String>) {
    let mut chance = Chance::new(name);
    for _ in rounds(name, 1, 12) {
        let database = database();
        let has_disk = database.is_none();
        let acts = match std::env::var("BIANMIN_ACTS") {
            Ok(words) => read(&words),
            Err(_) => (0..count(100, 200)).map(|_| Act::drawn(&mut chance, has_disk)).collect(),
        };
        let _ = writeln!(std::io::stderr(), "{name}: BIANMIN_ACTS='{}'", words(&acts));
        let mut scene = Scene::new(database, &mut chance);
        for act in acts {
            scene.perform(act);
        }
        scene.repair();
        scene.judge();
    }
}

#[test]
fn the_programs_agree_whatever_is_done_to_them_on_sqlite() {
    whatever_is_done_the_ledgers_agree("supervisor, SQLite", || None);
}

#[test]
fn the_programs_agree_whatever_is_done_to_them_on_postgresql() {
    whatever_is_done_the_ledgers_agree("supervisor, PostgreSQL", || Some(postgres()));
}
