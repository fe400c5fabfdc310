//! The file as TOML, with the line of each key.

use crate::mistake::{self, key_name};
use crate::{MAX_PROBLEMS, Problem};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// A file that is TOML.
#[derive(Debug)]
pub(crate) struct Source {
    text: String,
    lines: BTreeMap<String, usize>,
}

impl Source {
    /// Reads text as TOML, or says all that keeps it from being TOML.
    pub(crate) fn new(text: &str) -> Result<Self, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let mut problems: Vec<Problem> = Vec::new();
            for error in errors {
                let problem = mistake::syntax(text, &error);
                // One slip often has a parser stumble several times over the same line.
                if problems.iter().all(|known| known.line != problem.line) {
                    problems.push(problem);
                }
            }
            problems.truncate(MAX_PROBLEMS);
            return Err(problems);
        }
        let mut lines = BTreeMap::new();
        number(text, &[], table.get_ref(), &mut lines);
        Ok(Self { text: text.to_owned(), lines })
    }

    /// The line of a key with its section.
    pub(crate) fn line_of(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }

    /// The whole as a table.
    pub(crate) fn table(&self) -> DeTable<'_> {
        DeTable::parse_recoverable(&self.text).0.into_inner()
    }
}

fn number(text: &str, above: &[&str], table: &DeTable<'_>, lines: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let mut path = above.to_vec();
        path.push(key.get_ref());
        lines.insert(key_name(&path), line_at(text, key.span().start));
        if let DeValue::Table(table) = value.get_ref() {
            number(text, &path, table, lines);
        }
    }
}

/// The line of a place in a text, counted from 1.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    1 + text.as_bytes().iter().take(byte).filter(|byte| **byte == b'\n').count()
}

/// A table as settings.
pub(crate) fn deserialize<T: DeserializeOwned>(table: &DeTable<'_>) -> Result<T, toml::de::Error> {
    T::deserialize(Deserializer::from(Spanned::new(0..0, table.clone())))
}
