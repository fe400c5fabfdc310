//! What a reader's complaint means to the person who wrote the file.
//!
//! Readers complain in English and in Rust's terms. The few forms that they have are told apart here and become words
//! of the locales; a form that is not known comes as it is, behind a text that says so.

use crate::Problem;
use crate::source::line_at;
use bianmin_locale::Words;

/// A key as it is written in messages: with its sections, divided by points.
pub(crate) fn key_name(path: &[impl AsRef<str>]) -> String {
    path.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(".")
}

/// A complaint of serde about TOML that is well-formed.
#[derive(Debug)]
pub(crate) struct Complaint {
    form: Form,
}

#[derive(Debug)]
enum Form {
    UnknownKey {
        key: String,
        known: Vec<String>,
    },
    MissingKey(String),
    UnknownChoice {
        value: String,
        known: Vec<String>,
    },
    WrongType {
        found: String,
        expected: String,
    },
    /// A type's own refusal is the key of its words.
    Own(String),
    Other(String),
}

impl Complaint {
    pub(crate) fn new(message: &str) -> Self {
        let names: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let first = || names.first().cloned().unwrap_or_default();
        let rest = || names.iter().skip(1).cloned().collect();
        let form = if message.starts_with("unknown field ") {
            Form::UnknownKey { key: first(), known: rest() }
        } else if message.starts_with("missing field ") {
            Form::MissingKey(first())
        } else if message.starts_with("unknown variant ") {
            Form::UnknownChoice { value: first(), known: rest() }
        } else if let Some((found, expected)) = wrong_type(message) {
            Form::WrongType { found, expected }
        } else if message.starts_with("settings-") && !message.contains(' ') {
            Form::Own(message.to_owned())
        } else {
            Form::Other(message.replace('\n', " ").trim().to_owned())
        };
        Self { form }
    }

    /// The key that nobody knows.
    pub(crate) fn unknown(&self) -> Option<&str> {
        match &self.form {
            Form::UnknownKey { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The key that was probably meant by one that nobody knows.
    pub(crate) fn near(&self) -> Option<&str> {
        match &self.form {
            Form::UnknownKey { key, known } => nearest(key, known),
            _ => None,
        }
    }

    /// The key that should be there.
    pub(crate) fn missing(&self) -> Option<&str> {
        match &self.form {
            Form::MissingKey(key) => Some(key),
            _ => None,
        }
    }

    pub(crate) fn words(&self) -> Words {
        match &self.form {
            Form::UnknownKey { key, known } => match nearest(key, known) {
                Some(near) => Words::new("settings-unknown-key-near").with("near", near.to_owned()),
                None if known.is_empty() => Words::new("settings-unknown-key-none"),
                None => Words::new("settings-unknown-key").with("known", known.join(", ")),
            },
            Form::MissingKey(key) => Words::new("settings-missing-key").with("missing", key.clone()),
            Form::UnknownChoice { value, known } => Words::new("settings-unknown-choice")
                .with("value", value.clone())
                .with("known", known.join(", ")),
            Form::WrongType { found, expected } => match expectation(expected) {
                Some(key) => Words::new(key).with("found", found.clone()),
                None => other(&format!("{found}, {expected}")),
            },
            Form::Own(key) => Words::new(key.clone()),
            Form::Other(message) if message.contains("socket address") => {
                Words::new("settings-expected-address")
            }
            Form::Other(message) => other(message),
        }
    }
}

fn other(message: &str) -> Words {
    Words::new("settings-other").with("detail", message.to_owned())
}

/// What was found, as the person wrote it, and what was expected, as serde says it.
fn wrong_type(message: &str) -> Option<(String, String)> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let shown = match found.split_once([' ', '`']) {
        Some(("string", text)) => text.to_owned(),
        _ => match found.split('`').nth(1) {
            Some(value) => value.to_owned(),
            None => found.to_owned(),
        },
    };
    Some((shown, expected.to_owned()))
}

fn expectation(expected: &str) -> Option<&'static str> {
    let unsigned = ["u8", "u16", "u32", "u64", "usize"];
    let signed = ["i8", "i16", "i32", "i64", "isize"];
    Some(match expected {
        kind if unsigned.contains(&kind) => "settings-expected-count",
        kind if signed.contains(&kind) => "settings-expected-number",
        "f32" | "f64" => "settings-expected-number",
        "a boolean" => "settings-expected-boolean",
        "a string" | "path string" | "a path" => "settings-expected-text",
        "a sequence" => "settings-expected-list",
        kind if kind.starts_with("struct ") || kind == "a map" || kind.starts_with("internally tagged") => {
            "settings-expected-section"
        }
        _ => return None,
    })
}

/// The known name that was probably meant.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), known);
    known
        .iter()
        .map(|known| (likeness(known), known.as_str()))
        .filter(|(likeness, _)| *likeness >= 0.84)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

/// What keeps a text from being TOML.
pub(crate) fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    let place = error.span().map_or(text.len(), |span| span.start).min(text.len());
    let number = line_at(text, place);
    let line = text.lines().nth(number - 1).unwrap_or_default();
    let message = error.message();
    let words = if message.contains("duplicate key") {
        Words::new("settings-twice")
    } else if let Some(sign) = line.chars().find(|sign| "“”‘’「」＂＝［］，．".contains(*sign))
    {
        Words::new("settings-full-width").with("sign", sign.to_string())
    } else if line.matches('"').count() % 2 == 1 {
        Words::new("settings-open-quote")
    } else if line.split_once('=').is_some_and(|(_, value)| value.trim().is_empty()) {
        Words::new("settings-no-value")
    } else if line.contains('\\') && line.contains('"') {
        Words::new("settings-backslash")
    } else if line.split_once('=').is_some_and(|(_, value)| is_bare_text(value)) {
        Words::new("settings-bare-text")
    } else if !line.contains('=') && !line.trim_start().starts_with('[') {
        Words::new("settings-no-equals")
    } else {
        Words::new("settings-syntax").with("detail", message.replace('\n', " "))
    };
    Problem::error(Some(number), None, words)
}

/// A value that would have to stand in quotes.
fn is_bare_text(value: &str) -> bool {
    let value = value.split('#').next().unwrap_or_default().trim();
    value.starts_with(|first: char| first.is_alphabetic() || first == '/' || first.is_ascii_digit())
}
