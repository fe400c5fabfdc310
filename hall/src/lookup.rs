//! Where a case stands, for a resident at a terminal: told only to who gives more than the registration number.
//!
//! Knows nothing of HTTP.

use crate::hall::Hall;
use crate::planted::is_planted;
use crate::store::StoreError;
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::credential::{Credential, LastFour, Proof};
use bianmin_protocol::ids::{ApplicationId, TerminalId};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::ProgressAnswer;
use std::time::Duration;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum LookupError {
    /// What was given cannot be read, or is about another number.
    Proof,
    /// There were too many wrong ones.
    Wait(Duration),
    Store(StoreError),
}

impl From<StoreError> for LookupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Hall {
    /// Where a case stands, for who proves that they may know it.
    pub(crate) async fn look_up(
        &self,
        terminal: &TerminalId,
        number: &RegistrationNumber,
        challenge: &Blob,
        proof: &Proof,
    ) -> Result<ProgressAnswer, LookupError> {
        let given = self.keys.openers().open_proof(proof, number, challenge);
        match given.map_err(|_| LookupError::Proof)? {
            Credential::Receipt(token) => {
                let receipt = self.receipt(&token).await?.filter(|receipt| receipt.registration == *number);
                let receipt = receipt.ok_or(LookupError::Proof)?;
                Ok(self.store.answer_for_receipt(&receipt).await?)
            }
            Credential::LastFour(four) => self.look_up_by_four(terminal, number, &four).await,
        }
    }

    async fn look_up_by_four(
        &self,
        terminal: &TerminalId,
        number: &RegistrationNumber,
        four: &LastFour,
    ) -> Result<ProgressAnswer, LookupError> {
        let Some(id) = self.store.find_application(&number.to_string()).await? else {
            return Ok(self.store.not_yet(number.terminal()).await?);
        };
        let fitting = self.last_four(id).await?;
        if fitting.is_empty() {
            return Ok(ProgressAnswer::CodeOnly {});
        }
        let is_right = fitting.contains(four) || is_planted("second-fact-unchecked");
        let noted = self.store.note_try(number, terminal, is_right, self.clock.now()).await?;
        noted.map_err(LookupError::Wait)?;
        if is_right { Ok(self.store.answer_for(id).await?) } else { Ok(ProgressAnswer::Wrong {}) }
    }

    /// What may be given for an application; nothing where it cannot be opened.
    async fn last_four(&self, id: ApplicationId) -> Result<Vec<LastFour>, StoreError> {
        let Some(stored) = self.store.application(id).await? else { return Ok(Vec::new()) };
        let Ok(header) = stored.envelope.read_header() else { return Ok(Vec::new()) };
        let item = self.library.item(&header.item, header.item_version).await?;
        let rules = self.library.rules(header.catalogue).await?;
        let (Some(item), Some(rules)) = (item, rules) else { return Ok(Vec::new()) };
        let opened = self.keys.openers().open(&stored.envelope);
        Ok(opened.map(|body| LastFour::of(&item, &rules.fields, &body)).unwrap_or_default())
    }

    /// A receipt that a terminal of this hall gave; none if the token is not genuine.
    pub(crate) async fn receipt(&self, token: &str) -> Result<Option<Receipt>, StoreError> {
        if let Ok(receipt) = Receipt::verify(token, &self.keys.signing.public()) {
            return Ok(Some(receipt));
        }
        // A receipt on paper outlives the key that its terminal's certificate was signed with.
        let former = self.store.former_signers().await?;
        Ok(former.iter().find_map(|key| Receipt::verify(token, key).ok()))
    }
}
