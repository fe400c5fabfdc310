//! How much an import may ask of the machine. A file is measured before it is believed: what is over a limit is an
//! error in words, never memory that is not there. Knows nothing of catalogues.

use super::problem::Wrong;
use std::time::{Duration, Instant};

/// The most that one import may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a JSON or CSV file.
    pub file_bytes: u64,
    /// Bytes of a workbook as it lies on the disk.
    pub workbook_bytes: u64,
    /// Bytes of one item or other entry as JSON.
    pub entry_bytes: usize,
    /// Bytes of all parts of all workbooks, unpacked.
    pub unpacked_bytes: u64,
    /// How many times larger a part of a workbook may become by unpacking it.
    pub ratio: u64,
    /// Parts of a workbook.
    pub parts: usize,
    /// Cells of all tables, empty ones between others included.
    pub cells: usize,
    /// Bytes of the texts of all cells of workbooks, as often as they stand there.
    pub text_bytes: u64,
    /// Columns of a table.
    pub columns: usize,
    /// How long reading may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            workbook_bytes: 64 << 20,
            unpacked_bytes: 512 << 20,
            entry_bytes: 4 << 20,
            ratio: 250,
            parts: 4096,
            cells: 5_000_000,
            text_bytes: 512 << 20,
            columns: 512,
            time: Duration::from_mins(10),
        }
    }
}

/// Small parts may be packed as tightly as they like.
const RATIO_FROM: u64 = 1 << 20;

/// What is left of the limits while files are read.
#[derive(Debug)]
pub(super) struct Budget {
    pub limits: Limits,
    deadline: Instant,
    cells: usize,
    text: u64,
    unpacked: u64,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        let deadline = Instant::now() + limits.time;
        Self {
            limits,
            deadline,
            cells: limits.cells,
            text: limits.text_bytes,
            unpacked: limits.unpacked_bytes,
        }
    }

    /// Takes the cells of a row.
    pub(super) fn row(&mut self, cells: usize) -> Result<(), Wrong> {
        self.time()?;
        self.cells = self.cells.checked_sub(cells).ok_or(Wrong::TooManyCells(self.limits.cells))?;
        Ok(())
    }

    /// Takes the text of a cell: one text may stand in many.
    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Wrong> {
        let left = self.text.checked_sub(bytes as u64);
        self.text = left.ok_or(Wrong::TooLarge(self.limits.text_bytes >> 20))?;
        Ok(())
    }

    /// Whether there is time left.
    pub(super) fn time(&self) -> Result<(), Wrong> {
        match Instant::now() < self.deadline {
            true => Ok(()),
            false => Err(Wrong::TooLong(self.limits.time.as_secs())),
        }
    }

    /// What a part of a workbook may become, given what it takes on the disk and what it says it will be.
    pub(super) fn part(&mut self, packed: u64, said: u64) -> Result<u64, Wrong> {
        self.time()?;
        let most = packed.saturating_mul(self.limits.ratio).max(RATIO_FROM).min(self.unpacked);
        match said <= most {
            true => Ok(most),
            false => Err(Wrong::Unpacked(self.limits.unpacked_bytes >> 20)),
        }
    }

    /// Takes what a part really became.
    pub(super) fn unpacked(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_sub(bytes);
    }
}
