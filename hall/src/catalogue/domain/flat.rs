//! The flat form of a catalogue, for spreadsheets: one table for items and one for each list that items have.
//! `hall/README.md` describes it. Rows become the same JSON that a JSON catalogue has, and are then read alike.

use super::columns::{ITEM, ITEMS, Kind, Sheet};
use super::draft::{From, Located, Raw};
use super::grid::{Grid, RowCells};
use super::problem::{Origin, Problem, Wrong};
use super::suggest::closest;
use super::values::{flag, value};
use bianmin_protocol::ids::ItemCode;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// An item while its rows are put together.
#[derive(Default)]
struct Item {
    map: Map<String, Value>,
    from: From,
}

impl Item {
    fn push(&mut self, list: &str, (value, broken): (Map<String, Value>, Vec<String>), origin: Origin) {
        if let Some(Value::Array(entries)) = self.map.get_mut(list) {
            let path = format!("{list}[{}]", entries.len());
            self.from.faults.extend(broken.into_iter().map(|field| format!("{path}.{field}")));
            self.from.parts.push((path, origin));
            entries.push(value.into());
        }
    }
}

/// Codes without items that are told.
const STRANGE: usize = 100;

/// Items by code, and what does not belong to any.
#[derive(Default)]
struct Items {
    all: Vec<Item>,
    by_code: HashMap<String, usize>,
    /// Codes that no item has, each where it is first met, as far as they are told.
    strange: Vec<(String, Problem)>,
    met: HashSet<String>,
    /// Lists of which rows are missing: what an item lacks in them is no fault of its own.
    incomplete: Vec<&'static str>,
}

/// Puts the tables together; items that came as JSON are left as they are.
pub(super) fn assemble(raw: &mut Raw) {
    let tables = std::mem::take(&mut raw.tables);
    let grids: Vec<Grid> = tables.into_iter().filter_map(|table| Grid::new(table, raw)).collect();
    let mut items = Items::default();
    for grid in grids.iter().filter(|grid| grid.sheet == Sheet::Items) {
        raw.has_items = true;
        for row in &grid.rows {
            match grid.line(row, raw) {
                Some(line) => items.begin(grid, &line, raw),
                None => raw.partial = true,
            }
        }
    }
    for grid in &grids {
        match grid.sheet {
            Sheet::Items => {}
            Sheet::Themes | Sheet::LifeEvents | Sheet::Fields => entries(grid, raw),
            Sheet::Materials => items.rows(grid, "materials", raw),
            Sheet::Fees => items.rows(grid, "fees", raw),
            Sheet::Faq => items.rows(grid, "faq", raw),
            Sheet::Form => items.rows(grid, "form", raw),
            Sheet::Example => items.rows(grid, "example", raw),
        }
    }
    items.finish(raw);
}

/// Entries that stand on their own.
fn entries(grid: &Grid, raw: &mut Raw) {
    let mut found = Vec::new();
    for row in &grid.rows {
        let Some(line) = grid.line(row, raw) else {
            raw.partial = true;
            continue;
        };
        let (map, faults) = values(grid, &line, line.get("code"), raw);
        let from = From { origin: grid.origin(line.number), faults, ..From::default() };
        found.extend(located(map, from));
    }
    let list = match grid.sheet {
        Sheet::Themes => &mut raw.themes,
        Sheet::LifeEvents => &mut raw.life_events,
        _ => &mut raw.fields,
    };
    list.get_or_insert_default().extend(found);
}

