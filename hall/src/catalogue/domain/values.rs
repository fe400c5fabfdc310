//! The text of a cell as a value of JSON, by the kind of its column.

use super::columns::Kind;
use super::problem::Wrong;
use bianmin_protocol::form::{FieldKind, narrow, normalise};
use serde_json::{Map, Value, json};

pub(super) fn value(kind: Kind, cell: &str) -> Result<Value, Wrong> {
    Ok(match kind {
        Kind::Text | Kind::Own | Kind::Unused => cell.into(),
        Kind::Number => return number(cell),
        Kind::Flag | Kind::Terminal => flag(cell),
        Kind::Date => normalise(FieldKind::Date, cell).into(),
        Kind::List => parts(cell).collect(),
        Kind::Lines => cell.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        Kind::Readings => {
            let mut readings = Map::new();
            for part in parts(cell) {
                let (word, reading) = signs(part).ok_or_else(|| Wrong::NotReading(part.to_owned()))?;
                if word.is_empty()
                    || reading.is_empty()
                    || readings.insert(word.into(), reading.into()).is_some()
                {
                    return Err(Wrong::NotReading(part.to_owned()));
                }
            }
            readings.into()
        }
        Kind::Options => parts(cell).map(option).collect::<Result<_, _>>()?,
    })
}

fn option(part: &str) -> Result<Value, Wrong> {
    let names: Vec<&str> = part.split(['=', '＝']).map(str::trim).collect();
    match names.as_slice() {
        [code, label] | [code, label, ""] if !code.is_empty() && !label.is_empty() => {
            Ok(json!({ "code": code, "label": label, "label_en": "" }))
        }
        [code, label, english] if !code.is_empty() && !label.is_empty() => {
            Ok(json!({ "code": code, "label": label, "label_en": english }))
        }
        _ => Err(Wrong::NotOption(part.to_owned())),
    }
}

/// Two parts on the sides of one sign.
fn signs(part: &str) -> Option<(&str, &str)> {
    let (word, rest) = part.split_once(['=', '＝'])?;
    (!rest.contains(['=', '＝'])).then(|| (word.trim(), rest.trim()))
}

/// What is no number stays text, so that it is told where it stands.
fn number(cell: &str) -> Result<Value, Wrong> {
    if let Ok(number) = cell.parse::<i64>() {
        return Ok(number.into());
    }
    let plain: String = cell.chars().map(narrow).filter(|sign| !matches!(sign, ',' | ' ')).collect();
    match plain.parse::<i64>() {
        Ok(number) => Err(Wrong::PlainNumber(number.to_string())),
        Err(_) => Ok(cell.into()),
    }
}

pub(super) fn flag(cell: &str) -> Value {
    match cell.to_lowercase().as_str() {
        "是" | "true" | "1" | "yes" | "y" | "√" | "有" => true.into(),
        "" | "否" | "false" | "0" | "no" | "n" | "×" | "无" => false.into(),
        other => other.into(),
    }
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['\n', '\r', '；', ';']).map(str::trim).filter(|part| !part.is_empty())
}
