//! What the screens may ask of the terminal. A cheap clone.

use std::sync::Arc;

use bianmin_protocol::catalogue::{Frame, LifeEvent, ServiceItem, Theme};
use bianmin_terminal::search::{Entry, SearchIndex};
use jiff::Timestamp;
use serde::Deserialize;

/// How the printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Printer {
    /// Prints.
    #[default]
    Ready,
    /// Out of paper.
    NoPaper,
    /// Cannot print for another reason.
    Failed,
    /// There is none.
    Absent,
}

/// How things stand, for the status strip.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The name of the place.
    pub place: String,
    /// Whether the hall can be reached.
    pub online: bool,
    /// Applications that still wait to be sent.
    pub waiting: u32,
    /// The printer.
    pub printer: Printer,
}

/// The catalogue as the screens see it.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Every item that is offered, in the catalogue's order.
    pub items: Vec<Arc<ServiceItem>>,
    /// Themes in order.
    pub themes: Vec<Theme>,
    /// Life events in order.
    pub life_events: Vec<LifeEvent>,
    /// When the hall published it; absent while there is none.
    pub as_of: Option<Timestamp>,
    index: Option<SearchIndex>,
}

impl Catalogue {
    /// The best `limit` items for `query` and how many match in all.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> (Vec<Arc<ServiceItem>>, usize) {
        let Some(index) = &self.index else {
            return (Vec::new(), 0);
        };
        let hits = index.search(query, limit);
        let items = hits.ranked.iter().filter_map(|hit| self.items.get(hit.position).cloned()).collect();
        (items, hits.total)
    }

    /// The items of a theme, most asked for first.
    #[must_use]
    pub fn of_theme(&self, theme: &str) -> Vec<Arc<ServiceItem>> {
        let mut items: Vec<_> = self
            .items
            .iter()
            .filter(|item| item.themes.iter().any(|code| code.as_str() == theme))
            .cloned()
            .collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.popularity));
        items
    }

    /// The items of a life event in the order in which they are needed.
    #[must_use]
    pub fn of_life_event(&self, event: &str) -> Vec<Arc<ServiceItem>> {
        let Some(event) = self.life_events.iter().find(|e| e.code.as_str() == event) else {
            return Vec::new();
        };
        event
            .items
            .iter()
            .filter_map(|code| self.items.iter().find(|item| item.code == *code).cloned())
            .collect()
    }
}

/// The terminal behind the screens.
#[derive(Debug, Clone, Default)]
pub struct Services {
    catalogue: Arc<Catalogue>,
    status: Status,
}

impl Services {
    /// A terminal with the catalogue in `json` (frame and items in one object)
    /// and a status that never changes: for demonstrations and tests.
    ///
    /// # Errors
    /// `json` is no catalogue.
    pub fn fixed(json: &str, as_of: Timestamp, status: Status) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct File {
            #[serde(flatten)]
            frame: Frame,
            items: Vec<ServiceItem>,
        }
        let File { frame, items } = serde_json::from_str(json)?;
        let index = SearchIndex::build(items.iter().map(|item| Entry {
            name: item.name.clone(),
            name_en: item.name_en.clone(),
            synonyms: item.synonyms.clone(),
            readings: item.readings.clone().into_iter().collect(),
            popularity: item.popularity.into(),
        }));
        Ok(Self {
            catalogue: Arc::new(Catalogue {
                items: items.into_iter().map(Arc::new).collect(),
                themes: frame.themes,
                life_events: frame.life_events,
                as_of: Some(as_of),
                index: Some(index),
            }),
            status,
        })
    }

    /// The catalogue of this moment.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue)
    }

    /// How things stand at this moment.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.clone()
    }
}
