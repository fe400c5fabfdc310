//! Catalogues as JSON: one object with `items` and, if wanted, `themes`, `life_events` and `fields`; or a bare
//! list of items.

use super::draft::{Located, Origin, Raw};
use serde_json::Value;

pub(super) fn read(bytes: &[u8], place: &str, raw: &mut Raw) -> Result<(), String> {
    let mut document: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if document.is_array() {
        document = serde_json::json!({ "items": document });
    }
    let Value::Object(mut map) = document else { return Err("{}, []".to_owned()) };
    if let Some(Value::String(notice)) = map.remove("notice") {
        raw.notice = Some(notice);
    }
    for (name, list) in
        [("themes", &mut raw.themes), ("life_events", &mut raw.life_events), ("fields", &mut raw.fields)]
    {
        if let Some(entries) = map.remove(name) {
            list.get_or_insert_default().extend(located(entries, place, name)?);
        }
    }
    if let Some(entries) = map.remove("items") {
        raw.items.extend(located(entries, place, "items")?);
    }
    Ok(())
}

fn located(entries: Value, place: &str, name: &str) -> Result<Vec<Located>, String> {
    let Value::Array(entries) = entries else { return Err(format!("{name}: []")) };
    Ok(entries
        .into_iter()
        .enumerate()
        .map(|(index, value)| Located {
            value,
            origin: Origin { place: format!("{place}/{name}"), row: Some(index + 1) },
            parts: Vec::new(),
        })
        .collect())
}
