//! What papers say: a receipt from the ledger's facts; guides, filled-in forms and one-time notices on the spot, from
//! the catalogue and what the resident has on their screen. Nothing here is stored.

use super::Printing;
use super::render::SlipError;
use crate::slip::{FilledForm, GuidePage, OneTimeNotice, ReceiptSlip, Registered, Reprint, missing};
use crate::wording;
use bianmin_document::{Document, Media};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::NormalizedBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::registration::RegistrationNumber;

impl Printing<'_> {
    /// The document of a receipt. Blocks on the disk.
    ///
    /// # Errors
    /// Unknown here, or the ledger cannot be read.
    pub fn receipt_document(
        self,
        registration: &RegistrationNumber,
        reprint: Option<Reprint>,
    ) -> Result<Document, SlipError> {
        let terminal = self.terminal;
        let record = terminal.ledger().record(registration)?;
        let record = record.ok_or_else(|| SlipError::Unknown(registration.clone()))?;
        if record.slip.is_past {
            return Err(SlipError::Past(registration.clone()));
        }
        let slip = ReceiptSlip {
            registration,
            accepted_at: record.accepted_at,
            token: &record.token,
            public_url: &terminal.ledger().identity().enrolled.public_url,
            facts: &record.slip,
            transfer: terminal.applications().transfer(record.state),
            reprint,
        };
        Ok(slip.document(&terminal.config().place))
    }

    /// The guide of an item: all of it for A4, what to bring for a roll.
    pub fn guide_document(self, item: &ServiceItem, language: Language, media: Media) -> Document {
        let catalogue = self.terminal.catalogue();
        let guide = GuidePage {
            item,
            fields: &catalogue.fields,
            place: &self.terminal.config().place,
            language,
            printed_on: self.terminal.today(),
            remark: wording::text(Texts::new(language), catalogue.notice()),
        };
        match media {
            Media::A4 => guide.sheet(),
            Media::Roll58 | Media::Roll80 => guide.roll(),
        }
    }

    /// The form as it was filled in.
    pub fn form_document(
        self,
        item: &ServiceItem,
        body: &NormalizedBody,
        registration: Option<Registered<'_>>,
        language: Language,
    ) -> Document {
        let catalogue = self.terminal.catalogue();
        let form = FilledForm {
            item,
            fields: &catalogue.fields,
            body,
            registration,
            place: &self.terminal.config().place,
            language,
            printed_on: self.terminal.today(),
            remark: wording::text(Texts::new(language), catalogue.notice()),
        };
        form.document()
    }

    /// All that an application lacks, told at once.
    pub fn notice_document(self, item: &ServiceItem, body: &NormalizedBody, language: Language) -> Document {
        let catalogue = self.terminal.catalogue();
        let missing = missing(item, &catalogue.fields, body, self.terminal.today(), language);
        let notice = OneTimeNotice {
            item,
            missing: &missing,
            at: self.terminal.now(),
            place: &self.terminal.config().place,
            language,
            remark: wording::text(Texts::new(language), catalogue.notice()),
        };
        notice.document()
    }
}
