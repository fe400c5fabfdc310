//! What an attached file is, by its content: a name or a claimed type proves nothing.

use serde::{Deserialize, Serialize};

/// The largest attachment, in bytes (20 MB).
pub const ATTACHMENT_LIMIT: u64 = 20 * 1024 * 1024;
/// The most attachments of one application.
pub const ATTACHMENTS_LIMIT: usize = 20;
/// Bytes of a file in one sealed chunk.
pub const CHUNK: usize = 256 * 1024;

/// The kinds of file that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaType {
    /// A photograph or scan.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A picture.
    #[serde(rename = "image/png")]
    Png,
    /// A document.
    #[serde(rename = "application/pdf")]
    Pdf,
}

/// Why a file is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`ATTACHMENT_LIMIT`].
    #[error("the file is larger than 20 MB")]
    TooLarge,
    /// It is no JPEG, PNG or PDF, or it is cut off.
    #[error("the file is no whole JPEG, PNG or PDF")]
    Unknown,
}

/// Finds out what a file is from its first and last bytes.
///
/// # Errors
/// Empty, too large, another format, or cut off at the end.
pub fn sniff(file: &[u8]) -> Result<MediaType, ContentError> {
    if file.is_empty() {
        return Err(ContentError::Empty);
    }
    if file.len() as u64 > ATTACHMENT_LIMIT {
        return Err(ContentError::TooLarge);
    }
    let tail = &file[file.len().saturating_sub(1024)..];
    let ends = |mark: &[u8]| tail.windows(mark.len()).any(|window| window == mark);
    match file {
        [0xff, 0xd8, 0xff, ..] if ends(&[0xff, 0xd9]) => Ok(MediaType::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] if ends(b"IEND") => Ok(MediaType::Png),
        [b'%', b'P', b'D', b'F', b'-', ..] if ends(b"%%EOF") => Ok(MediaType::Pdf),
        _ => Err(ContentError::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_files_of_known_kinds() {
        assert_eq!(sniff(b""), Err(ContentError::Empty));
        assert_eq!(sniff(b"GIF89a"), Err(ContentError::Unknown));
        assert_eq!(sniff(b"%PDF-1.7 ... %%EOF\n"), Ok(MediaType::Pdf));
        assert_eq!(sniff(b"%PDF-1.7 cut off"), Err(ContentError::Unknown));
        assert_eq!(sniff(&[0xff, 0xd8, 0xff, 0xe0, 1, 0xff, 0xd9]), Ok(MediaType::Jpeg));
        assert_eq!(sniff(&vec![0; ATTACHMENT_LIMIT as usize + 1]), Err(ContentError::TooLarge));
    }
}
