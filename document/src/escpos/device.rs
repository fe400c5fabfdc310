//! Lines on the grid to bytes: text where the printer has its characters, dots for the lines in which it lacks one.

use super::characters::cells;
use super::grid::{CELL, CharacterLine, LEADING, Piece};
use super::{Band, Mark, Profile, band, dots, feed, graphics, part, start};
use crate::text::Style;
use crate::{Bitmap, Ink, Item, Page, Renderer, Weight};

/// Em of the characters that are drawn beside the printer's own, in dots: they are as large.
const EM: f32 = 24.0;
/// White below the mark.
const BELOW_MARK: u32 = 10;
/// Thickness of a line across.
const RULE: u32 = 2;

/// The bytes that print these pieces and part them from the roll.
pub(super) fn encode(pieces: &[Piece], renderer: &mut Renderer, profile: &Profile) -> Vec<u8> {
    let mut out = Out { bytes: Vec::new(), now: Modes::default(), renderer, profile };
    // Initialised, in Chinese mode, with the signs of ASCII as they are, and lines as far apart as is usual here.
    out.bytes.extend(start(profile));
    out.bytes.extend_from_slice(&[0x1c, b'&', 0x1b, b'R', 0]);
    let mut white = 0;
    for piece in pieces {
        if let Piece::Feed(dots) = piece {
            white += dots;
            continue;
        }
        feed(&mut out.bytes, std::mem::take(&mut white));
        match piece {
            Piece::Feed(_) => {}
            Piece::Mark => white += out.mark(),
            Piece::Rule => out.rule(),
            Piece::Line(line) => out.line(line),
            Piece::Qr { payload, code, module } => out.qr(payload, code, *module),
        }
    }
    feed(&mut out.bytes, white);
    out.bytes.extend(part(profile));
    out.bytes
}

/// What the printer is set to.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Modes {
    size: u8,
    bold: bool,
    reverse: bool,
    leading: u8,
    centred: bool,
}

struct Out<'a> {
    bytes: Vec<u8>,
    now: Modes,
    renderer: &'a mut Renderer,
    profile: &'a Profile,
}

