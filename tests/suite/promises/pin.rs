//! The technician's PIN is not guessed at the terminal: wrong ones are counted durably, the waits grow, and neither
//! switching it off and on nor setting the clock gives fresh tries.

use super::bench::open;
use crate::enrolled;
use bianmin_terminal::config::Config;
use bianmin_terminal::pin::{Pin, PinGuard, Try, set};
use std::time::{Duration, Instant};

fn pin(digits: &str) -> Pin {
    Pin::typed(digits.to_owned())
}

#[test]
fn wrong_pins_are_counted_across_restarts() {
    let (terminal, folder) = enrolled::terminal(Config::default());
    let identity = terminal.ledger().identity().clone();
    drop(terminal);
    let data = folder.path();
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    assert_eq!(
        PinGuard::new(data, start).try_pin(&open(data, &identity, 0), &pin("135792"), start).unwrap(),
        Try::Unset
    );
    set(data, &pin("135792")).unwrap();
    // Fingers slip: two wrong ones cost nothing, the third one half a minute.
    let ledger = open(data, &identity, 0);
    let guard = PinGuard::new(data, start);
    assert_eq!(guard.try_pin(&ledger, &pin("135793"), start).unwrap(), Try::Wrong(Duration::ZERO));
    assert_eq!(guard.try_pin(&ledger, &pin("135794"), start).unwrap(), Try::Wrong(Duration::ZERO));
    assert_eq!(guard.try_pin(&ledger, &pin("135795"), start).unwrap(), Try::Wrong(Duration::from_secs(30)));
    drop(ledger);
    // Off and on: the wait begins anew, and even the right one is not heard.
    let ledger = open(data, &identity, 0);
    let guard = PinGuard::new(data, at(1));
    let heard = guard.try_pin(&ledger, &pin("135792"), at(2)).unwrap();
    assert_eq!(heard, Try::Wait(Duration::from_secs(29)), "off and on gave a fresh try");
    assert_eq!(guard.try_pin(&ledger, &pin("135796"), at(31)).unwrap(), Try::Wrong(Duration::from_secs(60)));
    assert_eq!(guard.try_pin(&ledger, &pin("135792"), at(90)).unwrap(), Try::Wait(Duration::from_secs(1)));
    assert_eq!(guard.try_pin(&ledger, &pin("135792"), at(91)).unwrap(), Try::Open);
    // The right one forgets the wrong ones.
    assert_eq!(guard.try_pin(&ledger, &pin("135793"), at(92)).unwrap(), Try::Wrong(Duration::ZERO));
}

#[test]
fn a_stolen_disk_holds_no_pin_and_each_guess_costs_time_and_memory() {
    let folder = tempfile::tempdir().unwrap();
    set(folder.path(), &pin("135792")).unwrap();
    let kept = std::fs::read_to_string(folder.path().join("maintenance.pin")).unwrap();
    assert!(!kept.contains("135792"));
    assert!(kept.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{kept}");
    set(folder.path(), &pin("135792")).unwrap();
    let again = std::fs::read_to_string(folder.path().join("maintenance.pin")).unwrap();
    assert_ne!(again, kept, "the same salt twice");
}
