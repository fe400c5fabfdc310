//! A case as it begins, and as it stands in a list.

use super::search::SearchTerm;
use super::{Order, Timing, WorkPlace};
use crate::calendar::Calendar;
use crate::cases::keys::CaseKeys;
use crate::clock::Clock;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::registration::RegistrationNumber;
use jiff::civil::Date;
use std::sync::Arc;

/// A case that is to be opened.
#[derive(Debug, Clone)]
pub(crate) struct NewCase<'a> {
    pub application_id: ApplicationId,
    pub registration: &'a RegistrationNumber,
    /// What its receipt is bound to.
    pub content: Digest,
    pub task_code: &'a str,
    pub item_name: &'a str,
    pub item: &'a str,
    pub item_version: u32,
    pub department: &'a str,
    pub terminal: &'a str,
    pub promised_days: u16,
    pub working_days: bool,
    pub statutory_days: u16,
    /// Materials that may follow, with the working days that they may take.
    pub promises: &'a [(String, u16)],
    /// By what it is found.
    pub terms: &'a [SearchTerm],
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
    /// What the case's records need.
    pub case_keys: Arc<CaseKeys>,
    /// By which due dates are worked out.
    pub calendar: Arc<Calendar>,
    pub clock: Clock,
}

impl RecordContext {
    /// Works clocks out.
    pub(crate) fn timing(&self) -> Timing<'_> {
        Timing { calendar: &self.calendar, clock: &self.clock }
    }
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
    /// The item's name when the application was made.
    pub item_name: String,
    /// The state's key, such as `received`.
    pub state: String,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
    /// The department, by its code.
    pub department: String,
    /// The terminal that accepted it.
    pub terminal: String,
    /// Who has it in hand, by id.
    pub held_by: Option<String>,
    /// The last day, as far as it has one.
    pub due: Option<Date>,
    /// Whether it was counted over a year without a calendar.
    pub due_is_assumed: bool,
    /// From this day on it is near its due date.
    pub near_from: Option<Date>,
    /// If nobody says by then whether it is accepted, it counts as accepted on the day after.
    pub silence: Option<Date>,
    /// Put aside for a while.
    pub is_on_hold: bool,
    /// Made out.
    pub is_issued: bool,
    /// Withdrawn by the resident.
    pub is_withdrawn: bool,
    /// How often something was asked for.
    pub supplements: u32,
    /// How many events there are.
    pub version: u64,
    #[serde(skip)]
    pub(crate) due_on: i64,
}

impl CaseRecord {
    /// Where it stands in the list.
    pub fn place(&self) -> ListPlace {
        ListPlace { received_at: self.received_at, id: self.application_id.clone() }
    }

    /// Where it stands in a list of this order.
    pub fn work_place(&self, order: Order) -> WorkPlace {
        let key = if order == Order::Due { self.due_on } else { self.received_at.0 };
        WorkPlace { key, id: self.application_id.clone() }
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

/// Open cases of a department.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DepartmentCount {
    /// Its code.
    pub department: String,
    /// All of them.
    pub open: u64,
    /// Near their limit.
    pub near: u64,
    /// Past it.
    pub late: u64,
}
