//! The page that lists the keys. Everything that has a key can also be done without it.

use super::page::KeyLine;
use bianmin_locale::Texts;

const EVERYWHERE: &[(&str, &str)] =
    &[("/", "search"), ("?", "help"), ("u", "list-back"), ("Esc", "leave"), ("Ctrl Enter", "send")];
const LIST: &[(&str, &str)] = &[
    ("j", "next-row"),
    ("k", "previous-row"),
    ("Enter", "open-row"),
    ("x", "mark"),
    ("f", "filter"),
    ("]", "further"),
];
const CASE: &[(&str, &str)] = &[
    ("a s n g…", "step"),
    ("o", "others"),
    ("r", "turn"),
    ("+ -", "zoom"),
    ("← →", "pages"),
    ("c", "clock"),
    ("j k", "neighbours"),
];

/// The keys of each page, in words.
pub(super) fn groups(texts: Texts) -> Vec<(String, Vec<KeyLine>)> {
    let lines = |keys: &[(&str, &str)]| {
        let line = |(key, name): &(&str, &str)| KeyLine {
            key: (*key).to_owned(),
            words: texts.t(&format!("work-key-{name}")),
        };
        keys.iter().map(line).collect()
    };
    vec![
        (texts.t("work-keys-everywhere"), lines(EVERYWHERE)),
        (texts.t("work-keys-list"), lines(LIST)),
        (texts.t("work-keys-case"), lines(CASE)),
    ]
}
