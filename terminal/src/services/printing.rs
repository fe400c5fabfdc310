//! Printing: orders of every kind, in a resident's visit or outside of one.
//!
//! The journal is written before bytes go out and after the printer has answered, so that it never claims more than
//! is known. Documents live in memory only. What a resident ordered ends with their visit: it leaves the queue with
//! its content, and the journal says so.

mod documents;
mod papers;
pub(super) mod queue;
pub(super) mod render;
pub(super) mod reprints;
mod worker;

use super::Terminal;
use crate::device::page_printer::PagePrinter;
use crate::device::receipt_printer::ReceiptPrinter;
use crate::ledger::{JobId, JobKind, LedgerError, Outlet, PrintReason, PrintStatus};
use bianmin_document::{Document, Renderer};
use bianmin_protocol::ids::ItemCode;
use bianmin_protocol::registration::RegistrationNumber;
use queue::{Driver, PrintQueue};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use worker::{Content, Order};

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

/// What printing keeps in memory.
pub(super) struct PrintState {
    /// By outlet.
    pub(super) queues: [Arc<PrintQueue>; 2],
    /// Counts residents' visits.
    visit: Arc<AtomicU64>,
    /// Whether this process prints.
    pub(super) is_working: AtomicBool,
    /// Counts the steps of the journal.
    journal: watch::Sender<u64>,
    /// Made when it is first needed: it reads the fonts.
    renderer: Mutex<Option<Renderer>>,
    reprints: reprints::Reprints,
}

impl PrintState {
    pub(super) fn new(printer: ReceiptPrinter, page_printer: PagePrinter) -> Self {
        let drivers = [Driver::Slip(printer), Driver::Page(page_printer)];
        Self {
            queues: drivers.map(|driver| Arc::new(PrintQueue::new(driver))),
            visit: Arc::default(),
            is_working: AtomicBool::new(false),
            journal: watch::Sender::new(0),
            renderer: Mutex::new(None),
            reprints: reprints::Reprints::default(),
        }
    }
}

impl Drop for PrintState {
    fn drop(&mut self) {
        for queue in &self.queues {
            queue.close();
        }
    }
}

/// What can be printed: [`Terminal::printing`].
#[derive(Debug, Clone, Copy)]
pub struct Printing<'a> {
    pub(super) terminal: &'a Terminal,
}

impl Printing<'_> {
    fn state(&self) -> &PrintState {
        &self.terminal.0.printing
    }

    /// The visit of this moment. Non-blocking.
    pub fn visit(self) -> Visit {
        Visit(self.state().visit.load(Ordering::Acquire))
    }

    /// The resident has left: what still waits for a printer is for nobody. Non-blocking; the workers do it.
    pub fn end_visit(self) {
        self.state().visit.fetch_add(1, Ordering::AcqRel);
        for queue in &self.state().queues {
            queue.wake();
        }
    }

    /// What is known of the newest printed receipt of an application. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn receipt_status(
        self,
        registration: &RegistrationNumber,
    ) -> Result<Option<PrintStatus>, LedgerError> {
        let jobs = self.terminal.ledger().jobs(registration)?;
        let receipt = jobs.into_iter().rfind(|job| job.kind == JobKind::Receipt);
        Ok(receipt.map(|job| job.status))
    }

    /// Changes whenever a print job moved on.
    pub fn journal_changes(self) -> watch::Receiver<u64> {
        self.state().journal.subscribe()
    }

    /// Orders a document. Blocks on the disk, not on the printer. What becomes of it is in the journal.
    ///
    /// # Errors
    /// The ledger cannot be written, or knows no such application: then nothing is printed.
    pub fn order(
        self,
        kind: JobKind,
        outlet: Outlet,
        about: About<'_>,
        document: Document,
        visit: Option<Visit>,
    ) -> Result<JobId, LedgerError> {
        let (ledger, now) = (self.terminal.ledger(), self.terminal.now());
        let item = if let About::Item(item) = about { Some(item) } else { None };
        let job = match about {
            About::Application(registration) => {
                let job = ledger.intend_copy(kind, outlet, registration, now)?;
                job.ok_or_else(|| LedgerError::NotHere(registration.clone()))?.job
            }
            About::Item(_) | About::Nothing => ledger.intend(kind, outlet, item, now)?,
        };
        self.order_made(outlet, job, document, format!("{}-{}", kind.name(), job.0), visit);
        Ok(job)
    }

    /// Hands a document whose intent is in the journal already to the worker.
    pub(super) fn order_made(
        self,
        outlet: Outlet,
        job: JobId,
        document: Document,
        name: String,
        visit: Option<Visit>,
    ) {
        let content = Content::Document(Box::new(document));
        self.enqueue(outlet, Order { job, content, name, visit });
    }

    /// Prints a receipt once more, marked as a reprint. Blocks on the disk, not on the printer.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn reprint(
        self,
        registration: &RegistrationNumber,
        visit: Option<Visit>,
    ) -> Result<Option<JobId>, LedgerError> {
        let ledger = self.terminal.ledger();
        // Nothing is left of what it said.
        if ledger.record(registration)?.is_some_and(|record| record.slip.is_past) {
            return Ok(None);
        }
        let Some(job) = ledger.reprint(registration, self.terminal.now())? else { return Ok(None) };
        self.order_receipt(job.job, registration.clone(), job.copy, visit);
        Ok(Some(job.job))
    }

    pub(super) fn order_receipt(
        self,
        job: JobId,
        registration: RegistrationNumber,
        copy: u32,
        visit: Option<Visit>,
    ) {
        let name = format!("{registration}-{copy}");
        let content = Content::Receipt { registration, copy };
        self.enqueue(Outlet::Slip, Order { job, content, name, visit });
    }

    /// Hands an order to the worker. Without one (the command line) the intent stays in the journal until the next
    /// start settles it; a queue that is full has failed.
    fn enqueue(self, outlet: Outlet, order: Order) {
        if let Err(order) = self.terminal.print_queue(outlet).push(order)
            && self.state().is_working.load(Ordering::Acquire)
        {
            self.note_failed(outlet, order.job, PrintReason::Busy);
        }
    }
}
