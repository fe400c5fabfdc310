//! The paper: what hangs out of the printer, and the slips that were parted from it.

use std::io;

use super::Dpi;
use super::command::CutKind;
use super::command_interpreter::DotRow;

/// Paper that comes out without a cut before it is torn off by its own weight: four metres. A job of feeds only
/// must not fill the memory.
const LONGEST_ROWS: usize = 4000 * 8;
/// Bytes kept of what a slip was printed from.
const LONGEST_RAW: usize = 1 << 20;
/// Rows of the picture below the slip's end that show how it ended.
const EDGE_ROWS: u32 = 14;
const BEYOND: u8 = 0xa8;

/// How a slip ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Cut through.
    FullCut,
    /// Cut but for one point.
    PartialCut,
    /// The roll ended here; what follows of the job is on the next slip.
    RollEnd,
    /// Torn off by hand, or because it had become longer than four metres.
    TornOff,
}

/// One piece of paper as a resident would hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct Slip {
    /// Counts from 1; also in the names of its files.
    pub number: u32,
    /// How it ended.
    pub ended: Ended,
    /// Dots across.
    pub width: u32,
    /// Rows, as far apart as dots.
    pub height: u32,
    /// How fine they are.
    pub dpi: Dpi,
    /// The bytes of the job that were taken in since the slip before ended, at most a megabyte.
    pub raw: Vec<u8>,
    rows: Vec<u8>,
}

impl std::fmt::Debug for Slip {
    // A slip bears a person's data; the debug output of a failed test lands in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { number, ended, width, height, raw, .. } = self;
        write!(f, "Slip {number}: {width}×{height} dots from {} bytes, {ended:?}", raw.len())
    }
}

impl Slip {
    /// Whether the dot is black; white beyond the paper.
    #[must_use]
    pub fn dot(&self, x: u32, y: u32) -> bool {
        x < self.width
            && y < self.height
            && self.rows[(y * self.width / 8 + x / 8) as usize] & (0x80 >> (x % 8)) != 0
    }

    /// The rows, packed, the leftmost dot in the highest bit; `width / 8` bytes each.
    #[must_use]
    pub fn packed(&self) -> &[u8] {
        &self.rows
    }

    /// The packed rows from the first to the last that bears a dot: what a job meant, without the margins that
    /// the way from head to blade adds.
    #[must_use]
    pub fn inked(&self) -> &[u8] {
        let line = (self.width / 8) as usize;
        let inked = |row: &[u8]| row.iter().any(|&byte| byte != 0);
        let first = self.rows.chunks(line).position(inked).unwrap_or(0);
        let last = self.rows.chunks(line).rposition(inked).map_or(first, |row| row + 1);
        &self.rows[first * line..last * line]
    }

    /// The slip as a PNG, with the shape of its end below it.
    ///
    /// # Errors
    ///
    /// When the encoder refuses, which for a picture in memory means that memory ran out.
    pub fn png(&self) -> io::Result<Vec<u8>> {
        let mut pixels = Vec::with_capacity((self.width * (self.height + EDGE_ROWS)) as usize);
        for y in 0..self.height {
            pixels.extend((0..self.width).map(|x| if self.dot(x, y) { 0 } else { 0xff }));
        }
        for y in 0..EDGE_ROWS {
            pixels.extend((0..self.width).map(|x| self.edge(x, y)));
        }
        let per_metre = self.dpi.per_inch() * 10_000 / 254;
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width, self.height + EDGE_ROWS);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        encoder.write_header()?.write_image_data(&pixels)?;
        Ok(out)
    }

    /// A blade leaves fine teeth (a partial cut its one point), a torn roll coarse ones, an ended roll none.
    fn edge(&self, x: u32, y: u32) -> u8 {
        let teeth = |size: u32| {
            let across = x % (2 * size);
            if across < size { across } else { 2 * size - across }
        };
        let paper = match self.ended {
            Ended::FullCut => y < teeth(4),
            Ended::PartialCut => y < teeth(4) || x.abs_diff(self.width / 2) < 6,
            Ended::TornOff => y < teeth(12),
            Ended::RollEnd => y < 2,
        };
        if paper { 0xff } else { BEYOND }
    }
}

/// What has come out since the last cut, from the blade's side on.
#[derive(Debug)]
pub(super) struct Paper {
    width: u32,
    dpi: Dpi,
    to_blade: usize,
    rows: Vec<u8>,
    raw: Vec<u8>,
    next: u32,
}

impl Paper {
    pub(super) fn new(width: u32, dpi: Dpi, to_blade: u32, next: u32) -> Self {
        let mut paper =
            Self { width, dpi, to_blade: to_blade as usize, rows: Vec::new(), raw: Vec::new(), next };
        paper.load();
        paper
    }

    const fn line(&self) -> usize {
        (self.width / 8) as usize
    }

    /// A new roll reaches from the head to the blade before anything is printed.
    fn load(&mut self) {
        self.rows.clear();
        self.rows.resize(self.to_blade * self.line(), 0);
    }

    /// Rows out so far, including those between head and blade.
    pub(super) fn rows(&self) -> usize {
        self.rows.len() / self.line()
    }

    pub(super) fn took(&mut self, byte: u8) {
        if self.raw.len() < LONGEST_RAW {
            self.raw.push(byte);
        }
    }

    /// Adds a row; when the paper has become absurdly long, it is torn off.
    pub(super) fn push(&mut self, row: &DotRow) -> Option<Slip> {
        let line = self.line();
        self.rows.extend_from_slice(&row[..line]);
        (self.rows() > LONGEST_ROWS).then(|| self.tear()).flatten()
    }

    pub(super) fn cut(&mut self, kind: CutKind) -> Option<Slip> {
        self.part(match kind {
            CutKind::Full => Ended::FullCut,
            CutKind::Partial => Ended::PartialCut,
        })
    }

    pub(super) fn tear(&mut self) -> Option<Slip> {
        self.part(Ended::TornOff)
    }

    /// The roll is taken out and another put in. What was printed on its end is a piece of its own.
    pub(super) fn change_roll(&mut self) -> Option<Slip> {
        let printed = self.rows.iter().any(|&byte| byte != 0);
        let slip = printed.then(|| {
            let rows = std::mem::take(&mut self.rows);
            self.slip(Ended::RollEnd, rows)
        });
        self.load();
        slip
    }

    /// The picture of what hangs out now, as if it were cut at the head.
    pub(super) fn uncut(&self) -> Slip {
        Slip {
            number: self.next,
            ended: Ended::RollEnd,
            width: self.width,
            height: self.rows() as u32,
            dpi: self.dpi,
            raw: self.raw.clone(),
            rows: self.rows.clone(),
        }
    }

    /// Everything beyond the blade; what is between head and blade stays and comes with the next slip.
    fn part(&mut self, ended: Ended) -> Option<Slip> {
        let keep = self.rows.len().saturating_sub(self.to_blade * self.line());
        if keep == 0 {
            return None;
        }
        let rest = self.rows.split_off(keep);
        let rows = std::mem::replace(&mut self.rows, rest);
        Some(self.slip(ended, rows))
    }

    fn slip(&mut self, ended: Ended, rows: Vec<u8>) -> Slip {
        let number = self.next;
        self.next += 1;
        let height = (rows.len() / self.line()) as u32;
        let (width, dpi) = (self.width, self.dpi);
        Slip { number, ended, width, height, dpi, raw: std::mem::take(&mut self.raw), rows }
    }
}
