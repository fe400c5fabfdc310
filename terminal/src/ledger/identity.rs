//! Who this terminal is and which hall it belongs to: the outcome of enrolment, kept in one file.

use bianmin_protocol::bytes::Blob;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::Enrolled;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

const FILE: &str = "identity.json";

/// The terminal's key and what the hall told it.
#[derive(Debug, Clone)]
pub struct TerminalIdentity {
    /// What the hall told it at enrolment.
    pub enrolled: Enrolled,
    /// The terminal's private key.
    pub key: SigningKey,
    /// Where the hall is reached.
    pub hall_url: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    enrolled: Enrolled,
    key: Blob,
    hall_url: String,
}

/// Why the identity cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The terminal was never enrolled here.
    #[error("this terminal is not enrolled yet: run `bianmin-kiosk enrol --hall URL --code CODE`")]
    Missing,
    /// It is enrolled already; another identity would orphan what it has accepted.
    #[error("this terminal is already enrolled as {0}; use another --data folder for another identity")]
    Exists(String),
    /// The file cannot be read or written.
    #[error("the identity file cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The file is damaged.
    #[error("the identity file is damaged; enrol the terminal again with a new code and a new --data folder")]
    Damaged,
}

impl TerminalIdentity {
    /// Reads the identity from `folder`.
    ///
    /// # Errors
    /// Missing, unreadable or damaged.
    pub fn load(folder: &Path) -> Result<Self, IdentityError> {
        let text = match std::fs::read(folder.join(FILE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(IdentityError::Missing),
            other => zeroize::Zeroizing::new(other?),
        };
        let stored: Stored = serde_json::from_slice(&text).map_err(|_| IdentityError::Damaged)?;
        let key = SigningKey::from_bytes(&stored.key.0).map_err(|_| IdentityError::Damaged)?;
        let certificate = &stored.enrolled.certificate;
        if certificate.key != key.public() || !certificate.verify(&stored.enrolled.hall_key) {
            return Err(IdentityError::Damaged);
        }
        Ok(Self { enrolled: stored.enrolled, key, hall_url: stored.hall_url })
    }

    /// Writes the identity durably into `folder`, readable by its owner only.
    ///
    /// # Errors
    /// There is one already, or the file cannot be written.
    pub fn store(&self, folder: &Path) -> Result<(), IdentityError> {
        std::fs::create_dir_all(folder)?;
        match Self::load(folder) {
            Err(IdentityError::Missing) => {}
            Ok(other) => return Err(IdentityError::Exists(other.enrolled.certificate.terminal.to_string())),
            Err(other) => return Err(other),
        }
        let stored = Stored {
            enrolled: self.enrolled.clone(),
            key: Blob(self.key.to_bytes().to_vec()),
            hall_url: self.hall_url.clone(),
        };
        let text =
            zeroize::Zeroizing::new(serde_json::to_vec_pretty(&stored).map_err(std::io::Error::other)?);
        let unfinished = folder.join("identity.new");
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, folder.join(FILE))?;
        std::fs::File::open(folder)?.sync_all()?;
        Ok(())
    }
}
