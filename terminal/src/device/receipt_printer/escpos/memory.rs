//! The mark in the printer's own memory: asked for before each job, and stored only when it is not there. Every other
//! picture there is somebody else's.

use super::super::link::Gone;
use super::talk::Talk;
use crate::planted::is_planted;
use bianmin_document::Bitmap;
use bianmin_document::escpos::{KeyCode, graphics};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// What was written into a printer's memory, as whoever counts it remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The name of the mark that was written last.
    pub key: KeyCode,
    /// How often it was written.
    pub writes: u32,
}

/// A mark is written so often at most: once, and again if the printer lost it, was exchanged, or vanished in the middle
/// of it. Whatever a printer says about its memory, it is not worn out.
pub(super) const MOST_WRITES: u32 = 5;

/// What came of looking into the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The mark is there.
    Kept(KeyCode),
    /// It is not, and the printer does not take it.
    Refused,
    /// The printer does not say what it has: it knows nothing of such a memory.
    Silent,
}

/// The name of a picture.
pub fn key_of(picture: &Bitmap) -> KeyCode {
    let mut digest = Sha256::new();
    digest.update(picture.width().to_le_bytes());
    (0..picture.height()).for_each(|y| digest.update(picture.row(y)));
    let digest = digest.finalize();
    KeyCode::of_digest([digest[0], digest[1]])
}

/// Finds the mark in the memory, or stores it there if it may be written once more. `note` is told before anything is
/// written, and says whether it could be counted.
pub(super) fn keep(
    talk: &mut Talk,
    picture: &Bitmap,
    before: Option<Written>,
    still: Duration,
    note: &mut dyn FnMut(Written) -> bool,
) -> Result<Found, Gone> {
    let key = key_of(picture);
    let Some(kept) = talk.key_codes(None)? else { return Ok(Found::Silent) };
    if kept.contains(&key) && !is_planted("memory-written-each-job") {
        return Ok(Found::Kept(key));
    }
    let writes = before.filter(|written| written.key == key).map_or(0, |written| written.writes);
    if writes >= MOST_WRITES || !note(Written { key, writes: writes + 1 }) {
        return Ok(Found::Refused);
    }
    let mut bytes = Vec::new();
    // The mark that was there before it makes room first.
    if let Some(old) = before.map(|written| written.key).filter(|old| *old != key && kept.contains(old)) {
        bytes.extend_from_slice(&graphics::delete(old));
    }
    bytes.extend(graphics::define(key, picture));
    talk.send(&bytes, still)?;
    // The only sign that it has been stored. Writing takes longer than an answer.
    let kept = talk.key_codes(Some(still))?;
    Ok(if kept.is_some_and(|kept| kept.contains(&key)) { Found::Kept(key) } else { Found::Refused })
}
