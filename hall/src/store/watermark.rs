//! The mark beside the keys: how far the database had come, so that a restored older one is recognised.
//!
//! It is written after each commit and forced to disk only when a hall starts: a mark that is behind the database is
//! harmless, and one that is ahead of it proves that the database went back.

use super::StoreError;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// How far the database had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// Write transactions.
    pub changes: i64,
    /// Revisions of the catalogue.
    pub revision: i64,
}

#[derive(Debug)]
pub(super) struct Watermark {
    path: PathBuf,
    file: File,
    /// The highest mark this process has written.
    written: Mutex<Mark>,
}

impl Watermark {
    pub(super) fn open(data: &Path) -> Result<Self, StoreError> {
        let path = data.join("hall.mark");
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| StoreError::Mark(path.clone(), error))?;
        Ok(Self { path, file, written: Mutex::default() })
    }

    /// The mark; zero where there is none yet or it is torn.
    pub(super) fn read(&self) -> Result<Mark, StoreError> {
        let mut text = [0; 41];
        let length =
            self.file.read_at(&mut text, 0).map_err(|error| StoreError::Mark(self.path.clone(), error))?;
        let text = std::str::from_utf8(&text[..length]).unwrap_or_default();
        let mut numbers = text.split(' ').map(|number| number.trim().parse().unwrap_or(0));
        Ok(Mark { changes: numbers.next().unwrap_or(0), revision: numbers.next().unwrap_or(0) })
    }

    /// Forces the mark to disk.
    pub(super) fn force(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|error| StoreError::Mark(self.path.clone(), error))
    }

    /// Notes a commit. A failure is told once and otherwise ignored: the commit stands.
    pub(super) fn note(&self, changes: i64, revision: i64) {
        let Ok(mut written) = self.written.lock() else { return };
        if changes <= written.changes {
            return;
        }
        // Another process may have published a newer revision than the one this process saw.
        let revision = revision.max(written.revision).max(self.read().unwrap_or_default().revision);
        *written = Mark { changes, revision };
        if let Err(error) = self.file.write_all_at(format!("{changes:020} {revision:020}").as_bytes(), 0) {
            tracing::warn!(%error, "cannot leave the mark beside the keys");
        }
    }
}
