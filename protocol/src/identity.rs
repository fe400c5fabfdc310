//! Identities of people and organisations: checked when made, masked whenever shown.
//!
//! A value of these types is well formed. `Debug` and `Display` print the masked form only; the full
//! value is reached by an explicit `reveal`, so that a log line cannot leak it by accident.

use jiff::civil::Date;
use zeroize::Zeroize;

/// Why a text is not a resident identity number (GB 11643).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// It is too short or too long; holds how many characters it has.
    #[error("{0} characters are too many or too few")]
    Length(usize),
    /// Something other than digits (and a final X).
    #[error("only digits, and X at the end")]
    Characters,
    /// It begins with a province that never was.
    #[error("no province has these digits")]
    Region,
    /// The birth date inside is no real date, or longer ago than anybody lives.
    #[error("the birth date inside is not possible")]
    BirthDate,
    /// The birth date inside is in the future.
    #[error("the birth date inside is in the future")]
    BornInFuture,
    /// The number of the day's births is nought, with which nobody was entered.
    #[error("nobody has the sequence number 000")]
    Sequence,
    /// The last character does not fit the others.
    #[error("the check digit does not fit")]
    CheckDigit,
}

/// Nobody who applies was born longer ago, in years.
pub(crate) const LONGEST_LIFE: i16 = 130;

/// The first two digits of numbers (GB/T 2260); 81 to 83 are on residence permits of Hong Kong, Macao and Taiwan.
const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    "83",
];

/// A resident identity number (公民身份号码, GB 11643), also of a Hong Kong, Macao or Taiwan residence
/// permit (81, 82, 83) or a foreigner's permanent residence card: 18 digits with a leading 9, or on cards of before
/// 2023 15 characters that begin with the nationality.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId(String);

impl ResidentId {
    /// How many characters a number has that begins like `text`.
    pub fn length(text: &str) -> usize {
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) { 15 } else { 18 }
    }

    /// Checks length, characters, province, birth date, sequence and check digit. `today` is the date by which a
    /// birth date counts as future.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order a person would look.
    pub fn parse(text: &str, today: Date) -> Result<Self, ResidentIdError> {
        let length = text.chars().count();
        if length != Self::length(text) {
            return Err(ResidentIdError::Length(length));
        }
        let id = Self(text.to_ascii_uppercase());
        if !id.0.is_ascii() {
            return Err(ResidentIdError::Characters);
        }
        if id.is_old_card() {
            id.check_old_card(today)?
        } else {
            id.check(today)?
        }
        Ok(id)
    }

    fn check(&self, today: Date) -> Result<(), ResidentIdError> {
        let (first_17, last) = self.0.as_bytes().split_at(17);
        if !first_17.iter().all(u8::is_ascii_digit) || !matches!(last, [b'0'..=b'9' | b'X']) {
            return Err(ResidentIdError::Characters);
        }
        let province = if self.0.starts_with('9') { &self.0[1..3] } else { &self.0[..2] };
        if !PROVINCES.contains(&province) {
            return Err(ResidentIdError::Region);
        }
        let birth = self.birth_date().ok_or(ResidentIdError::BirthDate)?;
        if birth > today {
            return Err(ResidentIdError::BornInFuture);
        }
        if birth.year() < today.year() - LONGEST_LIFE {
            return Err(ResidentIdError::BirthDate);
        }
        if &self.0[14..17] == "000" {
            return Err(ResidentIdError::Sequence);
        }
        if last == [check_digit(first_17)] { Ok(()) } else { Err(ResidentIdError::CheckDigit) }
    }

    /// Three letters, four digits of the place, birth date with two digits for the year, sequence, check digit.
    fn check_old_card(&self, today: Date) -> Result<(), ResidentIdError> {
        let (nationality, rest) = self.0.split_at(3);
        let all_letters = nationality.bytes().all(|byte| byte.is_ascii_uppercase());
        if !all_letters || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ResidentIdError::Characters);
        }
        if !PROVINCES.contains(&&rest[..2]) {
            return Err(ResidentIdError::Region);
        }
        let birth = |century: &str| date(&format!("{century}{}", &rest[4..10]));
        let fits = birth("19").is_some() || birth("20").is_some_and(|birth| birth <= today);
        if fits { Ok(()) } else { Err(ResidentIdError::BirthDate) }
    }

    fn is_old_card(&self) -> bool {
        self.0.len() == 15
    }

    /// Whether the check digit fits. A number of 18 digits is refused otherwise; that of an old card is not.
    pub fn check_fits(&self) -> bool {
        let value = |byte: u8| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            _ => u32::from(byte - b'A') + 10,
        };
        let Some((last, first)) = self.0.as_bytes().split_last().filter(|_| self.is_old_card()) else {
            return true;
        };
        let sum: u32 =
            first.iter().zip([7, 3, 1].into_iter().cycle()).map(|(byte, by)| value(*byte) * by).sum();
        sum % 10 == value(*last)
    }

    /// The date of birth inside the number; none where two digits stand for the year.
    pub fn birth_date(&self) -> Option<Date> {
        if self.is_old_card() { None } else { date(&self.0[6..14]) }
    }

    /// Whether its owner can have been born on `date`.
    pub fn is_born_on(&self, date: Date) -> bool {
        match self.birth_date() {
            Some(birth) => birth == date,
            None => {
                let year = date.year().rem_euclid(100);
                self.0.get(7..13) == Some(format!("{year:02}{:02}{:02}", date.month(), date.day()).as_str())
            }
        }
    }

    /// `110***********002X`.
    pub fn masked(&self) -> String {
        let end = self.0.len() - 4;
        format!("{}{}{}", &self.0[..3], "*".repeat(end - 3), &self.0[end..])
    }

    /// The full number, for its owner in their own session and for the hall.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The date that eight digits are.
