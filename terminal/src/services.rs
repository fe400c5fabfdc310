//! The terminal as the screen and the command line see it: one handle, cheap to clone.
//!
//! Blocking methods say so; the screen runs them off its thread. Background work (sending, printing) runs on
//! threads of its own, started once by [`Terminal::start`]. This module must not know any screen.

mod background;
pub mod health;
mod lookup;
mod pages;
mod papers;
mod print_queue;
mod printing;
mod receipts;
mod reprints;
pub mod setup;
pub mod supply;

use crate::catalogue::{Catalogue, CatalogueStore};
use crate::config::Config;
use crate::device::printer::{PagePrinter, Printer, Status as PrinterStatus, UriError};
use crate::ledger::identity::{IdentityError, TerminalIdentity};
use crate::ledger::{
    self, AcceptError, Accepted, Counts, Draft, Intake, JobKind, JobState, Ledger, LedgerError, OutboxState,
    Outlet, PaperUse,
};
use crate::pin::{Pin, PinError, PinGuard, Try};
use crate::sync::{Environment, HallClient, LinkState, Settings, SetupError, SyncHandle, Syncer, Vitals};
use crate::transfer::Transfer;
use bianmin_document::escpos::{self, KeyCode, Mark};
use bianmin_document::{Document, Fonts, LayoutError, Media, PdfError, Renderer, UNITS_PER_MM};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use jiff::civil::{Date, DateTime};
use print_queue::{Driver, PrintQueue};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

pub use background::{Alone, alone};
pub use lookup::{CaseView, HallSays, Lookup, Scan};
pub use papers::CanPrint;
pub use printing::{About, Visit};
pub use reprints::Reprinted;

/// Why the terminal cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not enrolled, or the identity is damaged.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The connection to the hall cannot be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Another program uses this data folder.
    #[error("another bianmin-kiosk is running with this --data folder")]
    Busy,
    /// The page printer's address is none.
    #[error("page_printer.uri: {0}")]
    PagePrinter(#[from] UriError),
    /// A thread cannot be started.
    #[error("the system gives no thread: {0}")]
    Thread(#[from] std::io::Error),
}

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

/// How things stand, for the status strip and the technician.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The connection to the hall.
    pub link: LinkState,
    /// Applications, by where they stand.
    pub counts: Counts,
    /// The receipt printer.
    pub printer: PrinterStatus,
    /// The A4 printer.
    pub page_printer: PrinterStatus,
    /// Whether applications are accepted.
    pub intake: Intake,
}

/// The terminal.
#[derive(Clone)]
pub struct Terminal(Arc<Inner>);

struct Inner {
    config: Config,
    data: PathBuf,
    ledger: Ledger,
    catalogue: CatalogueStore,
    client: HallClient,
    /// By outlet.
    print_queues: [Arc<PrintQueue>; 2],
    /// Counts residents' visits.
    visit: Arc<AtomicU64>,
    /// Whether this process prints.
    is_working: AtomicBool,
    journal: watch::Sender<u64>,
    vitals: watch::Sender<Vitals>,
    status: watch::Sender<Status>,
    link: watch::Receiver<LinkState>,
    renderer: Mutex<Option<Renderer>>,
    sync: SyncHandle,
    pin_guard: PinGuard,
    tries: lookup::Tries,
    reprints: reprints::Reprints,
    syncer: Mutex<Option<Syncer>>,
    zone: jiff::tz::TimeZone,
    /// Held by the one process that prints and sends in the background.
    lock: Mutex<Option<std::fs::File>>,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terminal({})", self.id())
    }
}

impl Terminal {
    /// Opens an enrolled terminal's data folder.
    ///
    /// # Errors
    /// Not enrolled, or a file or the connection cannot be used.
    pub fn open(config: Config, data: &Path) -> Result<Self, OpenError> {
        let printer = Printer::new(&config.printer);
        Self::open_with(config, data, printer)
    }

