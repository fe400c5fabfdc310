//! What the journal calls things: kinds of jobs, printers, states and reasons, as they stand in the file.

use crate::device::printer::Status;
use serde::{Serialize, Serializer};
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
    /// A kind of which this version of the program knows nothing.
    Other,
}

impl JobKind {
    /// Its name in the file and in locale keys.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// A later version of the program may have written other names; a damaged one is caught by the row's proof.
    pub(in crate::ledger) fn from_name(name: &str) -> Self {
        name.parse().unwrap_or(Self::Other)
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
    /// Whether nothing happens to it any more, unless a person looks.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Printed | Self::Failed | Self::Unknown)
    }

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// A name that is none of these says nothing.
    pub(in crate::ledger) fn from_name(name: &str) -> Self {
        name.parse().unwrap_or(Self::Unknown)
    }
}

/// Why a job failed, is not known or has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintReason {
    /// How the printer is.
    Printer(Status),
    /// The document could not be laid out.
    NotMade,
    /// Too many jobs were waiting.
    Busy,
    /// The resident for whom it was has left.
    Left,
    /// The terminal was restarted meanwhile.
    Restart,
    /// A technician has seen the paper.
    Seen,
    /// A technician has looked, and there was no paper.
    NotSeen,
    /// A reason of which this version of the program knows nothing.
    Other,
}

impl PrintReason {
    /// Those that are not the printer's.
    const OWN: [Self; 6] = [Self::NotMade, Self::Busy, Self::Left, Self::Restart, Self::Seen, Self::NotSeen];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Printer(status) => status.key(),
            Self::NotMade => "not-made",
            Self::Busy => "busy",
            Self::Left => "left",
            Self::Restart => "restart",
            Self::Seen => "seen",
            Self::NotSeen => "not-seen",
            Self::Other => "other",
        }
    }

    /// Its locale key.
    pub fn key(self) -> String {
        match self {
            Self::Printer(status) => format!("printer-{}", status.key()),
            Self::Other => format!("printer-{}", Status::Fault.key()),
            own => format!("job-reason-{}", own.name()),
        }
    }

    /// A later version of the program may have written other names.
    pub(in crate::ledger) fn from_name(name: &str) -> Self {
        let own = || Self::OWN.into_iter().find(|reason| reason.name() == name);
        Status::from_key(name).map(Self::Printer).or_else(own).unwrap_or(Self::Other)
    }
}

impl Serialize for PrintReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What is known of a job, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PrintStatus {
    /// What is known.
    pub state: JobState,
    /// Why it failed, is not known or has to wait.
    pub reason: Option<PrintReason>,
}

impl PrintStatus {
    /// A state that needs no reason.
    pub const fn of(state: JobState) -> Self {
        Self { state, reason: None }
    }

    /// A state and why.
    pub const fn because(state: JobState, reason: PrintReason) -> Self {
        Self { state, reason: Some(reason) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    /// Ledgers of released terminals have these.
    #[test]
    fn what_stands_in_the_file_keeps_its_name() {
        let kinds = ["receipt", "notice", "guide", "form", "ticket", "test", "report", "other"];
        assert_eq!(JobKind::VARIANTS.len(), kinds.len());
        for (kind, name) in JobKind::VARIANTS.iter().copied().zip(kinds) {
            assert_eq!((kind.name(), JobKind::from_name(name)), (name, kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
        }
        assert_eq!(JobKind::from_name("boarding-pass"), JobKind::Other);
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

    #[test]
    fn every_name_in_the_file_is_one_reason() {
        let printer = Status::ALL.into_iter().map(PrintReason::Printer);
        for reason in printer.chain(PrintReason::OWN).chain([PrintReason::Other]) {
            assert_eq!(PrintReason::from_name(reason.name()), reason);
        }
        assert_eq!(PrintReason::from_name("ink-is-blue"), PrintReason::Other);
    }
}
