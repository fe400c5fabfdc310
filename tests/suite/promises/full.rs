//! A full disk is safe, whatever its size: a clear refusal, nothing lost, sending goes on, and intake opens again
//! by itself.

use super::bench::{Terminal, scan};
use super::chance::{Chance, count};
use super::disks::SmallDisk;
use crate::programs::Hall;
use bianmin_terminal::ledger::{AcceptError, Intake, Ledger, LedgerError, Options};
use std::time::Duration;

#[test]
fn a_full_disk_of_any_size_loses_nothing_and_recovers_by_itself() {
    let mut chance = Chance::new("full disks");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let mut sizes = vec![256, 384, 512, 768, 1024, 2048, 8192];
    sizes.extend((0..count(3, 120)).map(|_| 256 + chance.below(4096)));
    for kilobytes in sizes {
        one_size(&hall, &terminal, kilobytes, &mut chance);
    }
}

fn one_size(hall: &Hall, terminal: &Terminal, kilobytes: usize, chance: &mut Chance) {
    let disk = SmallDisk::of(kilobytes);
    let data = disk.path().join("data");
    let identity = Terminal::another(hall);
    let options =
        Options { reserve: kilobytes as u64 * 1024 / 8, keep_sealed: Duration::ZERO, ..Options::default() };
    let mut message = Vec::new();
    // Also a terminal that starts again and again on its small disk.
    let mut ledger = Ledger::open(&data, identity.clone(), &options)
        .unwrap_or_else(|error| panic!("{kilobytes} kB: {error}"));
    loop {
        assert!(message.len() < 2000, "{kilobytes} kB never filled");
        match terminal.try_accept(&ledger, scan(chance.below(60_000))) {
            Ok(accepted) => message.push(accepted.registration),
            Err(AcceptError::DiskFull) => break,
            Err(error) => panic!("{kilobytes} kB, after {}: {error}", message.len()),
        }
    }
    assert!(kilobytes < 1024 || !message.is_empty(), "{kilobytes} kB: nothing was ever accepted");
    // Others take what is left; what the ledger then gives back from its own journal, they take too.
    loop {
        disk.fill();
        match terminal.try_accept(&ledger, Vec::new()) {
            Ok(accepted) => message.push(accepted.registration),
            Err(AcceptError::DiskFull) => break,
            Err(error) => panic!("{kilobytes} kB, filled by others: {error}"),
        }
    }
    if chance.percent(50) {
        drop(ledger);
        // What closing gave back is taken too.
        disk.fill();
        ledger = match Ledger::open(&data, identity.clone(), &options) {
            Ok(ledger) => ledger,
            // A disk that never had room for the reserve has nothing to send.
            Err(LedgerError::Full) if message.is_empty() => return,
            Err(LedgerError::Full) => panic!("{kilobytes} kB: cannot start, and so not send, on a full disk"),
            Err(error) => panic!("{kilobytes} kB: {error}"),
        };
    }
    let kept: Vec<_> = ledger.records().unwrap().into_iter().map(|record| record.registration).collect();
    assert_eq!(kept, message, "{kilobytes} kB");
    if message.is_empty() {
        // Too small for its reserve: it refused from the start, and works as far as it can when there is room.
        disk.free();
        assert!(terminal.sync(&ledger).failure.is_none(), "{kilobytes} kB");
        return;
    }
    // Sending goes on while the disk is full.
    let before = hall.cases().len();
    let report = terminal.sync(&ledger);
    assert!(
        report.failure.is_none(),
        "{kilobytes} kB with {} applications: {:?}; {report:?}; there are {}",
        message.len(),
        report.failure,
        disk.listed()
    );
    assert_eq!((report.waiting, report.quarantined), (0, 0), "{kilobytes} kB");
    assert_eq!(hall.cases().len(), before + message.len(), "{kilobytes} kB");
    // Room comes back, and intake with it, without a restart.
    disk.free();
    let intake = ledger.intake();
    assert!(kilobytes < 1024 || intake == Intake::Open, "{kilobytes} kB: intake stays closed");
    match terminal.try_accept(&ledger, Vec::new()) {
        Ok(_) => assert_eq!(terminal.sync(&ledger).waiting, 0),
        Err(error) => assert_eq!(intake, Intake::DiskFull, "{kilobytes} kB: open, but {error}"),
    }
}
