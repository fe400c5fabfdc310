//! How things stand: what the status strip, the heartbeat and the technician see at a glance.

use super::Terminal;
use crate::device::printer::Status as PrinterStatus;
use crate::ledger::{Counts, Intake, Outlet};
use crate::sync::{LinkState, Vitals};
use tokio::sync::watch;

/// How things stand, for the status strip and the technician.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The connection to the hall.
    pub link: LinkState,
    /// Applications, by where they stand.
    pub counts: Counts,
    /// The receipt printer.
    pub printer: PrinterStatus,
    /// The A4 printer.
    pub page_printer: PrinterStatus,
    /// Whether applications are accepted.
    pub intake: Intake,
}

impl Terminal {
    /// How things stand; refreshed in the background once [`Terminal::start`] was called.
    pub fn status(&self) -> Status {
        self.0.status.borrow().clone()
    }

    /// Changes with every change of the status.
    pub fn status_changes(&self) -> watch::Receiver<Status> {
        self.0.status.subscribe()
    }

    /// Looks anew at what the status says; blocks on the disk for a moment.
    pub(super) fn refresh_status(&self) {
        let inner = &self.0;
        let link = *inner.link.borrow();
        let (printer, page_printer) =
            (self.devices().printer(Outlet::Slip), self.devices().printer(Outlet::Page));
        let intake = inner.ledger.intake();
        let counts = inner.ledger.counts();
        let vitals = Vitals {
            printer: printer.key().to_owned(),
            intake_open: intake == Intake::Open,
            devices: self.devices().reports(),
        };
        inner.vitals.send_if_modified(|known| {
            let changed = *known != vitals;
            *known = vitals;
            changed
        });
        inner.status.send_if_modified(|status| {
            // Counts that cannot be read stay what they were; the ledger's own error is told where it is used.
            let counts = counts.unwrap_or(status.counts);
            let next = Status { link, counts, printer, page_printer, intake };
            let changed = *status != next;
            *status = next;
            changed
        });
    }
}
