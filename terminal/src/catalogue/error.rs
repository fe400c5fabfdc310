//! Why a catalogue is refused.

use bianmin_protocol::catalogue::ManifestError;
use bianmin_protocol::ids::Revision;

/// Why a bundle or delta was not taken over. The catalogue that was held is still held.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The manifest is not the hall's.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A revision never goes back, and an equal one brings nothing.
    #[error("revision {offered} is not newer than the {held} that is held")]
    NotNewer {
        /// The revision that is held.
        held: Revision,
        /// The revision that was offered.
        offered: Revision,
    },
    /// More bytes or items than a terminal accepts from any hall.
    #[error("the catalogue is larger than a terminal accepts")]
    TooLarge,
    /// The compressed bundle is cut off, too long, or another than the manifest names.
    #[error("the bundle is not the one that the manifest names")]
    Bundle,
    /// The compressed data is damaged, or unpacks to another size than was announced.
    #[error("the catalogue cannot be unpacked to its announced size")]
    Unpack,
    /// The unpacked text is no catalogue.
    #[error("the catalogue cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Items are out of order or named twice.
    #[error("the items are not in order of their codes")]
    Order,
    /// The number of items is not the one that was signed.
    #[error("the catalogue has {found} items where {signed} were signed")]
    Count {
        /// The number in the manifest.
        signed: u32,
        /// The number that came.
        found: usize,
    },
    /// Some byte of frame or items is not what the hall signed.
    #[error("the catalogue's content is not what the hall signed")]
    Root,
    /// The delta goes from or to another revision than it should.
    #[error("the delta from {from} to {to} does not fit")]
    DeltaMismatch {
        /// The revision that it applies to.
        from: Revision,
        /// The revision that results.
        to: Revision,
    },
    /// There is no stored revision for a delta to apply to.
    #[error("there is no stored catalogue to apply a delta to")]
    NoBase,
    /// The cache file cannot be written or read: most often the disk is full.
    #[error("the catalogue cannot be stored: {0}")]
    Storage(#[from] rusqlite::Error),
}
