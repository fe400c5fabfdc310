//! A due date can be counted by hand, and a year of which no calendar is known is named, by the real command.

use crate::programs::program;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn output(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program("bianmin-hall"));
    command.arg("calendar").args(arguments).args(["--json", "--data"]).arg(folder);
    command.output().unwrap()
}

#[track_caller]
fn calendar(folder: &Path, arguments: &[&str]) -> Value {
    let output = output(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_day_of_a_period_is_told_and_a_year_without_a_calendar_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let answer = calendar(folder, &["due", "2026-09-30", "4"]);
    assert_eq!((answer["due"].as_str(), &answer["assumed_years"]), (Some("2026-10-12"), &json!([])));
    let counted: Vec<&str> = answer["working"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|day| day["counts"] == true)
        .map(|day| day["date"].as_str().unwrap())
        .collect();
    assert_eq!(counted, ["2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"]);

    let output = output(folder, &["due", "2198-12-30", "3"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["assumed_years"], json!([2198, 2199]));
    assert!(String::from_utf8_lossy(&output.stderr).contains("2198–2199"), "in words too");
}

#[test]
fn an_imported_year_is_known_and_a_file_that_is_not_understood_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = folder.join("calendar.toml");
    let days: String = (1..=10).map(|day| format!("01-{day:02} = \"元旦\"\n")).collect();
    let good = format!("source = \"notice\"\n[holidays.2198]\n{days}");
    let import = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        output(folder, &[&["import", file.to_str().unwrap()][..], more].concat())
    };
    let unknown = || !output(folder, &["show", "2198"]).status.success();
    let bad = import(&good.replace("01-05", "13-05").replace("source", "sorce"), &[]);
    let answer: Value = serde_json::from_slice(&bad.stdout).unwrap();
    let lines: Vec<u64> =
        answer["errors"].as_array().unwrap().iter().filter_map(|one| one["line"].as_u64()).collect();
    assert!(bad.status.code() == Some(1) && lines.contains(&1) && lines.contains(&7), "{answer:#}");
    assert!(unknown());
    assert!(import(&good, &["--dry-run"]).status.success() && unknown());
    let imported: Value = serde_json::from_slice(&import(&good, &["--by", "Li"]).stdout).unwrap();
    assert_eq!(imported["new_years"], json!([2198]));
    let shown = calendar(folder, &["show", "2198"]);
    assert_eq!(shown["imported"]["imported_by"], "Li");
    assert_eq!(calendar(folder, &["due", "2197-12-31", "1"])["due"], "2198-01-11");
}
