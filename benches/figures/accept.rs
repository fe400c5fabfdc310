//! Accepting: validate, number, seal, sign and commit, one resident after another; beside nothing but making the
//! same number of bytes durable.

use crate::fixture::Station;
use crate::machine::Spinner;
use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{Database, TestHall, example_body};
use bianmin_protocol::application::Header;
use bianmin_protocol::form::validate;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::Sealed;
use std::fs::File;
use std::hint::black_box;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Instant;

const ACCEPTS: usize = 400;
const SYNCS: usize = 400;
/// As large as SQLite lets its journal become before it starts over.
const FILE: usize = 4 * 1024 * 1024;

pub fn run(table: &mut Table) {
    let runtime = runtime();
    let (hall, station) = runtime.block_on(async {
        let hall = TestHall::with_catalogue(Database::Sqlite).await;
        let station = Station::enrol(&hall).await;
        (hall, station)
    });
    let bytes = bytes_of_a_commit(&station);
    // Past the first time round the journal, so that both sides write over what is there.
    (0..2 * ACCEPTS).for_each(|at| station.accept(at));
    for spins in [false, true] {
        let spinner = spins.then(Spinner::start);
        let (mut ours, mut floor, mut latency) = (Series::default(), Series::default(), Series::default());
        for _ in 0..ROUNDS {
            let before = syncs(station.folder.path(), bytes);
            let begun = Instant::now();
            for at in 0..ACCEPTS {
                let one = Instant::now();
                station.accept(at);
                latency.push(one.elapsed().as_secs_f64() * 1e3);
            }
            ours.push(ACCEPTS as f64 / begun.elapsed().as_secs_f64());
            let after = syncs(station.folder.path(), bytes);
            floor.push(f64::midpoint(before, after));
        }
        drop(spinner);
        table.add(FigureRow {
            figure: format!(
                "durable accepts, one resident{}",
                if spins { ", a core kept awake" } else { "" }
            ),
            unit: "1/s",
            ours,
            beside: format!("fdatasync of {} KiB", bytes / 1024),
            peer: floor,
            aim: "0.9 of it",
            note: format!("p50 {:.2} ms, p99 {:.2} ms", latency.median(), latency.percentile(0.99)),
        });
    }
    table.add(without_disk(&station));
    drop(hall);
}

/// How much SQLite writes to its journal for one application.
fn bytes_of_a_commit(station: &Station) -> usize {
    let journal = station.folder.path().join("ledger.sqlite-wal");
    let before = std::fs::metadata(&journal).unwrap().len();
    (0..20).for_each(|at| station.accept(at));
    (std::fs::metadata(&journal).unwrap().len() - before) as usize / 20
}

/// So many times in a second `bytes` can be made durable in a file that is already there.
fn syncs(folder: &Path, bytes: usize) -> f64 {
    let path = folder.join("floor");
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
    let content: Vec<u8> = (0..FILE).map(|at| (at * 31) as u8).collect();
    file.write_all_at(&content, 0).unwrap();
    file.sync_all().unwrap();
    let begun = Instant::now();
    for at in 0..SYNCS {
        let offset = at * bytes % (FILE - bytes);
        file.write_all_at(&content[at..at + bytes], offset as u64).unwrap();
        file.sync_data().unwrap();
    }
    let rate = SYNCS as f64 / begun.elapsed().as_secs_f64();
    std::fs::remove_file(path).unwrap();
    rate
}

/// The part of accepting that is computing: how often it could be done with an infinitely quick disk.
fn without_disk(station: &Station) -> FigureRow {
    let identity = station.ledger.identity();
    let today = jiff::Zoned::now().date();
    let terminal = identity.enrolled.certificate.terminal.clone();
    let mut ours = Series::default();
    let mut sealing = Series::default();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut sealed = 0.0;
        for at in 0..ACCEPTS {
            let item = &station.items[at % station.items.len()];
            let mut body = example_body(item);
            body.normalise(item, &station.catalogue.fields);
            assert!(validate(item, &station.catalogue.fields, &body, today).is_empty());
            let header = Header {
                application_id: ApplicationId::new(),
                registration: RegistrationNumber::from_parts(terminal.clone(), 261_121, 1).unwrap(),
                terminal: terminal.clone(),
                item: item.code.clone(),
                item_version: item.version,
                catalogue: station.catalogue.revision,
                accepted_at: Millis(0),
                attachments: Vec::new(),
            };
            let one = Instant::now();
            black_box(Sealed::seal(&header, &body, &identity.enrolled.seal_key, &identity.key).unwrap());
            sealed += one.elapsed().as_secs_f64();
        }
        ours.push(begun.elapsed().as_secs_f64() / ACCEPTS as f64 * 1e6);
        sealing.push(sealed / ACCEPTS as f64 * 1e6);
    }
    FigureRow {
        figure: "of that, checking and sealing".into(),
        unit: "µs",
        ours,
        beside: "sealing and signing alone".into(),
        peer: sealing,
        ..FigureRow::default()
    }
}
