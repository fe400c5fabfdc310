//! `keys show` and `accept`.

use super::{Common, print_json};
use crate::startup::Purpose;

/// What can be done about keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum KeysCommand {
    /// The public halves of the keys that the database goes with, and went with before
    Show,
    /// Go on with the keys in the data folder, and make those that are missing. Stop every hall of this database first.
    /// Terminals have to be enrolled again. Keep the old seal.key as seal-old.key: it opens what was sealed to it
    Accept,
}

impl KeysCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let purpose = match self {
            Self::Show => Purpose::Usual,
            Self::Accept => Purpose::AcceptKeys,
        };
        let (_, _, _, store) = common.open_for(purpose).await?;
        print_json(&store.known_keys().await?)
    }
}
