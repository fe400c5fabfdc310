//! Which keys there are in each mode and where they stand (pure).

use iced::{Point, Rectangle, Size};

use super::{Board, Labels};
use crate::icon::Icon;
use crate::theme::{Look, MIN_TARGET, space};

/// Which keys the keyboard has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// Letters that spell pinyin, with a bar of candidates.
    #[default]
    Pinyin,
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
    /// Digits with point and dash, for amounts, dates and house numbers.
    Digits,
    /// Digits and X, for an ID number.
    IdNumber,
    /// Digits only, for a telephone number.
    Phone,
    /// Punctuation and signs.
    Symbols,
}

/// What a key says when it is pressed.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyPress {
    /// This character; in [`Mode::Pinyin`] a letter or the apostrophe that parts syllables.
    Char(char),
    /// A space; in [`Mode::Pinyin`] with something typed: the first candidate.
    Space,
    /// Take back the last letter or character.
    Backspace,
    /// Take back all letters that wait; if none do, everything.
    Clear,
    /// The candidate with this number among those given, from 0.
    Candidate(usize),
    /// The next candidates; so many were shown.
    MoreCandidates {
        /// How many candidates fitted.
        shown: usize,
    },
    /// Show other keys.
    Mode(Mode),
    /// Put the keyboard away.
    Hide,
}

/// What is typed may be a name or a number: it never appears in a log.
impl std::fmt::Debug for KeyPress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Char(_) => "Char(…)",
            Self::Space => "Space",
            Self::Backspace => "Backspace",
            Self::Clear => "Clear",
            Self::Candidate(_) => "Candidate(…)",
            Self::MoreCandidates { .. } => "MoreCandidates",
            Self::Mode(_) => "Mode",
            Self::Hide => "Hide",
        })
    }
}

impl KeyPress {
    pub(super) const fn repeats(&self) -> bool {
        matches!(self, Self::Backspace)
    }
}

/// What is drawn on a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cap {
    Character(String),
    Word(String),
    Icon(Icon),
}

/// How a key is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Key,
    FirstCandidate,
    Candidate,
    Lit,
}

/// A key and where it stands, relative to the keyboard.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub bounds: Rectangle,
    /// The key with half of the gap round it: no touch between keys is lost.
    pub touch: Rectangle,
    pub cap: Cap,
    pub press: KeyPress,
    pub role: Role,
}

const GAP: f32 = space::S;
const MARGIN: f32 = space::M;
/// Of the whole height: the line of what has been typed.
pub(super) const COMPOSITION: f32 = 0.085;
/// Of the whole height: the bar of candidates.
const CANDIDATES: f32 = 0.145;

struct Key {
    cap: Cap,
    press: KeyPress,
    weight: f32,
    role: Role,
}

/// Places all keys of `board` in `size`. The keys of the mode come first, so
/// that their numbers do not change while candidates come and go.
pub(super) fn place(board: &Board, labels: &Labels, look: &Look, size: Size) -> Vec<Placed> {
    let pinyin = board.mode == Mode::Pinyin;
    let top = if pinyin { size.height * (COMPOSITION + CANDIDATES) + GAP } else { MARGIN };
    let area = Rectangle::new(
        Point::new(MARGIN, top),
        Size::new(size.width - 2.0 * MARGIN, size.height - top - MARGIN),
    );
    let rows = rows(board.mode, labels);
    let unit = rows.iter().map(|row| row.iter().map(|key| key.weight).sum::<f32>()).fold(0.0, f32::max);
    let height = (area.height - GAP * (rows.len() as f32 - 1.0)) / rows.len() as f32;

    let mut placed = Vec::new();
    for (index, row) in rows.into_iter().enumerate() {
        let weight: f32 = row.iter().map(|key| key.weight).sum();
        let width = area.width / unit;
        let mut x = area.x + (unit - weight) * width / 2.0;
        let y = area.y + index as f32 * (height + GAP);
        for key in row {
            let bounds = Rectangle { x: x + GAP / 2.0, y, width: key.weight * width - GAP, height };
            placed.push(put(bounds, key.cap, key.press, key.role));
            x += key.weight * width;
        }
    }
    if pinyin {
        candidates(&mut placed, board, labels, look, size);
    }
    placed
}

