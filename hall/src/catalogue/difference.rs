//! What an import would change, without changing it.

use super::domain::draft::Draft;
use super::publish::{Options, Prepared, PublishError, is_large, names, prepare};
use crate::clock::Clock;
use crate::db::{Store, StoreError};
use bianmin_protocol::catalogue::Frame;
use bianmin_protocol::ids::Revision;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What an import would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The revision that it is compared with.
    pub revision: Revision,
    /// Whether a new revision would be published.
    pub changes: bool,
    /// How many items there are.
    pub of: usize,
    /// How many items there would be.
    pub items: usize,
    /// New items.
    pub added: Vec<Named>,
    /// Items that would be published anew.
    pub changed: Vec<Changed>,
    /// Items that would be withdrawn.
    pub removed: Vec<Named>,
    /// Whether so many would be withdrawn that it has to be asked for.
    pub needs_allow_removal: bool,
    /// The parts that are not items.
    pub frame: Vec<FrameChange>,
}

/// An item or another entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// An item that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its code.
    pub code: String,
    /// Its name, as it would be.
    pub name: String,
    /// The fields that differ, such as `materials[1].is_need`.
    pub fields: Vec<String>,
}

/// A change of a list beside the items, or of the notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameChange {
    /// Which: `themes`, `life_events`, `fields`, `notice`, `notice_en`.
    pub part: String,
    /// Codes that are new.
    pub added: Vec<String>,
    /// Codes whose entries differ; for themes and life events also those that change places.
    pub changed: Vec<String>,
    /// Codes that are gone.
    pub removed: Vec<String>,
}

/// Fields of one item that are named.
const FIELDS: usize = 20;

/// What an import would change.
///
/// # Errors
/// The same as of the import itself, apart from the question whether so many items may be withdrawn.
pub async fn difference(
    store: &Store,
    clock: &Clock,
    draft: Draft,
    options: Options,
) -> Result<Difference, PublishError> {
    let prepared = prepare(store, clock, draft, options).await?;
    let named =
        |pairs: Vec<(String, String)>| pairs.into_iter().map(|(code, name)| Named { code, name }).collect();
    let plan = &prepared.plan;
    let removed = named(names(store, &plan.removed, &prepared.before).await?);
    let added = plan
        .added
        .iter()
        .map(|code| Ok(Named { code: code.clone(), name: text(&new(&prepared, code)?["task_name"]) }))
        .collect::<Result<Vec<_>, PublishError>>()?;
    let changed = changed(store, &prepared).await?;
    let frame = frame(&prepared.present, &prepared.next_frame()?)?;
    Ok(Difference {
        revision: prepared.newest_revision,
        changes: !(added.is_empty() && changed.is_empty() && plan.removed.is_empty() && frame.is_empty()),
        of: prepared.before.len(),
        items: plan.items.len(),
        needs_allow_removal: !options.allow_removal && is_large(&plan.removed, prepared.before.len()),
        added,
        changed,
        removed,
        frame,
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn new(prepared: &Prepared, code: &str) -> Result<Value, PublishError> {
    let planned = prepared.plan.items.get(code).ok_or(StoreError::Corrupt("item"))?;
    Ok(serde_json::from_str(&planned.content)?)
}

async fn changed(store: &Store, prepared: &Prepared) -> Result<Vec<Changed>, PublishError> {
    let wanted: Vec<(String, u32)> = prepared
        .plan
        .updated
        .iter()
        .filter_map(|code| Some((code.clone(), prepared.before.get(code)?.version)))
        .collect();
    let old = store.catalogue().contents(&wanted).await?;
    let mut all = Vec::new();
    for code in &prepared.plan.updated {
        let content = old.get(code).ok_or(StoreError::Corrupt("item version"))?;
        let (old, new) = (serde_json::from_str(content)?, new(prepared, code)?);
        let mut fields = Vec::new();
        differing(&old, &new, "", &mut fields);
        // The version follows from the others.
        if fields.len() > 1 {
            fields.retain(|field| field != "task_version");
        }
        fields.truncate(FIELDS);
        all.push(Changed { code: code.clone(), name: text(&new["task_name"]), fields });
    }
    Ok(all)
}

/// The paths at which two values differ. A list of another length differs as a whole.
fn differing(old: &Value, new: &Value, path: &str, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                differing(
                    old.get(key).unwrap_or(&Value::Null),
                    new.get(key).unwrap_or(&Value::Null),
                    &path,
                    found,
                );
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differing(old, new, &format!("{path}[{index}]"), found);
            }
        }
        (old, new) if old != new => found.push(path.to_owned()),
        _ => {}
    }
}

fn frame(old: &Frame, new: &Frame) -> Result<Vec<FrameChange>, PublishError> {
    let (old, new) = (serde_json::to_value(old)?, serde_json::to_value(new)?);
    let mut changes = Vec::new();
    for part in ["notice", "notice_en"] {
        if old[part] != new[part] {
            let nothing = Vec::new;
            changes.push(FrameChange {
                part: part.into(),
                added: nothing(),
                changed: nothing(),
                removed: nothing(),
            });
        }
    }
    for part in ["themes", "life_events", "fields"] {
        if old[part] == new[part] {
            continue;
        }
        let (before, after) = (by_code(&old[part]), by_code(&new[part]));
        let codes = |keep: &dyn Fn(&str) -> bool, of: &BTreeMap<String, (usize, &Value)>| {
            of.keys().filter(|code| keep(code)).cloned().collect::<Vec<_>>()
        };
        changes.push(FrameChange {
            part: part.into(),
            added: codes(&|code| !before.contains_key(code), &after),
            changed: codes(&|code| before.contains_key(code) && before.get(code) != after.get(code), &after),
            removed: codes(&|code| !after.contains_key(code), &before),
        });
    }
    Ok(changes)
}

/// Entries with their places by code.
fn by_code(list: &Value) -> BTreeMap<String, (usize, &Value)> {
    let entries = list.as_array().map(Vec::as_slice).unwrap_or_default();
    entries.iter().enumerate().map(|(place, entry)| (text(&entry["code"]), (place, entry))).collect()
}
