//! How a terminal stands with its hall: revoked, replaced by another, and up to which number it is known.
//!
//! All of it is signed, so that nobody on a line without TLS can close a terminal, or make it give a number twice.

use crate::bytes::Blob;
use crate::ids::{Millis, TerminalId};
use crate::keys::{PublicKey, SigningKey};
use crate::receipt::TerminalCertificate;
use crate::registration::RegistrationNumber;
use crate::ticket::TicketNumber;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

const REVOCATION_DOMAIN: &[u8] = b"bianmin revocation v1";
const NUMBERS_DOMAIN: &[u8] = b"bianmin last numbers v1";
const REPLACEMENT_DOMAIN: &[u8] = b"bianmin replacement v1";
/// More ticket prefixes than any terminal has.
pub const PREFIXES_LIMIT: usize = 32;

/// The hall's word that it takes nothing from this terminal any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The terminal.
    pub terminal: TerminalId,
    /// Its key: an id alone could be another's.
    pub key: PublicKey,
    /// When the hall said so.
    pub told_at: Millis,
}

/// The exact signed bytes of a [`Revocation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedRevocation {
    /// JSON of a [`Revocation`].
    pub revocation: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

impl Revocation {
    /// Signs with the hall's key.
    pub fn sign(&self, hall: &SigningKey) -> SignedRevocation {
        let (revocation, signature) = sign(hall, REVOCATION_DOMAIN, self);
        SignedRevocation { revocation, signature }
    }
}

impl SignedRevocation {
    /// The revocation, if this hall signed it and it is of this very terminal.
    pub fn verify(&self, hall: &PublicKey, own: &TerminalCertificate) -> Option<Revocation> {
        let report: Revocation = read(hall, REVOCATION_DOMAIN, &self.revocation, &self.signature)?;
        (report.terminal == own.terminal && report.key == own.key).then_some(report)
    }
}

/// The highest numbers of a terminal that somebody knows of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct LastNumbers {
    /// The last registration number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationNumber>,
    /// The last ticket of each prefix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<TicketNumber>,
}

impl LastNumbers {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.registration.is_none() && self.tickets.is_empty()
    }

    /// Raises each number to the other's where that is higher. Numbers of another terminal than `terminal` do not count.
    pub fn raise(&mut self, other: &Self, terminal: &TerminalId) {
        let place = |number: &RegistrationNumber| (number.day(), number.sequence());
        let own = |number: &&RegistrationNumber| number.terminal() == terminal;
        let registrations = [self.registration.as_ref(), other.registration.as_ref()];
        let highest =
            registrations.into_iter().flatten().filter(own).max_by_key(|number| place(number)).cloned();
        self.registration = highest;
        for ticket in &other.tickets {
            self.raise_ticket(ticket);
        }
    }

    fn raise_ticket(&mut self, ticket: &TicketNumber) {
        let place = |number: &TicketNumber| (number.day(), number.sequence());
        let has_room = self.tickets.len() < PREFIXES_LIMIT;
        match self.tickets.iter_mut().find(|known| known.prefix() == ticket.prefix()) {
            Some(known) if place(known) < place(ticket) => *known = ticket.clone(),
            Some(_) => {}
            None if has_room => self.tickets.push(ticket.clone()),
            None => {}
        }
    }
}

/// What the hall knows of a terminal's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownNumbers {
    /// The terminal.
    pub terminal: TerminalId,
    /// Its numbers.
    pub numbers: LastNumbers,
    /// The challenge of the request that is answered, so that an older answer does not pass for this one.
    #[serde(default)]
    pub challenge: Option<Blob>,
}

/// The exact signed bytes of [`KnownNumbers`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedLastNumbers {
    /// JSON of [`KnownNumbers`].
    pub known: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

impl KnownNumbers {
    /// Signs with the hall's key.
    pub fn sign(&self, hall: &SigningKey) -> SignedLastNumbers {
        let (known, signature) = sign(hall, NUMBERS_DOMAIN, self);
        SignedLastNumbers { known, signature }
    }
}

impl SignedLastNumbers {
    /// The numbers, if this hall signed them for this terminal and this challenge.
    pub fn verify(
        &self,
        hall: &PublicKey,
        terminal: &TerminalId,
        challenge: Option<&Blob>,
    ) -> Option<LastNumbers> {
        let known: KnownNumbers = read(hall, NUMBERS_DOMAIN, &self.known, &self.signature)?;
        (known.terminal == *terminal && known.challenge.as_ref() == challenge).then_some(known.numbers)
    }
}

