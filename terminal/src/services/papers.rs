//! Everything that can be asked for on paper beside receipts and tickets: guide, one-time notice, filled form for
//! residents, test page and report for technicians. On A4 where there is a page printer, else on the roll.

use super::health::Finding;
use super::{About, Terminal, Visit};
use crate::device::printer::Status;
use crate::ledger::{JobId, JobKind, LedgerError, Outlet};
use crate::slip::{self, Registered, TestPage};
use bianmin_document::{Document, Media};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::registration::RegistrationNumber;

/// Whether something can be printed, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanPrint {
    /// It comes out here.
    On(Outlet),
    /// The printer that is there cannot print now, because of this.
    NotNow(Outlet, Status),
    /// There is none.
    Nowhere,
}

impl Terminal {
    /// Where a document of several pages would come out: A4 where that works, else the roll. Non-blocking.
    pub fn can_print_pages(&self) -> CanPrint {
        match (self.can_print(Outlet::Page), self.can_print(Outlet::Slip)) {
            (CanPrint::On(outlet), _) | (_, CanPrint::On(outlet)) => CanPrint::On(outlet),
            (CanPrint::Nowhere, other) | (other, _) => other,
        }
    }

    /// Whether something would come out of this printer, as far as is known. Non-blocking.
    pub fn can_print(&self, outlet: Outlet) -> CanPrint {
        match self.printer(outlet) {
            _ if !self.has_printer(outlet) => CanPrint::Nowhere,
            status if status.can_print() => CanPrint::On(outlet),
            status => CanPrint::NotNow(outlet, status),
        }
    }

    /// Whether there is such a printer at all.
    pub fn has_printer(&self, outlet: Outlet) -> bool {
        !self.print_queue(outlet).printer.is_absent()
    }

    /// Prints the guide of an item: all of it on A4, or what to bring on the roll. Blocks on the disk; none if
    /// there is no printer for it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn print_guide(
        &self,
        item: &ServiceItem,
        language: Language,
        visit: Visit,
    ) -> Result<Option<JobId>, LedgerError> {
        self.print_somewhere(JobKind::Guide, About::Item(&item.code), visit, |outlet| {
            let media = if outlet == Outlet::Page { Media::A4 } else { Media::Roll80 };
            self.guide_document(item, language, media)
        })
    }

    /// Prints all that an application still lacks. Blocks on the disk; none if there is no printer for it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn print_notice(
        &self,
        item: &ServiceItem,
        body: &ApplicationBody,
        language: Language,
        visit: Visit,
    ) -> Result<Option<JobId>, LedgerError> {
        let body = self.normal(item, body);
        self.print_somewhere(JobKind::Notice, About::Item(&item.code), visit, |_| {
            self.notice_document(item, &body, language)
        })
    }

    /// Prints the filled-in form, with its number if it has one. Blocks on the disk; none if there is no A4 printer
    /// that works: a roll is no place for a form.
    ///
    /// # Errors
    /// The ledger cannot be written, or knows no such application.
    pub fn print_form(
        &self,
        item: &ServiceItem,
        body: &ApplicationBody,
        registration: Option<&RegistrationNumber>,
        language: Language,
        visit: Visit,
    ) -> Result<Option<JobId>, LedgerError> {
        if self.can_print(Outlet::Page) != CanPrint::On(Outlet::Page) {
            return Ok(None);
        }
        let record = match registration {
            Some(number) => self.ledger().record(number)?,
            None => None,
        };
        let registered =
            record.as_ref().map(|record| Registered { number: &record.registration, at: record.accepted_at });
        let document = self.form_document(item, &self.normal(item, body), registered, language);
        let about = registration.map_or(About::Item(&item.code), About::Application);
        self.print(JobKind::Form, Outlet::Page, about, document, Some(visit)).map(Some)
    }

    fn normal(&self, item: &ServiceItem, body: &ApplicationBody) -> ApplicationBody {
        let mut body = body.clone();
        body.normalise(item, &self.catalogue().fields);
        body
    }

    /// Prints a test page. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn print_test(&self, outlet: Outlet, language: Language) -> Result<JobId, LedgerError> {
        let facts = match outlet {
            Outlet::Slip => self.print_queue(outlet).printer.profile().facts(Texts::new(language)),
            Outlet::Page => Vec::new(),
        };
        let page = TestPage { facts: &facts, at: self.now(), place: &self.config().place, language };
        self.print(JobKind::Test, outlet, About::Nothing, page.document(), None)
    }

    /// Prints a ticket that is none, to see how tickets come out. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn print_sample_ticket(&self, language: Language) -> Result<JobId, LedgerError> {
        self.print(JobKind::Test, Outlet::Slip, About::Nothing, self.sample_ticket(language), None)
    }

    /// Prints what was found. Blocks on the disk; none if there is no printer for it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn print_report(
        &self,
        findings: &[Finding],
        language: Language,
    ) -> Result<Option<JobId>, LedgerError> {
        let CanPrint::On(outlet) = self.can_print_pages() else { return Ok(None) };
        let texts = Texts::new(language);
        let findings: Vec<slip::Finding> = findings
            .iter()
            .map(|finding| {
                let (part, state, advice) = finding.say(&texts);
                slip::Finding { part, state, advice }
            })
            .collect();
        let report = slip::Report {
            terminal: self.id(),
            at: self.now(),
            findings: &findings,
            place: &self.config().place,
            language,
        };
        self.print(JobKind::Report, outlet, About::Nothing, report.document(), None).map(Some)
    }

    fn print_somewhere(
        &self,
        kind: JobKind,
        about: About<'_>,
        visit: Visit,
        document: impl FnOnce(Outlet) -> Document,
    ) -> Result<Option<JobId>, LedgerError> {
        let CanPrint::On(outlet) = self.can_print_pages() else { return Ok(None) };
        self.print(kind, outlet, about, document(outlet), Some(visit)).map(Some)
    }
}
