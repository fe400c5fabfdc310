//! Rows straight from the pages of a damaged SQLite file and its journal, without SQLite: it stops where a page
//! is wrong, and does not look behind the first wrong frame of a journal. What is found here has to prove itself;
//! this module trusts no byte and knows no table.
//!
//! Format: <https://www.sqlite.org/fileformat2.html>, sections 1.6 and 4.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

const PAGE: usize = 4096;
const LEAF_OF_TABLE: u8 = 0x0d;
const JOURNAL_HEADER: u64 = 32;
const FRAME_HEADER: usize = 24;
/// How long the list of columns of a row can be here.
const HEADERS: std::ops::RangeInclusive<u8> = 3..=32;
/// Larger than any row that the ledger writes.
const LONGEST: usize = 16 << 20;

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A row as it stands in some page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PageRow {
    pub(super) rowid: i64,
    pub(super) columns: Vec<Value>,
}

/// A file and its journal.
pub(super) struct Pages {
    main: Option<File>,
    count: u32,
    journal: Option<File>,
    frames: Vec<Frame>,
    /// Which frames hold a page, in order.
    by_page: HashMap<u32, Vec<usize>>,
}

struct Frame {
    page: u32,
    /// The last frame of its transaction.
    end: usize,
}

impl Pages {
    pub(super) fn open(main: &Path, journal: &Path) -> Self {
        let main = File::open(main).ok();
        let length = |file: &Option<File>| {
            file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |meta| meta.len())
        };
        let count = u32::try_from(length(&main) / PAGE as u64).unwrap_or(u32::MAX);
        let journal = File::open(journal).ok();
        let mut pages = Self { count, main, frames: Vec::new(), by_page: HashMap::new(), journal };
        let frames = length(&pages.journal).saturating_sub(JOURNAL_HEADER) / (FRAME_HEADER + PAGE) as u64;
        pages.read_frames(usize::try_from(frames).unwrap_or(0));
        pages
    }

    fn read_frames(&mut self, count: usize) {
        let mut commits = Vec::with_capacity(count);
        for index in 0..count {
            let mut header = [0; FRAME_HEADER];
            let read = self.journal.as_ref().map(|file| file.read_exact_at(&mut header, frame_at(index)));
            if !matches!(read, Some(Ok(()))) {
                break;
            }
            let number =
                |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
            self.by_page.entry(number(0)).or_default().push(index);
            self.frames.push(Frame { page: number(0), end: index });
            commits.push(number(4) != 0);
        }
        let mut end = self.frames.len().saturating_sub(1);
        for index in (0..self.frames.len()).rev() {
            if commits[index] {
                end = index;
            }
            self.frames[index].end = end;
        }
    }

    /// Calls `found` with every row of every leaf page, in the file and in the journal; the same row may come more
    /// than once, older and newer versions of it too.
    pub(super) fn rows(&self, mut found: impl FnMut(PageRow)) {
        for number in 1..=self.count {
            if let Some(page) = self.main_page(number) {
                let start = if number == 1 { 100 } else { 0 };
                self.rows_of(&page, start, &[Some(usize::MAX), None], &mut found);
            }
        }
        for (index, frame) in self.frames.iter().enumerate() {
            if let Some(page) = self.frame_page(index) {
                let start = if frame.page == 1 { 100 } else { 0 };
                self.rows_of(&page, start, &[Some(frame.end), Some(usize::MAX), None], &mut found);
            }
        }
    }

    /// The rows of one page, its overflow pages seen as after each of these frames, or without the journal.
    fn rows_of(&self, page: &[u8], start: usize, views: &[Option<usize>], found: &mut impl FnMut(PageRow)) {
        if !may_be_leaf(&page[start..]) {
            return;
        }
        // At every place, whatever the page's own list of cells says: it may be what is damaged.
        for at in start + 8..PAGE - 4 {
            let mut seen: Vec<Vec<u8>> = Vec::new();
            for view in views {
                let Some((rowid, payload)) = self.cell(page, at, *view) else { continue };
                if seen.contains(&payload) {
                    continue;
                }
                if let Some(columns) = columns(&payload) {
                    found(PageRow { rowid, columns });
                }
                seen.push(payload);
            }
        }
    }

    fn cell(&self, page: &[u8], at: usize, view: Option<usize>) -> Option<(i64, Vec<u8>)> {
        let mut rest = page.get(at..)?;
        let length = usize::try_from(varint(&mut rest)?).ok().filter(|length| *length <= LONGEST)?;
        let rowid = varint(&mut rest)?;
        let local = local_length(length);
        // Most places are no cell, which their first byte tells.
        if !HEADERS.contains(rest.first()?) {
            return None;
        }
        let mut payload = rest.get(..local)?.to_vec();
        let mut next = match rest.get(local..local + 4) {
            Some(number) if local < length => u32::from_be_bytes(number.try_into().ok()?),
            _ => 0,
        };
        while payload.len() < length {
            let overflow = self.page(next, view)?;
            next = u32::from_be_bytes(*overflow.first_chunk()?);
            let take = (length - payload.len()).min(PAGE - 4);
            payload.extend_from_slice(&overflow[4..4 + take]);
        }
        Some((rowid, payload))
    }

    fn page(&self, number: u32, view: Option<usize>) -> Option<Vec<u8>> {
        let frame = view.and_then(|last| {
            let frames = self.by_page.get(&number)?;
            frames.iter().rev().find(|frame| **frame <= last)
        });
        match frame {
            Some(frame) => self.frame_page(*frame),
            None => self.main_page(number),
        }
    }

    fn main_page(&self, number: u32) -> Option<Vec<u8>> {
        let mut page = vec![0; PAGE];
        let at = u64::from(number.checked_sub(1)?) * PAGE as u64;
        self.main.as_ref()?.read_exact_at(&mut page, at).ok()?;
        Some(page)
    }

    fn frame_page(&self, index: usize) -> Option<Vec<u8>> {
        let mut page = vec![0; PAGE];
        self.journal.as_ref()?.read_exact_at(&mut page, frame_at(index) + FRAME_HEADER as u64).ok()?;
        Some(page)
    }
}

