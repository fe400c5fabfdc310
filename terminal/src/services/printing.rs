//! Printing: orders of every kind, and the workers that own the printers, so that paper comes out one by one and in
//! order.
//!
//! The journal is written before bytes go out and after the printer has answered, so that it never claims more than
//! is known. Documents live in memory only. What a resident ordered ends with their visit: it leaves the queue with
//! its content, and the journal says so.

use super::print_queue::{Driver, Next, PrintQueue};
use super::{Inner, Terminal};
use crate::device::printer::{Outcome, Proceed, Progress, Status, Written};
use crate::ledger::{JobId, JobKind, JobState, KeptMark, LEFT, LedgerError, Outlet, PaperUse};
use crate::slip::Reprint;
use bianmin_document::Document;
use bianmin_document::escpos::KeyCode;
use bianmin_protocol::ids::ItemCode;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::ticket::{TicketNumber, TicketPrefix};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often a printer is asked how it is while there is nothing to print.
const LOOK: Duration = Duration::from_secs(5);

/// The reason of a job that nobody took.
const BUSY: &str = "busy";

/// One resident's time at the terminal, as far as paper is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit(u64);

/// What an order is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// The terminal itself.
    Nothing,
    /// An item of the catalogue.
    Item(&'a ItemCode),
    /// An application that was accepted here.
    Application(&'a RegistrationNumber),
}

/// Something to be printed.
pub(super) struct Order {
    job: JobId,
    content: Content,
    /// Names the file of the file printer; nothing personal.
    name: String,
    /// Whose it is; a technician's and the command line's are nobody's.
    visit: Option<Visit>,
}

enum Content {
    /// Made from the ledger's facts when its turn comes.
    Receipt { registration: RegistrationNumber, copy: u32 },
    /// Made already; it may bear personal data and is nowhere else.
    Document(Box<Document>),
}

impl Terminal {
    /// The visit of this moment. Non-blocking.
    pub fn visit(&self) -> Visit {
        Visit(self.0.visit.load(Ordering::Acquire))
    }

    /// The resident has left: what still waits for a printer is for nobody. Non-blocking; the workers do it.
    pub fn end_visit(&self) {
        self.0.visit.fetch_add(1, Ordering::AcqRel);
        for queue in &self.0.print_queues {
            queue.wake();
        }
    }

    /// Orders a document. Blocks on the disk, not on the printer. What becomes of it is in the journal.
    ///
    /// # Errors
    /// The ledger cannot be written, or knows no such application: then nothing is printed.
    pub fn print(
        &self,
        kind: JobKind,
        outlet: Outlet,
        about: About<'_>,
        document: Document,
        visit: Option<Visit>,
    ) -> Result<JobId, LedgerError> {
        let item = if let About::Item(item) = about { Some(item) } else { None };
        let job = match about {
            About::Application(registration) => {
                let job = self.0.ledger.intend_copy(kind, outlet, registration, self.now())?;
                job.ok_or_else(|| LedgerError::NotHere(registration.clone()))?.job
            }
            About::Item(_) | About::Nothing => self.0.ledger.intend(kind, outlet, item, self.now())?,
        };
        let content = Content::Document(Box::new(document));
        self.order(outlet, Order { job, content, name: format!("{}-{}", kind.name(), job.0), visit });
        Ok(job)
    }

    /// Gives the next ticket of a prefix and prints it. Blocks on the disk, not on the printer. The number is given
    /// whatever becomes of the paper.
    ///
    /// # Errors
    /// The ledger cannot be written: then no number was given.
    pub fn print_ticket(
        &self,
        prefix: &TicketPrefix,
        visit: Option<Visit>,
        document: impl FnOnce(&TicketNumber) -> Document,
    ) -> Result<(TicketNumber, JobId), LedgerError> {
        let (number, job) = self.0.ledger.give_ticket(prefix, self.now(), self.today())?;
        let content = Content::Document(Box::new(document(&number)));
        self.order(Outlet::Slip, Order { job, content, name: number.in_full(), visit });
        Ok((number, job))
    }

    /// Prints a receipt once more, marked as a reprint. Blocks on the disk, not on the printer.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn reprint(
        &self,
        registration: &RegistrationNumber,
        visit: Option<Visit>,
    ) -> Result<Option<JobId>, LedgerError> {
        // Nothing is left of what it said.
        if self.0.ledger.record(registration)?.is_some_and(|record| record.slip.is_past) {
            return Ok(None);
        }
        let Some(job) = self.0.ledger.reprint(registration, self.now())? else { return Ok(None) };
        self.order_receipt(job.job, registration.clone(), job.copy, visit);
        Ok(Some(job.job))
    }

    pub(super) fn order_receipt(
        &self,
        job: JobId,
        registration: RegistrationNumber,
        copy: u32,
        visit: Option<Visit>,
    ) {
        let name = format!("{registration}-{copy}");
        let content = Content::Receipt { registration, copy };
        self.order(Outlet::Slip, Order { job, content, name, visit });
    }

    /// Hands an order to the worker. Without one (the command line) the intent stays in the journal until the next
    /// start settles it; a queue that is full has failed.
    fn order(&self, outlet: Outlet, order: Order) {
        if let Err(order) = self.print_queue(outlet).push(order)
            && self.0.is_working.load(Ordering::Acquire)
        {
            self.note_end(outlet, order.job, JobState::Failed, Some(BUSY), None);
        }
    }

    pub(super) fn print_queue(&self, outlet: Outlet) -> &Arc<PrintQueue> {
        &self.0.print_queues[outlet as usize]
    }

    /// How a printer is, as far as is known. Non-blocking.
    pub fn printer(&self, outlet: Outlet) -> Status {
        *self.print_queue(outlet).status.borrow()
    }

    pub(super) fn start_printing(&self) -> std::io::Result<()> {
        for outlet in Outlet::ALL {
            let queue = Arc::clone(self.print_queue(outlet));
            queue.open();
            let (terminal, visit) = (Arc::downgrade(&self.0), Arc::clone(&self.0.visit));
            let name = format!("print-{}", outlet.name());
            std::thread::Builder::new().name(name).spawn(move || work(&queue, outlet, &terminal, &visit))?;
        }
        self.0.is_working.store(true, Ordering::Release);
        Ok(())
    }

    fn note_printer(&self, outlet: Outlet, status: Status) {
        let changed = self.print_queue(outlet).status.send_if_modified(|known| {
            let changed = *known != status;
            *known = status;
            changed
        });
        if changed {
            self.refresh_status();
        }
    }

    fn is_over(&self, order: &Order) -> bool {
        order.visit.is_some_and(|visit| visit != self.visit())
    }

    fn print_now(&self, queue: &PrintQueue, outlet: Outlet, order: &Order) {
        let job = order.job;
        let (bytes, used) = match self.make(queue, order, outlet) {
            Ok(made) => made,
            Err(reason) => return self.note_end(outlet, job, JobState::Failed, Some(reason), None),
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
                    self.note_sent(job, Some(status.key()));
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
            Outcome::Failed(_) if self.is_over(order) => (JobState::Failed, Some(LEFT)),
            Outcome::Failed(status) => (JobState::Failed, Some(status.key())),
            Outcome::Unknown(status) => (JobState::Unknown, Some(status.key())),
        };
        // Of what nobody knows, the paper counts as used: a forecast may be too early, not too late.
        let used = (state != JobState::Failed).then_some(used);
        self.note_end(outlet, job, state, reason, used);
        crate::planted::halt_at("print after record");
    }

    fn make(
        &self,
        queue: &PrintQueue,
        order: &Order,
        outlet: Outlet,
    ) -> Result<(Vec<u8>, PaperUse), &'static str> {
        let mark = self.mark(queue);
        let made = match &order.content {
            Content::Document(document) => self.draw_measured(document, outlet, mark),
            Content::Receipt { registration, copy } => self
                .receipt_document(registration, Reprint::of(*copy, self.now()))
                .and_then(|document| self.draw_measured(&document, outlet, mark)),
        };
        made.map_err(|error| {
            tracing::error!(%error, "a document could not be made");
            "not-made"
        })
    }

    /// The name of the mark in the printer's memory, if that is where it is; it is stored there first if need be.
    fn mark(&self, queue: &PrintQueue) -> Option<KeyCode> {
        let Driver::Slip(printer) = &queue.printer else { return None };
        // Most printers have no such memory, and then the ledger has nothing to say about it.
        if !printer.profile().nv_logo {
            return None;
        }
        let ledger = &self.0.ledger;
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

    fn note_sent(&self, job: JobId, reason: Option<&str>) -> bool {
        let noted = self.0.ledger.set_job(job, JobState::Sent, reason, self.now());
        self.report(&noted)
    }

    fn note_end(
        &self,
        outlet: Outlet,
        job: JobId,
        state: JobState,
        reason: Option<&str>,
        used: Option<PaperUse>,
    ) {
        let used = used.map(|used| (outlet, used, self.today()));
        let noted = self.0.ledger.end_job(job, state, reason, used, self.now());
        self.report(&noted);
    }

    fn report(&self, noted: &Result<bool, LedgerError>) -> bool {
        if let Err(error) = noted {
            tracing::error!(%error, "the print journal could not be written");
        }
        self.0.journal.send_modify(|count| *count += 1);
        matches!(noted, Ok(true))
    }
}

/// The life of a worker.
fn work(queue: &PrintQueue, outlet: Outlet, terminal: &Weak<Inner>, visit: &AtomicU64) {
    let look = || {
        if let Some(terminal) = terminal.upgrade().map(Terminal) {
            terminal.note_printer(outlet, queue.printer.status());
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
                terminal.print_now(queue, outlet, &order);
                drop(terminal);
                look();
            }
            Next::Drop(orders) => {
                for order in orders {
                    terminal.note_end(outlet, order.job, JobState::Failed, Some(LEFT), None);
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
