//! Entering text without a system input method: pinyin for Chinese, and codes that a scanner types.
//!
//! Pure: nothing here knows time, screens, devices or services. Nothing is learnt
//! from residents: what was typed lives in the [`Composition`] only and is overwritten when it is
//! cleared or dropped.

mod candidates;
mod characters;
mod composition;
mod lexicon;
pub mod scan;
mod spelling;
mod surnames;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use inputx_pinyin::PinyinDict;

pub use candidates::Candidate;
pub use composition::{Composition, LONGEST_BUFFER};
pub use words::catalogue_words;

/// The pinyin input method: a general dictionary, the catalogue's own words, and every character
/// that has a reading. Immutable; cloning it costs nothing.
#[derive(Clone)]
pub struct PinyinInput {
    sources: Arc<Sources>,
}

/// What candidates are taken from.
struct Sources {
    dictionary: PinyinDict,
    lexicon: lexicon::Lexicon,
    characters: characters::Characters,
    /// Whether a character can be shown.
    has_glyph: fn(char) -> bool,
}

impl PinyinInput {
    /// Makes an input method that knows `lexicon_words` besides its dictionary: words with their
    /// syllables divided by spaces (`("公积金", "gong ji jin")`), the more important first.
    /// [`catalogue_words`] finds them in a catalogue. Pairs that do not fit together are left out.
    ///
    /// Nothing is offered that `has_glyph` says cannot be shown.
    ///
    /// Takes some 20 ms, mostly for the table of rare characters.
    pub fn new(lexicon_words: impl Iterator<Item = (String, String)>, has_glyph: fn(char) -> bool) -> Self {
        let dictionary = PinyinDict::embedded();
        let characters = characters::Characters::new(&dictionary);
        let lexicon = lexicon::Lexicon::new(lexicon_words);
        Self { sources: Arc::new(Sources { dictionary, lexicon, characters, has_glyph }) }
    }

    /// An empty composition whose candidates are shown `page_size` at a time (at least one).
    #[must_use]
    pub fn compose(&self, page_size: usize) -> Composition {
        Composition::new(self.clone(), page_size.max(1))
    }
}

impl std::fmt::Debug for PinyinInput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PinyinInput").finish_non_exhaustive()
    }
}
