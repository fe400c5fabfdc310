//! Number formats of spreadsheets: what a cell shows of the number that it holds. A format whose result depends on the
//! machine, or that is not known here, gives an error: to guess would publish what nobody has seen.

use super::decimal;
use super::moment::{self, MomentPart};
use crate::catalogue::domain::problem::Wrong;
use std::iter::Peekable;
use std::str::Chars;

/// What a number cell is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::catalogue) struct Odd {
    /// What it shows.
    pub shown: Result<String, Wrong>,
    /// The whole number that it holds and shows.
    pub whole: Option<i64>,
    /// Whether it is a date or a time.
    pub is_moment: bool,
    /// The day as yyyy-mm-dd, where it is a date without a time of day.
    pub date: Option<String>,
}

impl Odd {
    pub(in crate::catalogue) fn wrong(wrong: Wrong) -> Self {
        Self { shown: Err(wrong), whole: None, is_moment: false, date: None }
    }
}

/// A piece of a number's section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Literal(char),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
}

#[derive(Debug, Clone, PartialEq)]
enum Section {
    /// As the machine thinks best, between literals.
    General(String, String),
    /// The text itself, between literals.
    Text(String, String),
    Number(Vec<Piece>),
    /// Date or time; true where the machine decides how it is shown.
    Moment(Vec<MomentPart>, bool),
    Unknown,
}

/// A number format.
#[derive(Debug, Clone)]
pub(super) struct Format {
    code: String,
    sections: Vec<Section>,
}

impl Format {
    /// By its code.
    pub(super) fn new(code: &str) -> Self {
        let sections = split(code).iter().map(|part| section(part)).collect();
        Self { code: code.to_owned(), sections }
    }

    /// By its number, where it has no code in the file.
    pub(super) fn built_in(number: u32) -> Self {
        let code = match number {
            0 => "General",
            1 => "0",
            2 => "0.00",
            3 => "#,##0",
            4 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            14..=17 | 22 | 27..=36 | 50..=58 => "[$-F800]yyyy/m/d",
            18 => "h:mm AM/PM",
            19 => "h:mm:ss AM/PM",
            20 => "h:mm",
            21 => "h:mm:ss",
            37 | 38 => "#,##0;(#,##0)",
            39 | 40 => "#,##0.00;(#,##0.00)",
            45 => "mm:ss",
            46 => "[h]:mm:ss",
            47 => "mmss.0",
            49 => "@",
            _ => return Self { code: number.to_string(), sections: vec![Section::Unknown] },
        };
        Self::new(code)
    }

    /// What a number looks like.
    pub(super) fn number(&self, value: f64, is_1904: bool) -> Odd {
        if !value.is_finite() {
            return Odd::wrong(Wrong::Malformed);
        }
        let last = self.sections.len().min(3);
        let (section, own_sign) = match (value, last) {
            (value, 2..) if value < 0.0 => (self.sections.get(1), true),
            (0.0, 3) => (self.sections.get(2), true),
            _ => (self.sections.first(), false),
        };
        let value = if own_sign { value.abs() } else { value };
        let odd = match section {
            Some(Section::General(before, after)) => between(before, decimal::general(value), after, value),
            // A number in a cell for text is shown as it is.
            Some(Section::Text(before, after)) => between(before, decimal::general(value), after, value),
            Some(Section::Number(pieces)) => decimal::number(pieces, value),
            Some(Section::Moment(parts, of_machine)) => moment::shown(parts, value, is_1904, *of_machine),
            Some(Section::Unknown) | None => return Odd::wrong(self.unknown()),
        };
        match &odd.shown {
            Ok(text) if text.trim().is_empty() => Odd::wrong(self.unknown()),
            Err(Wrong::NumberFormat(_)) => Odd { shown: Err(self.unknown()), ..odd },
            _ => odd,
        }
    }

    /// What a text looks like.
    pub(super) fn text(&self, text: String) -> Result<String, Wrong> {
        let own = match self.sections.as_slice() {
            [.., section @ Section::Text(..)] => Some(section),
            [_, _, _, section] => Some(section),
            _ => None,
        };
        match own {
            None => Ok(text),
            Some(Section::Text(before, after)) => Ok(format!("{before}{text}{after}")),
            Some(_) => Err(self.unknown()),
        }
    }

    fn unknown(&self) -> Wrong {
        Wrong::NumberFormat(self.code.clone())
    }
}

fn between(before: &str, shown: Result<String, Wrong>, after: &str, value: f64) -> Odd {
    let shown = shown.map(|shown| format!("{before}{shown}{after}"));
    Odd { shown, whole: decimal::whole(value), is_moment: false, date: None }
}

