//! `[page_printer]`: the printer of A4 pages.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How the page printer is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum PagePrinter {
    /// There is none: guides come short from the receipt printer, and forms are not printed.
    #[default]
    None,
    /// A printer or a CUPS queue that speaks IPP.
    Ipp {
        /// `ipp://host/ipp/print`, or `ipp://localhost/printers/QUEUE`; `ipps:` goes encrypted.
        uri: String,
        /// Who may print, if the printer asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The file with the user's password, which nobody but the service may read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password_file: Option<PathBuf>,
        /// The one certificate that the printer may show, which it may have signed itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate_sha256: Option<Fingerprint>,
    },
    /// PDFs into a folder, for demonstrations. They stay there: not for a terminal with residents.
    File {
        /// The folder.
        folder: PathBuf,
    },
}

/// SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` writes it: 64 digits of base 16, with colons or
/// without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint(pub [u8; 32]);

impl From<Fingerprint> for String {
    fn from(Fingerprint(bytes): Fingerprint) -> Self {
        bytes.map(|byte| format!("{byte:02X}")).join(":")
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // The key of its words.
        let wrong = "settings-fingerprint";
        let digits: Vec<u32> =
            text.chars().filter(|c| *c != ':').map(|c| c.to_digit(16)).collect::<Option<_>>().ok_or(wrong)?;
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit) as u8).collect();
        if digits.len() != 64 {
            return Err(wrong);
        }
        bytes.try_into().map(Self).map_err(|_| wrong)
    }
}