impl Items {
    fn begin(&mut self, grid: &Grid, line: &RowCells<'_>, raw: &mut Raw) {
        let code = line.get(ITEM);
        if ItemCode::parse(code).is_err() {
            if !line.broken.contains(&ITEM) {
                let wrong = if code.is_empty() { Wrong::Missing } else { Wrong::NotCode };
                raw.tell(grid.problem(line.number, code, ITEM, wrong));
            }
            raw.partial = true;
            return;
        }
        let (mut map, mut faults) = values(grid, line, code, raw);
        let terminal = ["query", "book", "apply", "direct"].map(|name| {
            let column = format!("terminal_{name}");
            if line.broken.iter().any(|broken| *broken == column) {
                faults.push(format!("terminal.{name}"));
            }
            (name.to_owned(), flag(line.get(&column)))
        });
        map.insert("terminal".to_owned(), Map::from_iter(terminal).into());
        for list in ["materials", "fees", "form", "faq"] {
            map.insert(list.to_owned(), json!([]));
        }
        for (list, kind) in ITEMS {
            if matches!(kind, Kind::List | Kind::Lines) {
                map.entry(*list).or_insert(json!([]));
            }
        }
        map.insert("example".to_owned(), json!({ "answers": {}, "materials": [] }));
        self.by_code.entry(code.to_owned()).or_insert(self.all.len());
        let from = From { origin: grid.origin(line.number), faults, ..From::default() };
        self.all.push(Item { map, from });
    }

    /// The rows of one of the lists that items have.
    fn rows(&mut self, grid: &Grid, list: &'static str, raw: &mut Raw) {
        for row in &grid.rows {
            let line = grid.line(row, raw);
            let is_whole = line.is_some_and(|line| self.row(grid, list, &line, raw));
            if !is_whole && !self.incomplete.contains(&list) {
                self.incomplete.push(list);
            }
        }
    }

    /// Whether the row has found its item.
    fn row(&mut self, grid: &Grid, list: &'static str, line: &RowCells<'_>, raw: &mut Raw) -> bool {
        let code = line.get(ITEM);
        if line.broken.contains(&ITEM) {
            return false;
        }
        if code.is_empty() {
            raw.tell(grid.problem(line.number, "", ITEM, Wrong::Missing));
            return false;
        }
        let Some(item) = self.by_code.get(code).and_then(|index| self.all.get_mut(*index)) else {
            if self.strange.len() < STRANGE && self.met.insert(code.to_owned()) {
                let wrong = Wrong::NoSuchItem(code.to_owned(), None);
                self.strange.push((code.to_owned(), grid.problem(line.number, code, ITEM, wrong)));
            }
            return false;
        };
        let values = values(grid, line, code, raw);
        let origin = grid.origin(line.number);
        match grid.sheet {
            Sheet::Form => {
                if is_titled_otherwise(item, line) {
                    raw.tell(grid.problem(line.number, code, "title_en", Wrong::OtherTitle));
                    return false;
                }
                add_field(item, values, line, origin);
            }
            Sheet::Example => return add_example(item, grid, line, raw),
            _ => item.push(list, values, origin),
        }
        true
    }

    fn finish(mut self, raw: &mut Raw) {
        // Where items are missing for a reason that is told, their rows are no reason of their own.
        if !raw.partial && !self.strange.is_empty() {
            if self.all.is_empty() && raw.items.is_empty() {
                let place = std::mem::take(&mut self.strange[0].1.origin.place);
                raw.lost(Problem::of_place(&place, ITEM, Wrong::NoItemSheet));
            } else {
                for (code, mut problem) in std::mem::take(&mut self.strange) {
                    let likely = closest(&code, self.by_code.keys().map(String::as_str)).map(str::to_owned);
                    problem.wrong = Wrong::NoSuchItem(code, likely);
                    raw.tell(problem);
                }
            }
        }
        let incomplete: Vec<String> = self.incomplete.iter().map(|list| (*list).to_owned()).collect();
        raw.items.extend(self.all.into_iter().filter_map(|mut item| {
            item.from.incomplete.clone_from(&incomplete);
            located(item.map, item.from)
        }));
    }
}

