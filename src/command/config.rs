//! `config`: whether a file is valid, with every mistake at once, and what is in force.

use super::{CONFIG, Output, inspect, load};
use anyhow::Context as _;
use bianmin_locale::{Language, Texts};
use bianmin_settings::CheckReport;
use clap::Subcommand;
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
    let report = CheckReport::new(path, &problems, &texts);
    out.print(&report, |report| report.lines().to_vec())?;
    Ok(if report.valid { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
