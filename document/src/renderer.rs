//! The reusable engine: faces, shaping caches and glyph pictures that later slips profit from.

use std::collections::HashMap;

use cosmic_text::{CacheKey, CacheKeyFlags, SwashCache, SwashContent, fontdb};

use crate::mark;
use crate::outline::OutlineCache;
use crate::text::Shaper;
use crate::{
    Bitmap, Document, Fonts, Ink, Item, Layout, LayoutError, Media, Page, PdfError, QrMark, Rect, TextRun,
    Weight, flow, pdf,
};

/// Lays out and draws. Make one and keep it: the first slip warms it up. It is `Send`, so it can live on a
/// worker thread.
pub struct Renderer {
    shaper: Shaper,
    swash: SwashCache,
    glyphs: HashMap<(Weight, u32, u16), GlyphBits>,
    outlines: OutlineCache,
}

/// A glyph after thresholding: runs of black dots relative to its origin.
struct GlyphBits {
    spans: Vec<(i16, i16, u16)>,
}

/// Coverage from which a dot is black. Below a half, because a head burns thin strokes too light rather than
/// too dark and Chinese at 24 dots has strokes of little more than one dot.
const THRESHOLD: u8 = 112;
/// Glyph pictures kept; a terminal in daily use meets a few thousand.
const MAX_GLYPHS: usize = 8_000;

impl Renderer {
    /// An engine with these faces.
    pub fn new(fonts: Fonts) -> Self {
        Self {
            shaper: Shaper::new(fonts),
            swash: SwashCache::new(),
            glyphs: HashMap::new(),
            outlines: OutlineCache::default(),
        }
    }

    /// The faces.
    pub fn fonts(&self) -> &Fonts {
        &self.shaper.fonts
    }

    pub(crate) fn shaper(&mut self) -> &mut Shaper {
        &mut self.shaper
    }

    /// Puts `document` on `media`.
    ///
    /// # Errors
    /// [`LayoutError`] if the document is unreasonably long or a QR payload does not fit into a symbol.
    pub fn layout(&mut self, document: &Document, media: Media) -> Result<Layout, LayoutError> {
        flow::layout(&mut self.shaper, document, media)
    }

    /// The first page, a dot a unit: of 203 dpi unless the layout was made for another density. For a roll that is all
    /// of it.
    pub fn raster(&mut self, layout: &Layout) -> Bitmap {
        layout
            .pages
            .first()
            .map_or_else(|| Bitmap::new(layout.media.dots(), 0), |page| self.raster_page(page))
    }

    /// One page, a dot a unit.
    pub fn raster_page(&mut self, page: &Page) -> Bitmap {
        let mut bitmap = Bitmap::new(page.width as u32, page.height as u32);
        for item in &page.items {
            match item {
                Item::Text(run) => self.draw_text(&mut bitmap, run),
                Item::Fill { rect, radius, ink } => fill(&mut bitmap, *rect, *radius, *ink != Ink::Paper),
                Item::Frame { rect, radius, thickness, ink } => {
                    frame(&mut bitmap, *rect, *radius, *thickness, *ink != Ink::Paper);
                }
                Item::Qr(mark) => draw_qr(&mut bitmap, mark),
                Item::Mark(within) => {
                    for (rect, radius, ink) in mark::shapes(*within) {
                        fill(&mut bitmap, rect, radius, ink != Ink::Paper);
                    }
                }
            }
        }
        bitmap
    }

    /// All pages as a PDF with selectable text. The same layout always gives the same bytes.
    ///
    /// # Errors
    /// [`PdfError`] if the PDF library fails; it then is not the document's fault.
    pub fn pdf(&mut self, layout: &Layout) -> Result<Vec<u8>, PdfError> {
        pdf::write(layout, &self.shaper.fonts, &mut self.outlines)
    }