/// Either the answer to a question or one about a material.
fn add_example(item: &mut Item, grid: &Grid, line: &RowCells<'_>, raw: &mut Raw) -> bool {
    let (field, material) = (line.get("field"), line.get("material"));
    let origin = grid.origin(line.number);
    let mut tell = |field: &str, wrong| raw.tell(grid.problem(line.number, line.get(ITEM), field, wrong));
    // What stands beside the one belongs to the other.
    let foreign = if field.is_empty() { "value" } else { "answer" };
    if field.is_empty() == material.is_empty() || !line.get(foreign).is_empty() {
        if line.broken.is_empty() {
            tell("field", Wrong::FieldOrMaterial);
        }
        return false;
    }
    if !field.is_empty() {
        if !item.map["example"]["answers"][field].is_null() {
            tell("field", Wrong::Duplicate);
            return false;
        }
        item.map["example"]["answers"][field] = line.get("value").into();
        let path = format!("example.answers.{field}");
        if line.broken.contains(&"value") {
            item.from.faults.push(path.clone());
        }
        item.from.parts.push((path, origin));
        return true;
    }
    let promised = match line.get("answer") {
        "promised" | "容缺" | "承诺" | "以后补交" => true,
        "" | "have" | "有" | "已带" => false,
        _ => {
            tell("answer", Wrong::NotOneOf("有、容缺".to_owned()));
            return false;
        }
    };
    let entry = json!({ "code": material, "have": !promised, "promised": promised });
    if let Some(list) = item.map["example"]["materials"].as_array_mut() {
        item.from.parts.push((format!("example.materials[{}]", list.len()), origin.clone()));
        list.push(entry);
    }
    item.from.parts.push((format!("example.materials.{material}"), origin));
    true
}

/// Whether a row of the page that was begun last has another English title: a page has one.
fn is_titled_otherwise(item: &Item, line: &RowCells<'_>) -> bool {
    let (title, english) = (line.get("title"), line.get("title_en"));
    let page = item.map["form"].as_array().and_then(|pages| pages.last());
    page.is_some_and(|page| {
        (title.is_empty() || page["title"] == title) && !english.is_empty() && page["title_en"] != english
    })
}

/// Rows of one page follow one another; a new title begins a new page.
fn add_field(
    item: &mut Item,
    (mut field, broken): (Map<String, Value>, Vec<String>),
    line: &RowCells<'_>,
    origin: Origin,
) {
    let title = line.get("title");
    let (condition, equals) = (line.get("show_if_field"), line.get("show_if_equals"));
    if !condition.is_empty() || !equals.is_empty() {
        field.insert("show_if".to_owned(), json!({ "field": condition, "equals": equals }));
    }
    let Some(Value::Array(pages)) = item.map.get_mut("form") else { return };
    let same = pages.last().is_some_and(|page| title.is_empty() || page["title"] == title);
    if !same {
        let page = pages.len();
        pages.push(json!({ "title": title, "title_en": line.get("title_en"), "fields": [] }));
        item.from.parts.push((format!("form[{page}]"), origin.clone()));
    }
    let page = pages.len().saturating_sub(1);
    if let Some(fields) = pages.last_mut().and_then(|page| page["fields"].as_array_mut()) {
        let path = format!("form[{page}].fields[{}]", fields.len());
        for name in broken {
            item.from.faults.push(match name.as_str() {
                "title" | "title_en" => format!("form[{page}].{name}"),
                name if name.starts_with("show_if") => format!("{path}.show_if"),
                name => format!("{path}.{name}"),
            });
        }
        item.from.parts.push((path, origin));
        fields.push(field.into());
    }
}

/// A row's values, and the fields whose values cannot be told.
fn values(grid: &Grid, line: &RowCells<'_>, code: &str, raw: &mut Raw) -> (Map<String, Value>, Vec<String>) {
    let mut map = Map::new();
    let mut broken: Vec<String> = line.broken.iter().map(|name| (*name).to_owned()).collect();
    for (name, kind, cell) in line.cells() {
        if matches!(kind, Kind::Own | Kind::Unused | Kind::Terminal) {
            continue;
        }
        match value(kind, cell) {
            Ok(value) => {
                map.insert(name.to_owned(), value);
            }
            Err(wrong) => {
                raw.tell(grid.problem(line.number, code, name, wrong));
                broken.push(name.to_owned());
            }
        }
    }
    (map, broken)
}

fn located(map: Map<String, Value>, from: From) -> Option<Located> {
    let json = RawValue::from_string(Value::from(map).to_string()).ok()?;
    Some(Located { json, from })
}
