//! The terminal as the screen and the command line see it: one handle, cheap to clone, with a handle for each kind of
//! work: [`Terminal::applications`], [`printing`](Terminal::printing), [`tickets`](Terminal::tickets),
//! [`devices`](Terminal::devices), [`health`](Terminal::health), [`hall`](Terminal::hall),
//! [`technician`](Terminal::technician). Each is in the file of its name.
//!
//! Blocking methods say so; the screen runs them off its thread. Background work (sending, printing) runs on
//! threads of its own, started once by [`Terminal::start`]. This module must not know any screen.

mod applications;
mod background;
mod devices;
mod hall;
pub mod health;
mod printing;
pub mod setup;
mod status;
mod technician;
mod tickets;

use crate::catalogue::{Catalogue, CatalogueStore};
use crate::config::Config;
use crate::device::page_printer::{PagePrinter, UriError};
use crate::device::receipt_printer::ReceiptPrinter;
use crate::ledger::identity::{IdentityError, TerminalIdentity};
use crate::ledger::{self, Ledger, LedgerError, Outlet};
use crate::pin::PinGuard;
use crate::sync::{Environment, HallClient, LinkState, Settings, SetupError, SyncHandle, Syncer, Vitals};
use applications::lookup;
use bianmin_protocol::ids::Millis;
use jiff::civil::{Date, DateTime};
use printing::PrintState;
use printing::queue::PrintQueue;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

pub use applications::Applications;
pub use applications::lookup::{CaseView, HallSays, Lookup, Scan};
pub use background::{Alone, alone};
pub use devices::{CanPrint, Devices};
pub use hall::HallLink;
pub use health::Health;
pub use printing::render::{SlipError, SlipForm};
pub use printing::reprints::Reprinted;
pub use printing::{About, Printing, Visit};
pub use status::Status;
pub use technician::{Jobs, Technician};
pub use tickets::Tickets;

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

/// The terminal.
#[derive(Clone)]
pub struct Terminal(Arc<Inner>);

struct Inner {
    config: Config,
    data: PathBuf,
    ledger: Ledger,
    catalogue: CatalogueStore,
    client: HallClient,
    printing: PrintState,
    vitals: watch::Sender<Vitals>,
    status: watch::Sender<Status>,
    link: watch::Receiver<LinkState>,
    sync: SyncHandle,
    pin_guard: PinGuard,
    tries: lookup::Tries,
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
        let printer = ReceiptPrinter::new(&config.printer);
        Self::open_with(config, data, printer)
    }

    /// The same with another printer than the configuration's, for tests.
    ///
    /// # Errors
    /// Not enrolled, or a file or the connection cannot be used.
    pub fn open_with(config: Config, data: &Path, printer: ReceiptPrinter) -> Result<Self, OpenError> {
        let page_printer = PagePrinter::new(&config.page_printer)?;
        let printing = PrintState::new(printer, page_printer);
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
            printer: *printing.queues[Outlet::Slip as usize].status.borrow(),
            page_printer: *printing.queues[Outlet::Page as usize].status.borrow(),
            intake: ledger.intake(),
        };
        let zone = jiff::tz::TimeZone::get(&config.place.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Ok(Self(Arc::new(Inner {
            config,
            data: data.to_owned(),
            ledger,
            catalogue,
            client,
            printing,
            vitals,
            status: watch::Sender::new(status),
            link,
            sync,
            pin_guard: PinGuard::new(data, Instant::now()),
            tries: lookup::Tries::new(Instant::now()),
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

    /// Applications: handing one in, and what is known of a case.
    pub fn applications(&self) -> Applications<'_> {
        Applications { terminal: self }
    }

    /// Printing: papers and what becomes of them.
    pub fn printing(&self) -> Printing<'_> {
        Printing { terminal: self }
    }

    /// Queue tickets.
    pub fn tickets(&self) -> Tickets<'_> {
        Tickets { terminal: self }
    }

    /// The devices: how each is, and what would come out of it.
    pub fn devices(&self) -> Devices<'_> {
        Devices { terminal: self }
    }

    /// How each part is, and what to do about it.
    pub fn health(&self) -> Health<'_> {
        Health { terminal: self }
    }

    /// The connection to the hall.
    pub fn hall(&self) -> HallLink<'_> {
        HallLink { terminal: self }
    }

    /// What only a technician does.
    pub fn technician(&self) -> Technician<'_> {
        Technician { terminal: self }
    }

    fn print_queue(&self, outlet: Outlet) -> &Arc<PrintQueue> {
        &self.0.printing.queues[outlet as usize]
    }

    fn syncer(&self) -> MutexGuard<'_, Option<Syncer>> {
        self.0.syncer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn days(days: u16) -> std::time::Duration {
    std::time::Duration::from_secs(u64::from(days) * 24 * 3600)
}

fn wall_clock() -> Millis {
    Millis(jiff::Timestamp::now().as_millisecond())
}
