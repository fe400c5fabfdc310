//! `terminal invite`, `list`, `show` and `revoke`.

use super::domain::{TerminalRecord, codes};
use crate::cli::list::{self, ListRow, Window};
use crate::cli::{Common, print_json};
use anyhow::{Context as _, bail};
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::v1::{DeviceReport, PrinterReport};

/// What can be done with terminals.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TerminalCommand {
    /// Print a one-time code with which a terminal enrols
    Invite {
        /// The id that the terminal will have (HP07), or its first letters (HP)
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// Hours for which the code is good
        #[arg(long, value_name = "HOURS", default_value_t = 72, value_parser = clap::value_parser!(u16).range(1..=720))]
        hours: u16,
    },
    /// All terminals and their last signs of life
    List(Window),
    /// One terminal with what it last said of itself and its devices
    Show {
        /// The terminal's id
        id: TerminalId,
    },
    /// End a terminal's enrolment; what it sends is refused from now on
    Revoke {
        /// The terminal's id
        id: TerminalId,
    },
}

impl TerminalCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::Invite { id, hours } => invite(common, id, hours).await,
            Self::List(window) => list(common, &window).await,
            Self::Show { id } => show(common, &id).await,
            Self::Revoke { id } => revoke(common, id).await,
        }
    }
}

async fn invite(common: &Common, id: Option<String>, hours: u16) -> anyhow::Result<()> {
    let (config, _, clock, store) = common.open().await?;
    let name = id.unwrap_or(config.terminal_prefix).to_ascii_uppercase();
    let possible = TerminalId::parse(&name).is_ok()
        || TerminalId::parse(&format!("{name}01")).is_ok() && name.len() == 2;
    if !possible {
        bail!(
            "{name} is no terminal id and no prefix of one (two letters without I and O, then two to five digits)"
        );
    }
    let code = codes::new().context("no randomness")?;
    let expires_at = Millis(clock.now().0 + i64::from(hours) * 3_600_000);
    store.fleet().invite(&code, &name, clock.now(), expires_at).await?;
    print_json(&serde_json::json!({ "code": code, "terminal": name, "expires_at": expires_at }))
}

async fn list(common: &Common, window: &Window) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let first = window.after.as_deref().unwrap_or_default();
    list::print(common, window, ("[", "]"), async |last: Option<&TerminalRecord>, size| {
        let after = last.map_or(first, |one| one.terminal.as_str());
        Ok(store.fleet().terminals_after(after, size).await?)
    })
    .await
}

impl ListRow for TerminalRecord {
    fn columns(&self) -> Vec<String> {
        let seen = self.seen_at.map(|at| at.timestamp().to_string()).unwrap_or_default();
        let heartbeat = &self.heartbeat;
        let devices: Vec<String> = heartbeat.devices.iter().map(device).collect();
        let devices = if devices.is_empty() { heartbeat.printer.clone() } else { devices.join("; ") };
        vec![self.terminal.clone(), self.state.to_owned(), seen, heartbeat.version.clone(), devices]
    }

    fn id(&self) -> &str {
        &self.terminal
    }
}

/// `scanner ready`; a printer with its paper.
fn device(one: &DeviceReport) -> String {
    match one.printer() {
        Some(report) => printer(&report),
        None if one.name.is_empty() => format!("{} {}", one.kind, one.state),
        None => format!("{} {} {}", one.kind, one.name, one.state),
    }
}

/// `slip paper-low, 38 left until 2026-12-04, 2 unknown`.
fn printer(one: &PrinterReport) -> String {
    let until = one.until.map(|day| format!(" until {day}")).unwrap_or_default();
    let unknown =
        if one.unknown_jobs > 0 { format!(", {} unknown", one.unknown_jobs) } else { String::new() };
    format!("{} {}, {} left{until}{unknown}", one.outlet, one.state, one.jobs_left)
}

async fn show(common: &Common, id: &TerminalId) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    match store.fleet().terminal(id).await? {
        Some(terminal) => print_json(&terminal),
        None => bail!("there is no terminal {id}"),
    }
}

async fn revoke(common: &Common, id: TerminalId) -> anyhow::Result<()> {
    let (_, _, clock, store) = common.open().await?;
    if !store.fleet().revoke(&id, clock.now()).await? {
        bail!("there is no terminal {id}");
    }
    print_json(&serde_json::json!({ "terminal": id, "state": "revoked" }))
}
