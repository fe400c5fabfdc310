//! The mark beside the ledger: how many applications were ever accepted, and the last number given. A ledger that
//! knows of fewer has lost some, whatever SQLite says: a damaged or deleted journal loses its tail without a word.
//!
//! It is written after each commit and not forced to the disk. Behind the ledger it is harmless; ahead of it, it
//! proves a loss. Its own proof keeps a damaged mark from saying anything.

use super::integrity::MacKey;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::ticket::TicketNumber;
use std::fs::File;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Mutex;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// The schema's version.
    pub(super) version: i64,
    /// The sequence of the last application.
    pub(super) sequence: i64,
    /// Its number.
    pub(super) registration: Option<RegistrationNumber>,
    /// The last ticket of each prefix.
    pub(super) tickets: Vec<TicketNumber>,
}

/// Longer than any mark.
const LENGTH: usize = 1024;
/// More prefixes than any terminal has.
const PREFIXES: usize = 32;

impl Mark {
    pub(super) fn text(&self) -> String {
        let registration = self.registration.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut text = format!("{} {} {registration}", self.version, self.sequence);
        for ticket in &self.tickets {
            text.push(' ');
            text.push_str(&ticket.in_full());
        }
        text
    }

    /// Notes a number that was given.
    pub(super) fn note_ticket(&mut self, ticket: &TicketNumber) {
        self.tickets.retain(|known| known.prefix() != ticket.prefix());
        self.tickets.push(ticket.clone());
        self.tickets.drain(..self.tickets.len().saturating_sub(PREFIXES));
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        Some(Self {
            version: words.next()?.parse().ok()?,
            sequence: words.next()?.parse().ok()?,
            registration: words.next().and_then(|word| RegistrationNumber::parse(word).ok()),
            tickets: words.filter_map(|word| TicketNumber::parse(word).ok()).collect(),
        })
    }
}

/// The mark's file.
pub(super) struct MarkFile {
    file: Option<File>,
    known: Mutex<Option<Mark>>,
}

impl MarkFile {
    pub(super) fn open(folder: &Path) -> Self {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        Self { file: options.open(folder.join("ledger.mark")).ok(), known: Mutex::default() }
    }

    /// The mark, if there is one that proves itself.
    pub(super) fn read(&self, key: &MacKey) -> Option<Mark> {
        let mut bytes = [0; LENGTH];
        let length = self.file.as_ref()?.read_at(&mut bytes, 0).ok()?;
        let line = std::str::from_utf8(&bytes[..length]).ok()?.split('\n').next()?;
        let (text, proof) = line.rsplit_once(' ')?;
        (proof == proof_of(key, text)).then(|| Mark::parse(text)).flatten()
    }

    /// Leaves the mark with this change. A failure is no reason to refuse what was accepted.
    pub(super) fn update(&self, key: &MacKey, change: impl FnOnce(&mut Mark)) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Another program may have left a newer one.
        let mut mark = self.read(key).unwrap_or_default();
        change(&mut mark);
        if known.as_ref() == Some(&mark) {
            return;
        }
        let text = mark.text();
        let line = format!("{text} {}\n", proof_of(key, &text));
        if let Some(file) = &self.file
            && let Err(error) = file.write_all_at(line.as_bytes(), 0)
        {
            tracing::warn!(%error, "the mark beside the ledger cannot be written");
        }
        *known = Some(mark);
    }
}

fn proof_of(key: &MacKey, text: &str) -> String {
    key.of("mark", &[Some(text.as_bytes())]).iter().map(|byte| format!("{byte:02x}")).collect()
}
