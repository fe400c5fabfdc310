//! Forms: the shared field dictionary, the pages of an item's form, and the one validation that runs at the
//! terminal while a resident types and at the hall when an application is opened.

use crate::application::{ApplicationBody, MaterialAnswer};
use crate::catalogue::{Need, ServiceItem};
use crate::identity::{CreditCode, CreditCodeError, Phone, PhoneError, ResidentId, ResidentIdError};
use crate::ids::FieldCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The longest language tag in characters (RFC 5646, 4.4.1).
const LANGUAGE: usize = 35;

/// What a field holds; decides keyboard, normal form and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A person's name, with rare characters and the middle dot.
    PersonName,
    /// A resident identity number.
    ResidentId,
    /// A unified social credit code.
    CreditCode,
    /// A mobile number.
    Phone,
    /// An e-mail address.
    Email,
    /// Free text on one line.
    Text,
    /// An address.
    Address,
    /// A whole number.
    Number,
    /// An amount in yuan with at most two decimals.
    Money,
    /// A date as yyyy-mm-dd.
    Date,
    /// One of the options.
    Choice,
    /// yes or no.
    YesNo,
    /// A bank card number (Luhn).
    BankCard,
    /// Six digits.
    Postcode,
    /// A vehicle plate.
    Plate,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// What is stored.
    pub code: String,
    /// What is shown.
    pub label: String,
    /// The same in English.
    #[serde(default)]
    pub label_en: String,
}

/// One field of the shared dictionary, asked for in the same words wherever it is needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldDefinition {
    /// Its code.
    pub code: FieldCode,
    /// What it holds.
    pub kind: FieldKind,
    /// What it is called.
    pub label: String,
    /// The same in English.
    #[serde(default)]
    pub label_en: String,
    /// How to fill it in.
    #[serde(default)]
    pub hint: String,
    /// The same in English.
    #[serde(default)]
    pub hint_en: String,
    /// A value as an example.
    #[serde(default)]
    pub example: String,
    /// Longest value in characters; 0 means the kind's own limit.
    #[serde(default)]
    pub max_chars: u16,
    /// Smallest number.
    #[serde(default)]
    pub min: Option<i64>,
    /// Largest number.
    #[serde(default)]
    pub max: Option<i64>,
    /// A date must not be after today.
    #[serde(default)]
    pub past: bool,
    /// A date must not be before today.
    #[serde(default)]
    pub future: bool,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<ChoiceOption>,
}

impl FieldDefinition {
    /// The longest value in characters that is accepted: what a text box clamps to.
    pub fn limit(&self) -> usize {
        let kind = match self.kind {
            FieldKind::ResidentId | FieldKind::CreditCode => 18,
            FieldKind::Phone => 11,
            FieldKind::Email => 100,
            FieldKind::PersonName => 50,
            FieldKind::Number => 12,
            FieldKind::Money => 15,
            FieldKind::Date => 10,
            FieldKind::YesNo => 3,
            FieldKind::Choice => 32,
            FieldKind::BankCard => 19,
            FieldKind::Postcode => 6,
            FieldKind::Plate => 8,
            FieldKind::Text | FieldKind::Address => 200,
        };
        match self.max_chars {
            0 => kind,
            own => usize::from(own).min(kind),
        }
    }
}

/// When a field is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The field that decides.
    pub field: FieldCode,
    /// The value at which this field is asked for.
    pub equals: String,
}

/// A field on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// Which field of the dictionary.
    pub code: FieldCode,
    /// Whether it must be filled in when it is asked for.
    #[serde(default)]
    pub required: bool,
    /// Only asked for when this holds.
    #[serde(default)]
    pub show_if: Option<Condition>,
}

/// One page: one question group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPage {
    /// The question in everyday words.
    pub title: String,
    /// The same in English.
    #[serde(default)]
    pub title_en: String,
    /// Its fields.
    pub fields: Vec<FormField>,
}