/// The sections between semicolons.
fn split(code: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for character in code.chars() {
        let literal = std::mem::take(&mut escaped);
        if !literal && character == '"' {
            quoted = !quoted;
        }
        escaped = !literal && !quoted && matches!(character, '\\' | '_' | '*');
        match sections.last_mut() {
            Some(section) if character != ';' || quoted || literal => section.push(character),
            _ => sections.push(String::new()),
        }
    }
    sections
}

fn section(code: &str) -> Section {
    let mut pieces = Vec::new();
    let mut moments = Vec::new();
    let mut of_machine = false;
    let (mut general, mut text) = (None, None);
    let mut rest = code.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => literals(&mut pieces, rest.by_ref().take_while(|next| *next != '"')),
            '\\' => literals(&mut pieces, rest.next().into_iter()),
            '_' => literals(&mut pieces, rest.next().map(|_| ' ').into_iter()),
            '*' if rest.next() == Some(' ') => {}
            '[' => match bracket(&mut rest) {
                Bracket::Literals(words) => literals(&mut pieces, words.chars()),
                Bracket::Elapsed(letter, count) => {
                    add(&mut moments, &mut pieces, MomentPart::Elapsed(letter, count))
                }
                Bracket::Machine => of_machine = true,
                Bracket::Unknown => return Section::Unknown,
            },
            '0' | '#' | '?' => pieces.push(Piece::Digit(character)),
            '.' => pieces.push(Piece::Point),
            ',' => pieces.push(Piece::Comma),
            '%' => pieces.push(Piece::Percent),
            '@' => text = Some(pieces.len()),
            'G' | 'g' if follows(&mut rest, "eneral") => general = Some(pieces.len()),
            'A' | 'a' if follows(&mut rest, "M/PM") => {
                add(&mut moments, &mut pieces, MomentPart::Half("AM", "PM"))
            }
            'A' | 'a' if follows(&mut rest, "/P") => {
                add(&mut moments, &mut pieces, MomentPart::Half("A", "P"))
            }
            '上' if follows(&mut rest, "午/下午") => {
                add(&mut moments, &mut pieces, MomentPart::Half("上午", "下午"))
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                let letter = character.to_ascii_lowercase();
                let mut count = 1;
                while rest.next_if(|next| next.to_ascii_lowercase() == letter).is_some() {
                    count += 1;
                }
                add(&mut moments, &mut pieces, MomentPart::Letter(letter, count));
            }
            '$' | '-' | '+' | '/' | '(' | ')' | ':' | '!' | '^' | '&' | '\'' | '~' | '{' | '}' | '<'
            | '>' | '=' | ' ' => pieces.push(Piece::Literal(character)),
            other if !other.is_ascii() => pieces.push(Piece::Literal(other)),
            _ => return Section::Unknown,
        }
        if !moments.is_empty() {
            moments.extend(pieces.drain(..).map(MomentPart::from));
        }
    }
    if !moments.is_empty() {
        return match general.or(text) {
            None => Section::Moment(moment::resolved(moments), of_machine),
            Some(_) => Section::Unknown,
        };
    }
    if let Some(at) = general.or(text) {
        let words = |pieces: &[Piece]| -> Option<String> {
            pieces
                .iter()
                .map(|piece| if let Piece::Literal(word) = piece { Some(*word) } else { None })
                .collect()
        };
        return match (words(&pieces[..at]), words(&pieces[at..]), general) {
            (Some(before), Some(after), Some(_)) => Section::General(before, after),
            (Some(before), Some(after), None) => Section::Text(before, after),
            _ => Section::Unknown,
        };
    }
    // A fraction, which is shown rounded in a way of its own.
    let is_fraction = pieces.contains(&Piece::Literal('/'))
        && pieces.iter().filter(|piece| matches!(piece, Piece::Digit(_))).count() > 1;
    if of_machine || is_fraction { Section::Unknown } else { Section::Number(pieces) }
}

/// A piece of a date; what stood before it belongs to the date too.
fn add(moments: &mut Vec<MomentPart>, pieces: &mut Vec<Piece>, part: MomentPart) {
    moments.extend(pieces.drain(..).map(MomentPart::from));
    moments.push(part);
}

fn literals(pieces: &mut Vec<Piece>, words: impl Iterator<Item = char>) {
    pieces.extend(words.map(Piece::Literal));
}

/// Takes a word if it comes next, in either case.
fn follows(rest: &mut Peekable<Chars<'_>>, word: &str) -> bool {
    let ahead = rest.clone().take(word.chars().count());
    if !ahead.map(|one| one.to_ascii_lowercase()).eq(word.chars().map(|one| one.to_ascii_lowercase())) {
        return false;
    }
    rest.nth(word.chars().count() - 1);
    true
}

enum Bracket {
    Literals(String),
    Elapsed(char, usize),
    Machine,
    Unknown,
}

