//! A wait: what is awaited, in words, with a sign that the machine is alive.

use iced::widget::{Space, column, container, row};
use iced::{Alignment, Background, Border, Element, Length};

use crate::icon::Icon;
use crate::theme::{Look, space};

/// Says what is awaited. `second` counts up once a second and moves the mark
/// along; where nothing may move, the mark stays whole.
pub fn view<'a, M: 'a>(
    look: Look,
    title: impl Into<String>,
    hint: Option<String>,
    second: u32,
) -> Element<'a, M> {
    const DOTS: u32 = 4;
    let p = look.palette;
    let dots = row((0..DOTS).map(|dot| {
        let lit = !look.may_move() || dot == second % DOTS;
        container(Space::new().width(20).height(20))
            .style(move |_| container::Style {
                background: Some(Background::Color(if lit { p.primary } else { p.line })),
                border: Border { radius: 10.0.into(), ..Border::default() },
                ..container::Style::default()
            })
            .into()
    }))
    .spacing(space::M);
    container(
        column![Icon::Clock.view(look.size.question * 1.6, p.primary), look.section(title.into()).center(),]
            .push(hint.map(|hint| look.hint(hint).center()))
            .push(dots)
            .spacing(space::L)
            .align_x(Alignment::Center),
    )
    .center_x(Length::Fill)
    .center_y(Length::Fill)
    .into()
}
