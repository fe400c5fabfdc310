//! The printer's own characters, for text that is sent as text.
//!
//! Drawn from the font that the project ships, fitted into the fixed cells of a receipt printer. A character
//! that the font lacks comes out as a box: a real printer does the same, and a slip must not hide it.

use std::collections::HashMap;
use std::rc::Rc;

use swash::FontRef;
use swash::scale::{Render, ScaleContext, Source};

static FONT: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular.ttf");

/// Cells kept drawn. A slip uses a few hundred; garbage must not fill the memory.
const CACHE: usize = 1024;
/// Coverage from which a dot is black.
const THRESHOLD: u8 = 100;

/// The size of a character's cell in dots, before it is doubled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Cell {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// One character in its cell, a byte a dot, row after row.
#[derive(Debug)]
pub(super) struct Glyph {
    pub(super) cell: Cell,
    dots: Vec<bool>,
}

impl Glyph {
    pub(super) fn dot(&self, x: u32, y: u32) -> bool {
        self.dots.get((y * self.cell.width + x) as usize).copied().unwrap_or(false)
    }

    fn set(&mut self, x: u32, y: u32) {
        if x < self.cell.width && y < self.cell.height {
            self.dots[(y * self.cell.width + x) as usize] = true;
        }
    }

    fn blank(cell: Cell) -> Self {
        Self { cell, dots: vec![false; (cell.width * cell.height) as usize] }
    }

    fn boxed(cell: Cell) -> Self {
        let mut glyph = Self::blank(cell);
        let (right, bottom) = (cell.width.saturating_sub(2), cell.height.saturating_sub(3));
        for x in 1..=right {
            glyph.set(x, 2);
            glyph.set(x, bottom);
        }
        for y in 2..=bottom {
            glyph.set(1, y);
            glyph.set(right, y);
        }
        glyph
    }
}

/// The font in the printer's memory.
pub(super) struct Font {
    face: Option<FontRef<'static>>,
    scale: ScaleContext,
    drawn: HashMap<(char, Cell), Rc<Glyph>>,
}

impl Font {
    pub(super) fn new() -> Self {
        Self { face: FontRef::from_index(FONT, 0), scale: ScaleContext::new(), drawn: HashMap::new() }
    }

    pub(super) fn glyph(&mut self, character: Option<char>, cell: Cell) -> Rc<Glyph> {
        let Some(character) = character else { return Rc::new(Glyph::boxed(cell)) };
        if let Some(glyph) = self.drawn.get(&(character, cell)) {
            return Rc::clone(glyph);
        }
        if self.drawn.len() >= CACHE {
            self.drawn.clear();
        }
        let glyph = Rc::new(self.draw(character, cell).unwrap_or_else(|| Glyph::boxed(cell)));
        self.drawn.insert((character, cell), Rc::clone(&glyph));
        glyph
    }

    fn draw(&mut self, character: char, cell: Cell) -> Option<Glyph> {
        let face = self.face?;
        let id = face.charmap().map(character);
        if id == 0 {
            return None;
        }
        let mut glyph = Glyph::blank(cell);
        // Square cells are filled by the em square; the narrow ones of Latin letters need a margin.
        let narrow = cell.width < cell.height;
        let size = cell.height as f32 * if narrow { 0.88 } else { 1.0 };
        let mut scaler = self.scale.builder(face).size(size).hint(false).build();
        let Some(image) = Render::new(&[Source::Outline]).render(&mut scaler, id) else {
            // A space has no outline.
            return Some(glyph);
        };
        let place = image.placement;
        let advance = face.glyph_metrics(&[]).scale(size).advance_width(id);
        // Wide letters are squeezed rather than cut: an M must not turn into an N.
        let squeeze = (cell.width as f32 / advance.max(1.0)).min(1.0);
        let indent = ((cell.width as f32 - advance * squeeze) / 2.0).max(0.0);
        let baseline = (cell.height as f32 * if narrow { 0.82 } else { 0.88 }).round() as i32;
        for y in 0..place.height {
            for x in 0..place.width {
                if image.data.get((y * place.width + x) as usize).is_none_or(|&cover| cover < THRESHOLD) {
                    continue;
                }
                let left = indent + (place.left + x as i32) as f32 * squeeze;
                let top = baseline - place.top + y as i32;
                if let (Ok(top), true) = (u32::try_from(top), left > -1.0) {
                    glyph.set(left.round().max(0.0) as u32, top);
                }
            }
        }
        Some(glyph)
    }
}
