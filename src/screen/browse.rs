//! Themes or life events to choose from, and the whole catalogue.

use bianmin_protocol::ids::{LifeEventCode, ThemeCode};
use iced::widget::{Column, Row, Space, column, container, responsive, row};
use iced::{Alignment, Element, Length};

use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Look, radius, space};
use crate::widget::button::{self, Kind, around};
use crate::widget::{Page, Pager};

use super::listing::Source;

/// What is chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// Themes.
    Themes,
    /// Life events.
    LifeEvents,
}

/// Themes or life events.
#[derive(Debug)]
pub struct Browse {
    services: Services,
    kinds: Kinds,
    page: usize,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// A theme.
    Theme(ThemeCode),
    /// A life event.
    LifeEvent(LifeEventCode),
    /// Every item.
    All,
    /// Another page.
    Turned(usize),
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// The items of a theme.
    Theme(ThemeCode),
    /// The items of a life event.
    LifeEvent(LifeEventCode),
    /// Every item.
    All,
    /// The screen before.
    Back,
}

impl super::ScreenState for Browse {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        match self.update(message) {
            Action::None => super::Action::None,
            Action::Theme(code) => super::Action::Go(super::Route::Listing(Source::Theme(code))),
            Action::LifeEvent(code) => super::Action::Go(super::Route::Listing(Source::LifeEvent(code))),
            Action::All => super::Action::Go(super::Route::Listing(Source::All)),
            Action::Back => super::Action::Go(super::Route::Back),
        }
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }
}

impl Browse {
    /// Choosing from `kinds`.
    #[must_use]
    pub const fn new(services: Services, kinds: Kinds) -> Self {
        Self { services, kinds, page: 0 }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Theme(code) => Action::Theme(code),
            Message::LifeEvent(code) => Action::LifeEvent(code),
            Message::All => Action::All,
            Message::Back => Action::Back,
            Message::Turned(page) => {
                self.page = page;
                Action::None
            }
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let (title, hint) = match self.kinds {
            Kinds::Themes => ("browse-themes", "browse-themes-hint"),
            Kinds::LifeEvents => ("browse-events", "browse-events-hint"),
        };
        let body = responsive(move |size| {
            let tiles = self.tiles(ctx);
            let columns = if ctx.is_landscape() { 3 } else { 2 };
            let height = ctx.look.control_height() * 1.25;
            let rows = Pager::fit(ctx.look, size.height, height, space::M);
            let pager = Pager::new(tiles.len(), rows * columns, self.page);
            let shown: Vec<_> =
                tiles.into_iter().skip(pager.range().start).take(pager.range().len()).collect();
            column![container(grid(ctx.look, columns, height, shown.into_iter())).height(Length::Fill)]
                .push(pager.view(ctx.look, &ctx.texts, Message::Turned))
                .spacing(space::M)
                .into()
        });
        let items = self.services.catalogue().offered(ctx.today).count();
        let all = ctx.t_args("browse-all", &[("items", items.into())]);
        Page::new(ctx.t(title), body)
            .subtitle(ctx.t(hint))
            .back(Message::Back)
            .primary(all, Some(Message::All))
    }

    fn tiles(&self, ctx: &Context) -> Vec<Tile<Message>> {
        let catalogue = self.services.catalogue();
        match self.kinds {
            Kinds::Themes => catalogue
                .themes
                .iter()
                .map(|theme| {
                    (
                        Some(Icon::named(&theme.icon)),
                        ctx.text(theme.name()).to_owned(),
                        Message::Theme(theme.code.clone()),
                    )
                })
                .collect(),
            Kinds::LifeEvents => catalogue
                .life_events
                .iter()
                .map(|event| {
                    (
                        Some(Icon::named(&event.icon)),
                        ctx.text(event.name()).to_owned(),
                        Message::LifeEvent(event.code.clone()),
                    )
                })
                .collect(),
        }
    }
}

/// An icon, a name, and what pressing it says.
pub type Tile<M> = (Option<Icon>, String, M);

/// Small tiles of `height` in `columns` columns.
pub fn grid<'a, M: Clone + 'a>(
    look: Look,
    columns: usize,
    height: f32,
    tiles: impl Iterator<Item = Tile<M>>,
) -> Element<'a, M> {
    let gap = if look.is_large() { space::S } else { space::M };
    let tiles: Vec<Tile<M>> = tiles.collect();
    let mut rows = Column::new().spacing(gap);
    for chunk in tiles.chunks(columns.max(1)) {
        let missing = columns.saturating_sub(chunk.len());
        let here = chunk.iter().cloned().map(|tile| one(look, height, tile));
        let spaces = (0..missing).map(|_| Space::new().width(Length::Fill).into());
        rows = rows.push(Row::with_children(here.chain(spaces)).spacing(gap));
    }
    rows.into()
}

fn one<'a, M: Clone + 'a>(look: Look, height: f32, (icon, name, press): Tile<M>) -> Element<'a, M> {
    // Two lines of large English would touch the edge.
    let smaller = look.is_large() && name.is_ascii();
    let words = if smaller { look.hint(name) } else { look.body(name) };
    let words = words.color(button::ink(&look, Kind::Secondary, true));
    let content = row![]
        .push(icon.map(|icon| icon.view(look.size.title * 0.9, look.palette.primary)))
        .push(words)
        .spacing(space::M)
        .align_y(Alignment::Center);
    around(
        look,
        Kind::Secondary,
        radius::CONTROL,
        container(content).padding([0.0, space::M]).center_x(Length::Fill).center_y(Length::Fill),
        Some(press),
    )
    .width(Length::Fill)
    .height(height)
    .into()
}
