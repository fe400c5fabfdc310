//! Whether a catalogue makes sense as a whole: everything it refers to exists, every guide has its ten
//! elements, and every example passes the rules that residents will meet.

use super::draft::{Draft, Entry, Problem, Wrong};
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::{Frame, Need, ServiceItem};
use bianmin_protocol::form::{FieldDefinition, FieldDictionary, FieldKind, check_value, validate};
use bianmin_protocol::identity::CreditCode;
use bianmin_protocol::ids::{FieldCode, ItemCode};
use jiff::civil::Date;
use std::collections::HashSet;

/// Everything that is wrong with a draft, together with the parts of the present frame that it does not bring.
/// `kept` are codes of items that stay although the draft does not have them.
pub fn check(draft: &Draft, present: &Frame, kept: &HashSet<ItemCode>, today: Date) -> Vec<Problem> {
    let mut found = Vec::new();
    let themes: HashSet<&str> = match &draft.themes {
        Some(themes) => themes.iter().map(|theme| theme.value.code.as_str()).collect(),
        None => present.themes.iter().map(|theme| theme.code.as_str()).collect(),
    };
    let fields: Vec<FieldDefinition> = match &draft.fields {
        Some(fields) => fields.iter().map(believable).collect(),
        None => present.fields.clone(),
    };
    let dictionary = FieldDictionary::new(fields);
    unique(draft.themes.as_deref().unwrap_or_default(), "code", |theme| theme.code.as_str(), &mut found);
    unique(draft.life_events.as_deref().unwrap_or_default(), "code", |event| event.code.as_str(), &mut found);
    unique(draft.fields.as_deref().unwrap_or_default(), "code", |field| field.code.as_str(), &mut found);
    unique(&draft.items, "local_catalog_code", |item| item.code.as_str(), &mut found);
    for field in draft.fields.iter().flatten().filter(|field| field.broken.is_empty()) {
        check_field(field, today, &mut found);
    }
    let items: HashSet<&str> = draft
        .items
        .iter()
        .map(|item| item.value.code.as_str())
        .chain(kept.iter().map(ItemCode::as_str))
        .collect();
    for event in draft.life_events.iter().flatten() {
        for (index, code) in event.value.items.iter().enumerate() {
            if !items.contains(code.as_str()) {
                let mut report = Report { entry: event, code: event.value.code.as_str(), found: &mut found };
                report.add(&format!("items[{index}]"), Wrong::NoSuch(code.to_string()));
            }
        }
    }
    for item in &draft.items {
        check_item(item, &themes, &dictionary, today, &mut found);
    }
    found
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
    fn add(&mut self, field: &str, wrong: Wrong) {
        let inside = |a: &str, b: &str| {
            a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if self.entry.broken.iter().any(|wrong| inside(field, wrong) || inside(wrong, field)) {
            return;
        }
        let (origin, field) = self.entry.from.place(field);
        self.found.push(Problem { origin, code: self.code.to_owned(), field, wrong });
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
    if field.label.trim().is_empty() {
        report.add("label", Wrong::Empty);
    }
    if field.kind == FieldKind::Choice && field.options.is_empty() {
        report.add("options", Wrong::Empty);
    }
    let mut codes = HashSet::new();
    for (index, option) in field.options.iter().enumerate() {
        if !codes.insert(option.code.as_str()) {
            report.add(&format!("options[{index}].code"), Wrong::Duplicate);
        }
    }
    if matches!((field.min, field.max), (Some(min), Some(max)) if min > max) {
        report.add("max", Wrong::Order);
    }
    if !field.example.is_empty()
        && let Err(error) = check_value(field, &field.example, today)
    {
        report.add("example", Wrong::Example(error.to_string()));
    }
}

fn check_item(
    entry: &Entry<ServiceItem>,
    themes: &HashSet<&str>,
    dictionary: &FieldDictionary,
    today: Date,
    found: &mut Vec<Problem>,
) {
    let item = &entry.value;
    let mut report = Report { entry, code: item.code.as_str(), found };
    check_codes(item, &mut report);
    check_guide(item, &mut report);
    for (index, theme) in item.themes.iter().enumerate() {
        if !themes.contains(theme.as_str()) {
            report.add(&format!("themes[{index}]"), Wrong::NoSuch(theme.to_string()));
        }
    }
    let mut codes = HashSet::new();
    for (index, material) in item.materials.iter().enumerate() {
        let row = format!("materials[{index}]");
        if entry.broken.iter().any(|wrong| wrong.starts_with(&row)) {
            continue;
        }
        if !codes.insert(&material.code) {
            report.add(&format!("materials[{index}].code"), Wrong::Duplicate);
        }
        if material.name.trim().is_empty() {
            report.add(&format!("materials[{index}].name"), Wrong::Empty);
        }
        if material.need == Need::MayFollow && material.due_days.is_none() {
            report.add(&format!("materials[{index}].due_days"), Wrong::DueDays);
        }
    }
    // An example can only be tried against a form and materials that are what the file says.
    let tried = ["form", "example", "materials"];
    let sound = !entry.broken.iter().any(|wrong| tried.iter().any(|part| wrong.starts_with(part)));
    if check_form(item, dictionary, &mut report) && sound {
        check_example(item, dictionary, today, &mut report);
    }
}

fn check_codes(item: &ServiceItem, report: &mut Report<'_, ServiceItem>) {
    if item.catalog_code.len() != 12 || !item.catalog_code.bytes().all(|byte| byte.is_ascii_digit()) {
        report.add("catalog_code", Wrong::CatalogCode);
    }
    if CreditCode::parse(&item.department_code).is_err() {
        report.add("dept_code", Wrong::Malformed("18".to_owned()));
    }
    let level = item
        .task_code
        .strip_prefix(item.department_code.as_str())
        .and_then(|rest| rest.strip_suffix(item.catalog_code.as_str()));
    if !level.is_some_and(|level| level.len() == 1 && level.bytes().all(|byte| byte.is_ascii_digit())) {
        report.add("task_code", Wrong::TaskCode);
    }
    if let (Some(first), Some(end)) = (item.effective, item.cancelled)
        && end < first
    {
        report.add("plan_cancel_date", Wrong::Order);
    }
    if item.version == 0 {
        report.add("task_version", Wrong::Malformed("≥ 1".to_owned()));
    }
}

/// The ten elements of a guide; the time limits are numbers and always there.
fn check_guide(item: &ServiceItem, report: &mut Report<'_, ServiceItem>) {
    let blank = |text: &str| text.trim().is_empty();
    let lists = [
        ("by_law", &item.basis),
        ("accept_condition", &item.conditions),
        ("handle_flow", &item.steps),
        ("notes", &item.notes),
        ("server_type", &item.served),
    ];
    for (field, list) in lists {
        if list.is_empty() {
            report.add(field, Wrong::Empty);
        }
        for (index, text) in list.iter().enumerate() {
            if blank(text) {
                report.add(&format!("{field}[{index}]"), Wrong::Empty);
            }
        }
    }
    let texts = [
        ("task_name", &item.name),
        ("summary", &item.summary),
        ("dept_name", &item.department),
        ("use_level", &item.use_level),
        ("transact_addr", &item.address),
        ("transact_time", &item.hours),
        ("link_way", &item.contact),
        ("supervise_way", &item.supervision),
        ("result_name", &item.result_name),
    ];
    for (field, text) in texts {
        if blank(text) {
            report.add(field, Wrong::Empty);
        }
    }
    if item.materials.is_empty() {
        report.add("materials", Wrong::Empty);
    }
    if item.form.is_empty() {
        report.add("form", Wrong::Empty);
    }
    if item.example.answers.is_empty() {
        report.add("example", Wrong::Empty);
    }
    if item.is_fee && item.fees.is_empty() {
        report.add("fees", Wrong::Empty);
    }
    if item.is_fee && item.fee_basis.as_deref().is_none_or(blank) {
        report.add("fee_basis", Wrong::Empty);
    }
}

/// Returns whether the form can be tried with the example.
fn check_form(
    item: &ServiceItem,
    dictionary: &FieldDictionary,
    report: &mut Report<'_, ServiceItem>,
) -> bool {
    let mut sound = true;
    let mut earlier: HashSet<&FieldCode> = HashSet::new();
    for (page_index, page) in item.form.iter().enumerate() {
        if page.title.trim().is_empty() {
            report.add(&format!("form[{page_index}].title"), Wrong::Empty);
        }
        for (index, field) in page.fields.iter().enumerate() {
            let path = format!("form[{page_index}].fields[{index}]");
            if dictionary.get(&field.code).is_none() {
                report.add(&format!("{path}.code"), Wrong::NoSuch(field.code.to_string()));
                sound = false;
            }
            if let Some(condition) = &field.show_if
                && !earlier.contains(&condition.field)
            {
                report.add(&format!("{path}.show_if"), Wrong::AskedEarlier);
                sound = false;
            }
            if !earlier.insert(&field.code) {
                report.add(&format!("{path}.code"), Wrong::Duplicate);
                sound = false;
            }
        }
    }
    sound
}

fn check_example(
    item: &ServiceItem,
    dictionary: &FieldDictionary,
    today: Date,
    report: &mut Report<'_, ServiceItem>,
) {
    let mut body = ApplicationBody {
        answers: item.example.answers.clone(),
        materials: item
            .example
            .materials
            .iter()
            .map(|material| MaterialState {
                code: material.code.clone(),
                answer: if material.promised { MaterialAnswer::Promised } else { MaterialAnswer::Have },
            })
            .collect(),
        language: String::new(),
    };
    let asked = body.answers.len();
    body.normalise(item, dictionary);
    if body.answers.len() != asked {
        report.add("example.answers", Wrong::Example("not asked".to_owned()));
    }
    for error in validate(item, dictionary, &body, today) {
        let path = if item.example.materials.iter().any(|material| material.code.as_str() == error.field) {
            format!("example.materials.{}", error.field)
        } else {
            format!("example.answers.{}", error.field)
        };
        report.add(&path, Wrong::Example(error.code.to_string()));
    }
}