fn candidates(placed: &mut Vec<Placed>, board: &Board, labels: &Labels, look: &Look, size: Size) {
    let y = size.height * COMPOSITION;
    let height = size.height * CANDIDATES;
    let more_width = look.size.body * (labels.more.chars().count() as f32 * 0.62).max(2.0) + 48.0;
    let right = size.width - MARGIN - GAP / 2.0;
    let limit = right - more_width - GAP;
    let mut x = MARGIN + GAP / 2.0;
    let mut shown = 0;
    for (index, candidate) in board.candidates.iter().enumerate() {
        let width = (text_width(candidate, look.size.body) + 40.0).max(MIN_TARGET + 20.0);
        if x + width > limit && index > 0 {
            break;
        }
        let width = width.min((limit - x).max(MIN_TARGET));
        let role = if index == 0 { Role::FirstCandidate } else { Role::Candidate };
        let bounds = Rectangle { x, y, width, height };
        let cap = Cap::Character(candidate.clone());
        placed.push(put(bounds, cap, KeyPress::Candidate(index), role));
        x += width + GAP;
        shown = index + 1;
    }
    if shown < board.candidates.len() || board.more {
        let bounds = Rectangle { x: right - more_width, y, width: more_width, height };
        let press = KeyPress::MoreCandidates { shown };
        placed.push(put(bounds, Cap::Word(labels.more.clone()), press, Role::Key));
    }
}

fn put(bounds: Rectangle, cap: Cap, press: KeyPress, role: Role) -> Placed {
    Placed { touch: bounds.expand(GAP / 2.0), bounds, cap, press, role }
}

/// About how wide `text` is: a Chinese character is a square, a letter is a bit more than half.
fn text_width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.58 } else { 1.0 }).sum::<f32>() * size
}

