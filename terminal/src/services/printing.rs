//! The print worker: one thread that owns the printer, so that slips come out one by one and in order.
//!
//! The journal is written before bytes go out and after the printer has answered, so that it never claims more
//! than is known.

use super::{SlipForm, Terminal};
use crate::device::printer::{Outcome, Status};
use crate::ledger::{JobId, JobState};
use crate::slip::Reprint;
use bianmin_protocol::registration::RegistrationNumber;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often the printer is asked how it is while there is nothing to print.
const LOOK: Duration = Duration::from_secs(5);

/// A slip to be printed.
pub(super) struct Order {
    job: JobId,
    registration: RegistrationNumber,
    copy: u32,
}

impl Terminal {
    /// Hands a job to the worker. Without a running worker (the command line) the intent stays in the journal.
    pub(super) fn order_print(&self, job: JobId, registration: RegistrationNumber, copy: u32) {
        let queue = self.0.print_queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            // A worker that is gone has left the intent in the journal, where it is seen.
            let _ = queue.send(Order { job, registration, copy });
        }
    }

    pub(super) fn start_printing(&self) -> std::io::Result<()> {
        let (sender, orders): (Sender<Order>, Receiver<Order>) = channel();
        *self.0.print_queue.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        let weak = std::sync::Arc::downgrade(&self.0);
        std::thread::Builder::new().name("print".to_owned()).spawn(move || {
            loop {
                let Some(terminal) = weak.upgrade().map(Terminal) else { return };
                terminal.note_printer(terminal.0.printer.status());
                drop(terminal);
                match orders.recv_timeout(LOOK) {
                    Ok(order) => {
                        let Some(terminal) = weak.upgrade().map(Terminal) else { return };
                        terminal.print_now(&order);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(())
    }

    fn note_printer(&self, status: Status) {
        let changed = self.0.printer_status.send_if_modified(|known| {
            let changed = *known != status;
            *known = status;
            changed
        });
        if changed {
            self.refresh_status();
        }
    }

    fn print_now(&self, order: &Order) {
        let (state, reason) = match self.bytes(order) {
            Err(reason) => (JobState::Failed, Some(reason)),
            Ok(bytes) => {
                if !self.note_job(order.job, JobState::Sent, None) {
                    // What cannot be journalled is not printed: paper must not know more than the journal.
                    return;
                }
                let name = format!("{}-{}", order.registration, order.copy);
                match self.0.printer.print(&bytes, &name) {
                    Outcome::Printed => (JobState::Printed, None),
                    _ if crate::planted::is_planted("printer-error-swallowed") => (JobState::Printed, None),
                    Outcome::Failed(status) => (JobState::Failed, Some(status.key())),
                    Outcome::Unknown(status) => (JobState::Unknown, Some(status.key())),
                }
            }
        };
        self.note_job(order.job, state, reason);
    }

    fn bytes(&self, order: &Order) -> Result<Vec<u8>, &'static str> {
        let reprint = Reprint::of(order.copy, self.now());
        let document = self.receipt_document(&order.registration, reprint);
        document.and_then(|document| self.draw(&document, SlipForm::Escpos)).map_err(|error| {
            tracing::error!(%error, "a receipt could not be made");
            "not-made"
        })
    }

    fn note_job(&self, job: JobId, state: JobState, reason: Option<&str>) -> bool {
        let noted = self.0.ledger.set_job(job, state, reason, self.now());
        if let Err(error) = &noted {
            tracing::error!(%error, "the print journal could not be written");
        }
        self.0.journal.send_modify(|count| *count += 1);
        noted.is_ok()
    }
}
