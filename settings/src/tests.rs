//! Whatever a file holds, it is told, and what is right in it counts.

use super::*;
use serde::Deserialize;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    name: String,
    lock: Lock,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Lock {
    #[default]
    None,
    Wooden {
        width: u32,
        #[serde(default)]
        handle: Option<Handle>,
    },
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    brass: bool,
}

fn report(text: &str) -> Vec<(Option<usize>, String, String)> {
    let problems = match parse::<Settings>(text, Path::new("x.toml")) {
        Ok(parsed) => parsed.problems(),
        Err(invalid) => invalid.problems,
    };
    let row =
        |problem: Problem| (problem.line, problem.key.unwrap_or_default(), problem.words.key().to_owned());
    problems.into_iter().map(row).collect()
}

#[test]
fn a_mistake_deep_in_a_table_is_found_where_it_is() {
    let text = "name = \"a\"\n[lock]\nkind = \"wooden\"\nwidth = 3\nhandle = { brass = \"no\" }\n";
    assert_eq!(report(text), [(Some(5), "lock.handle.brass".into(), "settings-expected-boolean".into())]);
}

#[test]
fn one_cause_is_told_once() {
    let text = "[lock]\nkind = \"wooden\"\nwidht = 3\n";
    assert_eq!(report(text), [(Some(3), "lock.widht".into(), "settings-unknown-key-near".into())]);
    let text = "[lock]\nkind = \"wooden\"\nwidth = \"wide\"\n";
    assert_eq!(report(text), [(Some(3), "lock.width".into(), "settings-expected-count".into())]);
}

#[test]
fn what_is_right_counts_beside_what_is_wrong() {
    let parsed = parse::<Settings>("name = \"a\"\nnmae = \"b\"\n", Path::new("x.toml")).unwrap();
    assert_eq!(parsed.value, Settings { name: "a".into(), lock: Lock::None });
    assert!(parsed.sets("name") && !parsed.sets("lock"));
    assert!(parsed.finish().is_err());
}

#[test]
fn a_file_full_of_mistakes_is_told_up_to_the_limit() {
    let text: String = (0..500).map(|number| format!("unknown{number} = 1\n")).collect();
    assert_eq!(report(&text).len(), MAX_PROBLEMS);
}

#[test]
fn every_damaged_file_is_told_or_is_a_valid_one() {
    // Every file that differs from a good one in one byte, or ends too soon: it never panics, and what is not
    // told has every value from a line of its own.
    let good = "name = \"a\"\n[lock]\nkind = \"wooden\"\nwidth = 3\nhandle = { brass = true }\n";
    for at in 0..good.len() {
        for byte in ["\"", "=", "[", "]", "\n", "x", "#", "\\", "“", "\u{0}"] {
            let damaged = format!("{}{byte}{}", &good[..at], &good[at + 1..]);
            for text in [damaged.as_str(), &good[..at]] {
                if let Ok(parsed) = parse::<Settings>(text, Path::new("x.toml")) {
                    let _ = parsed.finish();
                }
            }
        }
    }
}
