//! Queue ticket numbers: each is given once, in the transaction that notes the intent to print it.

use super::journal::JobRow;
use super::{JobId, JobKind, Ledger, LedgerError, Outlet};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::{TicketNumber, TicketPrefix};
use jiff::civil::Date;
use rusqlite::Transaction;

impl Ledger {
    /// Gives the next number of a prefix. When this returns, it survives a power cut, and nobody gets it again.
    ///
    /// # Errors
    /// The ledger cannot be written, or the numbers of a century are used up.
    pub fn give_ticket(
        &self,
        prefix: &TicketPrefix,
        now: Millis,
        today: Date,
    ) -> Result<(TicketNumber, JobId), LedgerError> {
        if self.is_suspect() {
            return Err(LedgerError::Unconfirmed);
        }
        let given = self.write(|transaction| {
            let number = self.next_ticket(transaction, prefix, today)?;
            let job = JobRow::intent(JobKind::Ticket, Outlet::Slip).labelled(Some(number.in_full()));
            let job = self.insert_job(transaction, &job, now)?;
            Ok((number, job))
        })?;
        crate::planted::halt_at("intent committed");
        self.note(|mark| mark.note_ticket(&given.0));
        Ok(given)
    }

    /// As with registration numbers, neither a damaged fact nor a damaged row may bring a number back.
    fn next_ticket(
        &self,
        transaction: &Transaction<'_>,
        prefix: &TicketPrefix,
        today: Date,
    ) -> Result<TicketNumber, LedgerError> {
        let name = fact(prefix);
        let last = self.fact(transaction, &name)?.and_then(|text| TicketNumber::parse(&text).ok());
        let marked = self.mark().tickets;
        let mut rows = transaction.prepare_cached(
            "SELECT label FROM print_job WHERE kind = 'ticket' AND label LIKE '%-' || ?1 || '%'
             ORDER BY label DESC LIMIT 16",
        )?;
        let newest = rows
            .query_map([prefix.as_str()], |row| row.get::<_, String>(0))?
            .filter_map(|text| TicketNumber::parse(&text.ok()?).ok())
            .chain(last)
            .chain(marked)
            .filter(|number| number.prefix() == prefix)
            .map(|number| (number.day(), number.sequence()))
            .max();
        let newest = if crate::planted::is_planted("ticket-number-reused") { None } else { newest };
        let next = TicketNumber::next(prefix.clone(), newest, today)?;
        self.set_fact(transaction, &name, &next.in_full())?;
        Ok(next)
    }

    /// After a salvage: the last number of each prefix that is known from rows and the mark.
    pub(super) fn restore_tickets(
        &self,
        transaction: &Transaction<'_>,
        numbers: impl IntoIterator<Item = TicketNumber>,
    ) -> Result<(), LedgerError> {
        let mut last = std::collections::BTreeMap::<TicketPrefix, TicketNumber>::new();
        for number in numbers {
            let known = last.entry(number.prefix().clone()).or_insert_with(|| number.clone());
            if (known.day(), known.sequence()) < (number.day(), number.sequence()) {
                *known = number;
            }
        }
        for (prefix, number) in last {
            self.set_fact(transaction, &fact(&prefix), &number.in_full())?;
        }
        Ok(())
    }
}

/// The fact that holds the last number of a prefix.
fn fact(prefix: &TicketPrefix) -> String {
    format!("last ticket {prefix}")
}