    /// The same with another printer than the configuration's, for tests.
    ///
    /// # Errors
    /// Not enrolled, or a file or the connection cannot be used.
    pub fn open_with(config: Config, data: &Path, printer: Printer) -> Result<Self, OpenError> {
        let page_printer = PagePrinter::new(&config.page_printer)?;
        let print_queues = [Driver::Slip(printer), Driver::Page(page_printer)]
            .map(|driver| Arc::new(PrintQueue::new(driver)));
        let mut identity = TerminalIdentity::load(data)?;
        if let Some(url) = &config.hall.url {
            identity.hall_url = url.trim_end_matches('/').to_owned();
        }
        let options = ledger::Options {
            reserve: config.ledger.reserve_kb * 1024,
            keep_sealed: days(config.ledger.keep_sealed_days),
            keep_details: days(config.ledger.keep_details_days),
        };
        let ledger = Ledger::open(data, identity.clone(), &options)?;
        let catalogue = CatalogueStore::open(&data.join("catalogue.sqlite"), identity.enrolled.hall_key);
        let settings = Settings::from(&config.hall);
        let vitals = watch::Sender::new(Vitals::default());
        let syncer = Syncer::new(ledger.clone(), catalogue.clone(), &settings, Environment::default())?
            .with_vitals(vitals.subscribe());
        let client = syncer.client();
        let sync = syncer.handle();
        let link = sync.state();
        let status = Status {
            link: *link.borrow(),
            counts: ledger.counts()?,
            printer: *print_queues[0].status.borrow(),
            page_printer: *print_queues[1].status.borrow(),
            intake: ledger.intake(),
        };
        let zone = jiff::tz::TimeZone::get(&config.place.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Ok(Self(Arc::new(Inner {
            config,
            data: data.to_owned(),
            ledger,
            catalogue,
            client,
            print_queues,
            visit: Arc::default(),
            is_working: AtomicBool::new(false),
            journal: watch::Sender::new(0),
            vitals,
            status: watch::Sender::new(status),
            link,
            renderer: Mutex::new(None),
            sync,
            pin_guard: PinGuard::new(data, Instant::now()),
            tries: lookup::Tries::new(Instant::now()),
            reprints: reprints::Reprints::default(),
            syncer: Mutex::new(Some(syncer)),
            zone,
            lock: Mutex::new(None),
        })))
    }

    /// The terminal's id, as it stands in registration numbers.
    pub fn id(&self) -> &str {
        self.0.ledger.identity().enrolled.certificate.terminal.as_str()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// The ledger, for the technician's commands.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The catalogue of this moment.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.0.catalogue.snapshot()
    }

    /// Changes with every new catalogue.
    pub fn catalogue_changes(&self) -> watch::Receiver<Arc<Catalogue>> {
        self.0.catalogue.changes()
    }

    /// The wall clock, for showing and for records that are shown.
    pub fn now(&self) -> Millis {
        wall_clock()
    }

    /// A moment as this place's clocks show it.
    pub fn local(&self, at: Millis) -> DateTime {
        at.timestamp().to_zoned(self.0.zone.clone()).datetime()
    }

    /// The wall clock at this place.
    pub fn local_now(&self) -> DateTime {
        self.local(self.now())
    }

    /// The date by which items are offered and dates judged. A clock that stands before the catalogue's
    /// publication is wrong, and then the publication's date is the better one.
    pub fn today(&self) -> Date {
        let published = self.catalogue().published_at;
        self.now().max(published).timestamp().to_zoned(self.0.zone.clone()).date()
    }

    /// How things stand; refreshed in the background once [`Terminal::start`] was called.
    pub fn status(&self) -> Status {
        self.0.status.borrow().clone()
    }

    /// Changes with every change of the status.
    pub fn status_changes(&self) -> watch::Receiver<Status> {
        self.0.status.subscribe()
    }

    /// Accepts an application and queues its receipt for the printer. Blocks on the disk. When this returns,
    /// the application survives a power cut.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing was kept then.
    pub fn submit(&self, draft: Draft) -> Result<Accepted, AcceptError> {
        self.submit_for(None, draft)
    }

    /// The same in a resident's visit: with it ends what still waits for the printer.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing was kept then.
    pub fn submit_for(&self, visit: Option<Visit>, draft: Draft) -> Result<Accepted, AcceptError> {
        let catalogue = self.catalogue();
        let accepted = self.0.ledger.accept(draft, &catalogue.fields, self.now(), self.today())?;
        self.order_receipt(accepted.print_job, accepted.registration.clone(), 0, visit);
        self.refresh_status();
        Ok(accepted)
    }

    /// What is known of the newest printed receipt of an application. Blocks on the disk.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn print_state(
        &self,
        registration: &RegistrationNumber,
    ) -> Result<Option<(JobState, Option<String>)>, LedgerError> {
        let jobs = self.0.ledger.jobs(registration)?;
        let receipt = jobs.into_iter().rfind(|job| job.kind == JobKind::Receipt);
        Ok(receipt.map(|job| (job.state, job.reason)))
    }

