//! The items of a theme or of a life event, or all of them.

use std::sync::Arc;

use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::{LifeEventCode, ThemeCode};

use crate::context::Context;
use crate::services::Services;
use crate::widget::Page;

use super::{item, search};

/// Which items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Every item.
    All,
    /// Those of a theme.
    Theme(ThemeCode),
    /// Those of a life event.
    LifeEvent(LifeEventCode),
}

/// A list of items.
#[derive(Debug)]
pub struct Listing {
    services: Services,
    source: Source,
    items: Vec<Arc<ServiceItem>>,
    page: usize,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// An item.
    Opened(Arc<ServiceItem>),
    /// Another page.
    Turned(usize),
    /// Search instead.
    Search,
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// The guide of an item.
    Guide(Arc<ServiceItem>),
    /// Search.
    Search,
    /// The screen before.
    Back,
}

impl super::ScreenState for Listing {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        match self.update(message) {
            Action::None => super::Action::None,
            Action::Guide(item) => super::Action::Go(super::Route::Guide(item)),
            Action::Search => super::Action::Go(super::Route::Search),
            Action::Back => super::Action::Go(super::Route::Back),
        }
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }
}

impl Listing {
    /// The items of `source` in the catalogue of this moment.
    #[must_use]
    pub fn new(services: Services, source: Source) -> Self {
        let catalogue = services.catalogue();
        let today = services.today();
        let items = match &source {
            Source::All => catalogue.search("", catalogue.items.len(), today),
            Source::Theme(code) => catalogue.by_theme(code, today),
            Source::LifeEvent(code) => catalogue.by_life_event(code, today),
        };
        Self { services, source, items, page: 0 }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Opened(item) => Action::Guide(item),
            Message::Search => Action::Search,
            Message::Back => Action::Back,
            Message::Turned(page) => {
                self.page = page;
                Action::None
            }
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let body = if self.items.is_empty() {
            search::nothing(ctx, "listing-empty", self.page, Message::Turned, Vec::new)
        } else {
            item::list(ctx, &self.items, self.page, Message::Opened, Message::Turned)
        };
        let count = ctx.t_args("listing-count", &[("items", self.items.len().into())]);
        Page::new(self.title(ctx), body)
            .subtitle(count)
            .back(Message::Back)
            .primary(ctx.t("listing-search"), Some(Message::Search))
    }

    fn title(&self, ctx: &Context) -> String {
        let catalogue = self.services.catalogue();
        let name = match &self.source {
            Source::All => None,
            Source::Theme(code) => catalogue
                .themes
                .iter()
                .find(|theme| theme.code == *code)
                .map(|theme| ctx.text(theme.name()).to_owned()),
            Source::LifeEvent(code) => catalogue
                .life_events
                .iter()
                .find(|event| event.code == *code)
                .map(|event| ctx.text(event.name()).to_owned()),
        };
        name.unwrap_or_else(|| ctx.t("listing-all"))
    }
}
