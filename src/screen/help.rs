//! How this works, who helps, and what happens with what one enters.

use bianmin_terminal::config::Printer as Configured;
use iced::widget::{Column, column, container, row};
use iced::{Alignment, Element, Length};

use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, notice};

/// The help screen. It speaks only of what this terminal has.
#[derive(Debug)]
pub struct Help {
    services: Services,
    page: usize,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// Begin: back to the first screen.
    Begin,
    /// Another sheet.
    Turned(usize),
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// The first screen.
    Begin,
    /// The screen before.
    Back,
}

impl super::ScreenState for Help {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        match self.update(message) {
            Action::None => super::Action::None,
            Action::Begin => super::Action::Go(super::Route::Home),
            Action::Back => super::Action::Go(super::Route::Back),
        }
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }
}

impl Help {
    /// Help at the terminal of `services`.
    #[must_use]
    pub const fn new(services: Services) -> Self {
        Self { services, page: 0 }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Begin => Action::Begin,
            Message::Turned(page) => {
                self.page = page;
                Action::None
            }
            Message::Back => Action::Back,
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let sheets = |make: fn(&'a Self, &'a Context) -> Vec<SheetPart<'a, Message>>| {
            sheets::view(ctx, self.page, move || make(self, ctx), Message::Turned)
        };
        let page = if ctx.is_landscape() {
            let steps = container(self.steps_card(ctx)).height(Length::Fill);
            Page::new(ctx.t("help-title"), steps).aside(sheets(Self::notices))
        } else {
            let all = |help: &'a Self, ctx: &'a Context| {
                let steps = SheetPart::card(None, help.step_rows(ctx), space::L);
                std::iter::once(steps).chain(help.notices(ctx)).collect()
            };
            Page::new(ctx.t("help-title"), sheets(all))
        };
        page.back(Message::Back).primary(ctx.t("help-begin"), Some(Message::Begin))
    }

    fn step_rows<'a>(&self, ctx: &Context) -> Vec<Element<'a, Message>> {
        self.steps().map(|(icon, title, hint)| step(ctx, icon, title, hint)).collect()
    }

    fn steps_card<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        container(Column::with_children(self.step_rows(ctx)).spacing(space::L))
            .padding(space::L)
            .width(Length::Fill)
            .style(ctx.look.card())
            .into()
    }

    /// Who helps comes first.
    fn notices<'a>(&'a self, ctx: &'a Context) -> Vec<SheetPart<'a, Message>> {
        let one =
            |tone, icon, key: &str, hint: &str| notice(ctx.look, tone, icon, ctx.t(key), Some(ctx.t(hint)));
        let counter =
            notice(ctx.look, Tone::Info, Icon::Counter, ctx.t("help-counter"), Some(self.counter(ctx)));
        let offline = match self.services.terminal().status().intake.closed() {
            Some(why) => {
                let title = format!("home-intake-closed-{why}");
                one(Tone::Bad, Icon::Alert, &title, "home-intake-closed-hint")
            }
            None => one(Tone::Ok, Icon::Check, "help-offline", "help-offline-hint"),
        };
        let privacy = one(Tone::Ok, Icon::Shield, "help-privacy", "help-privacy-hint");
        // There is no low layout in landscape.
        let eyes = if ctx.is_landscape() { "help-eyes-hint-landscape" } else { "help-eyes-hint" };
        let eyes = one(Tone::Info, Icon::TextSize, "help-eyes", eyes);
        [counter, offline, privacy, eyes].map(SheetPart::whole).into()
    }

    fn steps(&self) -> impl Iterator<Item = (Icon, &'static str, &'static str)> {
        let last = match self.services.terminal().config().printer {
            Configured::None => (Icon::Camera, "help-number", "help-number-hint"),
            _ => (Icon::Printer, "help-receipt", "help-receipt-hint"),
        };
        [
            (Icon::Search, "help-find", "help-find-hint"),
            (Icon::Book, "help-read", "help-read-hint"),
            (Icon::Pen, "help-fill", "help-fill-hint"),
            last,
        ]
        .into_iter()
    }

    /// Where somebody helps and when, as far as it is configured.
    fn counter(&self, ctx: &Context) -> String {
        let place = &self.services.terminal().config().place;
        let counter = [("counter", (&place.counter).into()), ("hours", (&place.hours).into())];
        let at = match (place.counter.as_str(), place.hours.as_str()) {
            ("", _) => ctx.t("help-counter-hint"),
            (_, "") => ctx.t_args("help-counter-where-only", &counter[..1]),
            _ => ctx.t_args("help-counter-where", &counter),
        };
        match place.telephone.as_str() {
            "" => at,
            telephone => {
                let telephone = ctx.t_args("help-counter-telephone", &[("telephone", telephone.into())]);
                format!("{at}\n{telephone}")
            }
        }
    }
}

fn step<'a>(ctx: &Context, icon: Icon, title: &str, hint: &str) -> Element<'a, Message> {
    let look = ctx.look;
    let side = look.size.section * 1.9;
    row![
        container(icon.view(side * 0.6, look.palette.primary))
            .center_x(side)
            .center_y(side)
            .style(look.tinted(Tone::Info)),
        column![look.strong(ctx.t(title)), look.hint(ctx.t(hint))].spacing(4).width(Length::Fill),
    ]
    .spacing(space::L)
    .align_y(Alignment::Center)
    .into()
}
