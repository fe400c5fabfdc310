//! Whole numbers and amounts.

use super::{Covered, Entry, FieldSpec};
use crate::form::normal::{is_digits, is_empty, narrow};
use crate::form::{FieldDefinition, FieldErrorCode};

/// A whole number.
pub(super) const NUMBER: FieldSpec = FieldSpec {
    entry: Entry::Number,
    limit: |_| 12,
    normalise: amount,
    check: |definition, value, _| check_number(definition, value),
    // A sign that was left out would make another number of it: what is wrong is told instead.
    accept: |typed, _| {
        Some(narrow(typed)).filter(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',' | '-'))
    },
    covered: Covered::Nothing,
    ..FieldSpec::PLAIN
};

/// An amount in yuan with at most two decimals.
pub(super) const MONEY: FieldSpec = FieldSpec {
    entry: Entry::Amount,
    limit: |_| 15,
    check: |definition, value, _| check_money(definition, value),
    shown: |value| {
        let is_amount = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_amount { thousands(value) } else { value.to_owned() }
    },
    ..NUMBER
};

/// A number without currency signs, without the signs between its thousands, and without leading noughts. A comma
/// that divides no thousands stays, so that `19053,79` is refused and never read as a hundred times as much.
fn amount(value: &str) -> String {
    let plain: String = value.chars().map(narrow).filter(|sign| !is_empty(*sign)).collect();
    let plain = plain
        .trim_start_matches(|sign: char| sign.is_whitespace() || matches!(sign, '¥' | '￥'))
        .trim_end_matches(|sign: char| sign.is_whitespace() || sign == '元');
    let (sign, number) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, decimals) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut groups = whole.split(|sign: char| sign == ',' || sign.is_whitespace());
    let first = groups.next().unwrap_or_default();
    let is_grouped = whole.len() > first.len();
    let fits = is_digits(first)
        && (!is_grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && is_digits(group));
    if !fits {
        return plain.to_owned();
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    format!("{sign}{digits}{decimals}")
}

fn check_number(definition: &FieldDefinition, value: &str) -> Result<(), FieldErrorCode> {
    if !is_digits(value.strip_prefix('-').unwrap_or(value)) {
        return Err(FieldErrorCode::NotNumber);
    }
    let number: i64 = value.parse().map_err(|_| FieldErrorCode::NotNumber)?;
    within(definition, number)
}

fn within(definition: &FieldDefinition, number: i64) -> Result<(), FieldErrorCode> {
    match (definition.min, definition.max) {
        (Some(min), _) if number < min => Err(FieldErrorCode::TooSmall { min }),
        (_, Some(max)) if number > max => Err(FieldErrorCode::TooLarge { max }),
        _ => Ok(()),
    }
}

fn check_money(definition: &FieldDefinition, value: &str) -> Result<(), FieldErrorCode> {
    let (yuan, fen) = value.split_once('.').unwrap_or((value, "0"));
    if !is_digits(yuan) || !is_digits(fen) || fen.len() > 2 {
        return Err(FieldErrorCode::NotAmount);
    }
    within(definition, yuan.parse().map_err(|_| FieldErrorCode::NotAmount)?)
}

fn thousands(value: &str) -> String {
    let (yuan, fen) = match value.find('.') {
        Some(at) => value.split_at(at),
        None => (value, ""),
    };
    let mut text = String::with_capacity(value.len() + 4);
    for (index, character) in yuan.chars().enumerate() {
        if index > 0 && (yuan.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(character);
    }
    text.push_str(fen);
    text
}
