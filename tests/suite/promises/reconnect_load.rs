//! After a long outage every terminal comes back in the same second: the hall stays correct, and its memory bounded.

use super::bench::{Terminal, open, runtime};
use super::chance::{Chance, count};
use crate::programs::Hall;
use bianmin_protocol::ids::Millis;
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::sync::{Environment, Settings, Syncer};
use std::sync::Arc;

/// More than this and a small machine would begin to swap.
const MEMORY: u64 = 256 * 1024;
const EACH: usize = 3;
/// What the hall has open beside connections, at most.
pub const OTHERS: usize = 64;

/// The most memory that the process ever had, in kB.
pub fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn all_terminals_coming_back_at_once_leave_the_hall_correct() {
    let mut chance = Chance::new("reconnect_load");
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let folder = tempfile::tempdir().unwrap();
    let number = count(100, 2000);
    let mut syncers = Vec::new();
    for which in 0..number {
        let identity = Terminal::another(&hall);
        let data = folder.path().join(which.to_string());
        let ledger = open(&data, &identity, 0);
        for _ in 0..EACH {
            terminal.try_accept(&ledger, Vec::new()).unwrap();
        }
        let store = CatalogueStore::open(&data.join("catalogue.sqlite"), identity.enrolled.hall_key);
        let seed = chance.next();
        let environment = Environment {
            now: Arc::new(|| Millis(jiff::Timestamp::now().as_millisecond())),
            random: Arc::new(move || seed),
            ..Environment::default()
        };
        syncers.push(Syncer::new(ledger, store, &Settings::default(), environment).unwrap());
    }
    // The outage, so that nothing of the preparation counts.
    hall.stop();
    let room = count(32, 512);
    hall.configure(&format!("max_connections = {room}\n"));
    hall.start_again();
    let storm = runtime();
    let mut most_open = 0;
    storm.block_on(async {
        let mut terminals = tokio::task::JoinSet::new();
        for mut syncer in syncers {
            terminals.spawn(async move {
                for _ in 0..50 {
                    let report = syncer.sync_once().await;
                    assert_eq!(report.quarantined, 0);
                    if report.waiting == 0 && report.failure.is_none() {
                        return;
                    }
                }
                panic!("never through");
            });
        }
        while let Some(ended) = terminals.join_next().await {
            ended.unwrap();
            most_open = most_open.max(hall.open_files());
        }
    });
    let cases = hall.cases();
    assert_eq!(cases.len(), number * EACH);
    let numbers: std::collections::HashSet<_> =
        cases.iter().map(|case| case["case_number"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), cases.len(), "a case number was given twice");
    assert!(most_open < room + OTHERS, "{most_open} files and connections open, with room for {room}");
    let peak = peak(hall.process());
    assert!(peak < MEMORY, "{number} terminals took the hall {peak} kB");
}
