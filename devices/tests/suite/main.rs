//! The simulated devices as drivers meet them.

#![allow(clippy::unwrap_used)]

mod document;
mod port;
mod text;
mod web;

use std::net::TcpStream;
use std::time::Duration;

use bianmin_devices::printer::{Control, Options, Printer};

/// Far longer than anything here takes.
const TIMEOUT: Duration = Duration::from_secs(20);

fn start(options: Options) -> (Printer, Control) {
    let printer = Printer::start(options).unwrap();
    let control = printer.control();
    (printer, control)
}

fn connect(printer: &Printer) -> TcpStream {
    let stream = TcpStream::connect(printer.addr()).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    stream
}
