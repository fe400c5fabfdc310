//! A receipt as a document and as a file.

use super::{SlipError, SlipForm, Terminal};
use crate::ledger::Outlet;
use crate::slip::{ReceiptSlip, Reprint};
use bianmin_document::{Document, Media, escpos};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;

impl Terminal {
    /// The document of a receipt. Blocks on the disk.
    ///
    /// # Errors
    /// Unknown here, or the ledger cannot be read.
    pub fn receipt_document(
        &self,
        registration: &RegistrationNumber,
        reprint: Option<Reprint>,
    ) -> Result<Document, SlipError> {
        let record =
            self.0.ledger.record(registration)?.ok_or_else(|| SlipError::Unknown(registration.clone()))?;
        if record.slip.is_past {
            return Err(SlipError::Past(registration.clone()));
        }
        let slip = ReceiptSlip {
            registration,
            accepted_at: record.accepted_at,
            token: &record.token,
            public_url: &self.0.ledger.identity().enrolled.public_url,
            facts: &record.slip,
            transfer: self.transfer(record.state),
            reprint,
        };
        Ok(slip.document(&self.0.config.place))
    }

    /// A receipt as a file. Blocks on the disk and on layout.
    ///
    /// # Errors
    /// Unknown here, or it cannot be made.
    pub fn slip(&self, registration: &RegistrationNumber, form: SlipForm) -> Result<Vec<u8>, SlipError> {
        let document = self.receipt_document(registration, None)?;
        self.draw(&document, form)
    }

    /// A document as a file. Blocks on layout.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn draw(&self, document: &Document, form: SlipForm) -> Result<Vec<u8>, SlipError> {
        let profile = self.print_queue(Outlet::Slip).printer.profile();
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

    /// The URL of a receipt, as its QR code holds it.
    pub fn receipt_url(&self, token: &str) -> String {
        Receipt::url(&self.0.ledger.identity().enrolled.public_url, token)
    }
}
