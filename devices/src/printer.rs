//! A simulated ESC/POS receipt printer on TCP and, if asked for, on a serial port.
//!
//! It takes jobs as a printer with a network port does: one connection at a time, a receive buffer that fills up
//! when the paper does not move, real-time status answered on reception, everything else in its turn. Each slip
//! that it parts from the roll is kept, and written to a directory if one is given. [`Control`] is the hand at
//! the machine: it takes the paper out, opens the cover, pulls the plug.
//!
//! Where it is stricter than some printers, it is so on purpose: 15 mm lie between head and blade, so that a cut
//! without a feed cuts off the last lines; a job that breaks off leaves its half on the paper; with
//! [`Options::keep_half_command`] the next job's first bytes even fall into the half-received command.
//!
//! It must not know the terminal's drivers or documents: it is there to check them.

mod command;
mod command_interpreter;
mod condition;
mod control;
mod fault;
mod glyph;
mod head;
mod machine;
mod memory;
mod paper;
mod real_time;
mod serial;
mod serve;
mod state;
mod symbol;
mod web;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::{fs, io};

pub use control::{Control, ControlError, TimedOut};
pub use fault::{Fault, FaultError, Mishap};
pub use paper::{Ended, Slip};
pub use state::{Answers, Status};
pub use web::Web;

use machine::Machine;
use serial::Serial;

/// The width of the roll.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Width {
    /// 58 mm.
    Mm58,
    /// 80 mm.
    #[default]
    Mm80,
}

/// How fine the head is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Dpi {
    /// 203: eight dots a millimetre.
    #[default]
    Dpi203,
    /// 180: seven dots a millimetre.
    Dpi180,
}

impl Dpi {
    /// Dots to the inch.
    #[must_use]
    pub const fn per_inch(self) -> u32 {
        match self {
            Self::Dpi203 => 203,
            Self::Dpi180 => 180,
        }
    }

    /// Whole dots of a millimetre.
    #[must_use]
    pub const fn per_mm(self) -> u32 {
        match self {
            Self::Dpi203 => 8,
            Self::Dpi180 => 7,
        }
    }
}

impl Width {
    /// Dots across a head of this density.
    #[must_use]
    pub const fn dots(self, dpi: Dpi) -> u32 {
        match (self, dpi) {
            (Self::Mm58, Dpi::Dpi203) => 384,
            (Self::Mm58, Dpi::Dpi180) => 360,
            (Self::Mm80, Dpi::Dpi203) => 576,
            (Self::Mm80, Dpi::Dpi180) => 512,
        }
    }
}

/// What the printer is like and how it is broken from the beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Where it takes jobs. Port 0 takes a free one: [`Printer::addr`] tells which.
    pub listen: SocketAddr,
    /// Whether it also takes jobs on a serial port, a pseudo-terminal: [`Printer::serial`] tells which.
    pub serial: bool,
    /// Where it takes the lines of [`Control::command`], if anywhere.
    pub control: Option<SocketAddr>,
    /// The roll.
    pub width: Width,
    /// How fine the head is.
    pub dpi: Dpi,
    /// Where slips are written as `slip-NNNN.png` and `slip-NNNN.bin`; numbers go on from what is there.
    pub out: Option<PathBuf>,
    /// Paper on the roll; `None` is a roll without end.
    pub paper_mm: Option<u32>,
    /// From how much paper on it reports that the roll is nearly at its end.
    pub near_end_mm: u32,
    /// How fast the paper moves; `None` prints as fast as the machine can. Real ones do 150 to 300.
    pub mm_per_second: Option<u32>,
    /// Bytes that it takes in ahead of what it prints, as its data sheet would state it.
    pub receive_buffer: usize,
    /// Way from head to blade in dots.
    pub head_to_blade: u32,
    /// Bytes of its own memory for pictures.
    pub memory: usize,
    /// Whether a command that was half received when its connection ended waits for its other half.
    pub keep_half_command: bool,
    /// What is wrong with it from the beginning.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            serial: false,
            control: None,
            width: Width::Mm80,
            dpi: Dpi::Dpi203,
            out: None,
            paper_mm: None,
            near_end_mm: 100,
            mm_per_second: None,
            receive_buffer: 64 * 1024,
            head_to_blade: 15 * Dpi::Dpi203.per_mm(),
            memory: 256 * 1024,
            keep_half_command: false,
            faults: Vec::new(),
        }
    }
}

