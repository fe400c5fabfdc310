//! The walls of `hall/src`: a folder for each capability, entered through its `mod.rs`; platform rooms that know none of
//! them; rules without a database; tables with one owner.

use super::{code_of, root, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const HALL: &str = "hall/src";
/// What every capability stands on.
const PLATFORM: [&str; 4] = ["http", "db", "cli", "console"];
/// What puts capabilities together.
const ASSEMBLY: [&str; 4] = ["hall", "router", "migrations", "commands"];

/// Every folder with a `mod.rs` that is no platform room.
fn capabilities() -> Vec<String> {
    let folders = std::fs::read_dir(root().join(HALL)).unwrap().map(|entry| entry.unwrap().path());
    let rooms = folders.filter(|folder| folder.join("mod.rs").exists());
    let names = rooms.map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned());
    let found: Vec<String> = names.filter(|name| !PLATFORM.contains(&name.as_str())).collect();
    assert!(found.len() >= 4, "{found:?}");
    found
}

/// The code of a room, without its tests and comments.
fn code(room: &str) -> Vec<(PathBuf, String)> {
    let files = sources(&format!("{HALL}/{room}")).into_iter();
    files.map(|(path, text)| (path, code_of(&text).collect::<Vec<_>>().join("\n"))).collect()
}

/// Whether code names this module of the crate.
fn names(code: &str, module: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    let direct = ["crate::", "super::"].iter().any(|way| {
        let path = format!("{way}{module}");
        code.match_indices(&path).any(|(at, _)| ends(&code[at + path.len()..]))
    });
    // As in `use crate::{cases, fleet};`
    let listed = code.split("use crate::{").skip(1).any(|list| {
        let list = list.split(';').next().unwrap_or_default();
        list.split(|one: char| !(one.is_alphanumeric() || one == '_')).any(|word| word == module)
    });
    direct || listed
}

#[test]
fn a_capability_is_entered_through_its_mod_rs_alone() {
    for capability in capabilities() {
        let path = root().join(HALL).join(&capability).join("mod.rs");
        let text = std::fs::read_to_string(path).unwrap();
        // The compiler lets nobody into a module that is private; so this is the whole wall.
        let open = code_of(&text).find(|line| {
            let line = line.trim_start();
            line.starts_with("pub") && (line.contains(" mod ") || line.contains("::*"))
        });
        assert_eq!(open, None, "{capability}/mod.rs opens a room of its own");
    }
}

#[test]
fn platform_rooms_know_no_capability() {
    let mut others = capabilities();
    others.extend(ASSEMBLY.map(str::to_owned));
    for room in PLATFORM {
        for (path, code) in code(room) {
            let known = others.iter().find(|name| names(&code, name));
            assert_eq!(known, None, "{}", path.display());
        }
    }
}

#[test]
fn rules_know_neither_database_nor_http() {
    for capability in capabilities() {
        for (path, code) in code(&capability) {
            let inside = path.strip_prefix(Path::new(HALL).join(&capability)).unwrap();
            let first = inside.components().next().unwrap().as_os_str();
            if first != "domain" && first != "domain.rs" {
                continue;
            }
            let outside = ["sea_orm", "axum", "hyper", "reqwest"];
            let known = outside.iter().find(|name| code.contains(*name));
            assert_eq!(known, None, "{}", path.display());
            let known = PLATFORM.iter().find(|room| names(&code, room));
            assert_eq!(known, None, "{}", path.display());
        }
    }
}

/// The tables that SQL in some code writes.
fn written(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |text: &str| -> String {
        text.chars().take_while(|one| one.is_ascii_lowercase() || *one == '_').collect()
    };
    // `"table (column, …)"` is what `insert_rows` takes.
    for (before, after) in [("INSERT INTO ", " ("), ("UPDATE ", " SET "), ("DELETE FROM ", ""), ("\"", " (")]
    {
        for (at, _) in code.match_indices(before) {
            let rest = &code[at + before.len()..];
            let table = word(rest);
            let columns = rest[table.len()..].strip_prefix(after);
            let is_sql = before != "\"" || columns.is_some_and(|text| text.contains(')'));
            if !table.is_empty() && columns.is_some() && is_sql {
                found.insert(table);
            }
        }
    }
    found
}

