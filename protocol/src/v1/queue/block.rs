//! Blocks of numbers that a terminal may give while it does not reach the hall, and the numbers that it gave.

use super::QueueRefusal;
use crate::bytes::Blob;
use crate::ids::{Epoch, Millis, TerminalId};
use crate::keys::{PublicKey, SigningKey};
use crate::ticket::{TicketNumber, TicketPrefix};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most numbers in one block.
pub const BLOCK_LIMIT: u16 = 50;
/// The most offline tickets in one request.
pub const OFFLINE_LIMIT: usize = 64;

/// Asks for numbers that may be given while the hall is not reached, or for more time for those that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseBlock {
    /// Made by the terminal, new for each block; the block's own id from then on.
    pub id: Uuid,
    /// A group's code.
    pub group: String,
    /// How many numbers, at most [`BLOCK_LIMIT`].
    pub count: u16,
}

/// A block, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum BlockReply {
    /// The block.
    Leased {
        /// Signed: a hall that was restored from a backup knows it again by that.
        lease: SignedLease,
        /// The tokens of its numbers, in order.
        tokens: Vec<String>,
    },
    /// The block has ended: no number of it may be given any more, whatever the terminal's disk says.
    Ended {},
    /// There is none.
    Refused {
        /// Why.
        refusal: QueueRefusal,
    },
}

/// Numbers of one group and day that one terminal alone may give until a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The block.
    pub block: Uuid,
    /// Whose.
    pub terminal: TerminalId,
    /// The hall's epoch. A terminal gives back a block of another one.
    pub epoch: Epoch,
    /// The group's code.
    pub group: String,
    /// The business day.
    pub day: Date,
    /// The letters of the numbers.
    pub prefix: TicketPrefix,
    /// The first number's running number.
    pub first: u16,
    /// The last one's.
    pub last: u16,
    /// When it was leased, by the hall's clock.
    pub leased_at: Millis,
    /// Until when numbers may be given, by the hall's clock.
    pub until: Millis,
}

const LEASE_DOMAIN: &[u8] = b"bianmin queue lease v1";

/// The exact signed bytes of a [`Lease`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedLease {
    /// JSON of a [`Lease`].
    pub lease: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

impl Lease {
    /// Signs with the hall's key.
    pub fn sign(&self, hall: &SigningKey) -> SignedLease {
        let (lease, signature) = crate::standing::sign(hall, LEASE_DOMAIN, self);
        SignedLease { lease, signature }
    }

    /// The number at this place of the block, from 0 on; none past its end.
    pub fn number(&self, at: u16) -> Option<TicketNumber> {
        let sequence = self.first.checked_add(at).filter(|sequence| *sequence <= self.last)?;
        TicketNumber::of(self.prefix.clone(), self.day, sequence).ok()
    }

    /// Whether a number is one of the block.
    pub fn holds(&self, number: &TicketNumber) -> bool {
        let own = TicketNumber::of(self.prefix.clone(), self.day, number.sequence());
        own.as_ref() == Ok(number) && (self.first..=self.last).contains(&number.sequence())
    }
}

impl SignedLease {
    /// The lease, if this hall signed it for this terminal.
    pub fn verify(&self, hall: &PublicKey, terminal: &TerminalId) -> Option<Lease> {
        let lease: Lease = crate::standing::read(hall, LEASE_DOMAIN, &self.lease, &self.signature)?;
        (lease.terminal == *terminal).then_some(lease)
    }
}

/// Gives a block back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnBlock {
    /// Which.
    pub block: Uuid,
    /// How many of its numbers were given.
    pub used: u16,
}

/// The block has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnReply {
    /// Always so, also where it had ended before or the hall does not know it.
    pub ended: bool,
}

/// Numbers that were given while the hall was not reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineTickets {
    /// The block that they are of.
    pub lease: SignedLease,
    /// One to [`OFFLINE_LIMIT`] of them.
    pub tickets: Vec<OfflineTicket>,
}

/// A number that was given while the hall was not reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineTicket {
    /// Made by the terminal when it gave the number.
    pub id: Uuid,
    /// The number.
    pub number: TicketNumber,
    /// The class by which somebody is called first, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// When it was given, by the hall's clock as the terminal knows it. Its place in the line is by this.
    pub issued_at: Millis,
}

/// What became of each offline ticket, in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineReply {
    /// The answers.
    pub outcomes: Vec<OfflineOutcome>,
}

/// What became of an offline ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum OfflineOutcome {
    /// It stands in the line, by when it was issued. Sent again, it gets the same answer.
    Merged {},
    /// Somebody else has this number: two slips bear it. Staff have to look.
    Conflict {},
    /// It is not of the block, or cannot be read.
    Refused {},
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn lease(terminal: &str) -> Lease {
        Lease {
            block: Uuid::nil(),
            terminal: TerminalId::parse(terminal).unwrap(),
            epoch: Epoch(Uuid::nil()),
            group: "A".to_owned(),
            day: date(2026, 11, 30),
            prefix: TicketPrefix::parse("A").unwrap(),
            first: 101,
            last: 103,
            leased_at: Millis(0),
            until: Millis(1),
        }
    }

    #[test]
    fn a_block_has_the_numbers_of_its_day_and_no_others() {
        let lease = lease("HP07");
        let numbers: Vec<String> = (0..9).map_while(|at| lease.number(at)).map(|one| one.in_full()).collect();
        assert_eq!(numbers, ["261130-A101", "261130-A102", "261130-A103"]);
        let holds = |text: &str| lease.holds(&TicketNumber::parse(text).unwrap());
        assert!(holds("261130-A101") && holds("261130-A103"));
        assert!(
            !holds("261130-A100") && !holds("261130-A104") && !holds("261129-A101") && !holds("261130-B101")
        );
    }

    #[test]
    fn a_lease_is_its_terminals_alone_and_its_halls_word() {
        let (hall, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let own = TerminalId::parse("HP07").unwrap();
        let signed = lease("HP07").sign(&hall);
        assert_eq!(signed.verify(&hall.public(), &own), Some(lease("HP07")));
        assert_eq!(signed.verify(&other.public(), &own), None);
        assert_eq!(lease("HP08").sign(&hall).verify(&hall.public(), &own), None);
    }
}
