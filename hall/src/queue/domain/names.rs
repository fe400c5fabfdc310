//! Codes of groups and windows, and the classes of people who are called first.

use serde::{Deserialize, Serialize};

/// The longest code.
const LONGEST: usize = 16;

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 1 to {LONGEST} letters, digits, - and _")]
pub struct BadCode;

fn check(text: &str) -> Result<String, BadCode> {
    let fits = (1..=LONGEST).contains(&text.chars().count())
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_'));
    if fits { Ok(text.to_owned()) } else { Err(BadCode) }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form.
            ///
            /// # Errors
            /// It is not 1 to 16 letters, digits, - and _.
            pub fn parse(text: &str) -> Result<Self, BadCode> {
                check(text).map(Self)
            }

            /// The code.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code! {
    /// A business group (业务组): services whose people wait in one line.
    GroupCode
}
code! {
    /// A window (窗口) at which people are served.
    WindowCode
}

/// Who is called before others, within the published bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriorityClass {
    /// Elderly people (老年人).
    Elderly,
    /// People with a disability (残疾人).
    Disabled,
    /// Pregnant women (孕妇).
    Pregnant,
    /// With a baby in arms (怀抱婴儿).
    WithBaby,
    /// The military and their families (军人军属).
    Military,
    /// Fire and rescue staff (消防救援人员).
    FireRescue,
    /// Who has booked (预约).
    Booking,
}

impl PriorityClass {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Elderly,
        Self::Disabled,
        Self::Pregnant,
        Self::WithBaby,
        Self::Military,
        Self::FireRescue,
        Self::Booking,
    ];

    /// The name in files, JSON and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Elderly => "elderly",
            Self::Disabled => "disabled",
            Self::Pregnant => "pregnant",
            Self::WithBaby => "with-baby",
            Self::Military => "military",
            Self::FireRescue => "fire-rescue",
            Self::Booking => "booking",
        }
    }

    /// The class of this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.key() == key)
    }
}
