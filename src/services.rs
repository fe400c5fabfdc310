//! What the screens may ask of the terminal: one handle, cheap to clone. Work that blocks goes through
//! [`Services::off_thread`]; what changes by itself is followed with [`Services::watch`].
//!
//! Knows no screen.

use std::sync::Arc;

use bianmin_protocol::ids::Millis;
use bianmin_terminal::catalogue::Catalogue;
use bianmin_terminal::input::{Composition, PinyinInput, catalogue_words};
use bianmin_terminal::services::Terminal;
use bianmin_terminal::sync::Reachable;
use iced::Task;
use iced::futures::{Stream, stream};
use jiff::civil::{Date, DateTime};

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

    /// Runs `work`, which may block, off the thread that draws. `message` gets what came of it; none if it panicked.
    pub fn off_thread<T, M>(
        &self,
        work: impl FnOnce(&Terminal) -> T + Send + 'static,
        message: impl FnOnce(Option<T>) -> M + Send + 'static,
    ) -> Task<M>
    where
        T: Send + 'static,
        M: Send + 'static,
    {
        Task::perform(off_thread(self.terminal.clone(), work), message)
    }

    /// What `look`, which may block, finds: at once, and then each time that the print journal or the status has
    /// changed and it finds something else. What cannot be read now is read at the next change. Ends with the terminal,
    /// and after a value that `is_last`.
    pub fn watch<T, L>(&self, look: L, is_last: fn(&T) -> bool) -> impl Stream<Item = T> + Send + use<T, L>
    where
        T: Clone + PartialEq + Send + 'static,
        L: Fn(&Terminal) -> Option<T> + Clone + Send + 'static,
    {
        let terminal = self.terminal.clone();
        let changes = (terminal.printing().journal_changes(), terminal.status_changes());
        stream::unfold((changes, None), move |((mut journal, mut status), mut last)| {
            let (terminal, look) = (terminal.clone(), look.clone());
            async move {
                if last.as_ref().is_some_and(is_last) {
                    return None;
                }
                let mut has_looked = last.is_some();
                loop {
                    if has_looked {
                        let changed = tokio::select! {
                            changed = journal.changed() => changed,
                            changed = status.changed() => changed,
                        };
                        changed.ok()?;
                    }
                    has_looked = true;
                    let found = off_thread(terminal.clone(), look.clone()).await.flatten();
                    if let Some(found) = found.filter(|found| last.as_ref() != Some(found)) {
                        last = Some(found.clone());
                        return Some((found, ((journal, status), last)));
                    }
                }
            }
        })
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

async fn off_thread<T: Send + 'static>(
    terminal: Terminal,
    work: impl FnOnce(&Terminal) -> T + Send + 'static,
) -> Option<T> {
    tokio::task::spawn_blocking(move || work(&terminal)).await.ok()
}

fn pinyin(catalogue: &Catalogue) -> PinyinInput {
    let items = &catalogue.items;
    let texts =
        items.iter().flat_map(|item| std::iter::once(&item.name).chain(&item.synonyms)).map(String::as_str);
    let taught =
        items.iter().flat_map(|item| &item.readings).map(|(word, reading)| (word.as_str(), reading.as_str()));
    PinyinInput::new(catalogue_words(texts, taught).into_iter(), crate::font::has_glyph)
}
