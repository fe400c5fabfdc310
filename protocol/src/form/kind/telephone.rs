//! Telephone numbers.

use super::{Entry, FieldSpec, digit, grouped};
use crate::form::normal::{code, is_digits, narrow};
use crate::form::value::length_error;
use crate::form::{FieldDefinition, FieldErrorCode};
use crate::identity::{Phone, PhoneError, is_landline};

/// Digits of a mobile number.
const MOBILE: usize = 11;
/// How China's country code is written before a number.
const COUNTRY: [&str; 3] = ["0086", "+86", "86"];

/// A mobile number, or any telephone number where the definition says so.
pub(super) const PHONE: FieldSpec = FieldSpec {
    entry: Entry::Digits,
    limit: |definition| if definition.landline { 12 } else { MOBILE },
    normalise: |value| without_country(code(value, |sign| matches!(sign, '-' | '(' | ')'))),
    check: |definition, value, _| check(definition, value),
    accept: |typed, text| match narrow(typed) {
        '+' => text.is_empty().then_some('+'),
        _ => digit(typed, text),
    },
    typed_limit,
    whole_length: |definition, text| (!definition.landline).then(|| typed_limit(definition, text)),
    shown: |value| {
        if value.starts_with('1') { grouped(value, &[3, 4, 4], ' ') } else { value.to_owned() }
    },
    ..FieldSpec::PLAIN
};

/// A country code before the number is taken away again.
fn typed_limit(definition: &FieldDefinition, text: &str) -> usize {
    definition.limit() + COUNTRY.into_iter().find(|code| text.starts_with(code)).map_or(0, str::len)
}

fn check(definition: &FieldDefinition, value: &str) -> Result<(), FieldErrorCode> {
    if definition.landline && is_landline(value) {
        return Ok(());
    }
    Phone::parse(value).map(drop).map_err(|error| match error {
        _ if definition.landline => FieldErrorCode::NotPhone,
        PhoneError::Length(_) => length_error(value, MOBILE),
        PhoneError::NotMobile => FieldErrorCode::NotMobile,
    })
}

/// A telephone number without China's country code, as it is dialled inside the country.
fn without_country(number: String) -> String {
    let rest = number
        .strip_prefix("+86")
        .or_else(|| number.strip_prefix("0086"))
        .or_else(|| number.strip_prefix("86").filter(|rest| is_mobile(rest)));
    match rest {
        Some(rest) if is_mobile(rest) => rest.to_owned(),
        Some(rest) if is_digits(rest) && rest.starts_with('0') && (10..=12).contains(&rest.len()) => {
            rest.to_owned()
        }
        // From abroad an area code is dialled without its nought.
        Some(rest) if is_digits(rest) && !rest.starts_with('0') && (9..=11).contains(&rest.len()) => {
            format!("0{rest}")
        }
        _ => number,
    }
}

fn is_mobile(text: &str) -> bool {
    is_digits(text) && text.len() == 11 && text.starts_with('1') && text.as_bytes()[1] >= b'3'
}
