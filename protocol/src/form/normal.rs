//! The normal form of a value: one value has one form, whoever typed it and however. Must not know fields or forms.

use super::FieldKind;
use super::text::is_invisible;

/// Full-width letters, digits and signs as ASCII; other characters as they are.
pub fn narrow(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xff01 + 0x21).unwrap_or(character),
        other => other,
    }
}

/// The normal form in which a value is stored, sealed and validated.
///
/// Names, texts and addresses are only trimmed: no character of a person's name is ever replaced, and what does not
/// belong there is refused instead of left out. Numbers and codes lose spaces, dashes, full-width forms and what
/// cannot be seen.
pub fn normalise(kind: FieldKind, value: &str) -> String {
    match kind {
        FieldKind::PersonName
        | FieldKind::Text
        | FieldKind::Address
        | FieldKind::Choice
        | FieldKind::YesNo => value.trim().to_owned(),
        FieldKind::Email => value.trim().chars().map(narrow).collect(),
        FieldKind::ResidentId | FieldKind::CreditCode => code(value, |sign| matches!(sign, '-' | '·')),
        FieldKind::Plate => code(value, |sign| matches!(sign, '-' | '·' | '•' | '‧' | '・' | '.')),
        FieldKind::BankCard | FieldKind::Postcode => code(value, |sign| sign == '-'),
        FieldKind::Phone => without_country(code(value, |sign| matches!(sign, '-' | '(' | ')'))),
        FieldKind::Number | FieldKind::Money => amount(value),
        FieldKind::Date => date(value),
    }
}

/// Whether a character is nothing between digits. A control character is more than that: it is refused.
fn is_empty(character: char) -> bool {
    is_invisible(character) && !character.is_control()
}

/// A code in capital letters, without spaces and the signs that only divide it.
fn code(value: &str, divides: impl Fn(char) -> bool) -> String {
    value
        .chars()
        .map(narrow)
        .filter(|sign| !sign.is_whitespace() && !is_empty(*sign) && !divides(*sign))
        .map(|character| character.to_ascii_uppercase())
        .collect()
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

fn date(value: &str) -> String {
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

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
