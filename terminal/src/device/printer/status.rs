//! How a printer is, what became of a job, and what is said while one is under way. Must not know any printer.

/// How the printer is. Texts are in the locale under `printer-` + [`Status::key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// It prints.
    Ready,
    /// It prints, but the roll is nearly used up.
    PaperLow,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// Paper is stuck.
    Jam,
    /// The blade is stuck.
    Cutter,
    /// It reports another fault, such as a head that is too hot.
    Fault,
    /// It does not take what is sent to it, such as a page printer that knows no PDF.
    WrongFormat,
    /// It cannot be reached.
    Offline,
    /// It does not say.
    #[default]
    Unknown,
    /// There is none.
    Absent,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Ready,
        Self::PaperLow,
        Self::PaperOut,
        Self::CoverOpen,
        Self::Jam,
        Self::Cutter,
        Self::Fault,
        Self::WrongFormat,
        Self::Offline,
        Self::Unknown,
        Self::Absent,
    ];

    /// Whether a job may be started.
    pub fn can_print(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow | Self::Unknown)
    }

    /// Whether a person at the machine can put it right, after which it goes on by itself.
    pub fn is_repairable(self) -> bool {
        matches!(self, Self::PaperOut | Self::CoverOpen | Self::Jam | Self::Cutter)
    }

    /// The name in locale keys and in the journal.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::PaperLow => "paper-low",
            Self::PaperOut => "paper-out",
            Self::CoverOpen => "cover-open",
            Self::Jam => "jam",
            Self::Cutter => "cutter",
            Self::Fault => "fault",
            Self::WrongFormat => "wrong-format",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }

    /// The status with this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The printer said that the paper moved out.
    Printed,
    /// Nothing came out, because of this.
    Failed(Status),
    /// Nobody knows whether anything came out.
    Unknown(Status),
}

/// How a job goes, told while it is under way: at every change, and again and again while it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It goes to the printer, or the printer works on it.
    Printing,
    /// It stands still because of this; once that is put right it goes on where it was.
    Waiting(Status),
}

/// What whoever is told wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proceed {
    /// Go on, or wait until it goes on.
    GoOn,
    /// Give up; what has come out by then stays.
    GiveUp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_name_of_its_own() {
        for status in Status::ALL {
            assert_eq!(Status::from_key(status.key()), Some(status));
        }
        assert_eq!(Status::from_key("on fire"), None);
    }
}
