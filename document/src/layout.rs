//! Where everything goes: the one result that dots, printer bytes and PDF are made from.
//!
//! The unit is an eighth of a millimetre, which is one dot of the usual 203 dpi (8 dots/mm) receipt printer,
//! so that on a roll the layout is exact to the dot. y grows downwards.

use std::fmt;

use crate::{QrCode, Weight};

/// Layout units in a millimetre.
pub const UNITS_PER_MM: f32 = 8.0;

/// The paper.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Media {
    /// A 58 mm roll: 384 dots of 203 dpi in the middle of it.
    Roll58,
    /// An 80 mm roll: 576 dots of 203 dpi in the middle of it.
    Roll80,
    /// A4 sheets, upright, with page numbers.
    A4,
}

impl Media {
    /// Printable width in dots of 203 dpi (the whole sheet for A4).
    pub fn dots(self) -> u32 {
        match self {
            Self::Roll58 => 384,
            Self::Roll80 => 576,
            Self::A4 => 210 * 8,
        }
    }

    /// Width of the paper in millimetres.
    pub fn paper_mm(self) -> f32 {
        match self {
            Self::Roll58 => 58.0,
            Self::Roll80 => 80.0,
            Self::A4 => 210.0,
        }
    }
}

/// Why a document cannot be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Longer than any slip or guide: something else is wrong.
    #[error("the document is too long for this paper")]
    TooLong,
    /// A QR code's payload does not fit into the largest symbol.
    #[error("a QR code's payload of {bytes} bytes is too long")]
    QrTooLong {
        /// Bytes of the payload.
        bytes: usize,
    },
}

/// Positioned content. A roll has one page as long as it needs; A4 has one or more.
#[derive(Clone)]
pub struct Layout {
    /// The paper it was laid out for.
    pub media: Media,
    /// The pages, at least one.
    pub pages: Vec<Page>,
    /// BCP 47 tag of the words.
    pub language: String,
    /// The document's first title, or nothing.
    pub title: String,
}

/// One page.
#[derive(Clone)]
pub struct Page {
    /// Width in units.
    pub width: f32,
    /// Height in units.
    pub height: f32,
    /// What is drawn, the earlier under the later.
    pub items: Vec<Item>,
}

/// Something drawn.
#[derive(Clone)]
pub enum Item {
    /// A line or part of a line of text.
    Text(TextRun),
    /// A filled rectangle with round corners.
    Fill {
        /// Where.
        rect: Rect,
        /// Radius of the corners.
        radius: f32,
        /// Its colour.
        ink: Ink,
    },
    /// The outline of a rectangle with round corners, drawn inside `rect`.
    Frame {
        /// Where.
        rect: Rect,
        /// Radius of the corners, outside.
        radius: f32,
        /// Thickness of the line.
        thickness: f32,
        /// Its colour.
        ink: Ink,
    },
    /// A QR code.
    Qr(QrMark),
    /// The project's mark in a square.
    Mark(Rect),
}

/// A rectangle in units.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// A colour by its role. A thermal printer has only black, so [`Ink::Soft`] is grey in a PDF alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ink {
    /// Main text.
    Black,
    /// Labels and small print.
    Soft,
    /// On black.
    Paper,
}

/// Shaped text of one size and weight on one baseline.
#[derive(Clone)]
pub struct TextRun {
    /// Left end.
    pub x: f32,
    /// Baseline.
    pub y: f32,
    /// Size of the em.
    pub size: f32,
    /// The face.
    pub weight: Weight,
    /// The colour.
    pub ink: Ink,
    /// The text, for extraction.
    pub text: String,
    /// The glyphs from left to right.
    pub glyphs: Vec<Glyph>,
    /// The character that this run stands for when it is the code point in a missing character's box.
    pub stands_for: Option<char>,
}

/// One glyph of a run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Glyph {
    /// Glyph id in the run's face.
    pub id: u16,
    /// Offset of its origin from the run's left end.
    pub x: f32,
    /// Offset of its origin upwards from the baseline.
    pub up: f32,
    /// First byte of its cluster in the run's text.
    pub start: u32,
    /// End of its cluster in the run's text.
    pub end: u32,
}

/// A QR code's place.
#[derive(Clone)]
pub struct QrMark {
    /// Left edge of the first module, without the quiet zone.
    pub x: f32,
    /// Top edge of the first module, without the quiet zone.
    pub y: f32,
    /// Side of a module: a whole number of units.
    pub module: u32,
    /// The symbol.
    pub code: QrCode,
}

impl Item {
    /// Keeps what of a rectangle is between two heights.
    pub(crate) fn clip(&mut self, from: f32, to: f32) {
        if let Self::Fill { rect, .. } | Self::Frame { rect, .. } = self {
            let bottom = (rect.y + rect.h).min(to);
            rect.y = rect.y.max(from);
            rect.h = bottom - rect.y;
        }
    }

    /// Moves the item.
    pub(crate) fn shift(&mut self, dx: f32, dy: f32) {
        let (x, y) = match self {
            Self::Text(run) => (&mut run.x, &mut run.y),
            Self::Fill { rect, .. } | Self::Frame { rect, .. } | Self::Mark(rect) => {
                (&mut rect.x, &mut rect.y)
            }
            Self::Qr(mark) => (&mut mark.x, &mut mark.y),
        };
        *x += dx;
        *y += dy;
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("media", &self.media).field("pages", &self.pages.len()).finish()
    }
}
