//! Identities of people and organisations: checked when made, masked whenever shown.
//!
//! A value of these types is well formed. `Debug` and `Display` print the masked form only; the full
//! value is reached by an explicit `reveal`, so that a log line cannot leak it by accident.

use jiff::civil::Date;
use zeroize::Zeroize;

/// Why a text is not a resident identity number (GB 11643).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// It has not 18 characters; holds how many it has.
    #[error("{0} characters instead of 18")]
    Length(usize),
    /// Something other than digits (and a final X).
    #[error("only digits, and X at the end")]
    Characters,
    /// The birth date inside is no real date.
    #[error("the birth date inside is no real date")]
    BirthDate,
    /// The birth date inside is in the future.
    #[error("the birth date inside is in the future")]
    BornInFuture,
    /// The last character does not fit the others.
    #[error("the check digit does not fit")]
    CheckDigit,
}

/// A resident identity number (公民身份号码, GB 11643), also of a Hong Kong, Macao or Taiwan residence
/// permit (81, 82, 83) or a foreigner's permanent residence card (leading 9).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId(String);

impl ResidentId {
    /// Checks length, characters, birth date and check digit. `today` is the date by which a birth
    /// date counts as future.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order a person would look.
    pub fn parse(text: &str, today: Date) -> Result<Self, ResidentIdError> {
        let bytes = text.as_bytes();
        let length = text.chars().count();
        if length != 18 {
            return Err(ResidentIdError::Length(length));
        }
        if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
            return Err(ResidentIdError::Characters);
        }
        if !bytes[17].is_ascii_digit() && !matches!(bytes[17], b'X' | b'x') {
            return Err(ResidentIdError::Characters);
        }
        let birth = birth_date(text).ok_or(ResidentIdError::BirthDate)?;
        if birth > today {
            return Err(ResidentIdError::BornInFuture);
        }
        if check_digit(&bytes[..17]) != bytes[17].to_ascii_uppercase() {
            return Err(ResidentIdError::CheckDigit);
        }
        Ok(Self(text.to_ascii_uppercase()))
    }

    /// The date of birth inside the number.
    pub fn birth_date(&self) -> Date {
        birth_date(&self.0).expect("checked on construction")
    }

    /// `110***********002X`.
    pub fn masked(&self) -> String {
        format!("{}***********{}", &self.0[..3], &self.0[14..])
    }

    /// The full number, for its owner in their own session and for the hall.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn birth_date(text: &str) -> Option<Date> {
    let year = text.get(6..10)?.parse().ok()?;
    let month = text.get(10..12)?.parse().ok()?;
    let day = text.get(12..14)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

fn check_digit(first_17: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_17.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize]
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
        assert_eq!(id.birth_date(), date(1949, 12, 31));
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
