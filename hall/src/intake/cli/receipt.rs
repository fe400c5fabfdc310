//! `receipt verify`: with the hall's public key and nothing else.

use crate::cli::{Common, print_json};
use crate::keys::{PUBLIC_FILE, read_public};
use anyhow::{Context as _, bail};
use bianmin_protocol::bytes::decode;
use bianmin_protocol::keys::PublicKey;
use bianmin_protocol::receipt::Receipt;
use std::io::Read as _;
use std::path::PathBuf;

/// What can be done with receipts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ReceiptCommand {
    /// Check a receipt's token, alone or in its address
    Verify {
        /// The token, or - to read it from standard input
        token: String,
        /// The hall's public key file; hall.pub in the data folder if not given
        #[arg(long, value_name = "FILE", conflicts_with = "key_base64")]
        key: Option<PathBuf>,
        /// The hall's public key as base64url
        #[arg(long, value_name = "KEY")]
        key_base64: Option<String>,
    },
}

/// More than any token in any address.
const INPUT: u64 = 4096;

impl ReceiptCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let Self::Verify { token, key, key_base64 } = self;
        let key = match key_base64 {
            Some(text) => {
                let bytes = decode(text.trim()).context("the key is no base64url")?;
                PublicKey::from_bytes(&bytes)?
            }
            None => read_public(&key.unwrap_or_else(|| common.data().join(PUBLIC_FILE)))?,
        };
        let token = match token.as_str() {
            "-" => {
                let mut text = String::new();
                std::io::stdin().lock().take(INPUT).read_to_string(&mut text)?;
                text
            }
            _ => token,
        };
        match Receipt::verify(&token, &key) {
            Ok(receipt) => print_json(&serde_json::json!({
                "genuine": true,
                "application_id": receipt.application_id,
                "registration": receipt.registration,
                "item": receipt.item,
                "accepted_at": receipt.accepted_at,
            })),
            Err(error) => bail!("{error}"),
        }
    }
}
