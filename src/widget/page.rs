//! A page, always with the same anatomy: status strip, steps where there are
//! steps, one question as the title, content, and the action bar with **one**
//! primary action.
//!
//! A screen fills in a [`Page`]; `app` draws it with [`Page::view`], so that no
//! screen can forget the way home, the text size or the language.

use iced::widget::{Column, Space, column, container, row, space as gap};
use iced::{Alignment, Background, Border, Element, Length};

use super::button::{self, Kind};
use super::{steps, strip};
use crate::context::{Context, Layout};
use crate::font;
use crate::icon::Icon;
use crate::theme::{Look, Tone, radius, space};

/// What a screen puts on its page.
pub struct Page<'a, M> {
    title: String,
    subtitle: Option<String>,
    large_title: bool,
    badge: Option<(Tone, Icon)>,
    steps: Option<(Vec<String>, usize)>,
    body: Element<'a, M>,
    aside: Option<Element<'a, M>>,
    keyboard: Option<Element<'a, M>>,
    back: Option<M>,
    primary: Option<(String, Option<M>)>,
    dialog: Option<Element<'a, M>>,
    bare: bool,
}

/// What the buttons that are on every page say.
#[derive(Debug, Clone)]
pub struct Chrome<M> {
    /// Back to the first screen; absent there.
    pub home: Option<M>,
    /// Text size, contrast, low layout.
    pub display: M,
    /// The next language.
    pub language: M,
    /// The clock was touched.
    pub clock: M,
}

impl<'a, M: Clone + 'a> Page<'a, M> {
    /// A page that asks or tells `title` and shows `body` below it. The body
    /// gets all the height that is left and is cut where it is higher.
    pub fn new(title: impl Into<String>, body: impl Into<Element<'a, M>>) -> Self {
        Self {
            title: title.into(),
            subtitle: None,
            large_title: false,
            badge: None,
            steps: None,
            body: body.into(),
            aside: None,
            keyboard: None,
            back: None,
            primary: None,
            dialog: None,
            bare: false,
        }
    }

    /// A page without strip, title and bar: the screen that invites to touch.
    pub fn bare(body: impl Into<Element<'a, M>>) -> Self {
        Self { bare: true, ..Self::new("", body) }
    }

    /// A line under the title.
    #[must_use]
    pub fn subtitle(mut self, words: impl Into<String>) -> Self {
        self.subtitle = Some(words.into());
        self
    }

    /// The title in the largest size, for a page that stands alone.
    #[must_use]
    pub fn large_title(mut self) -> Self {
        self.large_title = true;
        self
    }

    /// An icon before the title, for a page that tells how something ended.
    #[must_use]
    pub const fn badge(mut self, tone: Tone, icon: Icon) -> Self {
        self.badge = Some((tone, icon));
        self
    }

    /// The steps and which one this is, from 0.
    #[must_use]
    pub fn steps(mut self, labels: Vec<String>, current: usize) -> Self {
        self.steps = Some((labels, current));
        self
    }

    /// Help, an example or a summary: the right column in landscape, below
    /// the body otherwise.
    #[must_use]
    pub fn aside(mut self, aside: impl Into<Element<'a, M>>) -> Self {
        self.aside = Some(aside.into());
        self
    }

    /// The on-screen keyboard; give it [`Context::keyboard_height`].
    #[must_use]
    pub fn keyboard(mut self, keyboard: impl Into<Element<'a, M>>) -> Self {
        self.keyboard = Some(keyboard.into());
        self
    }

    /// What the back button says; without it there is none.
    #[must_use]
    pub fn back(mut self, message: M) -> Self {
        self.back = Some(message);
        self
    }

    /// The one next step; `None` shows it disabled.
    #[must_use]
    pub fn primary(mut self, label: impl Into<String>, message: Option<M>) -> Self {
        self.primary = Some((label.into(), message));
        self
    }

    /// Something that must be answered first, on a card over the page.
    #[must_use]
    pub fn dialog(mut self, content: impl Into<Element<'a, M>>) -> Self {
        self.dialog = Some(content.into());
        self
    }

    /// The same page with another type of message.
    pub fn map<N: Clone + 'a>(self, f: impl Fn(M) -> N + Clone + 'a) -> Page<'a, N> {
        Page {
            title: self.title,
            subtitle: self.subtitle,
            large_title: self.large_title,
            badge: self.badge,
            steps: self.steps,
            body: self.body.map(f.clone()),
            aside: self.aside.map(|aside| aside.map(f.clone())),
            keyboard: self.keyboard.map(|keyboard| keyboard.map(f.clone())),
            back: self.back.map(f.clone()),
            primary: self.primary.map(|(label, message)| (label, message.map(f.clone()))),
            dialog: self.dialog.map(|dialog| dialog.map(f)),
            bare: self.bare,
        }
    }

    /// Draws the page with what is on every page.
    pub fn view(self, ctx: &Context, chrome: Chrome<M>) -> Element<'a, M> {
        let look = ctx.look;
        if self.bare {
            return filling(self.body);
        }
        let dialog = self.dialog;
        let on_clock = chrome.clock.clone();
        let bar = bar(ctx, self.back, self.primary, chrome);
        let has_keyboard = self.keyboard.is_some();
        let steps = self.steps.filter(|_| has_steps(ctx, has_keyboard));
        let subtitle = self.subtitle.filter(|_| has_subtitle(ctx, has_keyboard));
        let head = head(look, steps, self.title, subtitle, self.large_title, self.badge);
        let body = container(self.body).width(Length::Fill).height(Length::Fill).clip(true);
        let content: Element<'a, M> = if ctx.is_landscape() {
            landscape(head, body.into(), self.aside, self.keyboard)
        } else {
            column![column![head, body].push(self.aside).spacing(space::L).padding(margin(ctx)),]
                .push(self.keyboard)
                .height(Length::Fill)
                .into()
        };
        // Nothing on the strip is pressed, so it stays at the top even in the low layout.
        let low =
            (ctx.layout == Layout::PortraitLow).then(|| gap::vertical().height(low_gap(ctx, has_keyboard)));
        let page = column![strip::view(look, &ctx.line, two_lines(ctx), ctx.size.width, on_clock)]
            .push(low)
            .push(content)
            .push(bar);
        let page = filling(page);
        match dialog {
            Some(content) => super::dialog::view(look, page, content, 880.0, super::dialog::place(ctx)),
            None => page,
        }
    }
}

