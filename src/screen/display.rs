//! What a resident may choose for their eyes and reach: size of text,
//! contrast, and whether everything sits low. Shown over any page.

use iced::widget::{Row, column, row};
use iced::{Element, Length};

use crate::context::{Context, Layout};
use crate::theme::{Contrast, TextSize, space};
use crate::widget::{button, choice};

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// A size of text.
    Text(TextSize),
    /// A contrast.
    Contrast(Contrast),
    /// Everything low, or not.
    Low(bool),
    /// Done.
    Done,
}

/// Draws the choices.
pub fn view<'a>(ctx: &Context) -> Element<'a, Message> {
    let look = ctx.look;
    let text = |size: TextSize, key: &str| {
        choice(look, ctx.t(key), None, look.mode.text == size, Message::Text(size)).into()
    };
    let contrast = |contrast: Contrast| {
        let key = match contrast {
            Contrast::Standard => "display-standard",
            Contrast::BlackOnWhite => "display-black-on-white",
            Contrast::WhiteOnBlack => "display-white-on-black",
            Contrast::YellowOnBlack => "display-yellow-on-black",
        };
        let chosen = look.mode.contrast == contrast;
        choice(look, ctx.t(key), None, chosen, Message::Contrast(contrast)).into()
    };
    let pair = |children: Vec<Element<'a, Message>>| Row::with_children(children).spacing(space::S);
    let [standard, black, white, yellow] = Contrast::ALL;
    let low = ctx.layout == Layout::PortraitLow;
    let position = (!ctx.is_landscape()).then(|| {
        column![
            look.strong(ctx.t("display-position")),
            row![
                choice(look, ctx.t("display-full"), None, !low, Message::Low(false)),
                choice(look, ctx.t("display-low"), None, low, Message::Low(true)),
            ]
            .spacing(space::S)
        ]
        .spacing(space::S)
    });
    column![
        look.section(ctx.t("display-title")),
        pair(vec![text(TextSize::Normal, "display-normal"), text(TextSize::Large, "display-large"),]),
        look.strong(ctx.t("display-contrast")),
        pair(vec![contrast(standard), contrast(black)]),
        pair(vec![contrast(white), contrast(yellow)]),
    ]
    .push(position)
    .push(button::primary(look, ctx.t("display-done"), Some(Message::Done)))
    .spacing(space::M)
    .width(Length::Fill)
    .into()
}
