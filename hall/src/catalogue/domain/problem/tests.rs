//! Names and words of what can be wrong.

use super::*;
use bianmin_locale::Language;

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

fn keys() -> Vec<&'static str> {
    let lines = include_str!("../problem.rs").lines();
    lines
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once("=> \"")?.1.strip_suffix("\","))
        .collect()
}

#[test]
fn what_can_be_wrong_keeps_its_name() {
    let mut keys = keys();
    keys.sort_unstable();
    assert_eq!(keys, KEYS);
}

#[test]
fn everything_that_can_be_wrong_has_words_in_each_language() {
    for language in Language::ALL {
        let texts = Texts::new(language);
        for key in keys() {
            assert!(texts.has(&format!("import-{key}")), "{key} in {language:?}");
        }
    }
}