#[test]
fn a_table_is_written_by_its_owner_alone() {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let tables: BTreeSet<String> = migrations().iter().flat_map(|(_, sql)| created(sql)).collect();
    for room in capabilities().iter().map(String::as_str).chain(PLATFORM) {
        for (_, code) in code(room) {
            for table in written(&code).into_iter().filter(|table| tables.contains(table)) {
                owners.entry(table).or_default().insert(room.to_owned());
            }
        }
    }
    assert!(owners.len() > 10, "{owners:?}");
    for (table, rooms) in owners {
        assert_eq!(rooms.len(), 1, "{table} is written by {rooms:?}");
    }
}

/// Every migration with its file.
fn migrations() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for room in capabilities().iter().map(String::as_str).chain(["db"]) {
        let folder = root().join(HALL).join(room).join("migrations");
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let sql = std::fs::read_to_string(&path).unwrap();
            found.push((path, sql));
        }
    }
    assert!(found.len() >= 8);
    found
}

fn created(sql: &str) -> Vec<String> {
    let tables = sql.split("CREATE TABLE ").skip(1);
    tables.map(|rest| rest.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_migration_is_listed_and_comes_once() {
    let assembly = std::fs::read_to_string(root().join(HALL).join("migrations.rs")).unwrap();
    let mut numbers = BTreeSet::new();
    for (path, _) in migrations() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let room = path.ancestors().nth(2).unwrap();
        let list = std::fs::read_to_string(room.join("mod.rs")).unwrap();
        let line = format!("Migration::new(\"{name}\", include_str!(\"migrations/{name}.sql\"))");
        assert!(list.contains(&line), "{} is in no list", path.display());
        let list = format!("{}::MIGRATIONS", room.file_name().unwrap().to_str().unwrap());
        assert!(assembly.contains(&list), "{list} is not applied");
        // Two were released with 0003.
        assert!(
            numbers.insert(name[..4].to_owned()) || name.starts_with("0003"),
            "{name}: the number is taken"
        );
    }
}

#[test]
fn the_store_has_one_accessor_for_each_capability() {
    for capability in capabilities() {
        for (path, code) in code(&capability) {
            for own in code.split("impl Store {").skip(1) {
                let methods = own.split("\n}").next().unwrap_or_default().matches("fn ").count();
                assert_eq!(methods, 1, "{} adds methods to what all share", path.display());
            }
        }
    }
}

#[test]
fn a_state_is_written_in_one_place() {
    let all: Vec<(PathBuf, String)> = capabilities().iter().flat_map(|room| code(room)).collect();
    let places = |part: &str| all.iter().map(|(_, code)| code.matches(part).count()).sum::<usize>();
    assert_eq!(places("UPDATE case_file SET state"), 1);
    assert_eq!(places("\"case_file ("), 1);
}

#[test]
fn a_crossing_is_found_however_it_is_written() {
    assert!(names("use crate::cases;", "cases"));
    assert!(names("use crate::cases::Cases;", "cases"));
    assert!(names("use crate::{cases, fleet};", "fleet"));
    assert!(names("use super::fleet::Sender;", "fleet"));
    assert!(!names("use crate::cases_of;", "cases"));
    assert!(!names("use crate::http::Error;", "hall"));
    let sql =
        "\"INSERT INTO chunk (id) VALUES\" \"UPDATE terminal SET x\" \"case_file (id, state)\" \"so (it\"";
    let tables: Vec<String> = written(sql).into_iter().collect();
    assert_eq!(tables, ["case_file", "chunk", "terminal"]);
}