/// Why a printer did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not this machine's.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The directory for slips cannot be made or read.
    #[error("cannot use {path} for slips: {source}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system gave no pseudo-terminal.
    #[error("cannot open a serial port: {0}")]
    Serial(io::Error),
    /// The system gave no thread.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// A running printer. Dropping it is pulling its plug for good: connections break and its port is free again.
#[derive(Debug)]
pub struct Printer {
    addr: SocketAddr,
    control_addr: Option<SocketAddr>,
    serial: Option<Serial>,
    machine: Arc<Machine>,
    threads: Vec<JoinHandle<()>>,
}

impl Printer {
    /// Switches a printer on. It is ready for jobs when this returns.
    ///
    /// # Errors
    ///
    /// When an address cannot be listened on or the directory for slips cannot be used.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let listen = |addr: SocketAddr| {
            let bound = TcpListener::bind(addr).and_then(|listener| Ok((listener.local_addr()?, listener)));
            bound.map_err(|source| StartError::Listen { addr, source })
        };
        let (addr, jobs) = listen(options.listen)?;
        let control = options.control.map(listen).transpose()?;
        let first = match &options.out {
            Some(path) => first_free_number(path)
                .map_err(|source| StartError::Directory { path: path.clone(), source })?,
            None => 1,
        };
        let machine = Arc::new(Machine::new(&options, first));
        let mut printer = Self {
            addr,
            control_addr: control.as_ref().map(|(addr, _)| *addr),
            serial: options.serial.then(Serial::open).transpose().map_err(StartError::Serial)?,
            machine,
            threads: Vec::new(),
        };
        printer.spawn("printer-head", {
            let (width, dpi, to_blade) =
                (options.width.dots(options.dpi), options.dpi, options.head_to_blade);
            move |machine| machine.print(command_interpreter::CommandInterpreter::new(width, dpi, to_blade))
        })?;
        printer.spawn("printer-port", move |machine| serve::jobs(&jobs, &machine))?;
        if let Some(serial) = printer.serial.as_ref().map(Serial::try_clone) {
            let serial = serial.map_err(StartError::Serial)?;
            printer.spawn("printer-serial", move |machine| serial.serve(&machine))?;
        }
        if let Some((_, listener)) = control {
            printer.spawn("printer-control", move |machine| serve::control(&listener, &machine))?;
        }
        Ok(printer)
    }

    fn spawn(
        &mut self,
        name: &str,
        work: impl FnOnce(Arc<Machine>) + Send + 'static,
    ) -> Result<(), StartError> {
        let machine = Arc::clone(&self.machine);
        let thread = std::thread::Builder::new().name(name.into()).spawn(move || work(machine));
        self.threads.push(thread.map_err(StartError::Thread)?);
        Ok(())
    }

    /// Where it takes jobs.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The serial port that a driver opens, if that was asked for.
    #[must_use]
    pub fn serial(&self) -> Option<&std::path::Path> {
        self.serial.as_ref().map(Serial::path)
    }

    /// Where it takes control lines, if that was asked for.
    #[must_use]
    pub const fn control_addr(&self) -> Option<SocketAddr> {
        self.control_addr
    }

    /// The hand at the machine; as many as are wanted.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.machine))
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        self.machine.stop();
        if let Some(serial) = &mut self.serial {
            serial.wake();
        }
        for addr in [Some(self.addr), self.control_addr].into_iter().flatten() {
            serve::wake(addr);
        }
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so already; there is nobody here to tell.
            let _ = thread.join();
        }
    }
}

/// Makes the directory if need be and finds the number after the last slip in it.
fn first_free_number(path: &std::path::Path) -> io::Result<u32> {
    fs::create_dir_all(path)?;
    let mut next = 1;
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_prefix("slip-")?.split('.').next()?.parse().ok());
        next = next.max(number.unwrap_or(0u32).saturating_add(1));
    }
    Ok(next)
}
