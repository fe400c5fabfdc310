//! From keys to text: what the on-screen keyboard's presses do to a field.
//!
//! It holds what is typed and not yet chosen; dropping it forgets that. It
//! must not know which field it writes to.

use bianmin_terminal::input::Composition;
use zeroize::Zeroize as _;

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
    /// Nothing happened, because letters wait for a choice.
    Unchosen,
    /// The keyboard shall go away.
    Hide,
}

/// What a character of a keyboard that is plugged in means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HardCharacter {
    /// The same as this key of the on-screen keyboard.
    Key(KeyPress),
    /// Itself.
    Itself,
    /// Nothing, because letters wait for a choice.
    Unchosen,
}

/// So many candidates are passed by a turn from a keyboard that is plugged in; no screen shows fewer.
const TURN: usize = 5;

/// The state of the keyboard for one field.
#[derive(Debug)]
pub struct Typist {
    mode: Mode,
    /// What the field began with, and goes back to from digits and symbols.
    home: Mode,
    composition: Composition,
    /// The first candidate that is shown.
    offset: usize,
    /// Whether letters that wait are as good as chosen ones.
    keeps_letters: bool,
}

impl Typist {
    /// A keyboard that begins in `mode`, with an empty `composition` from
    /// [`Services::compose`](crate::services::Services::compose).
    #[must_use]
    pub const fn new(mode: Mode, composition: Composition) -> Self {
        Self { mode, home: mode, composition, offset: 0, keeps_letters: false }
    }

    /// The same where letters that were not chosen are good as they are, as in a search for pinyin.
    #[must_use]
    pub fn keeping_letters(mut self) -> Self {
        self.keeps_letters = true;
        self
    }

    /// Begins in `mode` and goes back to it from now on; letters that wait are kept in `text` where they are good, or
    /// wait on.
    pub fn begin(&mut self, mode: Mode, text: &mut String, limit: usize) {
        if self.keeps_letters {
            self.keep(text, limit);
        }
        if self.composition.is_empty() {
            (self.mode, self.home) = (mode, mode);
        }
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
            KeyPress::Clear => {
                self.offset = 0;
                let held = !self.composition.is_empty() || !text.is_empty();
                if self.composition.is_empty() {
                    text.zeroize();
                }
                self.composition.clear();
                changed(held)
            }
            // Letters are only taken as letters by who asks for letters.
            KeyPress::Mode(Mode::Digits | Mode::Symbols) | KeyPress::Hide
                if !self.composition.is_empty() && !self.keeps_letters =>
            {
                Typed::Unchosen
            }
            KeyPress::Mode(mode) => {
                self.keep(text, limit);
                let back = *mode == Mode::Pinyin && matches!(self.mode, Mode::Digits | Mode::Symbols);
                self.mode = if back { self.home } else { *mode };
                if matches!(mode, Mode::Pinyin | Mode::Lower) && !back {
                    self.home = *mode;
                }
                Typed::Changed
            }
            KeyPress::Hide => {
                self.keep(text, limit);
                Typed::Hide
            }
        }
    }

    /// Goes to the keys that the field began with.
    pub const fn go_home(&mut self) {
        self.mode = self.home;
    }

    /// What a character of a keyboard that is plugged in means here: letters compose where Chinese is written, and
    /// while they wait digits choose.
    #[must_use]
    pub fn hard_character(&self, typed: char) -> HardCharacter {
        let composes = self.mode == Mode::Pinyin;
        match typed {
            'a'..='z' | 'ü' if composes => HardCharacter::Key(KeyPress::Char(typed)),
            _ if self.composition.is_empty() => HardCharacter::Itself,
            '\'' => HardCharacter::Key(KeyPress::Char(typed)),
            ' ' => HardCharacter::Key(KeyPress::Space),
            '1'..='9' => HardCharacter::Key(KeyPress::Candidate(typed as usize - '1' as usize)),
            '-' | '=' | '[' | ']' => HardCharacter::Key(KeyPress::MoreCandidates { shown: TURN }),
            _ => HardCharacter::Unchosen,
        }
    }

    /// Whether letters wait for a choice without which the field is not to be left.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.composition.is_empty() && !self.keeps_letters
    }

    /// Puts letters that still wait into `text` as they are.
    fn keep(&mut self, text: &mut String, limit: usize) {
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
        Typist::new(mode, PinyinInput::new(words.into_iter(), |_| true).compose(400))
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
    fn letters_that_wait_become_letters_only_for_who_asks_for_letters() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::new();
        type_all(&mut typist, "abc", &mut text);
        for key in [KeyPress::Mode(Mode::Digits), KeyPress::Mode(Mode::Symbols), KeyPress::Hide] {
            assert_eq!(typist.press(&key, &mut text, 200), Typed::Unchosen);
            assert_eq!((text.as_str(), typist.composing()), ("", "abc"));
        }
        typist.press(&KeyPress::Mode(Mode::Lower), &mut text, 200);
        assert_eq!((text.as_str(), typist.board().mode), ("abc", Mode::Lower));
    }

    #[test]
    fn clearing_takes_the_letters_that_wait_first_and_then_everything() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::from("建设");
        type_all(&mut typist, "lu", &mut text);
        typist.press(&KeyPress::Clear, &mut text, 200);
        assert_eq!((text.as_str(), typist.composing()), ("建设", ""));
        typist.press(&KeyPress::Clear, &mut text, 200);
        assert_eq!(text, "");
        assert_eq!(typist.press(&KeyPress::Clear, &mut text, 200), Typed::Nothing);
    }

    #[test]
    fn a_keyboard_that_is_plugged_in_composes_and_chooses_by_digits() {
        let mut typist = typist(Mode::Pinyin);
        let mut text = String::new();
        assert_eq!(typist.hard_character('3'), HardCharacter::Itself);
        for letter in "jianshelu".chars() {
            let HardCharacter::Key(key) = typist.hard_character(letter) else { panic!("{letter}") };
            typist.press(&key, &mut text, 200);
        }
        let index = typist.board().candidates.iter().position(|word| word == "建设路").unwrap();
        let digit = char::from_digit(index as u32 + 1, 10).unwrap();
        let HardCharacter::Key(key) = typist.hard_character(digit) else { panic!("{digit}") };
        assert_eq!(typist.hard_character(':'), HardCharacter::Unchosen);
        typist.press(&key, &mut text, 200);
        assert_eq!(text, "建设路");
    }
}
