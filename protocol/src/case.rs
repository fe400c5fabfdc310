//! A case (办件): what has become of an application, as the resident may know it.

use crate::catalogue::DayType;
use crate::ids::{CaseNumber, Millis};
use crate::registration::RegistrationNumber;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Where a case stands. Texts are in the locale under `case-state-` and, for what follows, `case-next-` + the kebab-case
/// name; terminal and phone page have no others.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum CaseState {
    /// 大厅已收, files still coming.
    AwaitingFiles,
    /// 大厅已收.
    Received,
    /// 受理.
    Accepted,
    /// 不予受理.
    NotAccepted,
    /// 补正: something is asked for.
    Supplement,
    /// 办理.
    Deciding,
    /// 特别程序: outside the limit.
    SpecialProcedure,
    /// 办结，准予.
    Granted,
    /// 办结，不予.
    Refused,
    /// 送达.
    Delivered,
}

impl CaseState {
    /// Every state, in the order of a case.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.as_array().expect("of its own length");

    /// The name in locale keys and in storage.
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// The state as programs of 0.1.0 know it. They cannot read a page or an answer with another one, so a state that is
    /// added here is told to them as the one that comes nearest.
    #[must_use]
    pub fn in_release_0_1_0(self) -> Self {
        match self {
            Self::AwaitingFiles
            | Self::Received
            | Self::Accepted
            | Self::NotAccepted
            | Self::Supplement
            | Self::Deciding
            | Self::SpecialProcedure
            | Self::Granted
            | Self::Refused
            | Self::Delivered => self,
        }
    }

    /// The state of that name.
    pub fn from_key(key: &str) -> Option<Self> {
        key.parse().ok()
    }
}

/// A case's progress as it is shown: no name, no number of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What the receipt says.
    pub registration: RegistrationNumber,
    /// The hall's number.
    pub case_number: CaseNumber,
    /// The item's name when the application was made.
    pub item_name: String,
    /// Where it stands.
    pub state: CaseState,
    /// When the hall received it: the clock starts here.
    pub received_at: Millis,
    /// When the state last changed.
    pub changed_at: Millis,
    /// Promised limit in days.
    pub promised_days: u16,
    /// Which days these are. On the wire: whether they are working days.
    #[serde(rename = "working_days", with = "crate::catalogue::day_type_as_bool")]
    pub day_type: DayType,
    /// What the hall says about it, for example what is asked for.
    #[serde(default)]
    pub remark: String,
}

/// A change of a case, pulled by the terminal in order of `cursor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseUpdate {
    /// Its place in the hall's order; contiguous for each terminal.
    pub cursor: u64,
    /// The case as it now stands.
    pub progress: Progress,
}
