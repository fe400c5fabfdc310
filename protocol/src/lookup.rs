//! What the hall says of cases to a terminal, signed: a line without TLS, or whoever stands in it, must not be able to
//! tell a resident that their case was decided, nor to have a terminal believe that it has heard of everything.

use crate::bytes::Blob;
use crate::case::CaseUpdate;
use crate::ids::{Epoch, TerminalId};
use crate::keys::{PublicKey, SigningKey};
use crate::registration::RegistrationNumber;
use crate::standing::{read, sign};
use crate::v1::ProgressAnswer;
use serde::{Deserialize, Serialize};

const ANSWER_DOMAIN: &[u8] = b"bianmin case answer v1";
const UPDATES_DOMAIN: &[u8] = b"bianmin case updates v1";

/// Where a case stands, in answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAnswer {
    /// The number that was asked about.
    pub registration: RegistrationNumber,
    /// The challenge of the question, so that an older answer does not pass for this one.
    pub challenge: Blob,
    /// The answer.
    pub answer: ProgressAnswer,
}

/// The exact signed bytes of a [`CaseAnswer`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCaseAnswer {
    /// JSON of a [`CaseAnswer`].
    pub answer: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

impl CaseAnswer {
    /// Signs with the hall's key.
    pub fn sign(&self, hall: &SigningKey) -> SignedCaseAnswer {
        let (answer, signature) = sign(hall, ANSWER_DOMAIN, self);
        SignedCaseAnswer { answer, signature }
    }
}

impl SignedCaseAnswer {
    /// The answer, if this hall signed it for this very question.
    pub fn verify(
        &self,
        hall: &PublicKey,
        registration: &RegistrationNumber,
        challenge: &Blob,
    ) -> Option<ProgressAnswer> {
        let said: CaseAnswer = read(hall, ANSWER_DOMAIN, &self.answer, &self.signature)?;
        (said.registration == *registration && said.challenge == *challenge).then_some(said.answer)
    }
}

/// Changes of a terminal's cases after a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdatePage {
    /// The terminal.
    pub terminal: TerminalId,
    /// The hall's epoch, in which the cursors count.
    pub epoch: Epoch,
    /// The cursor that was asked about.
    pub after: u64,
    /// The changes in order.
    pub updates: Vec<CaseUpdate>,
    /// Whether there are more.
    pub more: bool,
}

/// The exact signed bytes of an [`UpdatePage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedUpdates {
    /// JSON of an [`UpdatePage`].
    pub page: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

impl UpdatePage {
    /// Signs with the hall's key.
    pub fn sign(&self, hall: &SigningKey) -> SignedUpdates {
        let (page, signature) = sign(hall, UPDATES_DOMAIN, self);
        SignedUpdates { page, signature }
    }
}

impl SignedUpdates {
    /// The page, if this hall signed it for this terminal, in this epoch, after this cursor.
    pub fn verify(
        &self,
        hall: &PublicKey,
        terminal: &TerminalId,
        epoch: Epoch,
        after: u64,
    ) -> Option<UpdatePage> {
        let page: UpdatePage = read(hall, UPDATES_DOMAIN, &self.page, &self.signature)?;
        (page.terminal == *terminal && page.epoch == epoch && page.after == after).then_some(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn terminal(id: &str) -> TerminalId {
        TerminalId::parse(id).unwrap()
    }

    #[test]
    fn an_answer_is_good_for_its_own_question_alone() {
        let number = |sequence| RegistrationNumber::from_parts(terminal("HP07"), 261_121, sequence).unwrap();
        let challenge = Blob(vec![1; 16]);
        let answer = ProgressAnswer::Refused {};
        let said =
            CaseAnswer { registration: number(1), challenge: challenge.clone(), answer: answer.clone() };
        let hall = key(1).public();
        let mut signed = said.sign(&key(1));
        assert_eq!(signed.verify(&hall, &number(1), &challenge), Some(answer));
        assert_eq!(signed.verify(&hall, &number(2), &challenge), None);
        assert_eq!(signed.verify(&hall, &number(1), &Blob(vec![2; 16])), None);
        assert_eq!(said.sign(&key(2)).verify(&hall, &number(1), &challenge), None);
        signed.answer.0[30] ^= 1;
        assert_eq!(signed.verify(&hall, &number(1), &challenge), None);
    }

    #[test]
    fn a_page_is_good_for_its_own_cursor_terminal_and_epoch_alone() {
        let epoch = |number| Epoch(uuid::Uuid::from_u128(number));
        let page = UpdatePage {
            terminal: terminal("HP07"),
            epoch: epoch(1),
            after: 7,
            updates: Vec::new(),
            more: false,
        };
        let (signed, hall) = (page.sign(&key(1)), key(1).public());
        assert_eq!(signed.verify(&hall, &terminal("HP07"), epoch(1), 7), Some(page.clone()));
        assert_eq!(signed.verify(&hall, &terminal("HP08"), epoch(1), 7), None);
        assert_eq!(signed.verify(&hall, &terminal("HP07"), epoch(2), 7), None);
        assert_eq!(signed.verify(&hall, &terminal("HP07"), epoch(1), 6), None);
        assert_eq!(page.sign(&key(2)).verify(&hall, &terminal("HP07"), epoch(1), 7), None);
    }
}
