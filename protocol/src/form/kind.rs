//! Field kinds: all that is known of each in one place, namely its rules, its normal form, how it is typed, and how it is
//! read. A new kind is a variant of [`FieldKind`], a [`FieldSpec`] in a file here, and its arm in [`FieldKind::spec`].
//!
//! Must not know screens, words of any language, or other fields.

mod choice;
mod date;
mod digits;
mod email;
mod identity_number;
mod number;
mod plate;
mod telephone;
mod words;

use super::normal::narrow;
use super::{FieldDefinition, FieldErrorCode, FieldKind};
use jiff::civil::Date;

/// How a field is filled in: it decides the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Digits alone.
    Digits,
    /// A whole number.
    Number,
    /// An amount with decimals.
    Amount,
    /// Digits, and an X at the end.
    IdNumber,
    /// Capital letters and digits.
    Code,
    /// Latin letters and signs.
    Latin,
    /// A person's name in any script.
    Name,
    /// Words in any script.
    Words,
    /// A vehicle plate: a Chinese character, then letters and digits.
    Plate,
    /// It is chosen, not typed.
    Chosen,
}

/// What is still seen of a value whose middle is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// All of it: it names nobody.
    Nothing,
    /// So many characters at its start and its end.
    Middle(usize, usize),
}

/// Where a code goes that a scanner typed into a field of this kind, if another field asks for such a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScannedCode {
    /// To the other field.
    Moves,
    /// To the other field, unless something stood here before.
    MovesIfEmpty,
    /// Nowhere: numbers of many kinds are written into such a field.
    Stays,
}

/// All that is known of a field kind.
#[derive(Debug)]
pub struct FieldSpec {
    /// How it is filled in.
    pub entry: Entry,
    /// The longest value in characters.
    pub(super) limit: fn(&FieldDefinition) -> usize,
    /// The normal form of a value.
    pub(super) normalise: fn(&str) -> String,
    /// What is wrong with a value in normal form, if it is something else than control characters or its length.
    pub(super) check: fn(&FieldDefinition, &str, Date) -> Result<(), FieldErrorCode>,
    /// Whether a value that is taken is probably mistyped.
    pub(super) is_doubtful: fn(&str, Date) -> bool,
    /// The character that a key gives after the text so far; none if it does not belong there.
    accept: fn(char, &str) -> Option<char>,
    /// The most characters that are typed when the text so far is this.
    typed_limit: fn(&FieldDefinition, &str) -> usize,
    /// The exact number of characters that are typed for a value that begins like this, where there is one.
    whole_length: fn(&FieldDefinition, &str) -> Option<usize>,
    /// A value as it is read best; what was typed half is grouped as far as it goes.
    shown: fn(&str) -> String,
    /// What is seen of it once it is covered.
    pub covered: Covered,
    /// The lengths of values that prove themselves, the longest first: a scanner's code is known by them.
    pub code_lengths: &'static [usize],
    /// Whether such a value is also known behind other characters.
    pub is_code_in_text: bool,
    /// Where a scanned code of another kind goes.
    pub scanned_code: ScannedCode,
    /// Whether a whole value without an error is certainly no slip of the finger.
    pub is_proven_whole: bool,
    /// What can be chosen, where the definition does not say it.
    pub options: &'static [&'static str],
}

impl FieldSpec {
    /// Words of any kind, from which others differ.
    const PLAIN: Self = Self {
        entry: Entry::Words,
        limit: |_| 200,
        normalise: |value| value.trim().to_owned(),
        check: |_, _, _| Ok(()),
        is_doubtful: |_, _| false,
        accept: |typed, _| (!typed.is_control()).then_some(typed),
        typed_limit: |definition, _| definition.limit(),
        whole_length: |_, _| None,
        shown: str::to_owned,
        covered: Covered::Middle(3, 4),
        code_lengths: &[],
        is_code_in_text: false,
        scanned_code: ScannedCode::Moves,
        is_proven_whole: false,
        options: &[],
    };
}

impl FieldKind {
    /// All that is known of this kind.
    #[must_use]
    pub const fn spec(self) -> &'static FieldSpec {
        match self {
            Self::PersonName => &words::PERSON_NAME,
            Self::ResidentId => &identity_number::RESIDENT_ID,
            Self::CreditCode => &identity_number::CREDIT_CODE,
            Self::Phone => &telephone::PHONE,
            Self::Email => &email::EMAIL,
            Self::Text => &words::TEXT,
            Self::Address => &words::ADDRESS,
            Self::Number => &number::NUMBER,
            Self::Money => &number::MONEY,
            Self::Date => &date::DATE,
            Self::Choice => &choice::CHOICE,
            Self::YesNo => &choice::YES_NO,
            Self::BankCard => &digits::BANK_CARD,
            Self::Postcode => &digits::POSTCODE,
            Self::Plate => &plate::PLATE,
        }
    }

    /// How a field of this kind is filled in.
    #[must_use]
    pub const fn entry(self) -> Entry {
        self.spec().entry
    }

    /// The character that a key gives in a field that holds `text`; none if it does not belong there.
    #[must_use]
    pub fn accept(self, typed: char, text: &str) -> Option<char> {
        (self.spec().accept)(typed, text)
    }

    /// A value as it is read best: `138 0000 0000`, `1949-12-31`. What was typed half is grouped as far as it goes.
    #[must_use]
    pub fn shown(self, value: &str) -> String {
        (self.spec().shown)(value)
    }
}

impl FieldDefinition {
    /// The most characters that are typed into a field that holds `text`.
    #[must_use]
    pub fn typed_limit(&self, text: &str) -> usize {
        (self.kind.spec().typed_limit)(self, text)
    }

    /// The exact number of characters of a complete value that begins like `text`, where there is one.
    #[must_use]
    pub fn whole_length(&self, text: &str) -> Option<usize> {
        (self.kind.spec().whole_length)(self, text)
    }
}

/// A digit, in whatever width it was typed.
fn digit(typed: char, _: &str) -> Option<char> {
    Some(narrow(typed)).filter(char::is_ascii_digit)
}

fn grouped(value: &str, groups: &[usize], between: char) -> String {
    let mut text = String::with_capacity(value.len() + groups.len());
    let mut ends = groups.iter().scan(0, |end, group| {
        *end += group;
        Some(*end)
    });
    let mut next = ends.next();
    for (index, character) in value.chars().enumerate() {
        if next == Some(index) {
            text.push(between);
            next = ends.next();
        }
        text.push(character);
    }
    text
}