/// A leaf page, one with a wrong bit in the byte that says so, or one whose beginning was wiped out.
fn may_be_leaf(page: &[u8]) -> bool {
    let is_wiped = page[..8].iter().all(|byte| *byte == 0) && page.iter().any(|byte| *byte != 0);
    is_wiped || (page[0] ^ LEAF_OF_TABLE).count_ones() <= 1
}

fn frame_at(index: usize) -> u64 {
    JOURNAL_HEADER + index as u64 * (FRAME_HEADER + PAGE) as u64
}

/// How much of a payload stands in the leaf itself.
fn local_length(length: usize) -> usize {
    const MOST: usize = PAGE - 35;
    const LEAST: usize = (PAGE - 12) * 32 / 255 - 23;
    if length <= MOST {
        return length;
    }
    let fitting = LEAST + (length - LEAST) % (PAGE - 4);
    if fitting <= MOST { fitting } else { LEAST }
}

fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut value: u64 = 0;
    for index in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if index == 8 {
            return Some((value << 8 | u64::from(*byte)) as i64);
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value as i64);
        }
    }
    None
}

fn columns(payload: &[u8]) -> Option<Vec<Value>> {
    let mut rest = payload;
    let header = usize::try_from(varint(&mut rest)?).ok()?;
    let taken = payload.len() - rest.len();
    let mut kinds = payload.get(taken..header)?;
    let mut body = payload.get(header..)?;
    let mut columns = Vec::new();
    while !kinds.is_empty() {
        let kind = varint(&mut kinds)?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 => 8,
            12.. => usize::try_from((kind - 12) / 2).ok()?,
            _ => return None,
        };
        let (bytes, after) = body.split_at_checked(length)?;
        body = after;
        columns.push(match kind {
            0 => Value::Null,
            8 | 9 => Value::Integer(kind - 8),
            1..=6 => {
                let sign = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
                Value::Integer(bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte)))
            }
            kind if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
        });
    }
    Some(columns)
}
