//! A decision is never lost, made twice, or seen without its event; the chain of events notices any change; who receives
//! does not decide; and a copied database names nobody.

use super::bench::Terminal;
use super::chance::{Chance, count};
use crate::programs::{Hall, json, postgres, program, tool};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

fn verify(hall: &Hall) -> (bool, Value) {
    let output = hall.output(&["audit", "verify", "--json"]);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.success(), report)
}

#[track_caller]
fn is_whole(hall: &Hall) {
    let (is_well, report) = verify(hall);
    assert!(is_well, "{report:#}");
}

/// Cases that the hall has received, by their registration numbers.
fn received(hall: &Hall, number: usize) -> Vec<String> {
    let terminal = Terminal::of(hall);
    let numbers = terminal.write(number);
    terminal.kiosk.command(&["sync", "--once"]);
    numbers
}

fn a_decision_is_not_seen_without_its_event(database: Option<String>) {
    let hall = Hall::start(database);
    for number in received(&hall, 2) {
        hall.command(&["case", "accept", &number]);
        hall.command(&["case", "note", &number, "--text", "电话已联系"]);
        hall.command(&["case", "decide", &number, "granted", "--reason", "符合条件"]);
        let shown = hall.command(&["case", "show", &number]);
        let kinds: Vec<&Value> =
            shown["history"].as_array().unwrap().iter().map(|one| &one["event"]["kind"]).collect();
        assert_eq!(kinds.len(), 4, "{shown:#}");
        let actor = shown["history"][3]["actor"].as_str().unwrap();
        assert!(actor.starts_with("operator:"), "{actor}");
        assert_eq!((&shown["state"], &shown["remark"]), (&"granted".into(), &"符合条件".into()));
        assert!(shown["clock"]["due"].is_string() && shown["clock"]["working"].is_array());
    }
    is_whole(&hall);
}

#[test]
fn a_decision_is_not_seen_without_its_event_on_sqlite() {
    a_decision_is_not_seen_without_its_event(None);
}

#[test]
fn a_decision_is_not_seen_without_its_event_on_postgresql() {
    a_decision_is_not_seen_without_its_event(Some(postgres()));
}

/// Changes the database as somebody does who has it and not the keys.
#[test]
fn whatever_is_changed_behind_the_halls_back_is_noticed() {
    let mut hall = Hall::start(None);
    let numbers = received(&hall, 3);
    for number in &numbers {
        hall.command(&["case", "accept", number]);
        hall.command(&["case", "decide", number, "refused", "--reason", "材料不符"]);
    }
    hall.stop();
    is_whole(&hall);
    let file = hall.folder.path().join("hall.sqlite");
    let kept = std::fs::read(&file).unwrap();
    let last = "stream = (SELECT MAX(stream) FROM audit_event)";
    for change in [
        format!("UPDATE audit_event SET actor = 'operator:other' WHERE {last} AND number = 3"),
        format!(
            "UPDATE audit_event SET content = replace(content, 'refused', 'granted') WHERE {last} AND number = 3"
        ),
        format!("UPDATE audit_event SET at = at - 86400000 WHERE {last} AND number = 2"),
        format!("UPDATE audit_event SET number = number * 10 WHERE {last}"),
        format!("DELETE FROM audit_event WHERE {last} AND number = 2"),
        format!("DELETE FROM audit_event WHERE {last} AND number = 3"),
        "UPDATE case_file SET state = 'granted'".to_owned(),
        "UPDATE case_file SET remark = ''".to_owned(),
        "UPDATE audit_total SET events = events - 1".to_owned(),
        "DELETE FROM audit_total".to_owned(),
    ] {
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(hall.folder.path().join(format!("hall.sqlite{end}")));
        }
        std::fs::write(&file, &kept).unwrap();
        let changed = rusqlite::Connection::open(&file).unwrap().execute(&change, []).unwrap();
        assert!(changed > 0, "{change}");
        let (is_well, report) = verify(&hall);
        let places = report["findings"].as_array().map_or(0, Vec::len);
        assert!(!is_well && places > 0, "nobody noticed: {change}: {report:#}");
    }
}

