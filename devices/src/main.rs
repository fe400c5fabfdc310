//! `bianmin-devices`: simulated devices from the command line.

use std::io::{Write, stdin, stdout};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use bianmin_devices::printer::{Dpi, Fault, Options, Printer, Web, Width};
use clap::{Parser, Subcommand};

/// Simulated devices for demos, tests and training
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    device: Device,
}

#[derive(Subcommand)]
enum Device {
    /// An ESC/POS receipt printer on TCP; runs until it is ended
    Printer(PrinterArguments),
}

#[derive(clap::Args)]
struct PrinterArguments {
    /// Where it takes jobs; port 0 takes a free one, told in the line of JSON when it is ready
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    listen: SocketAddr,
    /// Where it takes control lines such as "paper out" and "status": an address, or - for standard input
    #[arg(long, value_name = "ADDR|-", value_parser = ControlFrom::parse)]
    control: Option<ControlFrom>,
    /// Also takes jobs on a serial port, a pseudo-terminal told in the line of JSON
    #[arg(long)]
    serial: bool,
    /// Shows the paper as it comes out on a web page, with buttons for the hand at the machine
    #[arg(long, value_name = "ADDR")]
    web: Option<SocketAddr>,
    /// Width of the roll in millimetres
    #[arg(long, default_value = "80", value_name = "58|80", value_parser = width)]
    width: Width,
    /// Dots to the inch of the head
    #[arg(long, default_value = "203", value_name = "203|180", value_parser = dpi)]
    dpi: Dpi,
    /// Writes each slip to slip-NNNN.png and slip-NNNN.bin in this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Paper on the roll in millimetres; without it the roll does not end
    #[arg(long, value_name = "N")]
    paper_mm: Option<u32>,
    /// Speed of the paper in millimetres a second; without it as fast as possible
    #[arg(long, value_name = "N")]
    speed: Option<u32>,
    /// Lets a command that was half received when its connection broke swallow the next job's first bytes
    #[arg(long)]
    keep_half_command: bool,
    /// What is wrong with it: paper-out, cover-open, cutter, jam, stall, mute, garbage, memory-full, no-memory,
    /// disconnect-at=BYTES, power-at=BYTES, or MISHAP-after-mm=N with power, cover-open, paper-out, jam, stall, disconnect
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Fault>,
}

#[derive(Clone)]
enum ControlFrom {
    Stdin,
    Listen(SocketAddr),
}

impl ControlFrom {
    fn parse(text: &str) -> Result<Self, std::net::AddrParseError> {
        if text == "-" { Ok(Self::Stdin) } else { text.parse().map(Self::Listen) }
    }
}

fn width(text: &str) -> Result<Width, &'static str> {
    match text {
        "58" => Ok(Width::Mm58),
        "80" => Ok(Width::Mm80),
        _ => Err("58 or 80"),
    }
}

fn dpi(text: &str) -> Result<Dpi, &'static str> {
    match text {
        "203" => Ok(Dpi::Dpi203),
        "180" => Ok(Dpi::Dpi180),
        _ => Err("203 or 180"),
    }
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match Arguments::parse().device {
        Device::Printer(arguments) => printer(arguments),
    }
}

fn printer(arguments: PrinterArguments) -> anyhow::Result<()> {
    let PrinterArguments {
        listen,
        serial,
        control,
        web,
        width,
        dpi,
        out,
        paper_mm,
        speed,
        keep_half_command,
        faults,
    } = arguments;
    let control_addr = match control {
        Some(ControlFrom::Listen(addr)) => Some(addr),
        Some(ControlFrom::Stdin) | None => None,
    };
    let printer = Printer::start(Options {
        listen,
        serial,
        control: control_addr,
        width,
        dpi,
        out,
        paper_mm,
        mm_per_second: speed,
        keep_half_command,
        faults,
        ..Options::default()
    })?;
    let mut ready = serde_json::json!({ "listening": printer.addr().to_string() });
    if let Some(addr) = printer.control_addr() {
        ready["control"] = addr.to_string().into();
    }
    if let Some(path) = printer.serial() {
        ready["serial"] = path.display().to_string().into();
    }
    let web = web.map(|addr| Web::start(addr, printer.control())).transpose();
    let web = web.context("cannot serve the web page")?;
    if let Some(web) = &web {
        ready["web"] = format!("http://{}/", web.addr()).into();
    }
    writeln!(stdout(), "{ready}").context("cannot say that the printer is ready")?;
    if matches!(control, Some(ControlFrom::Stdin)) {
        printer.control().serve_lines(stdin().lock(), stdout())?;
    }
    // Slips are written as they are cut, so there is nothing to finish when a signal ends the program.
    loop {
        std::thread::park();
    }
}
