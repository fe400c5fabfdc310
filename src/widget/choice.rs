//! Choosing: one of several (a round mark) or yes or no (a square mark).

use iced::widget::{Button, Space, column, container, row};
use iced::{Alignment, Background, Border, Element, Length};

use super::button::{Kind, around, ink};
use crate::icon::Icon;
use crate::theme::{Look, radius, space};

/// One of several: chosen or not.
pub fn choice<'a, M: Clone + 'a>(
    look: Look,
    label: impl Into<String>,
    hint: Option<String>,
    chosen: bool,
    on_press: M,
) -> Button<'a, M> {
    card(look, round(look, chosen), label.into(), hint, chosen, on_press)
}

/// Yes or no: ticked or not.
pub fn check<'a, M: Clone + 'a>(
    look: Look,
    label: impl Into<String>,
    hint: Option<String>,
    ticked: bool,
    on_press: M,
) -> Button<'a, M> {
    card(look, square(look, ticked), label.into(), hint, ticked, on_press)
}

/// How wide the label is in a card of `width`, for screens that must know how much room there is.
#[must_use]
pub fn label_width(look: Look, width: f32) -> f32 {
    width - look.size.section - 2.0 * space::M - 2.0 * space::L
}

/// How high a card is whose label is `label` high, without a hint.
#[must_use]
pub fn height(look: Look, label: f32) -> f32 {
    (label + 2.0 * space::M).max(look.control_height())
}

fn card<'a, M: Clone + 'a>(
    look: Look,
    mark: Element<'a, M>,
    label: String,
    hint: Option<String>,
    chosen: bool,
    on_press: M,
) -> Button<'a, M> {
    let kind = if chosen { Kind::Chosen } else { Kind::Secondary };
    let words = column![look.body(label).color(ink(&look, kind, true))]
        .push(hint.map(|hint| look.hint(hint)))
        .spacing(4)
        .width(Length::Fill);
    let tall = Space::new().height(look.control_height() - 2.0 * space::M);
    let content = row![mark, words, tall].spacing(space::M).align_y(Alignment::Center);
    around(
        look,
        kind,
        radius::CONTROL,
        container(content).padding([space::M, space::L]).width(Length::Fill),
        Some(on_press),
    )
    .width(Length::Fill)
}

fn round<'a, M: 'a>(look: Look, chosen: bool) -> Element<'a, M> {
    let p = look.palette;
    let side = look.size.section;
    let dot = container(Space::new().width(side * 0.5).height(side * 0.5)).style(move |_| container::Style {
        background: chosen.then_some(Background::Color(p.primary)),
        border: Border { radius: side.into(), ..Border::default() },
        ..container::Style::default()
    });
    container(dot)
        .center_x(side)
        .center_y(side)
        .style(move |_| container::Style {
            background: Some(Background::Color(p.card)),
            border: Border {
                color: if chosen { p.primary } else { p.ink_2 },
                width: 3.0,
                radius: side.into(),
            },
            ..container::Style::default()
        })
        .into()
}

fn square<'a, M: 'a>(look: Look, ticked: bool) -> Element<'a, M> {
    let p = look.palette;
    let side = look.size.section;
    let tick: Element<'a, M> =
        if ticked { Icon::Check.view(side * 0.8, p.on_primary).into() } else { Space::new().into() };
    container(tick)
        .center_x(side)
        .center_y(side)
        .style(move |_| container::Style {
            background: Some(Background::Color(if ticked { p.primary } else { p.card })),
            border: Border {
                color: if ticked { p.primary } else { p.ink_2 },
                width: 3.0,
                radius: space::XS.into(),
            },
            ..container::Style::default()
        })
        .into()
}
