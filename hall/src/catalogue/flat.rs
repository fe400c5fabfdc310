//! The flat form of a catalogue, for spreadsheets: one table for items and one for each list that items have.
//! `hall/README.md` describes it. Rows become the same JSON that a JSON catalogue has, and are then read alike.

use super::columns::{ITEM, ITEMS, Kind, Sheet};
use super::draft::{From, Located, Origin, Problem, Raw, Wrong};
use super::table::{Row, Table};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// An item while its rows are put together.
#[derive(Default)]
struct Item {
    map: Map<String, Value>,
    from: From,
}

impl Item {
    fn push(&mut self, list: &str, value: Value, origin: Origin) {
        if let Some(Value::Array(entries)) = self.map.get_mut(list) {
            self.from.parts.push((format!("{list}[{}]", entries.len()), origin));
            entries.push(value);
        }
    }
}

/// Puts the tables together; items that came as JSON are left as they are.
pub(super) fn assemble(raw: &mut Raw) {
    let tables = std::mem::take(&mut raw.tables);
    let mut sheets = Vec::new();
    for table in tables {
        // A workbook may have sheets with remarks; a CSV file was named on purpose.
        match Sheet::named(&table.name) {
            Some(sheet) => {
                unknown_columns(&table, sheet, &mut raw.problems);
                sheets.push((sheet, table));
            }
            None if table.place.ends_with(".csv") => {
                raw.problems.push(problem(&table.place, None, "", &table.name, Wrong::UnknownColumn));
            }
            None => {}
        }
    }
    let mut items: Vec<Item> = Vec::new();
    let mut by_code: HashMap<String, usize> = HashMap::new();
    for (_, table) in sheets.iter().filter(|(sheet, _)| *sheet == Sheet::Items) {
        for row in &table.rows {
            let item = item(table, row);
            if let Some(Value::String(code)) = item.map.get(ITEM) {
                by_code.entry(code.clone()).or_insert(items.len());
            }
            items.push(item);
        }
    }
    for (sheet, table) in &sheets {
        let list = match sheet {
            Sheet::Items => continue,
            Sheet::Themes => Some(&mut raw.themes),
            Sheet::LifeEvents => Some(&mut raw.life_events),
            Sheet::Fields => Some(&mut raw.fields),
            _ => None,
        };
        if let Some(list) = list {
            let entries = table.rows.iter().filter_map(|row| {
                located(values(table, row, *sheet), From { origin: origin(table, row), parts: Vec::new() })
            });
            list.get_or_insert_default().extend(entries);
            continue;
        }
        for row in &table.rows {
            let code = by_name(table, row, ITEM);
            match by_code.get(code).and_then(|index| items.get_mut(*index)) {
                Some(item) => add(item, *sheet, table, row, &mut raw.problems),
                None => {
                    let wrong = Wrong::NoSuchItem(code.to_owned());
                    raw.problems.push(problem(&table.place, Some(row.number), code, ITEM, wrong));
                }
            }
        }
    }
    raw.items.extend(items.into_iter().filter_map(|item| located(item.map, item.from)));
}

fn item(table: &Table, row: &Row) -> Item {
    let mut map = values(table, row, Sheet::Items);
    let flags = ["query", "book", "apply", "direct"];
    let flag = |name: &str| flag(by_name(table, row, &format!("terminal_{name}")));
    let terminal: Map<_, _> = flags.into_iter().map(|name| (name.to_owned(), flag(name))).collect();
    map.insert("terminal".to_owned(), terminal.into());
    for list in ["materials", "fees", "form", "faq"] {
        map.insert(list.to_owned(), json!([]));
    }
    for (list, kind) in ITEMS {
        if matches!(kind, Kind::List | Kind::Lines) {
            map.entry(*list).or_insert(json!([]));
        }
    }
    map.insert("example".to_owned(), json!({ "answers": {}, "materials": [] }));
    Item { map, from: From { origin: origin(table, row), parts: Vec::new() } }
}

fn add(item: &mut Item, sheet: Sheet, table: &Table, row: &Row, problems: &mut Vec<Problem>) {
    let values = values(table, row, sheet);
    let origin = origin(table, row);
    match sheet {
        Sheet::Materials => item.push("materials", values.into(), origin),
        Sheet::Fees => item.push("fees", values.into(), origin),
        Sheet::Faq => item.push("faq", values.into(), origin),
        Sheet::Form => add_field(item, values, table, row, origin),
        Sheet::Example => {
            let (field, material) = (by_name(table, row, "field"), by_name(table, row, "material"));
            if field.is_empty() == material.is_empty() {
                let code = by_name(table, row, ITEM);
                let wrong = Wrong::Malformed("field / material".to_owned());
                problems.push(problem(&table.place, Some(row.number), code, "field", wrong));
            } else if !field.is_empty() {
                item.map["example"]["answers"][field] = by_name(table, row, "value").into();
                item.from.parts.push((format!("example.answers.{field}"), origin));
            } else {
                let answer = by_name(table, row, "answer");
                let promised = matches!(answer, "promised" | "容缺" | "承诺");
                let entry = json!({ "code": material, "have": !promised, "promised": promised });
                if let Some(list) = item.map["example"]["materials"].as_array_mut() {
                    list.push(entry);
                }
                item.from.parts.push((format!("example.materials.{material}"), origin));
            }
        }
        Sheet::Items | Sheet::Themes | Sheet::LifeEvents | Sheet::Fields => {}
    }
}

