//! Numbers in decimal digits as spreadsheets show them: of 15 digits that count, rounded half up.

use super::format::{Odd, Piece};
use crate::catalogue::domain::problem::Wrong;

/// More digits than this are not kept by spreadsheets.
const DIGITS: usize = 15;

/// The whole number that a cell holds.
pub(super) fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 1e15).then_some(value as i64)
}

/// The digits of an amount and how many of them stand before the point.
fn digits(value: f64) -> (Vec<u8>, i32) {
    let text = format!("{:.*e}", DIGITS - 1, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    (digits, exponent.parse::<i32>().unwrap_or(0) + 1)
}

/// Whole part and decimals as text, rounded to so many decimals.
fn rounded(value: f64, decimals: usize) -> (String, String) {
    let (mut digits, mut before) = digits(value);
    let keep = before + decimals as i32;
    if keep < 0 {
        digits.clear();
    } else if (keep as usize) < digits.len() {
        let up = digits[keep as usize] >= 5;
        digits.truncate(keep as usize);
        if up {
            let mut at = digits.len();
            loop {
                match at.checked_sub(1) {
                    None => {
                        digits.insert(0, 1);
                        before += 1;
                        break;
                    }
                    Some(last) if digits[last] == 9 => digits[last] = 0,
                    Some(last) => {
                        digits[last] += 1;
                        break;
                    }
                }
                at -= 1;
            }
        }
    }
    let at = |place: i32| {
        let digit = usize::try_from(place).ok().and_then(|place| digits.get(place)).copied().unwrap_or(0);
        char::from(b'0' + digit)
    };
    let whole: String = (0..before).map(at).collect();
    let rest: String = (before..before + decimals as i32).map(at).collect();
    let whole = whole.trim_start_matches('0');
    (whole.to_owned(), rest)
}

/// Without a format.
pub(super) fn general(value: f64) -> Result<String, Wrong> {
    if value.abs() >= 1e15 {
        return Err(Wrong::Digits);
    }
    let (whole, decimals) = rounded(value, 15);
    let decimals = decimals.trim_end_matches('0');
    // A spreadsheet shows fewer, depending on the width of the column.
    if decimals.len() > 9 {
        return Err(Wrong::NumberFormat(String::new()));
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { &whole };
    let point = if decimals.is_empty() { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{decimals}"))
}

/// By the pieces of a format.
pub(super) fn number(pieces: &[Piece], value: f64) -> Odd {
    if value.abs() >= 1e15 {
        return Odd::wrong(Wrong::Digits);
    }
    let is_digit = |piece: &Piece| matches!(piece, Piece::Digit(_));
    let point = pieces.iter().position(|piece| *piece == Piece::Point).unwrap_or(pieces.len());
    let (before, after) = pieces.split_at(point);
    let last = before.iter().rposition(is_digit).map_or(0, |last| last + 1);
    let first = before.iter().position(is_digit).unwrap_or(last);
    let grouped = before[first..last].contains(&Piece::Comma);
    let thousands = before[last..].iter().filter(|piece| **piece == Piece::Comma).count() as i32;
    let percents = pieces.iter().filter(|piece| **piece == Piece::Percent).count() as i32;
    let scaled = value * 100_f64.powi(percents) / 1000_f64.powi(thousands);
    let wanted = after.iter().filter(|piece| is_digit(piece)).count();
    if !scaled.is_finite() || scaled.abs() >= 1e15 || wanted > DIGITS {
        return Odd::wrong(Wrong::Digits);
    }
    let (whole_digits, decimals) = rounded(scaled, wanted);
    let mut shown = if value < 0.0 { "-".to_owned() } else { String::new() };
    let places = before.iter().filter(|piece| is_digit(piece)).count();
    shown.push_str(&whole_part(before, &whole_digits, places, grouped));
    shown.push_str(&decimal_part(after, &decimals));
    let plain = percents == 0 && thousands == 0;
    Odd { shown: Ok(shown), whole: whole(value).filter(|_| plain), is_moment: false, date: None }
}

/// Digits are filled in from the right; those that have no place stand before the first.
fn whole_part(pieces: &[Piece], digits: &str, places: usize, grouped: bool) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let mut shown = String::new();
    // How many places are left, this one included.
    let mut left = places;
    let put = |shown: &mut String, digit: char, place: usize| {
        shown.push(digit);
        if grouped && place > 1 && (place - 1).is_multiple_of(3) {
            shown.push(',');
        }
    };
    for piece in pieces {
        match piece {
            Piece::Literal(word) => shown.push(*word),
            Piece::Percent => shown.push('%'),
            Piece::Comma | Piece::Point => {}
            Piece::Digit(kind) => {
                if left == places {
                    for (index, digit) in digits.iter().enumerate().take(digits.len().saturating_sub(places))
                    {
                        put(&mut shown, *digit, digits.len() - index);
                    }
                }
                match digits.len().checked_sub(left).and_then(|index| digits.get(index)) {
                    Some(digit) => put(&mut shown, *digit, left),
                    None if *kind == '0' => put(&mut shown, '0', left),
                    None if *kind == '?' => shown.push(' '),
                    None => {}
                }
                left -= 1;
            }
        }
    }
    shown
}

fn decimal_part(pieces: &[Piece], decimals: &str) -> String {
    let kept = decimals.trim_end_matches('0').len();
    let mut digits = decimals.chars().enumerate();
    let mut shown = String::new();
    for piece in pieces {
        match piece {
            Piece::Point => shown.push('.'),
            Piece::Literal(word) => shown.push(*word),
            Piece::Percent => shown.push('%'),
            Piece::Comma => {}
            Piece::Digit(kind) => match digits.next() {
                Some((index, digit)) if index < kept || *kind == '0' => shown.push(digit),
                Some(_) if *kind == '?' => shown.push(' '),
                _ => {}
            },
        }
    }
    shown
}
