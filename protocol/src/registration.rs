//! Registration numbers (登记号): what a resident reads out over the telephone.
//!
//! `HP07-261121-0036-85`: terminal, day label, running number of that day, two check digits. The day label
//! is the terminal's date when its clock is right. It never goes back: the ledger stores the last number
//! given and asks for [`RegistrationNumber::next`], so a number cannot repeat even when a clock jumps. The
//! hall never gives one terminal id twice, so numbers cannot repeat across terminals either.

use crate::ids::{BadId, TerminalId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A registration number with a valid check.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber {
    terminal: TerminalId,
    /// yymmdd as a number.
    day: u32,
    sequence: u16,
}

const LAST_SEQUENCE: u16 = 9999;

/// The day label and running number after `last` on `today`: the same day goes on, a later one begins anew, an
/// earlier one counts as the last, and a day whose numbers are used up is stepped past.
pub(crate) fn label_after(last: Option<(u32, u16)>, today: Date, last_of_day: u16) -> (u32, u16) {
    let year = i32::from(today.year()).rem_euclid(100) as u32;
    let label = year * 10_000 + u32::from(today.month() as u8) * 100 + u32::from(today.day() as u8);
    match last {
        Some((day, sequence)) if day >= label && sequence < last_of_day => (day, sequence + 1),
        Some((day, _)) if day >= label => (day + 1, 1),
        _ => (label, 1),
    }
}

/// So many numbers further on; on a day with fewer left, so many into the next.
pub(crate) fn ahead((day, sequence): (u32, u16), by: u16, last_of_day: u16) -> (u32, u16) {
    match sequence.checked_add(by) {
        Some(further) if further <= last_of_day => (day, further),
        _ => (day + 1, by.clamp(1, last_of_day)),
    }
}

impl RegistrationNumber {
    /// Puts a number together, as when it is read back from storage or a token.
    ///
    /// # Errors
    /// `day` is no six-digit number, or `sequence` is not 1 to 9999.
    pub fn from_parts(terminal: TerminalId, day: u32, sequence: u16) -> Result<Self, BadId> {
        if day > 999_999 || sequence == 0 || sequence > LAST_SEQUENCE {
            return Err(BadId("registration number"));
        }
        Ok(Self { terminal, day, sequence })
    }

    /// The number after `last` (day, sequence) on the date `today`.
    ///
    /// A date before the last day, or a day whose 9999 numbers are used up, continues or steps past the
    /// last label instead of repeating one.
    ///
    /// # Errors
    /// The labels of a whole century are used up.
    pub fn next(terminal: TerminalId, last: Option<(u32, u16)>, today: Date) -> Result<Self, BadId> {
        let (day, sequence) = label_after(last, today, LAST_SEQUENCE);
        Self::from_parts(terminal, day, sequence)
    }

    /// The number so many further on, past the end of its day's if need be.
    ///
    /// # Errors
    /// The labels of a whole century are used up.
    pub fn ahead(&self, by: u16) -> Result<Self, BadId> {
        let (day, sequence) = ahead((self.day, self.sequence), by, LAST_SEQUENCE);
        Self::from_parts(self.terminal.clone(), day, sequence)
    }

    /// The terminal that gave it.
    pub fn terminal(&self) -> &TerminalId {
        &self.terminal
    }

    /// The day label, yymmdd as a number.
    pub fn day(&self) -> u32 {
        self.day
    }

    /// The running number of that day, 1 to 9999.
    pub fn sequence(&self) -> u16 {
        self.sequence
    }

    /// Reads what a person typed or a scanner sent: any case, with or without separators, full-width
    /// characters too.
    ///
    /// # Errors
    /// The form or the check digits do not fit.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        const WHAT: BadId = BadId("registration number");
        let mut plain = String::with_capacity(24);
        for character in text.chars().take(64) {
            match crate::form::narrow(character) {
                narrow if narrow.is_ascii_alphanumeric() => plain.push(narrow.to_ascii_uppercase()),
                '-' | ' ' | '\u{2010}'..='\u{2015}' | '－' | '.' | '\t' => {}
                _ => return Err(WHAT),
            }
        }
        if plain.len() < 4 + 12 || plain.len() > 7 + 12 {
            return Err(WHAT);
        }
        let (terminal, digits) = plain.split_at(plain.len() - 12);
        let terminal = TerminalId::parse(terminal).map_err(|_| WHAT)?;
        let day = digits[..6].parse().map_err(|_| WHAT)?;
        let sequence = digits[6..10].parse().map_err(|_| WHAT)?;
        let number = Self::from_parts(terminal, day, sequence)?;
        if format!("{:02}", number.check()) == digits[10..] { Ok(number) } else { Err(WHAT) }
    }

    /// ISO 7064 MOD 97-10, as in an IBAN: notices every single changed character and nearly every swap.
    fn check(&self) -> u32 {
        let mut remainder: u32 = 0;
        let body = format!("{}{:06}{:04}00", self.terminal, self.day, self.sequence);
        for byte in body.bytes() {
            let value = match byte {
                b'0'..=b'9' => u32::from(byte - b'0'),
                _ => u32::from(byte - b'A') + 10,
            };
            remainder = (remainder * if value > 9 { 100 } else { 10 } + value) % 97;
        }
        98 - remainder
    }
}

