//! What is chosen instead of typed.

use super::{Covered, Entry, FieldSpec};
use crate::form::FieldErrorCode;

/// What is stored for yes and no.
const ANSWERS: &[&str] = &["yes", "no"];

/// One of the definition's options.
pub(super) const CHOICE: FieldSpec = FieldSpec {
    entry: Entry::Chosen,
    limit: |_| 32,
    check: |definition, value, _| {
        let is_option = definition.options.iter().any(|option| option.code == value);
        if is_option { Ok(()) } else { Err(FieldErrorCode::NotOption) }
    },
    accept: |_, _| None,
    covered: Covered::Nothing,
    ..FieldSpec::PLAIN
};

/// Yes or no.
pub(super) const YES_NO: FieldSpec = FieldSpec {
    limit: |_| 3,
    check: |_, value, _| {
        if ANSWERS.contains(&value) { Ok(()) } else { Err(FieldErrorCode::NotOption) }
    },
    options: ANSWERS,
    ..CHOICE
};
