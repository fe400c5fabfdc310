//! Dates and times as spreadsheets hold them, days since 1900 or 1904, and as formats show them.

use super::format::{Odd, Piece};
use crate::catalogue::domain::problem::Wrong;
use jiff::Span;
use jiff::civil::{Date, date};
use std::fmt::Write as _;

/// A piece of a date's or time's section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MomentPart {
    Literal(char),
    /// `y`, `m`, `d`, `h`, `s`, and `n` for minutes; how many of them.
    Letter(char, usize),
    /// `[h]`: hours, minutes or seconds in all.
    Elapsed(char, usize),
    /// Words for before and after noon.
    Half(&'static str, &'static str),
    /// Decimals of seconds.
    Fraction(usize),
    Unknown,
}

impl From<Piece> for MomentPart {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Literal(word) => Self::Literal(word),
            Piece::Point => Self::Literal('.'),
            Piece::Comma => Self::Literal(','),
            Piece::Digit('0') => Self::Fraction(1),
            Piece::Digit(_) | Piece::Percent => Self::Unknown,
        }
    }
}

/// Says which `m` are minutes, and joins the decimals of seconds to their point.
pub(super) fn resolved(parts: Vec<MomentPart>) -> Vec<MomentPart> {
    let clock = |part: Option<&MomentPart>, letters: &str| matches!(part, Some(MomentPart::Letter(letter, _) | MomentPart::Elapsed(letter, _)) if letters.contains(*letter));
    let units: Vec<usize> = (0..parts.len())
        .filter(|at| matches!(parts[*at], MomentPart::Letter(..) | MomentPart::Elapsed(..)))
        .collect();
    let mut out: Vec<MomentPart> = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let turn = units.iter().position(|unit| unit == &at);
        let near = |step: isize| {
            turn.and_then(|turn| units.get(turn.checked_add_signed(step)?)).map(|unit| &parts[*unit])
        };
        match part {
            MomentPart::Letter('m', count) if clock(near(-1), "h") || clock(near(1), "s") => {
                out.push(MomentPart::Letter('n', *count));
            }
            MomentPart::Fraction(_) => match out.last_mut() {
                Some(MomentPart::Fraction(count)) => *count += 1,
                Some(point @ MomentPart::Literal('.')) => *point = MomentPart::Fraction(1),
                _ => out.push(MomentPart::Unknown),
            },
            other => out.push(other.clone()),
        }
    }
    out
}

/// The last day that spreadsheets know.
const LAST_DAY: f64 = 2_958_466.0;

/// What a date or time cell is.
pub(super) fn shown(parts: &[MomentPart], value: f64, is_1904: bool, of_machine: bool) -> Odd {
    let unknown = || Wrong::NumberFormat(String::new());
    if !(0.0..LAST_DAY).contains(&value) {
        return Odd::wrong(unknown());
    }
    let decimals = parts
        .iter()
        .find_map(|part| if let MomentPart::Fraction(count) = part { Some(*count) } else { None });
    let ticks = 10_i64.pow(decimals.unwrap_or(0).min(3) as u32);
    let moment = (value * 86_400.0 * ticks as f64).round() as i64;
    let day = 86_400 * ticks;
    let has_day = parts.iter().any(|part| matches!(part, MomentPart::Letter('y' | 'm' | 'd', _)));
    let date = has_day.then(|| calendar(moment / day, is_1904)).flatten();
    if has_day && date.is_none() {
        return Odd::wrong(unknown());
    }
    let shown = match of_machine {
        true => Err(Wrong::DateFormat),
        false => written(parts, date.unwrap_or(Date::ZERO), moment, ticks).ok_or_else(unknown),
    };
    let only_date = date.filter(|_| moment % day == 0);
    Odd { shown, whole: None, is_moment: true, date: only_date.map(|date| date.to_string()) }
}

/// The day of a number of days; none for the day that never was.
fn calendar(days: i64, is_1904: bool) -> Option<Date> {
    let (first, days) = match (is_1904, days) {
        (true, days) => (date(1904, 1, 1), days),
        (false, 61..) => (date(1899, 12, 30), days),
        (false, 1..=59) => (date(1899, 12, 31), days),
        (false, _) => return None,
    };
    first.checked_add(Span::new().try_days(days).ok()?).ok()
}

fn written(parts: &[MomentPart], date: Date, moment: i64, ticks: i64) -> Option<String> {
    let seconds = moment / ticks;
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let halves = parts.iter().any(|part| matches!(part, MomentPart::Half(..)));
    let clock_hour = if halves { (hour + 11) % 12 + 1 } else { hour };
    let mut text = String::new();
    for part in parts {
        let (number, width) = match part {
            MomentPart::Literal(word) => {
                text.push(*word);
                continue;
            }
            MomentPart::Half(before, after) => {
                text.push_str(if hour < 12 { before } else { after });
                continue;
            }
            MomentPart::Fraction(count) if *count <= 3 => {
                let _ = write!(text, ".{:0count$}", moment % ticks);
                continue;
            }
            MomentPart::Letter('y', 3..) => (i64::from(date.year()), 4),
            MomentPart::Letter('y', _) => (i64::from(date.year()) % 100, 2),
            MomentPart::Letter('m', count @ 1..=2) => (i64::from(date.month()), *count),
            MomentPart::Letter('d', count @ 1..=2) => (i64::from(date.day()), *count),
            MomentPart::Letter('h', count @ 1..=2) => (clock_hour, *count),
            MomentPart::Letter('n', count @ 1..=2) => (minute, *count),
            MomentPart::Letter('s', count @ 1..=2) => (second, *count),
            MomentPart::Elapsed('h', count) => (seconds / 3600, *count),
            MomentPart::Elapsed('m', count) => (seconds / 60, *count),
            MomentPart::Elapsed('s', count) => (seconds, *count),
            // Names of months and days are the machine's.
            _ => return None,
        };
        let _ = write!(text, "{number:0width$}");
    }
    Some(text)
}
