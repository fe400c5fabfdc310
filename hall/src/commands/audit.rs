//! `audit verify`.

use crate::audit::{Chain, verify};
use crate::cases::CaseRows;
use crate::cli::{Common, print_json, print_rows};
use anyhow::bail;

/// What can be done with events.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AuditCommand {
    /// Whether every event is whole and in its place, none is missing, and every case is what its events make of it
    Verify,
}

impl AuditCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let Self::Verify = self;
        let (_, keys, _, store) = common.open().await?;
        let report = verify(&store, &Chain::new(&keys), &CaseRows(&store)).await?;
        if common.wants_json() {
            print_json(&report)?;
        } else {
            print_rows([vec![format!(
                "{} events in {} streams; {} older cases have none yet",
                report.events, report.streams, report.without_events
            )]])?;
            let row = |one: &crate::audit::Finding| {
                vec![one.place.clone(), one.trouble.words().to_owned(), one.detail.clone()]
            };
            print_rows(report.findings.iter().map(row))?;
        }
        match report.findings.first() {
            None => Ok(()),
            Some(first) => {
                bail!("{}: {} ({} places)", first.place, first.trouble.words(), report.findings.len())
            }
        }
    }
}
