//! The devices: how each is, whether something would come out of it, and how long its paper lasts.
//!
//! Must not know what is printed.

pub mod supply;

use super::Terminal;
use crate::device::printer::Status;
use crate::ledger::{LedgerError, Outlet};
use bianmin_protocol::v1::{DeviceReport, PrinterReport};
use std::sync::atomic::Ordering;

/// So many unknown jobs are counted at most.
pub(super) const MOST_UNKNOWN: u32 = 500;

/// Whether something can be printed, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanPrint {
    /// It comes out here.
    On(Outlet),
    /// The printer that is there cannot print now, because of this.
    NotNow(Outlet, Status),
    /// There is none.
    Nowhere,
}

/// What is known of the devices: [`Terminal::devices`].
#[derive(Debug, Clone, Copy)]
pub struct Devices<'a> {
    pub(super) terminal: &'a Terminal,
}

impl Devices<'_> {
    /// Whether there is such a printer at all.
    pub fn has_printer(self, outlet: Outlet) -> bool {
        !self.terminal.print_queue(outlet).printer.is_absent()
    }

    /// How a printer is, as far as is known. Non-blocking.
    pub fn printer(self, outlet: Outlet) -> Status {
        *self.terminal.print_queue(outlet).status.borrow()
    }

    /// How a printer is now: asked anew unless the background asks it all the time.
    pub(super) fn printer_now(self, outlet: Outlet) -> Status {
        if self.terminal.0.printing.is_working.load(Ordering::Acquire) {
            self.printer(outlet)
        } else {
            self.terminal.print_queue(outlet).printer.status()
        }
    }

    /// Where a document of several pages would come out: A4 where that works, else the roll. Non-blocking.
    pub fn can_print_pages(self) -> CanPrint {
        match (self.can_print(Outlet::Page), self.can_print(Outlet::Slip)) {
            (CanPrint::On(outlet), _) | (_, CanPrint::On(outlet)) => CanPrint::On(outlet),
            (CanPrint::Nowhere, other) | (other, _) => other,
        }
    }

    /// Whether something would come out of this printer, as far as is known. Non-blocking.
    pub fn can_print(self, outlet: Outlet) -> CanPrint {
        match self.printer(outlet) {
            _ if !self.has_printer(outlet) => CanPrint::Nowhere,
            status if status.can_print() => CanPrint::On(outlet),
            status => CanPrint::NotNow(outlet, status),
        }
    }

    /// How long a printer's paper lasts, by what is known of its use. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn forecast(self, outlet: Outlet) -> Result<supply::Forecast, LedgerError> {
        let counter = self.terminal.ledger().counter(outlet)?;
        let supplies = &self.terminal.config().supplies;
        let today = self.terminal.today();
        Ok(match outlet {
            Outlet::Slip => supply::of_roll(&counter, u64::from(supplies.roll_metres) * 1000, today),
            Outlet::Page => supply::of_stack(&counter, u64::from(supplies.sheets), today),
        })
    }

    /// What the heartbeat says of the devices that are there. What cannot be read now is not said.
    pub(super) fn reports(self) -> Vec<DeviceReport> {
        let ledger = self.terminal.ledger();
        let unknown = ledger.unknown_jobs(MOST_UNKNOWN).unwrap_or_default();
        let report = |outlet: Outlet| {
            let status = self.printer(outlet);
            if !self.has_printer(outlet) {
                return None;
            }
            let (counter, forecast) = (ledger.counter(outlet).ok()?, self.forecast(outlet).ok()?);
            let unknown_jobs = unknown.iter().filter(|job| job.outlet == outlet).count();
            Some(PrinterReport {
                outlet: outlet.name().to_owned(),
                state: status.key().to_owned(),
                jobs_left: forecast.jobs_left,
                until: forecast.until,
                unknown_jobs: u32::try_from(unknown_jobs).unwrap_or(u32::MAX),
                millimetres: counter.millimetres,
                sheets: counter.sheets,
                cuts: counter.cuts,
            })
        };
        Outlet::ALL.into_iter().filter_map(report).map(DeviceReport::from).collect()
    }
}
