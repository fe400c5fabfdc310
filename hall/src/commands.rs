//! The hall's command line as a whole: which commands there are.

mod audit;
mod serve;

use crate::cli::{Common, config, database, keys};
use crate::{calendar, cases, catalogue, fleet, intake, queue, staff};
use bianmin_console::start_log;
use clap::{Parser, Subcommand};

/// The central hall: receives applications, decides cases, publishes the catalogue.
#[derive(Debug, Parser)]
#[command(name = "bianmin-hall", version)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Every command with its type, which runs it.
macro_rules! commands {
    ($($(#[$meta:meta])* $name:ident($command:ty),)*) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($(#[$meta])* $name($command),)*
        }

        impl Command {
            async fn run(self, common: &Common) -> anyhow::Result<()> {
                match self {
                    $(Self::$name(command) => command.run(common).await,)*
                }
            }
        }
    };
}

commands! {
    /// Serve terminals and phones until SIGTERM
    Serve(serve::Serve),
    /// The catalogue of service items
    #[command(subcommand)]
    Catalogue(catalogue::CatalogueCommand),
    /// Terminals of this hall
    #[command(subcommand)]
    Terminal(fleet::TerminalCommand),
    /// Cases: what has become of applications
    #[command(subcommand)]
    Case(cases::CaseCli),
    /// What terminals could not send
    #[command(subcommand)]
    Outbox(intake::OutboxCommand),
    /// Receipts
    #[command(subcommand)]
    Receipt(intake::ReceiptCommand),
    /// Working days: holidays, when a period ends
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// The queue: numbers, calls, windows
    #[command(subcommand)]
    Queue(queue::QueueCommand),
    /// Events: whether what happened is told whole
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Who works in this hall
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// The settings file
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// The hall's keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The database itself
    #[command(subcommand)]
    Database(database::DatabaseCommand),
}

/// Runs a command.
///
/// # Errors
/// What went wrong, in one line.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    start_log("RUST_LOG", "info,sqlx=warn");
    arguments.command.run(&arguments.common).await
}
