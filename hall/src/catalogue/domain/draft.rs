//! A catalogue as it is read from files, before anything about it is believed. Every value knows where it
//! came from, so that a problem names sheet or file, row and field, and all problems are told at once.

use super::entry::{self, Entry};
use super::flat;
use super::json;
use super::limits::{Budget, Limits};
use super::problem::{Notice, Origin, Problem, Wrong};
use super::shape;
use super::table::{self, Table};
use super::workbook;
use bianmin_protocol::catalogue::{LifeEvent, ServiceItem, Theme};
use bianmin_protocol::form::FieldDefinition;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// Problems that are kept; a file of another kind would have millions.
pub(super) const PROBLEM_LIMIT: usize = 2000;

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
    /// Paths whose values cannot be told, for a reason that is told already.
    pub faults: Vec<String>,
    /// Lists of which something is missing, for a reason that is told already.
    pub incomplete: Vec<String>,
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
    pub(super) notices: Vec<Notice>,
    /// Whether a file has a list of items, be it empty.
    pub(super) has_items: bool,
    /// Whether a whole file, sheet or entry could not be understood: then it cannot be said what is missing.
    pub(super) partial: bool,
}

impl Raw {
    /// Keeps a problem.
    pub(super) fn tell(&mut self, problem: Problem) {
        if self.problems.len() < PROBLEM_LIMIT {
            self.problems.push(problem);
        }
    }

    /// Keeps a problem because of which a part of the files could not be understood.
    pub(super) fn lost(&mut self, problem: Problem) {
        self.partial = true;
        self.tell(problem);
    }
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
    /// Whether a file has a list of items, be it empty.
    pub has_items: bool,
    /// Everything found wrong so far.
    pub problems: Vec<Problem>,
    /// What is no mistake, but should be known.
    pub notices: Vec<Notice>,
    /// Whether a whole file, sheet or entry is missing, as the problems tell: then nothing can be said of the rest
    /// as a whole.
    pub partial: bool,
}

/// Reads files of any of the known kinds as one catalogue. What is wrong is in the draft.
pub fn read(files: &[impl AsRef<Path>]) -> Draft {
    read_within(files, Limits::default())
}

/// The same within other limits.
pub fn read_within(files: &[impl AsRef<Path>], limits: Limits) -> Draft {
    let mut raw = Raw::default();
    let mut budget = Budget::new(limits);
    for file in files {
        let file = file.as_ref();
        let place = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        if let Err(wrong) = read_file(file, &place, &mut raw, &mut budget) {
            raw.lost(Problem::of_place(&place, "", wrong));
        }
    }
    flat::assemble(&mut raw);
    parse(raw, &budget)
}

fn read_file(path: &Path, place: &str, raw: &mut Raw, budget: &mut Budget) -> Result<(), Wrong> {
    let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
    let is_workbook = matches!(kind.as_str(), "xlsx" | "xlsm");
    let most = if is_workbook { budget.limits.workbook_bytes } else { budget.limits.file_bytes };
    let file = open(path, most)?;
    match kind.as_str() {
        "json" => json::read(&content(file, most)?, place, raw, budget),
        "csv" => {
            let sheet = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let table = table::from_csv(&content(file, most)?, place, &sheet, budget)?;
            raw.tables.push(table);
            Ok(())
        }
        "xlsx" | "xlsm" => {
            let tables = workbook::read(file, place, budget, &mut raw.notices)?;
            raw.tables.extend(tables);
            Ok(())
        }
        "xls" | "xlsb" | "ods" | "et" => Err(workbook::of_other_kind(&kind, file)),
        other => Err(Wrong::UnknownKind(format!(".{other}"))),
    }
}

/// Opens a plain file that is not too large. A folder, a pipe or a device is none.
fn open(path: &Path, most: u64) -> Result<File, Wrong> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Wrong::NoFile,
        _ => Wrong::Unreadable(error.to_string()),
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Wrong::NotFile);
    }
    if about.len() > most {
        return Err(Wrong::TooLarge(most >> 20));
    }
    File::open(path).map_err(unreadable)
}

/// Everything in a file, which may have grown since.
fn content(file: File, most: u64) -> Result<Vec<u8>, Wrong> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| Wrong::Unreadable(error.to_string()))?;
    if bytes.len() as u64 > most { Err(Wrong::TooLarge(most >> 20)) } else { Ok(bytes) }
}

fn parse(mut raw: Raw, budget: &Budget) -> Draft {
    let themes = raw.themes.take().map(|list| entries(list, "themes", &mut raw, budget));
    let life_events = raw.life_events.take().map(|list| entries(list, "life_events", &mut raw, budget));
    let fields = raw.fields.take().map(|list| entries(list, "fields", &mut raw, budget));
    let items = std::mem::take(&mut raw.items);
    let items = entries(items, "items", &mut raw, budget);
    Draft {
        notice: raw.notice,
        notice_en: raw.notice_en,
        themes,
        life_events,
        fields,
        items,
        has_items: raw.has_items,
        problems: raw.problems,
        notices: raw.notices,
        partial: raw.partial,
    }
}

fn entries<T: DeserializeOwned>(
    list: Vec<Located>,
    name: &str,
    raw: &mut Raw,
    budget: &Budget,
) -> Vec<Entry<T>> {
    let template = entry::template(name);
    let code = if name == "items" { "local_catalog_code" } else { "code" };
    let mut found = Vec::with_capacity(list.len());
    for mut located in list {
        if let Err(wrong) = budget.time() {
            raw.lost(Problem::of_place(&located.from.origin.place, "", wrong));
            break;
        }
        let text = located.json.get();
        if !text.starts_with('{') || text.len() > budget.limits.entry_bytes {
            let wrong = match text.starts_with('{') {
                true => Wrong::TooLarge(budget.limits.entry_bytes as u64 >> 20),
                false => Wrong::NotObject,
            };
            raw.lost(Problem {
                origin: located.from.origin,
                code: String::new(),
                field: String::new(),
                wrong,
            });
            continue;
        }
        shape::check(&mut located, code, &template, raw);
        match entry::read(located, code, &template, raw) {
            Some(entry) => found.push(entry),
            None => raw.partial = true,
        }
    }
    found
}
