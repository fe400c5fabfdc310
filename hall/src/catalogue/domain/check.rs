//! Whether a catalogue makes sense as a whole: everything it refers to exists, every guide has its ten
//! elements, and every example passes the rules that residents will meet.

mod form;
mod item;
mod kept;

use super::draft::Draft;
use super::entry::{Entry, inside};
use super::problem::{Origin, Problem, Wrong};
use super::suggest::closest;
use bianmin_protocol::catalogue::{Frame, ServiceItem};
use bianmin_protocol::form::{FieldDefinition, FieldDictionary, FieldKind, check_value, normalise};
use bianmin_protocol::ids::ItemCode;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashSet};

/// What stays of the catalogue that is published.
#[derive(Debug, Default)]
pub struct Kept {
    /// The items that stay although the draft does not have them.
    pub codes: HashSet<ItemCode>,
    /// The same, where the draft has other themes or fields for them to fit.
    pub items: Vec<ServiceItem>,
}

/// What an item refers to.
struct Surroundings<'a> {
    themes: HashSet<&'a str>,
    dictionary: FieldDictionary,
    fields: Vec<&'a str>,
    today: Date,
}

/// Everything that is wrong with the whole that results from a draft, the parts of the present frame that it does
/// not bring, and the items that stay.
pub fn check(draft: &Draft, present: &Frame, kept: &Kept, today: Date) -> Vec<Problem> {
    let mut found = Vec::new();
    let themes: HashSet<&str> = match &draft.themes {
        Some(themes) => themes.iter().map(|theme| theme.value.code.as_str()).collect(),
        None => present.themes.iter().map(|theme| theme.code.as_str()).collect(),
    };
    let definitions: Vec<FieldDefinition> = match &draft.fields {
        Some(fields) => fields.iter().map(believable).collect(),
        None => present.fields.clone(),
    };
    let fields = definitions.iter().map(|field| field.code.as_str()).collect();
    let dictionary = FieldDictionary::new(definitions.iter().cloned());
    let around = Surroundings { themes, dictionary, fields, today };
    unique(draft.themes.as_deref().unwrap_or_default(), "code", |theme| theme.code.as_str(), &mut found);
    unique(draft.life_events.as_deref().unwrap_or_default(), "code", |event| event.code.as_str(), &mut found);
    unique(draft.fields.as_deref().unwrap_or_default(), "code", |field| field.code.as_str(), &mut found);
    unique(&draft.items, "local_catalog_code", |item| item.code.as_str(), &mut found);
    for theme in draft.themes.iter().flatten() {
        let mut report = Report { entry: theme, code: theme.value.code.as_str(), found: &mut found };
        report.filled("name", &theme.value.name);
    }
    for field in draft.fields.iter().flatten().filter(|field| field.broken.is_empty()) {
        check_field(field, today, &mut found);
    }
    check_events(draft, present, kept, &mut found);
    for entry in &draft.items {
        item::check(entry, &around, &mut found);
    }
    let before = Surroundings {
        themes: present.themes.iter().map(|theme| theme.code.as_str()).collect(),
        dictionary: FieldDictionary::new(present.fields.iter().cloned()),
        fields: Vec::new(),
        today,
    };
    kept::check(&kept.items, &around, &before, &mut found);
    found
}

