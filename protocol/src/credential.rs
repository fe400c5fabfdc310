//! What a resident gives beside a registration number, which others can guess: the code on the receipt, or the last
//! four characters of the identity number or telephone number in the application.
//!
//! Four characters are few. They keep neighbours and the curious out because tries are counted and have to wait longer
//! and longer, at the terminal and at the hall; whoever holds a key and what it digests can try all of them.

use crate::application::ApplicationBody;
use crate::bytes::Blob;
use crate::catalogue::ServiceItem;
use crate::form::{FieldDictionary, FieldKind, narrow};
use crate::registration::RegistrationNumber;
use crate::seal::{SealError, SealPublicKey, SealSecretKey, SealedText};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use zeroize::Zeroizing;

/// Wrong tries for one number that cost nothing but themselves: fingers slip.
const FREE: u32 = 3;
/// The wait after the first one that costs; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// No wait for one number is longer: then it is one try a day. The receipt's code never waits.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// Wrong tries at one terminal, whatever the number, that cost nothing: many people use it.
const FREE_AT_TERMINAL: u32 = 20;
/// No wait for a whole terminal is longer.
const LONGEST_WAIT_AT_TERMINAL: Duration = Duration::from_secs(600);
/// After each such time a terminal has one wrong try less.
const FORGOTTEN_EVERY: Duration = Duration::from_secs(180);

/// How long after so many wrong tries for one number the next one has to wait.
pub fn wait_after(wrong: u32) -> Duration {
    doubled(wrong, FREE).min(LONGEST_WAIT)
}

/// The same for wrong tries at one terminal, whatever the number.
pub fn wait_at_terminal(wrong: u32) -> Duration {
    doubled(wrong, FREE_AT_TERMINAL).min(LONGEST_WAIT_AT_TERMINAL)
}

/// What is left of a terminal's wrong tries when this long has gone by since the last.
pub fn left_after(wrong: u32, since_last: Duration) -> u32 {
    let forgotten = since_last.as_secs() / FORGOTTEN_EVERY.as_secs();
    wrong.saturating_sub(u32::try_from(forgotten).unwrap_or(u32::MAX))
}

fn doubled(wrong: u32, free: u32) -> Duration {
    match wrong.checked_sub(free) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_WAIT.saturating_mul(1 << doublings.min(16)),
    }
}

/// The last four characters of an identity number or telephone number. They wipe themselves and appear in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct LastFour(Zeroizing<[u8; LastFour::LENGTH]>);

impl std::fmt::Debug for LastFour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LastFour(…)")
    }
}

impl LastFour {
    /// How many there are.
    pub const LENGTH: usize = 4;

    /// What somebody typed, if it is four digits, or three and X.
    pub fn parse(text: &str) -> Option<Self> {
        let mut four = Zeroizing::new([0; Self::LENGTH]);
        let mut characters = text.trim().chars().map(|character| narrow(character).to_ascii_uppercase());
        for (index, place) in four.iter_mut().enumerate() {
            let character = characters.next()?;
            let is_check = character == 'X' && index + 1 == Self::LENGTH;
            if !is_check && !character.is_ascii_digit() {
                return None;
            }
            *place = character as u8;
        }
        characters.next().is_none().then_some(Self(four))
    }

    /// Those of an application: of the first identity number and the first telephone number of its form, which are the
    /// applicant's own. Other people who are named further down cannot look at it.
    pub fn of(item: &ServiceItem, fields: &FieldDictionary, body: &ApplicationBody) -> Vec<Self> {
        let asked = || item.form.iter().flat_map(|page| &page.fields);
        let first = |kind| {
            let of_kind = asked().filter(|field| fields.get(&field.code).is_some_and(|one| one.kind == kind));
            let answer = of_kind.filter_map(|field| body.answers.get(&field.code)).next()?;
            let from = answer.char_indices().rev().nth(Self::LENGTH - 1)?.0;
            Self::parse(&answer[from..])
        };
        [FieldKind::ResidentId, FieldKind::Phone].into_iter().filter_map(first).collect()
    }

    /// The four characters, to be digested or sealed.
    pub fn reveal(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

/// What a resident gives beside the number.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// The receipt's token: nobody has it who has not seen the receipt.
    Receipt(String),
    /// The last four characters of the identity number or telephone number.
    LastFour(LastFour),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Receipt(_) => "Receipt(…)",
            Self::LastFour(_) => "LastFour(…)",
        })
    }
}

