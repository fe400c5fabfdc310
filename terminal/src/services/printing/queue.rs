//! One printer and what waits for it. Knows neither the ledger nor documents.

use super::worker::Order;
use crate::device::page_printer::PagePrinter;
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use crate::device::receipt_printer::{Profile, ReceiptPrinter};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// More jobs than this never wait: whoever asks for another one is told that the printer is busy.
const LONGEST: usize = 32;

/// Either printer.
pub(in crate::services) enum Driver {
    /// For slips.
    Slip(ReceiptPrinter),
    /// For A4 pages.
    Page(PagePrinter),
}

impl Driver {
    pub(in crate::services) fn is_absent(&self) -> bool {
        matches!(self, Self::Slip(ReceiptPrinter::Absent) | Self::Page(PagePrinter::Absent))
    }

    /// Asks the printer how it is. Blocks for some seconds at most.
    pub(in crate::services) fn status(&self) -> Status {
        match self {
            Self::Slip(printer) => printer.status(),
            Self::Page(printer) => printer.status(),
        }
    }

    /// Prints what is made for it, telling how it goes. Blocks until the job has ended.
    pub(in crate::services) fn print(
        &self,
        bytes: &[u8],
        name: &str,
        tell: &mut dyn FnMut(Progress) -> Proceed,
    ) -> Outcome {
        match self {
            Self::Slip(printer) => printer.print_telling(bytes, name, tell),
            Self::Page(printer) => printer.print(bytes, name, tell),
        }
    }

    /// What slips are laid out for.
    pub(in crate::services) fn profile(&self) -> Profile {
        match self {
            Self::Slip(printer) => printer.profile(),
            Self::Page(_) => Profile::default(),
        }
    }
}

/// A printer and its queue.
pub(in crate::services) struct PrintQueue {
    pub(in crate::services) printer: Driver,
    pub(in crate::services) status: watch::Sender<Status>,
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    orders: VecDeque<Order>,
    /// Whether a worker is there; without one (the command line) nothing is taken.
    is_open: bool,
}

/// What there is to do.
pub(super) enum Next {
    Print(Order),
    /// These are for nobody any more.
    Drop(Vec<Order>),
    /// Nothing for a while: time to look how the printer is.
    Look,
    /// The terminal is gone.
    Close,
}

impl PrintQueue {
    pub(in crate::services) fn new(printer: Driver) -> Self {
        // Until it has been looked at; one that is not there needs no look.
        let status = watch::Sender::new(if printer.is_absent() { Status::Absent } else { Status::Unknown });
        Self { printer, status, queue: Mutex::default(), wake: Condvar::new() }
    }

    /// From now on there is a worker.
    pub(in crate::services) fn open(&self) {
        self.queue().is_open = true;
    }

    /// Puts an order at the end; gives it back if nobody will print it.
    pub(super) fn push(&self, order: Order) -> Result<(), Order> {
        let mut queue = self.queue();
        if !queue.is_open || queue.orders.len() >= LONGEST {
            return Err(order);
        }
        queue.orders.push_back(order);
        self.wake.notify_all();
        Ok(())
    }

    /// Lets the worker look at its queue again.
    pub(in crate::services) fn wake(&self) {
        // Held, so that a worker that is about to wait has not yet looked or is waiting already.
        let _queue = self.queue();
        self.wake.notify_all();
    }

    /// Ends the worker.
    pub(in crate::services) fn close(&self) {
        self.queue().is_open = false;
        self.wake.notify_all();
    }

    /// What to do next, after waiting `timeout` at most. Orders that are `over` come before everything else.
    pub(super) fn next(&self, timeout: Duration, over: impl Fn(&Order) -> bool) -> Next {
        let mut queue = self.queue();
        let mut waited = false;
        loop {
            if !queue.is_open {
                return Next::Close;
            }
            if queue.orders.iter().any(&over) {
                let (dropped, kept): (Vec<_>, Vec<_>) = queue.orders.drain(..).partition(&over);
                queue.orders = kept.into();
                return Next::Drop(dropped);
            }
            if let Some(order) = queue.orders.pop_front() {
                return Next::Print(order);
            }
            if waited {
                return Next::Look;
            }
            let (woken, timeout) =
                self.wake.wait_timeout(queue, timeout).unwrap_or_else(PoisonError::into_inner);
            queue = woken;
            waited = timeout.timed_out();
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
