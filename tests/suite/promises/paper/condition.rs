//! Every state that a printer can be in: before a job, during it with somebody who puts it right, and after it.

use super::rig::{PrinterRig, Slips, is_one_of_each};
use bianmin_devices::printer::{Control, Fault, Mishap, Options};
use bianmin_terminal::config::Base;
use bianmin_terminal::device::printer::{Outcome, Proceed, Progress, Status};

#[test]
fn what_is_wrong_before_a_job_is_told_and_nothing_comes_out() {
    for base in [Base::Epson80, Base::Chinese80] {
        let slips = Slips::of(base);
        let rig = PrinterRig::new(slips.profile, Options::default());
        for (fault, status) in [
            (Fault::PaperOut, Status::PaperOut),
            (Fault::CoverOpen, Status::CoverOpen),
            (Fault::Jam, Status::Jam),
        ] {
            let mark = rig.mark();
            rig.control.fail(fault);
            assert_eq!(rig.status(), status);
            assert_eq!(rig.try_print(&slips.original), Outcome::Failed(status));
            rig.repair();
            assert_eq!(rig.status(), Status::Ready);
            assert_eq!(rig.ink_since(mark).len(), 0, "{fault:?}");
        }
    }
    let rig = PrinterRig::new(
        Slips::of(Base::Epson80).profile,
        Options { paper_mm: Some(60), ..Options::default() },
    );
    assert_eq!(rig.status(), Status::PaperLow);
}

#[test]
fn a_printer_that_says_nothing_or_nonsense_has_printed_nothing_for_sure() {
    for base in [Base::Epson80, Base::Chinese80] {
        let slips = Slips::of(base);
        for fault in [Fault::Mute, Fault::Stall, Fault::Garbage] {
            let rig = PrinterRig::new(slips.profile, Options::default());
            rig.control.fail(fault);
            let outcome = rig.try_print(&slips.original);
            assert_ne!(outcome, Outcome::Printed, "{base:?} {fault:?}");
            rig.control.resume();
            rig.settle();
            let paper = rig.ink_since(0);
            match outcome {
                Outcome::Failed(_) => assert_eq!(paper.len(), 0, "{base:?} {fault:?}"),
                _ => assert!(slips.original_ink.starts_with(&paper), "{base:?} {fault:?}"),
            }
        }
    }
}

/// What a person does at the machine.
type Hand = fn(&Control);

/// What stops a job after a few millimetres, how it is told, and what a person does about it.
const STOPS: [(Mishap, Status, Hand); 3] = [
    (Mishap::PaperOut, Status::PaperOut, |control| control.paper_in(None)),
    (Mishap::CoverOpen, Status::CoverOpen, Control::close_cover),
    (Mishap::Jam, Status::Jam, Control::clear_jam),
];

#[test]
fn a_job_that_stands_still_goes_on_once_it_is_put_right_and_nothing_is_printed_twice() {
    for base in [Base::Epson80, Base::Chinese80] {
        let slips = Slips::of(base);
        let rig = PrinterRig::new(slips.profile, Options::default());
        for (mishap, status, put_right) in STOPS {
            let mark = rig.mark();
            rig.control.fail(Fault::AfterMm(mishap, 40));
            let mut report = Vec::new();
            let outcome = rig.print(&slips.original, &mut |progress| {
                report.push(progress);
                if progress == Progress::Waiting(status) {
                    put_right(&rig.control);
                }
                Proceed::GoOn
            });
            assert_eq!(outcome, Outcome::Printed, "{base:?} {mishap:?}");
            assert!(report.contains(&Progress::Waiting(status)), "{base:?} {mishap:?}: {report:?}");
            assert!(rig.ink_since(mark) == slips.original_ink, "{base:?} {mishap:?}");
        }
    }
}

#[test]
fn a_blade_that_sticks_is_no_success_and_freeing_it_makes_it_one() {
    let slips = Slips::of(Base::Epson80);
    let rig = PrinterRig::new(slips.profile, Options::default());
    rig.control.fail(Fault::Cutter);
    assert_eq!(rig.try_print(&slips.original), Outcome::Unknown(Status::Cutter));
    rig.repair();
    let mark = rig.mark();
    rig.control.fail(Fault::Cutter);
    let outcome = rig.print(&slips.original, &mut |progress| {
        if progress == Progress::Waiting(Status::Cutter) {
            rig.control.unblock_cutter();
        }
        Proceed::GoOn
    });
    assert_eq!(outcome, Outcome::Printed, "it is told to try again");
    assert!(rig.ink_since(mark) == slips.original_ink, "not the slip");
}

#[test]
fn a_serial_port_tells_the_same_truth() {
    for base in [Base::Epson80, Base::Chinese80] {
        let slips = Slips::of(base);
        let rig = PrinterRig::serial(slips.profile);
        assert_eq!(rig.status(), Status::Ready);
        assert_eq!(rig.try_print(&slips.original), Outcome::Printed);
        assert!(rig.ink_since(0) == slips.original_ink, "not the slip");
        let mark = rig.mark();
        rig.control.fail(Fault::AfterMm(Mishap::Power, 40));
        let outcome = rig.try_print(&slips.original);
        assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
        assert_eq!(rig.try_print(&slips.reprint), Outcome::Printed);
        is_one_of_each(&rig.ink_since(mark), &slips, "serial");
    }
}

#[test]
fn paper_that_comes_before_the_job_is_given_up_prints_it() {
    let slips = Slips::of(Base::Epson80);
    let rig = PrinterRig::new(slips.profile, Options::default());
    rig.control.fail(Fault::PaperOut);
    let outcome = rig.print(&slips.original, &mut |progress| {
        if progress == Progress::Waiting(Status::PaperOut) {
            rig.control.paper_in(None);
        }
        Proceed::GoOn
    });
    assert_eq!(outcome, Outcome::Printed);
    assert!(rig.ink_since(0) == slips.original_ink, "not the slip");
}

#[test]
fn what_was_given_up_does_not_come_out_with_the_next_roll() {
    let slips = Slips::of(Base::Epson80);
    let rig = PrinterRig::new(slips.profile, Options::default());
    rig.control.fail(Fault::AfterMm(Mishap::PaperOut, 40));
    assert_eq!(rig.try_print(&slips.original), Outcome::Unknown(Status::PaperOut));
    let before = rig.ink_since(0).len();
    rig.control.paper_in(None);
    assert_eq!(rig.try_print(&slips.reprint), Outcome::Printed);
    rig.settle();
    let paper = rig.ink_since(0);
    assert_eq!(paper.len(), before + slips.reprint_ink.len(), "only the reprint is on the new roll");
    is_one_of_each(&paper, &slips, "given up");
}
