//! `config check`: whether `hall.toml` is valid, with every mistake at once. Knows no capability.

use super::{Common, print_json};
use crate::config::Config;
use bianmin_locale::{Language, Texts};
use bianmin_settings::CheckReport;
use clap::Subcommand;
use std::path::PathBuf;

/// The settings file.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say whether a settings file is valid, and if not, where
    Check {
        /// The file; the one in use without it
        file: Option<PathBuf>,
    },
}

impl ConfigCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let Self::Check { file } = self;
        let Some(file) = file.or_else(|| common.config.clone()) else {
            anyhow::bail!("name a file, or one in use with --config");
        };
        let problems = match Config::inspect(&file) {
            Ok(parsed) => parsed.problems(),
            Err(invalid) => invalid.problems,
        };
        let report = CheckReport::new(&file, &problems, &Texts::new(Language::of_environment()));
        if common.wants_json() {
            print_json(&report)?;
        } else {
            bianmin_console::print_lines(report.lines())?;
        }
        anyhow::ensure!(report.valid, "{} is not valid", report.file);
        Ok(())
    }
}
