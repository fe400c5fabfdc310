//! The step bar: which steps there are, which are done, and where one is.

use iced::widget::{column, container, row};
use iced::{Alignment, Background, Border, Element, Length};

use crate::font;
use crate::icon::Icon;
use crate::theme::{Look, space};

/// Draws `labels`; those before `current` (counted from 0) are done.
pub fn view<'a, M: 'a>(look: Look, labels: &[String], current: usize) -> Element<'a, M> {
    row(labels.iter().enumerate().map(|(index, label)| step(look, index, label, current)))
        .spacing(space::XS)
        .width(Length::Fill)
        .into()
}

fn step<'a, M: 'a>(look: Look, index: usize, label: &str, current: usize) -> Element<'a, M> {
    let p = look.palette;
    let reached = index <= current;
    let side = look.size.title + space::XS;
    let mark: Element<'a, M> = if index < current {
        Icon::Check.view(side * 0.6, p.on_primary).into()
    } else {
        let color = if reached { p.on_primary } else { p.ink_2 };
        look.hint((index + 1).to_string()).color(color).into()
    };
    let circle = container(mark).center_x(side).center_y(side).style(move |_| container::Style {
        background: Some(Background::Color(if reached { p.primary } else { p.card })),
        border: Border { color: if reached { p.primary } else { p.line }, width: 2.0, radius: side.into() },
        ..container::Style::default()
    });
    let words = look.caption(label.to_owned()).center();
    let words = if index == current {
        words.font(font::BOLD).color(p.primary)
    } else if reached {
        words.color(p.primary)
    } else {
        words
    };
    column![circle, words].spacing(space::XS).width(Length::Fill).align_x(Alignment::Center).into()
}
