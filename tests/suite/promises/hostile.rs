//! Whatever is sent to it, the hall answers or closes; it never fails, never grows without bound, and serves others
//! meanwhile.

mod crowd;
mod crowds;
mod flood;
mod fuzz;

use super::idempotency::{Copies, acknowledged};
use crate::programs::Hall;
use std::time::{Duration, Instant};

/// A request that takes longer counts as not served.
const SERVED: Duration = Duration::from_secs(20);

/// A hall with room for so many connections and a timeout of so many seconds, which says everything into a file.
fn hall(connections: usize, timeout: u32) -> Hall {
    let mut hall = Hall::start(None);
    hall.stop();
    hall.configure(&format!(
        "max_connections = {connections}
timeout_seconds = {timeout}
"
    ));
    hall.errors = Some(hall.folder.path().join("errors"));
    hall.start_again();
    hall
}

/// Somebody else hands in an application, on a connection of its own.
#[track_caller]
fn is_served(hall: &Hall, other: &Copies, when: &str) {
    let begun = Instant::now();
    let answer = other.send(&hall.url, &other.envelope()).unwrap_or_else(|| panic!("{when}: no answer"));
    acknowledged(other, &answer);
    let took = begun.elapsed();
    println!("{when}: served in {took:?}");
    assert!(took < SERVED, "{when}: served after {took:?} only");
}

/// It has not panicked anywhere, and never took more than so many megabytes of memory.
#[track_caller]
fn is_well(hall: &Hall, megabytes: u64) {
    let errors = std::fs::read_to_string(hall.errors.as_ref().unwrap()).unwrap();
    let panic = errors.lines().skip_while(|line| !line.contains("panicked at")).take(2);
    let panic: Vec<_> = panic.collect();
    assert!(panic.is_empty(), "{}", panic.join(" "));
    let peak = super::reconnect_load::peak(hall.process());
    println!("at most {peak} kB of memory");
    assert!(peak <= megabytes * 1024, "{peak} kB of memory");
}
