//! Unpacking zstd without trusting what it claims: bounded output and a bounded window.

use super::CatalogueError;
use std::io::Read as _;

/// The largest compressed bundle or delta, in bytes.
pub const BUNDLE_LIMIT: u64 = 64 * 1024 * 1024;
/// The largest unpacked catalogue, in bytes.
pub(super) const CONTENT_LIMIT: u64 = 256 * 1024 * 1024;
/// Memory that a frame may demand for its window: 2 to this power bytes. Every zstd level up to 20 needs less.
const WINDOW_LOG: u32 = 25;

/// Unpacks at most `limit` bytes of UTF-8 text.
///
/// # Errors
/// Damaged, cut off, larger than `limit`, or not UTF-8.
pub(super) fn unpack(packed: &[u8], limit: u64) -> Result<String, CatalogueError> {
    if packed.len() as u64 > BUNDLE_LIMIT || limit > CONTENT_LIMIT {
        return Err(CatalogueError::TooLarge);
    }
    let mut decoder = zstd::Decoder::with_buffer(packed).map_err(|_| CatalogueError::Unpack)?;
    decoder.window_log_max(WINDOW_LOG).map_err(|_| CatalogueError::Unpack)?;
    let mut text = Vec::new();
    // One byte past the limit tells "exactly the limit" from "more".
    decoder.take(limit + 1).read_to_end(&mut text).map_err(|_| CatalogueError::Unpack)?;
    if text.len() as u64 > limit {
        return Err(CatalogueError::Unpack);
    }
    String::from_utf8(text).map_err(|_| CatalogueError::Unpack)
}
