//! What the hall has to tell one terminal: changes of every kind in one run with a contiguous cursor, signed page by page.
//!
//! A program that does not know a kind, or cannot read the content of one that it knows, takes note of it and goes on: its
//! cursor stops at nothing. Once it has been updated it can ask for the change again.

use crate::bytes::Blob;
use crate::case::{CaseUpdate, Progress};
use crate::ids::{Epoch, TerminalId};
use crate::keys::{PublicKey, SigningKey};
use crate::standing::{read, sign};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const CHANGES_DOMAIN: &[u8] = b"bianmin changes v1";

/// Something of which a terminal has to know. Each variant is one kind on the wire, and is only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "content", rename_all = "kebab-case")]
pub enum Change {
    /// A case as it now stands.
    Case(Progress),
}

impl Change {
    /// Its kind on the wire and in storage.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Case(_) => "case",
        }
    }

    /// Its content in JSON.
    pub fn content(&self) -> Value {
        match self {
            Self::Case(progress) => serde_json::to_value(progress),
        }
        .expect("a change has only plain fields")
    }
}

/// A change that this program cannot read: of a kind that came after it, or with a content that did.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("a change of a kind that this version does not know")]
pub struct UnknownChange {
    /// Its kind.
    pub kind: String,
    /// Its content as it came.
    pub content: Value,
}

/// The content may be personal.
impl std::fmt::Debug for UnknownChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UnknownChange({:?})", self.kind)
    }
}

/// A change at its place in a terminal's run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PlainEntry", into = "PlainEntry")]
pub struct ChangeEntry {
    /// Its place; contiguous for each terminal, from 1 on.
    pub cursor: u64,
    /// The change, as far as this program knows it.
    pub change: Result<Change, UnknownChange>,
}

impl ChangeEntry {
    /// A change as it is stored or travels.
    pub fn read(cursor: u64, kind: String, content: Value) -> Self {
        let known = serde_json::json!({ "kind": &kind, "content": &content });
        let change = serde_json::from_value(known).map_err(|_| UnknownChange { kind, content });
        Self { cursor, change }
    }
}

impl From<CaseUpdate> for ChangeEntry {
    fn from(update: CaseUpdate) -> Self {
        Self { cursor: update.cursor, change: Ok(Change::Case(update.progress)) }
    }
}

/// An entry on the wire, of whatever kind.
#[derive(Serialize, Deserialize)]
struct PlainEntry {
    cursor: u64,
    kind: String,
    #[serde(default)]
    content: Value,
}

impl From<PlainEntry> for ChangeEntry {
    fn from(entry: PlainEntry) -> Self {
        Self::read(entry.cursor, entry.kind, entry.content)
    }
}

impl From<ChangeEntry> for PlainEntry {
    fn from(entry: ChangeEntry) -> Self {
        let (kind, content) = match entry.change {
            Ok(change) => (change.kind().to_owned(), change.content()),
            Err(unknown) => (unknown.kind, unknown.content),
        };
        Self { cursor: entry.cursor, kind, content }
    }
}

/// Changes of a terminal's run after a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePage {
    /// The terminal.
    pub terminal: TerminalId,
    /// The hall's epoch, in which the cursors count.
    pub epoch: Epoch,
    /// The cursor that was asked about.
    pub after: u64,
    /// The changes in order.
    pub changes: Vec<ChangeEntry>,
    /// Whether there are more.
    pub more: bool,
}

/// The exact signed bytes of a [`ChangePage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedChanges {
    /// JSON of a [`ChangePage`].
    pub page: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

impl ChangePage {
    /// Signs with the hall's key.
    pub fn sign(&self, hall: &SigningKey) -> SignedChanges {
        let (page, signature) = sign(hall, CHANGES_DOMAIN, self);
        SignedChanges { page, signature }
    }
}

impl SignedChanges {
    /// The page, if this hall signed it for this terminal, in this epoch, after this cursor.
    pub fn verify(
        &self,
        hall: &PublicKey,
        terminal: &TerminalId,
        epoch: Epoch,
        after: u64,
    ) -> Option<ChangePage> {
        let page: ChangePage = read(hall, CHANGES_DOMAIN, &self.page, &self.signature)?;
        (page.terminal == *terminal && page.epoch == epoch && page.after == after).then_some(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::SignedUpdates;
    use serde_json::json;

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_bytes(&[byte; 32]).unwrap()
    }

    fn case(state: &str) -> Value {
        let terminal = TerminalId::parse("HP07").unwrap();
        let number = crate::registration::RegistrationNumber::from_parts(terminal, 261_121, 1).unwrap();
        json!({
            "registration": number.to_string(), "case_number": "11999900MB000000011999000000001202611210001",
            "item_name": "示例", "state": state, "received_at": 1, "changed_at": 2, "promised_days": 3,
            "working_days": true, "remark": "",
        })
    }

    #[test]
    fn a_kind_that_came_later_is_an_entry_and_keeps_what_it_says() {
        let page = json!([
            { "cursor": 1, "kind": "case", "content": case("granted") },
            { "cursor": 2, "kind": "weather", "content": { "state": "rain" } },
            { "cursor": 3, "kind": "case", "content": case("of-the-future") },
            { "cursor": 4, "kind": "tide" },
            { "cursor": 5, "kind": "case", "content": case("delivered"), "more_of": "the future" },
        ]);
        let entries: Vec<ChangeEntry> = serde_json::from_value(page.clone()).unwrap();
        let known: Vec<bool> = entries.iter().map(|entry| entry.change.is_ok()).collect();
        assert_eq!(known, [true, false, false, false, true]);
        assert!(entries.iter().map(|entry| entry.cursor).eq(1..=5));
        let again = serde_json::to_value(&entries).unwrap();
        assert_eq!(again.as_array().unwrap()[..3], page.as_array().unwrap()[..3], "passed on as it came");
        assert!(!format!("{entries:?}").contains("rain"), "a content may be personal");
    }

    #[test]
    fn the_kind_of_a_change_is_what_serde_writes() {
        let change: Change =
            serde_json::from_value(json!({ "kind": "case", "content": case("granted") })).unwrap();
        let written = serde_json::to_value(&change).unwrap();
        assert_eq!(written, json!({ "kind": change.kind(), "content": change.content() }));
    }

    #[test]
    fn a_page_is_good_for_its_own_cursor_terminal_and_epoch_alone_and_for_no_other_run() {
        let (hp07, epoch) =
            (TerminalId::parse("HP07").unwrap(), |number| Epoch(uuid::Uuid::from_u128(number)));
        let page = ChangePage {
            terminal: hp07.clone(),
            epoch: epoch(1),
            after: 7,
            changes: Vec::new(),
            more: false,
        };
        let (signed, hall) = (page.sign(&key(1)), key(1).public());
        assert_eq!(signed.verify(&hall, &hp07, epoch(1), 7), Some(page.clone()));
        assert_eq!(signed.verify(&hall, &TerminalId::parse("HP08").unwrap(), epoch(1), 7), None);
        assert_eq!(signed.verify(&hall, &hp07, epoch(2), 7), None);
        assert_eq!(signed.verify(&hall, &hp07, epoch(1), 6), None);
        assert_eq!(page.sign(&key(2)).verify(&hall, &hp07, epoch(1), 7), None);
        let other = SignedUpdates { page: signed.page, signature: signed.signature };
        assert_eq!(other.verify(&hall, &hp07, epoch(1), 7), None, "cursors of cases count otherwise");
    }
}
