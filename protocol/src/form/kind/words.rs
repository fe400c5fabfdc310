//! Names, texts and addresses: only trimmed, never changed.

use super::{Covered, Entry, FieldSpec, ScannedCode};
use crate::form::{FieldErrorCode, text};

/// A person's name, with rare characters and the middle dot.
pub(super) const PERSON_NAME: FieldSpec = FieldSpec {
    entry: Entry::Name,
    limit: |_| 50,
    check: |_, value, _| refused_unless(text::is_name(value)),
    covered: Covered::Middle(1, 0),
    ..FieldSpec::PLAIN
};

/// Free text on one line.
pub(super) const TEXT: FieldSpec = FieldSpec {
    check: |_, value, _| refused_unless(text::is_plain(value)),
    scanned_code: ScannedCode::Stays,
    ..FieldSpec::PLAIN
};

/// An address.
pub(super) const ADDRESS: FieldSpec = FieldSpec { scanned_code: ScannedCode::MovesIfEmpty, ..TEXT };

const fn refused_unless(is_right: bool) -> Result<(), FieldErrorCode> {
    if is_right { Ok(()) } else { Err(FieldErrorCode::Characters) }
}
