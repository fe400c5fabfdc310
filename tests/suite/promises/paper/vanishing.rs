//! A printer that vanishes at every byte of a receipt, and a receipt at every millimetre of which something happens.
//!
//! A long run takes all bytes with a printer that answers for each job. Those without such answers wait longer, and
//! all bytes took more than twelve minutes; so there it takes one byte in [`WITHOUT_IDS`], others each time, and all
//! headers.

use super::rig::{PrinterRig, Slips, agrees};
use crate::promises::chance::{Chance, count};
use bianmin_devices::printer::{Fault, Mishap, Options};
use bianmin_terminal::config::Base;
use bianmin_terminal::device::printer::{Outcome, Status};

/// Bytes that go before and after a receipt at most: status, clearing, the cut, the process id.
const AROUND: usize = 64;

/// In a long run with printers without process ids one byte in so many.
const WITHOUT_IDS: usize = 16;

/// So many of the places, with the first and the last ones among them; in a long run every `step`th of them.
fn places(chance: &mut Chance, all: usize, short: usize, step: usize) -> Vec<usize> {
    if count(0, 1) == 1 {
        return (chance.below(step)..all).step_by(step).collect();
    }
    let mut places: Vec<usize> = (0..short).map(|_| chance.below(all)).collect();
    places.extend((0..16).chain(all - AROUND..all).step_by(3));
    places
}

/// Every place inside the headers of pictures and codes, where what is sent next could become a length.
fn headers(bytes: &[u8]) -> Vec<usize> {
    // The status is asked for before the first byte.
    let begins = |at: &usize| matches!(bytes[*at..], [0x1d, b'v' | b'(', ..]);
    (0..bytes.len()).filter(begins).flat_map(|at| (1..9).map(move |further| 12 + at + further)).collect()
}

#[test]
fn vanishing_at_any_byte_of_a_receipt_leaves_driver_and_paper_of_one_mind() {
    let mut chance = Chance::new("vanishing printers");
    let slips = Slips::of(Base::Epson80);
    assert!(slips.original.len() <= 2048, "a receipt of {} bytes", slips.original.len());
    let rig = PrinterRig::new(slips.profile, Options::default());
    let (mut printed, mut failed, mut unknown) = (0, 0, 0);
    for at in places(&mut chance, slips.original.len() + AROUND, 40, 1) {
        for fault in [Fault::DisconnectAt(at as u64), Fault::PowerAt(at as u64)] {
            match agrees(&rig, &slips, fault) {
                Outcome::Printed => printed += 1,
                Outcome::Failed(status) => {
                    assert_eq!(status, Status::Offline);
                    failed += 1;
                }
                Outcome::Unknown(status) => {
                    assert_eq!(status, Status::Offline);
                    unknown += 1;
                }
            }
        }
    }
    // The places around the receipt have been hit as well, or this would prove less than it says.
    assert!(
        failed > 0 && unknown > 0 && printed > 0,
        "{printed} printed, {failed} failed, {unknown} unknown"
    );
}

#[test]
fn a_printer_without_process_ids_is_believed_no_more_than_it_knows() {
    let mut chance = Chance::new("vanishing printers without process ids");
    for base in [Base::Chinese80, Base::Chinese58] {
        let slips = Slips::of(base);
        for keep_half_command in [false, true] {
            let rig = PrinterRig::new(slips.profile, Options { keep_half_command, ..Options::default() });
            let mut places = places(&mut chance, slips.original.len() + AROUND, 8, WITHOUT_IDS);
            if keep_half_command {
                places.extend(headers(&slips.original));
            }
            for at in places {
                agrees(&rig, &slips, Fault::DisconnectAt(at as u64));
            }
        }
    }
}

#[test]
fn whatever_happens_at_any_millimetre_driver_and_paper_agree() {
    let mut chance = Chance::new("mishaps");
    let slips = Slips::of(Base::Epson80);
    let rig = PrinterRig::new(slips.profile, Options::default());
    let long = slips.original_ink.len() / 8;
    for mishap in [Mishap::Power, Mishap::Disconnect, Mishap::CoverOpen, Mishap::PaperOut, Mishap::Jam] {
        for _ in 0..count(6, 100) {
            let mm = chance.below(long) as u32;
            let outcome = agrees(&rig, &slips, Fault::AfterMm(mishap, mm));
            assert!(
                !matches!(outcome, Outcome::Failed(_)) || mm == 0,
                "{mishap:?} after {mm} mm: {outcome:?}"
            );
        }
    }
    for _ in 0..count(1, 20) {
        agrees(&rig, &slips, Fault::AfterMm(Mishap::Stall, chance.below(long) as u32));
    }
}
