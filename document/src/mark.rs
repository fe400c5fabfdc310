//! The mark at the head of every paper: somebody in an open gate. It is drawn from whole shapes, so that it is the same
//! in dots of any density, in a PDF and on a screen.

use crate::renderer::fill;
use crate::{Bitmap, Ink, Rect};

/// Side of the mark in units: 6 mm, large enough to be known again and small beside a title.
pub(crate) const SIDE: f32 = 48.0;

/// The shapes on a square of [`SIDE`], the earlier under the later: left, top, width, height, radius, colour.
const SHAPES: [(f32, f32, f32, f32, f32, Ink); 6] = [
    (0.0, 0.0, 48.0, 48.0, 10.0, Ink::Black),
    // The gate: a beam on two posts.
    (8.0, 9.0, 32.0, 5.0, 2.5, Ink::Paper),
    (11.0, 12.0, 5.0, 27.0, 1.0, Ink::Paper),
    (32.0, 12.0, 5.0, 27.0, 1.0, Ink::Paper),
    // Who comes through it: head and shoulders.
    (20.0, 18.0, 8.0, 8.0, 4.0, Ink::Paper),
    (19.0, 28.0, 10.0, 11.0, 4.0, Ink::Paper),
];

/// The shapes of a mark that fills the square `within`, with their radius and colour.
pub(crate) fn shapes(within: Rect) -> impl Iterator<Item = (Rect, f32, Ink)> {
    let scale = within.w / SIDE;
    SHAPES.into_iter().map(move |(x, y, w, h, radius, ink)| {
        let rect = Rect { x: within.x + x * scale, y: within.y + y * scale, w: w * scale, h: h * scale };
        (rect, radius * scale, ink)
    })
}

/// The mark alone, `side` dots wide and high: what a printer keeps in its own memory.
pub(crate) fn picture(side: u32) -> Bitmap {
    let mut bitmap = Bitmap::new(side, side);
    let side = side as f32;
    for (rect, radius, ink) in shapes(Rect { x: 0.0, y: 0.0, w: side, h: side }) {
        fill(&mut bitmap, rect, radius, ink != Ink::Paper);
    }
    bitmap
}
