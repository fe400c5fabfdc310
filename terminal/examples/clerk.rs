//! Prints one paper in a terminal's data folder as the terminal does, and says what it gave out and how the journal
//! says that it ended: what the tests of the journal kill between two of its steps.
//!
//! `clerk DATA PRINTER receipt|ticket|nothing`, with the printer's address. Each number is said as soon as it may be
//! told. With nothing to print it only starts, as after a power cut, and ends once it has looked at its printer.
#![allow(clippy::unwrap_used)]

use bianmin_document::{Block, Document};
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::ids::ItemCode;
use bianmin_protocol::ticket::TicketPrefix;
use bianmin_terminal::config::{Config, Printer, Profile};
use bianmin_terminal::device::printer::Status;
use bianmin_terminal::ledger::{Draft, JobState, Outlet};
use bianmin_terminal::services::Terminal;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, address, what] = words.as_slice() else { panic!("clerk DATA PRINTER receipt|ticket|nothing") };
    let mut config = Config {
        printer: Printer::Tcp { address: address.clone(), profile: Profile::default() },
        ..Config::default()
    };
    config.ledger.reserve_kb = 0;
    let terminal = Terminal::open(config, Path::new(data)).unwrap();
    terminal.start().unwrap();
    let job = match what.as_str() {
        "nothing" => {
            while terminal.devices().printer(Outlet::Slip) == Status::Unknown {
                std::thread::sleep(Duration::from_millis(5));
            }
            return;
        }
        "ticket" => {
            let prefix = TicketPrefix::parse("A").unwrap();
            let slip = |number: &bianmin_protocol::ticket::TicketNumber| {
                Document::new("zh-CN")
                    .with(Block::BigNumber { label: String::new(), number: number.to_string() })
            };
            let (number, job) = terminal.tickets().give(&prefix, None, slip).unwrap();
            say(&format!("ticket {}", number.in_full()));
            job
        }
        _ => {
            let accepted = terminal.applications().submit(example(&terminal)).unwrap();
            say(&format!("receipt {}", accepted.registration));
            accepted.print_job
        }
    };
    loop {
        let state = terminal.ledger().job(job).unwrap().unwrap().status.state;
        if !matches!(state, JobState::Intent | JobState::Sent) {
            return say(&format!("ended {}", state.name()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

fn example(terminal: &Terminal) -> Draft {
    let catalogue = terminal.catalogue();
    let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
    let materials = item.example.materials.iter().map(|material| MaterialState {
        code: material.code.clone(),
        answer: if material.have { MaterialAnswer::Have } else { MaterialAnswer::Promised },
    });
    let body = ApplicationBody {
        answers: item.example.answers.clone(),
        materials: materials.collect(),
        language: "zh-CN".into(),
    };
    Draft { item: item.clone(), catalogue: catalogue.revision, body, files: Vec::new() }
}
