//! A catalogue on its way to terminals: what is downloaded, and the signed manifest that says what it has to be.

use super::{LifeEvent, Theme};
use crate::bytes::{Blob, Digest};
use crate::form::FieldDefinition;
use crate::ids::{ItemCode, Millis, Revision};
use crate::keys::{PublicKey, SigningKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The part of a catalogue that is not items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Frame {
    /// What to say about the data as a whole, such as that it is a demonstration.
    #[serde(default)]
    pub notice: String,
    /// The same in English.
    #[serde(default)]
    pub notice_en: String,
    /// Themes in order.
    pub themes: Vec<Theme>,
    /// Life events in order.
    pub life_events: Vec<LifeEvent>,
    /// The shared field dictionary.
    pub fields: Vec<FieldDefinition>,
}

/// A whole catalogue as it is downloaded (inside zstd). Frame and items are kept as the exact bytes that the
/// root digest covers, so that a newer hall's unknown fields do not change it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bundle {
    /// A [`Frame`].
    pub frame: Box<RawValue>,
    /// [`ServiceItem`]s in order of code.
    pub items: Vec<Box<RawValue>>,
}

/// What changed between two revisions (inside zstd).
#[derive(Debug, Serialize, Deserialize)]
pub struct Delta {
    /// The revision that it applies to.
    pub from: Revision,
    /// The revision that results.
    pub to: Revision,
    /// The new frame, if it changed.
    pub frame: Option<Box<RawValue>>,
    /// New and changed items.
    pub changed: Vec<Box<RawValue>>,
    /// Items that are gone.
    pub removed: Vec<ItemCode>,
}

/// What the hall signs about a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The revision.
    pub revision: Revision,
    /// When it was published, by the hall's clock.
    pub published_at: Millis,
    /// How many items it has.
    pub items: u32,
    /// [`root`] of its frame and items.
    pub root: Digest,
    /// Size of the compressed bundle in bytes.
    pub bundle_size: u64,
    /// Digest of the compressed bundle.
    pub bundle_digest: Digest,
    /// Size of the bundle's JSON in bytes: the limit for unpacking.
    pub content_size: u64,
}

/// The exact signed bytes of a [`Manifest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedManifest {
    /// JSON of a [`Manifest`].
    pub manifest: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

const MANIFEST_DOMAIN: &[u8] = b"bianmin catalogue manifest v1";

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not signed by this hall.
    #[error("the catalogue manifest is not signed by this hall")]
    Signature,
    /// Signed, but unreadable.
    #[error("the catalogue manifest cannot be read: {0}")]
    Json(#[from] serde_json::Error),
}

impl Manifest {
    /// Signs with the hall's key.
    pub fn sign(&self, key: &SigningKey) -> SignedManifest {
        let manifest = serde_json::to_vec(self).expect("a manifest has only plain fields");
        let signature = key.sign(MANIFEST_DOMAIN, &manifest);
        SignedManifest { manifest: manifest.into(), signature: signature.into() }
    }
}

impl SignedManifest {
    /// Checks the hall's signature and reads the manifest.
    ///
    /// # Errors
    /// Another key, changed bytes, or no manifest inside.
    pub fn verify(&self, hall: &PublicKey) -> Result<Manifest, ManifestError> {
        if !hall.verify(MANIFEST_DOMAIN, &self.manifest.0, &self.signature.0) {
            return Err(ManifestError::Signature);
        }
        Ok(serde_json::from_slice(&self.manifest.0)?)
    }
}

/// The digest that a manifest signs: over the frame's bytes, then each item's code and the digest of its
/// bytes, in order of code.
pub fn root<'a>(frame: &str, items: impl IntoIterator<Item = (&'a str, Digest)>) -> Digest {
    let mut flat = Vec::new();
    for (code, digest) in items {
        flat.extend_from_slice(&(code.len() as u32).to_be_bytes());
        flat.extend_from_slice(code.as_bytes());
        flat.extend_from_slice(&digest.0);
    }
    Digest::of_parts([frame.as_bytes(), &flat])
}
