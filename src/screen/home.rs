//! The first screen of a session: what do you want to do?

use bianmin_protocol::ids::{LifeEventCode, ThemeCode};
use bianmin_terminal::ledger::Intake;
use iced::widget::{Column, column, row};
use iced::{Element, Length};

use crate::context::{Context, Layout, named};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::words::shortened;
use crate::widget::{Field, Page, notice, tile};

use super::browse::grid;

/// Life events on this page; the others are one press away.
const EVENTS: usize = 5;

/// The first screen.
#[derive(Debug)]
pub struct Home {
    services: Services,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// The search box.
    Search,
    /// Do something: all themes.
    Themes,
    /// See how an application stands.
    Progress,
    /// All life events.
    LifeEvents,
    /// Help.
    Help,
    /// A theme.
    Theme(ThemeCode),
    /// A life event.
    LifeEvent(LifeEventCode),
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Search.
    Search,
    /// Choose from the themes.
    Themes,
    /// Choose from the life events.
    LifeEvents,
    /// The items of a theme.
    Theme(ThemeCode),
    /// The items of a life event.
    LifeEvent(LifeEventCode),
    /// How an application stands.
    Progress,
    /// Help.
    Help,
}

impl Home {
    /// The first screen over the catalogue of `services`.
    #[must_use]
    pub const fn new(services: Services) -> Self {
        Self { services }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Search => Action::Search,
            Message::Themes => Action::Themes,
            Message::Progress => Action::Progress,
            Message::LifeEvents => Action::LifeEvents,
            Message::Help => Action::Help,
            Message::Theme(code) => Action::Theme(code),
            Message::LifeEvent(code) => Action::LifeEvent(code),
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let search =
            Field { placeholder: ctx.t("home-search"), icon: Some(Icon::Search), ..Field::default() }
                .view(ctx.look, Some(Message::Search));
        let body = column![search, self.tiles(ctx)].spacing(space::L);
        let page = |body: Column<'a, Message>| Page::new(ctx.t("home-title"), body).large_title();
        let roomy = !ctx.look.is_large();
        match ctx.layout {
            Layout::Landscape if roomy => page(body.push(self.as_of(ctx))).aside(self.themes(ctx)),
            Layout::Landscape => page(body).aside(self.themes(ctx)),
            Layout::PortraitLow if roomy => page(body.push(self.as_of(ctx))),
            Layout::PortraitLow => page(body),
            Layout::Portrait => {
                let body = body.push(self.themes(ctx));
                // English themes and large text need the room of the life events.
                let events = roomy && ctx.is_chinese();
                let as_of = roomy || ctx.is_chinese();
                page(body.push(events.then(|| self.life_events(ctx))).push(as_of.then(|| self.as_of(ctx))))
            }
        }
    }

    fn themes<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let catalogue = self.services.catalogue();
        let tiles = catalogue.themes.iter().map(|theme| {
            (
                Some(Icon::named(&theme.icon)),
                named(ctx, &theme.name, &theme.name_en).to_owned(),
                Message::Theme(theme.code.clone()),
            )
        });
        let columns = if ctx.is_chinese() && !ctx.is_landscape() { 3 } else { 2 };
        let height = ctx.look.control_height() - if ctx.look.is_large() { space::S } else { 0.0 };
        column![ctx.look.section(ctx.t("home-themes")), grid(ctx.look, columns, height, tiles)]
            .spacing(space::M)
            .into()
    }

    fn life_events<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let catalogue = self.services.catalogue();
        let events = catalogue.life_events.iter().take(EVENTS).map(|event| {
            (
                Some(Icon::named(&event.icon)),
                named(ctx, &event.name, &event.name_en).to_owned(),
                Message::LifeEvent(event.code.clone()),
            )
        });
        let all = std::iter::once((None, ctx.t("home-more-events"), Message::LifeEvents));
        column![
            ctx.look.section(ctx.t("home-life-events")),
            grid(ctx.look, 3, ctx.look.control_height(), events.chain(all))
        ]
        .spacing(space::M)
        .into()
    }

    fn as_of<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let catalogue = self.services.catalogue();
        let intake: Intake = self.services.terminal().status().intake;
        if let Some(why) = intake.closed() {
            let hint = Some(ctx.t("home-intake-closed-hint"));
            let title = ctx.t(&format!("home-intake-closed-{why}"));
            return notice(ctx.look, Tone::Bad, Icon::Alert, title, hint).into();
        }
        if catalogue.is_empty() {
            let hint = Some(ctx.t("home-no-catalogue-hint"));
            return notice(ctx.look, Tone::Warn, Icon::Alert, ctx.t("home-no-catalogue"), hint).into();
        }
        let at = self.services.local(catalogue.published_at);
        let words = ctx.t_args(
            "home-as-of",
            &[
                ("month", at.month().into()),
                ("day", at.day().into()),
                ("time", format!("{:02}:{:02}", at.hour(), at.minute()).into()),
                ("items", catalogue.offered(ctx.today).count().into()),
            ],
        );
        // Two lines at most: what follows is in the guide of each item.
        let ems = 1.8 * (ctx.size.width.min(1080.0) - 240.0) / ctx.look.size.hint;
        let about = shortened(named(ctx, &catalogue.notice, &catalogue.notice_en), ems);
        notice(ctx.look, Tone::Info, Icon::Book, words, Some(about)).into()
    }

    fn tiles<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let one = |icon: Icon, title: &str, hint: &str, message: Message| {
            tile(look, icon, ctx.t(title), ctx.t(hint), message)
        };
        let scanner = self.services.terminal().config().scanner.is_present();
        let progress = if scanner { "home-progress-hint" } else { "home-progress-hint-number" };
        column![
            row![
                one(Icon::Document, "home-do", "home-do-hint", Message::Themes),
                one(Icon::Progress, "home-progress", progress, Message::Progress),
            ]
            .spacing(space::M),
            row![
                one(Icon::Heart, "home-events", "home-events-hint", Message::LifeEvents),
                one(Icon::Help, "home-help", "home-help-hint", Message::Help),
            ]
            .spacing(space::M),
        ]
        .spacing(space::M)
        .width(Length::Fill)
        .into()
    }
}