fn date(digits: &str) -> Option<Date> {
    let year = digits.get(..4)?.parse().ok()?;
    let month = digits.get(4..6)?.parse().ok()?;
    let day = digits.get(6..8)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

fn check_digit(first_17: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_17.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize]
}

/// Whether a text is the number of a landline: with its area code, a local one without, or of a service.
pub(crate) fn is_landline(text: &str) -> bool {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match text.as_bytes() {
        // Beijing and other large cities have two digits after the nought.
        [b'0', b'1' | b'2', ..] => (10..=11).contains(&text.len()),
        [b'0', b'3'..=b'9', ..] => (11..=12).contains(&text.len()),
        [b'4' | b'8', b'0', b'0', ..] if text.len() == 10 => true,
        [b'2'..=b'8', ..] => (7..=8).contains(&text.len()),
        _ => false,
    };
    all_digits && fits
}

/// Why a text is not a mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not 11 digits; holds how many there are.
    #[error("{0} digits instead of 11")]
    Length(usize),
    /// Something other than digits, or not starting with 13 to 19.
    #[error("a mobile number starts with 13 to 19 and has only digits")]
    NotMobile,
}

/// A mobile number: 11 digits from 13 to 19.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Checks an already normalised text (no spaces, ASCII digits).
    ///
    /// # Errors
    /// Says how many digits there are, or that it is not a mobile number.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let bytes = text.as_bytes();
        if !bytes.iter().all(u8::is_ascii_digit) {
            return Err(PhoneError::NotMobile);
        }
        if bytes.len() != 11 {
            return Err(PhoneError::Length(bytes.len()));
        }
        if bytes[0] != b'1' || !(b'3'..=b'9').contains(&bytes[1]) {
            return Err(PhoneError::NotMobile);
        }
        Ok(Self(text.to_owned()))
    }

    /// `138****0000`.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }

    /// The full number.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters; holds how many there are.
    #[error("{0} characters instead of 18")]
    Length(usize),
    /// A character that no code has (I, O, S, V, Z, or punctuation).
    #[error("a character that no code has")]
    Characters,
}

/// A unified social credit code (统一社会信用代码, GB 32100).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CreditCode {
    text: String,
    check_fits: bool,
}

