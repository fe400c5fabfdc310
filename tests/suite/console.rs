//! What programs print and log gives no orders to whatever shows it, whoever the text came from.

use crate::programs::{Hall, program};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Sets a window's title, begins a line of its own, turns the direction, clears the screen.
const BAD: &str = "张\u{1b}]0;owned\u{7}\n\u{202e}\u{9b}2J";
/// The beginning of it as it may be shown, on lines and in JSON.
const SHOWN: [&str; 2] = ["u{1b}]0;owned", "u001b]0;owned"];

/// Runs a program as on a person's terminal.
fn on_a_terminal(command: &Command) -> Output {
    let quote = |text: &std::ffi::OsStr| format!("'{}'", text.to_str().unwrap());
    let line: Vec<String> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(quote).collect();
    let mut script = Command::new("script");
    script.args(["-E", "never", "-qec", &line.join(" "), "/dev/null"]);
    script.env("SHELL", "/bin/sh").stdin(Stdio::null());
    script.output().expect("script(1) is part of every Linux system")
}

/// Everything that came out is harmless, and says what there was.
#[track_caller]
fn is_harmless(output: &Output, what: &str) {
    for out in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(out.clone()).unwrap();
        let bad = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r') || *c == '\u{202e}');
        assert_eq!(bad, None, "{what}: {text:?}");
    }
    let all = String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap();
    assert!(SHOWN.iter().any(|shown| all.contains(shown)), "{what}: {all}");
}

/// Puts it behind the hall's back where an earlier version, or another program, might have.
fn spoil(hall: &Hall) {
    let connection = rusqlite::Connection::open(hall.folder.path().join("hall.sqlite")).unwrap();
    for sql in [
        "UPDATE terminal SET version = ?1, printer = ?1",
        "UPDATE application SET item = ?1",
        "UPDATE case_file SET remark = ?1, state = ?1",
        "UPDATE application SET refusal = '{\"code\":\"malformed\"}' WHERE registration = \
         (SELECT MAX(registration) FROM application) AND ?1 = ?1",
        "UPDATE item_version SET content = json_object('task_name', ?1)",
    ] {
        connection.execute(sql, [BAD]).unwrap();
    }
}

#[test]
fn lists_of_the_hall_give_no_orders() {
    let mut hall = Hall::start(None);
    let kiosk = hall.terminal();
    for _ in 0..2 {
        kiosk.apply("HJ02");
    }
    kiosk.command(&["sync", "--once"]);
    hall.stop();
    spoil(&hall);
    for list in [
        &["case", "list"][..],
        &["case", "list", "--refused"],
        &["terminal", "list"],
        &["catalogue", "show", "--limit", "3"],
    ] {
        for more in [&[][..], &["--json"]] {
            let mut command = Command::new(program("bianmin-hall"));
            command.args(list).args(more).arg("--data").arg(hall.folder.path());
            is_harmless(&command.output().unwrap(), &format!("{list:?} {more:?}"));
            is_harmless(&on_a_terminal(&command), &format!("{list:?} {more:?} on a terminal"));
        }
    }
}

#[test]
fn messages_and_logs_of_the_hall_give_no_orders() {
    let mut hall = Hall::start(None);
    hall.terminal();
    hall.stop();
    // Its own folder's name is in what it logs of a mark that is gone.
    let data = hall.folder.path().join(BAD);
    std::fs::create_dir(&data).unwrap();
    for name in ["hall.key", "seal.key", "hall.sqlite"] {
        std::fs::rename(hall.folder.path().join(name), data.join(name)).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(program("bianmin-hall"));
        command.args(arguments).arg("--data").arg(&data).output().unwrap()
    };
    is_harmless(&run(&["terminal", "list"]), "a log");
    is_harmless(&run(&["catalogue", "import", &format!("/nowhere/{BAD}.json")]), "an import");
    is_harmless(&run(&["outbox", "import", &format!("/nowhere/{BAD}")]), "a list of failures");
    is_harmless(&run(&["case", "show", BAD]), "an error");
}

#[test]
fn what_a_terminal_prints_gives_no_orders() {
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    let config = kiosk.folder.path().join("bad.toml");
    let key = BAD.replace('\u{1b}', "\\u001b").replace('\u{7}', "\\u0007").replace('\n', "\\n");
    let key = key.replace('\u{202e}', "\\u202e").replace('\u{9b}', "\\u009b");
    std::fs::write(&config, format!("[place]\n\"{key}\" = 1\n")).unwrap();
    let config: &Path = &config;
    let config = config.to_str().unwrap();
    for more in [&[][..], &["--json"]] {
        for command in [&["doctor", "--config", config][..], &["config", "check", config]] {
            let command = kiosk.prepared(&[command, more].concat());
            is_harmless(&on_a_terminal(&command), &format!("{command:?}"));
        }
    }
    let missing = format!("/nowhere/{BAD}");
    is_harmless(&kiosk.try_command(&["apply", "HJ02", "--answers", &missing]), "an error");
}

/// A hall whose settings do not hold names one mistake and this command, which names all.
#[test]
fn the_hall_names_every_mistake_of_its_settings_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hall.toml");
    std::fs::write(&file, "listn = 1\ntime_zone = \"Mars\"\nterminal_prefix = \"zd\"\n").unwrap();
    let check = |file: &std::path::Path| {
        let mut command = Command::new(program("bianmin-hall"));
        command.args(["config", "check", file.to_str().unwrap()]).env("LANG", "en_US.UTF-8").output().unwrap()
    };
    let wrong = check(&file);
    let answer: serde_json::Value = serde_json::from_slice(&wrong.stdout).unwrap();
    let keys: Vec<_> = answer["problems"].as_array().unwrap().iter().map(|one| one["key"].clone()).collect();
    assert!(!wrong.status.success() && answer["valid"] == false);
    assert_eq!(keys, ["listn", "time_zone", "terminal_prefix"]);
    std::fs::write(&file, "time_zone = \"Asia/Shanghai\"\n").unwrap();
    let right = check(&file);
    assert!(right.status.success(), "{}", String::from_utf8_lossy(&right.stderr));
}

/// In another folder than usual, a command that asks or changes something begins no second hall.
#[test]
fn a_command_without_a_folder_begins_no_second_hall() {
    let folder = tempfile::tempdir().unwrap();
    for command in [&["terminal", "invite"][..], &["database", "new-epoch"], &["case", "list"]] {
        let mut hall = Command::new(program("bianmin-hall"));
        hall.args(command).current_dir(folder.path()).env_remove("BIANMIN_HALL_DATA");
        let done = hall.output().unwrap();
        let words = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && words.contains("--data"), "{command:?}: {words}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
