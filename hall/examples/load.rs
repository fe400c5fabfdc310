//! How many applications one hall receives in a second on this machine, acknowledged after a durable commit.
//!
//! `cargo run --release -p bianmin-hall --features testing --example load -- [sqlite|postgres] [applications] [connections] [batch]`
#![allow(clippy::unwrap_used)]

use bianmin_hall::testing::{Database, TestHall, demo_items, now};
use bianmin_protocol::http_signature::SignedHeaders;
use bianmin_protocol::v1::{APPLICATIONS, ApplicationOutcome, Submission, SubmissionOutcome};
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| words.get(at).map_or(default, |word| word.parse().unwrap());
    let database = match words.first().map(String::as_str) {
        Some("postgres") => Database::Postgres,
        _ => Database::Sqlite,
    };
    let (count, connections, batch) = (number(1, 20_000), number(2, 64), number(3, 16));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(database, count, connections, batch));
}

async fn run(database: Database, count: usize, connections: usize, batch: usize) {
    let hall = TestHall::with_catalogue(database).await;
    let items = demo_items();
    let mut work = Vec::new();
    for which in 0..connections {
        let terminal = Arc::new(hall.enrol("HP").await);
        let requests: Vec<(Vec<u8>, SignedHeaders)> = (0..count / connections / batch)
            .map(|turn| {
                let envelopes =
                    (0..batch).map(|at| terminal.example(&items[(which + turn + at) % items.len()]));
                let body = serde_json::to_vec(&Submission { envelopes: envelopes.collect() }).unwrap();
                let signed = terminal.signed("POST", APPLICATIONS, &body, now());
                (body, signed)
            })
            .collect();
        work.push((terminal, requests));
    }
    let sent: usize = work.iter().map(|(_, requests)| requests.len() * batch).sum();
    let cpu = cpu_seconds();
    let begun = Instant::now();
    let tasks: Vec<_> = work
        .into_iter()
        .map(|(terminal, requests)| {
            tokio::spawn(async move {
                let mut slowest = 0;
                let mut acknowledged = 0;
                for (body, signed) in requests {
                    let asked = Instant::now();
                    let answer = terminal.send("POST", APPLICATIONS, body, &signed).await;
                    slowest = slowest.max(asked.elapsed().as_millis());
                    let outcomes = answer.json::<SubmissionOutcome>().outcomes;
                    acknowledged += outcomes
                        .iter()
                        .filter(|one| matches!(one, ApplicationOutcome::Acknowledged { .. }))
                        .count();
                }
                (acknowledged, slowest)
            })
        })
        .collect();
    let (mut acknowledged, mut slowest) = (0, 0);
    for task in tasks {
        let (part, slow) = task.await.unwrap();
        acknowledged += part;
        slowest = slowest.max(slow);
    }
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(acknowledged, sent);
    println!(
        "{database:?}: {sent} applications, {connections} connections, batches of {batch}: {seconds:.2} s, {:.0} in a second, \
         slowest answer {slowest} ms, {:.1} s of processor time, client included",
        sent as f64 / seconds,
        cpu_seconds() - cpu,
    );
}

/// Processor time of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
