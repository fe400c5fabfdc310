//! One model of a slip or page, and the three things it becomes: dots, printer bytes and a PDF.
//!
//! ```text
//! Document ──Renderer::layout──▶ Layout ──Renderer::raster──▶ Bitmap ──escpos::encode──▶ bytes
//!                                   └─────Renderer::pdf─────▶ PDF         └──png
//! ```
//!
//! Everything here is pure: no file, clock, network or printer. It must not know the protocol, the
//! catalogue or the user interface; whoever has a receipt to print says it in [`Block`]s, in words that
//! are already in the resident's language.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod density;
pub mod escpos;
mod flow;
mod fonts;
mod layout;
mod mark;
mod model;
mod outline;
mod page;
mod pdf;
mod qr;
mod raster;
mod renderer;
mod scale;
mod sfnt;
mod text;

pub use density::Density;
pub use fonts::{BOLD, FAMILY, Fonts, REGULAR, Weight, missing_glyphs};
pub use layout::{Glyph, Ink, Item, Layout, LayoutError, Media, Page, QrMark, Rect, TextRun, UNITS_PER_MM};
pub use model::{Block, Document, Row, Space, Step};
pub use pdf::PdfError;
pub use qr::QrCode;
pub use raster::{Bitmap, png};
pub use renderer::Renderer;
