//! Names and words of what can be wrong.

use super::*;
use bianmin_locale::Language;
use strum::VariantNames as _;

/// What the program says in JSON, which scripts of halls read.
const KEYS: &[&str] = &[
    "asked-earlier",
    "catalog-code",
    "character",
    "damaged-workbook",
    "date-format",
    "department-code",
    "digits",
    "due-days",
    "duplicate",
    "empty",
    "empty-file",
    "encoding",
    "example",
    "field-or-material",
    "formula-error",
    "garbled",
    "header-row",
    "json",
    "json-ends",
    "line-break",
    "malformed",
    "merged",
    "missing",
    "missing-column",
    "no-answer",
    "no-catalogue",
    "no-file",
    "no-item-sheet",
    "no-items",
    "no-result",
    "no-such",
    "no-such-item",
    "not-asked",
    "not-code",
    "not-date",
    "not-file",
    "not-flag",
    "not-list",
    "not-number",
    "not-object",
    "not-one-of",
    "not-only-date",
    "not-option",
    "not-reading",
    "not-text",
    "not-workbook",
    "number-format",
    "order",
    "other-title",
    "other-workbook",
    "plain-number",
    "protected",
    "quotes",
    "removal",
    "still-needed",
    "surplus",
    "task-code",
    "too-large",
    "too-long",
    "too-many-cells",
    "too-many-columns",
    "twice",
    "unknown-column",
    "unknown-key",
    "unknown-kind",
    "unknown-sheet",
    "unpacked",
    "unreadable",
    "utf16",
    "version",
];

#[test]
fn what_can_be_wrong_keeps_its_name() {
    let mut keys = Wrong::VARIANTS.to_vec();
    keys.sort_unstable();
    assert_eq!(keys, KEYS);
    assert_eq!(Wrong::NotOneOf(String::new()).key(), "not-one-of");
}

#[test]
fn everything_that_can_be_wrong_has_words_in_each_language() {
    for language in Language::ALL {
        let texts = Texts::new(language);
        for key in Wrong::VARIANTS {
            assert!(texts.has(&format!("import-{key}")), "{key} in {language:?}");
        }
    }
}
