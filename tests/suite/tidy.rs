//! What ARCHITECTURE.md calls invariants, as tests over the tree itself.

mod hall;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

fn dependencies(package: &str) -> String {
    let manifest = std::fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[dependencies]").unwrap();
    rest.split("\n[").next().unwrap().to_owned()
}

#[test]
fn dependencies_point_one_way() {
    for (package, forbidden) in [
        ("protocol", &["bianmin-", "tokio", "iced", "rusqlite", "reqwest", "axum"][..]),
        ("console", &["bianmin-locale", "bianmin-terminal", "bianmin-hall", "tokio", "iced"]),
        ("document", &["bianmin-", "tokio", "iced", "rusqlite", "reqwest"]),
        ("locale", &["bianmin-", "tokio", "iced"]),
        ("settings", &["bianmin-protocol", "bianmin-terminal", "bianmin-hall", "tokio", "iced"]),
        ("terminal", &["iced", "bianmin-kiosk", "bianmin-hall", "axum", "sea-orm"]),
        ("hall", &["iced", "bianmin-kiosk", "bianmin-terminal", "rusqlite"]),
        ("devices", &["iced", "bianmin-document", "bianmin-terminal", "bianmin-hall"]),
        ("tests/support", &["bianmin-", "tokio", "iced", "reqwest", "sea-orm"]),
    ] {
        let dependencies = dependencies(package);
        for name in forbidden {
            let found = dependencies.lines().find(|line| line.starts_with(name));
            assert_eq!(found, None, "{package} must not know {name}");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for folder in [
        "src",
        "protocol/src",
        "console/src",
        "document/src",
        "locale/src",
        "settings/src",
        "terminal/src",
        "hall/src",
        "devices/src",
        "tests",
    ] {
        for (path, text) in sources(folder) {
            assert!(text.starts_with("//!"), "{} does not begin with what it is for", path.display());
        }
    }
}

#[test]
fn no_test_is_ignored_and_no_colour_is_outside_the_theme() {
    let ignore = concat!("#[ig", "nore");
    for folder in [
        "src", "protocol", "console", "document", "locale", "settings", "terminal", "hall", "devices",
        "tests",
    ] {
        for (path, text) in sources(folder) {
            assert!(!text.contains(ignore), "{}", path.display());
        }
    }
    for (path, text) in sources("src") {
        let themed = path.starts_with("src/theme") || path.ends_with("theme.rs");
        let coloured = text.contains("Color::from_rgb") || text.contains("color!(");
        assert!(themed || !coloured, "{} has a colour of its own", path.display());
    }
}

/// Every folder with code.
const EVERYWHERE: [&str; 12] = [
    "src", "protocol", "console", "document", "locale", "settings", "terminal", "hall", "devices", "benches",
    "tests", "examples",
];

#[test]
fn no_file_is_longer_than_500_lines() {
    for folder in EVERYWHERE {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 500, "{} has {lines} lines: it holds more than one thing", path.display());
        }
    }
}

/// Words that only this project would understand, or that mean something else to a maintainer, and the field's own.
const METAPHORS: [(&str, &str); 15] = [
    ("knock", "maintenance_gesture"),
    ("patience", "timeout"),
    ("impatient", "timeout"),
    ("mend", "repair"),
    ("heal", "repair"),
    ("pulse", "heartbeat"),
    ("beat", "heartbeat"),
    ("world", "environment"),
    ("told", "what it is: a message, a report, an answer"),
    ("came", "received, an input event"),
    ("door", "pin_guard"),
    ("desk", "dashboard"),
    ("eve", "what it simulates"),
    ("whoever", "who it is"),
    ("dice", "random numbers"),
];

