//! The words on the keys that are not characters.

use bianmin_locale::Texts;

/// The words on the keys, in the resident's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    pub(super) space: String,
    pub(super) more: String,
    pub(super) clear: String,
    pub(super) hide: String,
    pub(super) symbols: String,
    pub(super) digits: String,
    pub(super) pinyin: String,
    pub(super) letters: String,
    pub(super) back: String,
    pub(super) hint: String,
}

impl Labels {
    /// The words in the language of `texts`.
    #[must_use]
    pub fn new(texts: &Texts) -> Self {
        Self {
            space: texts.t("keyboard-space"),
            more: texts.t("keyboard-more"),
            clear: texts.t("keyboard-clear"),
            hide: texts.t("keyboard-hide"),
            symbols: texts.t("keyboard-symbols"),
            digits: texts.t("keyboard-digits"),
            pinyin: texts.t("keyboard-pinyin"),
            letters: texts.t("keyboard-letters"),
            back: texts.t("keyboard-back"),
            hint: texts.t("keyboard-hint"),
        }
    }
}
