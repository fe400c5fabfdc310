//! Printer bytes: a document as ESC/POS, and pictures back.
//!
//! [`write`] uses the printer's own characters and QR codes where its [`Profile`] says that it has them, and dots
//! for the lines that need them, because no printer has all names. Without characters all of it is a picture, in
//! what nearly every receipt printer understands: `ESC @`, `GS v 0` in bands of limited height, `ESC J` over white,
//! `GS V` to cut. [`decode`] is the other direction for tests; it must survive anything.

mod characters;
mod decode;
mod device;
pub mod graphics;
mod grid;

pub use characters::Characters;

pub use graphics::KeyCode;

pub use decode::{DecodeError, Decoded, Decoder, Event, MAX_ROWS, decode};

use crate::mark::{self, SIDE};
use crate::{Bitmap, Block, Density, Document, Item, Layout, LayoutError, Media, Renderer};
use std::ops::Range;

/// What a printer is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Dots across its head; wider pictures are cut off at the right.
    pub dots: u32,
    /// How fine its head is.
    pub density: Density,
    /// Rows in one `GS v 0`; a printer's buffer limits it. At least one.
    pub band_rows: u16,
    /// How the slip is parted from the roll.
    pub cutter: Cutter,
    /// Whether to set the motion unit to a dot (`GS P`) so that `ESC J` feeds whole dots. Printers whose unit
    /// is a dot anyway and that do not know the command need `false`.
    pub set_motion_unit: bool,
    /// The characters in its memory.
    pub characters: Characters,
    /// Whether it draws QR codes itself (`GS ( k`). Only used beside characters.
    pub qr: bool,
    /// How the mark at the head of a slip gets onto the paper.
    pub mark: Mark,
}

/// How the mark at the head of a slip gets onto the paper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Not at all.
    Absent,
    /// As dots in the job.
    Dots,
    /// From the printer's own memory, which holds [`Profile::mark_picture`] under this name.
    Kept(KeyCode),
}

/// How a slip is parted from the roll.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cutter {
    /// By hand: it is fed past the tear bar.
    None,
    /// Cut but for one point, so that it does not fall.
    Partial,
    /// Cut through.
    Full,
}

impl Profile {
    /// A usual 58 mm printer: 384 dots, torn by hand.
    pub const ROLL_58: Self = Self { dots: 384, cutter: Cutter::None, ..Self::ROLL_80 };
    /// A usual 80 mm printer: 576 dots with a cutter.
    pub const ROLL_80: Self = Self {
        dots: 576,
        density: Density::Dpi203,
        band_rows: 128,
        cutter: Cutter::Partial,
        set_motion_unit: true,
        characters: Characters::None,
        qr: false,
        mark: Mark::Dots,
    };

    /// The mark as this head prints it.
    pub fn mark_picture(&self) -> Bitmap {
        mark::picture(self.density.dots(SIDE).round() as u32)
    }

    /// Bytes that a command sent by half lacks at most.
    pub fn longest_command(&self) -> usize {
        usize::from(self.band_rows.max(1)) * self.dots.div_ceil(8) as usize
    }
}

/// White rows that are worth a feed command instead of raster.
const MIN_SKIP: u32 = 12;
/// From the head to the tear bar, for printers that do not know it themselves, in units: 16 mm are enough for nearly all.
const TEAR: f32 = 128.0;

/// The bytes that print `document` and part it from the roll.
///
/// # Errors
/// [`LayoutError`] if the document is unreasonably long or a QR payload does not fit into a symbol.
pub fn write(
    renderer: &mut Renderer,
    document: &Document,
    media: Media,
    profile: &Profile,
) -> Result<Vec<u8>, LayoutError> {
    if profile.characters == Characters::None {
        let layout = match profile.mark {
            Mark::Absent => renderer.layout(&without_mark(document), media)?,
            Mark::Dots | Mark::Kept(_) => renderer.layout(document, media)?,
        };
        return Ok(drawn(renderer, layout.at(profile.density), profile));
    }
    crate::flow::check_size(document)?;
    let columns = (profile.dots / grid::CELL).max(16) as usize;
    let pieces = grid::pieces(document, columns, profile.density, renderer.fonts())?;
    Ok(device::encode(&pieces, renderer, profile))
}

fn without_mark(document: &Document) -> Document {
    let mut document = document.clone();
    document.blocks.retain(|block| *block != Block::Mark);
    document
}

