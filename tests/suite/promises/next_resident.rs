//! The next resident sees nothing: when a session is over, however it ended, nothing that was entered is in the
//! terminal's memory, its files, its log or a core.
//!
//! The real program in its window is filled in by mouse and keyboard; a twin in this process tells where to press.
//! What was typed has to be found in the program's memory first, so that the search is known to work.

use super::bench::Terminal;
use super::chance::Chance;
use crate::driver::Driver;
use crate::programs::{Hall, eventually};
use crate::window::{Display, Window};
use bianmin_kiosk::app::{App, Message};
use bianmin_kiosk::screen::{HardKey, Screen};
use bianmin_kiosk::services::Services;
use bianmin_terminal::config::Config;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Dots in a thousand that may differ between window and twin: the clock, the state of the network.
const ALIKE: usize = 20;
/// Letters that are typed before looking.
const AT_ONCE: usize = 4;
/// So much of what was typed is looked for: what was typed so far is as telling as the whole.
const TELLING: usize = 7;

/// What a resident enters, made up for one session, so that it is nowhere else.
struct Entered {
    name: String,
    id: String,
    phone: String,
    address: String,
}

impl Entered {
    fn new(chance: &mut Chance) -> Self {
        let mut letters = |count: usize| -> String {
            (0..count).map(|_| char::from(b'A' + chance.below(26) as u8)).collect()
        };
        let (name, address) = (letters(12), letters(14));
        let mut id = format!(
            "110105{}{:02}{:02}",
            1950 + chance.below(50),
            1 + chance.below(12),
            1 + chance.below(28)
        );
        id += &format!("{:03}", 1 + chance.below(998));
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 =
            id.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
        id.push(char::from(b"10X98765432"[(sum % 11) as usize]));
        let phone = format!("139{:08}", chance.below(100_000_000));
        Self { name, id, phone, address }
    }

    /// What must not be anywhere. Where a number begins, many begin.
    fn traces(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name", self.name[..TELLING].to_owned()),
            ("identity number", self.id[8..8 + TELLING + 2].to_owned()),
            ("phone", self.phone[2..2 + TELLING + 2].to_owned()),
            ("address", self.address[..TELLING].to_owned()),
        ]
    }
}

/// A terminal that runs in its window, and a hand that knows where things are on it.
pub struct Hand {
    pub display: Display,
    window: Window,
    pub twin: Driver,
    pub terminal: Terminal,
    folder: tempfile::TempDir,
    _twins: tempfile::TempDir,
    _hall: Hall,
}

