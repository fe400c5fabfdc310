//! What residents, halls and operators may rely on, each shown by a test that can fail: `planted` runs them again
//! with the bug that they are there to find, and requires them to fail.
//!
//! Each run prints its seed; `BIANMIN_SEED=…` repeats it. `BIANMIN_SOAK=1` (`make soak`) raises the counts.

mod authentication;
mod bad_row;
mod bench;
mod cases;
mod catalogue;
mod chance;
pub mod clock;
mod copied;
mod damage;
mod decisions;
mod disks;
mod dots;
mod drain;
mod due_dates;
mod full;
mod hall_disk;
mod hall_keys;
mod hostile;
mod idempotency;
mod imports;
mod ipp_printers;
mod journal;
mod next_resident;
mod paper;
mod pin;
#[cfg(feature = "planted-bugs")]
mod planted;
mod power;
mod queue;
mod queue_day;
mod reconnect_load;
mod refused;
mod relay;
mod restored;
mod revoked;
mod roles;
mod simulation;
mod slow_link;
mod supervisor;
mod taps;
mod update_feed;
mod upgrade;
