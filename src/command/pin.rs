//! `pin set`: the technician's PIN, read from stdin, so that it stands in no list of processes and no history.

use super::Output;
use anyhow::Context as _;
use bianmin_terminal::pin::{self, Pin};
use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;
use zeroize::Zeroizing;

/// More than any PIN.
const LIMIT: u64 = 256;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Set the PIN that opens maintenance: 6 to 12 digits, read from stdin.
    Set,
}

pub(super) fn run(command: Command, data: &Path, out: &Output) -> anyhow::Result<()> {
    let Command::Set = command;
    anyhow::ensure!(data.is_dir(), "{} is no data folder: enrol the terminal first", data.display());
    if std::io::stdin().is_terminal() {
        eprint!("PIN: ");
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().take(LIMIT).read_line(&mut line).context("stdin cannot be read")?;
    pin::set(data, &Pin::typed(line.trim_end().to_owned()))?;
    out.print(&serde_json::json!({"pin": "set"}), |_| "the PIN is set".to_owned())
}
