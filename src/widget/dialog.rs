//! A dialog over the page: the page behind it cannot be reached.

use iced::widget::{container, opaque, stack};
use iced::{Background, Element, Length};

use crate::theme::{Look, space};

/// Where the dialog stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogPlace {
    /// In the middle.
    Middle,
    /// At the bottom, within everybody's reach.
    Bottom,
    /// Low, but above the action bar: what is pressed there is no answer here.
    AboveBar,
}

/// Shows `content` on a card over `page`. The card is at most `width` wide.
pub fn view<'a, M: 'a>(
    look: Look,
    page: Element<'a, M>,
    content: impl Into<Element<'a, M>>,
    width: f32,
    place: DialogPlace,
) -> Element<'a, M> {
    let card = container(content).max_width(width).padding(space::XL).style(look.card());
    let over = container(card).padding(space::XL).center_x(Length::Fill).style(move |_| container::Style {
        background: Some(Background::Color(look.palette.scrim)),
        ..container::Style::default()
    });
    let over = match place {
        DialogPlace::Middle => over.center_y(Length::Fill),
        DialogPlace::Bottom => over.align_bottom(Length::Fill),
        DialogPlace::AboveBar => over
            .padding(iced::padding::all(space::XL).bottom(super::page::bar_height(look)))
            .align_bottom(Length::Fill),
    };
    stack![page, opaque(over)].into()
}

/// Where a dialog stands on the pages of `ctx`: low where everything is low.
#[must_use]
pub fn place(ctx: &crate::context::Context) -> DialogPlace {
    match ctx.layout {
        crate::context::Layout::PortraitLow => DialogPlace::AboveBar,
        _ => DialogPlace::Middle,
    }
}
