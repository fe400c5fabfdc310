//! The workers that own the printers, so that paper comes out one by one and in order.
//!
//! Knows the journal and the printers, nothing of who orders what.

use super::queue::{Driver, Next, PrintQueue};
use super::{Printing, Visit};
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use crate::device::receipt_printer::Written;
use crate::ledger::{JobId, JobState, KeptMark, LedgerError, Outlet, PaperUse, PrintReason, PrintStatus};
use crate::services::{Inner, Terminal};
use crate::slip::Reprint;
use bianmin_document::Document;
use bianmin_document::escpos::KeyCode;
use bianmin_protocol::registration::RegistrationNumber;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often a printer is asked how it is while there is nothing to print.
const LOOK: Duration = Duration::from_secs(5);

/// Something to be printed.
pub(super) struct Order {
    pub(super) job: JobId,
    pub(super) content: Content,
    /// Names the file of the file printer; nothing personal.
    pub(super) name: String,
    /// Whose it is; a technician's and the command line's are nobody's.
    pub(super) visit: Option<Visit>,
}

pub(super) enum Content {
    /// Made from the ledger's facts when its turn comes.
    Receipt { registration: RegistrationNumber, copy: u32 },
    /// Made already; it may bear personal data and is nowhere else.
    Document(Box<Document>),
}