/// A slip as dots, with its mark from the printer's memory if that is where it is.
fn drawn(renderer: &mut Renderer, mut layout: Layout, profile: &Profile) -> Vec<u8> {
    let mut kept = None;
    if let (Mark::Kept(key), Some(page)) = (profile.mark, layout.pages.first_mut()) {
        page.items.retain(|item| match item {
            Item::Mark(rect) => {
                kept = Some((rect.y as u32, key));
                false
            }
            _ => true,
        });
    }
    let bitmap = renderer.raster(&layout);
    let Some((top, key)) = kept else { return encode(&bitmap, profile) };
    // Nothing stands beside the mark, which begins at the left edge of the roll.
    let below = top + profile.mark_picture().height();
    let mut out = start(profile);
    rows(&mut out, &bitmap, 0..top.min(bitmap.height()), profile);
    out.extend_from_slice(&graphics::print(key));
    rows(&mut out, &bitmap, below.min(bitmap.height())..bitmap.height(), profile);
    out.extend(part(profile));
    out
}

/// The bytes that print `bitmap` and part it from the roll.
pub fn encode(bitmap: &Bitmap, profile: &Profile) -> Vec<u8> {
    let mut out = start(profile);
    dots(&mut out, bitmap, profile);
    out.extend(part(profile));
    out
}

/// What a job begins with: nothing is set as an earlier one left it, and a feed's unit is a dot.
fn start(profile: &Profile) -> Vec<u8> {
    let mut out = vec![0x1b, b'@'];
    if profile.set_motion_unit {
        let dpi = profile.density.dpi();
        out.extend_from_slice(&[0x1d, b'P', dpi, dpi]);
    }
    out
}

/// A picture in bands, white fed.
fn dots(out: &mut Vec<u8>, bitmap: &Bitmap, profile: &Profile) {
    rows(out, bitmap, 0..bitmap.height(), profile);
}

/// Some rows of a picture in bands, white fed.
fn rows(out: &mut Vec<u8>, bitmap: &Bitmap, wanted: Range<u32>, profile: &Profile) {
    let width = bitmap.width().min(profile.dots);
    let Range { start, end: rows } = wanted;
    let mut y = start;
    while y < rows {
        let blank = (y..rows).take_while(|&y| bitmap.is_blank_row(y)).count() as u32;
        if blank >= MIN_SKIP || (blank > 0 && (y == start || y + blank == rows)) {
            feed(out, blank);
            y += blank;
            continue;
        }
        let end = band_end(bitmap, y, rows.min(y + u32::from(profile.band_rows.max(1))));
        band(out, bitmap, y..end, width, Band::default());
        y = end;
    }
}

/// The bytes that part from the roll what has been printed.
pub fn part(profile: &Profile) -> Vec<u8> {
    match profile.cutter {
        Cutter::None => {
            let mut out = Vec::new();
            feed(&mut out, profile.density.dots(TEAR) as u32);
            out
        }
        Cutter::Full => vec![0x1d, b'V', 65, 0],
        Cutter::Partial => vec![0x1d, b'V', 66, 0],
    }
}

/// Where a band that starts at `y` ends: at `limit`, or earlier at white rows worth skipping.
fn band_end(bitmap: &Bitmap, y: u32, limit: u32) -> u32 {
    let mut blank = 0;
    for row in y..limit {
        blank = if bitmap.is_blank_row(row) { blank + 1 } else { 0 };
        if blank >= MIN_SKIP && row + 1 > y + blank {
            return row + 1 - blank;
        }
    }
    limit
}

/// How a band is sent.
#[derive(Clone, Copy, Default)]
struct Band {
    /// The printer makes four dots of one.
    doubled: bool,
    /// With the white at its right end, because it stands in the middle.
    whole: bool,
}

fn band(out: &mut Vec<u8>, bitmap: &Bitmap, rows: Range<u32>, width: u32, how: Band) {
    let stride = width.div_ceil(8) as usize;
    // White at the right end is not sent: the line is slow and the head is idle there anyway.
    let used = |y| bitmap.row(y).iter().take(stride).rposition(|&byte| byte != 0).map_or(0, |at| at + 1);
    let used = rows.clone().map(used).max().unwrap_or(0).max(1);
    let bytes = if how.whole { stride } else { used };
    let height = rows.len();
    out.extend_from_slice(&[0x1d, b'v', b'0', if how.doubled { 3 } else { 0 }]);
    out.extend_from_slice(&(bytes as u16).to_le_bytes());
    out.extend_from_slice(&(height as u16).to_le_bytes());
    for y in rows {
        let row = bitmap.row(y);
        out.extend_from_slice(&row[..bytes.min(row.len())]);
        if bytes == stride
            && bitmap.width() > width
            && !width.is_multiple_of(8)
            && let Some(last) = out.last_mut()
        {
            *last &= 0xffu8 << (8 - width % 8);
        }
    }
}

fn feed(out: &mut Vec<u8>, mut rows: u32) {
    while rows > 0 {
        let step = rows.min(255);
        out.extend_from_slice(&[0x1b, b'J', step as u8]);
        rows -= step;
    }
}
