//! No accepted application is lost: whatever was told to a resident is there and whole when the power, or the
//! program, comes back; and an acknowledged one is at the hall when the hall does.

use super::bench::{Terminal, open};
use super::chance::{Chance, rounds};
use super::disks::LoopDisk;
use super::idempotency::{Copies, acknowledged};
use crate::programs::{Hall, eventually, postgres, signal};
use bianmin_terminal::ledger::OutboxState;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Child;
use std::time::Duration;

/// Lets the writer get so many lines out, stops it in mid-step, does `harm`, ends it, and returns every line that
/// it got out.
fn interrupted(mut writer: Child, lines: usize, pause: Duration, harm: impl FnOnce(&Child)) -> Vec<String> {
    let mut out = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut report: Vec<String> = out.by_ref().take(lines).map(Result::unwrap).collect();
    assert_eq!(report.len(), lines, "the writer ended by itself");
    // Where in the next application it is stopped is what varies.
    std::thread::sleep(pause);
    harm(&writer);
    writer.kill().unwrap();
    writer.wait().unwrap();
    report.extend(out.map(Result::unwrap));
    report
}

fn stopped(writer: &Child) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", writer.id())).unwrap();
    stat.rsplit(") ").next().unwrap().starts_with('T')
}

/// Everything told is in the ledger, waits, and proves itself.
#[track_caller]
fn all_there(terminal: &Terminal, data: &Path, report: &[String], when: &str) {
    let ledger = open(data, &terminal.identity, 0);
    let records = ledger.records().unwrap();
    let kept: HashSet<String> = records.iter().map(|record| record.registration.to_string()).collect();
    let lost: Vec<_> = report.iter().filter(|number| !kept.contains(*number)).collect();
    assert!(
        lost.is_empty(),
        "{when}: {} of {} accepted applications are lost: {lost:?}",
        lost.len(),
        report.len()
    );
    assert!(records.iter().all(|record| record.state == OutboxState::Waiting), "{when}");
    assert_eq!(ledger.waiting(usize::MAX).unwrap().len(), records.len(), "{when}: not whole");
}

#[test]
fn a_power_cut_loses_nothing_that_was_accepted() {
    let mut chance = Chance::new("power cuts");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let mut numbers = HashSet::new();
    let mut report = Vec::new();
    let mut disk = LoopDisk::new();
    for cut in rounds("power cuts", 10, 200) {
        if cut % 25 == 0 {
            disk = LoopDisk::new();
            terminal.identity.store(&disk.path().join("data")).unwrap();
            report.clear();
            numbers.clear();
        }
        let data = disk.path().join("data");
        let writer = terminal.writer(&data).spawn().unwrap();
        let (lines, pause) = (chance.below(30), Duration::from_micros(chance.next() % 8000));
        let more = interrupted(writer, lines, pause, |writer| {
            signal(writer, "STOP");
            eventually("stopping the writer", || stopped(writer).then_some(()));
            disk.cut_power();
        });
        for number in &more {
            assert!(numbers.insert(number.clone()), "{number} was given twice");
        }
        report.extend(more);
        disk.unmount();
        disk.mount();
        all_there(&terminal, &data, &report, &format!("cut {cut}"));
    }
    disk.unmount();
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_accepted() {
    let mut chance = Chance::new("kills");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let mut numbers = HashSet::new();
    let mut report = Vec::new();
    let mut folder = tempfile::tempdir().unwrap();
    for kill in rounds("kills", 30, 1000) {
        if kill % 50 == 0 {
            folder = tempfile::tempdir().unwrap();
            terminal.identity.store(folder.path()).unwrap();
            report.clear();
            numbers.clear();
        }
        let writer = terminal.writer(folder.path()).spawn().unwrap();
        let (lines, pause) = (chance.below(6), Duration::from_micros(chance.next() % 8000));
        let more = interrupted(writer, lines, pause, |_| ());
        for number in &more {
            assert!(numbers.insert(number.clone()), "{number} was given twice");
        }
        report.extend(more);
        all_there(&terminal, folder.path(), &report, &format!("kill {kill}"));
    }
}

/// The hall dies the moment its answer is out.
fn what_the_hall_acknowledged_is_there(database: Option<String>) {
    let mut hall = Hall::start(database);
    let terminal = Terminal::of(&hall);
    let copies = Copies::of(&terminal);
    for death in rounds("deaths of the hall", 4, 100) {
        let envelope = copies.envelope();
        let first = acknowledged(&copies, &copies.send(&hall.url, &envelope).unwrap());
        hall.kill();
        hall.start_again();
        let numbers: Vec<_> = hall.cases();
        assert_eq!(numbers.len(), death + 1, "an acknowledged application is not at the hall");
        assert_eq!(acknowledged(&copies, &copies.send(&hall.url, &envelope).unwrap()), first);
    }
}

#[test]
fn what_the_hall_acknowledged_survives_its_death_on_sqlite() {
    what_the_hall_acknowledged_is_there(None);
}

#[test]
fn what_the_hall_acknowledged_survives_its_death_on_postgresql() {
    what_the_hall_acknowledged_is_there(Some(postgres()));
}
