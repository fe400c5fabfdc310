//! How everything looks: colours, type, spaces and radii by name, in every
//! mode a resident can choose, and the scale that makes them right on a panel
//! of any size.
//!
//! Colours are written nowhere else. This module must not know screens.

mod palette;

use iced::widget::text::{LineHeight, Wrapping};
use iced::widget::{Text, container, text};
use iced::{Background, Border, Color, Pixels, Theme};

pub use bianmin_terminal::config::Panel;
pub use palette::{Palette, Tone};

use crate::font;

/// Spaces in logical pixels, from inside a control to between parts of a page.
pub mod space {
    /// Between an icon and its word.
    pub const XS: f32 = 8.0;
    /// Between neighbouring targets: never less than 2.54 mm.
    pub const S: f32 = super::Panel::MIN_GAP;
    /// Between tiles.
    pub const M: f32 = 20.0;
    /// Inside a card.
    pub const L: f32 = 28.0;
    /// The page margin.
    pub const XL: f32 = 40.0;
    /// Around what stands alone.
    pub const XXL: f32 = 64.0;
}

/// Corner radii in logical pixels.
pub mod radius {
    /// A key of the keyboard.
    pub const KEY: f32 = 12.0;
    /// A button or field.
    pub const CONTROL: f32 = 16.0;
    /// A card or tile.
    pub const CARD: f32 = 20.0;
    /// A chip: as round as it can be.
    pub const PILL: f32 = 999.0;
}

/// The least width and height of anything that can be touched, in logical
/// pixels: 12.7 mm on the smallest [`Panel`] that is accepted.
pub const MIN_TARGET: f32 = Panel::MIN_TARGET;

/// How large text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextSize {
    /// The size for most people.
    #[default]
    Normal,
    /// A quarter larger (长者模式).
    Large,
}

/// How text and ground contrast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Contrast {
    /// The civic blue on light ground.
    #[default]
    Standard,
    /// Black on white.
    BlackOnWhite,
    /// White on black.
    WhiteOnBlack,
    /// Yellow on black.
    YellowOnBlack,
}

impl Contrast {
    /// Every contrast, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Standard, Self::BlackOnWhite, Self::WhiteOnBlack, Self::YellowOnBlack];
}

/// What a resident has chosen for their eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Mode {
    /// Size of all text.
    pub text: TextSize,
    /// Colours.
    pub contrast: Contrast,
}

/// The six sizes of text, in logical pixels. Nothing is smaller than a caption.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypeScale {
    /// The question of a page that stands alone (home, receipt).
    pub question: f32,
    /// The title of a page.
    pub title: f32,
    /// A section or tile.
    pub section: f32,
    /// What is read.
    pub body: f32,
    /// What explains.
    pub hint: f32,
    /// The least: status strip, labels under icons.
    pub caption: f32,
}

impl TypeScale {
    const NORMAL: Self =
        Self { question: 56.0, title: 48.0, section: 38.0, body: 32.0, hint: 28.0, caption: 25.0 };

    const LARGE: Self =
        Self { question: 68.0, title: 60.0, section: 47.0, body: 40.0, hint: 35.0, caption: 31.0 };
}

/// Everything a widget needs to draw itself. Cheap to copy; made once per change of [`Mode`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// What was chosen.
    pub mode: Mode,
    /// The colours of that choice.
    pub palette: Palette,
    /// The text sizes of that choice.
    pub size: TypeScale,
}

impl Default for Look {
    fn default() -> Self {
        Self::new(Mode::default())
    }
}

impl Look {
    /// The look for `mode`.
    #[must_use]
    pub const fn new(mode: Mode) -> Self {
        Self {
            mode,
            palette: Palette::of(mode.contrast),
            size: match mode.text {
                TextSize::Normal => TypeScale::NORMAL,
                TextSize::Large => TypeScale::LARGE,
            },
        }
    }

    /// Whether large text was chosen.
    #[must_use]
    pub const fn is_large(&self) -> bool {
        matches!(self.mode.text, TextSize::Large)
    }

    /// Whether anything may move: not for large text, not in high contrast.
    #[must_use]
    pub const fn may_move(&self) -> bool {
        !self.is_large() && matches!(self.mode.contrast, Contrast::Standard)
    }

    /// The height of a button or of a field with one line, in logical pixels.
    #[must_use]
    pub const fn control_height(&self) -> f32 {
        if self.is_large() { 112.0 } else { 96.0 }
    }

