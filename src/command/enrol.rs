//! `enrol`: a one-time code becomes this terminal's identity.

use super::Output;
use anyhow::Context as _;
use bianmin_protocol::keys::SigningKey;
use bianmin_terminal::config::Config;
use bianmin_terminal::ledger::identity::{IdentityError, TerminalIdentity};
use bianmin_terminal::sync::{Settings, enrol};
use std::path::Path;

pub(super) fn run(config: &Config, data: &Path, hall: &str, code: &str, out: &Output) -> anyhow::Result<()> {
    // Asked before the code is spent.
    match TerminalIdentity::load(data) {
        Err(IdentityError::Missing) => {}
        Ok(known) => {
            return Err(IdentityError::Exists(known.enrolled.certificate.terminal.to_string()).into());
        }
        Err(error) => return Err(error.into()),
    }
    let key = SigningKey::generate().context("the system gives no randomness")?;
    let settings = Settings { extra_ca: config.hall.ca_file.clone(), plain_http: config.hall.plain_http };
    let identity = super::runtime()?.block_on(enrol(hall, code, key, &settings))?;
    identity.store(data)?;
    let terminal = identity.enrolled.certificate.terminal.to_string();
    let hall = identity.enrolled.hall_name;
    out.print(&serde_json::json!({"terminal": terminal, "hall": hall}), |_| {
        format!("enrolled as {terminal} at {hall}")
    })
}
