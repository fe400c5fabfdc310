//! What several pages have: the frame, chips, bars, the lists on the left.

use crate::console::Frame;
use askama::Template;

/// What a colour says beside a word, never alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    /// As it should be.
    #[default]
    Plain,
    /// Done, or far from its limit.
    Good,
    /// Soon at its limit, or waiting for somebody.
    Warn,
    /// Late, or wrong.
    Bad,
    /// Stands still.
    Still,
}

impl Tone {
    /// The class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Still => "still",
        }
    }
}

/// A state in a word.
#[derive(Debug, Clone)]
pub(crate) struct Chip {
    pub words: String,
    pub tone: Tone,
}

/// How much of a limit is used, and that in words.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    /// Of a hundred; what is late is full.
    pub used: u32,
    pub words: String,
    pub tone: Tone,
}

/// One list on the left.
#[derive(Debug, Clone)]
pub(crate) struct ListEntry {
    pub label: String,
    pub link: String,
    pub is_here: bool,
}

/// Lists that belong together, under one heading.
#[derive(Debug, Clone)]
pub(crate) struct ListGroup {
    pub title: String,
    pub entries: Vec<ListEntry>,
}

/// What was done, or why nothing was: on the page until the next one, so that nobody misses it.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub words: String,
    pub tone: Tone,
}

/// A key and what it does.
#[derive(Debug, Clone)]
pub(crate) struct KeyLine {
    pub key: String,
    pub words: String,
}

/// All keys on one page.
#[derive(Template)]
#[template(path = "cases/keys.html")]
pub(crate) struct KeysPage {
    pub frame: Frame,
    pub groups: Vec<(String, Vec<KeyLine>)>,
}
