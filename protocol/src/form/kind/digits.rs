//! Numbers that are only digits: bank cards and postcodes.

use super::{Entry, FieldSpec, digit, grouped};
use crate::form::FieldErrorCode;
use crate::form::normal::{code, is_digits};
use crate::form::value::length_error;

/// A bank card number.
pub(super) const BANK_CARD: FieldSpec = FieldSpec {
    entry: Entry::Digits,
    limit: |_| 19,
    normalise: |value| code(value, |sign| sign == '-'),
    check: |_, value, _| check_card(value),
    accept: digit,
    shown: |value| grouped(value, &[4, 4, 4, 4, 3], ' '),
    // A card's number is only known as a whole.
    code_lengths: &[19, 18, 17, 16],
    ..FieldSpec::PLAIN
};

/// Six digits.
pub(super) const POSTCODE: FieldSpec = FieldSpec {
    entry: Entry::Digits,
    limit: |_| 6,
    normalise: BANK_CARD.normalise,
    check: |_, value, _| check_postcode(value),
    accept: digit,
    whole_length: |_, _| Some(6),
    ..FieldSpec::PLAIN
};

fn check_postcode(value: &str) -> Result<(), FieldErrorCode> {
    if !is_digits(value) {
        return Err(FieldErrorCode::Characters);
    }
    if value.len() != 6 {
        return Err(length_error(value, 6));
    }
    // The first two digits are the province, from 01 on.
    if value.starts_with("00") { Err(FieldErrorCode::NoSuchNumber) } else { Ok(()) }
}

fn check_card(value: &str) -> Result<(), FieldErrorCode> {
    if !is_digits(value) {
        return Err(FieldErrorCode::Characters);
    }
    if value.len() < 15 {
        return Err(length_error(value, 15));
    }
    // No bank has numbers that begin so.
    if value.starts_with('0') {
        return Err(FieldErrorCode::NoSuchNumber);
    }
    if luhn(value) { Ok(()) } else { Err(FieldErrorCode::CheckDigit) }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = if place % 2 == 1 { digit * 2 } else { digit };
            doubled / 10 + doubled % 10
        })
        .sum();
    sum.is_multiple_of(10)
}