/// What is wrong with a value. Texts are in the locale, under `error-` + [`FieldErrorCode::key`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum FieldErrorCode {
    /// Nothing was entered.
    #[error("required")]
    Required,
    /// Characters are missing.
    #[error("{missing} characters missing of {wanted}")]
    TooShort {
        /// How many.
        missing: u32,
        /// Of how many.
        wanted: u32,
    },
    /// Too many characters.
    #[error("more than {limit} characters")]
    TooLong {
        /// The most there may be.
        limit: u32,
    },
    /// A character that does not belong.
    #[error("a character that does not belong")]
    Characters,
    /// The birth date inside an identity number is impossible.
    #[error("the birth date inside is impossible")]
    BirthDate,
    /// A check digit does not fit: most often one digit was mistyped.
    #[error("a check digit does not fit")]
    CheckDigit,
    /// Not a mobile number.
    #[error("not a mobile number")]
    NotMobile,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    NotEmail,
    /// Not a real date in the form yyyy-mm-dd.
    #[error("not a real date")]
    NotDate,
    /// A date after today.
    #[error("a date after today")]
    DateInFuture,
    /// A date before today.
    #[error("a date before today")]
    DateInPast,
    /// Not a number.
    #[error("not a number")]
    NotNumber,
    /// Below the least.
    #[error("less than {min}")]
    TooSmall {
        /// The least.
        min: i64,
    },
    /// Above the most.
    #[error("more than {max}")]
    TooLarge {
        /// The most.
        max: i64,
    },
    /// More than two decimals or not an amount.
    #[error("not an amount")]
    NotAmount,
    /// Not one of the options.
    #[error("not one of the options")]
    NotOption,
    /// Not a vehicle plate.
    #[error("not a vehicle plate")]
    NotPlate,
    /// The item's form has no such field.
    #[error("the form has no such field")]
    UnknownField,
    /// A required material is missing.
    #[error("the material is missing")]
    MaterialMissing,
    /// This material cannot come later.
    #[error("this material cannot come later")]
    CannotFollow,
    /// The item has no such material, or it was named twice.
    #[error("no such material")]
    UnknownMaterial,
    /// The item is not offered (any more).
    #[error("the item is not offered")]
    NotOffered,
}

impl FieldErrorCode {
    /// The kebab-case name: `too-short`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooShort { .. } => "too-short",
            Self::TooLong { .. } => "too-long",
            Self::Characters => "characters",
            Self::BirthDate => "birth-date",
            Self::CheckDigit => "check-digit",
            Self::NotMobile => "not-mobile",
            Self::NotEmail => "not-email",
            Self::NotDate => "not-date",
            Self::DateInFuture => "date-in-future",
            Self::DateInPast => "date-in-past",
            Self::NotNumber => "not-number",
            Self::TooSmall { .. } => "too-small",
            Self::TooLarge { .. } => "too-large",
            Self::NotAmount => "not-amount",
            Self::NotOption => "not-option",
            Self::NotPlate => "not-plate",
            Self::UnknownField => "unknown-field",
            Self::MaterialMissing => "material-missing",
            Self::CannotFollow => "cannot-follow",
            Self::UnknownMaterial => "unknown-material",
            Self::NotOffered => "not-offered",
        }
    }

    /// Named numbers for the text: (`missing`, 1), (`wanted`, 11).
    pub fn args(&self) -> Vec<(&'static str, i64)> {
        match self {
            Self::TooShort { missing, wanted } => {
                vec![("missing", i64::from(*missing)), ("wanted", i64::from(*wanted))]
            }
            Self::TooLong { limit } => vec![("limit", i64::from(*limit))],
            Self::TooSmall { min } => vec![("min", *min)],
            Self::TooLarge { max } => vec![("max", *max)],
            _ => Vec::new(),
        }
    }
}

/// What is wrong, and where. Holds no value: it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's or material's code; `item` when it is about the whole application.
    pub field: String,
    /// What is wrong.
    #[serde(flatten)]
    pub code: FieldErrorCode,
}

/// The field dictionary, by code.
#[derive(Debug, Clone, Default)]
pub struct FieldDictionary(HashMap<FieldCode, FieldDefinition>);

impl FieldDictionary {
    /// From the catalogue's list.
    pub fn new(fields: impl IntoIterator<Item = FieldDefinition>) -> Self {
        Self(fields.into_iter().map(|field| (field.code.clone(), field)).collect())
    }