/// Which terminal's place a new one takes: only who holds its key can say so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replacement {
    /// The old terminal's certificate.
    pub certificate: TerminalCertificate,
    /// Its signature over the new key.
    pub proof: Blob,
}

impl Replacement {
    /// Signed with the old key.
    pub fn new(old: &TerminalCertificate, old_key: &SigningKey, new: &PublicKey) -> Self {
        Self { certificate: old.clone(), proof: old_key.sign(REPLACEMENT_DOMAIN, &new.as_bytes()[..]).into() }
    }

    /// Whether this hall enrolled the old terminal, and its key names this new one.
    pub fn is_genuine(&self, hall: &PublicKey, new: &PublicKey) -> bool {
        self.certificate.verify(hall)
            && self.certificate.key.verify(REPLACEMENT_DOMAIN, &new.as_bytes()[..], &self.proof.0)
    }
}

pub(crate) fn sign(key: &SigningKey, domain: &[u8], value: &impl Serialize) -> (Blob, Blob) {
    let text = serde_json::to_vec(value).expect("only plain fields");
    let signature = key.sign(domain, &text).into();
    (text.into(), signature)
}

pub(crate) fn read<T: DeserializeOwned>(
    key: &PublicKey,
    domain: &[u8],
    text: &Blob,
    signature: &Blob,
) -> Option<T> {
    if !key.verify(domain, &text.0, &signature.0) {
        return None;
    }
    serde_json::from_slice(&text.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn certificate(id: &str, own: u8, hall: u8) -> TerminalCertificate {
        TerminalCertificate::issue(TerminalId::parse(id).unwrap(), key(own).public(), 1, &key(hall))
    }

    #[test]
    fn only_the_halls_word_about_this_very_terminal_revokes_it() {
        let own = certificate("HP07", 3, 1);
        let report = Revocation { terminal: own.terminal.clone(), key: own.key, told_at: Millis(5) };
        assert!(report.sign(&key(1)).verify(&key(1).public(), &own).is_some());
        assert!(report.sign(&key(2)).verify(&key(1).public(), &own).is_none(), "another's signature");
        assert!(report.sign(&key(1)).verify(&key(1).public(), &certificate("HP08", 3, 1)).is_none());
        assert!(report.sign(&key(1)).verify(&key(1).public(), &certificate("HP07", 4, 1)).is_none());
        let mut changed = report.sign(&key(1));
        changed.revocation.0[20] ^= 1;
        assert!(changed.verify(&key(1).public(), &own).is_none());
    }

    #[test]
    fn numbers_only_rise_and_an_older_answer_is_none() {
        let terminal = TerminalId::parse("HP07").unwrap();
        let number = |sequence| RegistrationNumber::from_parts(terminal.clone(), 261_121, sequence).ok();
        let ticket = |last| {
            let prefix = crate::ticket::TicketPrefix::parse("A").unwrap();
            TicketNumber::next(prefix, last, date(2026, 11, 21)).unwrap()
        };
        let low = LastNumbers { registration: number(3), tickets: vec![ticket(None)] };
        let high = LastNumbers { registration: number(9), tickets: vec![ticket(Some((261_121, 7)))] };
        for (mut one, other) in [(low.clone(), &high), (high.clone(), &low)] {
            one.raise(other, &terminal);
            assert_eq!(one, high);
        }
        let mut others = LastNumbers::default();
        others.raise(&high, &TerminalId::parse("HP08").unwrap());
        assert_eq!(others.registration, None);
        let asked = Blob(vec![1; 16]);
        let known =
            KnownNumbers { terminal: terminal.clone(), numbers: high, challenge: Some(asked.clone()) };
        let report = known.sign(&key(1));
        assert!(report.verify(&key(1).public(), &terminal, Some(&asked)).is_some());
        assert!(report.verify(&key(1).public(), &terminal, Some(&Blob(vec![2; 16]))).is_none());
        assert!(report.verify(&key(2).public(), &terminal, Some(&asked)).is_none());
    }

    #[test]
    fn only_who_holds_the_old_key_names_its_successor() {
        let old = certificate("HP07", 3, 1);
        let (new, other) = (key(8).public(), key(9).public());
        let named = Replacement::new(&old, &key(3), &new);
        assert!(named.is_genuine(&key(1).public(), &new));
        assert!(!named.is_genuine(&key(1).public(), &other) && !named.is_genuine(&key(2).public(), &new));
        assert!(!Replacement::new(&old, &key(4), &new).is_genuine(&key(1).public(), &new));
    }
}
