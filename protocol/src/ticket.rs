//! Queue ticket numbers (排队号): what is called out in the hall and stands large on the slip.
//!
//! `A012`: a prefix that belongs to one business at one terminal, so that two terminals never give the same one, and
//! the running number of its day. In full it carries its day label, `261129-A012`, as a registration number does; the
//! label never goes back, so a number cannot repeat even when a clock jumps.

use crate::ids::BadId;
use crate::registration::{ahead, label_after};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const LAST_SEQUENCE: u16 = 9999;

/// The letters before the running number: one or two of A to Z without I and O, which look like digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketPrefix(String);

impl TicketPrefix {
    /// Checks the form.
    ///
    /// # Errors
    /// It is not one or two capital letters other than I and O.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let fits = (1..=2).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O'));
        if fits { Ok(Self(text.to_owned())) } else { Err(BadId("ticket prefix")) }
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TicketPrefix {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl From<TicketPrefix> for String {
    fn from(prefix: TicketPrefix) -> Self {
        prefix.0
    }
}

impl std::fmt::Display for TicketPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number of one day and prefix. Displayed as it is called out, without its day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber {
    /// yymmdd as a number.
    day: u32,
    prefix: TicketPrefix,
    sequence: u16,
}

impl TicketNumber {
    /// The number after `last` (day, sequence) of this prefix on the date `today`. A date before the last day, or a
    /// day whose 9999 numbers are used up, continues or steps past the last label instead of repeating one.
    ///
    /// # Errors
    /// The labels of a whole century are used up.
    pub fn next(prefix: TicketPrefix, last: Option<(u32, u16)>, today: Date) -> Result<Self, BadId> {
        let (day, sequence) = label_after(last, today, LAST_SEQUENCE);
        if day > 999_999 {
            return Err(BadId("ticket number"));
        }
        Ok(Self { day, prefix, sequence })
    }

    /// The number `sequence` of a prefix and day.
    ///
    /// # Errors
    /// The running number is not 1 to 9999.
    pub fn of(prefix: TicketPrefix, day: Date, sequence: u16) -> Result<Self, BadId> {
        if !(1..=LAST_SEQUENCE).contains(&sequence) {
            return Err(BadId("ticket number"));
        }
        let year = u32::from(day.year().rem_euclid(100).unsigned_abs());
        let label =
            year * 10_000 + u32::from(day.month().unsigned_abs()) * 100 + u32::from(day.day().unsigned_abs());
        Ok(Self { day: label, prefix, sequence })
    }

    /// The number so many further on, past the end of its day's if need be.
    ///
    /// # Errors
    /// The labels of a whole century are used up.
    pub fn ahead(&self, by: u16) -> Result<Self, BadId> {
        let (day, sequence) = ahead((self.day, self.sequence), by, LAST_SEQUENCE);
        if day > 999_999 {
            return Err(BadId("ticket number"));
        }
        Ok(Self { day, prefix: self.prefix.clone(), sequence })
    }

    /// The day label, yymmdd as a number.
    pub fn day(&self) -> u32 {
        self.day
    }

    /// Its letters.
    pub fn prefix(&self) -> &TicketPrefix {
        &self.prefix
    }

    /// The running number of that day, 1 to 9999.
    pub fn sequence(&self) -> u16 {
        self.sequence
    }

    /// With its day: `261129-A012`. No two tickets of a hall have the same.
    pub fn in_full(&self) -> String {
        format!("{:06}-{self}", self.day)
    }

    /// Reads a number in full.
    ///
    /// # Errors
    /// It is not of the form `261129-A012`.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        const WHAT: BadId = BadId("ticket number");
        let (day, called) = text.split_once('-').ok_or(WHAT)?;
        let digits = called.find(|character: char| character.is_ascii_digit()).ok_or(WHAT)?;
        let (prefix, sequence) = called.split_at(digits);
        let number = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            let fits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            fits.then(|| text.parse::<u32>().ok()).flatten().ok_or(WHAT)
        };
        let day = number(day, 6..=6)?;
        let running = u16::try_from(number(sequence, 3..=4)?).map_err(|_| WHAT)?;
        let number = Self { day, prefix: TicketPrefix::parse(prefix).map_err(|_| WHAT)?, sequence: running };
        // One number has one form: neither 0 nor a superfluous zero.
        if running > 0 && number.in_full() == text { Ok(number) } else { Err(WHAT) }
    }
}

impl std::fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:03}", self.prefix, self.sequence)
    }
}

impl TryFrom<String> for TicketNumber {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl From<TicketNumber> for String {
    fn from(number: TicketNumber) -> Self {
        number.in_full()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn prefix(text: &str) -> TicketPrefix {
        TicketPrefix::parse(text).unwrap()
    }

    #[test]
    fn it_is_called_out_short_and_kept_in_full() {
        let ticket = TicketNumber::next(prefix("A"), Some((261_129, 11)), date(2026, 11, 29)).unwrap();
        assert_eq!((ticket.to_string(), ticket.in_full()), ("A012".to_owned(), "261129-A012".to_owned()));
        assert_eq!(TicketNumber::parse(&ticket.in_full()), Ok(ticket));
        let wrong =
            ["A012", "261129-012", "261129-A12", "261129-A0012", "261129-A000", "261129-I012", "26112-A012"];
        for text in wrong {
            assert!(TicketNumber::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn never_repeats_when_the_clock_jumps() {
        let mut last = None;
        let mut seen = std::collections::HashSet::new();
        let days = [date(2026, 11, 21), date(1970, 1, 1), date(2026, 11, 22), date(2036, 11, 21)];
        for day in days.into_iter().cycle().take(40) {
            let next = TicketNumber::next(prefix("A"), last, day).unwrap();
            last = Some((next.day(), next.sequence()));
            assert!(seen.insert(next.in_full()));
        }
        let rolled = TicketNumber::next(prefix("A"), Some((261_121, 9999)), date(2026, 11, 21)).unwrap();
        assert_eq!((rolled.day(), rolled.sequence()), (261_122, 1));
    }

    proptest! {
        #[test]
        fn every_number_is_read_back(day in 10_101u32..991_231, letters in "[A-HJ-NP-Z]{1,2}", sequence in 1u16..=9999) {
            let ticket = TicketNumber { day, prefix: prefix(&letters), sequence };
            prop_assert_eq!(TicketNumber::parse(&ticket.in_full()), Ok(ticket));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            let _ = TicketNumber::parse(&text);
        }
    }
}
