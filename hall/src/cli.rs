//! Commands. Lists are JSON with `--json` or when they go anywhere but a terminal; one clear line on stderr
//! and exit code 1 for a failure.

mod case;
mod catalogue;
mod database;
mod keys;
mod list;
mod outbox;
mod receipt;
mod serve;
mod terminal;

use bianmin_console::{start_log, tell_lines};
use bianmin_hall::clock::Clock;
use bianmin_hall::config::Config;
use bianmin_hall::keys::Keys;
use bianmin_hall::startup::{self, Purpose};
use bianmin_hall::store::Store;
use bianmin_hall::store::address::Address;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// The central hall: receives applications, decides cases, publishes the catalogue.
#[derive(Debug, Parser)]
#[command(name = "bianmin-hall", version)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
pub struct Common {
    /// Settings file (TOML)
    #[arg(long, global = true, value_name = "FILE", env = "BIANMIN_HALL_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of keys and the default database
    #[arg(long, global = true, value_name = "DIR", default_value = "hall-data", env = "BIANMIN_HALL_DATA")]
    data: PathBuf,
    /// Database address: sqlite:PATH or postgres://…
    #[arg(long, global = true, value_name = "URL", env = "BIANMIN_HALL_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve terminals and phones until SIGTERM
    Serve(serve::Serve),
    /// The catalogue of service items
    #[command(subcommand)]
    Catalogue(catalogue::Catalogue),
    /// Terminals of this hall
    #[command(subcommand)]
    Terminal(terminal::Terminal),
    /// Cases: what has become of applications
    #[command(subcommand)]
    Case(case::Case),
    /// What terminals could not send
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Receipts
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// The hall's keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The database itself
    #[command(subcommand)]
    Database(database::Database),
}

/// Runs a command.
///
/// # Errors
/// What went wrong, in one line.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    start_log("RUST_LOG", "info,sqlx=warn");
    let common = arguments.common;
    match arguments.command {
        Command::Serve(serve) => serve.run(&common).await,
        Command::Catalogue(catalogue) => catalogue.run(&common).await,
        Command::Terminal(terminal) => terminal.run(&common).await,
        Command::Case(case) => case.run(&common).await,
        Command::Outbox(outbox) => outbox.run(&common).await,
        Command::Receipt(receipt) => receipt.run(&common),
        Command::Keys(keys) => keys.run(&common).await,
        Command::Database(database) => database.run(&common).await,
    }
}

/// One clear line, and the exit code of a failure.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    tell(&format!("{error:#}").replace('\n', " "));
    ExitCode::from(1)
}

/// One line of this program on standard error.
fn tell(line: &str) {
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

    /// Settings, keys, clock and database.
    async fn open(&self) -> anyhow::Result<(Config, Keys, Clock, Store)> {
        self.open_for(Purpose::Usual).await
    }

    /// The same for whoever means to change what belongs together.
    async fn open_for(&self, purpose: Purpose) -> anyhow::Result<(Config, Keys, Clock, Store)> {
        let config = self.settings()?;
        let clock = Clock::new(config.zone()?);
        let address = config.database.clone().unwrap_or_else(|| Address::default_in(&self.data));
        let (keys, store) = startup::open(&self.data, &address, &clock, purpose).await?;
        Ok((config, keys, clock, store))
    }

    /// Whether a list goes to a program rather than to a person.
    fn wants_json(&self) -> bool {
        self.json || !std::io::stdout().is_terminal()
    }
}

/// Prints one JSON document on one line.
fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(bianmin_console::print_json(value)?)
}

/// Prints rows in columns.
fn print_rows(rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    Ok(bianmin_console::print_lines(rows.into_iter().map(|row| row.join("  ")))?)
}