#[test]
fn names_are_the_fields_own_terms() {
    let mut found = Vec::new();
    for folder in EVERYWHERE {
        for (path, text) in sources(folder) {
            if path.ends_with("tidy.rs") {
                continue;
            }
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
            let names = code_of(&text).flat_map(names).map(str::to_lowercase).chain([stem]);
            let metaphor = |name: String| METAPHORS.iter().find(|(word, _)| *word == name);
            found.extend(
                names
                    .filter_map(metaphor)
                    .map(|(word, term)| format!("{}: {word} is {term}", path.display())),
            );
        }
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The names in a line of code; what stands in quotation marks is none.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let outside = line.split('"').step_by(2);
    outside
        .flat_map(|part| part.split(|c: char| !(c.is_alphanumeric() || c == '_')))
        .filter(|name| !name.is_empty())
}

/// Names of types that say little. One thing in a package may have each: a second one is named for what it is.
const GENERAL: [&str; 6] = ["Row", "Line", "Answer", "Place", "Part", "Outcome"];

#[test]
fn a_general_name_is_one_things_in_a_package() {
    for folder in EVERYWHERE {
        let mut known: HashMap<&str, PathBuf> = HashMap::new();
        for (path, text) in sources(folder) {
            for name in code_of(&text).filter_map(declared) {
                let Some(name) = GENERAL.iter().find(|general| **general == name) else { continue };
                if let Some(other) = known.insert(name, path.clone()) {
                    panic!("{name} is something in {} and in {}", other.display(), path.display());
                }
            }
        }
    }
}

/// The type that a line of code begins to declare.
fn declared(line: &str) -> Option<&str> {
    let words: Vec<&str> = names(line).collect();
    let at = words.iter().position(|word| matches!(*word, "struct" | "enum" | "type" | "union"))?;
    words.get(at + 1).copied()
}

#[test]
fn a_declaration_is_found() {
    assert_eq!(declared("pub(super) struct Row<'a> {"), Some("Row"));
    assert_eq!(declared("type Part = (i64, String);"), Some("Part"));
    assert_eq!(declared("let row: Row = of(\"enum Row\");"), None);
}

/// So many lines of code are not there twice.
const DUPLICATE: usize = 12;

#[test]
fn nothing_is_there_twice() {
    let mut known: HashMap<Vec<String>, (PathBuf, usize)> = HashMap::new();
    for folder in ["src", "terminal/src", "hall/src"] {
        for (path, text) in sources(folder) {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = code.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
            let lines: Vec<(usize, &str)> =
                lines.filter(|(_, line)| !line.is_empty() && !line.starts_with("//")).collect();
            for window in lines.windows(DUPLICATE) {
                // Brackets and the heads of traits are alike everywhere.
                if window.iter().filter(|(_, line)| line.len() > 20).count() < DUPLICATE / 2 {
                    continue;
                }
                let words: Vec<String> = window.iter().map(|(_, line)| (*line).to_owned()).collect();
                let here = (path.clone(), window[0].0);
                if let Some((other, line)) = known.insert(words, here.clone()) {
                    panic!("{}:{} is {}:{line} again", here.0.display(), here.1, other.display());
                }
            }
        }
    }
}

/// Before its tests; comments may name the field's own terms.
fn code_of(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default())
}

#[test]
fn everything_that_is_printed_or_logged_goes_through_the_console() {
    // Whether colours fit is asked elsewhere too; tests and their switches say fixed words to each other.
    let of_tests = |path: &Path| {
        path.ends_with("planted.rs") || path.components().any(|part| part.as_os_str() == "tests")
    };
    let is_allowed = |path: &Path, line: &str| of_tests(path) || line.contains("is_terminal()");
    for folder in
        ["src", "protocol/src", "document/src", "locale/src", "settings/src", "terminal/src", "hall/src"]
    {
        for (path, text) in sources(folder) {
            let found = code_of(&text).find(|line| {
                let ways = ["println!", "print!(", "dbg!(", "stdout()", "stderr()", "tracing_subscriber"];
                ways.iter().any(|way| line.contains(way)) && !is_allowed(&path, line)
            });
            assert_eq!(found, None, "{} prints by itself", path.display());
        }
    }
}

#[test]
fn nothing_that_a_resident_reads_is_in_the_code_of_the_screens() {
    for (path, text) in sources("src") {
        let chinese = |line: &str| line.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
        let found = code_of(&text).find(|line| chinese(line));
        assert_eq!(found, None, "{}: it belongs in locales/", path.display());
    }
}
