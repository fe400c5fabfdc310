//! A wrong clock breaks nothing: terminals and halls in 1970, an hour behind, ten years ahead, and jumping between.

use crate::programs::{Hall, Kiosk, json};
use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;

const CLOCKS: [&str; 3] = ["@1970-01-01 00:00:30", "-1h", "+3652d"];

/// What makes a program see another time.
fn at(clock: &str) -> Vec<(&'static str, String)> {
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
    let mut told = HashSet::new();
    for (accepting, sending) in CLOCKS.iter().zip(CLOCKS.iter().cycle().skip(1)) {
        assert!(told.insert(apply(&kiosk, accepting)), "a number was given twice");
        assert!(told.insert(apply(&kiosk, sending)), "a number was given twice");
        synchronised(&kiosk, accepting, 2);
        assert!(told.insert(apply(&kiosk, accepting)), "a number was given twice");
        synchronised(&kiosk, sending, 1);
        assert_eq!(hall.cases().len(), told.len());
    }
    // A sealed body is kept by the hall's clock: ten years ahead here is no reason to throw it away.
    synchronised(&kiosk, CLOCKS[2], 0);
    assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"));
}

#[test]
fn a_halls_wrong_clock_breaks_nothing() {
    let mut hall = Hall::start(None);
    let kiosk = hall.terminal();
    let mut told = 0;
    for clock in CLOCKS {
        hall.stop();
        hall.environment = at(clock);
        hall.start_again();
        for _ in 0..2 {
            kiosk.apply("HJ02");
            kiosk.command(&["sync", "--once"]);
            told += 1;
        }
        assert_eq!(hall.cases().len(), told, "{clock}");
        assert!(kiosk.outbox().iter().all(|(_, state)| state == "acknowledged"), "{clock}");
    }
    let cases = hall.cases();
    let numbers: HashSet<_> = cases.iter().map(|case| case["case_number"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), told);
}