    /// Changes whenever a print job moved on.
    pub fn journal_changes(&self) -> watch::Receiver<u64> {
        self.0.journal.subscribe()
    }

    /// Where an application of this state is on its way to the hall. Non-blocking.
    pub fn transfer(&self, state: OutboxState) -> Transfer {
        Transfer::of(state, self.0.ledger.is_revoked(), self.status().link.reachable)
    }

    /// Asks the hall whether it is up; the answer is its version.
    ///
    /// # Errors
    /// It cannot be reached, or something else answers.
    pub async fn health(&self) -> Result<String, crate::sync::HallError> {
        self.0.client.health().await.map(|health| health.version)
    }

    /// Asks for an attempt to send and fetch now. Non-blocking.
    pub fn send_now(&self) {
        self.0.sync.wake();
    }

    /// Whether a technician's PIN was set.
    pub fn has_pin(&self) -> bool {
        self.0.pin_guard.has_pin()
    }

    /// Tries a technician's PIN. Blocks on the disk and, on purpose, on its slow hash.
    ///
    /// # Errors
    /// The PIN's file is damaged, or the try cannot be counted: then it is not heard.
    pub fn try_pin(&self, pin: &Pin) -> Result<Try, PinError> {
        self.0.pin_guard.try_pin(&self.0.ledger, pin, Instant::now())
    }

    /// Bytes for a printer, and the paper that they take. Blocks on layout.
    fn draw_measured(
        &self,
        document: &Document,
        outlet: Outlet,
        mark: Option<KeyCode>,
    ) -> Result<(Vec<u8>, PaperUse), SlipError> {
        match outlet {
            Outlet::Slip => {
                let profile = self.print_queue(outlet).printer.profile();
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

    fn with_renderer<T>(&self, work: impl FnOnce(&mut Renderer) -> T) -> T {
        let mut renderer = self.lock_renderer();
        work(renderer.get_or_insert_with(|| Renderer::new(Fonts::bundled())))
    }

    fn lock_renderer(&self) -> MutexGuard<'_, Option<Renderer>> {
        self.0.renderer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks anew at what the status says; blocks on the disk for a moment.
    pub(crate) fn refresh_status(&self) {
        let inner = &self.0;
        let link = *inner.link.borrow();
        let (printer, page_printer) = (self.printer(Outlet::Slip), self.printer(Outlet::Page));
        let intake = inner.ledger.intake();
        let counts = inner.ledger.counts();
        let vitals = Vitals {
            printer: printer.key().to_owned(),
            intake_open: intake == Intake::Open,
            devices: self.device_reports(),
        };
        inner.vitals.send_if_modified(|known| {
            let changed = *known != vitals;
            *known = vitals;
            changed
        });
        inner.status.send_if_modified(|status| {
            // Counts that cannot be read stay what they were; the ledger's own error is told where it is used.
            let counts = counts.unwrap_or(status.counts);
            let next = Status { link, counts, printer, page_printer, intake };
            let changed = *status != next;
            *status = next;
            changed
        });
    }
}

/// From the head to the cutter, in millimetres.
const FEED: u32 = 15;

impl Drop for Inner {
    fn drop(&mut self) {
        for queue in &self.print_queues {
            queue.close();
        }
    }
}

fn days(days: u16) -> std::time::Duration {
    std::time::Duration::from_secs(u64::from(days) * 24 * 3600)
}

fn wall_clock() -> Millis {
    Millis(jiff::Timestamp::now().as_millisecond())
}
