//! The mark in a printer's own memory, which wears out: written once however many slips bear it, and on every slip
//! whatever becomes of the memory.

use super::rig::{PrinterRig, Slips};
use crate::enrolled;
use crate::programs::eventually;
use crate::promises::chance::{Chance, count};
use bianmin_devices::printer::{Control, Fault, Options, Printer as Machine, Slip};
use bianmin_locale::Language;
use bianmin_terminal::config::{self, Base, Config, Dpi, Profile};
use bianmin_terminal::device::printer::Outcome;
use bianmin_terminal::device::receipt_printer::{self, ReceiptPrinter, Written};
use bianmin_terminal::ledger::{JobState, Outlet};
use bianmin_terminal::services::Terminal;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

fn configured(machine: &Machine, profile: Profile) -> Config {
    let printer = config::Printer::Tcp { address: machine.addr().to_string(), profile };
    Config { printer, ..Config::default() }
}

/// Prints a test slip to its end.
fn print(terminal: &Terminal, control: &Control) -> Slip {
    let before = control.status().slips;
    let job = terminal.printing().test_page(Outlet::Slip, Language::ZhCn).unwrap();
    let state = eventually("the end of a test slip", || {
        let state = terminal.ledger().job(job).unwrap()?.status.state;
        (!matches!(state, JobState::Intent | JobState::Sent)).then_some(state)
    });
    assert_eq!(state, JobState::Printed);
    control.wait_until_idle(Duration::from_secs(20)).unwrap();
    assert_eq!(control.status().slips, before + 1);
    control.slips().pop().unwrap()
}

/// At the head of the slip stands the mark as this profile's head prints it.
fn bears_mark(slip: &Slip, profile: Profile) {
    let mark = receipt_printer::Profile::new(&profile).bytes.mark_picture();
    let first = (0..slip.height).find(|&y| (0..slip.width).any(|x| slip.dot(x, y))).unwrap();
    for y in 0..mark.height() {
        for x in 0..slip.width {
            assert_eq!(slip.dot(x, first + y), mark.get(x, y), "dot {x}, {y} of the mark");
        }
    }
}

/// A program that begins with what lies on the disk, perhaps with another profile. The one before it goes on in its own
/// folder, because it ends only with its process, and prints no more.
fn again(folder: &Path, config: Config) -> (Terminal, TempDir) {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    enrolled::unmark(copy.path());
    let printer = ReceiptPrinter::new(&config.printer);
    let terminal = Terminal::open_with(config, copy.path(), printer).unwrap();
    terminal.start().unwrap();
    (terminal, copy)
}

#[test]
fn it_is_written_once_for_all_slips_and_restarts_and_replaced_when_it_changes() {
    let machine = Machine::start(Options::default()).unwrap();
    let control = machine.control();
    let profile = Profile::of(Base::Epson80);
    let (terminal, folder) = enrolled::terminal(configured(&machine, profile));
    terminal.start().unwrap();
    for _ in 0..count(4, 40) {
        bears_mark(&print(&terminal, &control), profile);
    }
    let raw = print(&terminal, &control).raw;
    assert!(raw.windows(3).any(|bytes| bytes == b"\x1d(L"), "it is printed from the memory");
    control.power_cycle();
    bears_mark(&print(&terminal, &control), profile);
    let (terminal, folder) = again(folder.path(), configured(&machine, profile));
    bears_mark(&print(&terminal, &control), profile);
    let status = control.status();
    assert_eq!((status.memory_writes, status.memory_pictures), (1, 1), "the memory wears out");

    // Another mark, here by another density: the old one makes room for it.
    let other = Profile { dpi: Some(Dpi::Dpi180), ..profile };
    let (terminal, _folder) = again(folder.path(), configured(&machine, other));
    for _ in 0..3 {
        bears_mark(&print(&terminal, &control), other);
    }
    let status = control.status();
    assert_eq!((status.memory_writes, status.memory_pictures), (3, 1), "stored, removed, stored");
    let counted = terminal.ledger().kept_mark().unwrap().unwrap();
    assert_eq!((counted.writes, counted.writes_in_all), (1, 2));
}

#[test]
fn a_memory_that_is_full_or_none_costs_nothing_but_the_dots() {
    for fault in [Fault::MemoryFull, Fault::NoMemory] {
        let machine = Machine::start(Options { faults: vec![fault], ..Options::default() }).unwrap();
        let control = machine.control();
        let profile = Profile::of(Base::Epson80);
        let (terminal, _folder) = enrolled::terminal(configured(&machine, profile));
        terminal.start().unwrap();
        for _ in 0..8 {
            bears_mark(&print(&terminal, &control), profile);
        }
        assert_eq!(control.status().memory_writes, 0);
        let counted = terminal.ledger().kept_mark().unwrap();
        // A full one takes nothing, which only shows afterwards; it is not tried for ever.
        let tried = counted.map_or(0, |kept| kept.writes);
        assert!(tried <= 5, "{fault:?}: tried {tried} times");
    }
    let machine = Machine::start(Options::default()).unwrap();
    let control = machine.control();
    let profile = Profile { nv_logo: Some(false), ..Profile::of(Base::Epson80) };
    let (terminal, _folder) = enrolled::terminal(configured(&machine, profile));
    terminal.start().unwrap();
    bears_mark(&print(&terminal, &control), profile);
    assert_eq!(control.status().memory_writes, 0, "the profile says that it has none");
}

#[test]
fn a_printer_that_vanishes_while_it_stores_the_mark_loses_no_slip() {
    let mut chance = Chance::new("marks half stored");
    let slips = Slips::of(Base::Epson80);
    let profile = receipt_printer::Profile::new(&slips.profile);
    let key = receipt_printer::key_of(&profile.bytes.mark_picture());
    // Status, clearing, the list, the picture, the list; and some bytes of the slip, when it has been stored.
    let all = 12 + 10 + 10 + 16 + profile.bytes.mark_picture().stride() * 48 + 10 + 60;
    let mut at: Vec<usize> = (0..count(24, 0)).map(|_| chance.below(all)).collect();
    at.extend((0..all).step_by(count(60, 1)));
    let (mut kept, mut lost) = (0, 0);
    for at in at {
        let fault = if at % 2 == 0 { Fault::DisconnectAt(at as u64) } else { Fault::PowerAt(at as u64) };
        let rig = PrinterRig::new(slips.profile, Options::default());
        rig.control.fail(fault);
        match rig.keep_mark(None) {
            Some(found) => {
                assert_eq!(found, key);
                kept += 1;
            }
            None => lost += 1,
        }
        rig.repair();
        // What was begun is not in the way of the slip, and nothing of it is on the paper.
        assert_eq!(rig.try_print(&slips.original), Outcome::Printed, "{fault:?}");
        rig.settle();
        assert!(rig.ink_since(0) == slips.original_ink, "{fault:?}: not the slip");
        // And the next time it is stored.
        assert_eq!(rig.keep_mark(Some(Written { key, writes: 1 })), Some(key), "{fault:?}");
        assert!(rig.control.status().memory_writes <= 2, "{fault:?}");
    }
    assert!(kept > 0 && lost > 0, "{kept} kept, {lost} lost");
}