    /// The line round a control: stronger in high contrast.
    #[must_use]
    pub const fn line_width(&self) -> f32 {
        match self.mode.contrast {
            Contrast::Standard => 2.0,
            _ => 3.0,
        }
    }

    /// The theme for iced itself: ground and text of the window.
    #[must_use]
    pub fn theme(&self) -> Theme {
        let p = &self.palette;
        Theme::custom(
            "Bianmin",
            iced::theme::Palette {
                background: p.ground,
                text: p.ink,
                primary: p.primary,
                success: p.ok,
                warning: p.warn,
                danger: p.bad,
            },
        )
    }

    /// The question of a page that stands alone, 56 px bold.
    pub fn question<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.words(words, self.size.question, self.palette.ink).font(font::BOLD)
    }

    /// The title of a page, 48 px bold.
    pub fn title<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.words(words, self.size.title, self.palette.ink).font(font::BOLD)
    }

    /// The heading of a section or tile, 38 px bold.
    pub fn section<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.words(words, self.size.section, self.palette.ink).font(font::BOLD)
    }

    /// What is read, 32 px.
    pub fn body<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.words(words, self.size.body, self.palette.ink)
    }

    /// What is read first, 32 px bold.
    pub fn strong<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.body(words).font(font::BOLD)
    }

    /// What explains, 28 px in the secondary ink.
    pub fn hint<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.words(words, self.size.hint, self.palette.ink_2)
    }

    /// The smallest text, 25 px in the secondary ink.
    pub fn caption<'a>(&self, words: impl text::IntoFragment<'a>) -> Text<'a> {
        self.words(words, self.size.caption, self.palette.ink_2)
    }

    fn words<'a>(&self, words: impl text::IntoFragment<'a>, size: f32, color: Color) -> Text<'a> {
        text(words)
            .size(Pixels(size))
            .line_height(LineHeight::Relative(1.3))
            .wrapping(Wrapping::WordOrGlyph)
            .color(color)
    }

    /// A white card with a thin line: content that belongs together.
    pub fn card(self) -> impl Fn(&Theme) -> container::Style + Clone {
        move |_| self.surface(self.palette.card, radius::CARD, true)
    }

    /// A tinted surface without a line, for notices and icons.
    pub fn tinted(self, tone: Tone) -> impl Fn(&Theme) -> container::Style + Clone {
        self.tinted_round(tone, radius::CARD)
    }

    /// The same with another corner radius.
    pub fn tinted_round(self, tone: Tone, corner: f32) -> impl Fn(&Theme) -> container::Style + Clone {
        // In high contrast the tints are the ground itself: a line shows the shape.
        let lined = self.mode.contrast != Contrast::Standard;
        move |_| self.surface(self.palette.tint(tone), corner, lined)
    }

    /// A filled surface of the given colour and radius, with or without a line.
    #[must_use]
    pub fn surface(&self, color: Color, radius: f32, lined: bool) -> container::Style {
        container::Style {
            text_color: Some(self.palette.ink),
            background: Some(Background::Color(color)),
            border: Border {
                color: self.palette.line,
                width: if lined { self.line_width() } else { 0.0 },
                radius: radius.into(),
            },
            ..container::Style::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_readable_on_its_ground_in_every_mode() {
        for contrast in Contrast::ALL {
            for (name, ink, ground) in Palette::of(contrast).pairs() {
                let ratio = palette::contrast_ratio(ink, ground);
                assert!(ratio >= 4.5, "{contrast:?}: {name} has only {ratio:.2}:1");
            }
        }
    }

    #[test]
    fn high_contrast_modes_are_much_stronger() {
        for contrast in &Contrast::ALL[1..] {
            let palette = Palette::of(*contrast);
            for ground in [palette.ground, palette.card] {
                let ratio = palette::contrast_ratio(palette.ink, ground);
                assert!(ratio >= 12.0, "{contrast:?}: {ratio:.2}:1");
            }
            assert!(palette::contrast_ratio(palette.line, palette.card) >= 7.0);
        }
    }

    #[test]
    fn nothing_is_smaller_than_a_caption_and_large_is_larger() {
        let (normal, large) = (TypeScale::NORMAL, TypeScale::LARGE);
        for (small, big) in [
            (normal.question, large.question),
            (normal.title, large.title),
            (normal.section, large.section),
            (normal.body, large.body),
            (normal.hint, large.hint),
            (normal.caption, large.caption),
        ] {
            assert!(small >= 25.0);
            assert!(big >= small * 1.2);
        }
    }
}
