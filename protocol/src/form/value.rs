//! The rules for one value by itself: those of every kind here, those of its own kind in `kind`. Must not know pages or
//! other values.

use super::{FieldDefinition, FieldErrorCode};
use jiff::civil::Date;

/// Checks one value that is already in normal form and not empty.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_value(definition: &FieldDefinition, value: &str, today: Date) -> Result<(), FieldErrorCode> {
    // No field of ours has any, and not every database takes them.
    if value.chars().any(char::is_control) {
        return Err(FieldErrorCode::Characters);
    }
    (definition.kind.spec().check)(definition, value, today)?;
    if value.chars().count() > definition.limit() {
        return Err(FieldErrorCode::TooLong { limit: definition.limit() as u32 });
    }
    Ok(())
}

/// Whether a value that is taken is probably mistyped: its check character does not fit, which is also so with some
/// that were issued. Who fills it in is told, and may go on.
pub fn is_doubtful(definition: &FieldDefinition, value: &str, today: Date) -> bool {
    (definition.kind.spec().is_doubtful)(value, today)
}

pub(super) fn length_error(value: &str, wanted: usize) -> FieldErrorCode {
    match value.chars().count() {
        length if length < wanted => {
            FieldErrorCode::TooShort { missing: (wanted - length) as u32, wanted: wanted as u32 }
        }
        length if length > wanted => FieldErrorCode::TooLong { limit: wanted as u32 },
        _ => FieldErrorCode::Characters,
    }
}
