//! Applications: handing one in, where it is on its way to the hall, and what is known of a case.
//!
//! Must not know how anything is drawn or printed; it only orders the receipt.

pub(super) mod lookup;

use super::{Terminal, Visit};
use crate::ledger::{AcceptError, Accepted, Draft, OutboxState};
use crate::transfer::Transfer;
use bianmin_protocol::receipt::Receipt;

/// What can be done with applications: [`Terminal::applications`].
#[derive(Debug, Clone, Copy)]
pub struct Applications<'a> {
    pub(super) terminal: &'a Terminal,
}

impl Applications<'_> {
    /// Accepts an application and queues its receipt for the printer. Blocks on the disk. When this returns,
    /// the application survives a power cut.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing was kept then.
    pub fn submit(self, draft: Draft) -> Result<Accepted, AcceptError> {
        self.submit_for(None, draft)
    }

    /// The same in a resident's visit: with it ends what still waits for the printer.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing was kept then.
    pub fn submit_for(self, visit: Option<Visit>, draft: Draft) -> Result<Accepted, AcceptError> {
        let terminal = self.terminal;
        let fields = &terminal.catalogue().fields;
        let accepted = terminal.ledger().accept(draft, fields, terminal.now(), terminal.today())?;
        terminal.printing().order_receipt(accepted.print_job, accepted.registration.clone(), 0, visit);
        terminal.refresh_status();
        Ok(accepted)
    }

    /// Where an application of this state is on its way to the hall. Non-blocking.
    pub fn transfer(self, state: OutboxState) -> Transfer {
        Transfer::of(state, self.terminal.ledger().is_revoked(), self.terminal.status().link.reachable)
    }

    /// The URL of a receipt, as its QR code holds it.
    pub fn receipt_url(self, token: &str) -> String {
        Receipt::url(&self.terminal.ledger().identity().enrolled.public_url, token)
    }
}