impl Out<'_> {
    /// Sets what is not set so yet.
    fn set(&mut self, wanted: Modes) {
        let now = std::mem::replace(&mut self.now, wanted);
        if now.size != wanted.size {
            self.bytes.extend_from_slice(&[0x1d, b'!', wanted.size]);
        }
        if now.bold != wanted.bold {
            self.bytes.extend_from_slice(&[0x1b, b'E', u8::from(wanted.bold)]);
        }
        if now.reverse != wanted.reverse {
            self.bytes.extend_from_slice(&[0x1d, b'B', u8::from(wanted.reverse)]);
        }
        if now.leading != wanted.leading {
            self.bytes.extend_from_slice(&[0x1b, b'3', wanted.leading]);
        }
        if now.centred != wanted.centred {
            self.bytes.extend_from_slice(&[0x1b, b'a', u8::from(wanted.centred)]);
        }
    }

    fn line(&mut self, line: &CharacterLine) {
        let characters = self.profile.characters;
        let has = |c| characters.bytes(c).is_some();
        if !line.segments.iter().all(|segment| segment.text.chars().all(has)) {
            return self.drawn_line(line);
        }
        let (across, down) = (line.across.clamp(1, 8), line.down.clamp(1, 8));
        let leading = (LEADING + 24 * (down - 1)) as u8;
        let size = ((across - 1) << 4 | (down - 1)) as u8;
        let mut column = 0;
        for segment in &line.segments {
            if segment.text.is_empty() {
                continue;
            }
            self.set(Modes { size, bold: segment.bold, reverse: line.reverse, leading, centred: false });
            self.move_to(column, segment.column);
            column = segment.column;
            for c in segment.text.chars() {
                self.bytes.extend(characters.bytes(c).unwrap_or_default());
                column += cells(c, self.renderer.fonts());
            }
        }
        self.set(Modes { leading, ..self.now });
        self.bytes.push(b'\n');
    }

    fn move_to(&mut self, from: usize, to: usize) {
        match to.saturating_sub(from) {
            // Fewer bytes than the command that sets a position.
            spaces @ 0..=4 => self.bytes.extend(std::iter::repeat_n(b' ', spaces)),
            _ => {
                let dots = (to as u32 * CELL) as u16;
                self.bytes.extend_from_slice(&[0x1b, b'$']);
                self.bytes.extend_from_slice(&dots.to_le_bytes());
            }
        }
    }

    /// A line with a character that the printer lacks: the whole of it as dots, in the same places.
    fn drawn_line(&mut self, line: &CharacterLine) {
        let (across, down) = (line.across.clamp(1, 8), line.down.clamp(1, 8) as f32);
        // On the same baseline as the printer's own, whose room is below them.
        let (leading, room) = (EM * down, LEADING as f32 - EM);
        let ink = if line.reverse { Ink::Paper } else { Ink::Black };
        let mut page = Page { width: self.profile.dots as f32, height: leading + room, items: Vec::new() };
        for segment in &line.segments {
            let weight = if segment.bold { Weight::Bold } else { Weight::Regular };
            let mut style = Style { size: EM * down, leading, weight, ink };
            let text_cells: usize = segment.text.chars().map(|c| cells(c, self.renderer.fonts())).sum();
            let wide = (text_cells as u32 * CELL * across) as f32;
            let shaper = self.renderer.shaper();
            let natural = shaper.width(&segment.text, style);
            if natural > wide {
                // Latin letters may be wider than their cells.
                style.size = (style.size * wide / natural).floor();
            }
            for drawn in shaper.lines(&segment.text, style, f32::MAX) {
                for mut item in drawn.items {
                    item.shift((segment.column as u32 * CELL * across) as f32, 0.0);
                    page.items.push(item);
                }
            }
        }
        if line.reverse {
            let rect = crate::Rect { x: 0.0, y: 0.0, w: page.width, h: leading };
            page.items.insert(0, Item::Fill { rect, radius: 0.0, ink: Ink::Black });
        }
        let bitmap = self.renderer.raster_page(&page);
        self.set(Modes { centred: false, ..self.now });
        dots(&mut self.bytes, &bitmap, self.profile);
    }

    /// The mark; how much white follows it.
    fn mark(&mut self) -> u32 {
        match self.profile.mark {
            Mark::Absent => return 0,
            Mark::Kept(key) => self.bytes.extend_from_slice(&graphics::print(key)),
            Mark::Dots => dots(&mut self.bytes, &self.profile.mark_picture(), self.profile),
        }
        BELOW_MARK
    }

    fn rule(&mut self) {
        let mut bitmap = Bitmap::new(self.profile.dots / 2, RULE / 2);
        for x in 0..bitmap.width() {
            bitmap.set(x as i32, 0, true);
        }
        self.set(Modes { centred: false, ..self.now });
        let how = Band { doubled: true, whole: false };
        band(&mut self.bytes, &bitmap, 0..bitmap.height(), bitmap.width(), how);
    }

    fn qr(&mut self, payload: &str, code: &crate::QrCode, module: u32) {
        self.set(Modes { centred: true, ..self.now });
        if self.profile.qr {
            let mut function = |function: u8, parameters: &[u8]| {
                let length = (parameters.len() + 2) as u16;
                self.bytes.extend_from_slice(&[0x1d, b'(', b'k']);
                self.bytes.extend_from_slice(&length.to_le_bytes());
                self.bytes.extend_from_slice(&[49, function]);
                self.bytes.extend_from_slice(parameters);
            };
            // Model 2, the side of a module, error level M, the data, print.
            function(65, &[50, 0]);
            function(67, &[module as u8]);
            function(69, &[49]);
            function(80, &[&[48], payload.as_bytes()].concat());
            function(81, &[48]);
            return;
        }
        // Every other dot, doubled by the printer, is a quarter of the bytes.
        let small = (module / 2).max(1);
        let side = code.side() as u32;
        let mut bitmap = Bitmap::new(side * small, side * small);
        for y in 0..side * small {
            for x in 0..side * small {
                bitmap.set(x as i32, y as i32, code.is_dark((x / small) as usize, (y / small) as usize));
            }
        }
        let (rows, band_rows) = (bitmap.height(), u32::from(self.profile.band_rows.max(2)) / 2);
        let mut y = 0;
        while y < rows {
            let end = rows.min(y + band_rows);
            // Centred pictures have to be equally wide, so that white at the right end is sent.
            band(&mut self.bytes, &bitmap, y..end, bitmap.width(), Band { doubled: true, whole: true });
            y = end;
        }
    }
}