/// Rows of one page follow one another; a new title begins a new page.
fn add_field(item: &mut Item, mut field: Map<String, Value>, table: &Table, row: &Row, origin: Origin) {
    let title = by_name(table, row, "title");
    let condition = by_name(table, row, "show_if_field");
    if !condition.is_empty() {
        let equals = by_name(table, row, "show_if_equals");
        field.insert("show_if".to_owned(), json!({ "field": condition, "equals": equals }));
    }
    let Some(Value::Array(pages)) = item.map.get_mut("form") else { return };
    let same = pages.last().is_some_and(|page| title.is_empty() || page["title"] == title);
    if !same {
        let page = pages.len();
        pages.push(json!({ "title": title, "title_en": by_name(table, row, "title_en"), "fields": [] }));
        item.from.parts.push((format!("form[{page}]"), origin.clone()));
    }
    let page = pages.len().saturating_sub(1);
    if let Some(fields) = pages.last_mut().and_then(|page| page["fields"].as_array_mut()) {
        item.from.parts.push((format!("form[{page}].fields[{}]", fields.len()), origin));
        fields.push(field.into());
    }
}

fn values(table: &Table, row: &Row, sheet: Sheet) -> Map<String, Value> {
    let mut map = Map::new();
    for (column, name) in table.header.iter().enumerate() {
        let cell = row.cell(column);
        let kind = sheet.columns().iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
        let Some(kind) = kind else { continue };
        if cell.is_empty() || matches!(kind, Kind::Own | Kind::Unused | Kind::Terminal) {
            continue;
        }
        map.insert(name.clone(), value(kind, cell));
    }
    map
}

fn value(kind: Kind, cell: &str) -> Value {
    match kind {
        Kind::Text | Kind::Own | Kind::Unused => cell.into(),
        // What is no number stays text, so that it is told where it stands.
        Kind::Number => cell.parse::<i64>().map_or_else(|_| cell.into(), Value::from),
        Kind::Flag | Kind::Terminal => flag(cell),
        Kind::Date => {
            use bianmin_protocol::form::{FieldKind, normalise};
            normalise(FieldKind::Date, cell).into()
        }
        Kind::List => parts(cell).collect(),
        Kind::Lines => cell.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        Kind::Readings => parts(cell)
            .map(|part| {
                let (word, reading) = part.split_once('=').unwrap_or((part, ""));
                (word.trim().to_owned(), Value::from(reading.trim()))
            })
            .collect::<Map<_, _>>()
            .into(),
        Kind::Options => parts(cell)
            .map(|part| {
                let mut names = part.split('=').map(str::trim);
                let mut next = || names.next().unwrap_or_default();
                json!({ "code": next(), "label": next(), "label_en": next() })
            })
            .collect(),
    }
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['\n', '\r', '；', ';']).map(str::trim).filter(|part| !part.is_empty())
}

fn flag(cell: &str) -> Value {
    match cell.to_lowercase().as_str() {
        "是" | "true" | "1" | "yes" | "y" | "√" | "有" => true.into(),
        "" | "否" | "false" | "0" | "no" | "n" | "×" | "无" => false.into(),
        other => other.into(),
    }
}

fn by_name<'a>(table: &Table, row: &'a Row, name: &str) -> &'a str {
    table.header.iter().position(|known| known == name).map_or("", |column| row.cell(column))
}

fn unknown_columns(table: &Table, sheet: Sheet, problems: &mut Vec<Problem>) {
    for name in table.header.iter().filter(|name| !name.is_empty() && !name.starts_with('#')) {
        if !sheet.columns().iter().any(|(known, _)| known == name) {
            problems.push(problem(&table.place, None, "", name, Wrong::UnknownColumn));
        }
    }
}

fn located(map: Map<String, Value>, from: From) -> Option<Located> {
    let json = RawValue::from_string(Value::from(map).to_string()).ok()?;
    Some(Located { json, from })
}

fn origin(table: &Table, row: &Row) -> Origin {
    Origin { place: table.place.clone(), row: Some(row.number) }
}

fn problem(place: &str, row: Option<usize>, code: &str, field: &str, wrong: Wrong) -> Problem {
    Problem {
        origin: Origin { place: place.to_owned(), row },
        code: code.to_owned(),
        field: field.to_owned(),
        wrong,
    }
}
