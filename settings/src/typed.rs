//! From TOML to typed settings, telling every mistake and not only the first.
//!
//! Serde stops at the first mistake. So the entry that it stumbled over is taken out and the rest read again, until it
//! can be read. Where the reader does not say which entry of a table it was (in a table whose `kind` decides what it
//! holds), it is the one without which the same complaint does not come again.

use crate::mistake::{Complaint, key_name};
use crate::source::{Source, deserialize};
use crate::{MAX_PROBLEMS, Problem};
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, Error};

/// Keys from the top of the file down to an entry.
type Path = Vec<String>;

/// The settings as far as they can be read, and what is wrong with the rest.
pub(crate) fn read<T: DeserializeOwned + Default>(source: &Source) -> (T, Vec<Problem>) {
    let mut table = source.table();
    let mut problems: Vec<Problem> = Vec::new();
    let mut removed: Vec<Path> = Vec::new();
    while problems.len() < MAX_PROBLEMS {
        let error = match deserialize::<T>(&table) {
            Ok(value) => return (value, problems),
            Err(error) => error,
        };
        let complaint = Complaint::new(error.message());
        let path = culprit::<T>(&table, &error, &complaint);
        // What was taken out because it was wrong is not missing as well.
        let is_consequence = complaint.missing().is_some_and(|key| {
            removed.iter().any(|gone| gone.starts_with(&path) && gone.last().is_some_and(|last| last == key))
        });
        if !is_consequence {
            let name = key_name(&path);
            let line = source.line_of(&name);
            problems.push(Problem::error(line, (!name.is_empty()).then_some(name), complaint.words()));
        }
        if !remove(&mut table, &path) {
            break;
        }
        // Nor is what was probably meant by a misspelt name.
        if let Some(near) = complaint.near() {
            let mut meant = path.clone();
            meant.pop();
            meant.push(near.to_owned());
            removed.push(meant);
        }
        removed.push(path);
    }
    (T::default(), problems)
}

/// The entry that the reader stumbled over.
fn culprit<T: DeserializeOwned>(table: &DeTable<'_>, error: &Error, complaint: &Complaint) -> Path {
    let mut path = innermost(table, error);
    while let Some(inner) = table_at(table, &path) {
        if let Some(key) = complaint.unknown().filter(|key| inner.get(*key).is_some()) {
            path.push(key.to_owned());
            break;
        }
        if complaint.missing().is_some() {
            break;
        }
        match blamed_child::<T>(table, &path, inner, error) {
            Some(key) => path.push(key),
            None => break,
        }
    }
    path
}

/// The key of the table at `path` without which the reader does not complain in the same way.
fn blamed_child<T: DeserializeOwned>(
    table: &DeTable<'_>,
    path: &[String],
    inner: &DeTable<'_>,
    error: &Error,
) -> Option<String> {
    let keys: Vec<String> = inner.iter().map(|(key, _)| key.get_ref().to_string()).collect();
    // What decides about all the others is tried last: without it they all are wrong.
    let (deciding, others): (Vec<String>, Vec<String>) = keys.into_iter().partition(|key| key == "kind");
    others.into_iter().chain(deciding).find(|key| {
        let mut candidate = path.to_vec();
        candidate.push(key.clone());
        let mut without = table.clone();
        remove(&mut without, &candidate);
        !deserialize::<T>(&without).is_err_and(|again| again.message() == error.message())
    })
}

/// The innermost entry at the place that the reader names.
fn innermost(table: &DeTable<'_>, error: &Error) -> Path {
    let Some(span) = error.span() else { return Path::new() };
    let mut path = Path::new();
    let mut table = table;
    'deeper: loop {
        // An entry's place holds more than it where a section's lines do; the inner ones come first.
        for (key, value) in table {
            let holds = |place: std::ops::Range<usize>| place.start <= span.start && span.end <= place.end;
            let is_here = holds(key.span()) || holds(value.span());
            let is_within = value.get_ref().as_table().is_some_and(|inner| contains(inner, &span));
            if is_here || is_within {
                path.push(key.get_ref().to_string());
                match value.get_ref() {
                    DeValue::Table(inner) if !holds(key.span()) || is_within => {
                        table = inner;
                        continue 'deeper;
                    }
                    _ => return path,
                }
            }
        }
        return path;
    }
}

fn contains(table: &DeTable<'_>, span: &std::ops::Range<usize>) -> bool {
    table.iter().any(|(key, value)| {
        let holds = |place: std::ops::Range<usize>| place.start <= span.start && span.end <= place.end;
        holds(key.span())
            || holds(value.span())
            || value.get_ref().as_table().is_some_and(|inner| contains(inner, span))
    })
}

fn table_at<'a, 'i>(table: &'a DeTable<'i>, path: &[String]) -> Option<&'a DeTable<'i>> {
    let Some((key, rest)) = path.split_first() else { return Some(table) };
    table_at(table.get(key.as_str())?.get_ref().as_table()?, rest)
}

/// Takes an entry out; says whether it was there.
fn remove(table: &mut DeTable<'_>, path: &[String]) -> bool {
    match path {
        [] => false,
        [key] => table.remove(key.as_str()).is_some(),
        [key, rest @ ..] => match table.get_mut(key.as_str()).map(toml::Spanned::get_mut) {
            Some(DeValue::Table(inner)) => remove(inner, rest),
            _ => false,
        },
    }
}
