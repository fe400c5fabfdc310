//! What the screens may ask of the terminal: one handle, cheap to clone.

mod applying;
mod maintaining;
mod papers;

use std::sync::Arc;

use bianmin_protocol::ids::Millis;
use bianmin_terminal::catalogue::Catalogue;
use bianmin_terminal::input::{Composition, PinyinInput, catalogue_words};
use bianmin_terminal::services::Terminal;
use bianmin_terminal::sync::Reachable;
use jiff::civil::{Date, DateTime};

pub use applying::{Standing, Watch};
pub use maintaining::Jobs;
pub use papers::Ordered;

/// More candidates than this are never shown for one word.
const MOST_CANDIDATES: usize = 400;

/// The terminal, and the input method that knows its catalogue's words.
#[derive(Debug, Clone)]
pub struct Services {
    terminal: Terminal,
    pinyin: PinyinInput,
}

impl Services {
    /// Makes the input method for the catalogue of this moment, which takes a
    /// tenth of a second for a large one: not for the thread that draws.
    #[must_use]
    pub fn new(terminal: Terminal) -> Self {
        let pinyin = pinyin(&terminal.catalogue());
        Self { terminal, pinyin }
    }

    /// The same after a new catalogue came; blocks like [`Services::new`].
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self::new(self.terminal.clone())
    }

    /// The terminal itself.
    #[must_use]
    pub const fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// The catalogue of this moment.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.terminal.catalogue()
    }

    /// The date by which items are offered.
    #[must_use]
    pub fn today(&self) -> Date {
        self.terminal.today()
    }

    /// The wall clock at this place.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.terminal.local_now()
    }

    /// A time in words of this place.
    #[must_use]
    pub fn local(&self, at: Millis) -> DateTime {
        self.terminal.local(at)
    }

    /// Letters that become Chinese; nothing is learnt from them.
    #[must_use]
    pub fn compose(&self) -> Composition {
        self.pinyin.compose(MOST_CANDIDATES)
    }

    /// Whether the hall can be reached, as far as is known.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self.terminal.status().link.reachable, Reachable::Online)
    }
}

fn pinyin(catalogue: &Catalogue) -> PinyinInput {
    let items = &catalogue.items;
    let texts =
        items.iter().flat_map(|item| std::iter::once(&item.name).chain(&item.synonyms)).map(String::as_str);
    let taught =
        items.iter().flat_map(|item| &item.readings).map(|(word, reading)| (word.as_str(), reading.as_str()));
    PinyinInput::new(catalogue_words(texts, taught).into_iter(), crate::font::has_glyph)
}