/// Life events, those that stay included, refer to items that there will be.
fn check_events(draft: &Draft, present: &Frame, kept: &Kept, found: &mut Vec<Problem>) {
    let items: HashSet<&str> = draft
        .items
        .iter()
        .map(|item| item.value.code.as_str())
        .chain(kept.codes.iter().map(ItemCode::as_str))
        .collect();
    for event in draft.life_events.iter().flatten() {
        let mut report = Report { entry: event, code: event.value.code.as_str(), found };
        report.filled("name", &event.value.name);
        for (index, code) in event.value.items.iter().enumerate() {
            if !items.contains(code.as_str()) {
                report.add(&format!("items[{index}]"), no_such(code.as_str(), items.iter().copied()));
            }
        }
    }
    if draft.life_events.is_some() {
        return;
    }
    let gone: BTreeSet<&str> = present
        .life_events
        .iter()
        .flat_map(|event| &event.items)
        .map(ItemCode::as_str)
        .filter(|code| !items.contains(code))
        .collect();
    if !gone.is_empty() {
        let wrong = Wrong::NoSuch(some(&gone.into_iter().collect::<Vec<_>>()), None);
        let (code, field) = (String::new(), "life_events".to_owned());
        found.push(Problem { origin: Origin::default(), code, field, wrong });
    }
}

/// Codes that are named of many.
const NAMED: usize = 5;

/// Some of the codes, and how many there are.
fn some(codes: &[&str]) -> String {
    let more = if codes.len() > NAMED { format!(" … ({})", codes.len()) } else { String::new() };
    format!("{}{more}", codes[..codes.len().min(NAMED)].join("、"))
}

fn no_such<'a>(code: &str, known: impl IntoIterator<Item = &'a str>) -> Wrong {
    Wrong::NoSuch(code.to_owned(), closest(code, known).map(str::to_owned))
}

/// A definition with a mistake takes any text, so that the mistake is told once and not again in every form.
fn believable(entry: &Entry<FieldDefinition>) -> FieldDefinition {
    let mut field = entry.value.clone();
    if !entry.broken.is_empty() {
        (field.kind, field.max_chars) = (FieldKind::Text, 0);
    }
    field
}

struct Report<'a, T> {
    entry: &'a Entry<T>,
    code: &'a str,
    found: &'a mut Vec<Problem>,
}

impl<T> Report<'_, T> {
    /// Tells it, unless what stands there is broken already.
    fn add(&mut self, field: &str, wrong: Wrong) {
        if self.entry.broken.iter().any(|wrong| inside(field, wrong) || inside(wrong, field)) {
            return;
        }
        let (origin, field) = self.entry.from.place(field);
        self.found.push(Problem { origin, code: self.code.to_owned(), field, wrong });
    }

    fn filled(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(field, Wrong::Empty);
        }
    }
}

fn unique<'a, T>(
    entries: &'a [Entry<T>],
    field: &str,
    code: impl Fn(&'a T) -> &'a str,
    found: &mut Vec<Problem>,
) {
    let mut seen = HashSet::new();
    for entry in entries {
        let code = code(&entry.value);
        if !seen.insert(code) {
            Report { entry, code, found }.add(field, Wrong::Duplicate);
        }
    }
}

fn check_field(entry: &Entry<FieldDefinition>, today: Date, found: &mut Vec<Problem>) {
    let field = &entry.value;
    let mut report = Report { entry, code: field.code.as_str(), found };
    report.filled("label", &field.label);
    let is_choice = field.kind == FieldKind::Choice;
    if is_choice && field.options.is_empty() {
        report.add("options", Wrong::Empty);
    }
    let mut codes = HashSet::new();
    for (index, option) in field.options.iter().enumerate() {
        let path = format!("options[{index}].code");
        report.filled(&path, &option.code);
        report.filled(&format!("options[{index}].label"), &option.label);
        if !codes.insert(option.code.as_str()) {
            report.add(&path, Wrong::Duplicate);
        }
        // An option that the field itself does not take could be chosen and never handed in.
        if is_choice && normalise(field.kind, &option.code) != option.code {
            report.add(&path, Wrong::Malformed);
        } else if is_choice && let Err(error) = check_value(field, &option.code, today) {
            report.add(&path, Wrong::Example(error));
        }
    }
    if matches!((field.min, field.max), (Some(min), Some(max)) if min > max) {
        report.add("max", Wrong::Order);
    }
    if !field.example.is_empty()
        && let Err(error) = check_value(field, &field.example, today)
    {
        report.add("example", Wrong::Example(error));
    }
}
