//! Paper tells the truth: the journal never says printed when the printer did not, what the driver says and what
//! lies on the paper agree, and nothing is printed twice.

mod condition;
mod memory;
mod rig;
mod vanishing;

use super::bench::draft;
use super::chance::{Chance, count, rounds};
use crate::enrolled;
use crate::programs::eventually;
use bianmin_devices::printer::{Fault, Mishap, Options, Printer};
use bianmin_protocol::ids::ItemCode;
use bianmin_terminal::config::{self, Base, Config, Profile};
use bianmin_terminal::ledger::{JobState, PrintStatus};
use std::time::Duration;

#[test]
fn the_journal_and_the_paper_agree() {
    let mut chance = Chance::new("journal and paper");
    let machine = Printer::start(Options::default()).unwrap();
    let control = machine.control();
    let profile = Profile::of(Base::Epson80);
    let printer = config::Printer::Tcp { address: machine.addr().to_string(), profile };
    let (terminal, _folder) = enrolled::terminal(Config { printer, ..Config::default() });
    terminal.start().unwrap();
    let catalogue = terminal.catalogue();
    let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
    let mut printed = 0;
    for run in rounds("journal and paper", 8, 100) {
        let fault = match run % 4 {
            0 => None,
            1 => Some(Fault::DisconnectAt(22 + chance.below(1400) as u64)),
            2 => Some(Fault::PowerAt(22 + chance.below(1400) as u64)),
            _ => Some(Fault::AfterMm(Mishap::Power, chance.below(100) as u32)),
        };
        let before = control.status().slips;
        if let Some(fault) = fault {
            control.fail(fault);
        }
        let accepted = terminal.applications().submit(draft(item, catalogue.revision, Vec::new())).unwrap();
        let (state, reason) = eventually("an outcome of the print job", || {
            let PrintStatus { state, reason } =
                terminal.printing().receipt_status(&accepted.registration).unwrap()?;
            (!matches!(state, JobState::Intent | JobState::Sent)).then_some((state, reason))
        });
        control.wait_until_idle(Duration::from_secs(20)).unwrap();
        let cut = control.status().slips - before;
        match state {
            JobState::Printed => {
                assert!(cut >= 1, "printed, and no slip was cut: {fault:?}");
                printed += 1;
            }
            JobState::Failed => {
                let paper = control.uncut();
                assert!(cut == 0 && paper.inked().is_empty(), "failed, and ink on the paper: {fault:?}");
            }
            _ => {}
        }
        assert_eq!(reason.is_none(), state == JobState::Printed, "{fault:?}: {state:?} {reason:?}");
        control.forget_faults();
        // The hand that takes what hangs out.
        control.tear();
    }
    assert!(printed >= count(2, 25), "only {printed} printed");
}
