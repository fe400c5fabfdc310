//! The receipt printer. A job counts as printed only when the printer said so after the cut; everything else is
//! failed (nothing can have come out) or unknown.
//!
//! Blocks on the device: call from a blocking task or the print worker.

use crate::config::{Paper, Printer as Configured};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How the printer is. Texts are in the locale under `printer-` + [`Status::key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// It prints.
    Ready,
    /// It prints, but the roll is nearly used up.
    PaperLow,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// It reports another fault (cutter, head).
    Fault,
    /// It cannot be reached.
    Offline,
    /// It does not say.
    #[default]
    Unknown,
    /// There is none.
    Absent,
}

impl Status {
    /// Whether a job may be started.
    pub fn can_print(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow | Self::Unknown)
    }

    /// The name in locale keys.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::PaperLow => "paper-low",
            Self::PaperOut => "paper-out",
            Self::CoverOpen => "cover-open",
            Self::Fault => "fault",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The printer said that the paper moved out.
    Printed,
    /// Nothing came out, because of this.
    Failed(Status),
    /// Nobody knows whether anything came out.
    Unknown(Status),
}

/// A driver.
#[derive(Debug, Clone)]
pub enum Printer {
    /// None.
    Absent,
    /// ESC/POS over TCP.
    Tcp {
        /// `host:port`.
        address: String,
        /// Paper width.
        paper: Paper,
    },
    /// ESC/POS on a device file.
    Device {
        /// The device file.
        path: PathBuf,
        /// Paper width.
        paper: Paper,
    },
    /// Bytes into a folder.
    File {
        /// The folder.
        folder: PathBuf,
        /// Paper width.
        paper: Paper,
    },
}

const CONNECT: Duration = Duration::from_secs(2);
const ANSWER: Duration = Duration::from_millis(800);
/// A slip takes about four seconds at the slowest serial speed.
const FINISH: Duration = Duration::from_secs(20);

/// Real-time status requests (DLE EOT n): printer, off-line cause, error cause, paper sensor.
const DLE_EOT: [[u8; 3]; 4] = [[0x10, 0x04, 1], [0x10, 0x04, 2], [0x10, 0x04, 3], [0x10, 0x04, 4]];
/// GS ( H: answer with this id once everything before has been printed.
const PROCESS_ID: [u8; 11] = [0x1d, b'(', b'H', 6, 0, 48, 48, b'B', b'm', b'0', b'1'];

impl Printer {
    /// The driver that the configuration names.
    pub fn new(configured: &Configured) -> Self {
        match configured.clone() {
            Configured::None => Self::Absent,
            Configured::Tcp { address, paper } => Self::Tcp { address, paper },
            Configured::Device { path, paper } => Self::Device { path, paper },
            Configured::File { folder, paper } => Self::File { folder, paper },
        }
    }

    /// The paper that it takes.
    pub fn paper(&self) -> Paper {
        match self {
            Self::Absent => Paper::default(),
            Self::Tcp { paper, .. } | Self::Device { paper, .. } | Self::File { paper, .. } => *paper,
        }
    }

    /// Asks the printer how it is; takes at most about three seconds.
    pub fn status(&self) -> Status {
        match self {
            Self::Absent => Status::Absent,
            Self::File { folder, .. } => match std::fs::create_dir_all(folder) {
                Ok(()) => Status::Ready,
                Err(_) => Status::Offline,
            },
            Self::Tcp { .. } | Self::Device { .. } => match self.connect() {
                Ok(mut link) => link.status(),
                Err(_) => Status::Offline,
            },
        }
    }

    /// Prints ESC/POS bytes that end with a cut. `name` names the file of the file printer.
    pub fn print(&self, bytes: &[u8], name: &str) -> Outcome {
        match self {
            Self::Absent => Outcome::Failed(Status::Absent),
            Self::File { folder, .. } => {
                let write = std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(folder.join(format!("{name}.escpos")), bytes));
                if write.is_ok() { Outcome::Printed } else { Outcome::Failed(Status::Offline) }
            }
            Self::Tcp { .. } | Self::Device { .. } => {
                let Ok(mut link) = self.connect() else { return Outcome::Failed(Status::Offline) };
                let before = link.status();
                if !before.can_print() {
                    return Outcome::Failed(before);
                }
                link.run(bytes)
            }
        }
    }

    fn connect(&self) -> std::io::Result<Link> {
        match self {
            Self::Tcp { address, .. } => {
                let address = address
                    .to_socket_addrs()?
                    .next()
                    .ok_or_else(|| std::io::Error::other("the printer's address has no host"))?;
                let stream = TcpStream::connect_timeout(&address, CONNECT)?;
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(FINISH))?;
                Ok(Link::Tcp(stream))
            }
            Self::Device { path, .. } => {
                use std::os::unix::fs::OpenOptionsExt as _;
                let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
                let flags = i32::try_from(flags.bits()).map_err(std::io::Error::other)?;
                let file =
                    std::fs::OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
                Ok(Link::Device(file))
            }
            Self::Absent | Self::File { .. } => Err(std::io::Error::other("no device")),
        }
    }
}

enum Link {
    Tcp(TcpStream),
    Device(std::fs::File),
}

impl Link {
    /// Reads what there is before `deadline`; nothing when time is up or the other side is gone.
    fn read_byte(&mut self, deadline: Instant) -> Option<u8> {
        let mut byte = [0];
        loop {
            let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            let read = match self {
                Self::Tcp(stream) => {
                    stream.set_read_timeout(Some(left)).ok()?;
                    stream.read(&mut byte)
                }
                Self::Device(file) => file.read(&mut byte),
            };
            match read {
                Ok(1) => return Some(byte[0]),
                // usblp answers an empty read while it has nothing to say.
                Ok(_) if matches!(self, Self::Device(_)) => {}
                Ok(_) => return None,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error)
                    if error.kind() == std::io::ErrorKind::WouldBlock && matches!(self, Self::Device(_)) => {}
                Err(_) => return None,
            }
            // A device file has no read with a deadline.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> std::io::Result<()> {
        let deadline = Instant::now() + FINISH;
        while !bytes.is_empty() {
            let written = match self {
                Self::Tcp(stream) => stream.write(bytes),
                Self::Device(file) => file.write(bytes),
            };
            match written {
                Ok(0) => return Err(std::io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock && Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn status(&mut self) -> Status {
        let mut bits = [0_u8; 4];
        for (request, answer) in DLE_EOT.iter().zip(&mut bits) {
            if self.write(request).is_err() {
                return Status::Offline;
            }
            match self.read_byte(Instant::now() + ANSWER) {
                // Bits 1 and 4 are always set, 0 and 7 never: anything else is no answer to this request.
                Some(byte) if byte & 0b1001_0011 == 0b0001_0010 => *answer = byte,
                _ => return Status::Unknown,
            }
        }
        meaning(bits)
    }

    fn run(&mut self, bytes: &[u8]) -> Outcome {
        if self.write(bytes).and_then(|()| self.write(&PROCESS_ID)).is_err() {
            return Outcome::Unknown(Status::Offline);
        }
        // The answer is 37h 22h, the four id bytes, and a zero; status bytes may come between.
        let wanted = [0x37, 0x22, b'B', b'm', b'0', b'1', 0];
        let mut matched = 0;
        let deadline = Instant::now() + FINISH;
        while let Some(byte) = self.read_byte(deadline) {
            matched = if byte == wanted[matched] { matched + 1 } else { usize::from(byte == wanted[0]) };
            if matched == wanted.len() {
                return Outcome::Printed;
            }
        }
        // Printers without process ids: the state after the cut tells whether it got that far.
        Outcome::Unknown(self.status())
    }
}

fn meaning([printer, offline, error, paper]: [u8; 4]) -> Status {
    if offline & 0x04 != 0 {
        Status::CoverOpen
    } else if paper & 0x60 != 0 || offline & 0x20 != 0 {
        Status::PaperOut
    } else if error & 0x6c != 0 || offline & 0x40 != 0 {
        Status::Fault
    } else if printer & 0x08 != 0 {
        Status::Offline
    } else if paper & 0x0c != 0 {
        Status::PaperLow
    } else {
        Status::Ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_bits_mean_what_the_printer_says() {
        for (bits, status) in [
            ([0x12, 0x12, 0x12, 0x12], Status::Ready),
            ([0x1a, 0x16, 0x12, 0x12], Status::CoverOpen),
            ([0x1a, 0x32, 0x12, 0x72], Status::PaperOut),
            ([0x12, 0x12, 0x12, 0x1e], Status::PaperLow),
            ([0x1a, 0x52, 0x1a, 0x12], Status::Fault),
            ([0x1a, 0x12, 0x12, 0x12], Status::Offline),
        ] {
            assert_eq!(meaning(bits), status, "{bits:x?}");
        }
    }

    #[test]
    fn no_printer_and_one_that_is_not_there_are_told() {
        assert_eq!(Printer::Absent.print(b"x", "x"), Outcome::Failed(Status::Absent));
        let nowhere = Printer::Tcp { address: "127.0.0.1:1".into(), paper: Paper::Mm80 };
        assert_eq!(nowhere.status(), Status::Offline);
        assert_eq!(nowhere.print(b"x", "x"), Outcome::Failed(Status::Offline));
    }
}