#[test]
fn who_receives_does_not_decide() {
    let hall = Hall::start(None);
    for login in ["wang", "zhao", "qian"] {
        let roles = ["receive", "decide", "issue"].map(|role| ["--role", role]).concat();
        hall.command(&[&["staff", "add", login, "--name", "示例"][..], &roles].concat());
    }
    hall.command(&["staff", "add", "stranger", "--name", "示例", "--role", "decide@OTHER"]);
    let number = received(&hall, 1).remove(0);
    let does = |login: &str, command: &[&str]| {
        let output = hall.output(&[&["case", command[0], &number], &command[1..], &["--as", login]].concat());
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert!(does("wang", &["accept"]).0);
    let (is_done, why) = does("wang", &["decide", "granted"]);
    assert!(!is_done && why.contains("may not decide"), "who received the case has decided it: {why}");
    let (is_done, why) = does("stranger", &["decide", "granted"]);
    assert!(!is_done && why.contains("needs the role decide"), "another department has decided it: {why}");
    assert!(does("zhao", &["decide", "granted"]).0);
    assert!(!does("zhao", &["issue"]).0, "who decided the case has issued it");
    assert!(does("qian", &["issue"]).0);
    assert!(!does("nobody", &["deliver"]).0);
    is_whole(&hall);
}

/// Decides as one of two halls' staff, and is killed at some moment.
fn decide_and_die(
    folder: &Path,
    database: &str,
    number: &str,
    state: &str,
    after: Option<Duration>,
) -> Option<Output> {
    let mut command = Command::new(program("bianmin-hall"));
    command
        .args(["case", "decide", number, state, "--json", "--data"])
        .arg(folder)
        .args(["--database", database]);
    let Some(after) = after else { return Some(command.output().unwrap()) };
    let mut child =
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap();
    None
}

/// Two halls on one database decide the same cases at the same time, and are killed on the way.
#[test]
fn two_halls_that_are_killed_decide_each_case_once() {
    let mut chance = Chance::new("decisions");
    let database = postgres();
    let hall = Hall::start(Some(database.clone()));
    let other = tempfile::tempdir().unwrap();
    for key in ["hall.key", "seal.key"] {
        std::fs::copy(hall.folder.path().join(key), other.path().join(key)).unwrap();
    }
    let numbers = received(&hall, count(6, 60));
    for number in &numbers {
        let folders = [hall.folder.path(), other.path()];
        let waits =
            [0; 2].map(|_| chance.percent(60).then(|| Duration::from_millis(chance.below(400) as u64)));
        std::thread::scope(|scope| {
            for ((folder, state), wait) in folders.into_iter().zip(["granted", "refused"]).zip(waits) {
                let database = &database;
                scope.spawn(move || decide_and_die(folder, database, number, state, wait));
            }
        });
        // Whatever has become of both: somebody decides, and only one of all decisions holds.
        let _ = decide_and_die(folders[0], &database, number, "granted", None);
        let shown = hall.command(&["case", "show", number]);
        let steps: Vec<&str> = shown["history"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["event"]["step"].as_str())
            .collect();
        let decisions = steps.iter().filter(|step| ["grant", "refuse"].contains(step)).count();
        assert_eq!(decisions, 1, "{steps:?}");
        let expected = if steps.contains(&"grant") { "granted" } else { "refused" };
        assert_eq!(shown["state"], expected);
    }
    is_whole(&hall);
}

/// What residents wrote and what staff wrote about them.
const WRITTEN: [&str; 5] =
    ["请补交张某某的户口簿", "电话联系过其母亲李某", "因故暂缓王某", "交给赵某跟进", "说明不全孙某"];

/// The name, identity number and telephone number of an invented person.
const PERSON: [&str; 3] = ["欧阳示例甲", "110105198807041233", "13911110007"];

fn a_copied_database_names_nobody(database: Option<String>) {
    let hall = Hall::start(database.clone());
    let kiosk = hall.terminal();
    // Nobody of these is in the catalogue's examples.
    let example = String::from_utf8(kiosk.example("HJ02")).unwrap();
    let mut answers = example;
    for (example, own) in [("张三", PERSON[0]), ("11010519491231002X", PERSON[1]), ("13800000000", PERSON[2])]
    {
        assert!(answers.contains(example));
        answers = answers.replace(example, own);
    }
    let applied = json(kiosk.try_apply("HJ02", answers.as_bytes()));
    kiosk.command(&["sync", "--once"]);
    let number = applied["registration"].as_str().unwrap();
    let [list, note, hold, hand, not_first] = WRITTEN;
    hall.command(&["case", "supplement", number, "--list", list]);
    hall.command(&["case", "supplement", number, "--answered"]);
    hall.command(&["case", "supplement", number, "--list", not_first, "--why-not-first", not_first]);
    hall.command(&["case", "note", number, "--text", note]);
    hall.command(&["case", "hold", number, "--reason", hold]);
    hall.command(&["case", "hand-over", number, "--reason", hand]);
    // Everything of it is there for who has the keys.
    let shown = hall.command(&["case", "show", number]).to_string();
    assert!(WRITTEN.iter().all(|text| shown.contains(text)), "{shown}");
    for text in PERSON {
        assert_eq!(
            hall.command(&["case", "search", text]).as_array().map(Vec::len),
            Some(1),
            "{text} is found"
        );
    }
    let copy = match database {
        None => ["hall.sqlite", "hall.sqlite-wal"]
            .into_iter()
            .filter_map(|name| std::fs::read(hall.folder.path().join(name)).ok())
            .flatten()
            .collect(),
        Some(database) => {
            let dump = tool("pg_dump", &["--inserts", &database]);
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            dump.stdout
        }
    };
    for canary in PERSON.into_iter().chain(WRITTEN) {
        let plain = canary.as_bytes();
        let hex: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_there = |part: &[u8]| copy.windows(part.len()).any(|window| window == part);
        assert!(!is_there(plain) && !is_there(hex.as_bytes()), "the database says {canary:?}");
    }
}

#[test]
fn a_copied_database_names_nobody_on_sqlite() {
    a_copied_database_names_nobody(None);
}

#[test]
fn a_copied_database_names_nobody_on_postgresql() {
    a_copied_database_names_nobody(Some(postgres()));
}
