//! From a file to text: what can be wrong before a single setting is read.

use crate::{MAX_BYTES, Problem};
use bianmin_locale::Words;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// The text of a file, without a byte order mark.
pub(crate) fn text(path: &Path) -> Result<String, Problem> {
    let whole = |words| Problem::error(None, None, words);
    let unreadable = |error: std::io::Error| whole(unreadable(&error));
    // A pipe or a device in its place would be waited for, or read for ever.
    if std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Err(whole(Words::new("settings-folder")));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(whole(Words::new("settings-too-long").with("kilobytes", MAX_BYTES / 1024)));
    }
    decode(bytes)
}

fn unreadable(error: &std::io::Error) -> Words {
    match error.kind() {
        ErrorKind::NotFound => Words::new("settings-no-file"),
        ErrorKind::PermissionDenied => Words::new("settings-no-permission"),
        _ => Words::new("settings-unreadable").with("error", error.to_string()),
    }
}

fn decode(bytes: Vec<u8>) -> Result<String, Problem> {
    let whole = |key| Err(Problem::error(None, None, Words::new(key)));
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return whole("settings-utf16");
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    if bytes.contains(&0) {
        return whole("settings-not-text");
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Problem::error(Some(line), None, Words::new("settings-not-utf8"))
    })
}
