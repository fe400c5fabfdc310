//! How often a wrong PIN was tried since the last right one: in the ledger, so that switching the terminal
//! off and on gives nobody fresh tries.

use super::{Ledger, LedgerError};

const FACT: &str = "pin tries";

impl Ledger {
    /// Counts a try, before anybody looks whether it is right: a try that a power cut interrupts counts too. Returns
    /// how many there were before it. `may` decides whether there is a try at all, by that number.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn count_try<E>(&self, may: impl Fn(u32) -> Result<(), E>) -> Result<Result<u32, E>, LedgerError> {
        self.write(|transaction| {
            let before = self.tries_of(transaction, FACT)?;
            if let Err(refused) = may(before) {
                return Ok(Err(refused));
            }
            self.set_fact(transaction, FACT, &before.saturating_add(1).to_string())?;
            Ok(Ok(before))
        })
    }

    /// Forgets the tries: the right PIN was given.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget_tries(&self) -> Result<(), LedgerError> {
        self.write(|transaction| self.set_fact(transaction, FACT, "0"))
    }

    /// A number that is counted up as a fact.
    pub(super) fn tries_of(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        name: &str,
    ) -> Result<u32, LedgerError> {
        Ok(self.fact(transaction, name)?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }
}
