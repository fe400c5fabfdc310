//! Where a case stands, for a resident at a terminal: told only to who gives more than the registration number.
//!
//! Knows nothing of HTTP.

use super::domain::Standing;
use super::keys::CaseKeys;
use super::questions::Questions;
use crate::catalogue::Library;
use crate::clock::Clock;
use crate::db::{Store, StoreError};
use crate::keys::Keys;
use crate::planted::is_planted;
use bianmin_locale::Language;
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::credential::{Credential, LastFour, Proof};
use bianmin_protocol::ids::{ApplicationId, TerminalId};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use std::sync::Arc;
use std::time::Duration;

/// Why nobody is told where a case stands.
#[derive(Debug)]
pub(crate) enum LookupError {
    /// What was given cannot be read, or is about another number.
    Proof,
    /// What was given does not fit.
    Wrong,
    /// Nothing but the receipt's code can be given for it.
    CodeOnly,
    /// There were too many wrong ones.
    Wait(Duration),
    Store(StoreError),
}

impl From<StoreError> for LookupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Cases: answers who asks where they stand, and does what is done with them.
#[derive(Debug)]
pub struct Cases {
    pub(super) store: Arc<Store>,
    pub(super) catalogue: Arc<Library>,
    pub(super) keys: Keys,
    pub(super) case_keys: Arc<CaseKeys>,
    pub(super) clock: Clock,
    /// Of what the hall itself tells residents.
    pub(super) language: Language,
    /// How often each terminal asks.
    pub(crate) questions: Questions,
}

impl Cases {
    pub(crate) fn new(
        store: Arc<Store>,
        catalogue: Arc<Library>,
        keys: Keys,
        clock: Clock,
        language: Language,
    ) -> Self {
        let case_keys = CaseKeys::new(&keys);
        Self { store, catalogue, keys, case_keys, clock, language, questions: Questions::default() }
    }

    /// Where a case stands, for who proves that they may know it.
    pub(crate) async fn look_up(
        &self,
        terminal: &TerminalId,
        number: &RegistrationNumber,
        challenge: &Blob,
        proof: &Proof,
    ) -> Result<Standing, LookupError> {
        let given = self.keys.openers().open_proof(proof, number, challenge);
        match given.map_err(|_| LookupError::Proof)? {
            Credential::Receipt(token) => {
                let receipt = self.receipt(&token).await?.filter(|receipt| receipt.registration == *number);
                Ok(self.standing_of(&receipt.ok_or(LookupError::Proof)?).await?)
            }
            Credential::LastFour(four) => self.look_up_by_four(terminal, number, &four).await,
        }
    }

    async fn look_up_by_four(
        &self,
        terminal: &TerminalId,
        number: &RegistrationNumber,
        four: &LastFour,
    ) -> Result<Standing, LookupError> {
        let Some(id) = self.store.intake().find_application(&number.to_string()).await? else {
            return Ok(self.store.cases().not_here(number.terminal()).await?);
        };
        let fitting = self.last_four(id).await?;
        if fitting.is_empty() {
            return Err(LookupError::CodeOnly);
        }
        let is_right = fitting.contains(four) || is_planted("second-fact-unchecked");
        let noted = self.store.cases().note_try(number, terminal, is_right, self.clock.now()).await?;
        noted.map_err(LookupError::Wait)?;
        if is_right {
            Ok(self.opened(self.store.cases().standing(id).await?))
        } else {
            Err(LookupError::Wrong)
        }
    }

    /// What may be given for an application; nothing where it cannot be opened.
    async fn last_four(&self, id: ApplicationId) -> Result<Vec<LastFour>, StoreError> {
        let Some(stored) = self.store.intake().application(id).await? else { return Ok(Vec::new()) };
        let Ok(header) = stored.envelope.read_header() else { return Ok(Vec::new()) };
        let item = self.catalogue.item(&header.item, header.item_version).await?;
        let rules = self.catalogue.rules(header.catalogue).await?;
        let (Some(item), Some(rules)) = (item, rules) else { return Ok(Vec::new()) };
        let opened = self.keys.openers().open(&stored.envelope);
        Ok(opened.map(|body| LastFour::of(&item, &rules.fields, &body)).unwrap_or_default())
    }

    /// Where the application of a genuine receipt stands. If what was received under its id is not what the receipt was
    /// given for, that one was refused.
    pub(crate) async fn standing_of(&self, receipt: &Receipt) -> Result<Standing, StoreError> {
        let id = receipt.application_id;
        match self.store.intake().digest_of(id).await? {
            Some(digest) if digest.0.starts_with(&receipt.content) => {
                Ok(self.opened(self.store.cases().standing(id).await?))
            }
            Some(_) => Ok(Standing::Refused),
            // It came under a number that another one had.
            None if self.store.intake().is_set_aside(id, &receipt.content).await? => Ok(Standing::Refused),
            None => self.store.cases().not_here(receipt.registration.terminal()).await,
        }
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
