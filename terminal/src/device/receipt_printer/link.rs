//! The way to a printer and back: a network port, a serial port, or USB's device file. Knows bytes and deadlines;
//! must not know what they mean.

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const CONNECT: Duration = Duration::from_secs(2);
/// How often a device file is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// `host:port`.
    Tcp(String),
    /// A serial port: eight bits, no parity.
    Serial {
        /// The device file.
        path: PathBuf,
        /// Bits a second.
        baud: u32,
    },
    /// The device file of a USB printer.
    Device(PathBuf),
}

impl Link {
    /// Opens it; takes at most about two seconds for each address of a host.
    pub(super) fn open(&self) -> std::io::Result<Line> {
        match self {
            Self::Tcp(address) => {
                let address = address
                    .to_socket_addrs()?
                    .next()
                    .ok_or_else(|| std::io::Error::other("the printer's address has no host"))?;
                let stream = TcpStream::connect_timeout(&address, CONNECT)?;
                stream.set_nodelay(true)?;
                stream.set_nonblocking(true)?;
                Ok(Line::Tcp(stream))
            }
            Self::Serial { path, baud } => {
                let file = open_device(path)?;
                // Bytes as they are, at this speed; what an earlier conversation left unread is nobody's answer.
                let mut settings = tcgetattr(&file)?;
                settings.make_raw();
                settings.set_speed(*baud)?;
                tcsetattr(&file, OptionalActions::Flush, &settings)?;
                Ok(Line::Device(file))
            }
            Self::Device(path) => open_device(path).map(Line::Device),
        }
    }
}

fn open_device(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).map_err(std::io::Error::other)?;
    std::fs::OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)
}

/// An open way to a printer. Reading and writing never wait; [`Line::wait`] does, and no longer than it is told.
#[derive(Debug)]
pub(super) enum Line {
    Tcp(TcpStream),
    Device(std::fs::File),
}

/// Nothing more comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

impl Line {
    /// Reads what there is; nothing if there is nothing now.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Gone> {
        loop {
            let read = match self {
                Self::Tcp(stream) => stream.read(buffer),
                Self::Device(file) => file.read(buffer),
            };
            return match read {
                // A device file that has nothing to say answers an empty read.
                Ok(0) if matches!(self, Self::Tcp(_)) => Err(Gone),
                Ok(count) => Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
                Err(_) => Err(Gone),
            };
        }
    }

    /// Gives the printer as many of these bytes as it takes now; none while its buffer is full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<usize, Gone> {
        loop {
            let written = match self {
                Self::Tcp(stream) => stream.write(bytes),
                Self::Device(file) => file.write(bytes),
            };
            return match written {
                Ok(0) if !bytes.is_empty() => Err(Gone),
                Ok(count) => Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
                Err(_) => Err(Gone),
            };
        }
    }

    /// Waits until something can be read, or written if that is wanted, or until `deadline`.
    pub(super) fn wait(&self, writing: bool, deadline: Instant) -> Result<(), Gone> {
        let left = deadline.saturating_duration_since(Instant::now());
        if matches!(self, Self::Device(_)) {
            // The drivers of some USB printers call an empty read "ready", which would be a busy loop.
            std::thread::sleep(LOOK.min(left));
        }
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, writing);
        let mut files = [match self {
            Self::Tcp(stream) => PollFd::new(stream, flags),
            Self::Device(file) => PollFd::new(file, flags),
        }];
        let left = Timespec::try_from(left.saturating_sub(LOOK)).map_err(|_| Gone)?;
        match rustix::event::poll(&mut files, Some(&left)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(_) => Err(Gone),
        }
    }
}
