//! A village's line: 64 kbit/s, and a cable that comes out and goes in again. The terminal stands in a network
//! namespace of its own, with one address, and the hall at the other end of the wire.

use super::bench::Terminal;
use super::chance::count;
use crate::programs::{Hall, Kiosk, eventually};
use crate::window::{Display, Window};
use std::process::Command;
use std::time::{Duration, Instant};

/// Bytes in a second that the line carries.
const LINE: usize = 64_000 / 8;

#[track_caller]
fn run(words: &str) {
    let mut words = words.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} is needed ({error}): run scripts/install.sh test"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "a network of our own needs root and namespaces: {command:?}: {errors}");
}

/// A wire with the hall at one end and a namespace at the other. The addresses are of those for measurements, which
/// no network uses.
struct Wire {
    name: String,
    hall: String,
}

impl Wire {
    fn new(number: u8) -> Self {
        let name = format!("bm{}n{number}", std::process::id());
        let (hall, terminal) = (format!("198.18.{number}.1"), format!("198.18.{number}.2"));
        run(&format!("ip netns add {name}"));
        let wire = Self { name, hall };
        let name = &wire.name;
        run(&format!("ip link add {name}h type veth peer name eth0 netns {name}"));
        run(&format!("ip address add {}/30 dev {name}h", wire.hall));
        run(&format!("ip link set {name}h up"));
        run(&format!("ip -n {name} address add {terminal}/30 dev eth0"));
        run(&format!("ip -n {name} link set lo up"));
        wire.plug();
        wire
    }

    /// Both directions carry 64 kbit/s.
    fn thin(self) -> Self {
        let queue = "root tbf rate 64kbit burst 2000 latency 600ms";
        run(&format!("tc qdisc add dev {}h {queue}", self.name));
        run(&format!("tc -n {} qdisc add dev eth0 {queue}", self.name));
        self
    }

    fn plug(&self) {
        run(&format!("ip -n {} link set eth0 up", self.name));
        run(&format!("ip -n {} route replace default via {}", self.name, self.hall));
    }

    fn unplug(&self) {
        run(&format!("ip -n {} link set eth0 down", self.name));
    }

    /// The hall listens here, and the terminal is told so.
    fn connect(&self, hall: &mut Hall, kiosk: &Kiosk) -> String {
        hall.listen_at(&format!("{}:0", self.hall));
        let config = kiosk.folder.path().join("wire.toml");
        let text = format!("[hall]\nurl = \"{}\"\nplain_http = true\n[ledger]\nreserve_kb = 0\n", hall.url);
        std::fs::write(&config, text).unwrap();
        config.to_str().unwrap().to_owned()
    }

    /// The same program, in the namespace.
    fn inside(&self, command: &Command) -> Command {
        let mut inside = Command::new("ip");
        inside.args(["netns", "exec", &self.name]).arg(command.get_program()).args(command.get_args());
        inside
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // The wire goes with the namespace.
        let _ = Command::new("ip").args(["netns", "delete", &self.name]).status();
    }
}

#[test]
fn what_has_waited_goes_over_64_kbit_too() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let message = terminal.write(count(40, 1000));
    let size: usize = {
        let ledger = super::bench::open(terminal.kiosk.folder.path(), &terminal.identity, 0);
        let waiting = ledger.waiting(message.len()).unwrap();
        waiting.iter().map(|one| serde_json::to_vec(&one.envelope).unwrap().len()).sum()
    };
    // It begins without a catalogue too.
    std::fs::remove_file(terminal.catalogue_file()).unwrap();
    let wire = Wire::new(1).thin();
    let config = wire.connect(&mut hall, &terminal.kiosk);
    let begun = Instant::now();
    let sync = terminal.kiosk.prepared(&["sync", "--once", "--json", "--config", &config]);
    let report = crate::programs::json(wire.inside(&sync).output().unwrap());
    let took = begun.elapsed();
    println!("{size} bytes of {} applications and a catalogue in {took:?}", message.len());
    assert_eq!((&report["acknowledged"], &report["waiting"]), (&message.len().into(), &0.into()));
    assert_eq!(hall.cases().len(), message.len());
    assert!(terminal.kiosk.command(&["search", ""]).as_array().unwrap().len() >= 60, "no catalogue");
    let floor = Duration::from_secs_f64(size as f64 / LINE as f64);
    assert!(took > floor.mul_f64(0.8), "the line was not thin: {took:?}");
    // The line is used, not waited for: what else goes over it is less than the applications and half a minute.
    assert!(took < 2 * floor + Duration::from_secs(30), "{took:?}, though the line needs {floor:?}");
}

/// The running terminal, as a resident finds it: the cable is out, and nobody presses anything when it is in again.
#[test]
fn when_the_cable_is_in_again_the_terminal_sends_by_itself() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let wire = Wire::new(2);
    let config = wire.connect(&mut hall, &terminal.kiosk);
    wire.unplug();
    let display = Display::start();
    let folder = tempfile::tempdir().unwrap();
    let program = terminal.kiosk.prepared(&["run", "--config", &config]);
    let window = Window::of(&display, &wire.inside(&program), folder.path());
    let tried = || std::fs::read_to_string(&window.log).unwrap().matches("synchronising stopped").count();
    let message = terminal.write(5);
    eventually("attempts in vain", || (tried() >= 3).then_some(()));
    assert!(hall.cases().is_empty());
    wire.plug();
    eventually("draining by itself", || (hall.cases().len() == message.len()).then_some(()));
}
