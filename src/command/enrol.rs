//! `enrol`: a one-time code becomes this terminal's identity, or takes the place of the one it has.

use super::Output;
use anyhow::Context as _;
use bianmin_terminal::config::Config;
use bianmin_terminal::ledger::identity::{IdentityError, TerminalIdentity};
use bianmin_terminal::services::alone;
use bianmin_terminal::sync::{Settings, enrol, enrol_in_place_of};
use std::path::Path;

const KEEP: &str = "the hall has enrolled this terminal, but its identity cannot be kept: put that right, and enrol again \
                    with the same code";

pub(super) fn run(config: &Config, data: &Path, hall: &str, code: &str, out: &Output) -> anyhow::Result<()> {
    // Before the code is spent.
    let key = TerminalIdentity::prepare(data)?;
    let identity = super::runtime()?.block_on(enrol(hall, code, key, &Settings::from(&config.hall)))?;
    identity.store(data).map_err(kept)?;
    let terminal = identity.enrolled.certificate.terminal.to_string();
    let hall = identity.enrolled.hall_name;
    out.print(&serde_json::json!({"terminal": terminal, "hall": hall}), |_| {
        format!("enrolled as {terminal} at {hall}")
    })
}

/// A new identity in the place of the one that is here.
pub(super) fn replace(
    config: &Config,
    data: &Path,
    hall: Option<&str>,
    code: &str,
    out: &Output,
) -> anyhow::Result<()> {
    let old = TerminalIdentity::load(data)?;
    // Whoever has the folder open would go on under the old identity. Asked before the code is spent.
    let _alone = alone(data).context("end every bianmin-kiosk that uses this --data folder first")?;
    let key = old.prepare_successor(data)?;
    let url = hall.or(config.hall.url.as_deref()).unwrap_or(&old.hall_url);
    let new =
        super::runtime()?.block_on(enrol_in_place_of(&old, url, code, key, &Settings::from(&config.hall)))?;
    let new = old.replace(data, new).map_err(kept)?;
    let (before, now) = (old.terminal().to_string(), new.terminal().to_string());
    out.print(&serde_json::json!({"terminal": now, "replaces": before}), |_| {
        format!("enrolled as {now} in the place of {before}; what waits here is sent by `sync --once` or by itself")
    })
}

/// What to do when the hall has spoken and the folder does not take it.
fn kept(error: IdentityError) -> anyhow::Error {
    match error {
        IdentityError::Io(_) => anyhow::Error::from(error).context(KEEP),
        other => other.into(),
    }
}
