//! What every screen may look at while it draws: language, look, layout, time
//! and how things stand. Only `app` changes it.

use bianmin_locale::{Language, Texts};
use bianmin_protocol::localized_text::LocalizedText;
use bianmin_terminal::wording;
use iced::Size;
use jiff::civil::{Date, DateTime};

use crate::theme::{Look, Mode};
use crate::widget::strip::StatusLine;

/// How a page is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layout {
    /// One column.
    #[default]
    Portrait,
    /// One column in the lower part of a portrait panel, for those who sit.
    PortraitLow,
    /// Two columns with the action bar below.
    Landscape,
}

impl Layout {
    /// The layout for a window of `size`; `low` only means something in portrait.
    #[must_use]
    pub fn of(size: Size, low: bool) -> Self {
        if size.width > size.height {
            Self::Landscape
        } else if low {
            Self::PortraitLow
        } else {
            Self::Portrait
        }
    }
}

impl Layout {
    /// How high the on-screen keyboard is in this layout, in logical pixels.
    #[must_use]
    pub const fn keyboard_height(self) -> f32 {
        match self {
            Self::Portrait => 630.0,
            Self::PortraitLow => 480.0,
            Self::Landscape => 540.0,
        }
    }
}

/// What a screen draws with.
#[derive(Debug, Clone)]
pub struct Context {
    /// The texts in the resident's language.
    pub texts: Texts,
    /// Colours and sizes.
    pub look: Look,
    /// One column or two.
    pub layout: Layout,
    /// The window in logical pixels.
    pub size: Size,
    /// The status strip, in words.
    pub line: StatusLine,
    /// The wall clock, for showing only.
    pub now: DateTime,
    /// The date by which items are offered and dates judged.
    pub today: Date,
    /// Counts seconds, to show that the machine is alive.
    pub second: u32,
}

impl Context {
    /// A context for `size` in `language` and `mode`, with an empty status strip.
    #[must_use]
    pub fn new(language: Language, mode: Mode, size: Size, now: DateTime) -> Self {
        Self {
            texts: Texts::new(language),
            look: Look::new(mode),
            layout: Layout::of(size, false),
            size,
            line: StatusLine {
                place: String::new(),
                network: (crate::theme::Tone::Ok, String::new()),
                printer: None,
                clock: String::new(),
            },
            now,
            today: now.date(),
            second: 0,
        }
    }

    /// The text for `key`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }

    /// The text for `key` with arguments.
    #[must_use]
    pub fn t_args(&self, key: &str, args: &[(&str, bianmin_locale::Arg<'_>)]) -> String {
        self.texts.t_args(key, args)
    }

    /// A text of the catalogue in the resident's language.
    #[must_use]
    pub fn text<'a>(&self, text: LocalizedText<'a>) -> &'a str {
        wording::text(self.texts, text)
    }

    /// Whether content stands in two columns.
    #[must_use]
    pub const fn is_landscape(&self) -> bool {
        matches!(self.layout, Layout::Landscape)
    }

    /// Whether the resident reads Chinese; English names are used otherwise.
    #[must_use]
    pub fn is_chinese(&self) -> bool {
        self.texts.language() == Language::ZhCn
    }

    /// How high the keyboard is, so that the page keeps room above it.
    #[must_use]
    pub const fn keyboard_height(&self) -> f32 {
        self.layout.keyboard_height()
    }
}
