//! From keys to text: what the on-screen keyboard's presses do to a field.
//!
//! It holds what is typed and not yet chosen; dropping it forgets that. It
//! must not know which field it writes to.

use bianmin_terminal::input::Composition;

use crate::widget::keyboard::{Board, KeyPress, Mode};

/// The keyboard draws no more candidates than this at once.
const SHOWN: usize = 16;

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
#[derive(Debug)]
pub struct Typist {
    mode: Mode,
    /// What the field began with, and goes back to from digits and symbols.
    home: Mode,
    composition: Composition,
    /// The first candidate that is shown.
    offset: usize,
}

impl Typist {
    /// A keyboard that begins in `mode`, with an empty `composition` from
    /// [`Services::compose`](crate::services::Services::compose).
    #[must_use]
    pub const fn new(mode: Mode, composition: Composition) -> Self {
        Self { mode, home: mode, composition, offset: 0 }
    }

    /// What the keyboard shows.
    #[must_use]
    pub fn board(&self) -> Board {
        let candidates = self.composition.page();
        let rest = candidates.get(self.offset..).unwrap_or_default();
        Board {
            mode: self.mode,
            composition: self.composition.segments(),
            candidates: rest.iter().take(SHOWN).map(|candidate| candidate.text.clone()).collect(),
            more: self.offset > 0 || rest.len() > SHOWN,
        }
    }

    /// The letters that wait for a choice, to be shown in the field after its text.
    #[must_use]
    pub fn composing(&self) -> &str {
        self.composition.buffer()
    }

    /// What a key does to `text`, which never gets longer than `limit` characters.
    pub fn press(&mut self, key: &KeyPress, text: &mut String, limit: usize) -> Typed {
        match key {
            KeyPress::Char(c) if self.mode == Mode::Pinyin => {
                self.offset = 0;
                changed(self.composition.type_key(*c))
            }
            KeyPress::Char(c) => {
                if self.mode == Mode::Upper {
                    self.mode = Mode::Lower;
                }
                changed(insert(text, c.encode_utf8(&mut [0; 4]), limit))
            }
            KeyPress::Space if !self.composition.is_empty() => self.choose(self.offset, text, limit),
            KeyPress::Space => changed(insert(text, " ", limit)),
            KeyPress::Backspace => {
                self.offset = 0;
                changed(self.composition.backspace() || text.pop().is_some())
            }
            KeyPress::Candidate(index) => self.choose(self.offset + index, text, limit),
            KeyPress::MoreCandidates { shown } => {
                let next = self.offset + shown.max(&1);
                self.offset = if next < self.composition.page().len() { next } else { 0 };
                Typed::Changed
            }
            KeyPress::Mode(mode) => {
                self.finish(text, limit);
                let back = *mode == Mode::Pinyin && matches!(self.mode, Mode::Digits | Mode::Symbols);
                self.mode = if back { self.home } else { *mode };
                if matches!(mode, Mode::Pinyin | Mode::Lower) && !back {
                    self.home = *mode;
                }
                Typed::Changed
            }
            KeyPress::Hide => {
                self.finish(text, limit);
                Typed::Hide
            }
        }
    }

    /// Puts letters that still wait into `text` as they are: nothing typed is lost
    /// when the field is left.
    pub fn finish(&mut self, text: &mut String, limit: usize) {
        self.offset = 0;
        let letters = self.composition.commit_raw();
        insert(text, &letters, limit);
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        self.offset = 0;
        self.composition.clear();
    }

    fn choose(&mut self, index: usize, text: &mut String, limit: usize) -> Typed {
        self.offset = 0;
        match self.composition.choose(index) {
            Some(word) => {
                insert(text, &word, limit);
                Typed::Changed
            }
            None => Typed::Nothing,
        }
    }
}

const fn changed(yes: bool) -> Typed {
    if yes { Typed::Changed } else { Typed::Nothing }
}

/// Appends as much of `more` as fits; says whether anything did.
fn insert(text: &mut String, more: &str, limit: usize) -> bool {
    let room = limit.saturating_sub(text.chars().count());
    let before = text.len();
    text.extend(more.chars().take(room));
    text.len() != before
}

#[cfg(test)]
mod tests {
    use bianmin_terminal::input::PinyinInput;

    use super::*;

    fn typist(mode: Mode) -> Typist {
        let words = [("建设路".to_owned(), "jian she lu".to_owned())];
        Typist::new(mode, PinyinInput::new(words.into_iter()).compose(400))
    }

    fn type_all(typist: &mut Typist, keys: &str, text: &mut String) {
        for c in keys.chars() {
            typist.press(&KeyPress::Char(c), text, 200);
        }
    }

    #[test]
    fn a_full_field_takes_no_more() {
        let mut typist = typist(Mode::Phone);
        let mut text = String::new();
        for _ in 0..20 {
            typist.press(&KeyPress::Char('1'), &mut text, 11);
        }
        assert_eq!(text.len(), 11);
    }

    #[test]
    fn one_capital_and_then_small_letters_again() {
        let mut typist = typist(Mode::Lower);
        let mut text = String::new();
        typist.press(&KeyPress::Mode(Mode::Upper), &mut text, 9);
        typist.press(&KeyPress::Char('A'), &mut text, 9);
        assert_eq!(typist.board().mode, Mode::Lower);
    }

    #[test]
    fn backspace_takes_a_whole_character() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::from("龑a");
        typist.press(&KeyPress::Backspace, &mut text, 9);
        typist.press(&KeyPress::Backspace, &mut text, 9);
        assert_eq!(text, "");
        assert_eq!(typist.press(&KeyPress::Backspace, &mut text, 9), Typed::Nothing);
    }

    #[test]
    fn pinyin_becomes_the_chosen_word() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::new();
        type_all(&mut typist, "jianshelu", &mut text);
        let board = typist.board();
        assert_eq!(board.composition, "jian she lu");
        let index = board.candidates.iter().position(|word| word == "建设路").unwrap();
        typist.press(&KeyPress::Candidate(index), &mut text, 200);
        assert_eq!((text.as_str(), typist.composing()), ("建设路", ""));
    }

    #[test]
    fn the_candidate_that_is_shown_is_the_one_that_is_chosen() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::new();
        type_all(&mut typist, "shi", &mut text);
        for _ in 0..3 {
            typist.press(&KeyPress::MoreCandidates { shown: 7 }, &mut text, 200);
        }
        let wanted = typist.board().candidates[2].clone();
        typist.press(&KeyPress::Candidate(2), &mut text, 200);
        assert_eq!(text, wanted);
    }

    #[test]
    fn letters_that_wait_are_kept_when_the_keyboard_changes() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::new();
        type_all(&mut typist, "abc", &mut text);
        typist.press(&KeyPress::Mode(Mode::Digits), &mut text, 200);
        typist.press(&KeyPress::Char('1'), &mut text, 200);
        typist.press(&KeyPress::Mode(Mode::Pinyin), &mut text, 200);
        assert_eq!((text.as_str(), typist.board().mode), ("abc1", Mode::Pinyin));
    }
}
