//! Documents as files and as bytes for a printer.

use super::Printing;
use crate::ledger::{LedgerError, Outlet, PaperUse};
use bianmin_document::escpos::{self, KeyCode, Mark};
use bianmin_document::{Document, Fonts, LayoutError, Media, PdfError, Renderer, UNITS_PER_MM};
use bianmin_protocol::registration::RegistrationNumber;
use std::sync::PoisonError;

/// From the head to the cutter, in millimetres.
const FEED: u32 = 15;

/// Why a slip cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SlipError {
    /// There is no such application here.
    #[error("there is no application {0} on this terminal")]
    Unknown(RegistrationNumber),
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The case ended so long ago that what the slip said is not kept any more.
    #[error("what the receipt of {0} said is not kept any more")]
    Past(RegistrationNumber),
    /// It cannot be laid out.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// It cannot become a PDF.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// In what form a slip is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipForm {
    /// A picture, as it comes out of the receipt printer.
    Png,
    /// Bytes for the receipt printer.
    Escpos,
    /// A PDF as wide as the 80 mm roll.
    Pdf,
    /// A PDF on A4.
    PdfA4,
}

impl Printing<'_> {
    /// A receipt as a file. Blocks on the disk and on layout.
    ///
    /// # Errors
    /// Unknown here, or it cannot be made.
    pub fn receipt_file(
        self,
        registration: &RegistrationNumber,
        form: SlipForm,
    ) -> Result<Vec<u8>, SlipError> {
        let document = self.receipt_document(registration, None)?;
        self.draw(&document, form)
    }

    /// A document as a file. Blocks on layout.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn draw(self, document: &Document, form: SlipForm) -> Result<Vec<u8>, SlipError> {
        let profile = self.terminal.print_queue(Outlet::Slip).printer.profile();
        let media = profile.media();
        self.with_renderer(|renderer| {
            Ok(match form {
                SlipForm::Png => {
                    let layout = renderer.layout(document, media)?.at(profile.bytes.density);
                    bianmin_document::png(&renderer.raster(&layout))
                }
                SlipForm::Escpos => escpos::write(renderer, document, media, &profile.bytes)?,
                SlipForm::Pdf => {
                    let layout = renderer.layout(document, Media::Roll80)?;
                    renderer.pdf(&layout)?
                }
                SlipForm::PdfA4 => {
                    let layout = renderer.layout(document, Media::A4)?;
                    renderer.pdf(&layout)?
                }
            })
        })
    }

    /// Bytes for a printer, and the paper that they take. Blocks on layout.
    pub(super) fn draw_measured(
        self,
        document: &Document,
        outlet: Outlet,
        mark: Option<KeyCode>,
    ) -> Result<(Vec<u8>, PaperUse), SlipError> {
        match outlet {
            Outlet::Slip => {
                let profile = self.terminal.print_queue(outlet).printer.profile();
                let mark = mark.map_or(profile.bytes.mark, Mark::Kept);
                let bytes = escpos::Profile { mark, ..profile.bytes };
                self.with_renderer(|renderer| {
                    let slip = escpos::write(renderer, document, profile.media(), &bytes)?;
                    let layout = renderer.layout(document, profile.media())?;
                    let units: f32 = layout.pages.iter().map(|page| page.height).sum();
                    let millimetres = (units / UNITS_PER_MM) as u32 + FEED;
                    Ok((slip, PaperUse { millimetres, sheets: 0, cuts: 1 }))
                })
            }
            Outlet::Page => self.with_renderer(|renderer| {
                let layout = renderer.layout(document, Media::A4)?;
                let sheets = u32::try_from(layout.pages.len()).unwrap_or(u32::MAX);
                Ok((renderer.pdf(&layout)?, PaperUse { millimetres: 0, sheets, cuts: 0 }))
            }),
        }
    }

    fn with_renderer<T>(self, work: impl FnOnce(&mut Renderer) -> T) -> T {
        let mut renderer = self.state().renderer.lock().unwrap_or_else(PoisonError::into_inner);
        work(renderer.get_or_insert_with(|| Renderer::new(Fonts::bundled())))
    }
}
