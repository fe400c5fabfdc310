//! The command line as every capability needs it. Lists are JSON with `--json` or when they go anywhere but a terminal;
//! one clear line on stderr and exit code 1 for a failure. Knows no capability.

pub(crate) mod config;
pub(crate) mod database;
pub(crate) mod invalid;
pub(crate) mod keys;
pub(crate) mod list;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Address, Store};
use crate::keys::Keys;
use crate::startup::{self, Purpose};
use bianmin_console::tell_lines;
use serde::Serialize;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Settings file (TOML)
    #[arg(long, global = true, value_name = "FILE", env = "BIANMIN_HALL_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of keys and the default database [default: hall-data]
    #[arg(long, global = true, value_name = "DIR", env = "BIANMIN_HALL_DATA")]
    data: Option<PathBuf>,
    /// Database address: sqlite:PATH or postgres://…
    #[arg(long, global = true, value_name = "URL", env = "BIANMIN_HALL_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Print one JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// One clear line, and the exit code of a failure.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    tell(&format!("{error:#}").replace('\n', " "));
    ExitCode::from(1)
}

/// One line of this program on standard error.
pub(crate) fn tell(line: &str) {
    tell_lines([format!("bianmin-hall: {line}")]);
}

impl Common {
    /// The settings.
    fn settings(&self) -> anyhow::Result<Config> {
        let mut config = Config::read(self.config.as_deref())?;
        if let Some(address) = &self.database {
            config.database = Some(address.parse()?);
        }
        Ok(config)
    }

    /// The folder of keys and the default database.
    pub(crate) fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new("hall-data"))
    }

    /// Settings, keys, clock and database. Who names no folder means one that is there: a command that was run in another
    /// place than usual begins no second hall.
    pub(crate) async fn open(&self) -> anyhow::Result<(Config, Keys, Clock, Store)> {
        let address = self.address(&self.settings()?);
        anyhow::ensure!(
            self.data.is_some() || !startup::is_unused(self.data(), &address),
            "there is no hall in {}: name its folder with --data; `serve` and `catalogue import` begin a new one",
            self.data().display()
        );
        self.open_for(Purpose::Usual).await
    }

    /// The same for what begins a hall where there is none yet.
    pub(crate) async fn open_or_begin(&self) -> anyhow::Result<(Config, Keys, Clock, Store)> {
        self.open_for(Purpose::Usual).await
    }

    fn address(&self, config: &Config) -> Address {
        config.database.clone().unwrap_or_else(|| Address::default_in(self.data()))
    }

    /// The same for whoever means to change what belongs together.
    pub(crate) async fn open_for(&self, purpose: Purpose) -> anyhow::Result<(Config, Keys, Clock, Store)> {
        let config = self.settings()?;
        let clock = Clock::new(config.zone()?);
        let address = self.address(&config);
        let (keys, store) = startup::open(self.data(), &address, &clock, purpose).await?;
        Ok((config, keys, clock, store))
    }

    /// Whether a list goes to a program rather than to a person.
    pub(crate) fn wants_json(&self) -> bool {
        self.json || !std::io::stdout().is_terminal()
    }
}

/// Prints one JSON document on one line.
pub(crate) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(bianmin_console::print_json(value)?)
}

/// Prints rows in columns.
pub(crate) fn print_rows(rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    Ok(bianmin_console::print_lines(rows.into_iter().map(|row| row.join("  ")))?)
}

/// Whoever works at this machine, as far as it says.
pub(crate) fn user() -> String {
    let named = ["USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "command line".to_owned())
}
