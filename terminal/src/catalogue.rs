//! The catalogue as residents see it, and the cache that keeps it over a restart.
//!
//! The cache is one SQLite file that may be lost at any time: whatever is wrong with it, it is moved aside and
//! fetched again. What is published was signed by the hall, is replaced as a whole, and never goes back. This
//! module knows no network; `sync` brings the bytes.

mod content;
mod error;
mod store;
mod unpack;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use error::CatalogueError;
pub use store::CatalogueStore;
pub use unpack::BUNDLE_LIMIT;

use crate::search::{Entry, SearchIndex};
use bianmin_protocol::catalogue::{Frame, LifeEvent, Manifest, ServiceItem, Theme};
use bianmin_protocol::form::FieldDictionary;
use bianmin_protocol::ids::{FieldCode, ItemCode, LifeEventCode, Millis, Revision, ThemeCode};
use bianmin_protocol::localized_text::LocalizedText;
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;

/// One published revision, ready to be shown and searched. Never changes; a new revision is a new `Catalogue`.
#[derive(Debug)]
pub struct Catalogue {
    /// The revision; 0 before the first was fetched.
    pub revision: Revision,
    /// When it was published, by the hall's clock.
    pub published_at: Millis,
    /// What to say about the data as a whole, such as that it is a demonstration.
    pub notice: String,
    /// The same in English.
    pub notice_en: String,
    /// Themes in order.
    pub themes: Vec<Theme>,
    /// Life events in order.
    pub life_events: Vec<LifeEvent>,
    /// The field dictionary.
    pub fields: FieldDictionary,
    /// The dictionary's fields in the order in which the hall lists them.
    pub field_order: Vec<FieldCode>,
    /// All items in order of code, also those that are not offered today.
    pub items: Vec<Arc<ServiceItem>>,
    /// How many items of the revision this program is too old to read. They are not offered.
    pub unreadable: usize,
    by_code: HashMap<ItemCode, usize>,
    index: SearchIndex,
}

impl Catalogue {
    /// What is to be said about the data as a whole.
    #[must_use]
    pub fn notice(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.notice, &self.notice_en)
    }

    /// What is shown before the first revision was fetched: nothing.
    pub fn empty() -> Self {
        let nothing = Manifest {
            revision: Revision(0),
            published_at: Millis(0),
            items: 0,
            root: bianmin_protocol::catalogue::root("", []),
            bundle_size: 0,
            bundle_digest: bianmin_protocol::bytes::Digest([0; 32]),
            content_size: 0,
        };
        Self::build(&nothing, Frame::default(), Vec::new(), 0)
    }

    /// Builds the search index too, which takes a noticeable time: not for the thread that draws.
    fn build(manifest: &Manifest, frame: Frame, items: Vec<ServiceItem>, unreadable: usize) -> Self {
        let index = SearchIndex::build(items.iter().map(entry));
        let items: Vec<_> = items.into_iter().map(Arc::new).collect();
        let by_code = items.iter().enumerate().map(|(at, item)| (item.code.clone(), at)).collect();
        Self {
            revision: manifest.revision,
            published_at: manifest.published_at,
            notice: frame.notice,
            notice_en: frame.notice_en,
            themes: frame.themes,
            life_events: frame.life_events,
            field_order: frame.fields.iter().map(|field| field.code.clone()).collect(),
            fields: FieldDictionary::new(frame.fields),
            items,
            unreadable,
            by_code,
            index,
        }
    }

    /// Whether there is nothing at all, because nothing was fetched yet.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items that are offered on `today`, in order of code. 目录之外无审批.
    pub fn offered(&self, today: Date) -> impl Iterator<Item = &Arc<ServiceItem>> {
        self.items.iter().filter(move |item| item.offered_on(today))
    }

    /// An item by its code, whether or not it is offered today. Holding on to it keeps this very version,
    /// whatever is published afterwards.
    pub fn get(&self, code: &ItemCode) -> Option<&Arc<ServiceItem>> {
        self.by_code.get(code).map(|at| &self.items[*at])
    }

    /// The `limit` best items for what a resident typed, of those offered on `today`. An empty query lists
    /// everything, the most asked for first.
    pub fn search(&self, query: &str, limit: usize, today: Date) -> Vec<Arc<ServiceItem>> {
        // The index knows no dates, so ask for as many more as it might name in vain.
        let withheld = self.items.iter().filter(|item| !item.offered_on(today)).count();
        let hits = self.index.search_alike(query, limit.saturating_add(withheld).min(self.items.len()));
        hits.ranked
            .iter()
            .filter_map(|hit| self.items.get(hit.position))
            .filter(|item| item.offered_on(today))
            .take(limit)
            .cloned()
            .collect()
    }

    /// The items of a theme that are offered on `today`, the most asked for first.
    pub fn by_theme(&self, theme: &ThemeCode, today: Date) -> Vec<Arc<ServiceItem>> {
        let mut items: Vec<_> =
            self.offered(today).filter(|item| item.themes.contains(theme)).cloned().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.popularity));
        items
    }

    /// The items of a life event that are offered on `today`, in the order in which they are usually needed.
    pub fn by_life_event(&self, event: &LifeEventCode, today: Date) -> Vec<Arc<ServiceItem>> {
        let event = self.life_events.iter().find(|known| known.code == *event);
        event
            .into_iter()
            .flat_map(|event| &event.items)
            .filter_map(|code| self.get(code))
            .filter(|item| item.offered_on(today))
            .cloned()
            .collect()
    }
}

fn entry(item: &ServiceItem) -> Entry {
    Entry {
        name: item.name.clone(),
        name_en: item.name_en.clone(),
        synonyms: item.synonyms.clone(),
        readings: item.readings.iter().map(|(word, reading)| (word.clone(), reading.clone())).collect(),
        popularity: u32::from(item.popularity),
    }
}
