//! The terminal's screen as a resident meets it: from the start of the program to the first picture of 1080×1920,
//! what it holds in memory, and what it does while nobody touches it. The display is Xvfb, whose picture is a file.

use crate::table::{Row, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{Database, TestHall};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const WIDTH: usize = 1080;
const HEIGHT: usize = 1920;
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the idle terminal is watched.
const IDLE: Duration = Duration::from_secs(10);

pub fn run(table: &mut Table) {
    let Some(program) = program() else {
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
        command.args(words).env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY");
        command.stdout(Stdio::null());
        command
    };
    let code = runtime.block_on(hall.invite("HP"));
    assert!(kiosk(&["enrol", "--hall", &hall.url, "--code", &code]).status().unwrap().success());
    assert!(kiosk(&["sync", "--once"]).status().unwrap().success());
    let (mut start, mut memory, mut busy) = (Series::default(), Series::default(), Series::default());
    for round in 0..ROUNDS {
        display.wait(|colours| colours <= 1, "empty");
        let begun = Instant::now();
        let mut process = kiosk(&[]).spawn().unwrap();
        display.wait(|colours| colours >= 8, "a picture");
        start.push(begun.elapsed().as_secs_f64() * 1e3);
        // What it does at its start is not idling.
        std::thread::sleep(Duration::from_secs(3));
        memory.push(proportional(process.id()));
        if round < 3 {
            let before = ticks(process.id());
            std::thread::sleep(IDLE);
            busy.push((ticks(process.id()) - before) / IDLE.as_secs_f64());
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let row = |figure: &str, unit, ours, aim| Row {
        figure: figure.into(),
        unit,
        ours,
        beside: "–".into(),
        aim,
        ..Row::default()
    };
    table.add(row("screen: start to the first picture, 1080×1920", "ms", start, "≤ 150 ms"));
    table.add(row("screen: memory (PSS) on the first page", "MB", memory, "≤ 60 MB"));
    table.add(row("screen: processor while idle", "% of a core", busy, "0"));
}

fn program() -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    let program = here.parent()?.parent()?.join("bianmin-kiosk");
    program.exists().then_some(program)
}

/// Megabytes, with what is shared with other processes divided among them.
fn proportional(process: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0 / 1e6
}

/// Processor time so far in hundredths of a second.
fn ticks(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

struct Display {
    name: String,
    server: Child,
    picture: File,
    _folder: TempDir,
}

impl Display {
    fn start() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let number = (90..120).find(|number| !Path::new(&format!("/tmp/.X11-unix/X{number}")).exists())?;
        let name = format!(":{number}");
        let server = Command::new("Xvfb")
            .args([&name, "-screen", "0", &format!("{WIDTH}x{HEIGHT}x24"), "-nocursor", "-noreset", "-fbdir"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let path = folder.path().join("Xvfb_screen0");
        let deadline = Instant::now() + PATIENCE;
        while !path.exists() || !Path::new(&format!("/tmp/.X11-unix/X{number}")).exists() {
            assert!(Instant::now() < deadline, "Xvfb did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { name, server, picture: File::open(path).unwrap(), _folder: folder })
    }

    /// Waits until so many colours are on a few rows across the picture.
    fn wait(&self, enough: impl Fn(usize) -> bool, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !enough(self.colours()) {
            assert!(Instant::now() < deadline, "the display does not show {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn colours(&self) -> usize {
        let size = (WIDTH * HEIGHT * 4) as u64;
        let begin = self.picture.metadata().unwrap().len().saturating_sub(size);
        let mut row = vec![0; WIDTH * 4];
        let mut seen = std::collections::HashSet::new();
        for y in (100..HEIGHT).step_by(173) {
            if self.picture.read_exact_at(&mut row, begin + (y * WIDTH * 4) as u64).is_ok() {
                seen.extend(row.chunks_exact(4).map(|dot| [dot[0], dot[1], dot[2]]));
            }
        }
        seen.len()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
