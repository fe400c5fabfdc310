//! `run`: the terminal's window, or while the terminal cannot work the one that says why.

use crate::setup::{self, Cause};
use anyhow::Context as _;
use bianmin_settings::Invalid;
use bianmin_terminal::config::Screen;
use bianmin_terminal::ledger::identity::IdentityError;
use bianmin_terminal::services::{OpenError, Terminal};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

pub(super) fn run(chosen: Option<&Path>, data: &Path, windowed: bool) -> anyhow::Result<()> {
    let error = match open(chosen, data, windowed) {
        Ok(terminal) => return Ok(crate::run(&terminal)?),
        Err(error) => error,
    };
    // Who starts it by hand without a display is told why it cannot work, not that there is no display.
    if crate::display::check().is_err() {
        return Err(error);
    }
    tracing::error!("the terminal cannot work: {error:#}");
    let screen = super::load(chosen).map_or_else(|_| Screen::default(), |config| config.screen);
    let screen = Screen { fullscreen: screen.fullscreen && !windowed, ..screen };
    let (again, folder) = (chosen.map(PathBuf::from), data.to_owned());
    let retry = Arc::new(move || open(again.as_deref(), &folder, windowed).is_ok());
    if setup::run(cause(&error), retry, &screen)? {
        // One process has one event loop: the terminal's window is of a program of its own.
        let program = std::env::current_exe().context("this program's own file cannot be found")?;
        let failed = Command::new(program).args(std::env::args_os().skip(1)).exec();
        return Err(failed).context("the terminal cannot be started");
    }
    Ok(())
}

fn open(chosen: Option<&Path>, data: &Path, windowed: bool) -> anyhow::Result<Terminal> {
    let mut config = super::load(chosen)?;
    config.screen.fullscreen &= !windowed;
    super::open(config, data)
}

fn cause(error: &anyhow::Error) -> Cause {
    if let Some(invalid) = error.downcast_ref::<Invalid>() {
        return Cause::Settings(invalid.clone());
    }
    match error.downcast_ref::<OpenError>() {
        Some(OpenError::Identity(IdentityError::Missing)) => Cause::Unenrolled,
        _ => Cause::Other(format!("{error:#}")),
    }
}
