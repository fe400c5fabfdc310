//! A display of 1080×1920 whose picture is a file (Xvfb), and a finger that clicks on it.

use crate::peer;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const WIDTH: usize = 1080;
const HEIGHT: usize = 1920;
const TIMEOUT: Duration = Duration::from_secs(30);
/// The strip at the top, where a clock may change by itself.
const TOP: usize = 150;
/// One row of so many is looked at.
const STEP: usize = 20;

pub struct Display {
    pub name: String,
    server: Child,
    picture: File,
    _folder: TempDir,
}

impl Display {
    /// None where Xvfb is not installed.
    pub fn start() -> Option<Self> {
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
        let deadline = Instant::now() + TIMEOUT;
        while !path.exists() || !Path::new(&format!("/tmp/.X11-unix/X{number}")).exists() {
            assert!(Instant::now() < deadline, "Xvfb did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { name, server, picture: File::open(path).unwrap(), _folder: folder })
    }

    /// Waits until so many colours are in the picture.
    pub fn wait(&self, enough: impl Fn(usize) -> bool, what: &str) {
        let deadline = Instant::now() + TIMEOUT;
        while !enough(self.colours()) {
            assert!(Instant::now() < deadline, "the display does not show {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn colours(&self) -> usize {
        let dots = self.dots();
        let colours: std::collections::HashSet<_> =
            dots.chunks_exact(4).map(|dot| [dot[0], dot[1], dot[2]]).collect();
        colours.len()
    }

    /// The rows that are looked at.
    pub fn dots(&self) -> Vec<u8> {
        let size = (WIDTH * HEIGHT * 4) as u64;
        let begin = self.picture.metadata().unwrap().len().saturating_sub(size);
        let rows: Vec<usize> = (TOP..HEIGHT).step_by(STEP).collect();
        let mut dots = vec![0; rows.len() * WIDTH * 4];
        for (y, row) in rows.into_iter().zip(dots.chunks_exact_mut(WIDTH * 4)) {
            self.picture.read_exact_at(row, begin + (y * WIDTH * 4) as u64).unwrap();
        }
        dots
    }

    /// Waits until nothing has changed for a while.
    pub fn settle(&self) {
        let deadline = Instant::now() + TIMEOUT;
        let (mut seen, mut since) = (self.dots(), Instant::now());
        while since.elapsed() < Duration::from_millis(150) {
            assert!(Instant::now() < deadline, "the picture never rests");
            std::thread::sleep(Duration::from_millis(10));
            let now = self.dots();
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Clicks through XTEST, as a touch that X makes a pointer of.
pub struct Finger {
    process: Child,
    report: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Finger {
    /// None where python-xlib is not installed.
    pub fn on(display: &Display) -> Option<Self> {
        let mut process = Command::new(peer::python()?)
            .arg(peer::folder()?.join("click.py"))
            .env("DISPLAY", &display.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let report = process.stdin.take()?;
        let says = BufReader::new(process.stdout.take()?);
        Some(Self { process, report, says })
    }

    pub fn click(&mut self, (x, y): (u32, u32)) {
        writeln!(self.report, "{x} {y}").unwrap();
    }

    /// Waits until it has clicked.
    pub fn has_clicked(&mut self) {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "clicked");
    }

    /// From the click to the first pixel that has changed, in milliseconds.
    pub fn time(&mut self, display: &Display, at: (u32, u32)) -> f64 {
        let before = display.dots();
        let begun = Instant::now();
        self.click(at);
        while display.dots() == before {
            assert!(begun.elapsed() < TIMEOUT, "a click changed nothing");
        }
        let time = begun.elapsed().as_secs_f64() * 1e3;
        self.has_clicked();
        time
    }
}

impl Drop for Finger {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
