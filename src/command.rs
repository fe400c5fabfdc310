//! The technician's command line, and the way into the window.
//!
//! Every command takes `--config` and `--data`, exits 0 when done, 2 for a wrong call, and 1 for a failure told in
//! one line on stderr; `--json` prints exactly one JSON document on stdout. Each command is a thin layer over the
//! services that the screen uses, so that what works here works there.

mod apply;
mod config;
mod doctor;
mod enrol;
mod file;
mod outbox;
mod page;
mod pin;
mod run;
mod slip;

use anyhow::Context as _;
use bianmin_console::{print_json, print_lines, start_log, tell_lines};
use bianmin_settings::Invalid;
use bianmin_terminal::config::{Config, Inspected};
use bianmin_terminal::services::Terminal;
use bianmin_terminal::services::setup::look_around;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where an installed terminal keeps its data.
const DATA: &str = "/var/lib/bianmin";
/// Where an installed terminal is configured.
const CONFIG: &str = "/etc/bianmin/kiosk.toml";

#[derive(Parser)]
#[command(name = "bianmin-kiosk", version, about = "The self-service terminal, and its technician's tools")]
struct Arguments {
    /// The configuration; /etc/bianmin/kiosk.toml if it exists, else the defaults.
    #[arg(long, global = true, value_name = "FILE", env = "BIANMIN_CONFIG")]
    config: Option<PathBuf>,
    /// The folder with ledger, catalogue and identity.
    #[arg(long, global = true, value_name = "DIR", env = "BIANMIN_DATA", default_value = DATA)]
    data: PathBuf,
    /// Print exactly one JSON document.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Open the terminal's screen (also without any command).
    Run {
        /// In a window instead of fullscreen.
        #[arg(long)]
        windowed: bool,
    },
    /// Become a terminal of a hall.
    Enrol {
        /// The hall's address.
        #[arg(long, required_unless_present = "replace")]
        hall: Option<String>,
        /// The one-time code from `bianmin-hall terminal invite`.
        #[arg(long)]
        code: String,
        /// Give this terminal a new identity in the place of the one it has, as after it was revoked or copied. What
        /// waits here stays and is sent.
        #[arg(long)]
        replace: bool,
    },
    /// A valid filled-in form of an item, as an answers document.
    Example {
        /// The item's code.
        item: String,
    },
    /// Accept an application.
    Apply {
        /// The item's code.
        item: String,
        /// The answers document; `-` reads it from stdin.
        #[arg(long, value_name = "FILE")]
        answers: PathBuf,
    },
    /// What was accepted, and what became of it.
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Send what waits, and fetch what is new.
    Sync {
        /// Once; the running terminal does it by itself.
        #[arg(long, required = true)]
        once: bool,
    },
    /// Find items as a resident would.
    Search {
        /// Characters, pinyin, initials or any mixture; empty lists the whole catalogue.
        query: String,
    },
    /// Make a receipt again as a file.
    Slip(slip::Arguments),
    /// Make a guide, a filled-in form, a one-time notice or a sample ticket as a file.
    #[command(subcommand)]
    Page(page::Page),
    /// The configuration.
    #[command(subcommand)]
    Config(config::Command),
    /// Look at every device and service, and say what to do.
    Doctor,
    /// The technician's PIN.
    #[command(subcommand)]
    Pin(pin::Command),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log("BIANMIN_LOG", "warn");
    if let Err(error) = bianmin_terminal::secrecy::forbid_core_dumps() {
        tracing::warn!(%error, "a crash may leave a picture of the memory");
    }
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            tell(&format!("{error:#}").replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let out = Output { json: arguments.json };
    let chosen = arguments.config.as_deref();
    let data = arguments.data.as_path();
    match arguments.command.unwrap_or(Command::Run { windowed: false }) {
        Command::Run { windowed } => run::run(chosen, data, windowed)?,
        Command::Enrol { hall, code, replace: true } => {
            enrol::replace(&load(chosen)?, data, hall.as_deref(), &code, &out)?;
        }
        Command::Enrol { hall, code, replace: false } => {
            enrol::run(&load(chosen)?, data, hall.as_deref().unwrap_or_default(), &code, &out)?;
        }
        Command::Example { item } => apply::example(&open(load(chosen)?, data)?, &item)?,
        Command::Apply { item, answers } => {
            return apply::run(&open(load(chosen)?, data)?, &item, &answers, &out);
        }
        Command::Outbox(command) => outbox::run(&open(load(chosen)?, data)?, command, &out)?,
        Command::Sync { once: _ } => {
            let terminal = open(load(chosen)?, data)?;
            let report = runtime()?
                .block_on(terminal.hall().sync_once())
                .context("the terminal is sending already")?;
            out.print(&report, |report| {
                let unknown = match report.unknown_changes {
                    0 => String::new(),
                    count => format!("; the hall told {count} changes that only a newer version knows"),
                };
                format!(
                    "sent {}, acknowledged {}, quarantined {}, waiting {}{unknown}",
                    report.sent, report.acknowledged, report.quarantined, report.waiting
                )
            })?;
            if let Some(failure) = report.failure {
                return Err(failure.into());
            }
        }
        Command::Search { query } => search(&open(load(chosen)?, data)?, &query, &out)?,
        Command::Slip(slip) => slip::run(&open(load(chosen)?, data)?, &slip)?,
        Command::Page(page) => page::run(&open(load(chosen)?, data)?, &page)?,
        Command::Config(command) => return config::run(command, chosen, &out),
        Command::Doctor => return doctor::run(chosen, data, &out),
        Command::Pin(command) => pin::run(command, data, &out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints either one JSON document or text.
struct Output {
    json: bool,
}

impl Output {
    fn print<T: serde::Serialize, L: Lines>(
        &self,
        value: &T,
        text: impl FnOnce(&T) -> L,
    ) -> anyhow::Result<()> {
        let printed = if self.json { print_json(value) } else { print_lines(text(value).lines()) };
        printed.context("stdout is closed")
    }
}

/// What a person reads: one line, or several.
trait Lines {
    fn lines(self) -> Vec<String>;
}

impl Lines for String {
    fn lines(self) -> Vec<String> {
        vec![self]
    }
}

impl Lines for Vec<String> {
    fn lines(self) -> Vec<String> {
        self
    }
}

/// One line of this program on standard error.
fn tell(line: &str) {
    tell_lines([format!("bianmin-kiosk: {line}")]);
}

/// The file in use: the one that was named, or the usual one if it is there.
fn config_path(chosen: Option<&Path>) -> Option<&Path> {
    chosen.or_else(|| Some(Path::new(CONFIG)).filter(|path| path.exists()))
}

fn load(chosen: Option<&Path>) -> anyhow::Result<Config> {
    config_path(chosen).map_or_else(|| Ok(Config::default()), |path| Ok(Config::load(path)?))
}

/// The file in use with all that is wrong with it on this machine; none if the defaults are in use.
fn inspect(chosen: Option<&Path>) -> Result<Option<Inspected>, Invalid> {
    let Some(path) = config_path(chosen) else { return Ok(None) };
    let mut inspected = Config::inspect(path)?;
    look_around(&mut inspected);
    Ok(Some(inspected))
}

fn open(config: Config, data: &Path) -> anyhow::Result<Terminal> {
    Ok(Terminal::open(config, data)?)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}

fn search(terminal: &Terminal, query: &str, out: &Output) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Found {
        item: String,
        name: String,
    }
    let catalogue = terminal.catalogue();
    let found: Vec<Found> = catalogue
        .search(query, usize::MAX, terminal.today())
        .into_iter()
        .map(|item| Found { item: item.code.to_string(), name: item.name.clone() })
        .collect();
    out.print(&found, |found| {
        found.iter().map(|one| format!("{}  {}", one.item, one.name)).collect::<Vec<_>>()
    })
}
