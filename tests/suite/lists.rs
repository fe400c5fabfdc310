//! What a hall's operator lists is whole or says that it is cut, and costs no more memory than a page.

use crate::programs::{Hall, program};
use serde_json::Value;
use std::collections::HashSet;
use std::io::Read as _;
use std::process::{Command, Stdio};

const ROWS: usize = 50_000;
/// Bytes of each application: together far more than a list may take.
const ENVELOPE: usize = 4_000;
/// The most memory that a command may have used, in kB, its own code and the database's caches included; the envelopes
/// alone are 200,000.
const MEMORY: u64 = 140_000;

/// So many applications that were refused, as a hall has after years.
fn fill(hall: &Hall) {
    let connection = rusqlite::Connection::open(hall.folder.path().join("hall.sqlite")).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    let sql = format!(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS}) \
         INSERT INTO application (id, registration, terminal, item, digest, envelope, received_at, refusal, unopened) \
         SELECT printf('00000000-0000-7000-8000-%012x', n), 'r' || n, 'HP01', 'HJ02', zeroblob(32), \
         zeroblob({ENVELOPE}), n / 3, '{{\"code\":\"malformed\"}}', 0 FROM n"
    );
    connection.execute_batch(&sql).unwrap();
}

/// The most memory that a process has used so far, in kB.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn names(rows: &Value, key: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_long_list_takes_the_memory_of_a_page() {
    let mut hall = Hall::start(None);
    hall.stop();
    fill(&hall);
    let mut command = Command::new(program("bianmin-hall"));
    command.args(["case", "list", "--refused", "--json", "--data"]).arg(hall.folder.path());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    // With most of the list read, the rest still to come: it waits for us at a full pipe.
    let mut text = vec![0; 6_000_000];
    out.read_exact(&mut text).unwrap();
    let used = memory(child.id());
    out.read_to_end(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(used < MEMORY, "{used} kB");
    let rows: Value = serde_json::from_slice(&text).unwrap();
    let names: HashSet<String> = names(&rows, "application_id").into_iter().collect();
    assert_eq!(names.len(), ROWS);
}

#[test]
fn a_list_that_is_cut_says_where_it_goes_on() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    for _ in 0..5 {
        kiosk.apply("HJ02");
    }
    kiosk.command(&["sync", "--once"]);
    hall.terminal();
    let lists: [(&[&str], &str, Option<&str>); 3] = [
        (&["case", "list"], "registration", None),
        (&["terminal", "list"], "terminal", None),
        (&["catalogue", "show"], "item", Some("items")),
    ];
    for (list, key, part) in lists {
        let read = |more: &[&str]| {
            let output = hall.output(&[list, more, &["--json"]].concat());
            assert!(output.status.success());
            let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
            let rows = part.map_or(rows.clone(), |part| rows[part].clone());
            (names(&rows, key), String::from_utf8(output.stderr).unwrap())
        };
        let (whole, report) = read(&[]);
        assert_eq!(report, "", "{list:?}");
        let (mut found, report) = read(&["--limit", "1"]);
        assert_eq!(found, whole[..1], "{list:?}");
        assert!(report.contains(&format!("--after {}", found[0])), "{list:?}: {report}");
        let (rest, report) = read(&["--after", &found[0]]);
        assert_eq!(report, "", "{list:?}");
        found.extend(rest);
        assert_eq!(found, whole, "{list:?}");
        let (none, report) = read(&["--after", whole.last().unwrap()]);
        assert_eq!((none.len(), report.as_str()), (0, ""), "{list:?}");
    }
    assert!(!hall.output(&["case", "list", "--after", "nothing"]).status.success());
}
