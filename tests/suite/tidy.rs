//! What ARCHITECTURE.md calls invariants, as tests over the tree itself.

mod hall;

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

#[test]
fn files_stay_rooms_with_one_purpose() {
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
    ] {
        for (path, text) in sources(folder) {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = code.lines().count();
            assert!(lines <= 700, "{} has {lines} lines beside its tests", path.display());
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
