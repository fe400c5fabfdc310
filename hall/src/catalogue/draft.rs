//! A catalogue as it is read from files, before anything about it is believed. Every value knows where it
//! came from, so that a problem names sheet or file, row and field, and all problems are told at once.

use super::flat;
use super::json;
use super::table::{self, Table};
use bianmin_locale::{Arg, Texts};
use bianmin_protocol::catalogue::{LifeEvent, ServiceItem, Theme};
use bianmin_protocol::form::FieldDefinition;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use std::path::Path;

/// The largest file that is read, in bytes.
const FILE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// Problems that are told; a file of another kind would have millions.
const PROBLEM_LIMIT: usize = 500;

/// Where something stands: a file, or a sheet of it, and a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The file's name, with `/` and the sheet's where it has sheets.
    pub place: String,
    /// The row as a spreadsheet counts, or the entry's number in a JSON list.
    pub row: Option<usize>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub origin: Origin,
    /// The item's or other entry's code, where it is known.
    pub code: String,
    /// The field in the national list's name, such as `is_need` or `materials[2].is_need`.
    pub field: String,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The file cannot be read at all.
    Unreadable(String),
    /// It must be there.
    Missing,
    /// None of the values that are possible, which are these.
    NotOneOf(String),
    /// No number.
    NotNumber,
    /// A value is of another kind than it must be.
    Malformed(String),
    /// The sheet or column is not known.
    UnknownColumn,
    /// The row belongs to an item that is not in the list.
    NoSuchItem(String),
    /// The code is used twice.
    Duplicate,
    /// It refers to something that is not there.
    NoSuch(String),
    /// One of the ten elements of a guide is empty.
    Empty,
    /// The task code is not authority + level + basic code.
    TaskCode,
    /// Not 12 digits.
    CatalogCode,
    /// The example does not pass the form's own rules.
    Example(String),
    /// A material that may follow needs days within which.
    DueDays,
    /// The question that decides is not asked earlier in the form.
    AskedEarlier,
    /// The last day is before the first.
    Order,
}

impl Wrong {
    fn key_and_detail(&self) -> (&'static str, &str) {
        match self {
            Self::Unreadable(detail) => ("import-unreadable", detail),
            Self::Missing => ("import-missing", ""),
            Self::NotOneOf(options) => ("import-not-one-of", options),
            Self::NotNumber => ("import-not-number", ""),
            Self::Malformed(detail) => ("import-malformed", detail),
            Self::UnknownColumn => ("import-unknown-column", ""),
            Self::NoSuchItem(code) => ("import-no-such-item", code),
            Self::Duplicate => ("import-duplicate", ""),
            Self::NoSuch(code) => ("import-no-such", code),
            Self::Empty => ("import-empty", ""),
            Self::TaskCode => ("import-task-code", ""),
            Self::CatalogCode => ("import-catalog-code", ""),
            Self::Example(detail) => ("import-example", detail),
            Self::DueDays => ("import-due-days", ""),
            Self::AskedEarlier => ("import-asked-earlier", ""),
            Self::Order => ("import-order", ""),
        }
    }
}

