//! `doctor`: one line for each device and service, with what to do about it.

use super::Output;
use bianmin_terminal::config::Config;
use bianmin_terminal::device::printer::{Printer, Status};
use bianmin_terminal::ledger::Intake;
use bianmin_terminal::services::Terminal;
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

#[derive(Serialize)]
struct Finding {
    part: &'static str,
    well: bool,
    state: String,
    advice: &'static str,
}

fn well(part: &'static str, state: impl Into<String>) -> Finding {
    Finding { part, well: true, state: state.into(), advice: "" }
}

fn ill(part: &'static str, state: impl Into<String>, advice: &'static str) -> Finding {
    Finding { part, well: false, state: state.into(), advice }
}

pub(super) fn run(chosen: Option<&Path>, data: &Path, out: &Output) -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    match super::load(chosen) {
        Ok(config) => {
            findings.push(well("configuration", config.place.name.clone()));
            look(config, data, &mut findings)?;
        }
        Err(error) => {
            findings.push(ill("configuration", format!("{error:#}"), "correct the line that is named"))
        }
    }
    let healthy = findings.iter().all(|finding| finding.well);
    out.print(&findings, |findings| findings.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(finding: &Finding) -> String {
    let mark = if finding.well { "ok  " } else { "FAIL" };
    let advice = if finding.advice.is_empty() { String::new() } else { format!(" — {}", finding.advice) };
    format!("{mark}  {:13}  {}{advice}", finding.part, finding.state)
}

fn look(config: Config, data: &Path, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    findings.push(printer(Printer::new(&config.printer).status()));
    let terminal = match Terminal::open(config, data) {
        Ok(terminal) => terminal,
        Err(error) => {
            findings.push(ill("terminal", error.to_string(), "see the manual's chapter on set-up"));
            return Ok(());
        }
    };
    findings.push(well("terminal", terminal.id().to_owned()));
    findings.push(match terminal.status().intake {
        Intake::Open => well("disk", "room for applications"),
        Intake::DiskFull => ill("disk", "full: intake is closed", "remove other files or fit a larger disk"),
    });
    let counts = terminal.ledger().counts()?;
    let state = format!(
        "{} waiting, {} acknowledged, {} quarantined",
        counts.waiting, counts.acknowledged, counts.quarantined
    );
    findings.push(match counts.quarantined {
        0 => well("ledger", state),
        _ => ill("ledger", state, "see `outbox list`; put the cause right, then `outbox retry`"),
    });
    let missing = terminal.ledger().missing()?;
    if missing > 0 {
        findings.push(ill(
            "ledger",
            format!("{missing} accepted applications cannot be read any more: the disk has damaged them"),
            "keep the folders damaged-*, ask the hall which numbers it misses, and fit another disk",
        ));
    }
    let catalogue = terminal.catalogue();
    findings.push(if catalogue.is_empty() {
        ill("catalogue", "none yet", "connect the network and run `sync --once`")
    } else {
        well("catalogue", format!("revision {}, {} items", catalogue.revision, catalogue.items.len()))
    });
    findings.push(match super::runtime()?.block_on(terminal.health()) {
        Ok(version) => well("hall", format!("reached, version {version}")),
        Err(error) => {
            ill("hall", error.to_string(), "check cable, router and the hall's address; applications wait")
        }
    });
    Ok(())
}

fn printer(status: Status) -> Finding {
    match status {
        Status::Ready => well("printer", "ready"),
        Status::PaperLow => well("printer", "paper low: bring a new roll"),
        Status::Absent => well("printer", "none configured: receipts are shown on the screen"),
        Status::PaperOut => {
            ill("printer", "out of paper", "insert a roll, coated side towards the head, close the cover")
        }
        Status::CoverOpen => ill("printer", "cover open", "close the cover until it clicks"),
        Status::Jam => ill("printer", "paper is stuck", "open the cover, take the stuck paper out, close it"),
        Status::Cutter => ill(
            "printer",
            "the cutter is stuck",
            "open the cover and turn the cutter's wheel until it is free",
        ),
        Status::Fault => ill("printer", "reports a fault", "let it cool down, then switch it off and on"),
        Status::Offline => {
            ill("printer", "cannot be reached", "check power and cable, then the address in kiosk.toml")
        }
        Status::Unknown => ill("printer", "does not say how it is", "print a test page and look at it"),
    }
}
