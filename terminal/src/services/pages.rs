//! Pages that are made on the spot rather than kept: guides, filled-in forms and one-time notices, from the
//! catalogue and what the resident has on their screen. Nothing here is stored.

use super::Terminal;
use crate::slip::{FilledForm, GuidePage, OneTimeNotice, Registered, TicketSlip, missing};
use crate::wording;
use bianmin_document::{Document, Media};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;

impl Terminal {
    /// The guide of an item: all of it for A4, what to bring for a roll.
    pub fn guide_document(&self, item: &ServiceItem, language: Language, media: Media) -> Document {
        let catalogue = self.catalogue();
        let guide = GuidePage {
            item,
            fields: &catalogue.fields,
            place: &self.config().place,
            language,
            printed_on: self.today(),
            remark: wording::text(Texts::new(language), catalogue.notice()),
        };
        match media {
            Media::A4 => guide.sheet(),
            Media::Roll58 | Media::Roll80 => guide.roll(),
        }
    }

    /// The form as it was filled in. `body` has to be in normal form.
    pub fn form_document(
        &self,
        item: &ServiceItem,
        body: &ApplicationBody,
        registration: Option<Registered<'_>>,
        language: Language,
    ) -> Document {
        let catalogue = self.catalogue();
        let form = FilledForm {
            item,
            fields: &catalogue.fields,
            body,
            registration,
            place: &self.config().place,
            language,
            printed_on: self.today(),
            remark: wording::text(Texts::new(language), catalogue.notice()),
        };
        form.document()
    }

    /// What tickets look like here: nobody's place in any queue, and it says so first.
    pub fn sample_ticket(&self, language: Language) -> Document {
        let business = Texts::new(language).t("slip-ticket-sample-business");
        let ticket = TicketSlip {
            number: "A000",
            business: &business,
            ahead: 3,
            at: self.now(),
            wait_at: "",
            is_sample: true,
            place: &self.config().place,
            language,
        };
        ticket.document()
    }

    /// All that an application lacks, told at once. `body` has to be in normal form.
    pub fn notice_document(
        &self,
        item: &ServiceItem,
        body: &ApplicationBody,
        language: Language,
    ) -> Document {
        let catalogue = self.catalogue();
        let missing = missing(item, &catalogue.fields, body, self.today(), language);
        let notice = OneTimeNotice {
            item,
            missing: &missing,
            at: self.now(),
            place: &self.config().place,
            language,
            remark: wording::text(Texts::new(language), catalogue.notice()),
        };
        notice.document()
    }
}
