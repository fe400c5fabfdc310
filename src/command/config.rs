//! `config`: whether a file is valid, with every mistake at once, and what is in force.

use super::{CONFIG, Output, inspect, load};
use anyhow::Context as _;
use bianmin_locale::{Language, Texts};
use bianmin_settings::{Problem, ProblemLevel};
use clap::Subcommand;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Say whether a file is valid, and if not, where.
    Check {
        /// The file; the one in use without it.
        file: Option<PathBuf>,
    },
    /// Print the configuration in force, defaults included.
    Show {
        /// The file; the one in use without it.
        file: Option<PathBuf>,
    },
}

#[derive(Serialize)]
struct Answer {
    valid: bool,
    file: String,
    problems: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    line: Option<usize>,
    key: Option<String>,
    severity: &'static str,
    message: String,
}

pub(super) fn run(command: Command, chosen: Option<&Path>, out: &Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check { file } => check(file.as_deref().or(chosen).unwrap_or(Path::new(CONFIG)), out),
        Command::Show { file } => {
            let config = load(file.as_deref().or(chosen))?;
            let text = toml::to_string_pretty(&config).context("the configuration cannot be shown")?;
            out.print(&config, |_| text.trim_end().lines().map(str::to_owned).collect::<Vec<_>>())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(path: &Path, out: &Output) -> anyhow::Result<ExitCode> {
    let texts = Texts::new(Language::of_environment());
    let problems = match inspect(Some(path)) {
        Ok(inspected) => inspected.map(|inspected| inspected.problems()).unwrap_or_default(),
        Err(invalid) => invalid.problems,
    };
    let valid = problems.iter().all(|problem| problem.level != ProblemLevel::Error);
    let file = path.display().to_string();
    let rows = problems.iter().map(|problem| row(problem, &texts)).collect();
    let answer = Answer { valid, file: file.clone(), problems: rows };
    out.print(&answer, |_| {
        let verdict = texts.t(if valid { "config-valid" } else { "config-invalid" });
        let lines = problems.iter().map(|problem| format!("  {}", problem.say(&texts)));
        std::iter::once(format!("{file}: {verdict}")).chain(lines).collect::<Vec<_>>()
    })?;
    Ok(if valid { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn row(problem: &Problem, texts: &Texts) -> Row {
    Row {
        line: problem.line,
        key: problem.key.clone(),
        severity: match problem.level {
            ProblemLevel::Error => "error",
            ProblemLevel::Remark => "remark",
        },
        message: problem.words.say(texts),
    }
}
