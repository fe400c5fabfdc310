//! What staff say to a resident about a case, and to each other.

use bianmin_protocol::text::is_seen;

/// The longest remark in characters.
const LONGEST: usize = 500;
/// The longest note in characters.
const NOTE: usize = 2000;
/// The longest name of a special procedure in characters.
const NAME: usize = 40;
/// More bytes than any of them has.
pub(crate) const WORDS_LIMIT: usize = 4 * NOTE;

/// A remark that cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RemarkError {
    /// It does not fit on a screen.
    #[error("the remark is longer than {LONGEST} characters")]
    TooLong,
    /// It holds a character that does something else than to be seen.
    #[error("the remark holds a line break or another character that nobody sees")]
    Unseen,
    /// It does not fit on a page for staff.
    #[error("the note is longer than {NOTE} characters, or holds a character that nobody sees")]
    Note,
    /// A special procedure needs a short name.
    #[error("a special procedure has a name of at most {NAME} characters on one line")]
    Name,
}

/// Whether a remark can be shown.
pub(crate) fn check_remark(remark: &str) -> Result<(), RemarkError> {
    if remark.chars().count() > LONGEST {
        return Err(RemarkError::TooLong);
    }
    if remark.chars().any(|character| !is_seen(character)) {
        return Err(RemarkError::Unseen);
    }
    Ok(())
}

/// Whether a note can be shown to staff, who may write more than one line.
pub(crate) fn check_note(note: &str) -> Result<(), RemarkError> {
    let is_seen = note.chars().all(|character| character == '\n' || is_seen(character));
    if note.chars().count() <= NOTE && is_seen { Ok(()) } else { Err(RemarkError::Note) }
}

/// Whether a special procedure may be called so.
pub(crate) fn check_name(name: &str) -> Result<(), RemarkError> {
    let fits = (1..=NAME).contains(&name.trim().chars().count()) && name.chars().all(is_seen);
    if fits { Ok(()) } else { Err(RemarkError::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_short_and_seen() {
        assert_eq!(check_remark(""), Ok(()));
        assert_eq!(check_remark(&"补".repeat(LONGEST)), Ok(()));
        assert_eq!(check_remark(&"补".repeat(LONGEST + 1)), Err(RemarkError::TooLong));
        for unseen in ["one\ntwo", "a\u{202e}b", "a\u{7}"] {
            assert_eq!(check_remark(unseen), Err(RemarkError::Unseen), "{unseen:?}");
        }
    }
}
