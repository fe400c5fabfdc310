//! What is kept of an application.

use crate::cases::ListPlace;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::v1::{Envelope, Refusal};

/// Everything that is kept of one application, still sealed.
#[derive(Debug)]
pub struct StoredApplication {
    /// The envelope as it came.
    pub envelope: Envelope,
    /// When the hall received it.
    pub received_at: Millis,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

/// An application that became no case.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RefusedApplication {
    /// The application.
    pub application_id: String,
    /// What the receipt says.
    pub registration: String,
    /// The item's code.
    pub item: String,
    /// Why.
    pub reason: Refusal,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
}

impl RefusedApplication {
    /// Where it stands in the list.
    pub fn place(&self) -> ListPlace {
        ListPlace { received_at: self.received_at, id: self.application_id.clone() }
    }
}
