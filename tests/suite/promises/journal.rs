//! The print journal survives a SIGKILL between any two of its steps: numbers never repeat, nothing is printed twice
//! by itself, and journal, screen and paper agree about what came out.

use super::bench::Terminal as Enrolled;
use crate::driver::Driver;
use crate::programs::{Hall, halted_telling, program};
use crate::resident;
use bianmin_devices::printer::{Options, Printer};
use bianmin_kiosk::app::App;
use bianmin_kiosk::services::Services;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::config::{self, Config};
use bianmin_terminal::ledger::{JobKind, JobState, PrintJob};
use bianmin_terminal::services::Terminal;
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The points between which the journal has its steps, in order.
const POINTS: [&str; 6] = [
    "intent committed",
    "print before sent",
    "print after sent",
    "print before record",
    "print after record",
    "",
];

const SOON: Duration = Duration::from_secs(30);

fn config(printer: &Printer) -> Config {
    let address = printer.addr().to_string();
    let printer = config::Printer::Tcp { address, profile: config::Profile::default() };
    let mut config = Config { printer, ..Config::default() };
    config.ledger.reserve_kb = 0;
    config
}

/// Prints one paper and is killed at `point`, or goes on to its end; everything that was told.
fn clerk(data: &Path, printer: &Printer, what: &str, point: &str) -> Vec<String> {
    let mut command = Command::new(program("examples/clerk"));
    command.arg(data).arg(printer.addr().to_string()).arg(what);
    halted_telling(command, point).1
}

/// The newest job of a kind.
fn newest(terminal: &Terminal, kind: JobKind) -> Option<PrintJob> {
    terminal.ledger().recent_jobs(10).unwrap().into_iter().find(|job| job.kind == kind)
}

#[test]
fn a_kill_between_any_two_steps_leaves_journal_screen_and_paper_in_agreement() {
    let hall = Hall::start(None);
    let enrolled = Enrolled::of(&hall);
    let mut numbers = HashSet::new();
    for what in ["receipt", "ticket"] {
        let kind = if what == "receipt" { JobKind::Receipt } else { JobKind::Ticket };
        // One ledger over all kills: what one left behind must not make the next number an old one.
        let folder = tempfile::tempdir().unwrap();
        enrolled.identity.store(folder.path()).unwrap();
        std::fs::copy(enrolled.catalogue_file(), folder.path().join("catalogue.sqlite")).unwrap();
        for point in POINTS {
            let when = format!("{what} killed at {point:?}");
            let printer = Printer::start(Options::default()).unwrap();
            let report = clerk(folder.path(), &printer, what, point);
            for line in report.iter().filter(|line| !line.starts_with("ended")) {
                assert!(numbers.insert(line.clone()), "{when}: {line} was given twice");
            }
            printer.control().wait_until_idle(SOON).unwrap();
            let came_out = printer.control().slips().len();
            // The terminal starts again; nothing is printed by itself.
            clerk(folder.path(), &printer, "nothing", "");
            let terminal = Terminal::open(config(&printer), folder.path()).unwrap();
            let job = newest(&terminal, kind).unwrap();
            agree(&job, came_out, &when);
            if let Some(number) = &job.registration {
                shown(&terminal, number, &job, &when);
            }
            printer.control().wait_until_idle(SOON).unwrap();
            assert_eq!(printer.control().slips().len(), came_out, "{when}: printed again by itself");
        }
    }
    // Once more of each, to the end: these numbers are new too.
    assert_eq!(numbers.len(), told_at_least(&numbers));
}

/// Every number that anybody was told is counted once.
fn told_at_least(numbers: &HashSet<String>) -> usize {
    let receipts = numbers.iter().filter(|line| line.starts_with("receipt ")).count();
    let tickets = numbers.iter().filter(|line| line.starts_with("ticket ")).count();
    assert!(receipts >= 2 && tickets >= 2, "hardly any number was told: {numbers:?}");
    receipts + tickets
}

/// What the journal says of a job is true of the paper.
#[track_caller]
fn agree(job: &PrintJob, came_out: usize, when: &str) {
    match job.status.state {
        JobState::Printed => assert_eq!(came_out, 1, "{when}: the journal says printed"),
        JobState::Failed => {
            assert_eq!(came_out, 0, "{when}: the journal says that nothing came out");
            assert!(job.status.reason.is_some(), "{when}");
        }
        JobState::Unknown => {
            assert!(came_out <= 1, "{when}");
            assert!(job.status.reason.is_some(), "{when}");
        }
        JobState::Intent | JobState::Sent => panic!("{when}: the journal still hopes: {job:?}"),
    }
}

/// The resident who asks with the receipt is told the same.
fn shown(terminal: &Terminal, number: &str, job: &PrintJob, when: &str) {
    let number: RegistrationNumber = number.parse().unwrap();
    let mut driver = Driver::new(App::new(Services::new(terminal.clone())));
    let t = |driver: &Driver, key: &str| driver.app().context().t(key);
    let title = t(&driver, "progress-other");
    let token = terminal.ledger().record(&number).unwrap().unwrap().token;
    resident::asks(&mut driver, &terminal.applications().receipt_url(&token), &title, &mut |_, _| {});
    let unknown = t(&driver, "receipt-paper-unknown");
    let failed = t(&driver, "job-reason-restart");
    let words: Vec<String> = driver.words().into_iter().map(|one| one.words).collect();
    let when = format!("{when}, {job:?}: {}", words.join(" | "));
    assert_eq!(driver.sees(&unknown), job.status.state == JobState::Unknown, "{when}");
    assert_eq!(driver.sees(&failed), job.status.state == JobState::Failed, "{when}");
}