    /// A definition.
    pub fn get(&self, code: &FieldCode) -> Option<&FieldDefinition> {
        self.0.get(code)
    }
}

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
/// Names, texts and addresses are only trimmed and lose control characters: no character of a person's name is
/// ever replaced. Numbers and codes lose spaces and dashes and full-width forms.
pub fn normalise(kind: FieldKind, value: &str) -> String {
    match kind {
        FieldKind::PersonName | FieldKind::Text | FieldKind::Address => {
            value.trim().chars().filter(|character| !character.is_control()).collect()
        }
        FieldKind::Choice | FieldKind::YesNo => value.trim().to_owned(),
        FieldKind::Email => value.trim().chars().map(narrow).collect(),
        FieldKind::ResidentId | FieldKind::CreditCode | FieldKind::Plate => value
            .chars()
            .map(narrow)
            .filter(|character| !character.is_whitespace() && !matches!(character, '-' | '·'))
            .map(|character| character.to_ascii_uppercase())
            .collect(),
        FieldKind::Phone | FieldKind::BankCard | FieldKind::Postcode => {
            let digits: String = value
                .chars()
                .map(narrow)
                .filter(|character| !character.is_whitespace() && *character != '-')
                .collect();
            match digits.strip_prefix("+86") {
                Some(rest) if kind == FieldKind::Phone => rest.to_owned(),
                _ => digits,
            }
        }
        FieldKind::Number | FieldKind::Money => value
            .chars()
            .map(narrow)
            .filter(|character| !character.is_whitespace() && !matches!(character, ',' | '¥' | '￥' | '元'))
            .collect(),
        FieldKind::Date => normal_date(value),
    }
}

fn normal_date(value: &str) -> String {
    let plain: String = value.trim().chars().map(narrow).collect();
    let parts: Vec<&str> =
        plain.split(['-', '/', '.', '年', '月', '日', ' ']).filter(|part| !part.is_empty()).collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day]
            if digits(year) && digits(month) && digits(day) && month.len() <= 2 && day.len() <= 2 =>
        {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        [all] if digits(all) && all.len() == 8 => format!("{}-{}-{}", &all[..4], &all[4..6], &all[6..]),
        _ => plain,
    }
}

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
    let exactly = |wanted: usize| match length {
        length if length < wanted => {
            Err(Wrong::TooShort { missing: (wanted - length) as u32, wanted: wanted as u32 })
        }
        length if length > wanted => Err(Wrong::TooLong { limit: wanted as u32 }),
        _ => Ok(()),
    };
    let all_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match definition.kind {
        FieldKind::ResidentId => ResidentId::parse(value, today).map(drop).map_err(|error| match error {
            ResidentIdError::Length(_) => exactly(18).err().unwrap_or(Wrong::Characters),
            ResidentIdError::Characters => Wrong::Characters,
            ResidentIdError::BirthDate | ResidentIdError::BornInFuture => Wrong::BirthDate,
            ResidentIdError::CheckDigit => Wrong::CheckDigit,
        })?,
        FieldKind::CreditCode => CreditCode::parse(value).map(drop).map_err(|error| match error {
            CreditCodeError::Length(_) => exactly(18).err().unwrap_or(Wrong::Characters),
            CreditCodeError::Characters => Wrong::Characters,
        })?,
        FieldKind::Phone => Phone::parse(value).map(drop).map_err(|error| match error {
            PhoneError::Length(_) => exactly(11).err().unwrap_or(Wrong::NotMobile),
            PhoneError::NotMobile => Wrong::NotMobile,
        })?,
        FieldKind::Postcode => {
            if !all_digits {
                return Err(Wrong::Characters);
            }
            exactly(6)?;
        }
        FieldKind::Email => check_email(value)?,
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
        FieldKind::BankCard => {
            if !all_digits {
                return Err(Wrong::Characters);
            }
            if length < 15 {
                return Err(Wrong::TooShort { missing: (15 - length) as u32, wanted: 15 });
            }
            if !luhn(value) {
                return Err(Wrong::CheckDigit);
            }
        }
        FieldKind::Plate => {
            let mut characters = value.chars();
            let region = characters.next().is_some_and(|first| ('\u{4e00}'..='\u{9fff}').contains(&first));
            let office = characters.next().is_some_and(|second| second.is_ascii_uppercase());
            if !region || !office || !(7..=8).contains(&length) {
                return Err(Wrong::NotPlate);
            }
        }
        FieldKind::PersonName => {
            if value.chars().any(|character| character.is_ascii_digit()) {
                return Err(Wrong::Characters);
            }
        }
        FieldKind::Text | FieldKind::Address => {}
    }
    if length > definition.limit() {
        return Err(Wrong::TooLong { limit: definition.limit() as u32 });
    }
    Ok(())
}