impl std::fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:06}-{:04}-{:02}", self.terminal, self.day, self.sequence, self.check())
    }
}

impl TryFrom<String> for RegistrationNumber {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for RegistrationNumber {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::parse(text)
    }
}

impl From<RegistrationNumber> for String {
    fn from(number: RegistrationNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn number(day: u32, sequence: u16) -> RegistrationNumber {
        RegistrationNumber::from_parts(TerminalId::parse("HP07").unwrap(), day, sequence).unwrap()
    }

    #[test]
    fn reads_what_people_type() {
        let text = number(261_121, 36).to_string();
        assert!(text.starts_with("HP07-261121-0036-"));
        for typed in
            [text.to_lowercase(), text.replace('-', ""), text.replace('-', " "), text.replace('H', "Ｈ")]
        {
            assert_eq!(RegistrationNumber::parse(&typed), Ok(number(261_121, 36)), "{typed}");
        }
    }

    #[test]
    fn never_repeats_when_the_clock_jumps() {
        let terminal = TerminalId::parse("HP07").unwrap();
        let mut last = None;
        let mut seen = std::collections::HashSet::new();
        let days = [
            date(2026, 11, 21),
            date(1970, 1, 1),
            date(2026, 11, 22),
            date(2036, 11, 21),
            date(2026, 11, 21),
        ];
        for day in days.into_iter().cycle().take(50) {
            let next = RegistrationNumber::next(terminal.clone(), last, day).unwrap();
            last = Some((next.day(), next.sequence()));
            assert!(seen.insert(next.to_string()));
        }
        let rolled = RegistrationNumber::next(terminal, Some((261_121, 9999)), date(2026, 11, 21)).unwrap();
        assert_eq!((rolled.day(), rolled.sequence()), (261_122, 1));
    }

    proptest! {
        #[test]
        fn a_misheard_character_is_noticed(day in 0u32..999_999, sequence in 1u16..9999, position in 0usize..19, wrong in "[0-9A-Z]") {
            let text = number(day, sequence).to_string();
            let mut changed = text.clone();
            prop_assume!(text.as_bytes()[position] != b'-' && text.as_bytes()[position] != wrong.as_bytes()[0]);
            changed.replace_range(position..=position, &wrong);
            prop_assert!(RegistrationNumber::parse(&changed).is_err());
        }

        #[test]
        fn swapped_neighbours_are_noticed(day in 0u32..999_999, sequence in 1u16..9999, position in 0usize..18) {
            let text = number(day, sequence).to_string();
            let mut bytes = text.clone().into_bytes();
            bytes.swap(position, position + 1);
            let swapped = String::from_utf8(bytes).unwrap();
            prop_assume!(swapped.replace('-', "") != text.replace('-', ""));
            prop_assert!(RegistrationNumber::parse(&swapped).is_err());
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = RegistrationNumber::parse(&text);
        }
    }
}
