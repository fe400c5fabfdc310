//! Nobody in the queue is lost or called twice, no number is given twice, the bound of priority holds, and the day is
//! the hall's own: by the real commands, as two halls on one PostgreSQL run them.

use crate::programs::{postgres, program, tool};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A hall's folder and database, as its commands see them.
struct QueueService {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl QueueService {
    /// A hall with a database of its own.
    fn new(database: Option<String>) -> Self {
        let service = Self { folder: tempfile::tempdir().unwrap(), database };
        service.set_zone(&noon());
        service.queue(&["show"]);
        service
    }

    /// Another hall with the same keys on the same database.
    fn twin(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for key in ["hall.key", "seal.key"] {
            std::fs::copy(self.folder.path().join(key), folder.path().join(key)).unwrap();
        }
        let twin = Self { folder, database: self.database.clone() };
        twin.set_zone(&noon());
        twin
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(program("bianmin-hall"));
        command.arg("queue").args(arguments).args(["--json", "--data"]).arg(self.folder.path());
        command.arg("--config").arg(self.config());
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        command.output().unwrap()
    }

    #[track_caller]
    fn queue(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Has the file beside the keys say in which zone the hall is.
    fn set_zone(&self, zone: &str) {
        std::fs::write(self.config(), format!("time_zone = \"{zone}\"\n")).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("hall.toml")
    }
}

/// A zone in which it is about noon, so that no business day ends under a test.
fn noon() -> String {
    let hour = jiff::Timestamp::now().as_second() / 3600 % 24;
    // These names have the signs of POSIX: Etc/GMT-8 is eight hours ahead.
    format!("Etc/GMT{:+}", hour - 12)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}")).to_owned()
}

/// Does the same at both halls from many processes at once.
fn from_everywhere(
    halls: [&QueueService; 2],
    times: usize,
    what: impl Fn(&QueueService, usize) -> Value + Sync,
) -> Vec<Value> {
    std::thread::scope(|scope| {
        let what = &what;
        let running: Vec<_> = (0..times).map(|at| scope.spawn(move || what(halls[at % 2], at))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn two_halls_on_one_database_give_no_number_twice_and_call_nobody_twice() {
    const PEOPLE: usize = 12;
    let first = QueueService::new(Some(postgres()));
    let second = first.twin();
    let file = first.folder.path().join("queue.toml");
    let windows: String = (1..=PEOPLE).map(|at| format!("[windows.{at}]\ngroups = [\"A\"]\n")).collect();
    std::fs::write(&file, format!("[groups.A]\n{windows}")).unwrap();
    first.queue(&["setup", file.to_str().unwrap()]);
    let taken = from_everywhere([&first, &second], PEOPLE, |hall, _| hall.queue(&["take", "A"]));
    let expected: BTreeSet<String> = (1..=PEOPLE).map(|number| format!("A{number:03}")).collect();
    let numbers = |answers: &[Value]| answers.iter().map(|one| text(one, "number")).collect::<BTreeSet<_>>();
    assert_eq!(numbers(&taken), expected);
    let called =
        from_everywhere([&first, &second], PEOPLE, |hall, at| hall.queue(&["call", &(at + 1).to_string()]));
    assert_eq!(numbers(&called), expected, "{called:?}");
}

#[test]
fn the_database_itself_refuses_a_second_open_call_and_a_second_number() {
    let address = postgres();
    let hall = QueueService::new(Some(address.clone()));
    hall.queue(&["take", "A"]);
    hall.queue(&["take", "A"]);
    hall.queue(&["call", "1"]);
    let insert = |ticket: &str, window: &str| {
        format!(
            "INSERT INTO queue_call (id, ticket, group_code, window_code, called_at, called_by, reason) \
             SELECT 'x', id, 'A', '{window}', 0, '', 'next' FROM queue_ticket WHERE number = '{ticket}'"
        )
    };
    let again = "UPDATE queue_ticket SET number = 'A001' WHERE number = 'A002'".to_owned();
    for sql in [insert("A001", "2"), insert("A002", "1"), again] {
        let answer = tool("psql", &[&address, "-v", "ON_ERROR_STOP=1", "-qc", &sql]);
        assert!(!answer.status.success(), "taken: {sql}");
    }
}

#[test]
fn a_simulated_day_loses_nobody_calls_nobody_twice_and_keeps_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(program("bianmin-hall"));
    command
        .args(["queue", "simulate", "--visitors", "300", "--windows", "4", "--json", "--data"])
        .arg(folder.path());
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success(), "{report:#}");
    let count = |key: &str| report[key].as_u64().unwrap();
    assert_eq!(count("lost") + count("called_twice") + count("numbers_twice") + count("untrue_rows"), 0);
    assert!(report["bound"]["longest_run_of_a_group"].as_u64() <= report["bound"]["published"].as_u64());
    assert_eq!(count("served") + count("left") + count("missed"), 300, "{report:#}");
}

#[test]
fn somebody_who_was_missed_comes_back_when_their_number_is_called() {
    let hall = QueueService::new(None);
    let number = text(&hall.queue(&["take", "A"]), "number");
    hall.queue(&["call", "1"]);
    hall.queue(&["missed", "1"]);
    let none = hall.queue(&["call", "1"]);
    assert!(none["number"].is_null() && none["missed"] == 1, "{none}");
    assert_eq!(text(&hall.queue(&["call", "2", "--number", &number]), "number"), number);
    hall.queue(&["serve", "2"]);
    assert_eq!(text(&hall.queue(&["finish", "2"]), "state"), "done");
}

#[test]
fn the_day_on_a_number_is_the_halls_own_wherever_it_is() {
    // At every moment it is another day than in UTC in one of the two.
    for zone in ["Pacific/Kiritimati", "Etc/GMT+12"] {
        let hall = QueueService::new(None);
        hall.set_zone(zone);
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        let day = || jiff::Timestamp::now().to_zoned(zone.clone()).date().to_string();
        let before = day();
        let taken = hall.queue(&["take", "A"]);
        // Midnight may just have been.
        assert!([before, day()].contains(&text(&taken, "day")), "{taken}");
    }
}

#[test]
fn a_set_up_that_is_not_understood_changes_nothing() {
    let hall = QueueService::new(None);
    let file = hall.folder.path().join("queue.toml");
    let set_up = |text: &str| {
        std::fs::write(&file, text).unwrap();
        hall.output(&["setup", Path::new(&file).to_str().unwrap()])
    };
    let good = "priority_bound = 3\n[groups.S]\nname = \"社保\"\n[windows.7]\ngroups = [\"S\"]\n";
    assert!(set_up(good).status.success());
    let before = hall.queue(&["show"]);
    assert_eq!(
        (before["priority_bound"].as_u64(), &before["windows"][0]["groups"][0]),
        (Some(3), &"S".into())
    );
    let bad = set_up(&good.replace("groups = [\"S\"]", "group = [\"S\"]").replace("= 3", "= 0"));
    assert_eq!(bad.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&bad.stdout).unwrap();
    let lines: Vec<u64> =
        answer["errors"].as_array().unwrap().iter().filter_map(|one| one["line"].as_u64()).collect();
    assert!(lines.contains(&1) && lines.contains(&5), "{answer:#}");
    assert_eq!(hall.queue(&["show"]), before);
}
