//! Numbers of people and organisations; what they are made of is in `identity`.

use super::{Entry, FieldSpec, grouped};
use crate::form::FieldErrorCode;
use crate::form::normal::{code, narrow};
use crate::form::value::length_error;
use crate::identity::{CreditCode, CreditCodeError, ResidentId, ResidentIdError};
use jiff::civil::Date;

/// Characters of a credit code.
const CREDIT_CODE_LENGTH: usize = 18;

/// A resident identity number, or that of a foreigner's permanent residence card.
pub(super) const RESIDENT_ID: FieldSpec = FieldSpec {
    entry: Entry::IdNumber,
    limit: |_| 18,
    normalise: without_dividers,
    check: |_, value, today| check_resident_id(value, today),
    is_doubtful: |value, today| ResidentId::parse(value, today).is_ok_and(|id| !id.check_fits()),
    accept: accept_resident_id,
    typed_limit: |_, text| ResidentId::length(text),
    whole_length: |_, text| Some(ResidentId::length(text)),
    shown: |value| match ResidentId::length(value) {
        15 => grouped(value, &[3, 4, 6, 2], ' '),
        _ => grouped(value, &[6, 8, 4], ' '),
    },
    code_lengths: &[18, 15],
    is_code_in_text: true,
    is_proven_whole: true,
    ..FieldSpec::PLAIN
};

/// A unified social credit code.
pub(super) const CREDIT_CODE: FieldSpec = FieldSpec {
    entry: Entry::Code,
    limit: |_| CREDIT_CODE_LENGTH,
    normalise: without_dividers,
    check: |_, value, _| match CreditCode::parse(value) {
        Ok(_) => Ok(()),
        Err(CreditCodeError::Length(_)) => Err(length_error(value, CREDIT_CODE_LENGTH)),
        Err(CreditCodeError::Characters) => Err(FieldErrorCode::Characters),
    },
    is_doubtful: |value, _| CreditCode::parse(value).is_ok_and(|code| !code.check_fits()),
    accept: |typed, _| {
        Some(narrow(typed)).filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_uppercase())
    },
    whole_length: |_, _| Some(CREDIT_CODE_LENGTH),
    shown: |value| grouped(&value.to_ascii_uppercase(), &[4, 4, 4, 6], ' '),
    code_lengths: &[CREDIT_CODE_LENGTH],
    ..FieldSpec::PLAIN
};

fn without_dividers(value: &str) -> String {
    code(value, |sign| matches!(sign, '-' | '·'))
}

fn check_resident_id(value: &str, today: Date) -> Result<(), FieldErrorCode> {
    ResidentId::parse(value, today).map(drop).map_err(|error| match error {
        ResidentIdError::Length(_) => length_error(value, ResidentId::length(value)),
        ResidentIdError::Characters => FieldErrorCode::Characters,
        ResidentIdError::BirthDate | ResidentIdError::BornInFuture => FieldErrorCode::BirthDate,
        ResidentIdError::Region | ResidentIdError::Sequence => FieldErrorCode::NoSuchNumber,
        ResidentIdError::CheckDigit => FieldErrorCode::CheckDigit,
    })
}

fn accept_resident_id(typed: char, text: &str) -> Option<char> {
    let narrow = narrow(typed);
    let fits = match narrow {
        'x' | 'X' => true,
        // Permanent residence cards begin with three letters of the nationality.
        letter if letter.is_ascii_alphabetic() => {
            text.len() < 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        }
        other => other.is_ascii_digit(),
    };
    fits.then_some(narrow.to_ascii_uppercase())
}
