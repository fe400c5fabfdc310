//! A terminal that was offline for long sends what it has: both ends durable, one terminal, 5,000 applications.
//! Beside the same hall when one connection sends batches that were made and signed before, and keeps nothing; and
//! beside PouchDB, which replicates as many documents of the same size, and forces neither end to the disk.

use crate::clients::{run as send, submissions};
use crate::fixture::Station;
use crate::machine::Spinner;
use crate::peer;
use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{Database, TestHall, demo_items};
use std::time::Instant;
use tempfile::TempDir;

const COUNT: usize = 5_000;
const BATCH: usize = 64;
/// Of PouchDB's documents, which take longer.
const DOCUMENTS: usize = 2_000;
/// About what a sealed application has as text.
const BYTES: usize = 2_000;

pub fn run(table: &mut Table) {
    runtime().block_on(async {
        let hall = TestHall::with_catalogue(Database::Sqlite).await;
        for spins in [false, true] {
            let spinner = spins.then(Spinner::start);
            measure(table, &hall, spins).await;
            drop(spinner);
        }
    });
}

async fn measure(table: &mut Table, hall: &TestHall, spins: bool) {
    let items = demo_items();
    let (mut ours, mut bare, mut pouch) = (Series::default(), Series::default(), Series::default());
    for _ in 0..ROUNDS {
        let mut station = Station::enrol(hall).await;
        // Not what is measured, so as quick as it goes.
        let awake = Spinner::start();
        tokio::task::block_in_place(|| (0..COUNT).for_each(|at| station.accept(at)));
        drop(awake);
        let terminal = hall.enrol("HP").await;
        let work = submissions(&terminal, &items, COUNT / BATCH, BATCH);
        let run = send(&hall.url, vec![work], 200, "\"outcome\":\"acknowledged\"").await;
        assert_eq!(run.found, COUNT / BATCH * BATCH);
        bare.push(run.found as f64 / run.seconds);
        if !spins && let Some(rate) = tokio::task::block_in_place(replicated) {
            pouch.push(rate);
        }
        let begun = Instant::now();
        let report = station.syncer.sync_once().await;
        let seconds = begun.elapsed().as_secs_f64();
        assert_eq!((report.acknowledged, report.waiting), (COUNT as u32, 0), "{report:?}");
        ours.push(f64::from(report.acknowledged) / seconds);
    }
    let awake = if spins { ", a core kept awake" } else { "" };
    let row = |beside: &str, peer| FigureRow {
        figure: format!("drain of {COUNT}, one terminal, both ends durable{awake}"),
        unit: "acknowledged/s",
        ours: ours.clone(),
        beside: beside.into(),
        peer,
        aim: "≥ 5,000/s",
        note: String::new(),
    };
    table.add(row("one bare connection, 64 in a request, nothing kept", bare));
    if !spins {
        table.add(FigureRow {
            note: "PouchDB does not sync to the disk".into(),
            ..row("PouchDB → pouchdb-server's router, 64 in a batch", pouch)
        });
    }
}

/// How many documents PouchDB replicates in a second.
fn replicated() -> Option<f64> {
    let folder = TempDir::new().unwrap();
    let words = [&folder.path().display().to_string(), &DOCUMENTS.to_string(), &BYTES.to_string()];
    peer::node("replicate.js", &words.map(|word| word.as_str()))?["rate"].as_f64()
}
