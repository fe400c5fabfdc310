//! `pin set`: the technician's PIN, read from stdin, so that it stands in no list of processes and no history.

use super::Output;
use anyhow::Context as _;
use bianmin_locale::{Language, Texts};
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
    let pin = if std::io::stdin().is_terminal() { ask()? } else { read()? };
    pin::set(data, &Pin::typed(pin.trim_end().to_owned()))?;
    out.print(&serde_json::json!({"pin": "set"}), |_| "the PIN is set".to_owned())
}

/// Asks twice, because nobody sees what is typed: neither on the screen nor over a shoulder.
fn ask() -> anyhow::Result<Zeroizing<String>> {
    let texts = Texts::new(Language::of_environment());
    let ask = |key: &str| {
        let typed = rpassword::prompt_password(format!("{} ", texts.t(key)));
        typed.map(Zeroizing::new).context("the terminal cannot be read")
    };
    let pin = ask("pin-ask")?;
    anyhow::ensure!(pin == ask("pin-ask-again")?, "{}", texts.t("pin-differs"));
    Ok(pin)
}

fn read() -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().take(LIMIT).read_line(&mut line).context("stdin cannot be read")?;
    Ok(line)
}
