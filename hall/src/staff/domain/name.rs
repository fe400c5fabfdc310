//! What staff are called: the name they sign in with, and the one that others see.

use bianmin_protocol::text::is_seen;
use serde::{Deserialize, Serialize};

/// The longest login name and the longest display name, in characters.
const LONGEST_LOGIN: usize = 32;
const LONGEST_DISPLAY: usize = 40;

/// Why a text is no login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a login name has 2 to {LONGEST_LOGIN} of a-z, 0-9, . - and _, and begins with a letter or digit")]
pub struct BadLoginName;

/// The name that somebody signs in with. Capitals do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginName(String);

impl LoginName {
    /// Checks the form.
    ///
    /// # Errors
    /// It is not 2 to 32 of a-z, 0-9, `.`, `-` and `_`, or does not begin with a letter or digit.
    pub fn parse(text: &str) -> Result<Self, BadLoginName> {
        let name = text.trim().to_ascii_lowercase();
        let fits = (2..=LONGEST_LOGIN).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
            && name.as_bytes()[0].is_ascii_alphanumeric();
        if fits { Ok(Self(name)) } else { Err(BadLoginName) }
    }

    /// In lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LoginName {
    type Error = BadLoginName;
    fn try_from(text: String) -> Result<Self, BadLoginName> {
        Self::parse(&text)
    }
}

/// Why a text is no display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {LONGEST_DISPLAY} characters, all of which are seen")]
pub struct BadDisplayName;

/// The name that others see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

impl DisplayName {
    /// Checks the form.
    ///
    /// # Errors
    /// It is empty, longer than 40 characters, or has characters that nobody sees.
    pub fn parse(text: &str) -> Result<Self, BadDisplayName> {
        let name = text.trim();
        let fits = (1..=LONGEST_DISPLAY).contains(&name.chars().count()) && name.chars().all(is_seen);
        if fits { Ok(Self(name.to_owned())) } else { Err(BadDisplayName) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DisplayName {
    type Error = BadDisplayName;
    fn try_from(text: String) -> Result<Self, BadDisplayName> {
        Self::parse(&text)
    }
}

impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.0
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

impl std::fmt::Display for LoginName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Display for DisplayName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_one_however_it_is_typed() {
        assert_eq!(LoginName::parse(" Wang.Fang ").unwrap().as_str(), "wang.fang");
        for bad in ["", "a", ".ab", "a b", "王芳", "a@b", &"a".repeat(33), "a\u{0}b", "a/b", "<b>"] {
            assert!(LoginName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_display_name_is_seen() {
        assert_eq!(DisplayName::parse(" 示例·数据 ").unwrap().as_str(), "示例·数据");
        assert!(DisplayName::parse("<b>O'Neil</b>").is_ok(), "it is text wherever it is shown");
        for bad in ["", "  ", "a\u{202e}b", "a\u{200b}b", "a\nb", &"王".repeat(41)] {
            assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
        }
    }
}
