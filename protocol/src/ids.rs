//! Names of things: each its own type, so that one cannot be given for another.

use serde::{Deserialize, Serialize};

/// A text that is no well-formed identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed {0}")]
pub struct BadId(pub &'static str);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form.
            ///
            /// # Errors
            /// The text has another form.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(BadId($what)) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }
        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::parse(text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn code(text: &str, longest: usize) -> bool {
    !text.is_empty()
        && text.len() <= longest
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

text_id!(
    /// A service item's code within the hall's catalogue (local_catalog_code), for example `HJ02`.
    ItemCode, "item code", |text| code(text, 32)
);
text_id!(
    /// A field of the shared field dictionary, for example `applicant_name`.
    FieldCode, "field code", |text| code(text, 48)
);
text_id!(
    /// A material of an item, for example `M1`.
    MaterialCode, "material code", |text| code(text, 16)
);
text_id!(
    /// A theme of the catalogue, for example `T01`.
    ThemeCode, "theme code", |text| code(text, 16)
);
text_id!(
    /// A life event of the catalogue, for example `E01`.
    LifeEventCode, "life event code", |text| code(text, 16)
);
text_id!(
    /// The short name that the hall gives a terminal once and never again: two letters (no I or O, which sound
    /// and look like digits) and two to five digits, for example `HP07`.
    TerminalId, "terminal id", |text| {
        let bytes = text.as_bytes();
        (4..=7).contains(&bytes.len())
            && bytes[..2].iter().all(|byte| byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O'))
            && bytes[2..].iter().all(u8::is_ascii_digit)
    }
);
text_id!(
    /// The hall's number of a case: the task code (31) + date of receipt (8) + running number (4 or more).
    CaseNumber, "case number", |text| (13..=64).contains(&text.len()) && code(text, 64)
);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// The 16 bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.parse().map(Self).map_err(|_| BadId(stringify!($name)))
            }
        }
    };
}

uuid_id!(
    /// One application, made once at the terminal (UUIDv7). The hall keeps one record for each.
    ApplicationId
);
uuid_id!(
    /// One life of the hall's database. It changes when a backup is restored, so that terminals notice.
    Epoch
);
uuid_id!(
    /// One resident's session at the terminal. What outlives a screen carries it.
    SessionId
);

impl ApplicationId {
    /// A new id; sorts by time where clocks are right, unique where they are not.
    pub fn new() -> Self {
        Self(uuid::Uuid::now_v7())
    }
}

impl Default for ApplicationId {
    fn default() -> Self {
        Self::new()
    }
}

/// A published state of the catalogue. It only ever grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Milliseconds since 1970-01-01 UTC by the clock of whoever wrote it. Shown to people, never used for order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// As a timestamp; times outside the supported range become the epoch.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_also_when_they_come_as_json() {
        assert!(TerminalId::parse("HP07").is_ok());
        for bad in ["", "hp07", "HO07", "H007", "HP7", "HP070707", "HP0七"] {
            assert!(TerminalId::parse(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<ItemCode>("\"HJ02\"").is_ok());
        assert!(serde_json::from_str::<ItemCode>("\"../etc\"").is_err());
    }
}
