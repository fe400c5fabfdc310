//! What stands in an entry beside what is read of it: keys that nobody knows, keys that come twice, and characters
//! that nobody sees. A misspelt key would otherwise be a field that was left out.

use super::columns::UNUSED;
use super::draft::{Located, Raw};
use super::problem::{Problem, Wrong};
use super::suggest::closest;
use super::text;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::HashSet;

/// JSON as far as it matters here.
enum Node {
    Text(String),
    Other,
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            entries.push(entry);
        }
        Ok(Node::List(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

/// Tells what is wrong with an entry's keys and texts, given an entry with every key there is.
pub(super) fn check(located: &mut Located, code: &str, template: &Value, raw: &mut Raw) {
    let Ok(node) = serde_json::from_str::<Node>(located.json.get()) else {
        // Nested too deep: what is read of it will fail in the same way.
        return;
    };
    let mut found = Vec::new();
    walk(&node, Some(template), "", &mut found);
    if found.is_empty() {
        return;
    }
    let code = match &node {
        Node::Map(entries) => entries.iter().find_map(|(key, value)| match value {
            Node::Text(text) if key == code => Some(text.clone()),
            _ => None,
        }),
        _ => None,
    };
    let code = code.filter(|code| text::check(code, false).is_ok()).unwrap_or_default();
    for Found { path, wrong, instead } in found {
        let (origin, field) = located.from.place(&path);
        raw.tell(Problem { origin, code: code.clone(), field, wrong });
        located.from.faults.extend(instead);
    }
}

/// Mistakes of one entry that are told: one with more is no entry of a catalogue.
const FOUND: usize = 100;

struct Found {
    path: String,
    wrong: Wrong,
    /// The field that cannot be told because of it.
    instead: Option<String>,
}

fn walk(node: &Node, template: Option<&Value>, path: &str, found: &mut Vec<Found>) {
    if found.len() >= FOUND {
        return;
    }
    match node {
        Node::Text(text) => {
            let lines = path.starts_with("faq[") && path.ends_with("].a");
            if let Err(wrong) = text::check(text, lines) {
                found.push(Found { path: path.to_owned(), wrong, instead: Some(path.to_owned()) });
            }
        }
        Node::Other => {}
        // What is read by names would be taken by places.
        Node::List(_) if template.is_some_and(Value::is_object) => {
            let path = path.to_owned();
            found.push(Found { path: path.clone(), wrong: Wrong::NotObject, instead: Some(path) });
        }
        Node::List(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                walk(entry, template.and_then(|list| list.get(0)), &format!("{path}[{index}]"), found);
            }
        }
        Node::Map(entries) => {
            let mut seen = HashSet::new();
            for (key, value) in entries {
                let within =
                    |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                let here = within(key);
                let known = known(key, entries, template);
                let wrong = match known {
                    Err(likely) => Wrong::UnknownKey(likely.map(str::to_owned)),
                    Ok(()) if !seen.insert(key.as_str()) => Wrong::Twice,
                    Ok(()) => match text::check(key, false) {
                        Err(wrong) => wrong,
                        Ok(()) => {
                            walk(value, template.and_then(|map| map.get(key)), &here, found);
                            continue;
                        }
                    },
                };
                found.push(Found { path: here, wrong, instead: known.err().flatten().map(within) });
            }
        }
    }
}

/// Whether an entry may have a key; otherwise which it was probably meant to be.
fn known<'a>(
    key: &str,
    entries: &[(String, Node)],
    template: Option<&'a Value>,
) -> Result<(), Option<&'a str>> {
    // A map of the template without keys may have any.
    let Some(Value::Object(keys)) =
        template.filter(|template| template.as_object().is_some_and(|keys| !keys.is_empty()))
    else {
        return Ok(());
    };
    if keys.contains_key(key) || key.starts_with('#') || UNUSED.contains(&key) {
        return Ok(());
    }
    let absent = |known: &&str| !entries.iter().any(|(key, _)| key == known);
    Err(closest(key, keys.keys().map(String::as_str).filter(absent)))
}
