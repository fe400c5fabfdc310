//! Terminals, their hall, disks, printers and the network between, in one process: the real ledger, the real sender
//! and the real hall, with time, network and power from seeded random numbers. After each day everything repairs, and four
//! ledgers are compared: what residents were told, the terminals' outboxes, the hall's cases, and the paper.
//!
//! A seed gives the same day each time, to the length of every file that a cut power leaves, however busy the machine is.
//! Days are drawn by proptest. Nothing waits: time is virtual, the sender is polled by hand, and the hall answers
//! within the moment in which it is asked. Simulators that replace the runtime (turmoil, madsim) do not reach reqwest's
//! and sqlx's threads, and tokio's paused clock would run ahead of them.

mod day;
mod hall;
mod image;
mod line;
mod network;
mod pace;
mod paper;
mod schedule;
mod state_checker;
mod template;
mod terminal;
mod trace;

use super::chance::{Chance, Progress, count, rounds};
use day::{Disks, live};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use schedule::{Step, schedule};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use template::Template;
use trace::{STEPS, Trace};

/// For so long a day that went wrong is made shorter.
const SHORTENING: Duration = Duration::from_secs(10);

/// The cores that this process may use, each alone.
fn cores() -> Vec<CpuSet> {
    let all = sched_getaffinity(None).unwrap();
    let one = |core| {
        let mut one = CpuSet::new();
        one.set(core);
        one
    };
    (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core)).map(one).collect()
}

/// A day's outcome, also where a program panicked.
fn lived(disks: &Disks, seed: u64, steps: &[Step]) -> (Result<(), String>, Trace) {
    catch_unwind(AssertUnwindSafe(|| live(disks, seed, steps))).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
        (Err(format!("panicked: {}", words.unwrap_or_default())), Trace::default())
    })
}

fn drawn(seed: u64) -> Vec<Step> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    schedule().new_tree(&mut TestRunner::new_with_rng(Config::default(), rng)).unwrap().current()
}

/// Lives the day of this seed; if something is wrong with it, finds a shorter one with which something is wrong too.
fn one_day(disks: &Disks, seed: u64) -> Result<(), String> {
    let mut steps = drawn(seed);
    let (outcome, mut trace) = lived(disks, seed, &steps);
    let Err(mut why) = outcome else { return Ok(()) };
    let end = Instant::now() + SHORTENING;
    let mut size = steps.len() / 2;
    while size > 0 && Instant::now() < end {
        let mut at = 0;
        while at < steps.len() && Instant::now() < end {
            let rest = (at + size).min(steps.len());
            let without = [&steps[..at], &steps[rest..]].concat();
            match lived(disks, seed, &without) {
                (Err(again), other) => (why, steps, trace) = (again, without, other),
                (Ok(()), _) => at = rest,
            }
        }
        size /= 2;
    }
    let plan: Vec<String> =
        steps.iter().map(|(pause, event)| format!("  after {pause:?}: {event:?}")).collect();
    Err(format!(
        "{why}\nthe day (repeat it with BIANMIN_DAY={seed}):\n{}\nwhat happened:\n{}",
        plan.join("\n"),
        trace.tail(80)
    ))
}

#[test]
fn whatever_happens_the_four_ledgers_agree_in_the_end() {
    let mut chance = Chance::new("simulation");
    let days: Vec<u64> = match std::env::var("BIANMIN_DAY") {
        Ok(day) => vec![day.parse().unwrap_or_else(|_| panic!("BIANMIN_DAY={day:?} is no number"))],
        Err(_) => (0..count(100, 600)).map(|_| chance.next()).collect(),
    };
    Template::get();
    let begun = Instant::now();
    let progress = Progress::new("simulation", days.len());
    let next = AtomicUsize::new(0);
    let wrong: Mutex<Option<String>> = Mutex::new(None);
    let cores = cores();
    std::thread::scope(|scope| {
        for core in cores.iter().take(days.len()) {
            scope.spawn(|| {
                // The hall's database has threads of its own, which stay here too: to wake one on another core takes
                // longer than what it is woken for.
                sched_setaffinity(None, core).unwrap();
                let disks = Disks::new();
                while wrong.lock().unwrap().is_none() {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(day) = days.get(at) else { break };
                    progress.at(at);
                    if let Err(why) = one_day(&disks, *day) {
                        *wrong.lock().unwrap() = Some(why);
                    }
                }
            });
        }
    });
    let elapsed = begun.elapsed();
    let a_minute = |steps: u64| steps as f64 / elapsed.as_secs_f64() * 60.0;
    let _ = writeln!(
        std::io::stderr(),
        "simulation: {} days in {elapsed:.1?}, {:.0} steps a minute, {:.0} without timers; {STEPS}",
        days.len(),
        a_minute(STEPS.total()),
        a_minute(STEPS.without_timers()),
    );
    if let Some(why) = wrong.into_inner().unwrap() {
        panic!("{why}");
    }
}

/// A seed that did not give the same day again would be of no use to anybody: also on a machine that is busy.
#[test]
fn a_day_is_the_same_each_time_on_a_busy_machine() {
    let mut chance = Chance::new("the same day");
    let disks = Disks::new();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in cores() {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        // Ends the others also where this one panics.
        let _over = Over(&is_over);
        for _ in rounds("the same day", 3, 20) {
            let seed = chance.next();
            let steps = drawn(seed);
            let (first, one) = lived(&disks, seed, &steps);
            assert_eq!(first, Ok(()), "BIANMIN_DAY={seed}");
            assert!(!one.is_empty());
            for _ in 0..2 {
                let (again, other) = lived(&disks, seed, &steps);
                let difference = one.difference(&other);
                assert!(difference.is_none(), "BIANMIN_DAY={seed}, {}", difference.unwrap_or_default());
                assert_eq!(again, first, "BIANMIN_DAY={seed}");
            }
        }
    });
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
