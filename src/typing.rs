//! From keys to text: what the on-screen keyboard's presses do to a field.
//!
//! It holds what is typed and not yet chosen; dropping it forgets that. It
//! must not know which field it writes to.

use crate::widget::keyboard::{Board, KeyPress, Mode};

/// What a press did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The text or what stands beside it changed.
    Changed,
    /// Nothing happened, for example because the field is full.
    Nothing,
    /// The keyboard shall go away.
    Hide,
}

/// The state of the keyboard for one field.
#[derive(Debug, Clone, Default)]
pub struct Typist {
    mode: Mode,
    /// What the field began with, and goes back to from digits.
    home: Mode,
}

impl Typist {
    /// A keyboard that begins in `mode`.
    #[must_use]
    pub const fn new(mode: Mode) -> Self {
        Self { mode, home: mode }
    }

    /// What the keyboard shows.
    #[must_use]
    pub fn board(&self) -> Board {
        Board { mode: self.mode, ..Board::default() }
    }

    /// What a key does to `text`, which never gets longer than `limit` characters.
    pub fn press(&mut self, key: &KeyPress, text: &mut String, limit: usize) -> Typed {
        match key {
            KeyPress::Char(c) => {
                let typed = insert(text, *c, limit);
                if self.mode == Mode::Upper {
                    self.mode = Mode::Lower;
                }
                typed
            }
            KeyPress::Space => insert(text, ' ', limit),
            KeyPress::Backspace => match text.pop() {
                Some(_) => Typed::Changed,
                None => Typed::Nothing,
            },
            KeyPress::Candidate(_) | KeyPress::MoreCandidates { .. } => Typed::Nothing,
            KeyPress::Mode(Mode::Pinyin) if self.mode == Mode::Digits => {
                self.mode = self.home;
                Typed::Changed
            }
            KeyPress::Mode(mode) => {
                self.mode = *mode;
                Typed::Changed
            }
            KeyPress::Hide => Typed::Hide,
        }
    }
}

fn insert(text: &mut String, c: char, limit: usize) -> Typed {
    if text.chars().count() >= limit {
        return Typed::Nothing;
    }
    text.push(c);
    Typed::Changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_field_takes_no_more() {
        let mut typist = Typist::new(Mode::Phone);
        let mut text = String::new();
        for _ in 0..20 {
            typist.press(&KeyPress::Char('1'), &mut text, 11);
        }
        assert_eq!(text.len(), 11);
    }

    #[test]
    fn one_capital_and_then_small_letters_again() {
        let mut typist = Typist::new(Mode::Lower);
        let mut text = String::new();
        typist.press(&KeyPress::Mode(Mode::Upper), &mut text, 9);
        typist.press(&KeyPress::Char('A'), &mut text, 9);
        assert_eq!(typist.board().mode, Mode::Lower);
    }

    #[test]
    fn backspace_takes_a_whole_character() {
        let mut typist = Typist::default();
        let mut text = String::from("龑a");
        typist.press(&KeyPress::Backspace, &mut text, 9);
        typist.press(&KeyPress::Backspace, &mut text, 9);
        assert_eq!(text, "");
        assert_eq!(typist.press(&KeyPress::Backspace, &mut text, 9), Typed::Nothing);
    }
}
