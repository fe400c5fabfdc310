//! Printers and what comes out of them. A printer works, fails before anything comes out, or never says what it did.

use super::day::{Day, Happening, MILLI, SECOND};
use super::trace::{Kind, STEPS};
use crate::promises::chance::Chance;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::{JobId, JobState, PrintReason, PrintStatus};

/// All sheets that came out, by number and copy.
pub struct Paper {
    chance: Chance,
    pub sheets: Vec<(String, u32)>,
}

impl Paper {
    pub fn new(chance: Chance) -> Self {
        Self { chance, sheets: Vec::new() }
    }
}

/// A print job that goes on.
pub struct Step {
    terminal: usize,
    life: u32,
    job: JobId,
    registration: RegistrationNumber,
    copy: u32,
    /// What the printer will say; none before the job was begun.
    outcome: Option<JobState>,
}

/// Hands a job to the terminal's print worker.
pub fn order(day: &mut Day, terminal: usize, job: JobId, registration: &RegistrationNumber, copy: u32) {
    let life = day.terminals[terminal].life;
    let registration = registration.clone();
    day.after(20 * MILLI, Happening::Print(Step { terminal, life, job, registration, copy, outcome: None }));
}

/// A resident asks for the newest receipt once more.
pub fn reprint(day: &mut Day, terminal: usize) -> Result<(), String> {
    let newest = day.report.iter().rev().find(|report| report.terminal == terminal);
    let Some(registration) = newest.map(|report| report.accepted.registration.clone()) else { return Ok(()) };
    let node = &day.terminals[terminal];
    let Some(ledger) = node.ledger() else { return Ok(()) };
    match ledger.reprint(&registration, node.time()) {
        Ok(Some(job)) => order(day, terminal, job.job, &registration, job.copy),
        Ok(None) => return Err(format!("{registration} was told and cannot be reprinted")),
        Err(error) if node.is_filled() => day.note(format!("no reprint: {error}")),
        Err(error) => return Err(format!("{registration} cannot be reprinted: {error}")),
    }
    Ok(())
}

/// The next step of a job: as the print worker does it, the journal first.
pub fn go_on(day: &mut Day, step: Step) -> Result<(), String> {
    let node = &day.terminals[step.terminal];
    let Some(ledger) = node.ledger().filter(|_| node.life == step.life) else { return Ok(()) };
    STEPS.count(Kind::Printing);
    let state = step.outcome.unwrap_or(JobState::Sent);
    let offline = PrintReason::Printer(Status::Offline);
    let reason = matches!(state, JobState::Failed | JobState::Unknown).then_some(offline);
    match ledger.set_job(step.job, PrintStatus { state, reason }, node.time()) {
        Ok(true) => {}
        // What had ended before is not printed, as the print worker does it.
        Ok(false) => return Ok(()),
        Err(error) if node.is_filled() => {
            day.note(format!("the journal cannot say {state:?} of {}: {error}", step.registration));
            return Ok(());
        }
        Err(error) => return Err(format!("the journal of {} cannot be written: {error}", step.registration)),
    }
    day.note(format!("{} copy {}: {state:?}", step.registration, step.copy));
    if step.outcome.is_some() {
        return Ok(());
    }
    let (outcome, comes_out) = match day.paper.chance.below(10) {
        0 => (JobState::Failed, false),
        1 => (JobState::Unknown, false),
        2 => (JobState::Unknown, true),
        _ => (JobState::Printed, true),
    };
    if comes_out {
        day.paper.sheets.push((step.registration.to_string(), step.copy));
    }
    let pause = day.paper.chance.next() % (8 * SECOND);
    day.after(pause, Happening::Print(Step { outcome: Some(outcome), ..step }));
    Ok(())
}