    fn draw_text(&mut self, bitmap: &mut Bitmap, run: &TextRun) {
        if self.glyphs.len() > MAX_GLYPHS {
            self.glyphs.clear();
        }
        for glyph in &run.glyphs {
            let x = (run.x + glyph.x).round() as i32;
            let y = (run.y - glyph.up).round() as i32;
            let bits = self.glyph(run.weight, run.size, glyph.id);
            for &(dx, dy, w) in &bits.spans {
                bitmap.set_span(x + i32::from(dx), y + i32::from(dy), i32::from(w), run.ink != Ink::Paper);
            }
        }
    }

    fn glyph(&mut self, weight: Weight, size: f32, id: u16) -> &GlyphBits {
        let Self { shaper, swash, glyphs, .. } = self;
        glyphs.entry((weight, size.to_bits(), id)).or_insert_with(|| {
            let (font, value) = match weight {
                Weight::Regular => (shaper.ids[0], 400),
                Weight::Bold => (shaper.ids[1], 700),
            };
            let (key, _, _) =
                CacheKey::new(font, id, size, (0.0, 0.0), fontdb::Weight(value), CacheKeyFlags::empty());
            let mut spans = Vec::new();
            if let Some(image) = swash.get_image_uncached(&mut shaper.system, key)
                && image.content == SwashContent::Mask
            {
                let place = image.placement;
                let rows = image.data.chunks_exact((place.width as usize).max(1));
                for (row, y) in rows.zip(-place.top..) {
                    let mut x = 0;
                    for run in row.chunk_by(|&a, &b| (a >= THRESHOLD) == (b >= THRESHOLD)) {
                        if run[0] >= THRESHOLD {
                            spans.push((clamp(place.left + x), clamp(y), run.len() as u16));
                        }
                        x += run.len() as i32;
                    }
                }
            }
            GlyphBits { spans }
        })
    }
}

fn clamp(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

/// How far inside a rectangle with round corners the middle of row `y` starts and ends.
fn extent(rect: Rect, radius: f32, y: f32) -> Option<(i32, i32)> {
    if y < rect.y || y > rect.y + rect.h {
        return None;
    }
    let radius = radius.min(rect.w / 2.0).min(rect.h / 2.0);
    let over = (rect.y + radius - y).max(y - (rect.y + rect.h - radius)).max(0.0);
    let inset = radius - (radius * radius - over * over).max(0.0).sqrt();
    Some(((rect.x + inset).round() as i32, (rect.x + rect.w - inset).round() as i32))
}

pub(crate) fn fill(bitmap: &mut Bitmap, rect: Rect, radius: f32, black: bool) {
    for y in rect.y.floor() as i32..(rect.y + rect.h).ceil() as i32 {
        if let Some((from, to)) = extent(rect, radius, y as f32 + 0.5) {
            bitmap.set_span(from, y, to - from, black);
        }
    }
}

fn frame(bitmap: &mut Bitmap, rect: Rect, radius: f32, t: f32, black: bool) {
    let inner = Rect { x: rect.x + t, y: rect.y + t, w: rect.w - 2.0 * t, h: rect.h - 2.0 * t };
    for y in rect.y.floor() as i32..(rect.y + rect.h).ceil() as i32 {
        let middle = y as f32 + 0.5;
        let Some((from, to)) = extent(rect, radius, middle) else { continue };
        match extent(inner, (radius - t).max(0.0), middle) {
            Some((inner_from, inner_to)) => {
                bitmap.set_span(from, y, inner_from - from, black);
                bitmap.set_span(inner_to, y, to - inner_to, black);
            }
            None => bitmap.set_span(from, y, to - from, black),
        }
    }
}

fn draw_qr(bitmap: &mut Bitmap, mark: &QrMark) {
    let module = mark.module as i32;
    for row in 0..mark.code.side() {
        for column in (0..mark.code.side()).filter(|&column| mark.code.is_dark(column, row)) {
            for dy in 0..module {
                let x = mark.x as i32 + column as i32 * module;
                bitmap.set_span(x, mark.y as i32 + row as i32 * module + dy, module, true);
            }
        }
    }
}
