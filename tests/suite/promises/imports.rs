//! What is not understood changes nothing: a file of a catalogue that was changed anywhere is either refused in words,
//! and the hall has what it had, or what is published is what the file says. What it says is read here by other means.

use super::chance::{Chance, count};
use crate::programs::{Hall, program};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

const DEMO: &str = include_str!("../../../assets/catalogue/demo.json");
const ITEM: &str = "local_catalog_code";

/// A file's name and content.
type File = (String, Vec<u8>);

/// One item of the demonstration catalogue.
fn item() -> Value {
    let demo: Value = serde_json::from_str(DEMO).unwrap();
    demo["items"].as_array().unwrap().iter().find(|item| item[ITEM] == "HJ02").unwrap().clone()
}

/// It as tables, as a hall keeps it in a spreadsheet.
fn tables() -> Vec<File> {
    let item = item();
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::Bool(flag) => if *flag { "是" } else { "否" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    };
    let scalar = |value: &Value| {
        !value.is_object() && !value.as_array().is_some_and(|list| list.iter().any(Value::is_object))
    };
    let row = |entry: &Value| -> Vec<(String, String)> {
        let fields = entry.as_object().unwrap().iter().filter(|(_, value)| scalar(value));
        fields.map(|(name, value)| (name.clone(), cell(value))).collect()
    };
    let mut main = row(&item);
    for name in ["query", "book", "apply", "direct"] {
        main.push((format!("terminal_{name}"), cell(&item["terminal"][name])));
    }
    let own = |rest: Vec<(String, String)>| [vec![(ITEM.to_owned(), "HJ02".to_owned())], rest].concat();
    let list =
        |name: &str| item[name].as_array().unwrap().iter().map(|entry| own(row(entry))).collect::<Vec<_>>();
    let mut form = Vec::new();
    for page in item["form"].as_array().unwrap() {
        for field in page["fields"].as_array().unwrap() {
            let mut cells = vec![
                ("title".to_owned(), cell(&page["title"])),
                ("title_en".into(), cell(&page["title_en"])),
            ];
            for name in ["code", "required"] {
                cells.push((name.to_owned(), cell(&field[name])));
            }
            cells.push(("show_if_field".into(), cell(&field["show_if"]["field"])));
            cells.push(("show_if_equals".into(), cell(&field["show_if"]["equals"])));
            form.push(own(cells));
        }
    }
    let example = |field: &str, value: String, material: String, answer: &str| {
        let cells = [
            ("field", field.to_owned()),
            ("value", value),
            ("material", material),
            ("answer", answer.into()),
        ];
        own(cells.map(|(name, text)| (name.to_owned(), text)).to_vec())
    };
    let answers = item["example"]["answers"].as_object().unwrap();
    let mut examples: Vec<_> =
        answers.iter().map(|(field, value)| example(field, cell(value), String::new(), "")).collect();
    for material in item["example"]["materials"].as_array().unwrap() {
        let answer = if material["promised"] == true { "容缺" } else { "有" };
        examples.push(example("", String::new(), cell(&material["code"]), answer));
    }
    [
        ("事项", vec![main]),
        ("材料", list("materials")),
        ("收费", list("fees")),
        ("问答", list("faq")),
        ("表单", form),
        ("示范文本", examples),
    ]
    .map(|(name, rows)| (format!("{name}.csv"), csv(&rows).into_bytes()))
    .to_vec()
}

fn csv(rows: &[Vec<(String, String)>]) -> String {
    // A list whose entries differ in what they leave out has the columns of all.
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let mut text = header.join(",") + "\n";
    for row in rows {
        let cells = header.iter().map(|name| {
            let cell = row.iter().find(|(known, _)| known == name).map_or("", |(_, cell)| cell);
            if cell.contains([',', '\n', '"']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.to_owned()
            }
        });
        text += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

/// The cells of a CSV text, read by other means than the hall's.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' | '\r' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    row.push(cell);
    rows.push(row);
    rows.retain(|row: &Vec<String>| {
        row.iter().any(|cell| !cell.trim().is_empty()) && !row[0].trim().starts_with('#')
    });
    rows
}

/// Every value in JSON as text, keys of maps included.
fn leaves(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|entry| leaves(entry, into)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            into.insert(key.clone());
            leaves(value, into);
        }),
        Value::String(text) => {
            into.insert(text.clone());
        }
        other => {
            into.insert(other.to_string());
        }
    }
}

