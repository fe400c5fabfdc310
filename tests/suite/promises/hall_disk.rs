//! What the hall acknowledged is there, whatever its disk or its database refused before: full, unreadable, cut off.

use super::bench::Terminal;
use super::chance::{Chance, count, rounds};
use super::disks::SmallDisk;
use super::idempotency::{Copies, acknowledged};
use crate::programs::{Hall, eventually, postgres, tool};
use bianmin_protocol::v1::{ApplicationOutcome, Envelope};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What was acknowledged: the case number of each application, by its registration number.
#[derive(Default)]
struct Report(Mutex<BTreeMap<String, String>>);

impl Report {
    /// Sends once. None where the hall said that it cannot just now, or nothing at all.
    fn send(&self, copies: &Copies, url: &str, envelope: &Envelope) -> Option<()> {
        let answer = copies.send(url, envelope)?;
        if matches!(answer.1, ApplicationOutcome::Later {}) {
            return None;
        }
        let report = acknowledged(copies, &answer);
        let number = report.case_number.to_string();
        let earlier = self.0.lock().unwrap().insert(report.registration.to_string(), number.clone());
        assert!(earlier.is_none_or(|earlier| earlier == number), "another number for the same application");
        Some(())
    }

    /// As a terminal does: until it is acknowledged.
    fn deliver(&self, copies: &Copies, url: &str, envelope: &Envelope) {
        eventually("an acknowledgement of a hall that has room again", || self.send(copies, url, envelope));
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    #[track_caller]
    fn is_at(&self, hall: &Hall, when: &str) {
        let report = self.0.lock().unwrap();
        let text = |case: &serde_json::Value, key: &str| case[key].as_str().unwrap().to_owned();
        let kept: BTreeMap<String, String> =
            hall.cases().iter().map(|case| (text(case, "registration"), text(case, "case_number"))).collect();
        let lost =
            report.iter().filter(|(registration, number)| kept.get(*registration) != Some(number)).count();
        assert_eq!(
            lost,
            0,
            "{when}: of {} acknowledged applications so many are not at the hall",
            report.len()
        );
        let numbers: HashSet<_> = report.values().collect();
        assert_eq!(numbers.len(), report.len(), "{when}: a case number was given twice");
    }
}

#[test]
fn a_hall_whose_disk_was_full_keeps_what_it_acknowledges_afterwards() {
    let disk = SmallDisk::of(32 * 1024);
    let mut hall = Hall::start_in(tempfile::tempdir_in(disk.path()).unwrap(), None, Vec::new());
    let terminal = Terminal::of(&hall);
    let (copies, report) = (Copies::of(&terminal), Report::default());
    let mut waiting = Vec::new();
    for kilobytes in [200, 64] {
        disk.fill_but(kilobytes);
        let mut refused = 0;
        while refused < 3 {
            let envelope = copies.envelope();
            if report.send(&copies, &hall.url, &envelope).is_none() {
                refused += 1;
                waiting.push(envelope);
            }
            assert!(report.len() < 2000, "the disk never filled");
        }
        disk.free();
        waiting.extend((0..count(100, 300)).map(|_| copies.envelope()));
        for envelope in waiting.drain(..) {
            report.deliver(&copies, &hall.url, &envelope);
        }
        report.is_at(&hall, "while it serves");
    }
    hall.stop();
    hall.start_again();
    report.is_at(&hall, "after a restart");
}

/// The library that makes writing fail, built once.
fn bad_disk() -> PathBuf {
    use std::sync::OnceLock;
    static LIBRARY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/promises/bad_disk.c");
        let library = folder.path().join("bad_disk.so");
        let (library, source) = (library.to_str().unwrap(), source.to_str().unwrap());
        let built = tool("cc", &["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        folder
    });
    folder.path().join("bad_disk.so")
}

#[test]
fn whatever_a_bad_disk_refuses_what_was_acknowledged_is_there() {
    let mut chance = Chance::new("bad disks");
    for round in rounds("bad disks", 2, 100) {
        let folder = tempfile::tempdir().unwrap();
        let armed = folder.path().join("armed");
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let environment = vec![
            ("LD_PRELOAD", text(&bad_disk())),
            ("BAD_DISK_ARMED", text(&armed)),
            ("BAD_DISK_SEED", chance.next().to_string()),
            ("BAD_DISK_CHANCE", (20 + chance.below(150)).to_string()),
        ];
        let mut hall = Hall::start_in(folder, None, environment.clone());
        let terminal = Terminal::of(&hall);
        let (copies, report) = (Copies::of(&terminal), Report::default());
        let mut codes = Vec::new();
        for _ in 0..2 {
            std::fs::write(&armed, "").unwrap();
            let refused = send_at_once(&copies, &report, &hall.url);
            assert!(!refused.is_empty(), "round {round}: the disk refused nothing");
            // What a command says it wrote counts too.
            let invited = hall.try_command(&["terminal", "invite"], &environment);
            codes.extend(invited.map(|invited| invited["code"].as_str().unwrap().to_owned()));
            std::fs::remove_file(&armed).unwrap();
            for envelope in &refused {
                report.deliver(&copies, &hall.url, envelope);
            }
            report.is_at(&hall, "while it serves");
        }
        hall.stop();
        hall.start_again();
        report.is_at(&hall, "after a restart");
        for code in codes {
            Terminal::enrolled_with(&hall, &code);
        }
    }
}

/// Four send at once; what was not acknowledged.
fn send_at_once(copies: &Copies, report: &Report, url: &str) -> Vec<Envelope> {
    let refused = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..count(15, 40) {
                    let envelope = copies.envelope();
                    if report.send(copies, url, &envelope).is_none() {
                        refused.lock().unwrap().push(envelope);
                    }
                }
            });
        }
    });
    refused.into_inner().unwrap()
}

#[test]
fn however_often_postgresql_cuts_its_connections_what_was_acknowledged_is_there() {
    let database = postgres();
    let mut hall = Hall::start(Some(database.clone()));
    let terminal = Terminal::of(&hall);
    let (copies, report) = (Copies::of(&terminal), Report::default());
    let is_over = AtomicBool::new(false);
    let refused = std::thread::scope(|scope| {
        scope.spawn(|| {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
            while !is_over.load(Ordering::Relaxed) {
                assert!(tool("psql", &[&database, "-qc", cut]).status.success());
                std::thread::sleep(Duration::from_millis(30));
            }
        });
        let refused = send_at_once(&copies, &report, &hall.url);
        is_over.store(true, Ordering::Relaxed);
        refused
    });
    assert!(!refused.is_empty(), "no connection was cut in the middle of its work");
    for envelope in &refused {
        report.deliver(&copies, &hall.url, envelope);
    }
    report.is_at(&hall, "while it serves");
    hall.stop();
    hall.start_again();
    report.is_at(&hall, "after a restart");
}
