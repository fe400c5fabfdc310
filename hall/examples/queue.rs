//! How many numbers one hall gives in a second on this machine, each after a durable commit, and how long the next call
//! takes with people waiting.
//!
//! `cargo run --release -p bianmin-hall --features testing --example queue -- [sqlite|postgres] [numbers] [batch] [waiting]`
//!
//! `batch` numbers share one commit, as those do that are asked for at the same moment.
#![allow(clippy::unwrap_used)]

use bianmin_hall::clock::Clock;
use bianmin_hall::db::Store;
use bianmin_hall::queue::{NextCall, QueueService, TakeRequest};
use bianmin_hall::testing::{Cluster, Disk};
use std::time::{Duration, Instant};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| words.get(at).map_or(default, |word| word.parse().unwrap());
    let is_postgres = words.first().is_some_and(|word| word == "postgres");
    let (numbers, batch, waiting) = (number(1, 2000), number(2, 16), number(3, 5000));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(is_postgres, numbers, batch, waiting));
}

async fn run(is_postgres: bool, numbers: usize, batch: usize, waiting: usize) {
    // /tmp is in memory on many machines.
    let folder = tempfile::TempDir::new_in("/var/tmp").unwrap();
    let cluster = is_postgres.then(|| Cluster::start(Disk::Kept).expect("PostgreSQL is not installed"));
    let address = match &cluster {
        Some(cluster) => cluster.database("queue"),
        None => Store::default_address(folder.path()),
    };
    let clock = Clock::new(jiff::tz::TimeZone::UTC);
    let store = Store::open(&address, folder.path(), &clock).await.unwrap();
    let name = if is_postgres { "PostgreSQL" } else { "SQLite" };
    let begun = Instant::now();
    let mut times = Vec::new();
    for _ in 0..numbers / batch {
        times.push(timed(take(&store, &clock, batch)).await);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let each = (numbers / batch * batch) as f64 / seconds;
    println!("{name}: {each:.0} numbers in a second, {batch} to a commit, {}", spread(times));
    for _ in 0..waiting.saturating_sub(numbers).div_ceil(500) {
        take(&store, &clock, 500).await;
    }
    let mut times = Vec::new();
    for _ in 0..200 {
        times.push(timed(call(&store, &clock)).await);
    }
    println!("{name}: next call with {} waiting: {}", waiting.max(numbers), spread(times));
    store.close().await;
}

async fn take(store: &Store, clock: &Clock, count: usize) {
    let service = QueueService::open(store, clock).await.unwrap();
    let group = service.group("A").unwrap();
    let request = TakeRequest { group, priority: None, by: "bench".to_owned() };
    let taken = store.queue().take(&service.setup, service.moment, &vec![request; count]).await.unwrap();
    assert_eq!(taken.len(), count);
}

async fn call(store: &Store, clock: &Clock) {
    let answer =
        QueueService::open(store, clock).await.unwrap().call("1", None, None, "bench").await.unwrap();
    assert!(matches!(answer, NextCall::Called(_)));
}

async fn timed(what: impl Future<Output = ()>) -> Duration {
    let begun = Instant::now();
    what.await;
    begun.elapsed()
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    format!("half within {:.1} ms, 99 of 100 within {:.1} ms", at(50), at(99))
}
