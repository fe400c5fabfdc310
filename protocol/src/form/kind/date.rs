//! Dates, as yyyy-mm-dd.

use super::{Covered, Entry, FieldSpec, digit, grouped};
use crate::form::normal::{is_digits, is_empty, narrow};
use crate::form::{FieldDefinition, FieldErrorCode};
use jiff::civil::Date;

/// No date that is asked for is longer ago: the oldest people are not older.
const YEARS_AGO: i16 = crate::identity::LONGEST_LIFE;
/// No date that is asked for is further ahead.
const YEARS_AHEAD: i16 = 100;
/// The digits of a date; the dashes are put in for the resident.
const DIGITS: usize = 8;

/// A date.
pub(super) const DATE: FieldSpec = FieldSpec {
    entry: Entry::Digits,
    limit: |_| 10,
    normalise,
    check,
    accept: digit,
    typed_limit: |_, _| DIGITS,
    whole_length: |_, _| Some(DIGITS),
    shown: |value| {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        grouped(&digits, &[4, 2, 2], '-')
    },
    covered: Covered::Nothing,
    ..FieldSpec::PLAIN
};

fn normalise(value: &str) -> String {
    let plain: String = value.chars().map(narrow).filter(|sign| !is_empty(*sign)).collect();
    let plain = plain.trim();
    let parts: Vec<&str> =
        plain.split(['-', '/', '.', '年', '月', '日', '号', ' ']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [year, month, day]
            if is_digits(year)
                && is_digits(month)
                && is_digits(day)
                && month.len() <= 2
                && day.len() <= 2 =>
        {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        [all] if is_digits(all) && all.len() == 8 => format!("{}-{}-{}", &all[..4], &all[4..6], &all[6..]),
        _ => plain.to_owned(),
    }
}

fn check(definition: &FieldDefinition, value: &str, today: Date) -> Result<(), FieldErrorCode> {
    // `Date` would also read other forms; one value has one form here.
    if value.len() != 10 {
        return Err(FieldErrorCode::NotDate);
    }
    let date: Date = value.parse().map_err(|_| FieldErrorCode::NotDate)?;
    if definition.past && date > today {
        return Err(FieldErrorCode::DateInFuture);
    }
    if definition.future && date < today {
        return Err(FieldErrorCode::DateInPast);
    }
    let (first, last) = (today.year() - YEARS_AGO, today.year() + YEARS_AHEAD);
    let year = i64::from(date.year());
    let own = definition.min.is_none_or(|min| year >= min) && definition.max.is_none_or(|max| year <= max);
    if own && (first..=last).contains(&date.year()) { Ok(()) } else { Err(FieldErrorCode::DateTooFar) }
}
