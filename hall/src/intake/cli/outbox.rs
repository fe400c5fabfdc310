//! `outbox import`: what a terminal could not send, carried here in files.

use crate::cli::{Common, print_json};
use crate::hall::Hall;
use anyhow::bail;
use std::path::PathBuf;
use std::sync::Arc;

/// What can be done with what a terminal could not send.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum OutboxCommand {
    /// Take in applications that `bianmin-kiosk outbox export` has written; each becomes one case, however often it comes
    Import {
        /// The NUMBER.json files; the chunks of their attachments are found beside them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Also from a terminal that was revoked, whose key may be in other hands: `case show` tells it of each case
        #[arg(long)]
        accept_revoked: bool,
    },
}

impl OutboxCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let Self::Import { files, accept_revoked } = self;
        let (config, keys, clock, store) = common.open().await?;
        let hall = Hall::start_without_timer(config, keys, clock, Arc::new(store));
        let (mut imported, mut failed) = (Vec::with_capacity(files.len()), 0);
        for file in files {
            match hall.intake.import(&file, accept_revoked).await {
                Ok(one) => {
                    failed += usize::from(one.case_number.is_none());
                    imported.push(serde_json::to_value(one)?);
                }
                // One that cannot be taken in keeps none of the others out.
                Err(error) => {
                    failed += 1;
                    imported.push(
                        serde_json::json!({ "file": file.display().to_string(), "error": error.to_string() }),
                    );
                }
            }
        }
        hall.close().await;
        let count = imported.len();
        print_json(&imported)?;
        if failed > 0 {
            bail!("{failed} of {count} files became no case; the list says why");
        }
        Ok(())
    }
}
