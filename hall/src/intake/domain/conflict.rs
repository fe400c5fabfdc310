//! Two bodies under one id or number, and what staff decide about them.

use bianmin_protocol::ids::{CaseNumber, Millis, TerminalId};
use bianmin_protocol::v1::Envelope;
use serde::Serialize;

/// What staff decided about one body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether this body goes on.
    pub kept: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: Millis,
}

/// A body that came under a known id or number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The digest of the envelope, in hexadecimal: its name.
    pub copy: String,
    /// The application that it says it is.
    pub application_id: String,
    /// The number on its receipt.
    pub registration: String,
    /// The terminal that accepted it.
    pub terminal: String,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
    /// The case that has its place; none if that became no case.
    pub case_number: Option<String>,
    /// What was decided about it.
    pub decision: Option<Decision>,
}

/// A body that is kept beside the case.
#[derive(Debug)]
pub(crate) struct Copy {
    /// As it came.
    pub envelope: Envelope,
    /// The terminal that accepted it.
    pub terminal: TerminalId,
    /// When the hall received it.
    pub received_at: Millis,
    /// What was decided about it.
    pub decision: Option<Decision>,
}

/// What became of the wish to put a body in the case's place.
#[derive(Debug)]
pub(crate) enum Placement {
    /// It is the case, under this number.
    Case(CaseNumber),
    /// There is no such body, or it was decided before.
    No,
    /// It stands against two cases: one by its id, another by its number.
    Two,
}
