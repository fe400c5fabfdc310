//! A catalogue as the exact bytes that the hall signed, and its way to a [`Catalogue`].

use super::unpack::{CONTENT_LIMIT, unpack};
use super::{BUNDLE_LIMIT, Catalogue, CatalogueError};
use crate::planted::is_planted;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::{Bundle, Delta, Frame, Manifest, ServiceItem, root};
use bianmin_protocol::ids::ItemCode;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The most items of a catalogue. The largest known list of a province's terminals has a tenth of it.
const ITEMS_LIMIT: usize = 50_000;

/// Frame and items as exact texts. Only [`Content::verify`] says whether they are the hall's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Content {
    pub(super) frame: String,
    pub(super) items: BTreeMap<ItemCode, String>,
}

/// What has to be written to get from one content to another.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Whether everything else goes.
    pub(super) replaces_all: bool,
    pub(super) put: Vec<ItemCode>,
    pub(super) removed: Vec<ItemCode>,
}

/// The one field of an item that even a hall with a newer notion of items must have.
#[derive(Deserialize)]
struct Coded {
    #[serde(rename = "local_catalog_code")]
    code: ItemCode,
}

/// The code inside an item's text.
pub(super) fn code_of(item: &str) -> Result<ItemCode, serde_json::Error> {
    serde_json::from_str::<Coded>(item).map(|coded| coded.code)
}

impl Content {
    /// Reads a compressed bundle, after checking that it is the one that the manifest names.
    ///
    /// # Errors
    /// Another bundle, a size that was not announced, or no catalogue inside.
    pub(super) fn from_bundle(manifest: &Manifest, packed: &[u8]) -> Result<Self, CatalogueError> {
        if manifest.bundle_size > BUNDLE_LIMIT || manifest.content_size > CONTENT_LIMIT {
            return Err(CatalogueError::TooLarge);
        }
        // Before anything is unpacked: from here on only the hall itself could harm the terminal.
        let is_named =
            packed.len() as u64 == manifest.bundle_size && Digest::of(packed) == manifest.bundle_digest;
        if !is_named && !is_planted("tampered-catalogue-accepted") {
            return Err(CatalogueError::Bundle);
        }
        let text = unpack(packed, manifest.content_size)?;
        if text.len() as u64 != manifest.content_size {
            return Err(CatalogueError::Unpack);
        }
        let bundle: Bundle = serde_json::from_str(&text)?;
        if bundle.items.len() > ITEMS_LIMIT {
            return Err(CatalogueError::TooLarge);
        }
        let mut items = BTreeMap::new();
        for item in bundle.items {
            let code = code_of(item.get())?;
            let in_order = items.last_key_value().is_none_or(|(last, _)| *last < code);
            if !in_order {
                return Err(CatalogueError::Order);
            }
            items.insert(code, String::from(Box::<str>::from(item)));
        }
        Ok(Self { frame: String::from(Box::<str>::from(bundle.frame)), items })
    }

    /// Applies a compressed delta. Its bytes are not signed, so the result has to be verified.
    ///
    /// # Errors
    /// Damaged, larger than what it leads to, or between other revisions.
    pub(super) fn apply(
        mut self,
        held: &Manifest,
        next: &Manifest,
        packed: &[u8],
    ) -> Result<(Self, Change), CatalogueError> {
        if next.content_size > CONTENT_LIMIT / 2 {
            return Err(CatalogueError::TooLarge);
        }
        // At most every byte of the new content, the code of every old item, and the braces around them.
        let limit = next.content_size + 40 * self.items.len() as u64 + 1024;
        let delta: Delta = serde_json::from_str(&unpack(packed, limit)?)?;
        if delta.from != held.revision || delta.to != next.revision {
            return Err(CatalogueError::DeltaMismatch { from: delta.from, to: delta.to });
        }
        let mut change = Change::default();
        for code in delta.removed {
            self.items.remove(&code);
            change.removed.push(code);
        }
        for item in delta.changed {
            let code = code_of(item.get())?;
            self.items.insert(code.clone(), String::from(Box::<str>::from(item)));
            change.put.push(code);
        }
        if let Some(frame) = delta.frame {
            self.frame = String::from(Box::<str>::from(frame));
        }
        if self.items.len() > ITEMS_LIMIT {
            return Err(CatalogueError::TooLarge);
        }
        Ok((self, change))
    }

    /// Writes all of it.
    pub(super) fn as_change(&self) -> Change {
        Change { replaces_all: true, put: self.items.keys().cloned().collect(), removed: Vec::new() }
    }

    /// Whether this is, byte for byte, what the manifest's root was computed over.
    ///
    /// # Errors
    /// Another number of items, or any other byte.
    pub(super) fn verify(&self, manifest: &Manifest) -> Result<(), CatalogueError> {
        if self.items.len() != manifest.items as usize {
            return Err(CatalogueError::Count { signed: manifest.items, found: self.items.len() });
        }
        let digests = self.items.iter().map(|(code, text)| (code.as_str(), Digest::of(text.as_bytes())));
        if root(&self.frame, digests) != manifest.root && !is_planted("tampered-catalogue-accepted") {
            return Err(CatalogueError::Root);
        }
        Ok(())
    }

    /// Reads everything. An item that this program is too old to read is left out rather than all the others
    /// with it.
    ///
    /// # Errors
    /// The frame cannot be read.
    pub(super) fn build(&self, manifest: &Manifest) -> Result<Catalogue, CatalogueError> {
        let frame: Frame = serde_json::from_str(&self.frame)?;
        let mut items = Vec::with_capacity(self.items.len());
        for (code, text) in &self.items {
            match serde_json::from_str::<ServiceItem>(text) {
                Ok(item) => items.push(item),
                Err(error) => tracing::warn!(%code, %error, "an item of the catalogue cannot be read"),
            }
        }
        let unreadable = self.items.len() - items.len();
        Ok(Catalogue::build(manifest, frame, items, unreadable))
    }
}