impl Hand {
    /// At a terminal that waits so many seconds for its resident: by the machine's clock, which goes on while the hand is
    /// slow.
    pub fn new(idle_seconds: u32) -> Self {
        let hall = Hall::start(None);
        let terminal = Terminal::of(&hall);
        let twins = tempfile::tempdir().unwrap();
        terminal.identity.store(twins.path()).unwrap();
        std::fs::copy(terminal.catalogue_file(), twins.path().join("catalogue.sqlite")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kiosk.toml");
        std::fs::write(
            &file,
            format!(
                "[session]\nidle_seconds = {idle_seconds}\nwarning_seconds = 20\n[ledger]\nreserve_kb = 0\n"
            ),
        )
        .unwrap();
        let config = Config::load(&file).unwrap();
        let services = bianmin_terminal::services::Terminal::open(config, twins.path()).unwrap();
        let twin = Driver::new(App::new(Services::new(services)));
        let display = Display::start();
        let window = Window::open(&display, &terminal.kiosk, &file, folder.path());
        Self { display, window, twin, terminal, folder, _twins: twins, _hall: hall }
    }

    fn t(&self, key: &str) -> String {
        self.twin.app().context().t(key)
    }

    /// Waits until the window shows what the twin shows.
    #[track_caller]
    pub fn settle(&mut self) {
        self.settle_within(ALIKE);
    }

    /// The same, where so many dots in a thousand may differ.
    #[track_caller]
    fn settle_within(&mut self, alike: usize) {
        self.twin.send(Message::StatusChanged);
        let (_, _, wanted) = self.twin.draw();
        let mut differs = 0;
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            differs = self.display.differs_from(&wanted);
            if differs <= alike {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the window does not show {:?}: {differs} ‰ of it differ", self.twin.app().screen());
    }

    #[track_caller]
    fn press(&mut self, key: &str) {
        let words = self.t(key);
        self.press_words(&words);
    }

    #[track_caller]
    fn press_words(&mut self, words: &str) {
        self.settle();
        let (x, y) = self.twin.place(words).unwrap_or_else(|| panic!("{words} is not on the screen"));
        self.display.click(x, y);
        self.twin.press(words);
        self.settle();
    }

    /// Types a few letters at a time and looks for them. Capitals: others would be spelt to become Chinese.
    #[track_caller]
    fn write(&mut self, text: &str) {
        self.settle();
        for at in (0..text.len()).step_by(AT_ONCE) {
            let end = text.len().min(at + AT_ONCE);
            self.display.write(&text[at..end]);
            if end >= AT_ONCE {
                let typed = &text[..end];
                eventually("what was typed", || self.holds(typed).then_some(()));
            }
        }
        self.twin.write(text);
        self.settle();
    }

    fn enter(&mut self) {
        self.settle();
        self.display.key("Return");
        self.twin.send(Message::Hardware(HardKey::Enter));
        self.settle();
    }

    /// From the idle screen, or the first, to the notice of an application.
    fn begin(&mut self) {
        if matches!(self.twin.app().screen(), Screen::Idle(_)) {
            self.press("idle-touch");
        }
        let theme = self.terminal.catalogue.themes[0].name.clone();
        self.press_words(&theme);
        self.press_words("居民身份证补领");
        self.press("guide-apply");
        self.press("apply-notice-agree");
    }

    /// Who applies.
    fn identify(&mut self, who: &Entered) {
        self.write(&who.name);
        self.enter();
        self.write(&who.id);
    }

    /// The form, up to its end.
    fn fill(&mut self, who: &Entered) {
        // Options are chosen by their number, as on a keypad.
        for answer in [who.phone.as_str(), "1", "20251110", &who.address, "1"] {
            self.enter();
            self.write(answer);
        }
    }

    /// The materials, the last look, and off it goes; ends on the receipt.
    fn hand_in(&mut self) {
        self.enter();
        self.press("apply-material-here");
        self.press("apply-material-later");
        self.press("apply-undertaking-agree");
        self.enter();
        let submit = self.t("apply-review-submit");
        self.settle();
        let (x, y) = self.twin.place(&submit).unwrap();
        self.display.click(x, y);
        self.twin.press(&submit);
        let soon = Duration::from_secs(30);
        self.twin.until("the receipt", soon, |app| matches!(app.screen(), Screen::Receipt(_)));
        // The two receipts have different codes on them.
        self.settle_within(3 * ALIKE);
    }

    fn holds(&self, trace: &str) -> bool {
        is_in_memory(self.window.process(), trace)
    }

    /// What was typed is there while it is needed.
    #[track_caller]
    fn must_hold(&self, who: &Entered, what: &[&str]) {
        for (name, trace) in who.traces().iter().filter(|(name, _)| what.contains(name)) {
            eventually(&format!("the {name} to be typed"), || self.holds(trace).then_some(()));
        }
    }

    /// And gone when it is not.
    #[track_caller]
    fn must_have_forgotten(&self, who: &Entered, when: &str) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let traces = who.traces();
            let left: Vec<_> =
                traces.iter().filter(|(_, trace)| self.holds(trace)).map(|(name, _)| *name).collect();
            if left.is_empty() {
                break;
            }
            assert!(Instant::now() < deadline, "{when}: {left:?} still in the terminal's memory");
            std::thread::sleep(Duration::from_millis(50));
        }
        self.must_not_be_written(who, when);
    }

