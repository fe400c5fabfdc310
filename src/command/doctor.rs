//! `doctor`: one line for each device and service, with what to do about it: the same findings as in the terminal's
//! maintenance, in the language of the environment.

use super::Output;
use anyhow::Context as _;
use bianmin_locale::{Language, Texts, Words};
use bianmin_settings::{Problem, ProblemLevel};
use bianmin_terminal::config::Config;
use bianmin_terminal::services::Terminal;
use bianmin_terminal::services::health::{self, Finding, Part, Severity};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// A finding as JSON.
#[derive(Serialize)]
struct FindingRow {
    part: &'static str,
    well: bool,
    soon: bool,
    state: String,
    advice: String,
}

pub(super) fn run(chosen: Option<&Path>, data: &Path, out: &Output) -> anyhow::Result<ExitCode> {
    let texts = Texts::new(Language::of_environment());
    let (config, mut findings) = configuration(chosen, &texts);
    findings.extend(look(config, data)?);
    let healthy = findings.iter().all(|finding| finding.severity != Severity::Critical);
    let rows: Vec<FindingRow> = findings.iter().map(|finding| row(finding, &texts)).collect();
    out.print(&rows, |_| findings.iter().map(|finding| line(finding, &texts)).collect::<Vec<_>>())?;
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The configuration as far as it can be read, and every problem of it.
fn configuration(chosen: Option<&Path>, texts: &Texts) -> (Config, Vec<Finding>) {
    let wrong = |problem: &Problem| {
        let state = Words::new("health-configuration-wrong").with("error", problem.say(texts));
        let advice = Words::new("health-configuration-advice");
        match problem.level {
            ProblemLevel::Error => Finding::critical(Part::Configuration, state, advice),
            ProblemLevel::Remark => Finding::warning(Part::Configuration, state, advice),
        }
    };
    match super::inspect(chosen) {
        Ok(None) => {
            let state = Words::new("health-configuration-none").with("path", super::CONFIG);
            let advice = Words::new("health-configuration-none-advice");
            (Config::default(), vec![Finding::warning(Part::Configuration, state, advice)])
        }
        Ok(Some(inspected)) => {
            let mut findings: Vec<Finding> = inspected.problems().iter().map(wrong).collect();
            if findings.is_empty() {
                let state =
                    Words::new("health-configuration").with("place", inspected.value.place.name.clone());
                findings.push(Finding::ok(Part::Configuration, state));
            }
            (inspected.value, findings)
        }
        Err(invalid) => (Config::default(), invalid.problems.iter().map(wrong).collect()),
    }
}

fn look(config: Config, data: &Path) -> anyhow::Result<Vec<Finding>> {
    let runtime = super::runtime()?;
    match Terminal::open(config.clone(), data) {
        Ok(terminal) => {
            runtime.block_on(terminal.health().findings()).context("the terminal cannot be looked at")
        }
        Err(error) => Ok(runtime.block_on(health::before_opening(&config, data, &error))),
    }
}

fn row(finding: &Finding, texts: &Texts) -> FindingRow {
    let (_, state, advice) = finding.say(texts);
    FindingRow {
        part: finding.part.name(),
        well: finding.severity != Severity::Critical,
        soon: finding.severity == Severity::Warning,
        state,
        advice: advice.unwrap_or_default(),
    }
}

fn line(finding: &Finding, texts: &Texts) -> String {
    let mark = match finding.severity {
        Severity::Ok => "ok  ",
        Severity::Warning => "soon",
        Severity::Critical => "FAIL",
    };
    let (part, state, advice) = finding.say(texts);
    let advice = advice.map(|advice| format!(" — {advice}")).unwrap_or_default();
    format!("{mark}  {part}  {state}{advice}")
}
