//! The first screen of a session: what do you want to do?

use bianmin_protocol::ids::{LifeEventCode, ThemeCode};
use bianmin_terminal::ledger::Intake;
use iced::Element;
use iced::widget::{column, row};

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::words::shortened;
use crate::widget::{Field, Page, notice, tile};

use super::browse::{Kinds, grid};
use super::listing::Source;

/// Life events on this page; the others are one press away.
const EVENTS: usize = 5;

/// The first screen.
#[derive(Debug)]
pub struct Home {
    services: Services,
    page: usize,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// The search box.
    Search,
    /// Another sheet.
    Turned(usize),
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
    /// Nothing else.
    None,
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

impl super::ScreenState for Home {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        let route = match self.update(message) {
            Action::None => return super::Action::None,
            Action::Search => super::Route::Search,
            Action::Themes => super::Route::Browse(Kinds::Themes),
            Action::LifeEvents => super::Route::Browse(Kinds::LifeEvents),
            Action::Theme(code) => super::Route::Listing(Source::Theme(code)),
            Action::LifeEvent(code) => super::Route::Listing(Source::LifeEvent(code)),
            Action::Progress => super::Route::Progress,
            Action::Help => super::Route::Help,
        };
        super::Action::Go(route)
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn scan_policy(&self) -> super::ScanPolicy {
        super::ScanPolicy::OpensProgress
    }
}

impl Home {
    /// The first screen over the catalogue of `services`.
    #[must_use]
    pub const fn new(services: Services) -> Self {
        Self { services, page: 0 }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Search => Action::Search,
            Message::Turned(page) => {
                self.page = page;
                Action::None
            }
            Message::Themes => Action::Themes,
            Message::Progress => Action::Progress,
            Message::LifeEvents => Action::LifeEvents,
            Message::Help => Action::Help,
            Message::Theme(code) => Action::Theme(code),
            Message::LifeEvent(code) => Action::LifeEvent(code),
        }
    }

    /// Draws the screen. What keeps residents from applying comes before the themes; what is only good to know takes
    /// the room that is left.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let search =
            Field { placeholder: ctx.t("home-search"), icon: Some(Icon::Search), ..Field::default() }
                .view(ctx.look, Some(Message::Search));
        let is_landscape = ctx.is_landscape();
        let make = move || {
            let (trouble, as_of) = match self.trouble(ctx) {
                Some(trouble) => (Some(SheetPart::Whole(trouble)), None),
                None => (None, Some(SheetPart::Extra(self.as_of(ctx)))),
            };
            let themes = match ctx.layout {
                Layout::Landscape => None,
                Layout::Portrait => Some(SheetPart::Whole(self.themes(ctx))),
                Layout::PortraitLow => Some(SheetPart::Extra(self.themes(ctx))),
            };
            // Life events by name are worth room that is left in one column only.
            let events = (!is_landscape).then(|| SheetPart::Extra(self.life_events(ctx)));
            let tiles = self.tiles(ctx).into_iter().map(SheetPart::Whole);
            trouble.into_iter().chain(tiles).chain(themes).chain(events).chain(as_of).collect()
        };
        let body = column![search, sheets::view(ctx, self.page, make, Message::Turned)].spacing(space::L);
        let page = Page::new(ctx.t("home-title"), body).large_title();
        if is_landscape { page.aside(self.themes(ctx)) } else { page }
    }

    fn themes<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let catalogue = self.services.catalogue();
        let tiles = catalogue.themes.iter().map(|theme| {
            (
                Some(Icon::named(&theme.icon)),
                ctx.text(theme.name()).to_owned(),
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
                ctx.text(event.name()).to_owned(),
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

    /// Why nobody can apply here now.
    fn trouble<'a>(&self, ctx: &Context) -> Option<Element<'a, Message>> {
        let intake: Intake = self.services.terminal().status().intake;
        if let Some(why) = intake.closed() {
            let hint = Some(ctx.t("home-intake-closed-hint"));
            let title = ctx.t(&format!("home-intake-closed-{why}"));
            return Some(notice(ctx.look, Tone::Bad, Icon::Alert, title, hint).into());
        }
        let hint = Some(ctx.t("home-no-catalogue-hint"));
        let none = || notice(ctx.look, Tone::Warn, Icon::Alert, ctx.t("home-no-catalogue"), hint).into();
        self.services.catalogue().is_empty().then(none)
    }

    /// Of when what is said here is.
    fn as_of<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let catalogue = self.services.catalogue();
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
        let about = shortened(ctx.text(catalogue.notice()), ems);
        notice(ctx.look, Tone::Info, Icon::Book, words, Some(about)).into()
    }

    /// What can be done, two by two.
    fn tiles<'a>(&self, ctx: &Context) -> Vec<Element<'a, Message>> {
        let look = ctx.look;
        let one = |icon: Icon, title: &str, hint: &str, message: Message| {
            tile(look, icon, ctx.t(title), ctx.t(hint), message)
        };
        let scanner = self.services.terminal().config().scanner.is_present();
        let progress = if scanner { "home-progress-hint" } else { "home-progress-hint-number" };
        let pair = |tiles: [_; 2]| row(tiles.map(Element::from)).spacing(space::M).into();
        vec![
            pair([
                one(Icon::Document, "home-do", "home-do-hint", Message::Themes),
                one(Icon::Progress, "home-progress", progress, Message::Progress),
            ]),
            pair([
                one(Icon::Heart, "home-events", "home-events-hint", Message::LifeEvents),
                one(Icon::Help, "home-help", "home-help-hint", Message::Help),
            ]),
        ]
    }
}
