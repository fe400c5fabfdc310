//! An item's form and example: every field exists, every condition can come true, and the example passes.

use super::{Report, Surroundings, no_such};
use crate::catalogue::domain::problem::Wrong;
use crate::catalogue::domain::suggest::closest;
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::form::{Condition, FieldDefinition, FieldKind, check_value, normalise, validate};
use bianmin_protocol::ids::FieldCode;
use jiff::civil::Date;
use std::collections::HashSet;

/// Returns whether the form can be tried with the example.
pub(super) fn check(
    item: &ServiceItem,
    around: &Surroundings<'_>,
    report: &mut Report<'_, ServiceItem>,
) -> bool {
    let before = report.found.len();
    let all: HashSet<&FieldCode> =
        item.form.iter().flat_map(|page| &page.fields).map(|field| &field.code).collect();
    let mut earlier: HashSet<&FieldCode> = HashSet::new();
    for (page_index, page) in item.form.iter().enumerate() {
        report.filled(&format!("form[{page_index}].title"), &page.title);
        if page.fields.is_empty() {
            report.add(&format!("form[{page_index}].fields"), Wrong::Empty);
        }
        for (index, field) in page.fields.iter().enumerate() {
            let path = format!("form[{page_index}].fields[{index}]");
            if around.dictionary.get(&field.code).is_none() {
                let wrong = no_such(field.code.as_str(), around.fields.iter().copied());
                report.add(&format!("{path}.code"), wrong);
            }
            if let Some(condition) = &field.show_if
                && let Some(wrong) = check_condition(condition, &earlier, &all, around)
            {
                report.add(&format!("{path}.show_if"), wrong);
            }
            if !earlier.insert(&field.code) {
                report.add(&format!("{path}.code"), Wrong::Duplicate);
            }
        }
    }
    report.found.len() == before
}

/// Conditions that cannot come true under other options than those they were made for, by path.
pub(super) fn impossible_conditions(item: &ServiceItem, around: &Surroundings<'_>) -> Vec<(String, Wrong)> {
    let mut found = Vec::new();
    for (page_index, page) in item.form.iter().enumerate() {
        for (index, field) in page.fields.iter().enumerate() {
            let Some(condition) = &field.show_if else { continue };
            let definition = around.dictionary.get(&condition.field);
            let wrong = definition.and_then(|one| impossible(one, &condition.equals, around.today));
            found.extend(wrong.map(|wrong| (format!("form[{page_index}].fields[{index}].show_if"), wrong)));
        }
    }
    found
}

/// Why a condition can never come true.
fn check_condition(
    condition: &Condition,
    earlier: &HashSet<&FieldCode>,
    all: &HashSet<&FieldCode>,
    around: &Surroundings<'_>,
) -> Option<Wrong> {
    if !all.contains(&condition.field) {
        return Some(no_such(condition.field.as_str(), earlier.iter().map(|code| code.as_str())));
    }
    if !earlier.contains(&condition.field) {
        return Some(Wrong::AskedEarlier);
    }
    // A field that the dictionary lacks is told where it is asked.
    let definition = around.dictionary.get(&condition.field)?;
    impossible(definition, &condition.equals, around.today)
}

/// Answers are compared in their normal form; one that the field does not take is never given.
fn impossible(definition: &FieldDefinition, equals: &str, today: Date) -> Option<Wrong> {
    let normal = normalise(definition.kind, equals);
    if !normal.is_empty() && normal == equals && check_value(definition, equals, today).is_ok() {
        return None;
    }
    let likely = match definition.kind {
        FieldKind::Choice => definition
            .options
            .iter()
            .find(|option| option.label == equals || option.label_en == equals)
            .map(|option| option.code.as_str())
            .or_else(|| closest(equals, definition.options.iter().map(|option| option.code.as_str())))
            .map(str::to_owned),
        FieldKind::YesNo => match equals.to_lowercase().as_str() {
            "是" | "true" | "y" | "有" => Some("yes".to_owned()),
            "否" | "false" | "n" | "无" => Some("no".to_owned()),
            _ => None,
        },
        _ => Some(normal).filter(|normal| check_value(definition, normal, today).is_ok()),
    };
    Some(Wrong::NoAnswer(equals.to_owned(), likely))
}

pub(super) fn check_example(
    item: &ServiceItem,
    around: &Surroundings<'_>,
    report: &mut Report<'_, ServiceItem>,
) {
    for error in errors(item, around) {
        report.add(&error.0, error.1);
    }
}

/// What is wrong with the example, by path.
pub(super) fn errors(item: &ServiceItem, around: &Surroundings<'_>) -> Vec<(String, Wrong)> {
    let mut found = Vec::new();
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
    let given = body.answers.clone();
    body.normalise(item, &around.dictionary);
    for (field, value) in given.iter().filter(|(field, _)| !body.answers.contains_key(*field)) {
        let wrong = if value.trim().is_empty() { Wrong::Empty } else { Wrong::NotAsked };
        found.push((format!("example.answers.{field}"), wrong));
    }
    for error in validate(item, &around.dictionary, &body, around.today) {
        let path = if item.example.materials.iter().any(|material| material.code.as_str() == error.field) {
            format!("example.materials.{}", error.field)
        } else {
            format!("example.answers.{}", error.field)
        };
        found.push((path, Wrong::Example(error.code)));
    }
    found
}
