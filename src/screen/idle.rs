//! The screen that waits for somebody: calm, and touched anywhere it begins.

use bianmin_locale::Language;
use iced::widget::text::Wrapping;
use iced::widget::{Space, button, column, container, row};
use iced::{Alignment, Background, Element, Length};

use crate::context::Context;
use crate::icon::Icon;
use crate::theme::{Tone, space};
use crate::widget::Page;
use crate::widget::button::{Kind, labelled};
use crate::widget::words::{breadth, shortened};

/// Nothing is kept between residents.
#[derive(Debug, Default)]
pub struct Idle;

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// The screen, anywhere.
    Touched,
    /// A language.
    Language(Language),
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// A session begins.
    Begin,
    /// A session begins in this language.
    BeginIn(Language),
}

impl super::ScreenState for Idle {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        match self.update(message) {
            Action::Begin => super::Action::Go(super::Route::Begin(None)),
            Action::BeginIn(language) => super::Action::Go(super::Route::Begin(Some(language))),
        }
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn scan_policy(&self) -> super::ScanPolicy {
        super::ScanPolicy::OpensProgress
    }
}

impl Idle {
    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Touched => Action::Begin,
            Message::Language(language) => Action::BeginIn(language),
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let look = ctx.look;
        let p = look.palette;
        let white = p.on_strip;
        let promise = |icon: Icon, key: &str| -> Element<'a, Message> {
            row![icon.view(look.size.title, white), look.section(ctx.t(key)).color(white),]
                .spacing(space::M)
                .align_y(Alignment::Center)
                .into()
        };
        // Nobody is promised a receipt where none can be printed.
        let apply = if ctx.line.printer.is_some() { "idle-apply" } else { "idle-apply-no-printer" };
        let words = column![
            Icon::Touch.view(look.size.question * if ctx.is_landscape() { 2.0 } else { 3.2 }, white),
            Space::new().height(space::M),
            look.question(ctx.t("idle-title"))
                .size(look.size.question * if ctx.is_landscape() { 1.2 } else { 1.5 })
                .color(white)
                .center(),
            look.section(ctx.t("idle-touch")).color(white).center(),
            Space::new().height(if ctx.is_landscape() { space::S } else { space::XXL }),
            column![
                promise(Icon::Search, "idle-find"),
                promise(Icon::Pen, apply),
                promise(Icon::Progress, "idle-progress"),
            ]
            .spacing(if ctx.is_landscape() { space::S } else { space::L }),
        ]
        .spacing(space::M)
        .align_x(Alignment::Center);
        let languages = row(Language::ALL.map(|language| {
            labelled(look, Kind::Secondary, None, language.own_name(), Some(Message::Language(language)))
                .width(260)
                .into()
        }))
        .spacing(space::M);
        // The clock keeps its line; a place with a long name is shortened.
        let room = (ctx.size.width - 2.0 * space::XXL) / look.size.section - 0.7 - breadth(&ctx.line.clock);
        let all = column![
            row![
                look.section(shortened(&ctx.line.place, room)).color(white).wrapping(Wrapping::None),
                iced::widget::space::horizontal(),
                look.section(ctx.line.clock.clone()).color(white).wrapping(Wrapping::None),
            ],
            container(words).center_x(Length::Fill).center_y(Length::Fill),
            languages,
            Space::new().height(space::S),
            look.body(states(ctx)).color(white).center(),
        ]
        .spacing(space::M)
        .padding(if ctx.is_landscape() { space::XL } else { space::XXL })
        .align_x(Alignment::Center);
        let ground = p.strip;
        Page::bare(
            button(all).padding(0).width(Length::Fill).height(Length::Fill).on_press(Message::Touched).style(
                move |_, _| button::Style {
                    background: Some(Background::Color(ground)),
                    text_color: white,
                    ..button::Style::default()
                },
            ),
        )
    }
}

/// What does not work as usual is said before anybody begins.
fn states(ctx: &Context) -> String {
    let printer = ctx.line.printer.iter();
    let unusual: Vec<&str> = std::iter::once(&ctx.line.network)
        .chain(printer)
        .filter(|(tone, _)| *tone != Tone::Ok)
        .map(|(_, words)| words.as_str())
        .collect();
    if unusual.is_empty() { ctx.t("idle-counter") } else { unusual.join("  ·  ") }
}
