//! How fine a head is, and a layout for it: what is on the paper stays as large, in other dots.

use crate::{Item, Layout, Page};

/// Dots to the inch of a receipt printer's head.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Density {
    /// 203 dpi, eight dots a millimetre: nearly every receipt printer.
    #[default]
    Dpi203,
    /// 180 dpi: 512 dots on an 80 mm roll.
    Dpi180,
}

impl Density {
    /// Dots to the inch.
    pub const fn dpi(self) -> u8 {
        match self {
            Self::Dpi203 => 203,
            Self::Dpi180 => 180,
        }
    }

    /// Dots of so many units of the layout.
    pub fn dots(self, units: f32) -> f32 {
        match self {
            Self::Dpi203 => units,
            Self::Dpi180 => units * 180.0 / 203.2,
        }
    }
}

impl Layout {
    /// The same on the paper of a head of this density, its unit being one dot. A QR code's modules stay whole dots and
    /// its middle where it was.
    #[must_use]
    pub fn at(mut self, density: Density) -> Self {
        if density != Density::Dpi203 {
            self.pages.iter_mut().for_each(|page| scale(page, |units| density.dots(units)));
        }
        self
    }
}

fn scale(page: &mut Page, dots: impl Fn(f32) -> f32) {
    page.width = dots(page.width).ceil();
    page.height = dots(page.height).ceil();
    for item in &mut page.items {
        match item {
            Item::Text(run) => {
                for value in [&mut run.x, &mut run.y, &mut run.size] {
                    *value = dots(*value);
                }
                for glyph in &mut run.glyphs {
                    (glyph.x, glyph.up) = (dots(glyph.x), dots(glyph.up));
                }
            }
            Item::Fill { rect, radius, .. } => {
                for value in [&mut rect.x, &mut rect.y, &mut rect.w, &mut rect.h, radius] {
                    *value = dots(*value);
                }
            }
            Item::Frame { rect, radius, thickness, .. } => {
                for value in [&mut rect.x, &mut rect.y, &mut rect.w, &mut rect.h, radius, thickness] {
                    *value = dots(*value);
                }
            }
            Item::Mark(rect) => {
                // Whole dots, so that it is the very picture that a printer keeps.
                for value in [&mut rect.x, &mut rect.y, &mut rect.w, &mut rect.h] {
                    *value = dots(*value).round();
                }
            }
            Item::Qr(mark) => {
                let side = (mark.module as usize * mark.code.side()) as f32;
                let module = dots(mark.module as f32).floor().max(1.0);
                let smaller = (dots(side) - module * mark.code.side() as f32) / 2.0;
                mark.x = (dots(mark.x) + smaller).round();
                mark.y = (dots(mark.y) + smaller).round();
                mark.module = module as u32;
            }
        }
    }
}
