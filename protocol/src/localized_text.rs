//! A text of the catalogue in the languages that it has, and the one rule for those that it lacks.

/// A text in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalizedText<'a> {
    chinese: &'a str,
    english: &'a str,
}

impl<'a> LocalizedText<'a> {
    /// The text in Chinese, which is always there, and in English, which may be empty.
    #[must_use]
    pub const fn new(chinese: &'a str, english: &'a str) -> Self {
        Self { chinese, english }
    }

    /// The text for who reads the language with this BCP 47 tag: in Chinese where there is none in that language.
    #[must_use]
    pub fn in_language(self, tag: &str) -> &'a str {
        let is_english = tag.split('-').next() == Some("en");
        if is_english && !self.english.is_empty() { self.english } else { self.chinese }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_missing_falls_back_to_chinese() {
        let both = LocalizedText::new("身份证", "ID card");
        assert_eq!(both.in_language("en"), "ID card");
        assert_eq!(both.in_language("en-GB"), "ID card");
        assert_eq!(both.in_language("zh-CN"), "身份证");
        assert_eq!(both.in_language("fr"), "身份证");
        assert_eq!(LocalizedText::new("身份证", "").in_language("en"), "身份证");
    }
}
