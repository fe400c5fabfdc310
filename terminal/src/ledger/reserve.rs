//! Room on the disk: intake closes before the disk is full, so that what was accepted can still be sent.
//!
//! A reserve file takes the space in advance. While it stands and enough is free beside it, intake is open.
//! When a record of something already accepted does not fit, the reserve is given up for it; intake stays
//! closed until the reserve could be taken again.

use crate::planted::is_planted;
use std::path::{Path, PathBuf};

/// What an application without files takes at most, in the journal and in its place: pages of each table and index.
pub(super) const BARE: u64 = 192 * 1024;

/// Less is of no use: opening the file on a full disk takes 36 KB, and recording an acknowledgement as much.
const LEAST: u64 = 128 * 1024;

/// Whether applications are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    /// Yes.
    Open,
    /// No: there is no room left on the disk.
    DiskFull,
    /// No: the hall has said that it takes nothing from this terminal any more.
    Revoked,
    /// No: the folder may be a copy, and the hall has not been reached since.
    Unconfirmed,
}

impl Intake {
    /// Why it is closed, in locale keys; none where it is open.
    pub const fn closed(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::DiskFull => Some("full"),
            Self::Revoked => Some("revoked"),
            Self::Unconfirmed => Some("unconfirmed"),
        }
    }
}

/// The reserve.
#[derive(Debug)]
pub struct Reserve {
    file: PathBuf,
    folder: PathBuf,
    size: u64,
}

impl Reserve {
    /// A reserve of `size` bytes in `folder`; zero keeps none.
    pub(super) fn new(folder: &Path, size: u64) -> Self {
        let size = if size == 0 { 0 } else { size.max(LEAST) };
        Self { file: folder.join("reserve"), folder: folder.to_owned(), size }
    }

    /// Takes the reserve again if there is room for it and half as much again beside it, so that intake does
    /// not open and close with every application.
    pub(super) fn refill(&self) -> bool {
        if self.size == 0 || self.stands() || is_planted("reserve-ignored") {
            return true;
        }
        if self.free().is_none_or(|free| free < self.size + self.size / 2) {
            return false;
        }
        let taken =
            std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(&self.file).and_then(
                |file| Ok(rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, self.size)?),
            );
        if taken.is_err() {
            // A part of a reserve is none.
            let _ = std::fs::remove_file(&self.file);
        }
        taken.is_ok()
    }

    /// Gives the reserve up; false if there was none.
    pub(super) fn release(&self) -> bool {
        self.size > 0 && std::fs::remove_file(&self.file).is_ok()
    }

    /// Whether applications may be accepted, after trying to take the reserve again.
    pub(super) fn intake(&self) -> Intake {
        // Whoever is told that intake is open can hand in at least an application without files.
        let room = self.size == 0 || self.has_room_for((self.size / 2).max(BARE));
        if self.refill() && room { Intake::Open } else { Intake::DiskFull }
    }

    /// Whether `bytes` fit without touching the reserve.
    pub(super) fn has_room_for(&self, bytes: u64) -> bool {
        is_planted("reserve-ignored") || self.free().is_none_or(|free| free >= bytes)
    }

    /// Its size in bytes; zero if none is kept.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    fn stands(&self) -> bool {
        std::fs::metadata(&self.file).is_ok_and(|meta| meta.len() == self.size)
    }

    /// Free bytes for this user; none where the system does not say.
    fn free(&self) -> Option<u64> {
        rustix::fs::statvfs(&self.folder).ok().map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}