fn check_email(value: &str) -> Result<(), FieldErrorCode> {
    let Some((local, domain)) = value.rsplit_once('@') else { return Err(FieldErrorCode::NotEmail) };
    let plain = |text: &str| text.chars().all(|c| !c.is_whitespace() && c != '@');
    let fits = !local.is_empty()
        && plain(local)
        && plain(domain)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty());
    if fits { Ok(()) } else { Err(FieldErrorCode::NotEmail) }
}

fn check_number(definition: &FieldDefinition, value: &str) -> Result<(), FieldErrorCode> {
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
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(yuan) || !digits(fen) || fen.len() > 2 {
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
    Ok(())
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

/// Whether a field is asked for, given the answers so far.
pub fn is_asked(field: &FormField, body: &ApplicationBody) -> bool {
    field.show_if.as_ref().is_none_or(|condition| {
        body.answers.get(&condition.field).is_some_and(|value| *value == condition.equals)
    })
}

/// Checks one page: what the terminal runs before it turns the page.
pub fn validate_page(
    page: &FormPage,
    fields: &FieldDictionary,
    body: &ApplicationBody,
    today: Date,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for field in page.fields.iter().filter(|field| is_asked(field, body)) {
        let mut report = |code| errors.push(FieldError { field: field.code.to_string(), code });
        let Some(definition) = fields.get(&field.code) else {
            report(FieldErrorCode::UnknownField);
            continue;
        };
        match body.answers.get(&field.code).map(String::as_str).unwrap_or_default() {
            "" if field.required => report(FieldErrorCode::Required),
            "" => {}
            value => {
                if let Err(code) = check_value(definition, value, today) {
                    report(code);
                }
            }
        }
    }
    errors
}

/// Checks the materials: all missing ones are told at once (一次性告知).
pub fn validate_materials(item: &ServiceItem, body: &ApplicationBody) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut report = |code: &str, what| errors.push(FieldError { field: code.to_owned(), code: what });
    for material in &item.materials {
        let mut answers = body.materials.iter().filter(|answer| answer.code == material.code);
        match answers.next().map(|answer| &answer.answer) {
            None => report(material.code.as_str(), FieldErrorCode::MaterialMissing),
            Some(MaterialAnswer::Promised) if material.need == Need::Required => {
                report(material.code.as_str(), FieldErrorCode::CannotFollow);
            }
            Some(_) => {}
        }
        if answers.next().is_some() {
            report(material.code.as_str(), FieldErrorCode::UnknownMaterial);
        }
    }
    for answer in &body.materials {
        if item.material(&answer.code).is_none() {
            report(answer.code.as_str(), FieldErrorCode::UnknownMaterial);
        }
    }
    errors
}

/// Checks a whole application: every page, no answer to a question that was not asked, every material.
///
/// `body` must be in normal form ([`ApplicationBody::normalise`]). The same function runs at both ends.
pub fn validate(
    item: &ServiceItem,
    fields: &FieldDictionary,
    body: &ApplicationBody,
    today: Date,
) -> Vec<FieldError> {
    let mut errors: Vec<FieldError> =
        item.form.iter().flat_map(|page| validate_page(page, fields, body, today)).collect();
    for code in body.answers.keys() {
        let asked = item
            .form
            .iter()
            .flat_map(|page| &page.fields)
            .any(|field| field.code == *code && is_asked(field, body));
        if !asked {
            errors.push(FieldError { field: code.to_string(), code: FieldErrorCode::UnknownField });
        }
    }
    if !is_language_tag(&body.language) {
        errors.push(FieldError { field: "language".to_owned(), code: FieldErrorCode::Characters });
    }
    errors.extend(validate_materials(item, body));
    errors
}

/// Whether a text has the form of a BCP 47 tag. Earlier terminals said nothing.
fn is_language_tag(text: &str) -> bool {
    text.len() <= LANGUAGE && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const KINDS: [FieldKind; 15] = [
        FieldKind::PersonName,
        FieldKind::ResidentId,
        FieldKind::CreditCode,
        FieldKind::Phone,
        FieldKind::Email,
        FieldKind::Text,
        FieldKind::Address,
        FieldKind::Number,
        FieldKind::Money,
        FieldKind::Date,
        FieldKind::Choice,
        FieldKind::YesNo,
        FieldKind::BankCard,
        FieldKind::Postcode,
        FieldKind::Plate,
    ];

    fn field(kind: FieldKind) -> FieldDefinition {
        FieldDefinition {
            code: FieldCode::parse("f").unwrap(),
            kind,
            label: String::new(),
            label_en: String::new(),
            hint: String::new(),
            hint_en: String::new(),
            example: String::new(),
            max_chars: 0,
            min: Some(1),
            max: Some(500),
            past: true,
            future: false,
            options: vec![ChoiceOption {
                code: "mail".into(),
                label: String::new(),
                label_en: String::new(),
            }],
        }
    }

    fn check(kind: FieldKind, value: &str) -> Result<(), FieldErrorCode> {
        check_value(&field(kind), &normalise(kind, value), date(2026, 11, 21))
    }

    #[test]
    fn what_people_type_is_understood() {
        for (kind, typed) in [
            (FieldKind::Phone, "138 0000 0000"),
            (FieldKind::Phone, "+86 138-0000-0000"),
            (FieldKind::Phone, "１３８００００００００"),
            (FieldKind::ResidentId, "110105 19491231 002x"),
            (FieldKind::Date, "2026年1月2日"),
            (FieldKind::Date, "20260102"),
            (FieldKind::Date, "2026/1/2"),
            (FieldKind::Money, "¥480.50元"),
            (FieldKind::BankCard, "4111 1111 1111 1111"),
            (FieldKind::Plate, "京a·12345"),
            (FieldKind::PersonName, "  𠮷·阿卜杜热依木 "),
        ] {
            assert_eq!(check(kind, typed), Ok(()), "{typed}");
        }
    }

    #[test]
    fn each_mistake_is_named() {
        use FieldErrorCode as Wrong;
        for (kind, typed, wrong) in [
            (FieldKind::Phone, "1380000000", Wrong::TooShort { missing: 1, wanted: 11 }),
            (FieldKind::Phone, "138000000001", Wrong::TooLong { limit: 11 }),
            (FieldKind::ResidentId, "110105194912310021", Wrong::CheckDigit),
            (FieldKind::Date, "2026-02-30", Wrong::NotDate),
            (FieldKind::Date, "2026-11-22", Wrong::DateInFuture),
            (FieldKind::Money, "1.234", Wrong::NotAmount),
            (FieldKind::Money, "501", Wrong::TooLarge { max: 500 }),
            (FieldKind::Number, "0", Wrong::TooSmall { min: 1 }),
            (FieldKind::Email, "a@b", Wrong::NotEmail),
            (FieldKind::Choice, "fax", Wrong::NotOption),
            (FieldKind::BankCard, "4111111111111112", Wrong::CheckDigit),
            (FieldKind::PersonName, "张3", Wrong::Characters),
            (FieldKind::Plate, "京A1\u{0}345", Wrong::Characters),
        ] {
            assert_eq!(check(kind, typed), Err(wrong), "{typed}");
        }
        for kind in KINDS {
            let told = check_value(&field(kind), "a\u{0}b", date(2026, 11, 21));
            assert_eq!(told, Err(Wrong::Characters), "{kind:?}");
        }
    }

    proptest! {
        #[test]
        fn normal_form_is_stable_and_nothing_panics(kind in proptest::sample::select(&KINDS[..]), text in "\\PC{0,220}") {
            let once = normalise(kind, &text);
            prop_assert_eq!(normalise(kind, &once), once.clone());
            let _ = check_value(&field(kind), &once, date(2026, 11, 21));
        }

        #[test]
        fn no_character_of_a_name_is_replaced(name in "[\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{20000}-\u{2a6df}·]{1,20}") {
            prop_assert_eq!(normalise(FieldKind::PersonName, &name), name);
        }
    }
}
