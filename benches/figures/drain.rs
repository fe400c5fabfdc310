//! A terminal that was offline for long sends what it has: both ends durable, one terminal, 5,000 applications.
//! Beside the same hall when one connection sends batches that were made and signed before, and keeps nothing.

use crate::clients::{run as send, submissions};
use crate::fixture::Station;
use crate::table::{Row, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{Database, TestHall, demo_items};
use std::time::Instant;

const COUNT: usize = 5_000;
const BATCH: usize = 64;

pub fn run(table: &mut Table) {
    runtime().block_on(async {
        let hall = TestHall::with_catalogue(Database::Sqlite).await;
        let items = demo_items();
        let (mut ours, mut bare) = (Series::default(), Series::default());
        for _ in 0..ROUNDS {
            let mut station = Station::enrol(&hall).await;
            tokio::task::block_in_place(|| (0..COUNT).for_each(|at| station.accept(at)));
            let terminal = hall.enrol("HP").await;
            let work = submissions(&terminal, &items, COUNT / BATCH, BATCH);
            let run = send(&hall.url, vec![work], 200, "\"outcome\":\"acknowledged\"").await;
            assert_eq!(run.found, COUNT / BATCH * BATCH);
            bare.push(run.found as f64 / run.seconds);
            let begun = Instant::now();
            let report = station.syncer.sync_once().await;
            let seconds = begun.elapsed().as_secs_f64();
            assert_eq!((report.acknowledged, report.waiting), (COUNT as u32, 0), "{report:?}");
            ours.push(f64::from(report.acknowledged) / seconds);
        }
        table.add(Row {
            figure: format!("drain of {COUNT}, one terminal, both ends durable"),
            unit: "acknowledged/s",
            ours,
            beside: "one bare connection, 64 in a request, nothing kept".into(),
            peer: bare,
            aim: "≥ 5,000/s",
            note: String::new(),
        });
    });
}