impl Printing<'_> {
    /// Starts a worker for each printer. They end with the terminal.
    pub(in crate::services) fn start(&self) -> std::io::Result<()> {
        for outlet in Outlet::ALL {
            let queue = Arc::clone(self.terminal.print_queue(outlet));
            queue.open();
            let (terminal, visit) = (Arc::downgrade(&self.terminal.0), Arc::clone(&self.state().visit));
            let name = format!("print-{}", outlet.name());
            std::thread::Builder::new().name(name).spawn(move || work(&queue, outlet, &terminal, &visit))?;
        }
        self.state().is_working.store(true, Ordering::Release);
        Ok(())
    }

    fn note_printer(self, outlet: Outlet, status: Status) {
        let changed = self.terminal.print_queue(outlet).status.send_if_modified(|known| {
            let changed = *known != status;
            *known = status;
            changed
        });
        if changed {
            self.terminal.refresh_status();
        }
    }

    fn is_over(self, order: &Order) -> bool {
        order.visit.is_some_and(|visit| visit != self.visit())
    }

    fn print_now(self, queue: &PrintQueue, outlet: Outlet, order: &Order) {
        let job = order.job;
        let (bytes, used) = match self.make(queue, order, outlet) {
            Ok(made) => made,
            Err(reason) => return self.note_failed(outlet, job, reason),
        };
        crate::planted::halt_at("print before sent");
        // What cannot be journalled is not printed: paper must not know more than the journal.
        if !crate::planted::is_planted("intent-after-print") && !self.note_sent(job, None) {
            return;
        }
        crate::planted::halt_at("print after sent");
        let mut waits = None;
        let mut tell = |progress| match progress {
            Progress::Printing => {
                if waits.take().is_some() {
                    self.note_sent(job, None);
                }
                // Pages of somebody who has left are taken back; a slip is out before anybody could.
                if outlet == Outlet::Page && self.is_over(order) { Proceed::GiveUp } else { Proceed::GoOn }
            }
            Progress::Waiting(status) => {
                self.note_printer(outlet, status);
                if waits.replace(status) != Some(status) {
                    self.note_sent(job, Some(PrintReason::Printer(status)));
                }
                // Somebody has to be there for whom it waits.
                if order.visit.is_none() || self.is_over(order) { Proceed::GiveUp } else { Proceed::GoOn }
            }
        };
        let outcome = queue.printer.print(&bytes, &order.name, &mut tell);
        crate::planted::halt_at("print before record");
        let (state, reason) = match outcome {
            Outcome::Printed => (JobState::Printed, None),
            _ if crate::planted::is_planted("printer-error-swallowed") => (JobState::Printed, None),
            Outcome::Failed(_) if self.is_over(order) => (JobState::Failed, Some(PrintReason::Left)),
            Outcome::Failed(status) => (JobState::Failed, Some(PrintReason::Printer(status))),
            Outcome::Unknown(status) => (JobState::Unknown, Some(PrintReason::Printer(status))),
        };
        // Of what nobody knows, the paper counts as used: a forecast may be too early, not too late.
        let used = (state != JobState::Failed).then_some(used);
        self.note_end(outlet, job, PrintStatus { state, reason }, used);
        crate::planted::halt_at("print after record");
    }

    fn make(
        self,
        queue: &PrintQueue,
        order: &Order,
        outlet: Outlet,
    ) -> Result<(Vec<u8>, PaperUse), PrintReason> {
        let mark = self.mark(queue);
        let made = match &order.content {
            Content::Document(document) => self.draw_measured(document, outlet, mark),
            Content::Receipt { registration, copy } => self
                .receipt_document(registration, Reprint::of(*copy, self.terminal.now()))
                .and_then(|document| self.draw_measured(&document, outlet, mark)),
        };
        made.map_err(|error| {
            tracing::error!(%error, "a document could not be made");
            PrintReason::NotMade
        })
    }

    /// The name of the mark in the printer's memory, if that is where it is; it is stored there first if need be.
    fn mark(self, queue: &PrintQueue) -> Option<KeyCode> {
        let Driver::Slip(printer) = &queue.printer else { return None };
        // Most printers have no such memory, and then the ledger has nothing to say about it.
        if !printer.profile().nv_logo {
            return None;
        }
        let ledger = self.terminal.ledger();
        let before = match ledger.kept_mark() {
            Ok(before) => before,
            Err(error) => {
                tracing::error!(%error, "what is in the printer's memory is not known");
                return None;
            }
        };
        let written = before.and_then(|KeptMark { name, writes, .. }| {
            KeyCode::report(name).map(|key| Written { key, writes })
        });
        printer.keep_mark(written, &mut |Written { key, writes }| {
            let writes_in_all = before.unwrap_or_default().writes_in_all.saturating_add(1);
            let kept = KeptMark { name: key.bytes(), writes, writes_in_all };
            let noted = ledger.note_kept_mark(kept);
            if let Err(error) = &noted {
                tracing::error!(%error, "nothing is written into the printer's memory that cannot be counted");
            }
            noted.is_ok()
        })
    }

    fn note_sent(self, job: JobId, reason: Option<PrintReason>) -> bool {
        let status = PrintStatus { state: JobState::Sent, reason };
        let noted = self.terminal.ledger().set_job(job, status, self.terminal.now());
        self.journal_moved(&noted)
    }

    /// Nothing of it has come out.
    pub(super) fn note_failed(self, outlet: Outlet, job: JobId, reason: PrintReason) {
        self.note_end(outlet, job, PrintStatus::because(JobState::Failed, reason), None);
    }

    fn note_end(self, outlet: Outlet, job: JobId, status: PrintStatus, used: Option<PaperUse>) {
        let used = used.map(|used| (outlet, used, self.terminal.today()));
        let noted = self.terminal.ledger().end_job(job, status, used, self.terminal.now());
        self.journal_moved(&noted);
    }

    fn journal_moved(self, noted: &Result<bool, LedgerError>) -> bool {
        if let Err(error) = noted {
            tracing::error!(%error, "the print journal could not be written");
        }
        self.state().journal.send_modify(|count| *count += 1);
        matches!(noted, Ok(true))
    }
}

/// The life of a worker.
fn work(queue: &PrintQueue, outlet: Outlet, terminal: &Weak<Inner>, visit: &AtomicU64) {
    let look = || {
        if let Some(terminal) = terminal.upgrade().map(Terminal) {
            terminal.printing().note_printer(outlet, queue.printer.status());
        }
    };
    look();
    loop {
        // Without the terminal itself: its last owner must not be the one who holds the queue.
        let over = |order: &Order| order.visit.is_some_and(|Visit(of)| of != visit.load(Ordering::Acquire));
        let next = queue.next(LOOK, over);
        let Some(terminal) = terminal.upgrade().map(Terminal) else { return };
        match next {
            Next::Print(order) => {
                terminal.printing().print_now(queue, outlet, &order);
                drop(terminal);
                look();
            }
            Next::Drop(orders) => {
                for order in orders {
                    terminal.printing().note_failed(outlet, order.job, PrintReason::Left);
                }
            }
            Next::Look => {
                drop(terminal);
                look();
            }
            Next::Close => return,
        }
    }
}
