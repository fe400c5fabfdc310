//! Printer bytes: a document as ESC/POS, and pictures back.
//!
//! [`write`] uses the printer's own characters and QR codes where its [`Profile`] says that it has them, and dots
//! for the lines that need them, because no printer has all names. Without characters all of it is a picture, in
//! what nearly every receipt printer understands: `ESC @`, `GS v 0` in bands of limited height, `ESC J` over white,
//! `GS V` to cut. [`decode`] is the other direction for tests; it must survive anything.

mod characters;
mod decode;
mod device;
mod grid;

pub use characters::Characters;

pub use decode::{DecodeError, Decoded, Decoder, Event, MAX_ROWS, decode};

use crate::{Bitmap, Document, LayoutError, Media, Renderer};

/// What a printer is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Dots across its head; wider pictures are cut off at the right.
    pub dots: u32,
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
        band_rows: 128,
        cutter: Cutter::Partial,
        set_motion_unit: true,
        characters: Characters::None,
        qr: false,
    };

    /// Bytes that a command sent by half lacks at most.
    pub fn longest_command(&self) -> usize {
        usize::from(self.band_rows.max(1)) * self.dots.div_ceil(8) as usize
    }
}

/// White rows that are worth a feed command instead of raster.
const MIN_SKIP: u32 = 12;
/// Rows from the head to the tear bar, for printers that do not know it themselves: 16 mm are enough for nearly all.
const TEAR_ROWS: u32 = 128;

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
        let layout = renderer.layout(document, media)?;
        return Ok(encode(&renderer.raster(&layout), profile));
    }
    crate::flow::check_size(document)?;
    let columns = (profile.dots / grid::CELL).max(16) as usize;
    let pieces = grid::pieces(document, columns, renderer.fonts())?;
    Ok(device::encode(&pieces, renderer, profile))
}

/// The bytes that print `bitmap` and part it from the roll.
pub fn encode(bitmap: &Bitmap, profile: &Profile) -> Vec<u8> {
    let mut out = vec![0x1b, b'@'];
    if profile.set_motion_unit {
        out.extend_from_slice(&[0x1d, b'P', 203, 203]);
    }
    dots(&mut out, bitmap, profile);
    out.extend(part(profile));
    out
}

/// A picture in bands, white fed.
fn dots(out: &mut Vec<u8>, bitmap: &Bitmap, profile: &Profile) {
    let width = bitmap.width().min(profile.dots);
    let rows = bitmap.height();
    let mut y = 0;
    while y < rows {
        let blank = (y..rows).take_while(|&y| bitmap.is_blank_row(y)).count() as u32;
        if blank >= MIN_SKIP || (blank > 0 && (y == 0 || y + blank == rows)) {
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
            feed(&mut out, TEAR_ROWS);
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

fn band(out: &mut Vec<u8>, bitmap: &Bitmap, rows: std::ops::Range<u32>, width: u32, how: Band) {
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
