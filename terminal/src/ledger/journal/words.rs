//! What the journal calls things: kinds of jobs, printers and states, as they stand in the file.

use serde::Serialize;
use strum::{EnumString, IntoStaticStr};

/// What a job prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, EnumString, IntoStaticStr)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    /// The receipt of an application (申请登记回执).
    Receipt,
    /// What is still missing (一次性告知).
    Notice,
    /// An item's guide.
    Guide,
    /// A filled-in form.
    Form,
    /// A queue ticket.
    Ticket,
    /// A test page.
    Test,
    /// A report for the technician.
    Report,
}

impl JobKind {
    /// Its name in the file and in locale keys.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The table allows no other name; a damaged one is caught by the row's proof.
    pub(in crate::ledger) fn from_name(name: &str) -> Self {
        name.parse().unwrap_or(Self::Report)
    }
}

/// On which printer a job comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlet {
    /// The receipt printer.
    Slip,
    /// The A4 printer.
    Page,
}

impl Outlet {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Slip, Self::Page];

    /// Its name in the file and in locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slip => "slip",
            Self::Page => "page",
        }
    }

    pub(in crate::ledger) fn from_name(name: &str) -> Self {
        if name == "page" { Self::Page } else { Self::Slip }
    }
}

/// What is known of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobState {
    /// To be printed.
    Intent,
    /// Bytes are on their way.
    Sent,
    /// The printer said that the paper moved out, or a person has seen it.
    Printed,
    /// Nothing came out.
    Failed,
    /// Nobody knows.
    Unknown,
}

impl JobState {
    /// Its name in the file.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// A name that is none of these says nothing.
    pub(in crate::ledger) fn from_name(name: &str) -> Self {
        name.parse().unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    /// Ledgers of released terminals have these.
    #[test]
    fn what_stands_in_the_file_keeps_its_name() {
        let kinds = ["receipt", "notice", "guide", "form", "ticket", "test", "report"];
        assert_eq!(JobKind::VARIANTS.len(), kinds.len());
        for (kind, name) in JobKind::VARIANTS.iter().copied().zip(kinds) {
            assert_eq!((kind.name(), JobKind::from_name(name)), (name, kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
        }
        assert_eq!(JobKind::from_name("other"), JobKind::Report);
        for (state, name) in [
            (JobState::Intent, "intent"),
            (JobState::Sent, "sent"),
            (JobState::Printed, "printed"),
            (JobState::Failed, "failed"),
            (JobState::Unknown, "unknown"),
        ] {
            assert_eq!((state.name(), JobState::from_name(name)), (name, state));
            assert_eq!(serde_json::to_value(state).unwrap(), name);
        }
        assert_eq!(JobState::from_name("other"), JobState::Unknown);
    }
}
