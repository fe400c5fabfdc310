//! The secrets that the records of cases need: what chains their events, makes what they are found by, and seals and
//! opens what somebody wrote about them.

use super::domain::{CaseEvent, SearchTerm, WORDS_LIMIT};
use crate::audit::Chain;
use crate::db::StoreError;
use crate::keys::{Keys, Openers};
use crate::mac::MacKeys;
use bianmin_protocol::bytes::{decode, encode};
use bianmin_protocol::seal::{SealPublicKey, SealedText};
use std::sync::Arc;

/// Before a sealed text in a column that may also hold a clear one from an earlier program.
const SEALED: &str = "sealed:";
/// Bytes of a key encapsulation.
const ENCAPSULATED: usize = 32;
/// Bytes of a digest by which a case is found: enough that no two of a country's people share one.
const DIGEST: usize = 16;

/// What is secret about the records of cases.
#[derive(Debug)]
pub(crate) struct CaseKeys {
    pub chain: Chain,
    search: MacKeys,
    seal_to: SealPublicKey,
    openers: Openers,
}

impl CaseKeys {
    pub(crate) fn new(keys: &Keys) -> Arc<Self> {
        Arc::new(Self {
            chain: Chain::new(keys),
            search: keys.mac_keys(b"bianmin case search v1"),
            seal_to: keys.seal.public(),
            openers: keys.openers(),
        })
    }

    /// Seals what was written about the case of this number. Nothing stays nothing.
    pub(crate) fn seal(&self, case_number: &str, text: &str) -> Result<String, StoreError> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let sealed = SealedText::seal(text.as_bytes(), &about(case_number), &self.seal_to);
        let sealed = sealed.map_err(|_| StoreError::Corrupt("seal key"))?;
        Ok(format!("{SEALED}{}", encode(&[sealed.encapsulated.0, sealed.ciphertext.0].concat())))
    }

    /// Opens it. What an earlier program wrote in the clear is as it is, and so is what no key opens.
    pub(crate) fn open(&self, case_number: &str, text: &str) -> String {
        self.try_open(case_number, text).unwrap_or_else(|| text.to_owned())
    }

    fn try_open(&self, case_number: &str, text: &str) -> Option<String> {
        let bytes = decode(text.strip_prefix(SEALED)?).ok()?;
        let (encapsulated, ciphertext) = bytes.split_at_checked(ENCAPSULATED)?;
        let sealed =
            SealedText { encapsulated: encapsulated.to_vec().into(), ciphertext: ciphertext.to_vec().into() };
        self.openers.open_long_text(&sealed, WORDS_LIMIT, &about(case_number)).ok()
    }

    /// The event as it is stored.
    pub(crate) fn sealed(&self, case_number: &str, mut event: CaseEvent) -> Result<CaseEvent, StoreError> {
        for words in event.words_mut() {
            *words = self.seal(case_number, words)?;
        }
        Ok(event)
    }

    /// The event as it is read.
    pub(crate) fn opened(&self, case_number: &str, mut event: CaseEvent) -> CaseEvent {
        for words in event.words_mut() {
            *words = self.open(case_number, words);
        }
        event
    }

    /// Everything that opens applications.
    pub(crate) fn openers(&self) -> &Openers {
        &self.openers
    }

    /// What a case is stored under for a term.
    pub(crate) fn digest(&self, term: &SearchTerm) -> Vec<u8> {
        if crate::planted::is_planted("plain-search-terms") {
            return term.text.clone().into_bytes();
        }
        self.search.tag(&parts(term))[..DIGEST].to_vec()
    }

    /// What cases may be stored under for a term, whichever of the hall's keys was in use.
    pub(crate) fn digests(&self, term: &SearchTerm) -> Vec<Vec<u8>> {
        if crate::planted::is_planted("plain-search-terms") {
            return vec![self.digest(term)];
        }
        self.search.tags(&parts(term)).iter().map(|tag| tag[..DIGEST].to_vec()).collect()
    }
}

fn parts(term: &SearchTerm) -> [&[u8]; 2] {
    [term.term.key().as_bytes(), term.text.as_bytes()]
}

fn about(case_number: &str) -> Vec<u8> {
    format!("bianmin case {case_number}").into_bytes()
}