impl Credential {
    /// As it travels to the hall, for one question.
    ///
    /// # Errors
    /// It cannot be sealed to this key.
    pub fn prove(
        &self,
        registration: &RegistrationNumber,
        challenge: &Blob,
        hall: &SealPublicKey,
    ) -> Result<Proof, SealError> {
        Ok(match self {
            Self::Receipt(token) => Proof::Receipt { token: token.clone() },
            Self::LastFour(four) => Proof::LastFour {
                sealed: SealedText::seal(four.reveal(), &about(registration, challenge), hall)?,
            },
        })
    }
}

/// A [`Credential`] as it travels.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proof {
    /// The receipt's token.
    Receipt {
        /// As in the receipt's code.
        token: String,
    },
    /// The last four characters, for the hall's eyes alone and for this one question.
    LastFour {
        /// Sealed to the hall, bound to the number and the challenge.
        sealed: SealedText,
    },
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Receipt { .. } => "Receipt(…)",
            Self::LastFour { .. } => "LastFour(…)",
        })
    }
}

impl Proof {
    /// What was given, for this question alone.
    ///
    /// # Errors
    /// Sealed to another key, for another question, or not four characters inside.
    pub fn open(
        &self,
        registration: &RegistrationNumber,
        challenge: &Blob,
        hall: &SealSecretKey,
    ) -> Result<Credential, SealError> {
        match self {
            Self::Receipt { token } => Ok(Credential::Receipt(token.clone())),
            Self::LastFour { sealed } => {
                let clear = sealed.open(&about(registration, challenge), hall)?;
                let four = std::str::from_utf8(&clear).ok().and_then(LastFour::parse);
                four.map(Credential::LastFour).ok_or(SealError::Json)
            }
        }
    }
}

fn about(registration: &RegistrationNumber, challenge: &Blob) -> Vec<u8> {
    let number = registration.to_string();
    [&[number.len() as u8], number.as_bytes(), &challenge.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TerminalId;

    #[test]
    fn four_characters_are_read_as_people_type_them() {
        for (typed, read) in [("0028", "0028"), ("002x", "002X"), (" 1234 ", "1234"), ("００２Ｘ", "002X")]
        {
            assert_eq!(&LastFour::parse(typed).unwrap().reveal()[..], read.as_bytes(), "{typed}");
        }
        for typed in ["", "123", "12345", "12X4", "12a4", "X", "一二三四"] {
            assert!(LastFour::parse(typed).is_none(), "{typed}");
        }
        assert!(!format!("{:?}", LastFour::parse("0028")).contains("0028"));
        let given = Credential::LastFour(LastFour::parse("0028").unwrap());
        assert!(!format!("{given:?}").contains("0028"));
    }

    #[test]
    fn waits_grow_and_end_somewhere() {
        let waits: Vec<u64> = (0..8).map(|wrong| wait_after(wrong).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 30, 60, 120, 240, 480]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
        assert_eq!(wait_at_terminal(FREE_AT_TERMINAL - 1), Duration::ZERO);
        assert_eq!(wait_at_terminal(u32::MAX), LONGEST_WAIT_AT_TERMINAL);
        assert_eq!(left_after(5, Duration::from_secs(400)), 3);
        assert_eq!(left_after(1, Duration::MAX), 0);
    }

    #[test]
    fn what_was_given_opens_for_its_own_question_and_hall_alone() {
        let hall = SealSecretKey::from_bytes(&[2; 32]).unwrap();
        let number = |sequence| {
            RegistrationNumber::from_parts(TerminalId::parse("HP07").unwrap(), 261_121, sequence).unwrap()
        };
        let challenge = |byte| Blob(vec![byte; 16]);
        let given = Credential::LastFour(LastFour::parse("002X").unwrap());
        let proof = given.prove(&number(1), &challenge(1), &hall.public()).unwrap();
        assert_eq!(proof.open(&number(1), &challenge(1), &hall).unwrap(), given);
        assert!(proof.open(&number(2), &challenge(1), &hall).is_err());
        assert!(proof.open(&number(1), &challenge(2), &hall).is_err());
        assert!(
            proof.open(&number(1), &challenge(1), &SealSecretKey::from_bytes(&[3; 32]).unwrap()).is_err()
        );
        let text = serde_json::to_string(&proof).unwrap();
        assert!(!text.contains("002X"), "{text}");
    }
}
