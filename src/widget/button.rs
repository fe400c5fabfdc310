//! Buttons: pressed at once, and never left looking pressed by a finger that
//! has gone (hovering looks like nothing, because a touch leaves a hover behind).

use iced::widget::button::{Status, Style};
use iced::widget::{Button, button, column, container, row};
use iced::{Alignment, Background, Border, Color, Element, Length, Theme};

use crate::icon::Icon;
use crate::theme::{Look, radius, space};

/// What a button is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one next step of the page.
    Primary,
    /// Anything else.
    Secondary,
    /// The chosen one of several.
    Chosen,
}

/// The colour of the words on a button.
#[must_use]
pub const fn ink(look: &Look, kind: Kind, enabled: bool) -> Color {
    match (kind, enabled) {
        (_, false) => look.palette.ink_2,
        (Kind::Primary, true) => look.palette.on_primary,
        (Kind::Secondary, true) => look.palette.ink,
        (Kind::Chosen, true) => look.palette.primary,
    }
}

/// A button round any content. `None` shows it disabled.
pub fn around<'a, M: Clone + 'a>(
    look: Look,
    kind: Kind,
    corner: f32,
    content: impl Into<Element<'a, M>>,
    on_press: Option<M>,
) -> Button<'a, M> {
    button(content)
        .padding(0)
        .on_press_maybe(on_press)
        .style(move |_: &Theme, status| style(look, kind, corner, status))
}

fn style(look: Look, kind: Kind, corner: f32, status: Status) -> Style {
    let p = look.palette;
    let pressed = status == Status::Pressed;
    let disabled = status == Status::Disabled;
    let (ground, line, width) = match kind {
        _ if disabled => (p.locked, p.line, look.line_width()),
        Kind::Primary if pressed => (p.primary_dark, p.primary_dark, 0.0),
        Kind::Primary => (p.primary, p.primary, 0.0),
        Kind::Secondary if pressed => (p.pressed, p.primary, look.line_width()),
        Kind::Secondary => (p.card, p.line, look.line_width()),
        Kind::Chosen if pressed => (p.pressed, p.primary, look.line_width() + 1.0),
        Kind::Chosen => (p.primary_tint, p.primary, look.line_width() + 1.0),
    };
    Style {
        background: Some(Background::Color(ground)),
        text_color: ink(&look, kind, !disabled),
        border: Border { color: line, width, radius: corner.into() },
        ..Style::default()
    }
}

/// A button with words, and an icon before them if there is one ([`Icon::Next`]
/// stands after them). Its height is
/// the look's control height; its width is as wide as the words unless changed.
pub fn labelled<'a, M: Clone + 'a>(
    look: Look,
    kind: Kind,
    icon: Option<Icon>,
    label: impl Into<String>,
    on_press: Option<M>,
) -> Button<'a, M> {
    let color = ink(&look, kind, on_press.is_some());
    let words = match kind {
        Kind::Secondary => look.body(label.into()),
        Kind::Primary | Kind::Chosen => look.strong(label.into()),
    };
    let words = words.color(color).center();
    let leads = icon.is_some_and(|icon| icon == Icon::Next);
    let icon = icon.map(|icon| icon.view(look.size.section, color));
    let (before, after) = if leads { (None, icon) } else { (icon, None) };
    let content = row![].push(before).push(words).push(after).spacing(space::S).align_y(Alignment::Center);
    around(
        look,
        kind,
        radius::CONTROL,
        container(content).center_x(Length::Fill).center_y(Length::Fill).padding([0.0, space::M]),
        on_press,
    )
    .height(look.control_height())
}

/// The one next step.
pub fn primary<'a, M: Clone + 'a>(
    look: Look,
    label: impl Into<String>,
    on_press: Option<M>,
) -> Button<'a, M> {
    labelled(look, Kind::Primary, None, label, on_press).width(Length::Fill)
}

/// Any other thing to do.
pub fn secondary<'a, M: Clone + 'a>(
    look: Look,
    icon: Option<Icon>,
    label: impl Into<String>,
    on_press: Option<M>,
) -> Button<'a, M> {
    labelled(look, Kind::Secondary, icon, label, on_press).width(Length::Fill)
}

/// A square button with a mark (an icon or large letters) over a small word.
pub fn stacked<'a, M: Clone + 'a>(
    look: Look,
    mark: impl Into<Element<'a, M>>,
    label: impl Into<String>,
    width: f32,
    on_press: M,
) -> Button<'a, M> {
    let content = column![mark.into(), look.caption(label.into()).color(look.palette.ink)]
        .spacing(2)
        .align_x(Alignment::Center);
    around(
        look,
        Kind::Secondary,
        radius::CONTROL,
        container(content).center_x(Length::Fill).center_y(Length::Fill),
        Some(on_press),
    )
    .width(width)
    .height(look.control_height() + space::S)
}
