//! Whether somebody knows what is in an application that this terminal accepted and cannot read: a keyed digest made at the
//! acceptance tells, and wrong tries are counted in the ledger, so that switching the terminal off and on gives
//! nobody fresh ones.

use super::records::{application_row, sequence_of_number};
use super::{Ledger, LedgerError};
use crate::planted::is_planted;
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::credential::LastFour;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::registration::RegistrationNumber;
use std::time::Duration;

/// Wrong tries at this terminal, whatever the number.
const TRIES: &str = "lookup tries";

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It fits.
    Right,
    /// It does not, and that is counted.
    Wrong,
    /// It was not looked at: so long until the next one is.
    Wait(Duration),
    /// Nothing is kept here that could tell: an older version accepted it, or neither number was asked for.
    CannotTell,
    /// There is no such application here, or its row is damaged.
    NotHere,
}

impl Ledger {
    /// Tells whether this fits the application with this number. `may` decides by the wrong tries before, for the number
    /// and for the terminal, whether it is looked at; it returns how many of the terminal's still count.
    ///
    /// # Errors
    /// The ledger cannot be written: then nobody learns anything.
    pub fn check(
        &self,
        registration: &RegistrationNumber,
        four: &LastFour,
        may: impl Fn(u32, u32) -> Result<u32, Duration>,
    ) -> Result<Check, LedgerError> {
        self.write(|transaction| {
            let Some(sequence) = sequence_of_number(transaction, registration)? else {
                return Ok(Check::NotHere);
            };
            let row = application_row(transaction, sequence)?;
            let Some((id, facts)) = row.and_then(|row| {
                let id = uuid::Uuid::from_slice(&row.id).ok()?;
                Some((ApplicationId(id), row.facts(self)?))
            }) else {
                return Ok(Check::NotHere);
            };
            if facts.last_four.is_empty() {
                return Ok(Check::CannotTell);
            }
            let of_number = format!("{TRIES} {registration}");
            let wrong = self.tries_of(transaction, &of_number)?;
            let at_terminal = match may(wrong, self.tries_of(transaction, TRIES)?) {
                Ok(left) => left,
                Err(wait) => return Ok(Check::Wait(wait)),
            };
            let is_right = facts.last_four.contains(&self.digest_of(id, four));
            if is_right || is_planted("second-fact-unchecked") {
                if wrong > 0 {
                    transaction.prepare_cached("DELETE FROM fact WHERE name = ?1")?.execute([&of_number])?;
                }
                return Ok(Check::Right);
            }
            if !is_planted("second-fact-tries-uncounted") {
                self.set_fact(transaction, &of_number, &wrong.saturating_add(1).to_string())?;
                self.set_fact(transaction, TRIES, &at_terminal.saturating_add(1).to_string())?;
            }
            Ok(Check::Wrong)
        })
    }

    /// The keyed digest that is kept: another one for each application.
    pub(super) fn digest_of(&self, application: ApplicationId, four: &LastFour) -> Blob {
        let columns = [Some(application.as_bytes().as_slice()), Some(&four.reveal()[..])];
        Blob(self.inner.mac.of("last four", &columns).to_vec())
    }
}
