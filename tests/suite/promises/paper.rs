//! Paper tells the truth: the journal never says printed when the printer did not.

use super::bench::draft;
use super::chance::{Chance, count};
use crate::enrolled;
use crate::programs::eventually;
use bianmin_protocol::ids::ItemCode;
use bianmin_terminal::config::{Config, Printer, Profile};
use bianmin_terminal::ledger::JobState;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// A printer that says it is ready and is gone after it has taken so many bytes.
fn vanishing(after: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut byte = [0];
            let mut last = [0; 2];
            for _ in 0..after {
                if client.read_exact(&mut byte).is_err() {
                    break;
                }
                if last == [0x10, 0x04] {
                    let _ = client.write_all(&[0x12]);
                }
                last = [last[1], byte[0]];
            }
        }
    });
    address
}

#[test]
fn a_printer_that_vanishes_has_never_printed() {
    let mut chance = Chance::new("vanishing printers");
    let mut after: Vec<usize> = (0..count(3, 60)).map(|_| 12 + chance.below(20_000)).collect();
    after.extend([0, 1, 11, 12, 13]);
    let waits: Vec<_> = after
        .into_iter()
        .map(|after| {
            std::thread::spawn(move || {
                let printer = Printer::Tcp { address: vanishing(after), profile: Profile::default() };
                let (terminal, _folder) = enrolled::terminal(Config { printer, ..Config::default() });
                terminal.start().unwrap();
                let catalogue = terminal.catalogue();
                let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
                let accepted = terminal.submit(draft(item, catalogue.revision, Vec::new())).unwrap();
                let (state, reason) = eventually("an outcome of the print job", || {
                    let (state, reason) = terminal.print_state(&accepted.registration).unwrap()?;
                    (!matches!(state, JobState::Intent | JobState::Sent)).then_some((state, reason))
                });
                assert_ne!(state, JobState::Printed, "the journal says printed after {after} bytes");
                assert!(reason.is_some(), "after {after} bytes");
            })
        })
        .collect();
    for wait in waits {
        wait.join().unwrap();
    }
}
