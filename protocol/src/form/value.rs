//! The rules for one value by itself. Must not know pages or other values.

use super::normal::is_digits;
use super::{FieldDefinition, FieldErrorCode, FieldKind, plate, text};
use crate::identity::{
    CreditCode, CreditCodeError, Phone, PhoneError, ResidentId, ResidentIdError, is_landline,
};
use jiff::civil::Date;

/// No date that is asked for is longer ago: the oldest people are not older.
const YEARS_AGO: i16 = crate::identity::LONGEST_LIFE;
/// No date that is asked for is further ahead.
const YEARS_AHEAD: i16 = 100;

/// Checks one value that is already in normal form and not empty.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_value(definition: &FieldDefinition, value: &str, today: Date) -> Result<(), FieldErrorCode> {
    use FieldErrorCode as Wrong;
    // No field of ours has any, and not every database takes them.
    if value.chars().any(char::is_control) {
        return Err(Wrong::Characters);
    }
    let length = value.chars().count();
    match definition.kind {
        FieldKind::ResidentId => ResidentId::parse(value, today).map(drop).map_err(|error| match error {
            ResidentIdError::Length(_) => length_error(value, ResidentId::length(value)),
            ResidentIdError::Characters => Wrong::Characters,
            ResidentIdError::BirthDate | ResidentIdError::BornInFuture => Wrong::BirthDate,
            ResidentIdError::Region | ResidentIdError::Sequence => Wrong::NoSuchNumber,
            ResidentIdError::CheckDigit => Wrong::CheckDigit,
        })?,
        FieldKind::CreditCode => CreditCode::parse(value).map(drop).map_err(|error| match error {
            CreditCodeError::Length(_) => length_error(value, 18),
            CreditCodeError::Characters => Wrong::Characters,
        })?,
        FieldKind::Phone if definition.landline && is_landline(value) => {}
        FieldKind::Phone => Phone::parse(value).map(drop).map_err(|error| match error {
            _ if definition.landline => Wrong::NotPhone,
            PhoneError::Length(_) => length_error(value, 11),
            PhoneError::NotMobile => Wrong::NotMobile,
        })?,
        FieldKind::Postcode => check_postcode(value)?,
        FieldKind::Email if !is_email(value) => return Err(Wrong::NotEmail),
        FieldKind::Email => {}
        FieldKind::Number => check_number(definition, value)?,
        FieldKind::Money => check_money(definition, value)?,
        FieldKind::Date => check_date(definition, value, today)?,
        FieldKind::Choice => {
            if !definition.options.iter().any(|option| option.code == value) {
                return Err(Wrong::NotOption);
            }
        }
        FieldKind::YesNo => {
            if !matches!(value, "yes" | "no") {
                return Err(Wrong::NotOption);
            }
        }
        FieldKind::BankCard => check_card(value)?,
        FieldKind::Plate if !plate::is_plate(value) => return Err(Wrong::NotPlate),
        FieldKind::Plate => {}
        FieldKind::PersonName if !text::is_name(value) => return Err(Wrong::Characters),
        FieldKind::PersonName => {}
        FieldKind::Text | FieldKind::Address if !text::is_plain(value) => return Err(Wrong::Characters),
        FieldKind::Text | FieldKind::Address => {}
    }
    if length > definition.limit() {
        return Err(Wrong::TooLong { limit: definition.limit() as u32 });
    }
    Ok(())
}

/// Whether a value that is taken is probably mistyped: its check character does not fit, which is also so with some
/// that were issued. Who fills it in is told, and may go on.
pub fn is_doubtful(definition: &FieldDefinition, value: &str, today: Date) -> bool {
    match definition.kind {
        FieldKind::CreditCode => CreditCode::parse(value).is_ok_and(|code| !code.check_fits()),
        FieldKind::ResidentId => ResidentId::parse(value, today).is_ok_and(|id| !id.check_fits()),
        _ => false,
    }
}

fn length_error(value: &str, wanted: usize) -> FieldErrorCode {
    match value.chars().count() {
        length if length < wanted => {
            FieldErrorCode::TooShort { missing: (wanted - length) as u32, wanted: wanted as u32 }
        }
        length if length > wanted => FieldErrorCode::TooLong { limit: wanted as u32 },
        _ => FieldErrorCode::Characters,
    }
}

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

/// Addresses that mail programs of today take (RFC 5321 without quoted and international ones).
fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    let of_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_local =
        local.len() <= 64 && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(of_atom));
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
    is_local && domain.split('.').all(is_label) && top.len() >= 2 && !is_digits(top)
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

fn check_date(definition: &FieldDefinition, value: &str, today: Date) -> Result<(), FieldErrorCode> {
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