impl Problem {
    /// One line for staff.
    pub fn text(&self, texts: &Texts) -> String {
        let (key, detail) = self.wrong.key_and_detail();
        let what = texts.t_args(key, &[("detail", Arg::from(detail))]);
        let mut place = self.origin.place.clone();
        if let Some(row) = self.origin.row {
            place = texts.t_args(
                "import-place",
                &[("place", Arg::from(place.as_str())), ("row", (row as i64).into())],
            );
        }
        [place.as_str(), &self.code, &self.field, &what]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// For `--json`.
    pub fn to_json(&self, texts: &Texts) -> Value {
        let (key, detail) = self.wrong.key_and_detail();
        serde_json::json!({
            "place": self.origin.place,
            "row": self.origin.row,
            "item": self.code,
            "field": self.field,
            "code": key.trim_start_matches("import-"),
            "message": texts.t_args(key, &[("detail", Arg::from(detail))]),
        })
    }
}

/// A value and where it came from; parts of it may come from rows of other sheets.
#[derive(Debug, Default)]
pub struct Located {
    /// What is there: JSON text, so that a large file is not held in a larger form.
    pub json: Box<RawValue>,
    /// Where from.
    pub from: From,
}

/// Where an entry and its parts came from.
#[derive(Debug, Clone, Default)]
pub struct From {
    /// The entry itself.
    pub origin: Origin,
    /// Paths such as `materials[2]` that come from elsewhere.
    pub parts: Vec<(String, Origin)>,
}

impl From {
    /// Where a field came from, and what it is called there.
    pub fn place(&self, path: &str) -> (Origin, String) {
        let inside = |part: &str| {
            path.strip_prefix(part).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let part = self
            .parts
            .iter()
            .filter_map(|(part, origin)| Some((part.len(), origin, inside(part)?)))
            .max_by_key(|(length, _, _)| *length);
        match part {
            // The row is about this very entry: its own name is all there is to say.
            Some((_, origin, "")) => (origin.clone(), path.rsplit('.').next().unwrap_or(path).to_owned()),
            Some((_, origin, rest)) => (origin.clone(), rest.trim_start_matches('.').to_owned()),
            None => (self.origin.clone(), path.to_owned()),
        }
    }
}

/// What the files say, entry by entry. `None` where no file has such a list.
#[derive(Debug, Default)]
pub struct Raw {
    pub(super) notice: Option<String>,
    pub(super) notice_en: Option<String>,
    pub(super) themes: Option<Vec<Located>>,
    pub(super) life_events: Option<Vec<Located>>,
    pub(super) fields: Option<Vec<Located>>,
    pub(super) items: Vec<Located>,
    pub(super) tables: Vec<Table>,
    pub(super) problems: Vec<Problem>,
}

/// An entry that has the right form, and where it came from.
#[derive(Debug)]
pub struct Entry<T> {
    /// The entry.
    pub value: T,
    /// Where from.
    pub from: From,
    /// What was already found wrong: what stands there now is an example, not what the file says.
    pub broken: Vec<String>,
}

/// A catalogue of the right form; whether it makes sense is for [`super::check`] to say.
#[derive(Debug, Default)]
pub struct Draft {
    /// What to say about the data as a whole, if a file says it.
    pub notice: Option<String>,
    /// The same in English, if a file says it.
    pub notice_en: Option<String>,
    /// Themes, if a file has them.
    pub themes: Option<Vec<Entry<Theme>>>,
    /// Life events, if a file has them.
    pub life_events: Option<Vec<Entry<LifeEvent>>>,
    /// The field dictionary, if a file has it.
    pub fields: Option<Vec<Entry<FieldDefinition>>>,
    /// The items.
    pub items: Vec<Entry<ServiceItem>>,
    /// Everything found wrong so far.
    pub problems: Vec<Problem>,
}

/// Reads files of any of the known kinds as one catalogue. What is wrong is in the draft.
pub fn read(files: &[impl AsRef<Path>]) -> Draft {
    let mut raw = Raw::default();
    for file in files {
        let file = file.as_ref();
        let place = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        if let Err(detail) = read_file(file, &place, &mut raw) {
            raw.problems.push(Problem {
                origin: Origin { place, row: None },
                code: String::new(),
                field: String::new(),
                wrong: Wrong::Unreadable(detail),
            });
        }
    }
    flat::assemble(&mut raw);
    parse(raw)
}

fn read_file(file: &Path, place: &str, raw: &mut Raw) -> Result<(), String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > FILE_LIMIT {
        return Err(format!("{size} bytes"));
    }
    let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
    match kind.as_str() {
        "json" => json::read(&std::fs::read(file).map_err(|error| error.to_string())?, place, raw),
        "csv" => {
            let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
            let sheet = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            raw.tables.push(table::from_csv(&bytes, place, &sheet)?);
            Ok(())
        }
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => {
            raw.tables.extend(table::from_workbook(file, place)?);
            Ok(())
        }
        other => Err(format!(".{other}")),
    }
}

fn parse(raw: Raw) -> Draft {
    let mut problems = raw.problems;
    let draft = Draft {
        notice: raw.notice,
        notice_en: raw.notice_en,
        themes: raw.themes.map(|list| entries(list, "code", &template("themes"), &mut problems)),
        life_events: raw
            .life_events
            .map(|list| entries(list, "code", &template("life_events"), &mut problems)),
        fields: raw.fields.map(|list| entries(list, "code", &template("fields"), &mut problems)),
        items: entries(raw.items, "local_catalog_code", &template("items"), &mut problems),
        problems: Vec::new(),
    };
    problems.truncate(PROBLEM_LIMIT);
    Draft { problems, ..draft }
}

/// A complete entry of each kind: where a file has something wrong, this is looked at instead, so that the next
/// wrong thing of the same entry is found too.
fn template(list: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("template.json")).unwrap_or_default();
    all[list].clone()
}

