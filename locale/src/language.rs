//! The languages there are texts for.

use unic_langid::LanguageIdentifier;

/// A language of the screens, slips and pages.
///
/// A further one (zh-TW is next) needs its folder in `locales/` and its line
/// in each of the matches below; the tests then compare it with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Language {
    /// Every language, in the order in which a person is offered them.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The BCP 47 tag, which is also the name of the folder in `locales/`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language with this tag, if there is one.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// The language of a person at a command line, as `LC_ALL`, `LC_MESSAGES` or `LANG` say it; English where they
    /// name none that there are texts for.
    #[must_use]
    pub fn of_environment() -> Self {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|tag| !tag.is_empty()));
        match named {
            Some(tag) if tag.starts_with("zh") => Self::ZhCn,
            _ => Self::En,
        }
    }

    /// The language's own name for itself, for the button that chooses it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "中文",
            Self::En => "English",
        }
    }

    /// One or two characters that stand for the language on its button.
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::ZhCn => "中",
            Self::En => "En",
        }
    }

    /// The one after this, going round: what a language button switches to.
    #[must_use]
    pub fn next(self) -> Self {
        Self::ALL[(self.index() + 1) % Self::ALL.len()]
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::ZhCn => 0,
            Self::En => 1,
        }
    }

    pub(crate) fn identifier(self) -> LanguageIdentifier {
        // An unreadable tag would only cost the plural rules.
        self.tag().parse().unwrap_or_default()
    }
}
