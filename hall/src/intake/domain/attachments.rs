//! Files that follow an application: what a header may announce, and which chunks fit it.

use bianmin_protocol::application::{ApplicationBody, AttachmentEntry, Header, MaterialAnswer};
use bianmin_protocol::content::{ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, CHUNK};
use bianmin_protocol::form::{FieldError, FieldErrorCode};

/// A sealed chunk is its content and an authentication tag.
const TAG: usize = 16;

/// One file that is to follow.
#[derive(Debug, Clone)]
pub(crate) struct ExpectedFile {
    pub entry: AttachmentEntry,
    pub complete: bool,
}

/// Why a chunk is not one of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChunkError {
    NoSuchChunk,
    TooLong,
    TooShort,
}

/// Whether so many bytes are this chunk of the file.
pub(crate) fn check_chunk(entry: &AttachmentEntry, index: u32, length: usize) -> Result<(), ChunkError> {
    if index >= entry.chunks {
        return Err(ChunkError::NoSuchChunk);
    }
    let before = u64::from(index) * CHUNK as u64;
    let expected = (entry.size - before).min(CHUNK as u64) as usize + TAG;
    match length.cmp(&expected) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(ChunkError::TooLong),
        std::cmp::Ordering::Less => Err(ChunkError::TooShort),
    }
}

/// Every attached material is described in the header, and nothing else is.
pub(crate) fn attachment_errors(header: &Header, body: &ApplicationBody) -> Vec<FieldError> {
    let attached = |code| {
        body.materials.iter().any(|state| state.code == code && state.answer == MaterialAnswer::Attached)
    };
    let undescribed = body
        .materials
        .iter()
        .filter(|state| state.answer == MaterialAnswer::Attached)
        .filter(|state| !header.attachments.iter().any(|entry| entry.material == state.code))
        .map(|state| FieldError { field: state.code.to_string(), code: FieldErrorCode::MaterialMissing });
    let unasked = header
        .attachments
        .iter()
        .filter(|entry| !attached(entry.material.clone()))
        .map(|entry| FieldError { field: entry.material.to_string(), code: FieldErrorCode::UnknownMaterial });
    undescribed.chain(unasked).collect()
}

/// Whether what a header says of its files can be.
pub(crate) fn attachments_are_sound(header: &Header) -> bool {
    let all = &header.attachments;
    all.len() <= ATTACHMENTS_LIMIT
        && all.iter().enumerate().all(|(index, entry)| {
            (1..=ATTACHMENT_LIMIT).contains(&entry.size)
                && u64::from(entry.chunks) == entry.size.div_ceil(CHUNK as u64)
                && !all[..index].iter().any(|other| other.material == entry.material)
        })
}
