//! Cards: tiles to press, chips, notices, rows of a list, and facts to read.

use iced::widget::{Button, Column, Container, Row, column, container, row};
use iced::{Alignment, Element, Length};

use super::button::{Kind, around, ink};
use super::words::breadth;
use crate::font;
use crate::icon::Icon;
use crate::theme::{Look, Tone, radius, space};

/// A large tile: an icon, what it is for, and a line that explains.
pub fn tile<'a, M: Clone + 'a>(
    look: Look,
    icon: Icon,
    title: impl Into<String>,
    hint: impl Into<String>,
    on_press: M,
) -> Button<'a, M> {
    let side = look.size.section * if look.is_large() { 2.0 } else { 2.4 };
    let content = row![
        container(icon.view(side * 0.55, look.palette.primary))
            .center_x(side)
            .center_y(side)
            .style(look.tinted(Tone::Info)),
        column![look.section(title.into()), look.hint(hint.into())].spacing(space::XS).width(Length::Fill),
    ]
    .spacing(space::L)
    .align_y(Alignment::Center);
    around(
        look,
        Kind::Secondary,
        radius::CARD,
        container(content).padding([0.0, space::M]).center_y(Length::Fill),
        Some(on_press),
    )
    .width(Length::Fill)
    .height(look.control_height() * if look.is_large() { 1.8 } else { 1.6 })
}

/// A small tile with one line of words: a theme, a life event, a suggestion.
pub fn tile_small<'a, M: Clone + 'a>(look: Look, label: impl Into<String>, on_press: M) -> Button<'a, M> {
    around(
        look,
        Kind::Secondary,
        radius::CONTROL,
        container(look.body(label.into()).center())
            .center_x(Length::Fill)
            .center_y(Length::Fill)
            .padding([0.0, space::XS]),
        Some(on_press),
    )
    .width(Length::Fill)
    .height(look.control_height())
}

/// A few words on a tint, to mark something.
pub fn chip<'a, M: 'a>(look: Look, tone: Tone, words: impl Into<String>) -> Element<'a, M> {
    container(
        look.caption(words.into())
            .color(look.palette.tone(tone))
            .wrapping(iced::widget::text::Wrapping::None),
    )
    .padding([4.0, space::M])
    .style(look.tinted_round(tone, radius::PILL))
    .into()
}

/// A notice: an icon, what is so, and what follows from it.
pub fn notice<'a, M: 'a>(
    look: Look,
    tone: Tone,
    icon: Icon,
    title: impl Into<String>,
    hint: Option<String>,
) -> Container<'a, M> {
    let words = column![look.strong(title.into())]
        .push(hint.map(|hint| look.hint(hint)))
        .spacing(space::XS)
        .width(Length::Fill);
    container(
        row![icon.view(look.size.question, look.palette.tone(tone)), words]
            .spacing(space::L)
            .align_y(Alignment::Center),
    )
    .padding([space::L, space::L])
    .width(Length::Fill)
    .style(look.tinted(tone))
}

/// A row of a list that opens something: a title of at most `lines` lines, a
/// line under it, chips.
pub fn row_card<'a, M: Clone + 'a>(
    look: Look,
    title: impl Into<String>,
    detail: impl Into<String>,
    chips: Vec<(Tone, String)>,
    lines: u8,
    on_press: M,
) -> Button<'a, M> {
    let detail: String = detail.into();
    let mut under: Row<'a, M> = row(chips.into_iter().map(|(tone, words)| chip(look, tone, words)))
        .spacing(space::S)
        .align_y(Alignment::Center);
    if !detail.is_empty() {
        under = under.push(look.hint(detail).wrapping(iced::widget::text::Wrapping::None));
    }
    let words =
        column![look.body(title.into()).font(font::BOLD).color(ink(&look, Kind::Secondary, true)), under]
            .spacing(space::XS)
            .width(Length::Fill);
    around(
        look,
        Kind::Secondary,
        radius::CARD,
        container(
            row![words, Icon::Next.view(look.size.section, look.palette.ink_2)]
                .spacing(space::M)
                .align_y(Alignment::Center),
        )
        .padding([space::S, space::L])
        .clip(true)
        .center_y(Length::Fill),
        Some(on_press),
    )
    .width(Length::Fill)
    .height(row_height(look, lines))
}

/// The height of a [`row_card`] without the gap below it: so many lines of
/// title and one under them.
#[must_use]
pub fn row_height(look: Look, lines: u8) -> f32 {
    (look.size.body * f32::from(lines) + look.size.hint) * 1.3 + 4.0 * space::S
}

/// About how wide `text` is in units of its size: a Chinese character is a
/// square, a letter a bit more than half. Rather too much than too little.
#[must_use]
pub fn ems(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.6 } else { 1.0 }).sum()
}

/// Names and what they are, in two columns: what is read before a decision.
pub fn facts<'a, M: 'a>(
    look: Look,
    facts: impl IntoIterator<Item = (Icon, String, String)>,
) -> Column<'a, M> {
    column(fact_rows(look, facts)).spacing(space::M)
}

/// The rows of [`facts`]. The names are in a column that parts no word.
pub fn fact_rows<'a, M: 'a>(
    look: Look,
    facts: impl IntoIterator<Item = (Icon, String, String)>,
) -> Vec<Element<'a, M>> {
    let facts: Vec<_> = facts.into_iter().collect();
    let words = facts.iter().flat_map(|(_, name, _)| name.split(' ')).filter(|word| word.is_ascii());
    let names = words.map(breadth).fold(5.5, f32::max) * look.size.hint;
    let row = |(icon, name, value): (Icon, String, String)| {
        row![
            icon.view(look.size.section, look.palette.primary),
            container(look.hint(name)).width(names),
            look.body(value).width(Length::Fill),
        ]
        .spacing(space::M)
        .align_y(Alignment::Start)
        .into()
    };
    facts.into_iter().map(row).collect()
}
