//! What is on a disk when its power goes: files as they were at a commit, and, when a commit was under way, any
//! mixture of what they were and what they were going to be.

use crate::promises::chance::Chance;
use std::path::Path;

/// A disk is written in sectors; each is written or not.
const SECTOR: usize = 512;
/// SQLite's journal: a header, in which two salts say which frames are of this run of it.
const SALTS: std::ops::Range<usize> = 16..24;

/// A database of SQLite's with its journal, and the mark beside it.
#[derive(Clone, Default)]
pub struct Image {
    pub database: Vec<u8>,
    pub journal: Vec<u8>,
    pub mark: Vec<u8>,
}

/// The files' names of one side.
pub struct Names {
    pub database: &'static str,
    pub journal: &'static str,
    pub index: &'static str,
    pub mark: &'static str,
}

pub const LEDGER: Names = Names {
    database: "ledger.sqlite",
    journal: "ledger.sqlite-wal",
    index: "ledger.sqlite-shm",
    mark: "ledger.mark",
};

pub const HALL: Names = Names {
    database: "hall.sqlite",
    journal: "hall.sqlite-wal",
    index: "hall.sqlite-shm",
    mark: "hall.mark",
};

impl Image {
    /// How long its files are: whatever went another way before shows here.
    pub fn lengths(&self) -> String {
        format!("{}+{}+{}", self.database.len(), self.journal.len(), self.mark.len())
    }

    /// The files as they are. The database first: what a checkpoint moves into it meanwhile is still in the journal.
    pub fn of(folder: &Path, names: &Names) -> Self {
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
        Self { database: read(names.database), journal: read(names.journal), mark: read(names.mark) }
    }

    /// Puts these files in the place of those that are there. Nobody may have them open.
    pub fn put(&self, folder: &Path, names: &Names) -> std::io::Result<()> {
        for name in [names.database, names.journal, names.index, names.mark] {
            match std::fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        std::fs::write(folder.join(names.database), &self.database)?;
        if !self.journal.is_empty() {
            std::fs::write(folder.join(names.journal), &self.journal)?;
        }
        if !self.mark.is_empty() {
            std::fs::write(folder.join(names.mark), &self.mark)?;
        }
        Ok(())
    }

    /// What may be on the disk when the power goes somewhere between `before` and `after`. All of `before` was
    /// synced; what was written since has reached the disk in part, in any order. Before the journal is whole
    /// nothing of it is in the database; once it is, a checkpoint may be half done.
    pub fn torn(before: &Self, after: &Self, chance: &mut Chance) -> Self {
        let is_same_run = before.journal.get(SALTS) == after.journal.get(SALTS)
            && before.journal.len() <= after.journal.len();
        let is_checkpointed = before.database != after.database;
        match chance.below(3) {
            0 if is_same_run && is_checkpointed => {
                Self { database: mixed(&before.database, &after.database, chance), ..after.clone() }
            }
            1 | 2 if is_same_run || !is_checkpointed => Self {
                journal: mixed(&before.journal, &after.journal, chance),
                database: before.database.clone(),
                mark: before.mark.clone(),
            },
            // All of it had reached the disk.
            _ => after.clone(),
        }
    }
}

fn mixed(before: &[u8], after: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut mixed = before.to_vec();
    mixed.resize(before.len().max(after.len()), 0);
    let in_order = chance.percent(50);
    let end = chance.below(after.len() + 1);
    let mut written = before.len();
    for (at, sector) in after.chunks(SECTOR).enumerate() {
        let begin = at * SECTOR;
        let reaches = if in_order { begin < end } else { chance.percent(50) };
        let keep = if in_order { sector.len().min(end.saturating_sub(begin)) } else { sector.len() };
        if reaches && before.get(begin..begin + sector.len()) != Some(sector) {
            mixed[begin..begin + keep].copy_from_slice(&sector[..keep]);
            written = written.max(begin + keep);
        }
    }
    mixed.truncate(written);
    mixed
}
