//! Forms: the shared field dictionary, the pages of an item's form, and the one validation that runs at the
//! terminal while a resident types and at the hall when an application is opened.

mod kind;
mod normal;
mod relation;
mod text;
mod value;

#[cfg(test)]
mod tests;

use crate::application::{ApplicationBody, MaterialAnswer};
use crate::catalogue::{Need, ServiceItem};
use crate::ids::FieldCode;
use crate::localized_text::LocalizedText;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

pub use kind::{Covered, Entry, FieldSpec, ScannedCode};
pub use normal::{narrow, normalise};
pub use relation::birth_date_of;
pub use value::{check_value, is_doubtful};

/// The longest language tag in characters (RFC 5646, 4.4.1).
const LANGUAGE: usize = 35;

/// What a field holds; decides keyboard, normal form and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A person's name, with rare characters and the middle dot.
    PersonName,
    /// A resident identity number, or that of a foreigner's permanent residence card.
    ResidentId,
    /// A unified social credit code.
    CreditCode,
    /// A mobile number; any telephone number where [`FieldDefinition::landline`] says so.
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

impl FieldKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::PersonName,
        Self::ResidentId,
        Self::CreditCode,
        Self::Phone,
        Self::Email,
        Self::Text,
        Self::Address,
        Self::Number,
        Self::Money,
        Self::Date,
        Self::Choice,
        Self::YesNo,
        Self::BankCard,
        Self::Postcode,
        Self::Plate,
    ];
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

impl ChoiceOption {
    /// What is asked.
    #[must_use]
    pub fn label(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.label, &self.label_en)
    }
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
    /// Smallest number; of a date the first year.
    #[serde(default)]
    pub min: Option<i64>,
    /// Largest number; of a date the last year.
    #[serde(default)]
    pub max: Option<i64>,
    /// A date must not be after today.
    #[serde(default)]
    pub past: bool,
    /// A date must not be before today.
    #[serde(default)]
    pub future: bool,
    /// A landline will do as well as a mobile telephone.
    #[serde(default)]
    pub landline: bool,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<ChoiceOption>,
}

impl FieldDefinition {
    /// What is asked.
    #[must_use]
    pub fn label(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.label, &self.label_en)
    }

    /// How to answer.
    #[must_use]
    pub fn hint(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.hint, &self.hint_en)
    }
}

impl FieldDefinition {
    /// The longest value in characters that is accepted: what a text box clamps to.
    pub fn limit(&self) -> usize {
        let kind = (self.kind.spec().limit)(self);
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

impl FormPage {
    /// Its title.
    #[must_use]
    pub fn title(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.title, &self.title_en)
    }
}

/// What is wrong with a value. Texts are in the locale, under `error-` + [`FieldErrorCode::key`].
///
/// On the wire those that are only written stand under the older name that comes nearest: a terminal that reads a
/// name it does not know could read none of the answers that came with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, strum::IntoStaticStr)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
    /// The number is of a kind that is not given out, such as one of a province that never was.
    #[error("no such number is given out")]
    #[serde(rename = "check-digit", skip_deserializing)]
    NoSuchNumber,
    /// The birth date is not the one inside the identity number.
    #[error("not the birth date inside the identity number")]
    #[serde(rename = "birth-date", skip_deserializing)]
    UnlikeNumber,
    /// Not a mobile number.
    #[error("not a mobile number")]
    NotMobile,
    /// Neither a mobile number nor one of a landline.
    #[error("not a telephone number")]
    #[serde(rename = "not-mobile", skip_deserializing)]
    NotPhone,
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
    /// A date in a year that is not meant.
    #[error("a date too long ago or too far ahead")]
    #[serde(rename = "not-date", skip_deserializing)]
    DateTooFar,
    /// A date before the one at which it begins.
    #[error("a date before the one at which it begins")]
    #[serde(rename = "date-in-past", skip_deserializing)]
    BeforeStart,
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
        self.into()
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
            value => match check_value(definition, value, today) {
                Err(code) => report(code),
                Ok(()) => relation::check(&field.code, body, today).into_iter().for_each(report),
            },
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
