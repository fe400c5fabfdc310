//! One item: its codes, the ten elements of its guide, its materials.

use super::{Report, Surroundings, form, no_such};
use crate::catalogue::domain::entry::{Entry, inside};
use crate::catalogue::domain::problem::{Problem, Wrong};
use bianmin_protocol::catalogue::{Need, ServiceItem};
use bianmin_protocol::identity::CreditCode;
use std::collections::HashSet;

/// The highest version that a file may ask for: above it the hall has room to raise it.
const VERSION_LIMIT: u32 = i32::MAX as u32;

pub(super) fn check(entry: &Entry<ServiceItem>, around: &Surroundings<'_>, found: &mut Vec<Problem>) {
    let item = &entry.value;
    let mut report = Report { entry, code: item.code.as_str(), found };
    check_codes(item, &mut report);
    check_guide(item, &mut report);
    for (index, theme) in item.themes.iter().enumerate() {
        if !around.themes.contains(theme.as_str()) {
            report.add(&format!("themes[{index}]"), no_such(theme.as_str(), around.themes.iter().copied()));
        }
    }
    let mut codes = HashSet::new();
    for (index, material) in item.materials.iter().enumerate() {
        // An example stands in for what is broken.
        let row = format!("materials[{index}]");
        if entry.broken.iter().any(|wrong| inside(wrong, &row)) {
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
    if form::check(item, around, &mut report) && sound {
        form::check_example(item, around, &mut report);
    }
}

fn check_codes(item: &ServiceItem, report: &mut Report<'_, ServiceItem>) {
    let before = report.found.len();
    if item.catalog_code.len() != 12 || !item.catalog_code.bytes().all(|byte| byte.is_ascii_digit()) {
        report.add("catalog_code", Wrong::CatalogCode);
    }
    if CreditCode::parse(&item.department_code).is_err() {
        report.add("dept_code", Wrong::DepartmentCode);
    }
    let level = item
        .task_code
        .strip_prefix(item.department_code.as_str())
        .and_then(|rest| rest.strip_suffix(item.catalog_code.as_str()));
    let parts = ["catalog_code", "dept_code"];
    let sound = report.found.len() == before
        && !report.entry.broken.iter().any(|wrong| parts.contains(&wrong.as_str()));
    if sound
        && !level.is_some_and(|level| level.len() == 1 && level.bytes().all(|byte| byte.is_ascii_digit()))
    {
        report.add("task_code", Wrong::TaskCode);
    }
    if let (Some(first), Some(end)) = (item.effective, item.cancelled)
        && end < first
    {
        report.add("plan_cancel_date", Wrong::Order);
    }
    if !(1..=VERSION_LIMIT).contains(&item.version) {
        report.add("task_version", Wrong::Version(VERSION_LIMIT));
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
