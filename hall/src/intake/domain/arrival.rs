//! An application that has come, and what becomes of it.

use crate::cases::SearchTerm;
use crate::fleet::Mark;
use bianmin_protocol::application::AttachmentEntry;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, TerminalId};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Refusal, SignedAcknowledgement};

/// An application whose envelope was checked, with what the rules say about it.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub id: ApplicationId,
    pub registration: RegistrationNumber,
    pub terminal: TerminalId,
    pub item: String,
    pub digest: Digest,
    pub envelope: Vec<u8>,
    pub verdict: Verdict,
    pub mark: Option<Mark>,
}

/// What the rules say.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Accept(Acceptance),
    Refuse(Refusal),
    /// It is sealed to a key that is not here. Refused for now, and tried again with the next key.
    CannotOpen,
}

impl Verdict {
    /// Why it becomes no case.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Accept(_) => None,
            Self::Refuse(reason) => Some(reason.clone()),
            Self::CannotOpen => Some(Refusal::Malformed {}),
        }
    }
}

/// What a new case needs to know of its item.
#[derive(Debug, Clone)]
pub(crate) struct Acceptance {
    pub task_code: String,
    pub item_name: String,
    pub item_version: u32,
    /// The department that decides, by its credit code.
    pub department: String,
    pub promised_days: u16,
    pub working_days: bool,
    pub statutory_days: u16,
    /// Materials that may follow, with the working days that they may take.
    pub promises: Vec<(String, u16)>,
    /// By what the case is found.
    pub terms: Vec<SearchTerm>,
    pub attachments: Vec<AttachmentEntry>,
}

/// What has become of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// It is a case, by the hall's signed word.
    Case(SignedAcknowledgement),
    /// It is none.
    Refused(Refusal),
    /// Nobody can say now: its terminal keeps it and comes again.
    Later,
}
