//! What happened to a case. Events are only ever added; where a case stands is what they make of it.

use super::{Duty, Step};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::Millis;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a case begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opening {
    /// The application.
    pub application: String,
    /// The item's code.
    pub item: String,
    /// The version of it that the resident began with.
    pub item_version: u32,
    /// The department that decides, by its credit code; empty where nobody knows it any more.
    pub department: String,
    /// The terminal that accepted it.
    pub terminal: String,
    /// When the hall received it.
    pub received_at: Millis,
    /// Promised limit in days.
    pub promised_days: u16,
    /// Whether these are working days.
    pub working_days: bool,
    /// Limit by law in days; 0 where nobody knows it any more.
    pub statutory_days: u16,
    /// Materials that may follow against an undertaking (容缺), and until when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
}

/// A material that may follow, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Its code.
    pub material: String,
    /// The last day.
    pub due: Date,
}

/// Who has a case in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// A member of staff, by id.
    Staff(String),
    /// Whoever of the department has the duty.
    Group,
}

/// What happened. Words are clear while something is decided, and sealed to the hall in everything that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CaseEvent {
    /// It was opened.
    Opened {
        /// With what.
        opening: Opening,
        /// Where it stood then.
        state: CaseState,
    },
    /// It was opened before the hall kept events: where it stood when they began.
    Imported {
        /// With what.
        opening: Opening,
        /// Where it stood.
        state: CaseState,
        /// What the resident was told.
        remark: String,
        /// When its state had last changed.
        changed_at: Millis,
    },
    /// A step from state to state.
    Stepped {
        /// Which.
        step: Step,
        /// Where to.
        to: CaseState,
        /// Whose duty it was.
        duty: Duty,
        /// What the resident is told: a remark, a reason, what is asked for.
        remark: String,
        /// More about it.
        #[serde(default, skip_serializing_if = "Detail::is_none")]
        detail: Detail,
    },
    /// The resident is told something else about the state in which it is.
    Remarked {
        /// What.
        remark: String,
    },
    /// The limit was extended.
    Extended {
        /// By so many days.
        days: u16,
        /// Why; the resident is told.
        reason: String,
    },
    /// Put aside for a while. The clock goes on.
    Held {
        /// Why.
        reason: String,
    },
    /// Taken up again.
    Resumed,
    /// A note of staff for staff.
    Noted {
        /// Which.
        text: String,
    },
    /// In other hands.
    HandedOver {
        /// Whose.
        to: Holder,
        /// Why.
        reason: String,
    },
    /// A material that was to follow is here.
    MaterialReceived {
        /// Its code.
        material: String,
    },
    /// A material that was to follow did not come in time.
    MaterialMissed {
        /// Its code.
        material: String,
    },
    /// Another application took its place: this is its end.
    SetAside,
}

/// What more there is about a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// Nobody said anything for so long that the law takes it for accepted.
    Silence,
    /// Why this was not asked for the first time.
    NotFirst(String),
    /// The name of the special procedure, such as 听证.
    Procedure(String),
}

impl Detail {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl CaseEvent {
    /// Its name in the audit.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Imported { .. } => "imported",
            Self::Stepped { step, .. } => step.key(),
            Self::Remarked { .. } => "remarked",
            Self::Extended { .. } => "extended",
            Self::Held { .. } => "held",
            Self::Resumed => "resumed",
            Self::Noted { .. } => "noted",
            Self::HandedOver { .. } => "handed-over",
            Self::MaterialReceived { .. } => "material-received",
            Self::MaterialMissed { .. } => "material-missed",
            Self::SetAside => "set-aside",
        }
    }

    /// Everything in it that somebody wrote: to be sealed before it is stored, and opened to be read.
    pub(crate) fn words_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Stepped { remark, detail: Detail::NotFirst(why), .. } => vec![remark, why],
            Self::Imported { remark: words, .. }
            | Self::Stepped { remark: words, .. }
            | Self::Remarked { remark: words }
            | Self::Extended { reason: words, .. }
            | Self::Held { reason: words }
            | Self::Noted { text: words }
            | Self::HandedOver { reason: words, .. } => vec![words],
            Self::Opened { .. }
            | Self::Resumed
            | Self::MaterialReceived { .. }
            | Self::MaterialMissed { .. }
            | Self::SetAside => Vec::new(),
        }
    }

    /// Whether it changes what the resident is told.
    pub(crate) fn is_told(&self) -> bool {
        match self {
            Self::Stepped { step, .. } => *step != Step::Issue,
            Self::Remarked { .. } | Self::Extended { .. } => true,
            _ => false,
        }
    }
}