impl CreditCode {
    /// Checks length and characters. A check digit that does not fit is kept as a warning
    /// ([`CreditCode::check_fits`]), because some issued codes fail it.
    ///
    /// # Errors
    /// Wrong length, or a character that no code has.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
        let length = text.chars().count();
        if length != 18 {
            return Err(CreditCodeError::Length(length));
        }
        let upper = text.to_ascii_uppercase();
        let mut values = Vec::with_capacity(18);
        // The place of registration is six digits.
        if !upper.bytes().skip(2).take(6).all(|byte| byte.is_ascii_digit()) {
            return Err(CreditCodeError::Characters);
        }
        for byte in upper.bytes() {
            let value =
                ALPHABET.iter().position(|known| *known == byte).ok_or(CreditCodeError::Characters)?;
            values.push(value as u32);
        }
        let mut weight = 1;
        let mut sum = 0;
        for value in &values[..17] {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        let check_fits = (31 - sum % 31) % 31 == values[17];
        Ok(Self { text: upper, check_fits })
    }

    /// Whether the check character fits; if not, warn and do not refuse.
    pub fn check_fits(&self) -> bool {
        self.check_fits
    }

    /// The code. It is public information, so it is not masked.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A name as it may be shown to others: `王*`, `欧阳*`, `阿*`.
///
/// The family name stays. Of a name with a middle dot (·) only the first character stays.
pub fn masked_name(name: &str) -> String {
    const DOUBLE: [&str; 14] = [
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯",
        "端木", "长孙",
    ];
    let name = name.trim();
    let visible =
        if name.chars().count() > 2 && DOUBLE.iter().any(|family| name.starts_with(family)) { 2 } else { 1 };
    let mut masked: String = name.chars().take(visible).collect();
    if !masked.is_empty() {
        masked.push('*');
    }
    masked
}

macro_rules! masked_formatting {
    ($($type:ty),*) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.masked())
            }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.masked())
            }
        }
        impl Drop for $type {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }
    )*};
}
masked_formatting!(ResidentId, Phone);

impl std::fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// The example that the standard itself prints.
    const PUBLISHED: &str = "11010519491231002X";
    const TODAY: Date = date(2026, 11, 21);

    #[test]
    fn published_example_holds_and_is_masked() {
        let id = ResidentId::parse("11010519491231002x", TODAY).unwrap();
        assert_eq!(id.reveal(), PUBLISHED);
        assert_eq!(id.birth_date(), Some(date(1949, 12, 31)));
        assert_eq!(format!("{id} {id:?}"), "110***********002X 110***********002X");
    }

    #[test]
    fn each_fault_is_named() {
        let parse = |text| ResidentId::parse(text, TODAY).unwrap_err();
        assert_eq!(parse("1101051949123100"), ResidentIdError::Length(16));
        assert_eq!(parse("11010519491231002Y"), ResidentIdError::Characters);
        assert_eq!(parse("1101051949123100２X"), ResidentIdError::Characters);
        assert_eq!(parse("110105194902310021"), ResidentIdError::BirthDate);
        assert_eq!(parse("110105194912310021"), ResidentIdError::CheckDigit);
        assert_eq!(
            ResidentId::parse(PUBLISHED, date(1949, 12, 30)).unwrap_err(),
            ResidentIdError::BornInFuture
        );
    }

    #[test]
    fn phone_says_how_many_digits() {
        assert_eq!(Phone::parse("138000000").unwrap_err(), PhoneError::Length(9));
        assert_eq!(Phone::parse("12800000000").unwrap_err(), PhoneError::NotMobile);
        assert_eq!(Phone::parse("13800000000").unwrap().to_string(), "138****0000");
    }

    #[test]
    fn names_are_masked_after_the_family_name() {
        for (name, masked) in [
            ("王小明", "王*"),
            ("欧阳龑", "欧阳*"),
            ("欧阳", "欧*"),
            ("𠮷田", "𠮷*"),
            ("阿依古丽·买买提", "阿*"),
            ("", ""),
        ] {
            assert_eq!(masked_name(name), masked);
        }
    }

    proptest! {
        #[test]
        fn any_changed_digit_is_noticed(position in 0usize..17, digit in 0u8..10) {
            let mut bytes = PUBLISHED.as_bytes().to_vec();
            prop_assume!(bytes[position] != b'0' + digit);
            bytes[position] = b'0' + digit;
            let text = String::from_utf8(bytes).unwrap();
            prop_assert!(ResidentId::parse(&text, TODAY).is_err());
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,24}") {
            let _ = ResidentId::parse(&text, TODAY);
            let _ = Phone::parse(&text);
            let _ = CreditCode::parse(&text);
            let _ = masked_name(&text);
        }
    }
}
