//! A case as it begins, and as it stands in a list.

use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::registration::RegistrationNumber;
use jiff::civil::Date;

/// A case that is to be opened.
#[derive(Debug, Clone)]
pub(crate) struct NewCase<'a> {
    pub application_id: ApplicationId,
    pub registration: &'a RegistrationNumber,
    /// What its receipt is bound to.
    pub content: Digest,
    pub task_code: &'a str,
    pub item_name: &'a str,
    pub promised_days: u16,
    pub working_days: bool,
    /// Whether files are still to come.
    pub awaits_files: bool,
}

/// When and with what something is recorded.
#[derive(Debug, Clone)]
pub(crate) struct RecordContext {
    /// When the hall had it.
    pub now: Millis,
    /// The day of its case number.
    pub day: Date,
    pub key: SigningKey,
    /// What is stored may have been signed with another key.
    pub is_resigning: bool,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CaseRecord {
    /// The application.
    pub application_id: String,
    /// What the receipt says.
    pub registration: String,
    /// The hall's number.
    pub case_number: String,
    /// The item's code.
    pub item: String,
    /// The state's key, such as `received`.
    pub state: String,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
}

impl CaseRecord {
    /// Where it stands in the list.
    pub fn place(&self) -> ListPlace {
        ListPlace { received_at: self.received_at, id: self.application_id.clone() }
    }
}

/// A place in a list that goes from the newest to the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace {
    /// When it was received.
    pub received_at: Millis,
    /// The application.
    pub id: String,
}

impl ListPlace {
    /// Before the newest.
    pub const BEGINNING: Self = Self { received_at: Millis(i64::MAX), id: String::new() };
}