fn entries<T: DeserializeOwned>(
    list: Vec<Located>,
    code: &str,
    template: &Value,
    problems: &mut Vec<Problem>,
) -> Vec<Entry<T>> {
    list.into_iter().filter_map(|located| entry(located, code, template, problems)).collect()
}

fn entry<T: DeserializeOwned>(
    located: Located,
    code: &str,
    template: &Value,
    problems: &mut Vec<Problem>,
) -> Option<Entry<T>> {
    let Located { json, from } = located;
    if let Ok(value) = serde_json::from_str(json.get()) {
        return Some(Entry { value, from, broken: Vec::new() });
    }
    let mut value: Value = serde_json::from_str(json.get()).unwrap_or_default();
    let name = value[code].as_str().unwrap_or_default().to_owned();
    let mut broken = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(value) => return Some(Entry { value, from, broken }),
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let mut path = error.path().to_string();
        if path == "." {
            path.clear();
        }
        if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
        }
        if problems.len() >= PROBLEM_LIMIT {
            return None;
        }
        let (origin, field) = from.place(&path);
        problems.push(Problem { origin, code: name.clone(), field, wrong: explain(message) });
        let before = value.clone();
        if !mend(&mut value, template, &path) || before == value {
            return None;
        }
        broken.push(path);
    }
}

/// The parser's commonest complaints in words for staff.
fn explain(message: String) -> Wrong {
    if message.starts_with("missing field") {
        return Wrong::Missing;
    }
    let expected = message.split_once(", expected ").map(|(_, expected)| expected);
    if message.starts_with("unknown variant")
        && let Some(expected) = expected
    {
        let options: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        return Wrong::NotOneOf(options.join("、"));
    }
    let number = |kind: &str| kind.starts_with(['u', 'i']) && kind[1..].parse::<u8>().is_ok();
    if message.starts_with("invalid ") && expected.is_some_and(number) {
        return Wrong::NotNumber;
    }
    Wrong::Malformed(message)
}

/// Puts the template's value at a path. An entry of a map that the template lacks is taken away.
fn mend(value: &mut Value, template: &Value, path: &str) -> bool {
    let (mut here, mut there) = (value, Some(template));
    let mut steps = path.split(['.', '[']).filter(|step| !step.is_empty()).peekable();
    while let Some(step) = steps.next() {
        let index = step.strip_suffix(']').and_then(|number| number.parse::<usize>().ok());
        there = match index {
            Some(_) => there.and_then(|list| list.get(0)),
            None => there.and_then(|map| map.get(step)),
        };
        let last = steps.peek().is_none();
        here = match (index, here) {
            (Some(index), Value::Array(list)) => match list.get_mut(index) {
                Some(next) => next,
                None => return false,
            },
            (None, Value::Object(map)) => {
                if last && there.is_none() {
                    return map.remove(step).is_some();
                }
                map.entry(step).or_insert(Value::Null)
            }
            _ => return false,
        };
    }
    match there {
        Some(good) => {
            *here = good.clone();
            true
        }
        None => false,
    }
}
