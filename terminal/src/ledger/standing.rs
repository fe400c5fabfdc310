//! Whether this terminal may give numbers: not after the hall has revoked it, and not from a folder that may be a copy
//! before the hall has said how far the other one had come. Numbers go on above the highest that anybody knows of.

use super::identity_mark::Look;
use super::mark::Mark;
use super::{Ledger, LedgerError};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::standing::{LastNumbers, SignedRevocation};
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::Date;
use std::sync::atomic::Ordering;

const REVOKED: &str = "revoked";
const LAST: &str = "last registration";
/// A copy leaves so many numbers free for what the other one may have given without the hall knowing.
const STEP: u16 = 1000;
const TICKETS: u16 = 100;
/// Nowhere is it later.
const EASTERNMOST: i64 = 14 * 3_600_000;

impl Ledger {
    /// Finds out whether the folder is where it was left, and whether the hall has revoked this terminal.
    pub(super) fn look_at_place(&self, is_new: bool) -> Result<(), LedgerError> {
        let inner = &self.inner;
        let folder = &inner.folder;
        let is_suspect = match inner.identity_mark.look(&inner.mac) {
            Look::InPlace(_) => false,
            Look::Moved(_) | Look::Unreadable => true,
            // One that was enrolled by an older version never had one, and its ledger is all there is to know.
            Look::Missing if folder.join(super::identity::FILE).exists() => {
                inner.identity.lineage.is_marked || is_new
            }
            Look::Missing => false,
        };
        if !is_suspect {
            self.settle_first();
        }
        if is_suspect {
            tracing::error!(
                "the data folder is a copy or was put back: no number is given before the hall was reached"
            );
        }
        inner.is_suspect.store(is_suspect, Ordering::Relaxed);
        let enrolled = &self.identity().enrolled;
        let report = enrolled.numbers.as_ref();
        if let Some(report) =
            report.and_then(|report| report.verify(&enrolled.hall_key, &enrolled.certificate.terminal, None))
        {
            self.raise(&report)?;
        }
        let revoked = self.read(|transaction| self.fact(transaction, REVOKED))?;
        let revoked = revoked.and_then(|text| serde_json::from_str::<SignedRevocation>(&text).ok());
        let is_revoked = revoked.is_some_and(|signed| self.is_own_revocation(&signed));
        inner.is_revoked.store(is_revoked, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the hall has said, signed, that it takes nothing from this terminal any more.
    pub fn is_revoked(&self) -> bool {
        self.inner.is_revoked.load(Ordering::Relaxed)
    }

    /// Whether the folder may be a copy of which the hall has not been asked yet. Looks at the disk only if it may.
    pub fn is_suspect(&self) -> bool {
        let inner = &self.inner;
        if !inner.is_suspect.load(Ordering::Relaxed) {
            return false;
        }
        // Another program may have asked.
        let is_suspect = !matches!(inner.identity_mark.look(&inner.mac), Look::InPlace(_));
        inner.is_suspect.store(is_suspect, Ordering::Relaxed);
        is_suspect
    }

    fn is_own_revocation(&self, signed: &SignedRevocation) -> bool {
        let enrolled = &self.identity().enrolled;
        signed.verify(&enrolled.hall_key, &enrolled.certificate).is_some()
    }

    /// Closes intake for good by the hall's signed word. What is not the hall's, or about another terminal, changes
    /// nothing; whether it counted.
    ///
    /// # Errors
    /// The ledger cannot be written; intake is closed all the same until this program ends.
    pub fn revoke(&self, signed: &SignedRevocation) -> Result<bool, LedgerError> {
        let is_genuine =
            self.is_own_revocation(signed) || crate::planted::is_planted("forged-revocation-believed");
        if !is_genuine || crate::planted::is_planted("revoked-goes-on") {
            return Ok(false);
        }
        if !self.inner.is_revoked.swap(true, Ordering::Relaxed) {
            let text = serde_json::to_string(signed).expect("bytes are plain text");
            self.write(|transaction| self.set_fact(transaction, REVOKED, &text))?;
        }
        Ok(true)
    }

    /// The last numbers that were given here, as far as anybody told.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn last_numbers(&self) -> Result<LastNumbers, LedgerError> {
        let terminal = self.identity().terminal().clone();
        let marked = self.mark();
        self.read(|transaction| {
            let mut known = LastNumbers::default();
            known.raise(&numbers(&marked), &terminal);
            let last = self.fact(transaction, LAST)?.and_then(|text| RegistrationNumber::parse(&text).ok());
            let mut report = LastNumbers { registration: last, tickets: Vec::new() };
            let mut names = transaction.prepare_cached(
                "SELECT name FROM fact WHERE name > 'last ticket' AND name < 'last tickeu'",
            )?;
            let names = names.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            for name in names {
                let ticket = self.fact(transaction, &name)?;
                report.tickets.extend(ticket.and_then(|text| TicketNumber::parse(&text).ok()));
            }
            known.raise(&report, &terminal);
            Ok(known)
        })
    }

    /// The hall was reached, and told the highest numbers that it knows of this terminal: numbers go on above them. In a
    /// folder that may be a copy they go on a good way above, further by `random`: the other one may have given numbers of
    /// which the hall has not heard. `now` is the hall's clock.
    ///
    /// # Errors
    /// The ledger cannot be written; then a folder that may be a copy goes on being one.
    pub fn heard(&self, report: &LastNumbers, now: Millis, random: u64) -> Result<(), LedgerError> {
        if crate::planted::is_planted("hall-numbers-ignored") {
            return Ok(());
        }
        self.raise(report)?;
        if self.is_suspect() {
            let further = self.beyond(self.last_numbers()?, now, random)?;
            self.raise(&further)?;
            self.settle();
        }
        Ok(())
    }

    /// Goes on above these numbers, where they are higher than what is known.
    fn raise(&self, report: &LastNumbers) -> Result<(), LedgerError> {
        let known = self.last_numbers()?;
        let mut next = known.clone();
        next.raise(report, self.identity().terminal());
        if next == known {
            return Ok(());
        }
        tracing::warn!("numbers of this terminal were given that it does not know: it goes on above them");
        self.write(|transaction| {
            if let Some(number) = &next.registration {
                self.set_fact(transaction, LAST, &number.to_string())?;
            }
            self.restore_tickets(transaction, next.tickets.iter().cloned())
        })?;
        self.note(|mark| note_numbers(mark, &next));
        Ok(())
    }

    /// Far enough above what is known.
    fn beyond(&self, known: LastNumbers, now: Millis, random: u64) -> Result<LastNumbers, LedgerError> {
        let today: Date =
            Millis(now.0.saturating_add(EASTERNMOST)).timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        let last = known.registration.as_ref().map(|number| (number.day(), number.sequence()));
        let next = RegistrationNumber::next(self.identity().terminal().clone(), last, today)?;
        let registration = next.ahead(STEP + (random % u64::from(2 * STEP)) as u16)?;
        let further = TICKETS + (random % u64::from(2 * TICKETS)) as u16;
        let step = |ticket: &TicketNumber| {
            let last = Some((ticket.day(), ticket.sequence()));
            TicketNumber::next(ticket.prefix().clone(), last, today)?.ahead(further)
        };
        let tickets = known.tickets.iter().map(step).collect::<Result<_, _>>()?;
        Ok(LastNumbers { registration: Some(registration), tickets })
    }

    fn settle_first(&self) {
        if self.inner.identity_mark.look(&self.inner.mac) == Look::Missing {
            self.settle();
        }
    }

    /// From here on this is the folder's place. Failing, it goes on being suspect, or without a mark of the identity.
    fn settle(&self) {
        let inner = &self.inner;
        match inner.identity_mark.settle(&inner.mac, &self.mark()) {
            Ok(()) => inner.is_suspect.store(false, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, "the mark beside the identity cannot be made"),
        }
    }

    /// What the marks beside ledger and identity say together.
    pub(super) fn mark(&self) -> Mark {
        let inner = &self.inner;
        let mut mark = inner.marks.read(&inner.mac).unwrap_or_default();
        let other = inner.identity_mark.look(&inner.mac).mark();
        if let Some(other) = other.filter(|_| !crate::planted::is_planted("identity-mark-ignored")) {
            let mut known = numbers(&mark);
            known.raise(&numbers(&other), self.identity().terminal());
            mark.version = mark.version.max(other.version);
            mark.sequence = mark.sequence.max(other.sequence);
            note_numbers(&mut mark, &known);
        }
        mark
    }

    /// Changes both marks.
    pub(super) fn note(&self, change: impl Fn(&mut Mark)) {
        self.inner.marks.update(&self.inner.mac, &change);
        self.inner.identity_mark.update(&self.inner.mac, &change);
    }
}

fn numbers(mark: &Mark) -> LastNumbers {
    LastNumbers { registration: mark.registration.clone(), tickets: mark.tickets.clone() }
}

fn note_numbers(mark: &mut Mark, numbers: &LastNumbers) {
    mark.registration.clone_from(&numbers.registration);
    for ticket in &numbers.tickets {
        mark.note_ticket(ticket);
    }
}
