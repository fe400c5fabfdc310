//! A labelled field. It shows text; the on-screen keyboard changes it, so the
//! caret always stands at the end.

use iced::widget::{Space, button, column, container, rich_text, row, span};
use iced::{Alignment, Background, Border, Element, Length, Theme};

use super::card::chip;
use crate::font;
use crate::icon::Icon;
use crate::theme::{Look, Tone, radius, space};

/// What a field shows.
#[derive(Clone, Default)]
pub struct Field {
    /// What is asked, in everyday words.
    pub label: String,
    /// What has been entered, already grouped for reading where that helps.
    pub value: String,
    /// Letters that wait for a choice, shown after the value.
    pub composing: String,
    /// Shown while nothing has been entered.
    pub placeholder: String,
    /// An example or explanation under the field.
    pub hint: Option<String>,
    /// What is probably wrong; takes the place of the hint.
    pub doubt: Option<String>,
    /// What is wrong and what to do; takes the place of both.
    pub error: Option<String>,
    /// Whether the keyboard writes into this field now.
    pub focused: bool,
    /// Where the value comes from, such as the identity card. It cannot be changed then.
    pub source: Option<String>,
    /// An icon inside the field, before the text.
    pub icon: Option<Icon>,
}

impl Field {
    /// An empty field that asks for `label`.
    #[must_use]
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), ..Self::default() }
    }

    /// Draws the field; pressing it says `on_press`.
    pub fn view<'a, M: Clone + 'a>(self, look: Look, on_press: Option<M>) -> Element<'a, M> {
        let below: Option<Element<'a, M>> = match (&self.error, &self.doubt, &self.hint) {
            (Some(error), _, _) => Some(error_line(look, error.clone())),
            (None, Some(doubt), _) => Some(toned_line(look, Tone::Warn, doubt.clone())),
            (None, None, Some(hint)) => Some(look.hint(hint.clone()).into()),
            (None, None, None) => None,
        };
        let label = (!self.label.is_empty()).then(|| look.strong(self.label.clone()));
        column![]
            .push(label)
            .push(self.inside(look, on_press))
            .push(below)
            .spacing(space::S)
            .width(Length::Fill)
            .into()
    }

    fn inside<'a, M: Clone + 'a>(self, look: Look, on_press: Option<M>) -> Element<'a, M> {
        let p = look.palette;
        let locked = self.source.is_some();
        let text: Element<'a, M> = if self.value.is_empty() && self.composing.is_empty() && !self.focused {
            look.body(self.placeholder).color(p.ink_2).into()
        } else {
            let caret = if self.focused { "|" } else { "" };
            let grey = if self.value.is_empty() && self.composing.is_empty() {
                self.placeholder
            } else {
                String::new()
            };
            rich_text::<(), M, Theme, iced::Renderer>([
                span(self.value),
                span(self.composing).color(p.primary),
                span(caret).color(p.primary).font(font::BOLD),
                span(grey).color(p.ink_2),
            ])
            .size(look.size.body)
            .color(p.ink)
            .into()
        };
        let content = row![]
            .push(self.icon.map(|icon| icon.view(look.size.section, p.primary)))
            .push(container(text).width(Length::Fill))
            .push(self.source.map(|words| chip(look, Tone::Info, words)))
            .push(Space::new().height(look.control_height() - 2.0 * space::M))
            .spacing(space::M)
            .align_y(Alignment::Center);
        let (line, width) = if self.error.is_some() {
            (p.bad, look.line_width() + 1.0)
        } else if self.focused {
            (p.primary, look.line_width() + 1.0)
        } else {
            (p.line, look.line_width())
        };
        button(container(content).width(Length::Fill))
            .padding([space::M, space::L])
            .on_press_maybe(on_press)
            .style(move |_, status| {
                let ground = match status {
                    _ if locked => p.locked,
                    button::Status::Pressed => p.pressed,
                    _ => p.card,
                };
                button::Style {
                    background: Some(Background::Color(ground)),
                    text_color: p.ink,
                    border: Border { color: line, width, radius: radius::CONTROL.into() },
                    ..button::Style::default()
                }
            })
            .into()
    }
}

/// What is wrong and what to do, with its icon.
pub fn error_line<'a, M: 'a>(look: Look, words: String) -> Element<'a, M> {
    toned_line(look, Tone::Bad, words)
}

fn toned_line<'a, M: 'a>(look: Look, tone: Tone, words: String) -> Element<'a, M> {
    let ink = look.palette.tone(tone);
    row![Icon::Alert.view(look.size.hint * 1.2, ink), look.hint(words).color(ink).width(Length::Fill),]
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
}
