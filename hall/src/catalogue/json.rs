//! Catalogues as JSON: one object with `items` and, if wanted, `themes`, `life_events` and `fields`; or a bare
//! list of items.

use super::draft::{From, Located, Origin, Raw};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Document {
    notice: Option<String>,
    notice_en: Option<String>,
    themes: Option<Vec<Box<RawValue>>>,
    life_events: Option<Vec<Box<RawValue>>>,
    fields: Option<Vec<Box<RawValue>>>,
    #[serde(default)]
    items: Vec<Box<RawValue>>,
}

pub(super) fn read(bytes: &[u8], place: &str, raw: &mut Raw) -> Result<(), String> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let document = if list {
        let items = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        Document { notice: None, notice_en: None, themes: None, life_events: None, fields: None, items }
    } else {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?
    };
    if document.notice.is_some() {
        raw.notice = document.notice;
    }
    if document.notice_en.is_some() {
        raw.notice_en = document.notice_en;
    }
    let lists = [
        ("themes", document.themes, &mut raw.themes),
        ("life_events", document.life_events, &mut raw.life_events),
        ("fields", document.fields, &mut raw.fields),
    ];
    for (name, entries, list) in lists {
        if let Some(entries) = entries {
            list.get_or_insert_default().extend(located(entries, place, name));
        }
    }
    raw.items.extend(located(document.items, place, "items"));
    Ok(())
}

fn located(entries: Vec<Box<RawValue>>, place: &str, name: &str) -> impl Iterator<Item = Located> {
    let place = format!("{place}/{name}");
    entries.into_iter().enumerate().map(move |(index, json)| Located {
        json,
        from: From { origin: Origin { place: place.clone(), row: Some(index + 1) }, parts: Vec::new() },
    })
}
