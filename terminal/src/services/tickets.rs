//! Queue tickets: the next number of a prefix and its paper.

use super::{Terminal, Visit};
use crate::ledger::{JobId, JobKind, LedgerError, Outlet};
use crate::services::About;
use crate::slip::TicketSlip;
use bianmin_document::Document;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ticket::{TicketNumber, TicketPrefix};

/// What can be done with queue tickets: [`Terminal::tickets`].
#[derive(Debug, Clone, Copy)]
pub struct Tickets<'a> {
    pub(super) terminal: &'a Terminal,
}

impl Tickets<'_> {
    /// Gives the next ticket of a prefix and prints it. Blocks on the disk, not on the printer. The number is given
    /// whatever becomes of the paper.
    ///
    /// # Errors
    /// The ledger cannot be written: then no number was given.
    pub fn give(
        self,
        prefix: &TicketPrefix,
        visit: Option<Visit>,
        document: impl FnOnce(&TicketNumber) -> Document,
    ) -> Result<(TicketNumber, JobId), LedgerError> {
        let terminal = self.terminal;
        let (number, job) = terminal.ledger().give_ticket(prefix, terminal.now(), terminal.today())?;
        terminal.printing().order_made(Outlet::Slip, job, document(&number), number.in_full(), visit);
        Ok((number, job))
    }

    /// What tickets look like here: nobody's place in any queue, and it says so first.
    pub fn sample_document(self, language: Language) -> Document {
        let business = Texts::new(language).t("slip-ticket-sample-business");
        let ticket = TicketSlip {
            number: "A000",
            business: &business,
            ahead: 3,
            at: self.terminal.now(),
            wait_at: "",
            is_sample: true,
            place: &self.terminal.config().place,
            language,
        };
        ticket.document()
    }

    /// Prints a ticket that is none, to see how tickets come out. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn print_sample(self, language: Language) -> Result<JobId, LedgerError> {
        let sample = self.sample_document(language);
        self.terminal.printing().order(JobKind::Test, Outlet::Slip, About::Nothing, sample, None)
    }
}