fn rows(mode: Mode, labels: &Labels) -> Vec<Vec<Key>> {
    match mode {
        Mode::Pinyin => letters(
            ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
            word(&labels.symbols, KeyPress::Mode(Mode::Symbols), 1.5),
            vec![
                word(&labels.digits, KeyPress::Mode(Mode::Digits), 1.5),
                word(&labels.letters, KeyPress::Mode(Mode::Lower), 1.5),
                character('\''),
                word(&labels.space, KeyPress::Space, 2.8),
                clear(labels, 1.5),
                hide(labels, 1.7),
            ],
        ),
        Mode::Lower => latin(labels, ["qwertyuiop", "asdfghjkl", "zxcvbnm"], Mode::Upper),
        Mode::Upper => latin(labels, ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"], Mode::Lower),
        Mode::Symbols => letters(
            ["，。、；：？！“”—", "（）《》·…@#&", "-/+=%*_"],
            word(&labels.digits, KeyPress::Mode(Mode::Digits), 1.5),
            vec![
                word(&labels.pinyin, KeyPress::Mode(Mode::Pinyin), 2.0),
                word(&labels.letters, KeyPress::Mode(Mode::Lower), 2.0),
                word(&labels.space, KeyPress::Space, 2.8),
                clear(labels, 1.5),
                hide(labels, 1.7),
            ],
        ),
        Mode::Digits => pad(
            [backspace(1.0), character('-'), character('.'), clear(labels, 1.0)],
            [word(&labels.back, KeyPress::Mode(Mode::Pinyin), 1.0), hide(labels, 1.0)],
        ),
        Mode::IdNumber => {
            let letters = word(&labels.letters, KeyPress::Mode(Mode::Upper), 1.0);
            plain_pad(character('X'), vec![letters, clear(labels, 1.0), hide(labels, 1.0)])
        }
        Mode::Phone => plain_pad(character('-'), vec![clear(labels, 1.5), hide(labels, 1.5)]),
    }
}

fn letters(lines: [&str; 3], before_last: Key, bottom: Vec<Key>) -> Vec<Vec<Key>> {
    let mut rows: Vec<Vec<Key>> = lines.iter().map(|line| line.chars().map(character).collect()).collect();
    rows[2].insert(0, before_last);
    rows[2].push(backspace(1.5));
    rows.push(bottom);
    rows
}

fn latin(labels: &Labels, lines: [&str; 3], other: Mode) -> Vec<Vec<Key>> {
    let shift = Key {
        cap: Cap::Icon(Icon::Shift),
        press: KeyPress::Mode(other),
        weight: 1.5,
        role: if other == Mode::Lower { Role::Lit } else { Role::Key },
    };
    letters(
        lines,
        shift,
        vec![
            word(&labels.digits, KeyPress::Mode(Mode::Digits), 1.4),
            word(&labels.symbols, KeyPress::Mode(Mode::Symbols), 1.3),
            word(&labels.pinyin, KeyPress::Mode(Mode::Pinyin), 1.5),
            word(&labels.space, KeyPress::Space, 2.6),
            clear(labels, 1.5),
            hide(labels, 1.7),
        ],
    )
}

/// Digits with a column of four keys at the right and two keys beside the nought.
fn pad(right: [Key; 4], beside: [Key; 2]) -> Vec<Vec<Key>> {
    let [before, after] = beside;
    let mut rows: Vec<Vec<Key>> =
        ["123", "456", "789"].iter().map(|line| line.chars().map(character).collect()).collect();
    rows.push(vec![before, character('0'), after]);
    for (row, key) in rows.iter_mut().zip(right) {
        row.push(key);
    }
    rows
}

/// Digits, one further character, and nothing that could lead astray.
fn plain_pad(extra: Key, last: Vec<Key>) -> Vec<Vec<Key>> {
    let mut rows: Vec<Vec<Key>> =
        ["123", "456", "789"].iter().map(|line| line.chars().map(character).collect()).collect();
    rows.push(vec![extra, character('0'), backspace(1.0)]);
    rows.push(last);
    rows
}

fn character(c: char) -> Key {
    Key { cap: Cap::Character(c.to_string()), press: KeyPress::Char(c), weight: 1.0, role: Role::Key }
}

fn word(label: &str, press: KeyPress, weight: f32) -> Key {
    Key { cap: Cap::Word(label.to_owned()), press, weight, role: Role::Key }
}

fn backspace(weight: f32) -> Key {
    Key { cap: Cap::Icon(Icon::Backspace), press: KeyPress::Backspace, weight, role: Role::Key }
}

fn clear(labels: &Labels, weight: f32) -> Key {
    word(&labels.clear, KeyPress::Clear, weight)
}

fn hide(labels: &Labels, weight: f32) -> Key {
    word(&labels.hide, KeyPress::Hide, weight)
}

#[cfg(test)]
mod tests {
    use bianmin_locale::{Language, Texts};

    use super::*;
    use crate::context::Layout;

    const MODES: [Mode; 7] =
        [Mode::Pinyin, Mode::Lower, Mode::Upper, Mode::Digits, Mode::IdNumber, Mode::Phone, Mode::Symbols];
    const SIZES: [Size; 3] = [
        Size::new(1080.0, Layout::Portrait.keyboard_height()),
        Size::new(1080.0, Layout::PortraitLow.keyboard_height()),
        Size::new(840.0, Layout::Landscape.keyboard_height()),
    ];

    fn all(size: Size, mode: Mode) -> Vec<Placed> {
        let board = Board {
            mode,
            composition: "jian she lu".into(),
            candidates: ["建设路", "建设", "健身路", "见", "件", "剑", "健", "间", "减", "检"]
                .map(String::from)
                .to_vec(),
            more: true,
        };
        let labels = Labels::new(&Texts::new(Language::ZhCn));
        place(&board, &labels, &Look::default(), size)
    }

    #[test]
    fn every_key_is_large_enough_and_apart_from_the_others() {
        for size in SIZES {
            for mode in MODES {
                let keys = all(size, mode);
                for (i, a) in keys.iter().enumerate() {
                    assert!(
                        a.bounds.width >= MIN_TARGET && a.bounds.height >= MIN_TARGET,
                        "{mode:?} {size:?}: {:?} is {:?}",
                        a.cap,
                        a.bounds
                    );
                    assert!(a.bounds.x >= 0.0 && a.bounds.x + a.bounds.width <= size.width);
                    assert!(a.bounds.y + a.bounds.height <= size.height);
                    for b in &keys[i + 1..] {
                        let near = a.bounds.expand(space::S - 0.1);
                        assert!(
                            near.intersection(&b.bounds).is_none(),
                            "{mode:?} {size:?}: {:?} and {:?} are too close",
                            a.cap,
                            b.cap
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn more_says_how_many_candidates_were_shown() {
        let keys = all(SIZES[0], Mode::Pinyin);
        let shown = keys.iter().filter(|key| matches!(key.press, KeyPress::Candidate(_))).count();
        assert!((4..10).contains(&shown), "{shown} candidates");
        assert!(keys.iter().any(|key| key.press == KeyPress::MoreCandidates { shown }));
    }

    #[test]
    fn a_key_press_never_shows_what_was_typed() {
        assert!(!format!("{:?}", KeyPress::Char('7')).contains('7'));
    }
}
