//! The status strip at the top of every page: where this is, whether things
//! work, in words with a dot, and what time it is.

use iced::widget::text::Wrapping;
use iced::widget::{Row, Space, column, container, mouse_area, row, space};
use iced::{Alignment, Background, Border, Element, Length};

use super::words::{breadth, shortened};
use crate::font;
use crate::theme::{Look, Tone, space as gap};

/// What the strip says. All words are already in the resident's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusLine {
    /// The name of the service and of the place.
    pub place: String,
    /// The network and what still waits to be sent.
    pub network: (Tone, String),
    /// The printer; absent where there is none.
    pub printer: Option<(Tone, String)>,
    /// Date and time.
    pub clock: String,
}

/// Draws the strip in a page of `width`, in one line, or in two where one would not hold the words. The strip
/// never grows further: a place with a longer name than fits is shortened, the states and the clock never are. A
/// touch of the clock says `on_clock`; nothing shows that it can be touched.
pub fn view<'a, M: Clone + 'a>(
    look: Look,
    line: &StatusLine,
    two_lines: bool,
    width: f32,
    on_clock: M,
) -> Element<'a, M> {
    let words =
        |text: &str| look.caption(text.to_owned()).color(look.palette.on_strip).wrapping(Wrapping::None);
    let ems = width / look.size.caption - 2.0 * gap::XL / look.size.caption;
    let clock_ems = breadth(&line.clock) + 1.2;
    let two_lines = two_lines || !fits_one_line(look, line, width);
    let place = shortened(&line.place, if two_lines { ems - clock_ems } else { ems });
    let states: Row<'a, M> = row![state(look, &line.network)]
        .push(line.printer.as_ref().map(|printer| state(look, printer)))
        .spacing(gap::L)
        .align_y(Alignment::Center);
    let place = words(&place).font(font::BOLD);
    let clock = mouse_area(words(&line.clock)).on_press(on_clock);
    let content: Element<'a, M> = if two_lines {
        column![row![place, space::horizontal(), clock].align_y(Alignment::Center), states]
            .spacing(gap::XS)
            .into()
    } else {
        row![place, space::horizontal(), states, Space::new().width(gap::L), clock]
            .align_y(Alignment::Center)
            .into()
    };
    container(content)
        .padding([gap::M, gap::XL])
        .width(Length::Fill)
        .style(move |_| {
            let mut style = look.surface(look.palette.strip, 0.0, false);
            if !look.may_move() && look.palette.strip == look.palette.ground {
                style.border = Border::default();
            }
            style
        })
        .into()
}

/// How high the strip is that [`view`] draws.
#[must_use]
pub fn height(look: Look, line: &StatusLine, two_lines: bool, width: f32) -> f32 {
    let one = look.size.caption * 1.3;
    let words = if two_lines || !fits_one_line(look, line, width) { 2.0 * one + gap::XS } else { one };
    words + 2.0 * gap::M
}

fn fits_one_line(look: Look, line: &StatusLine, width: f32) -> bool {
    let ems = (width - 2.0 * gap::XL) / look.size.caption;
    let states = std::iter::once(&line.network).chain(&line.printer);
    let states_ems: f32 = states.map(|(_, words)| breadth(words) + 2.3).sum();
    breadth(&line.place) + states_ems + breadth(&line.clock) + 1.2 <= ems
}

fn state<'a, M: 'a>(look: Look, (tone, words): &(Tone, String)) -> Element<'a, M> {
    let dot = look.palette.dot(*tone);
    row![
        container(Space::new().width(16).height(16)).style(move |_| container::Style {
            background: Some(Background::Color(dot)),
            border: Border { radius: 8.0.into(), ..Border::default() },
            ..container::Style::default()
        }),
        look.caption(words.clone()).color(look.palette.on_strip).wrapping(Wrapping::None),
    ]
    .spacing(gap::S)
    .align_y(Alignment::Center)
    .into()
}
