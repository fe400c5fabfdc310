//! The terminal as a process that sends and prints in the background, on a disk whose power can be cut, by a clock
//! that can be set while it runs.

use crate::programs::{Hall, Kiosk, eventually, program, signal};
use crate::promises::clock::{faketime, set};
use crate::promises::disks::LoopDisk;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// The terminal.
pub struct Unattended {
    pub kiosk: Kiosk,
    pub identity: TerminalIdentity,
    pub disk: LoopDisk,
    /// Its configuration, its clock and its paper are not on its disk.
    beside: tempfile::TempDir,
    running: Option<Running>,
    report: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<Vec<String>>>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    listener: JoinHandle<()>,
}

impl Unattended {
    /// A terminal of this hall that reaches it through `line`.
    pub fn of(hall: &Hall, line: &str) -> Self {
        let disk = LoopDisk::new();
        let kiosk = Kiosk { folder: tempfile::tempdir_in(disk.path()).unwrap() };
        let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
        kiosk.command(&["enrol", "--hall", &hall.url, "--code", &code]);
        kiosk.command(&["sync", "--once"]);
        let beside = tempfile::tempdir().unwrap();
        let paper = beside.path().join("paper");
        let config = format!(
            "[hall]\nurl = \"{line}\"\n[printer]\nkind = \"file\"\nfolder = {paper:?}\n[ledger]\nreserve_kb = 256\n"
        );
        std::fs::write(beside.path().join("kiosk.toml"), config).unwrap();
        let identity = TerminalIdentity::load(kiosk.folder.path()).unwrap();
        let unattended = Self {
            kiosk,
            identity,
            disk,
            beside,
            running: None,
            report: Arc::default(),
            refused: Arc::default(),
        };
        unattended.set_clock(0);
        unattended
    }

    fn clock_file(&self) -> PathBuf {
        self.beside.path().join("clock")
    }

    pub fn set_clock(&self, seconds: i64) {
        set(&self.clock_file(), seconds);
    }

    pub fn start(&mut self) {
        let mut child = Command::new(program("examples/unattended"))
            .arg(self.beside.path().join("kiosk.toml"))
            .arg(self.kiosk.folder.path())
            .envs(faketime(&self.clock_file()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(self.beside.path().join("errors")).unwrap())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (report, refused) = (self.report.clone(), self.refused.clone());
        let listener = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(number) = line.strip_prefix("told ") {
                    report.lock().unwrap().push(number.to_owned());
                } else if line.starts_with("refused") {
                    refused.lock().unwrap().push(line);
                }
            }
        });
        self.running = Some(Running { child, input, listener });
    }

    /// Whether it runs. A terminal whose disk is full may be unable to start.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(|running| running.child.try_wait().unwrap().is_none())
    }

    /// Somebody applies; nobody waits for the answer.
    pub fn apply(&mut self) {
        if let Some(running) = &mut self.running {
            let _ = running.input.write_all(b"apply\n");
        }
    }

    pub fn kill(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        let _ = running.child.kill();
        running.child.wait().unwrap();
        drop(running.input);
        running.listener.join().unwrap();
    }

    pub fn signal(&self, name: &str) {
        if let Some(running) = &self.running {
            signal(&running.child, name);
        }
    }

    /// The power goes, and comes back; the program does not start by itself.
    pub fn cut_power(&mut self) {
        if self.is_running() {
            self.signal("STOP");
            let running = self.running.as_ref().unwrap();
            eventually("stopping the terminal", || super::stopped(running.child.id()).then_some(()));
        }
        self.disk.cut_power();
        self.kill();
        self.disk.unmount();
        self.disk.mount();
    }

    /// What residents were told so far.
    pub fn report(&self) -> Vec<String> {
        self.report.lock().unwrap().clone()
    }

    /// What it last complained of.
    pub fn last_words(&self) -> String {
        std::fs::read_to_string(self.beside.path().join("errors")).unwrap_or_default()
    }

    /// Refusals that no full disk explains.
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }

    /// Whether this sheet came out.
    pub fn has_printed(&self, number: &str, copy: u32) -> bool {
        self.beside.path().join("paper").join(format!("{number}-{copy}.escpos")).exists()
    }
}

impl Drop for Unattended {
    fn drop(&mut self) {
        self.kill();
    }
}
