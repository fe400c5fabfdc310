//! Who this terminal is and which hall it belongs to: the outcome of enrolment, kept in one file.

use super::enrolment_key;
use super::identity_mark::IdentityMark;
use super::integrity::MacKey;
use super::mark::Mark;
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::v1::{Enrolled, Envelope};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

pub(super) const FILE: &str = "identity.json";

/// The terminal's key and what the hall told it.
#[derive(Debug, Clone)]
pub struct TerminalIdentity {
    /// What the hall told it at enrolment.
    pub enrolled: Enrolled,
    /// The terminal's private key.
    pub key: SigningKey,
    /// Where the hall is reached.
    pub hall_url: String,
    /// Whose place this terminal took.
    pub lineage: Lineage,
}

/// The terminals whose place this one took. What they accepted is still in the ledger, under their numbers.
#[derive(Clone, Default)]
pub struct Lineage {
    /// Their certificates, oldest first.
    pub predecessors: Vec<TerminalCertificate>,
    /// The key by which rows of the ledger prove themselves, from the first of them; none where there was none.
    rows: Option<Zeroizing<[u8; 32]>>,
    /// Whether there was a mark beside this identity from the beginning.
    pub(super) is_marked: bool,
}

impl std::fmt::Debug for Lineage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lineage({} predecessors)", self.predecessors.len())
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    enrolled: Enrolled,
    key: Blob,
    hall_url: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    predecessors: Vec<TerminalCertificate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows: Option<Blob>,
    #[serde(default)]
    marked: bool,
}

/// Why the identity cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The terminal was never enrolled here.
    #[error("this terminal is not enrolled yet: run `bianmin-kiosk enrol --hall URL --code CODE`")]
    Missing,
    /// It is enrolled already; another identity would orphan what it has accepted.
    #[error(
        "this terminal is already enrolled as {0}; `enrol --replace` gives it another identity and keeps what it holds"
    )]
    Exists(String),
    /// A new identity must be of the same hall: what was accepted is sealed to it.
    #[error(
        "that is another hall than the one this terminal belongs to: carry what waits there with `outbox export`, then use another --data folder"
    )]
    AnotherHall,
    /// The file cannot be read or written.
    #[error("the identity file cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// Nothing can be written where the identity is to be kept.
    #[error("cannot write in the folder {0}: {1}; the hall was not asked, and the code is still good")]
    Folder(PathBuf, std::io::Error),
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
        let rows = stored.rows.map(|rows| <[u8; 32]>::try_from(rows.0).map(Zeroizing::new)).transpose();
        let lineage = Lineage {
            predecessors: stored.predecessors,
            rows: rows.map_err(|_| IdentityError::Damaged)?,
            is_marked: stored.marked,
        };
        Ok(Self { enrolled: stored.enrolled, key, hall_url: stored.hall_url, lineage })
    }

    /// The terminal's id.
    pub fn terminal(&self) -> &TerminalId {
        &self.enrolled.certificate.terminal
    }

    /// The certificate of the terminal that made this envelope: this one's, or a predecessor's; none if it is neither's.
    pub fn author(&self, envelope: &Envelope) -> Option<&TerminalCertificate> {
        if envelope.is_own(&self.key) {
            return Some(&self.enrolled.certificate);
        }
        self.lineage.predecessors.iter().rev().find(|one| envelope.verify(&one.key).is_ok())
    }

    /// The key by which rows of the ledger prove themselves. It stays when the terminal gets another identity.
    pub(super) fn row_key(&self) -> MacKey {
        match &self.lineage.rows {
            Some(rows) => MacKey::from_bytes(rows.clone()),
            None => MacKey::derive(&self.key),
        }
    }

    /// Durably puts `new` in the place of this identity, whose applications stay in the ledger. Nobody may have the
    /// folder open. Returns the new identity as it was stored.
    ///
    /// # Errors
    /// It is of another hall, or the file cannot be written; then this identity stays.
    pub fn replace(&self, folder: &Path, new: Self) -> Result<Self, IdentityError> {
        if new.enrolled.hall_key != self.enrolled.hall_key {
            return Err(IdentityError::AnotherHall);
        }
        let mut predecessors = self.lineage.predecessors.clone();
        predecessors.push(self.enrolled.certificate.clone());
        let rows = Some(self.row_key().to_bytes());
        let lineage = Lineage { predecessors, rows, is_marked: self.lineage.is_marked };
        let new = Self { lineage, ..new };
        new.write(folder)?;
        Ok(new)
    }

    /// The key with which a new terminal asks to be enrolled; see [`enrolment_key`].
    ///
    /// # Errors
    /// There is an identity already, or the folder cannot be written.
    pub fn prepare(folder: &Path) -> Result<SigningKey, IdentityError> {
        match Self::load(folder) {
            Err(IdentityError::Missing) => enrolment_key::prepare(folder),
            Ok(other) => Err(IdentityError::Exists(other.enrolled.certificate.terminal.to_string())),
            Err(other) => Err(other),
        }
    }

    /// The same for the identity that is to take the place of this one.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn prepare_successor(&self, folder: &Path) -> Result<SigningKey, IdentityError> {
        enrolment_key::prepare(folder)
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
        // First the mark: an identity that says it has one must have it.
        let mark = IdentityMark::open(folder);
        mark.settle(&self.row_key(), &Mark::default())?;
        let lineage = Lineage { is_marked: true, ..self.lineage.clone() };
        Self { lineage, ..self.clone() }.write(folder)
    }

    fn write(&self, folder: &Path) -> Result<(), IdentityError> {
        let stored = Stored {
            enrolled: self.enrolled.clone(),
            key: Blob(self.key.to_bytes().to_vec()),
            hall_url: self.hall_url.clone(),
            predecessors: self.lineage.predecessors.clone(),
            rows: self.lineage.rows.as_ref().map(|rows| Blob(rows.to_vec())),
            marked: self.lineage.is_marked,
        };
        let text = Zeroizing::new(serde_json::to_vec_pretty(&stored).map_err(std::io::Error::other)?);
        write_file(folder, FILE, &text)?;
        Ok(enrolment_key::forget(folder)?)
    }
}

/// Writes a whole file or none, durably, readable by its owner only.
pub(super) fn write_file(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let unfinished = folder.join("identity.new");
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))?;
    std::fs::File::open(folder)?.sync_all()
}
