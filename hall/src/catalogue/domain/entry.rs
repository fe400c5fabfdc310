//! One entry of a catalogue from its JSON. Where something in it is wrong, an example stands in for it, so that the
//! next wrong thing of the same entry is found too.

use super::draft::{From, Located, PROBLEM_LIMIT, Raw};
use super::problem::{Problem, Wrong};
use serde::de::DeserializeOwned;
use serde_json::Value;

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

/// A complete entry of each kind, with every key there is.
pub(super) fn template(list: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("template.json")).unwrap_or_default();
    all[list].clone()
}

/// Mistakes of one entry after which it is given up.
const MISTAKES: usize = 200;

/// The entry; none if it is beyond recognition, which is told.
pub(super) fn read<T: DeserializeOwned>(
    located: Located,
    code: &str,
    template: &Value,
    raw: &mut Raw,
) -> Option<Entry<T>> {
    let Located { json, from } = located;
    if from.faults.is_empty()
        && let Ok(value) = serde_json::from_str(json.get())
    {
        return Some(Entry { value, broken: from.incomplete.clone(), from });
    }
    let mut broken = from.faults.clone();
    let mut value: Value = serde_json::from_str(json.get()).unwrap_or_default();
    let name = value[code].as_str().map(super::text::visible).unwrap_or_default();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(value) => {
                broken.extend(from.incomplete.iter().cloned());
                return Some(Entry { value, from, broken });
            }
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
        if raw.problems.len() >= PROBLEM_LIMIT || broken.len() > MISTAKES {
            return None;
        }
        let is_told = from.faults.iter().any(|fault| inside(&path, fault) || inside(fault, &path));
        if !is_told {
            let (origin, field) = from.place(&path);
            raw.tell(Problem { origin, code: name.clone(), field, wrong: explain(&message, &path) });
        }
        // Without its code an entry is not to be recognised: it has this one fault.
        let before = value.clone();
        if path == code || !remedy(&mut value, template, &path) || before == value {
            return None;
        }
        broken.push(path);
    }
}

/// Whether a path is another one or within it.
pub(super) fn inside(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The parser's complaints as what is wrong.
fn explain(message: &str, path: &str) -> Wrong {
    if message.starts_with("missing field") {
        return Wrong::Missing;
    }
    if message.starts_with("duplicate field") {
        return Wrong::Twice;
    }
    let expected = message.split_once(", expected ").map_or("", |(_, expected)| expected);
    if message.starts_with("unknown variant") {
        let options: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        return Wrong::NotOneOf(options.join("、"));
    }
    if message.contains("not a well-formed") {
        return Wrong::NotCode;
    }
    if message.starts_with("invalid type: null") {
        return Wrong::Missing;
    }
    if path.ends_with("_date") {
        return Wrong::NotDate;
    }
    let number = |kind: &str| kind.starts_with(['u', 'i']) && kind[1..].parse::<u8>().is_ok();
    match expected.split(" at line").next().unwrap_or_default() {
        _ if !message.starts_with("invalid ") => Wrong::Malformed,
        kind if number(kind) => Wrong::NotNumber,
        "a boolean" => Wrong::NotFlag,
        "a string" | "string or map" | "a borrowed string" => Wrong::NotText,
        "a sequence" => Wrong::NotList,
        kind if kind.starts_with("struct ") || kind == "a map" => Wrong::NotObject,
        _ => Wrong::Malformed,
    }
}

/// Puts the template's value at a path. An entry of a map that the template lacks is taken away.
fn remedy(value: &mut Value, template: &Value, path: &str) -> bool {
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
