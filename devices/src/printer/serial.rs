//! A serial port for jobs: a pseudo-terminal whose other end a driver opens like `/dev/ttyS0`.
//!
//! There is no connection to break: bytes come whenever somebody writes, and answers that nobody reads are lost, as
//! on a cable.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::machine::Machine;
use super::real_time::Scanner;
use super::state::Host;

/// Both ends of the line.
#[derive(Debug)]
pub(super) struct Serial {
    printer: File,
    /// Held open, so that the line does not hang up when no driver has it open, and to wake the reader.
    driver: File,
    path: PathBuf,
}

impl Serial {
    pub(super) fn open() -> io::Result<Self> {
        let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&printer)?;
        unlockpt(&printer)?;
        let name = ptsname(&printer, Vec::new())?.into_bytes();
        let path = PathBuf::from(std::ffi::OsString::from_vec(name));
        let driver = OpenOptions::new().read(true).write(true).open(&path)?;
        // Bytes as they are: without this the line would echo and translate them.
        let mut settings = tcgetattr(&driver)?;
        settings.make_raw();
        tcsetattr(&driver, OptionalActions::Now, &settings)?;
        Ok(Self { printer: printer.into(), driver, path })
    }

    /// What a driver opens.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Another handle for the thread that serves it.
    pub(super) fn try_clone(&self) -> io::Result<Self> {
        let (printer, driver) = (self.printer.try_clone()?, self.driver.try_clone()?);
        Ok(Self { printer, driver, path: self.path.clone() })
    }

    /// Lets the thread that reads look up.
    pub(super) fn wake(&mut self) {
        // If this fails the thread was not waiting.
        let _ = self.driver.write(&[0]);
    }

    /// Takes jobs until the machine stops.
    pub(super) fn serve(mut self, machine: &Machine) {
        let mut scanner = Scanner::default();
        let mut connection = None;
        let mut buffer = [0; 4096];
        loop {
            let read = match self.printer.read(&mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            if machine.lock().stopping {
                return;
            }
            let current = connection.filter(|&id| machine.lock().serves(id));
            let Some(id) = current.or_else(|| {
                let host = self.printer.try_clone().ok()?;
                Some(machine.connect(Host::Serial(host)))
            }) else {
                return;
            };
            connection = Some(id);
            // When the power failed meanwhile, these bytes were lost with it.
            let _ = machine.receive(id, &buffer[..read], |byte| scanner.push(byte));
        }
    }
}

/// Writes an answer onto the line if there is room; what nobody reads is lost.
pub(super) fn answer(line: &mut File, bytes: &[u8]) {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let ready = rustix::event::poll(&mut [PollFd::new(&*line, PollFlags::OUT)], Some(&now));
    if matches!(ready, Ok(count) if count > 0) {
        let _ = line.write(bytes);
    }
}