/// How much stays empty above the low layout, below the strip. What is only read may stand higher than what is touched.
#[must_use]
pub fn low_gap(ctx: &Context, has_keyboard: bool) -> f32 {
    let share = match ctx.layout {
        Layout::PortraitLow if has_keyboard => 0.32,
        Layout::PortraitLow => 0.38,
        _ => 0.0,
    };
    ctx.size.height * share
}

/// Whether there is room for the step bar: not beside large text but upright, nor in the low layout with a keyboard.
#[must_use]
pub fn has_steps(ctx: &Context, has_keyboard: bool) -> bool {
    match ctx.layout {
        Layout::Portrait => true,
        Layout::PortraitLow => !(has_keyboard || ctx.look.is_large()),
        Layout::Landscape => !ctx.look.is_large(),
    }
}

/// Whether there is room for the line under the title: in the low layout the keyboard leaves none.
#[must_use]
pub fn has_subtitle(ctx: &Context, has_keyboard: bool) -> bool {
    ctx.layout != Layout::PortraitLow || !has_keyboard
}

fn margin(ctx: &Context) -> [f32; 2] {
    match ctx.layout {
        Layout::PortraitLow => [space::M, space::XL],
        _ => [space::L, space::XL],
    }
}

/// How high the status strip is: for screens that must know how much room is left.
#[must_use]
pub fn strip_height(ctx: &Context) -> f32 {
    strip::height(ctx.look, &ctx.line, two_lines(ctx), ctx.size.width)
}

/// How high the action bar is.
#[must_use]
pub fn bar_height(look: Look) -> f32 {
    look.line_width() + look.control_height() + space::S + 2.0 * space::M
}

fn two_lines(ctx: &Context) -> bool {
    !ctx.is_landscape() && (ctx.look.is_large() || !ctx.is_chinese())
}

/// The ground is the window's own: a box of it would be drawn once more with each picture, and whole and through a mask
/// with each button or letter that changes.
fn filling<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    container(content).width(Length::Fill).height(Length::Fill).into()
}

