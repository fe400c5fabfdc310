//! How this works, who helps, and what happens with what one enters.

use bianmin_terminal::config::Printer as Configured;
use iced::widget::{Column, column, container, row};
use iced::{Alignment, Element, Length};

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::{Page, notice};

/// The help screen. It speaks only of what this terminal has.
#[derive(Debug)]
pub struct Help {
    services: Services,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// Begin: back to the first screen.
    Begin,
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// The first screen.
    Begin,
    /// The screen before.
    Back,
}

impl Help {
    /// Help at the terminal of `services`.
    #[must_use]
    pub const fn new(services: Services) -> Self {
        Self { services }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Begin => Action::Begin,
            Message::Back => Action::Back,
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let steps =
            Column::with_children(self.steps().map(|(icon, title, hint)| step(ctx, icon, title, hint)))
                .spacing(space::L);
        let steps = container(steps).padding(space::L).width(Length::Fill).style(ctx.look.card());
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
        let page = |body: Element<'a, Message>| Page::new(ctx.t("help-title"), body);
        let page = match ctx.layout {
            Layout::Portrait => {
                page(column![steps, counter, offline, privacy, eyes].spacing(space::M).into())
            }
            Layout::PortraitLow => page(column![counter, steps].spacing(space::M).into()),
            Layout::Landscape => {
                // Large text has room for three of the four.
                let offline = (!ctx.look.is_large()).then_some(offline);
                page(steps.into()).aside(column![counter, eyes, privacy].push(offline).spacing(space::M))
            }
        };
        page.back(Message::Back).primary(ctx.t("help-begin"), Some(Message::Begin))
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
