//! What happens to an account, as events in the stream of whom it belongs to: written in the same transaction.

use crate::audit::{self, Actor, Chain, NewEvent, Stream};
use crate::db::{StoreError, Transaction};
use crate::staff::domain::StaffId;
use bianmin_protocol::ids::Millis;
use serde_json::Value;

/// Who changes something about an account, and when.
#[derive(Debug)]
pub(crate) struct By<'a> {
    /// What chains the event.
    pub chain: &'a Chain,
    /// Who it is.
    pub actor: Actor,
    /// When.
    pub at: Millis,
}

impl<'a> By<'a> {
    /// Somebody of the staff, or the one whom it is about.
    pub(crate) fn staff(chain: &'a Chain, id: StaffId, at: Millis) -> Self {
        Self { chain, actor: Actor::Staff(id.to_string()), at }
    }

    /// Adds an event to the stream of somebody. `content` names what it is about; nothing secret.
    pub(super) async fn note(
        &self,
        transaction: &Transaction,
        about: StaffId,
        kind: &'static str,
        content: Value,
    ) -> Result<(), StoreError> {
        let content = content.to_string();
        let event = NewEvent { at: self.at, actor: self.actor.clone(), kind, about: String::new(), content };
        audit::append(transaction, self.chain, Stream::new("staff", &about.to_string()), event).await
    }
}