fn bracket(rest: &mut Peekable<Chars<'_>>) -> Bracket {
    let inside: String = rest.by_ref().take_while(|next| *next != ']').collect();
    let lower = inside.to_lowercase();
    if let Some(letter) = lower.chars().next().filter(|letter| matches!(letter, 'h' | 'm' | 's'))
        && lower.chars().all(|other| other == letter)
    {
        return Bracket::Elapsed(letter, lower.len());
    }
    if let Some(currency) = inside.strip_prefix('$') {
        let (sign, place) = currency.split_once('-').unwrap_or((currency, ""));
        return match place.to_uppercase().as_str() {
            "F800" | "F400" => Bracket::Machine,
            _ => Bracket::Literals(sign.to_owned()),
        };
    }
    let colours = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    let is_colour = colours.contains(&lower.as_str()) || lower.starts_with("color");
    if is_colour { Bracket::Literals(String::new()) } else { Bracket::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(code: &str, value: f64) -> Option<String> {
        Format::new(code).number(value, false).shown.ok()
    }

    #[test]
    fn a_number_is_read_as_it_is_shown() {
        for (code, value, text) in [
            ("General", 15.0, "15"),
            ("General", 0.1 + 0.2, "0.3"),
            ("General", 999_001_002_000.0, "999001002000"),
            ("General\"个\"", 3.0, "3个"),
            ("000000000000", 1_002_000.0, "000001002000"),
            ("00000000000", 1_012_345_678.0, "01012345678"),
            ("000\\-0000\\-0000", 13_800_000_000.0, "138-0000-0000"),
            ("0", 14.6, "15"),
            ("0.00", 2.675, "2.68"),
            ("#,##0", 4000.0, "4,000"),
            ("#,##0.00", 1_234_567.5, "1,234,567.50"),
            ("0%", 0.15, "15%"),
            ("0.0%", 0.155, "15.5%"),
            ("0\"个工作日\"", 15.0, "15个工作日"),
            ("[$¥-804]#,##0.00", 40.0, "¥40.00"),
            ("0;[Red](0)", -3.0, "(3)"),
            ("0", -3.0, "-3"),
            ("0;-0;\"无\"", 0.0, "无"),
            ("@", 12345.0, "12345"),
            ("yyyy-mm-dd h:mm:ss", 46_082.354_166_666_66, "2026-03-01 8:30:00"),
            ("h:mm:ss", 0.354_166_666_666_666_7, "8:30:00"),
            ("[hh]:mm:ss", 1.083_333_333_333_333, "26:00:00"),
            ("[h]:mm", 1.5, "36:00"),
            ("yyyy\"年\"m\"月\"d\"日\"", 46_023.0, "2026年1月1日"),
            ("yyyy年m月d日", 46_023.0, "2026年1月1日"),
            ("h:mm AM/PM", 0.75, "6:00 PM"),
            ("上午/下午h:mm", 0.25, "上午6:00"),
            ("mm:ss.0", 0.000_722_222, "01:02.4"),
        ] {
            assert_eq!(shown(code, value).as_deref(), Some(text), "{code}");
        }
    }

    #[test]
    fn what_cannot_be_told_for_sure_is_no_guess() {
        for (code, value) in [
            ("# ?/?", 0.5),
            ("0.00E+00", 15.0),
            ("[DBNum1]0", 15.0),
            ("[>100]0;0.0", 15.0),
            (";;;", 15.0),
            ("General", 1.101_051_990_010_1e17),
            ("0", 1.101_051_990_010_1e17),
            ("General", 1.0 / 3.0),
            ("mmmm d", 46_023.0),
            ("[$-F800]dddd, mmmm dd, yyyy", 46_023.0),
            ("yyyy-mm-dd", -1.0),
            ("yyyy-mm-dd", 60.0),
            ("yyyy-mm-dd", 1e9),
            ("yyyy-mm-dd", 0.5),
        ] {
            assert_eq!(shown(code, value), None, "{code}");
        }
        assert_eq!(Format::built_in(14).number(46_023.0, false).date.as_deref(), Some("2026-01-01"));
        assert_eq!(Format::built_in(14).number(46_023.0, false).shown, Err(Wrong::DateFormat));
        assert_eq!(Format::new("yyyy-mm-dd").number(46_023.5, false).date, None);
        assert_eq!(Format::new("0%").number(1.0, false).whole, None);
        assert_eq!(Format::new("0\"天\"").number(15.0, false).whole, Some(15));
        assert_eq!(Format::new("0;0;0;@\"元\"").text("四十".into()), Ok("四十元".into()));
        assert!(Format::new(";;;").text("四十".into()).is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(code in "[0#?.,%@;ymdhsAPGe\\[\\]\"_*\\\\$E+/ -]{0,24}", value in any::<f64>()) {
            let format = Format::new(&code);
            let _ = (format.number(value, false), format.number(value, true), format.text("x".into()));
        }
    }
}
