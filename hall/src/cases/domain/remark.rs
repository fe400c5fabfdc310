//! What staff say to a resident about a case.

use bianmin_protocol::text::is_seen;

/// The longest remark in characters.
const LONGEST: usize = 500;

/// A remark that cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RemarkError {
    /// It does not fit on a screen.
    #[error("the remark is longer than {LONGEST} characters")]
    TooLong,
    /// It holds a character that does something else than to be seen.
    #[error("the remark holds a line break or another character that nobody sees")]
    Unseen,
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
