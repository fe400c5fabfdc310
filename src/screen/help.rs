//! How this works, who helps, and what happens with what one enters.

use iced::widget::{Column, column, container, row};
use iced::{Alignment, Element, Length};

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::theme::{Tone, space};
use crate::widget::{Page, notice};

/// The help screen.
#[derive(Debug, Default)]
pub struct Help;

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

const STEPS: [(Icon, &str, &str); 4] = [
    (Icon::Search, "help-find", "help-find-hint"),
    (Icon::Book, "help-read", "help-read-hint"),
    (Icon::Pen, "help-fill", "help-fill-hint"),
    (Icon::Printer, "help-receipt", "help-receipt-hint"),
];

impl Help {
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
            Column::with_children(STEPS.iter().map(|(icon, title, hint)| step(ctx, *icon, title, hint)))
                .spacing(space::L);
        let steps = container(steps).padding(space::L).width(Length::Fill).style(ctx.look.card());
        let one =
            |tone, icon, key: &str, hint: &str| notice(ctx.look, tone, icon, ctx.t(key), Some(ctx.t(hint)));
        let counter = one(Tone::Info, Icon::Counter, "help-counter", "help-counter-hint");
        let offline = one(Tone::Ok, Icon::Check, "help-offline", "help-offline-hint");
        let privacy = one(Tone::Ok, Icon::Shield, "help-privacy", "help-privacy-hint");
        let eyes = one(Tone::Info, Icon::TextSize, "help-eyes", "help-eyes-hint");
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