/// What of a table's files is not in the published item; and lists that have another length.
fn missing_of_tables(files: &[File], published: &Value) -> Vec<String> {
    let mut there = BTreeSet::new();
    leaves(published, &mut there);
    let mut missing = Vec::new();
    for (name, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else {
            missing.push(format!("{name} is no text"));
            continue;
        };
        let rows = cells(text.trim_start_matches('\u{feff}'));
        let Some((header, rows)) = rows.split_first() else { continue };
        for row in rows {
            for (index, cell) in
                row.iter().map(|cell| cell.trim()).enumerate().filter(|(_, cell)| !cell.is_empty())
            {
                let column = header.get(index).map_or("", |name| name.trim());
                if column.starts_with('#') || column == "task_version" {
                    continue;
                }
                let plain = match cell {
                    "是" | "有" | "容缺" => "true".to_owned(),
                    "否" => "false".to_owned(),
                    cell => cell.parse::<i64>().map_or(cell.to_owned(), |number| number.to_string()),
                };
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                if column.ends_with("_date")
                    && digits(cell) == digits(published[column].as_str().unwrap_or_default())
                {
                    continue;
                }
                let parts = cell.split(['\n', '；', ';']).map(str::trim).filter(|part| !part.is_empty());
                if !there.contains(&plain) && !parts.clone().all(|part| there.contains(part)) {
                    missing.push(format!("{name} {column}: {cell}"));
                }
            }
        }
        let count = |list: &str| published[list].as_array().map_or(0, Vec::len);
        let example = &published["example"];
        let has = match name.as_str() {
            "事项.csv" => 1,
            "材料.csv" => count("materials"),
            "收费.csv" => count("fees"),
            "问答.csv" => count("faq"),
            "表单.csv" => published["form"]
                .as_array()
                .unwrap()
                .iter()
                .map(|page| page["fields"].as_array().unwrap().len())
                .sum(),
            "示范文本.csv" => {
                example["answers"].as_object().unwrap().len() + example["materials"].as_array().unwrap().len()
            }
            _ => 0,
        };
        if has != rows.len() {
            missing.push(format!("{name} has {} rows, and {has} are published", rows.len()));
        }
    }
    missing
}

/// What of an item's JSON is not in the published one, or stands there without being said.
fn missing_of_json(said: &Value, published: &Value, path: &str, missing: &mut Vec<String>) {
    match (said, published) {
        (Value::Object(said), Value::Object(published)) => {
            for (key, value) in said.iter().filter(|(key, value)| !key.starts_with('#') && !value.is_null()) {
                if key != "task_version" {
                    missing_of_json(
                        value,
                        published.get(key).unwrap_or(&Value::Null),
                        &format!("{path}.{key}"),
                        missing,
                    );
                }
            }
            let empty = [json!(""), json!(false), json!(0), json!(null), json!([]), json!({})];
            let unsaid =
                published.iter().filter(|(key, value)| !said.contains_key(*key) && !empty.contains(value));
            missing.extend(unsaid.map(|(key, _)| format!("{path}.{key} was not said")));
        }
        (Value::Array(said), Value::Array(published)) if said.len() == published.len() => {
            for (index, (said, published)) in said.iter().zip(published).enumerate() {
                missing_of_json(said, published, &format!("{path}[{index}]"), missing);
            }
        }
        (said, published) if said != published => missing.push(format!("{path}: {said}, not {published}")),
        _ => {}
    }
}

fn database(hall: &Hall) -> rusqlite::Connection {
    rusqlite::Connection::open(hall.folder.path().join("hall.sqlite")).unwrap()
}

fn revision(hall: &Hall) -> i64 {
    database(hall).query_row("SELECT revision FROM hall WHERE id = 1", [], |row| row.get(0)).unwrap()
}

/// An item as it is published now.
fn published(hall: &Hall, code: &str) -> Value {
    let content: String = database(hall)
        .query_row(
            "SELECT i.content FROM item_version i JOIN item_span s ON s.code = i.code AND s.version = i.version \
             WHERE i.code = ?1 ORDER BY s.since DESC LIMIT 1",
            [code],
            |row| row.get(0),
        )
        .unwrap();
    serde_json::from_str(&content).unwrap()
}

