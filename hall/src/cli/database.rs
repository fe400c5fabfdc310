//! `database new`, `new-epoch`, `confirm` and `backup`.

use super::{Common, print_json};
use crate::startup::{self, Purpose};
use std::path::PathBuf;

/// What can be done to the database as a whole.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Begin an empty database although this hall has had one: terminals offer again what they hold receipts for
    New,
    /// After restoring a backup: terminals offer again what they hold receipts for
    NewEpoch {
        /// Where hall.mark was lost: the highest number that was given on one day for one item, or more
        #[arg(long, value_name = "N")]
        cases_above: Option<u32>,
    },
    /// Where hall.mark was lost: the database is as it was, and was not restored from a backup
    Confirm,
    /// Copy the SQLite database to a new file, also while the hall serves
    Backup {
        /// The new file
        file: PathBuf,
    },
}

impl DatabaseCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let (_, _, _, store) = match self {
            Self::New => common.open_for(Purpose::NewDatabase).await?,
            _ => common.open().await?,
        };
        match self {
            Self::New => print_json(&serde_json::json!({ "epoch": store.state().await?.epoch })),
            Self::NewEpoch { cases_above } => {
                let epoch = store.new_epoch_above(cases_above).await?.epoch;
                startup::settle_mark(common.data())?;
                print_json(&serde_json::json!({ "epoch": epoch }))
            }
            Self::Confirm => {
                startup::settle_mark(common.data())?;
                print_json(&serde_json::json!({ "epoch": store.state().await?.epoch }))
            }
            Self::Backup { file } => {
                store.backup(&file).await?;
                print_json(&serde_json::json!({ "file": file }))
            }
        }
    }
}
