//! A terminal of a simulation: the real ledger and the real sender, polled by hand, on a small disk of its own.

use super::image::{Image, LEDGER};
use super::line::{Clock, Request, TerminalLine};
use super::schedule::Weather;
use super::template::Template;
use crate::promises::bench::{draft, scan};
use crate::promises::chance::Chance;
use crate::promises::disks::SmallDisk;
use bianmin_protocol::ids::{ItemCode, Millis};
use bianmin_terminal::ledger::{AcceptError, Accepted, Ledger, LedgerError, Options};
use bianmin_terminal::sync::{Environment, NetEnvironment, Settings, SyncHandle, Syncer};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

/// Room on a terminal's disk.
pub const DISK_KB: usize = 4096;
const RESERVE: u64 = 256 * 1024;

/// A terminal's machine.
pub struct TerminalNode {
    pub at: usize,
    pub line: TerminalLine,
    pub weather: Weather,
    /// Its network's random numbers, of its own so that one terminal's luck does not change another's.
    pub chance: Chance,
    /// Counts starts and ends: what was on its way to an earlier life does not reach this one.
    pub life: u32,
    pub cut_in_answer: bool,
    /// The alarm that the schedule knows of.
    pub alarm: Option<u64>,
    template: Arc<Template>,
    clock: Clock,
    /// Milliseconds by which its clock is wrong.
    wrong_by: Arc<AtomicI64>,
    disk: Arc<SmallDisk>,
    /// Kilobytes that somebody else's file leaves.
    filled: Option<usize>,
    folder: PathBuf,
    running: Option<Running>,
}

struct Running {
    ledger: Ledger,
    sender: Pin<Box<dyn Future<Output = ()> + Send>>,
    handle: SyncHandle,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl TerminalNode {
    pub fn new(
        at: usize,
        disk: Arc<SmallDisk>,
        template: Arc<Template>,
        clock: Clock,
        chance: Chance,
    ) -> Self {
        let folder = disk.path().join("data");
        disk.free();
        let _ = std::fs::remove_dir_all(&folder);
        Self {
            at,
            line: TerminalLine::new(clock.clone()),
            weather: Weather::Clear,
            chance,
            life: 0,
            cut_in_answer: false,
            alarm: None,
            template,
            clock,
            wrong_by: Arc::default(),
            folder,
            disk,
            filled: None,
            running: None,
        }
    }

    pub fn set_clock(&self, wrong_by: i64) {
        self.wrong_by.store(wrong_by, Ordering::Relaxed);
    }

    pub fn ledger(&self) -> Option<&Ledger> {
        self.running.as_ref().map(|running| &running.ledger)
    }

    /// Somebody else's file takes the disk but so many kilobytes.
    pub fn fill(&mut self, kilobytes: usize) {
        self.disk.free();
        self.disk.fill_but(kilobytes);
        self.filled = Some(kilobytes);
    }

    pub fn free(&mut self) {
        self.disk.free();
        self.filled = None;
    }

    pub fn is_filled(&self) -> bool {
        self.filled.is_some()
    }

    pub fn wake(&self) {
        if let Some(running) = &self.running {
            running.handle.wake();
        }
    }

    fn now(&self) -> Millis {
        Millis(
            Template::BEGINNING.0
                + (self.clock.micros() / 1000) as i64
                + self.wrong_by.load(Ordering::Relaxed),
        )
    }

    /// Starts the program on what is on the disk.
    pub fn start(&mut self) -> Result<(), LedgerError> {
        self.life += 1;
        let identity = self.template.identities[self.at].clone();
        let options = Options { reserve: RESERVE, ..Options::default() };
        let ledger = Ledger::open(&self.folder, identity, &options)?;
        ledger.settle_journal(self.now())?;
        let (clock, wrong_by) = (self.clock.clone(), self.wrong_by.clone());
        let chance = Mutex::new(self.chance.fork());
        let environment = Environment {
            now: Arc::new(move || {
                let elapsed = (clock.micros() / 1000) as i64;
                Millis(Template::BEGINNING.0 + elapsed + wrong_by.load(Ordering::Relaxed))
            }),
            random: Arc::new(move || chance.lock().unwrap().next()),
            net: NetEnvironment::Simulated(Arc::new(self.line.clone())),
            ..Environment::default()
        };
        let catalogue = self.template.catalogue.clone();
        let syncer = Syncer::new(ledger.clone(), catalogue, &Settings::default(), environment).unwrap();
        let handle = syncer.handle();
        self.running = Some(Running { ledger, sender: Box::pin(syncer.run()), handle });
        Ok(())
    }

    /// Lets the sender go on as far as it can in this moment.
    pub fn poll(&mut self) -> Vec<(u64, Request)> {
        let Some(running) = &mut self.running else { return Vec::new() };
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(woken.clone());
        while woken.0.swap(false, Ordering::Relaxed) {
            self.line.clear_alarm();
            assert!(
                running.sender.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(),
                "the sender ended"
            );
        }
        self.line.outgoing()
    }

    /// What is on the disk now.
    pub fn image(&self) -> Image {
        Image::of(&self.folder, &LEDGER)
    }

    /// The program is killed: what it has written is there.
    pub fn kill(&mut self) {
        self.end(|image| image);
    }

    /// The power goes somewhere between `before` and now.
    pub fn cut(&mut self, before: &Image, chance: &mut Chance) {
        self.end(|after| Image::torn(before, &after, chance));
    }

    fn end(&mut self, on_disk: impl FnOnce(Image) -> Image) {
        let Some(running) = self.running.take() else { return };
        self.life += 1;
        let image = on_disk(self.image());
        // Leaving in good order would tidy the files up.
        drop(running);
        self.disk.free();
        image.put(&self.folder, &LEDGER).unwrap();
        // It is written after the commit was synced, so that no power cut leaves it ahead of the ledger, as it would be
        // here, where the files beside it are put back to a moment before.
        let _ = std::fs::remove_file(self.folder.join("identity.mark"));
        if let Some(kilobytes) = self.filled {
            self.disk.fill_but(kilobytes);
        }
        self.line.outgoing();
        self.line.clear_alarm();
        self.alarm = None;
        self.cut_in_answer = false;
    }

    /// A resident applies.
    pub fn accept(&self, with_file: bool) -> Option<Result<Accepted, AcceptError>> {
        let running = self.running.as_ref()?;
        let catalogue = self.template.catalogue.snapshot();
        let item = catalogue.get(&ItemCode::parse(Template::ITEM).unwrap()).unwrap();
        let file = if with_file { scan(300) } else { Vec::new() };
        let draft = draft(item, catalogue.revision, file);
        let now = self.now();
        // As the terminal judges it: a clock before the catalogue's publication is wrong.
        let today = now.max(catalogue.published_at).timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        Some(running.ledger.accept(draft, &catalogue.fields, now, today))
    }

    /// By its own clock.
    pub fn time(&self) -> Millis {
        self.now()
    }
}