/// Imports files as a part of the catalogue.
fn import(hall: &Hall, files: &[File]) -> Output {
    let folder = tempfile::tempdir_in(hall.folder.path()).unwrap();
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, bytes)) in paths.iter().zip(files) {
        std::fs::write(path, bytes).unwrap();
    }
    let mut command = Command::new(program("bianmin-hall"));
    command.args(["catalogue", "import", "--merge"]).args(paths).arg("--data").arg(hall.folder.path());
    command.output().unwrap()
}

/// Changes a text somewhere.
fn change(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let at = chance.below(bytes.len());
    match chance.below(6) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => {
            bytes.remove(at);
        }
        2 => bytes.truncate(at),
        3 => bytes.insert(at, [b',', b'"', b'\n', b'{', 0, 0x1b, 0xe2, b'x'][chance.below(8)]),
        4 => {
            // The same words once more.
            let end = (at + 1 + chance.below(40)).min(bytes.len());
            let again = bytes[at..end].to_vec();
            drop(bytes.splice(at..at, again));
        }
        _ => {
            // A letter of a name, as one mistypes it.
            let letters: Vec<usize> = (0..bytes.len() - 1)
                .filter(|at| bytes[*at].is_ascii_lowercase() && bytes[at + 1].is_ascii_lowercase())
                .collect();
            let at = letters[chance.below(letters.len())];
            bytes.swap(at, at + 1);
        }
    }
}

/// Either way it ends in words or in what the file says.
#[track_caller]
fn judge(
    hall: &Hall,
    before: i64,
    output: &Output,
    what: &str,
    missing: impl FnOnce() -> Vec<String>,
) -> bool {
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        let missing = missing();
        assert!(missing.is_empty(), "{what} was published without {missing:#?}");
        return true;
    }
    assert_eq!(output.status.code(), Some(1), "{what}: {words}");
    assert!(!words.trim().is_empty() && !words.contains("panicked"), "{what}: {words}");
    assert!(words.lines().count() < 60, "{what} floods: {words}");
    assert_eq!(revision(hall), before, "{what} was refused, and something changed");
    false
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let mut chance = Chance::new("changed files of a catalogue");
    let hall = Hall::start(None);
    let files = tables();
    let whole = import(&hall, &files);
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    assert!(missing_of_tables(&files, &published(&hall, "HJ02")).is_empty());

    // A sheet by another name.
    for index in 0..files.len() {
        let mut files = files.clone();
        files[index].0 = files[index].0.replace(".csv", "表2.csv");
        let before = revision(&hall);
        let output = import(&hall, &files);
        judge(&hall, before, &output, &files[index].0, || vec!["a whole list".to_owned()]);
    }
    let (mut taken, mut all) = (0, 0);
    for round in 0..count(50, 600) {
        let mut files = files.clone();
        let index = chance.below(files.len());
        change(&mut chance, &mut files[index].1);
        let before = revision(&hall);
        let output = import(&hall, &files);
        let what =
            format!("round {round}: {}:\n{}", files[index].0, String::from_utf8_lossy(&files[index].1));
        all += 1;
        taken += usize::from(judge(&hall, before, &output, &what, || {
            missing_of_tables(&files, &published(&hall, "HJ02"))
        }));
    }
    let text = serde_json::to_vec_pretty(&json!([item()])).unwrap();
    for round in 0..count(30, 600) {
        let mut bytes = text.clone();
        change(&mut chance, &mut bytes);
        let before = revision(&hall);
        let output = import(&hall, &[("items.json".to_owned(), bytes.clone())]);
        let what = format!("round {round}: {}", String::from_utf8_lossy(&bytes));
        all += 1;
        taken += usize::from(judge(&hall, before, &output, &what, || {
            let said: Value = serde_json::from_slice(&bytes).unwrap();
            let mut missing = Vec::new();
            for item in said.as_array().unwrap() {
                missing_of_json(item, &published(&hall, item[ITEM].as_str().unwrap()), "", &mut missing);
            }
            missing
        }));
    }
    assert!(taken > 0 && taken < all, "of {all} files {taken} were taken: that shows nothing");
}
