//! What each printer has used: paper, cuts and jobs, in all and since the last new roll. Written in the transaction
//! that records how a job ended, so that neither knows more than the other.

use super::{JobId, JobState, Ledger, LedgerError, Outlet, PrintStatus};
use bianmin_protocol::ids::Millis;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// So many days are remembered, to tell the present use from that of last year.
const DAYS: usize = 14;

/// What one job used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaperUse {
    /// Paper from a roll, in millimetres.
    pub millimetres: u32,
    /// Sheets.
    pub sheets: u32,
    /// Cuts of the blade.
    pub cuts: u32,
}

/// What a printer has used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counter {
    /// In all, in millimetres: what its head has printed.
    pub millimetres: u64,
    /// Sheets in all.
    pub sheets: u64,
    /// Cuts in all.
    pub cuts: u64,
    /// Jobs in all.
    pub jobs: u64,
    /// Since paper was put in.
    pub supply: Supply,
    /// The last days on which it printed, oldest first.
    pub days: Vec<Day>,
}

/// The roll or stack that is in the printer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Supply {
    /// When somebody said that it is new; none if nobody ever did.
    pub since: Option<Millis>,
    /// Used of it, in millimetres.
    pub millimetres: u64,
    /// Used of it, in sheets.
    pub sheets: u64,
}

/// One day's use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Which day, by the terminal's clock.
    pub date: Date,
    /// Millimetres from the roll.
    pub millimetres: u64,
    /// Sheets.
    pub sheets: u64,
    /// Jobs.
    pub jobs: u32,
}

impl Counter {
    /// Adds a job's use on `today`. A clock that went back adds to the last day.
    pub fn add(&mut self, used: PaperUse, today: Date) {
        let (millimetres, sheets) = (u64::from(used.millimetres), u64::from(used.sheets));
        self.millimetres += millimetres;
        self.sheets += sheets;
        self.cuts += u64::from(used.cuts);
        self.jobs += 1;
        self.supply.millimetres += millimetres;
        self.supply.sheets += sheets;
        if self.days.last().is_none_or(|last| last.date < today) {
            self.days.push(Day { date: today, millimetres: 0, sheets: 0, jobs: 0 });
            self.days.drain(..self.days.len().saturating_sub(DAYS));
        }
        if let Some(day) = self.days.last_mut() {
            day.millimetres += millimetres;
            day.sheets += sheets;
            day.jobs += 1;
        }
    }
}

impl Ledger {
    /// Records how a job ended and what it used, in one transaction; false if it had ended already.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn end_job(
        &self,
        job: JobId,
        status: PrintStatus,
        used: Option<(Outlet, PaperUse, Date)>,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        self.write(|transaction| {
            if !self.step(transaction, job, &[JobState::Intent, JobState::Sent], status, now)? {
                return Ok(false);
            }
            if let Some((outlet, used, today)) = used {
                let mut counter = self.read_counter(transaction, outlet)?;
                counter.add(used, today);
                self.set_counter(transaction, outlet, &counter)?;
            }
            Ok(true)
        })
    }

    /// What a printer has used. A damaged counter begins anew.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn counter(&self, outlet: Outlet) -> Result<Counter, LedgerError> {
        self.read(|transaction| self.read_counter(transaction, outlet))
    }

    /// Somebody put a new roll or stack in.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn new_supply(&self, outlet: Outlet, now: Millis) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let mut counter = self.read_counter(transaction, outlet)?;
            counter.supply = Supply { since: Some(now), ..Supply::default() };
            self.set_counter(transaction, outlet, &counter)
        })
    }

    fn read_counter(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        outlet: Outlet,
    ) -> Result<Counter, LedgerError> {
        let text = self.fact(transaction, &fact(outlet))?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    fn set_counter(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        outlet: Outlet,
        counter: &Counter,
    ) -> Result<(), LedgerError> {
        let text = serde_json::to_string(counter).expect("numbers and dates are plain text");
        self.set_fact(transaction, &fact(outlet), &text)
    }
}

fn fact(outlet: Outlet) -> String {
    format!("printer {}", outlet.name())
}
