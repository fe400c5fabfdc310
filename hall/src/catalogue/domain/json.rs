//! Catalogues as JSON: one object with `items` and, if wanted, `themes`, `life_events` and `fields`; or a bare
//! list of items.

use super::draft::{From, Located, PROBLEM_LIMIT, Raw};
use super::encoding;
use super::limits::Budget;
use super::problem::{Origin, Problem, Wrong};
use super::suggest::closest;
use super::text;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::collections::HashSet;

/// The keys of a catalogue.
const KEYS: [&str; 6] = ["items", "themes", "life_events", "fields", "notice", "notice_en"];

/// An object as it stands there, keys that come twice included.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

pub(super) fn read(bytes: &[u8], place: &str, raw: &mut Raw, budget: &Budget) -> Result<(), Wrong> {
    let text = encoding::decode(bytes)?;
    if text.trim_start().starts_with('[') {
        let items: Vec<Box<RawValue>> = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
        raw.has_items = true;
        raw.items.extend(located(items, place, "items"));
        return Ok(());
    }
    let Object(entries) = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    if !entries.iter().any(|(key, _)| KEYS.contains(&key.as_str())) {
        return Err(Wrong::NoCatalogue);
    }
    let mut seen = HashSet::new();
    for (key, value) in &entries {
        budget.time()?;
        if raw.problems.len() >= PROBLEM_LIMIT {
            break;
        }
        if key.starts_with('#') {
            continue;
        }
        if !KEYS.contains(&key.as_str()) {
            let absent = |known: &&str| !entries.iter().any(|(key, _)| key == known);
            let likely = closest(key, KEYS.into_iter().filter(absent)).map(str::to_owned);
            raw.lost(Problem::of_place(place, key, Wrong::UnknownKey(likely)));
        } else if !seen.insert(key.as_str()) {
            raw.lost(Problem::of_place(place, key, Wrong::Twice));
        } else if value.get() != "null"
            && let Err(wrong) = list(key, value, place, raw)
        {
            raw.lost(Problem::of_place(place, key, wrong));
        }
    }
    Ok(())
}

fn list(key: &str, value: &RawValue, place: &str, raw: &mut Raw) -> Result<(), Wrong> {
    if key.starts_with("notice") {
        let notice: String = serde_json::from_str(value.get()).map_err(|_| Wrong::NotText)?;
        text::check(&notice, true)?;
        *(if key == "notice" { &mut raw.notice } else { &mut raw.notice_en }) = Some(notice);
        return Ok(());
    }
    let entries: Vec<Box<RawValue>> = serde_json::from_str(value.get()).map_err(|_| Wrong::NotList)?;
    let entries = located(entries, place, key);
    match key {
        "items" => {
            raw.has_items = true;
            raw.items.extend(entries);
        }
        "themes" => raw.themes.get_or_insert_default().extend(entries),
        "life_events" => raw.life_events.get_or_insert_default().extend(entries),
        _ => raw.fields.get_or_insert_default().extend(entries),
    }
    Ok(())
}

fn wrong(error: &serde_json::Error) -> Wrong {
    match error.classify() {
        Category::Eof => Wrong::JsonEnds,
        Category::Data => Wrong::NoCatalogue,
        Category::Io | Category::Syntax => Wrong::Json { line: error.line(), column: error.column() },
    }
}

fn located(entries: Vec<Box<RawValue>>, place: &str, name: &str) -> impl Iterator<Item = Located> {
    let place = format!("{place}/{name}");
    entries.into_iter().enumerate().map(move |(index, json)| {
        let origin = Origin { place: place.clone(), row: Some(index + 1), column: None };
        Located { json, from: From { origin, ..From::default() } }
    })
}