    /// In no file of the terminal: database, journals, log, spool, core.
    #[track_caller]
    fn must_not_be_written(&self, who: &Entered, when: &str) {
        for folder in [self.terminal.kiosk.folder.path(), self.folder.path()] {
            for file in files(folder) {
                let bytes = std::fs::read(&file).unwrap();
                for (name, trace) in who.traces() {
                    assert!(!holds(&bytes, &forms(&trace)), "{when}: the {name} is in {}", file.display());
                }
            }
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// A text as programs keep it.
fn forms(text: &str) -> [Vec<u8>; 3] {
    [
        text.as_bytes().to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect(),
    ]
}

fn holds(bytes: &[u8], forms: &[Vec<u8>]) -> bool {
    forms.iter().any(|form| memchr::memmem::find(bytes, form).is_some())
}

/// Looks through everything that the process can write to.
fn is_in_memory(process: u32, text: &str) -> bool {
    const PIECE: usize = 1 << 20;
    const OVERLAP: usize = 128;
    let forms = forms(text);
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem"))
        .unwrap_or_else(|error| panic!("another program's memory is read as root only: {error}"));
    let mut piece = vec![0; PIECE + OVERLAP];
    for line in maps.lines() {
        let mut columns = line.split_whitespace();
        let (range, rights) = (columns.next().unwrap(), columns.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (begin, end) = range.split_once('-').unwrap();
        let (mut at, end) = (u64::from_str_radix(begin, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
        while at < end {
            let want = piece.len().min((end - at) as usize);
            // What was given back meanwhile cannot be read.
            let Ok(count) = memory.read_at(&mut piece[..want], at) else { break };
            if holds(&piece[..count], &forms) {
                return true;
            }
            at += PIECE as u64;
        }
    }
    false
}

#[test]
fn nothing_of_a_session_is_left_when_its_resident_goes() {
    let mut chance = Chance::new("next residents");
    let mut hand = Hand::new(3600);

    let who = Entered::new(&mut chance);
    hand.begin();
    hand.identify(&who);
    hand.must_hold(&who, &["name", "identity number"]);
    hand.press("bar-home");
    hand.press("leaving-go");
    hand.must_have_forgotten(&who, "left while saying who they are");

    let who = Entered::new(&mut chance);
    hand.begin();
    hand.identify(&who);
    hand.fill(&who);
    hand.must_hold(&who, &["name", "identity number", "phone", "address"]);
    hand.press("bar-home");
    hand.press("leaving-go");
    hand.must_have_forgotten(&who, "left at the form's last page");

    let who = Entered::new(&mut chance);
    hand.begin();
    hand.identify(&who);
    hand.fill(&who);
    hand.hand_in();
    assert_eq!(hand.terminal.kiosk.outbox().len(), 1);
    // The question dims the code, which differs between the two.
    for key in ["receipt-done", "receipt-leaving-go"] {
        let words = hand.t(key);
        let (x, y) = hand.twin.place(&words).unwrap();
        hand.display.click(x, y);
        hand.twin.press(&words);
        hand.settle_within(3 * ALIKE);
    }
    hand.must_have_forgotten(&who, "handed in");

    // The last is killed in mid-session, in a way that would leave a core.
    let who = Entered::new(&mut chance);
    hand.begin();
    hand.identify(&who);
    hand.must_hold(&who, &["name", "identity number"]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", hand.window.process())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert!(core.split_whitespace().filter(|word| *word == "0").count() == 2, "{core}");
    hand.window.abort();
    hand.must_not_be_written(&who, "killed in mid-session");
}

#[test]
fn nothing_of_a_session_is_left_when_nobody_comes_back_to_it() {
    let mut chance = Chance::new("sessions that nobody ends");
    let mut hand = Hand::new(10);
    let who = Entered::new(&mut chance);
    hand.begin();
    hand.identify(&who);
    hand.must_hold(&who, &["name", "identity number"]);
    // Ten seconds until the warning, twenty more until the end.
    eventually("the end of the session", || {
        (!who.traces().iter().any(|(_, trace)| hand.holds(trace))).then_some(())
    });
    hand.must_have_forgotten(&who, "left standing");
}
