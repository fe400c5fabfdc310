//! `doctor`: one line for each device and service, with what to do about it: the same findings as in the terminal's
//! maintenance, in the language of the environment.

use super::Output;
use anyhow::Context as _;
use bianmin_locale::{Language, Texts};
use bianmin_terminal::config::Config;
use bianmin_terminal::services::Terminal;
use bianmin_terminal::services::health::{Finding, Grade, Part, Words};
use serde::Serialize;
use std::path::Path;
use std::process::ExitCode;

/// A finding as JSON.
#[derive(Serialize)]
struct Row {
    part: &'static str,
    well: bool,
    soon: bool,
    state: String,
    advice: String,
}

pub(super) fn run(chosen: Option<&Path>, data: &Path, out: &Output) -> anyhow::Result<ExitCode> {
    let texts = Texts::new(language());
    let mut findings = Vec::new();
    match super::load(chosen) {
        Ok(config) => {
            let state = Words::new("health-configuration").with("place", config.place.name.clone());
            findings.push(Finding::well(Part::Configuration, state));
            findings.extend(look(config, data)?);
        }
        Err(error) => {
            let state = Words::new("health-configuration-wrong").with("error", format!("{error:#}"));
            let advice = Words::new("health-configuration-advice");
            findings.push(Finding::ill(Part::Configuration, state, advice));
        }
    }
    let healthy = findings.iter().all(|finding| finding.grade != Grade::Ill);
    let rows: Vec<Row> = findings.iter().map(|finding| row(finding, &texts)).collect();
    out.print(&rows, |_| {
        findings.iter().map(|finding| line(finding, &texts)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look(config: Config, data: &Path) -> anyhow::Result<Vec<Finding>> {
    match Terminal::open(config, data) {
        Ok(terminal) => {
            super::runtime()?.block_on(terminal.findings()).context("the terminal cannot be looked at")
        }
        Err(error) => {
            let state = Words::new("health-terminal-closed").with("error", error.to_string());
            Ok(vec![Finding::ill(Part::Terminal, state, Words::new("health-terminal-advice"))])
        }
    }
}

fn row(finding: &Finding, texts: &Texts) -> Row {
    let (_, state, advice) = finding.say(texts);
    Row {
        part: finding.part.name(),
        well: finding.grade != Grade::Ill,
        soon: finding.grade == Grade::Soon,
        state,
        advice: advice.unwrap_or_default(),
    }
}

fn line(finding: &Finding, texts: &Texts) -> String {
    let mark = match finding.grade {
        Grade::Well => "ok  ",
        Grade::Soon => "soon",
        Grade::Ill => "FAIL",
    };
    let (part, state, advice) = finding.say(texts);
    let advice = advice.map(|advice| format!(" — {advice}")).unwrap_or_default();
    format!("{mark}  {part}  {state}{advice}")
}

/// The technician's language, as the environment says it.
fn language() -> Language {
    let spoken = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| std::env::var(name).ok());
    match spoken {
        Some(tag) if tag.starts_with("zh") => Language::ZhCn,
        _ => Language::En,
    }
}
