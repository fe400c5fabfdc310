//! The normal form of a value: one value has one form, whoever typed it and however. Each kind has its own, in `kind`.

use super::FieldKind;
use super::text::is_invisible;

/// Full-width letters, digits and signs as ASCII; other characters as they are.
pub fn narrow(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xff01 + 0x21).unwrap_or(character),
        other => other,
    }
}

/// The normal form in which a value is stored, sealed and validated.
///
/// Names, texts and addresses are only trimmed: no character of a person's name is ever replaced, and what does not
/// belong there is refused instead of left out. Numbers and codes lose spaces, dashes, full-width forms and what
/// cannot be seen.
pub fn normalise(kind: FieldKind, value: &str) -> String {
    (kind.spec().normalise)(value)
}

/// Whether a character is nothing between digits. A control character is more than that: it is refused.
pub(super) fn is_empty(character: char) -> bool {
    is_invisible(character) && !character.is_control()
}

/// A code in capital letters, without spaces and the signs that only divide it.
pub(super) fn code(value: &str, divides: impl Fn(char) -> bool) -> String {
    value
        .chars()
        .map(narrow)
        .filter(|sign| !sign.is_whitespace() && !is_empty(*sign) && !divides(*sign))
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
