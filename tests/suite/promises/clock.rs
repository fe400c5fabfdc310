//! A wrong clock breaks nothing: terminals and halls in 1970, an hour behind, ten years ahead, and jumping between.

use super::chance::{Chance, rounds};
use crate::programs::{Hall, Kiosk, json};
use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CLOCKS: [&str; 3] = ["@1970-01-01 00:00:30", "-1h", "+3652d"];

/// What makes a program see another time.
pub fn at(clock: &str) -> Vec<(&'static str, String)> {
    [library(), vec![("FAKETIME", clock.to_owned())]].concat()
}

/// What makes a program see the time that [`set`] leaves in a file, also while it runs.
pub fn faketime(file: &Path) -> Vec<(&'static str, String)> {
    [library(), vec![("FAKETIME_TIMESTAMP_FILE", file.display().to_string())]].concat()
}

/// Sets a clock off by so many seconds.
pub fn set(file: &Path, seconds: i64) {
    // All at once: whoever reads it sees one time or the other.
    let next = file.with_extension("next");
    std::fs::write(&next, format!("{seconds:+}\n")).unwrap();
    std::fs::rename(next, file).unwrap();
}

fn library() -> Vec<(&'static str, String)> {
    let library = ["x86_64", "aarch64"]
        .map(|machine| format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketime.so.1"))
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or_else(|| panic!("libfaketime is needed: run scripts/install.sh test"));
    vec![
        ("LD_PRELOAD", library),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
    ]
}

fn apply(kiosk: &Kiosk, clock: &str) -> String {
    let answers = kiosk.folder.path().join("answers.json");
    std::fs::write(&answers, kiosk.example("HJ02")).unwrap();
    let mut command = kiosk.prepared(&["apply", "HJ02", "--answers", answers.to_str().unwrap(), "--json"]);
    let accepted = json(command.envs(at(clock)).stderr(Stdio::piped()).output().unwrap());
    accepted["registration"].as_str().unwrap().to_owned()
}

fn synchronised(kiosk: &Kiosk, clock: &str, expected: usize) {
    let report = json(kiosk.prepared(&["sync", "--once", "--json"]).envs(at(clock)).output().unwrap());
    assert_eq!(
        (&report["acknowledged"], &report["waiting"]),
        (&expected.into(), &0.into()),
        "{clock}: {report}"
    );
}

#[test]
fn a_terminals_wrong_clock_breaks_nothing() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let mut message = HashSet::new();
    for (accepting, sending) in CLOCKS.iter().zip(CLOCKS.iter().cycle().skip(1)) {
        assert!(message.insert(apply(&kiosk, accepting)), "a number was given twice");
        assert!(message.insert(apply(&kiosk, sending)), "a number was given twice");
        synchronised(&kiosk, accepting, 2);
        assert!(message.insert(apply(&kiosk, accepting)), "a number was given twice");
        synchronised(&kiosk, sending, 1);
        assert_eq!(hall.cases().len(), message.len());
    }
    // A sealed body is kept by the hall's clock: ten years ahead here is no reason to throw it away.
    synchronised(&kiosk, CLOCKS[2], 0);
    assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
}

#[test]
fn a_halls_wrong_clock_breaks_nothing() {
    let mut hall = Hall::start(None);
    let kiosk = hall.terminal();
    let mut message = 0;
    for clock in CLOCKS {
        hall.stop();
        hall.environment = at(clock);
        hall.start_again();
        // A terminal that is right, and one that is as wrong as the hall.
        for right in [true, false] {
            if right {
                kiosk.apply("HJ02");
            } else {
                apply(&kiosk, clock);
            }
            kiosk.command(&["sync", "--once"]);
            message += 1;
        }
        assert_eq!(hall.cases().len(), message, "{clock}");
        assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"), "{clock}");
    }
    let cases = hall.cases();
    let numbers: HashSet<_> = cases.iter().map(|case| case["case_number"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), message);
}

/// Both clocks jump every few moments, in the middle of requests, commits and answers. An attempt may have to be made
/// again; nothing is lost, doubled or given up.
#[test]
fn clocks_that_jump_in_mid_request_lose_and_double_nothing() {
    let mut chance = Chance::new("jumping clocks");
    let mut hall = Hall::start(None);
    let kiosk = hall.terminal();
    let clocks = ["hall", "terminal"].map(|name| hall.folder.path().join(format!("{name}.clock")));
    let set = |chance: &mut Chance| {
        for clock in &clocks {
            let now = ["+0", "+0", "-1h", "+3652d", "@1970-01-01 00:00:30"][chance.below(5)];
            let new = clock.with_extension("new");
            std::fs::write(&new, now).unwrap();
            std::fs::rename(new, clock).unwrap();
        }
    };
    set(&mut chance);
    hall.stop();
    hall.environment = faketime(&clocks[0]);
    hall.start_again();
    let done = AtomicBool::new(false);
    let mut message = HashSet::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                set(&mut chance);
                // The pause between two jumps is what is tried here, not a wait for anything.
                std::thread::sleep(Duration::from_millis(5 + chance.next() % 60));
            }
        });
        let answers = kiosk.folder.path().join("answers.json");
        std::fs::write(&answers, kiosk.example("HJ02")).unwrap();
        let answers = answers.to_str().unwrap();
        let mut attempts = 0;
        for round in rounds("jumping clocks", 8, 200) {
            let mut apply = kiosk.prepared(&["apply", "HJ02", "--answers", answers, "--json"]);
            let accepted = json(apply.envs(faketime(&clocks[1])).output().unwrap());
            assert!(message.insert(accepted["registration"].as_str().unwrap().to_owned()), "given twice");
            let left = |kiosk: &Kiosk| kiosk.outbox().iter().filter(|(_, state)| state == "waiting").count();
            let mut tries = 0;
            while left(&kiosk) > 0 {
                let mut sync = kiosk.prepared(&["sync", "--once"]);
                sync.envs(faketime(&clocks[1])).output().unwrap();
                tries += 1;
                assert!(tries < 40, "round {round}: never goes");
            }
            attempts += tries;
        }
        println!("{attempts} attempts for {} applications", message.len());
        done.store(true, Ordering::Relaxed);
    });
    assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
    let cases = hall.cases();
    let there: HashSet<_> =
        cases.iter().map(|case| case["registration"].as_str().unwrap().to_owned()).collect();
    assert_eq!((cases.len(), there), (message.len(), message));
}
