//! The real terminal in its real window, on a display without a screen, with a hand at its mouse and keyboard.

use crate::enrolled;
use crate::programs::{Kiosk, eventually, program, tool};
use bianmin_kiosk::app::{GUARD, REACH};
use bianmin_terminal::config::Config;
use std::cell::Cell;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub const WIDTH: u32 = 1080;
pub const HEIGHT: u32 = 1920;

/// An X server whose picture is a file.
pub struct Display {
    name: String,
    server: Child,
    picture: File,
    /// Where the hand was last.
    last: Cell<Option<(f32, f32)>>,
    _folder: tempfile::TempDir,
}

impl Display {
    pub fn start() -> Self {
        Self::of(WIDTH, HEIGHT)
    }

    /// The same with so many dots.
    pub fn of(width: u32, height: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The server takes a free number and says which.
        let said = folder.path().join("number");
        let size = format!("{width}x{height}x24");
        let server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &size,
                "-nolisten",
                "tcp",
                "-noreset",
                "-nocursor",
                "-fbdir",
            ])
            .arg(folder.path())
            .stdout(File::create(&said).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("Xvfb is needed ({error}): run scripts/install.sh test"));
        let number = eventually("the display", || {
            let said = std::fs::read_to_string(&said).unwrap();
            said.ends_with('\n').then(|| said.trim().to_owned())
        });
        let picture = File::open(folder.path().join("Xvfb_screen0")).unwrap();
        Self { name: format!(":{number}"), server, picture, last: Cell::default(), _folder: folder }
    }

    /// How many dots are otherwise than in `rgba`, without the first `from`.
    pub fn differing(&self, rgba: &[u8], from: usize) -> usize {
        let shown = self.shown(rgba.len());
        let dots = shown.chunks_exact(4).zip(rgba.chunks_exact(4)).skip(from);
        dots.filter(|(shown, wanted)| (0..3).any(|channel| shown[2 - channel] != wanted[channel])).count()
    }

    /// The picture of the display, of so many bytes.
    fn shown(&self, size: usize) -> Vec<u8> {
        let mut shown = vec![0; size];
        let begin = self.picture.metadata().unwrap().len() - size as u64;
        self.picture.read_exact_at(&mut shown, begin).unwrap();
        shown
    }

    /// How many in a thousand of the dots of `rgba` are otherwise on the display.
    pub fn differs_from(&self, rgba: &[u8]) -> usize {
        /// One dot in so many is looked at, in each row others.
        const STEP: usize = 7;
        let shown = self.shown(rgba.len());
        let dots = shown.chunks_exact(4).zip(rgba.chunks_exact(4)).step_by(STEP);
        let looked_at = dots.len();
        let others = dots.filter(|(shown, wanted)| {
            // The display has blue first.
            (0..3).any(|channel| shown[2 - channel].abs_diff(wanted[channel]) > 24)
        });
        others.count() * 1000 / looked_at
    }

    /// How many dots the one window has, once it is there.
    pub fn window(&self) -> (u32, u32) {
        let geometry = ["search", "--onlyvisible", "--name", ".", "getwindowgeometry", "--shell"];
        eventually("the window", || {
            let said = String::from_utf8(self.xdotool(&geometry).stdout).unwrap();
            let number = |key| said.lines().find_map(|line| line.strip_prefix(key)?.parse().ok());
            Some((number("WIDTH=")?, number("HEIGHT=")?))
        })
    }

    fn xdotool(&self, arguments: &[&str]) -> std::process::Output {
        let display = format!("DISPLAY={}", self.name);
        tool("env", &[&[display.as_str(), "xdotool"], arguments].concat())
    }

    fn hand(&self, arguments: &[&str]) {
        let done = self.xdotool(arguments);
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "xdotool is needed: run scripts/install.sh test: {errors}");
    }

    /// Presses and lets go at this dot, as who has looked at what is there: where the finger has just been, it waits
    /// until it is not taken for a series of taps.
    pub fn click(&self, x: f32, y: f32) {
        let near = |(a, b): (f32, f32)| (a - x).hypot(b - y) <= 2.0 * REACH;
        if self.last.replace(Some((x, y))).is_some_and(near) {
            std::thread::sleep(GUARD);
        }
        self.tap(x, y);
    }

    /// The same at once.
    pub fn tap(&self, x: f32, y: f32) {
        self.hand(&["mousemove", &x.to_string(), &y.to_string(), "click", "1"]);
    }

    /// Types, as slowly as a person: what comes faster is a scanner.
    pub fn write(&self, text: &str) {
        self.hand(&["type", "--delay", "110", text]);
    }

    /// One key by its name.
    pub fn key(&self, name: &str) {
        self.hand(&["key", name]);
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The running terminal. It is killed when dropped.
pub struct Window {
    child: Child,
    /// What it wrote on stderr, at its most talkative.
    pub log: PathBuf,
}

impl Window {
    /// Starts it on `display`, in a folder of its own where a core would be found.
    pub fn open(display: &Display, kiosk: &Kiosk, config: &Path, folder: &Path) -> Self {
        Self::of(display, &kiosk.prepared(&["run", "--config", config.to_str().unwrap()]), folder)
    }

    /// The same for a command that starts it.
    pub fn of(display: &Display, command: &Command, folder: &Path) -> Self {
        let log = folder.join("log");
        let child = Command::new("bash")
            .args(["-c", "ulimit -c unlimited; exec \"$0\" \"$@\""])
            .arg(command.get_program())
            .args(command.get_args())
            .env("DISPLAY", &display.name)
            .env("WINIT_X11_SCALE_FACTOR", "1")
            .env("BIANMIN_LOG", "trace")
            .env_remove("BIANMIN_CONFIG")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends it by a signal that would leave a core.
    pub fn abort(&mut self) {
        crate::programs::signal(&self.child, "ABRT");
        self.child.wait().unwrap();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Without anybody on the display who would make it fill the panel.
#[test]
fn the_window_has_as_many_dots_as_the_panel() {
    let (width, height) = (2160, 3840);
    let mut config = Config::default();
    config.screen.inches = 43.0;
    config.screen.width = width;
    config.screen.height = height;
    config.ledger.reserve_kb = 0;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.toml");
    std::fs::write(&file, toml::to_string(&config).unwrap()).unwrap();
    let (terminal, enrolled) = enrolled::terminal(config);
    drop(terminal);
    // The terminal, and what says that there is none yet.
    for data in [enrolled.path(), folder.path()] {
        let display = Display::of(width, height);
        let mut command = Command::new(program("bianmin-kiosk"));
        command.args(["run", "--config", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
        let _window = Window::of(&display, &command, folder.path());
        assert_eq!(display.window(), (width, height));
    }
}
