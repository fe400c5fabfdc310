//! Keyboards, keypads and scanners that are plugged in: their keys become text, or a scanned code.
//!
//! What they type is held in [`Secret`]s, so that it appears in no log.

use std::time::Instant;

use bianmin_terminal::input::wedge::{Limits, Outcome, Wedge};
use iced::keyboard::key::Named;
use iced::keyboard::{Event, Key};

use crate::screen::HardKey;
use crate::screen::apply::Secret;

/// Tells scanned codes from typing.
#[derive(Debug)]
pub(super) struct Hardware {
    wedge: Wedge,
    began: Instant,
    /// Whether characters are held until it is known what they are.
    pub(super) holds: bool,
}

/// What came of a key.
#[derive(Debug)]
pub(super) enum Came {
    /// Typing.
    Key(HardKey),
    /// A code.
    Scanned(Secret<String>),
}

impl Hardware {
    /// Nothing typed yet; `now` is where its clock begins.
    pub(super) fn new(now: Instant) -> Self {
        Self { wedge: Wedge::new(Limits::default()), began: now, holds: false }
    }

    /// Takes a key.
    pub(super) fn key(&mut self, key: HardKey, now: Instant) -> Vec<Came> {
        let at = now.saturating_duration_since(self.began);
        let mut came: Vec<Came> = self.wedge.pause(at).into_iter().flat_map(parts).collect();
        match key {
            HardKey::Text(Secret(text)) => {
                for character in text.chars() {
                    came.extend(parts(self.wedge.character(character, at)));
                }
                self.holds = true;
            }
            HardKey::Enter => {
                came.extend(parts(self.wedge.character('\n', at)));
                self.holds = false;
            }
            other => came.push(Came::Key(other)),
        }
        came
    }

    /// Some time went by without a key.
    pub(super) fn pause(&mut self, now: Instant) -> Vec<Came> {
        let at = now.saturating_duration_since(self.began);
        let Some(outcome) = self.wedge.pause(at) else { return Vec::new() };
        self.holds = false;
        parts(outcome)
    }

    /// Forgets what is held.
    pub(super) fn clear(&mut self) {
        self.wedge.clear();
        self.holds = false;
    }
}

fn parts(outcome: Outcome) -> Vec<Came> {
    match outcome {
        Outcome::Held | Outcome::Dropped => Vec::new(),
        Outcome::Scanned(text) => vec![Came::Scanned(Secret(text))],
        Outcome::Typed(text) => {
            let typed = text.trim_end_matches('\n');
            let mut came = Vec::new();
            if !typed.is_empty() {
                came.push(Came::Key(HardKey::Text(Secret(typed.to_owned()))));
            }
            if text.ends_with('\n') {
                came.push(Came::Key(HardKey::Enter));
            }
            came
        }
    }
}

/// The key that an event is, if it is one that means something here.
pub(super) fn key(event: &Event) -> Option<HardKey> {
    let Event::KeyPressed { key, text, modifiers, .. } = event else { return None };
    match key {
        Key::Named(Named::Enter) => Some(HardKey::Enter),
        Key::Named(Named::Tab) => Some(HardKey::Tab),
        Key::Named(Named::Backspace) => Some(HardKey::Backspace),
        _ if modifiers.control() || modifiers.alt() || modifiers.logo() => None,
        _ => {
            let text: String = text.as_ref()?.chars().filter(|character| !character.is_control()).collect();
            (!text.is_empty()).then_some(HardKey::Text(Secret(text)))
        }
    }
}
