//! `database new-epoch` and `backup`.

use super::{Common, print_json};
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum Database {
    /// After restoring a backup: terminals offer again what they hold receipts for
    NewEpoch,
    /// Copy the SQLite database to a new file, also while the hall serves
    Backup {
        /// The new file
        file: PathBuf,
    },
}

impl Database {
    pub async fn run(self, common: &Common) -> anyhow::Result<()> {
        let (_, _, _, store) = common.open().await?;
        match self {
            Self::NewEpoch => print_json(&serde_json::json!({ "epoch": store.new_epoch().await?.epoch })),
            Self::Backup { file } => {
                store.backup(&file).await?;
                print_json(&serde_json::json!({ "file": file }))
            }
        }
    }
}
