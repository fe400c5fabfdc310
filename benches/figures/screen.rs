//! The terminal's screen as a resident meets it: from the start of the program to the first picture, from a click to
//! the first pixel that it changes, what it holds in memory, and what it does while nobody touches it. Beside a page
//! with as many words and buttons in Chromium and in Qt Quick, without a graphics card as here. A click turns every
//! word of the page into another language, and the next one back.

use crate::display::{Display, Finger};
use crate::peer::{self, Tree};
use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{Database, TestHall};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long an idle program is watched: the terminal looks at its clock once in it.
const IDLE: Duration = Duration::from_secs(12);
/// What a program does at its start is not idling.
const WARM: Duration = Duration::from_secs(2);
const CLICKS: usize = 20;
/// Where the button for the other language is, on all of them.
const TURN: (u32, u32) = (980, 1845);
/// Pictures have more colours, through the smooth edges of letters.
const COLOURS: usize = 8;

pub fn run(table: &mut Table) {
    let Some(program) = built("bianmin-kiosk") else {
        eprintln!("  there is no release build of bianmin-kiosk: cargo build --release");
        return;
    };
    let Some(display) = Display::start() else {
        eprintln!("  Xvfb is not installed");
        return;
    };
    let runtime = runtime();
    let hall = runtime.block_on(TestHall::with_catalogue(Database::Sqlite));
    let data = TempDir::new().unwrap();
    let config = data.path().join("kiosk.toml");
    std::fs::write(&config, "[ledger]\nreserve_kb = 1024\n").unwrap();
    let kiosk = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["--config".as_ref(), config.as_os_str(), "--data".as_ref(), data.path().as_os_str()]);
        command.args(words);
        command
    };
    let code = runtime.block_on(hall.invite("HP"));
    assert!(
        kiosk(&["enrol", "--hall", &hall.url, "--code", &code])
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    assert!(kiosk(&["sync", "--once"]).stdout(Stdio::null()).status().unwrap().success());
    let mut ours = Figures::default();
    let mut peers = [
        ("Chromium --kiosk", chromium as fn(&Path) -> Option<Command>, Figures::default()),
        ("Qt Quick, software", qt, Figures::default()),
    ];
    for round in 0..ROUNDS {
        ours.round(&display, kiosk(&[]), true, round);
        for (_, start, figures) in &mut peers {
            let profile = TempDir::new().unwrap();
            if let Some(command) = start(profile.path()) {
                figures.round(&display, command, false, round);
            }
        }
    }
    for (name, _, theirs) in &peers {
        for ((figure, unit, aim, ours), theirs) in ours.rows().into_iter().zip(theirs.rows()) {
            table.add(FigureRow {
                figure: format!("screen, 1080×1920: {figure}"),
                unit,
                ours: ours.clone(),
                beside: (*name).into(),
                peer: theirs.3.clone(),
                aim,
                ..FigureRow::default()
            });
        }
    }
}

#[derive(Default)]
struct Figures {
    start: Series,
    median: Series,
    slow: Series,
    memory: Series,
    busy: Series,
}

impl Figures {
    /// Starts the program, clicks, watches it, and ends it. Where it `rests`, the first touch only wakes it.
    fn round(&mut self, display: &Display, mut command: Command, rests: bool, round: usize) {
        command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY");
        display.wait(|colours| colours <= 1, "empty");
        let begun = Instant::now();
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let tree = Tree(process.id());
        display.wait(|colours| colours >= COLOURS, "a picture");
        self.start.push(begun.elapsed().as_secs_f64() * 1e3);
        std::thread::sleep(WARM);
        display.settle();
        if let Some(mut finger) = Finger::on(display) {
            if rests {
                finger.time(display, (540, 960));
            }
            let mut times = Series::default();
            for _ in 0..CLICKS {
                display.settle();
                times.push(finger.time(display, TURN));
            }
            self.median.push(times.median());
            self.slow.push(times.percentile(0.95));
        }
        self.memory.push(tree.memory());
        if round < 3 {
            display.settle();
            let before = tree.processor();
            std::thread::sleep(IDLE);
            self.busy.push((tree.processor() - before) / IDLE.as_secs_f64() * 100.0);
        }
        tree.end();
        process.wait().unwrap();
    }

    fn rows(&self) -> [(&'static str, &'static str, &'static str, &Series); 5] {
        [
            ("start to the first picture, which can be clicked", "ms", "≤ 150 ms", &self.start),
            ("click to changed pixel, p50", "ms", "≤ 10 ms", &self.median),
            ("click to changed pixel, p95", "ms", "≤ 12 ms", &self.slow),
            ("memory (PSS) after 20 clicks", "MB", "≤ 60 MB", &self.memory),
            ("processor while idle", "% of a core", "0", &self.busy),
        ]
    }
}

/// A program of ours from the same build.
pub fn built(name: &str) -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    let program = here.parent()?.parent()?.join(name);
    program.exists().then_some(program)
}

fn fonts() -> String {
    format!("{}/../assets/fonts", env!("CARGO_MANIFEST_DIR"))
}

fn chromium(profile: &Path) -> Option<Command> {
    let page = peer::folder()?.join("page.html");
    let program =
        ["/usr/bin/chromium", "/usr/bin/google-chrome"].into_iter().find(|path| Path::new(path).exists())?;
    let mut command = Command::new(program);
    command.args([
        "--kiosk",
        "--window-size=1080,1920",
        "--window-position=0,0",
        "--allow-file-access-from-files",
    ]);
    // Nothing but the page: no network, no first words, and no sandbox, which root cannot have.
    command.args(["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]);
    command.args(["--disable-background-networking", "--disable-component-update"]);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("file://{}?fonts=file://{}", page.display(), fonts()));
    Some(command)
}

fn qt(_: &Path) -> Option<Command> {
    let mut command = Command::new(peer::python()?);
    command.arg(peer::folder()?.join("page.py")).arg(fonts());
    command.env("QT_QUICK_BACKEND", "software").env("QT_QPA_PLATFORM", "xcb");
    Some(command)
}
