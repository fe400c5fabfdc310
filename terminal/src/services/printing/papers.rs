//! Everything that can be asked for on paper beside receipts and tickets: guide, one-time notice, filled form for
//! residents, test page and report for technicians. On A4 where there is a page printer, else on the roll.

use super::{About, Printing, Visit};
use crate::ledger::{JobId, JobKind, LedgerError, Outlet};
use crate::services::devices::CanPrint;
use crate::services::health::Finding;
use crate::slip::{self, Registered, TestPage};
use bianmin_document::{Document, Media};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::{ApplicationBody, NormalizedBody};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::registration::RegistrationNumber;

impl Printing<'_> {
    /// Prints the guide of an item: all of it on A4, or what to bring on the roll. Blocks on the disk; none if
    /// there is no printer for it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn guide(
        self,
        item: &ServiceItem,
        language: Language,
        visit: Visit,
    ) -> Result<Option<JobId>, LedgerError> {
        self.order_somewhere(JobKind::Guide, About::Item(&item.code), visit, |outlet| {
            let media = if outlet == Outlet::Page { Media::A4 } else { Media::Roll80 };
            self.guide_document(item, language, media)
        })
    }

    /// Prints all that an application still lacks. Blocks on the disk; none if there is no printer for it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn notice(
        self,
        item: &ServiceItem,
        body: &ApplicationBody,
        language: Language,
        visit: Visit,
    ) -> Result<Option<JobId>, LedgerError> {
        let body = self.normal(item, body);
        self.order_somewhere(JobKind::Notice, About::Item(&item.code), visit, |_| {
            self.notice_document(item, &body, language)
        })
    }

    /// Prints the filled-in form, with its number if it has one. Blocks on the disk; none if there is no A4 printer
    /// that works: a roll is no place for a form.
    ///
    /// # Errors
    /// The ledger cannot be written, or knows no such application.
    pub fn form(
        self,
        item: &ServiceItem,
        body: &ApplicationBody,
        registration: Option<&RegistrationNumber>,
        language: Language,
        visit: Visit,
    ) -> Result<Option<JobId>, LedgerError> {
        if self.terminal.devices().can_print(Outlet::Page) != CanPrint::On(Outlet::Page) {
            return Ok(None);
        }
        let record = match registration {
            Some(number) => self.terminal.ledger().record(number)?,
            None => None,
        };
        let registered =
            record.as_ref().map(|record| Registered { number: &record.registration, at: record.accepted_at });
        let document = self.form_document(item, &self.normal(item, body), registered, language);
        let about = registration.map_or(About::Item(&item.code), About::Application);
        self.order(JobKind::Form, Outlet::Page, about, document, Some(visit)).map(Some)
    }

    fn normal(self, item: &ServiceItem, body: &ApplicationBody) -> NormalizedBody {
        NormalizedBody::of(body.clone(), item, &self.terminal.catalogue().fields)
    }

    /// Prints a test page. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn test_page(self, outlet: Outlet, language: Language) -> Result<JobId, LedgerError> {
        let facts = match outlet {
            Outlet::Slip => self.terminal.print_queue(outlet).printer.profile().facts(Texts::new(language)),
            Outlet::Page => Vec::new(),
        };
        let page = TestPage {
            facts: &facts,
            at: self.terminal.now(),
            place: &self.terminal.config().place,
            language,
        };
        self.order(JobKind::Test, outlet, About::Nothing, page.document(), None)
    }

    /// Prints what was found. Blocks on the disk; none if there is no printer for it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn report(self, findings: &[Finding], language: Language) -> Result<Option<JobId>, LedgerError> {
        let CanPrint::On(outlet) = self.terminal.devices().can_print_pages() else { return Ok(None) };
        let texts = Texts::new(language);
        let findings: Vec<slip::Finding> = findings
            .iter()
            .map(|finding| {
                let (part, state, advice) = finding.say(&texts);
                slip::Finding { part, state, advice }
            })
            .collect();
        let report = slip::Report {
            terminal: self.terminal.id(),
            at: self.terminal.now(),
            findings: &findings,
            place: &self.terminal.config().place,
            language,
        };
        self.order(JobKind::Report, outlet, About::Nothing, report.document(), None).map(Some)
    }

    fn order_somewhere(
        self,
        kind: JobKind,
        about: About<'_>,
        visit: Visit,
        document: impl FnOnce(Outlet) -> Document,
    ) -> Result<Option<JobId>, LedgerError> {
        let CanPrint::On(outlet) = self.terminal.devices().can_print_pages() else { return Ok(None) };
        self.order(kind, outlet, about, document(outlet), Some(visit)).map(Some)
    }
}