fn landscape<'a, M: 'a>(
    head: Element<'a, M>,
    body: Element<'a, M>,
    aside: Option<Element<'a, M>>,
    keyboard: Option<Element<'a, M>>,
) -> Element<'a, M> {
    let left = column![head, body].spacing(space::L);
    let padding = [space::L, space::XL];
    match (aside, keyboard) {
        (None, None) => left.padding(padding).into(),
        (Some(aside), None) => row![
            left.width(Length::FillPortion(11)),
            container(aside).width(Length::FillPortion(8)).height(Length::Fill).clip(true),
        ]
        .spacing(space::XL)
        .padding(padding)
        .height(Length::Fill)
        .into(),
        (aside, Some(keyboard)) => row![
            left.padding(padding).width(Length::FillPortion(1)),
            column![
                container(aside.unwrap_or_else(|| Space::new().into()))
                    .padding([space::L, space::XL])
                    .height(Length::Fill)
                    .clip(true),
                keyboard,
            ]
            .width(Length::FillPortion(1)),
        ]
        .height(Length::Fill)
        .into(),
    }
}

fn head<'a, M: 'a>(
    look: Look,
    steps: Option<(Vec<String>, usize)>,
    title: String,
    subtitle: Option<String>,
    large: bool,
    badge: Option<(Tone, Icon)>,
) -> Element<'a, M> {
    let title = (!title.is_empty()).then(|| if large { look.question(title) } else { look.title(title) });
    let words: Column<'a, M> =
        column![].push(title).push(subtitle.map(|words| look.hint(words))).spacing(space::XS);
    let side = look.size.question * 1.9;
    let badge = badge.map(|(tone, icon)| {
        container(icon.view(side * 0.6, look.palette.tone(tone)))
            .center_x(side)
            .center_y(side)
            .style(look.tinted_round(tone, radius::PILL))
    });
    let words =
        row![].push(badge).push(words.width(Length::Fill)).spacing(space::L).align_y(Alignment::Center);
    column![]
        .push(steps.map(|(labels, current)| steps::view(look, &labels, current)))
        .push(words)
        .spacing(space::M)
        .into()
}

fn bar<'a, M: Clone + 'a>(
    ctx: &Context,
    back: Option<M>,
    primary: Option<(String, Option<M>)>,
    chrome: Chrome<M>,
) -> Element<'a, M> {
    let look = ctx.look;
    let p = look.palette;
    let side = look.size.caption * 4.8;
    let icon = |icon: Icon| icon.view(look.size.section, p.ink);
    let tall = look.control_height() + space::S;
    let home = chrome.home.map(|home| button::stacked(look, icon(Icon::Home), ctx.t("bar-home"), side, home));
    // Large text in portrait: a narrow way back leaves the primary action its words.
    let narrow = look.is_large() && !ctx.is_landscape();
    let back: Option<Element<'a, M>> = back.map(|back| {
        if narrow {
            button::stacked(look, icon(Icon::Back), ctx.t("bar-back"), side, back).into()
        } else {
            button::labelled(look, Kind::Secondary, Some(Icon::Back), ctx.t("bar-back"), Some(back))
                .height(tall)
                .width(if ctx.is_landscape() { 280.0 } else { look.size.body * 6.8 })
                .into()
        }
    });
    let primary: Element<'a, M> = match primary {
        Some((label, message)) => button::primary(look, label, message).height(tall).into(),
        None => gap::horizontal().into(),
    };
    let next = ctx.texts.language().next();
    let letters = look.section(next.short_name()).font(font::BOLD);
    let buttons = row![]
        .push(home)
        .push(back)
        .push(primary)
        .push(button::stacked(look, icon(Icon::TextSize), ctx.t("bar-display"), side, chrome.display))
        .push(button::stacked(look, letters, next.own_name(), side, chrome.language))
        .spacing(if narrow { space::S } else { space::M })
        .align_y(Alignment::Center);
    let line = container(Space::new().width(Length::Fill).height(look.line_width())).style(move |_| {
        container::Style {
            background: Some(Background::Color(p.line)),
            border: Border::default(),
            ..container::Style::default()
        }
    });
    column![
        line,
        container(buttons)
            .padding([space::M, space::XL])
            .width(Length::Fill)
            .style(move |_| look.surface(p.card, 0.0, false)),
    ]
    .into()
}
