//! The keys of the on-screen keyboard as tables: what is where and how wide. How they look and what
//! is written on the wide ones is the screen's business.

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// Enters a character, or a letter to be composed in [`Layout::Pinyin`].
    Character(char),
    /// Removes what is before the cursor.
    Backspace,
    /// Removes everything in the field.
    Clear,
    /// Enters a space, or takes the first candidate while composing.
    Space,
    /// Ends the entry.
    Done,
    /// Shows another layout.
    Switch(Layout),
}

/// One key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// What it does.
    pub action: Action,
    /// Its width in quarters of a letter key.
    pub width: u8,
}

/// The layouts there are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layout {
    /// Letters that are composed to Chinese.
    Pinyin,
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
    /// Digits for amounts, telephone numbers and codes, with X for resident IDs.
    Digits,
    /// Punctuation, Chinese first.
    Symbols,
}

/// A row of keys, from the left.
pub type Row = &'static [Key];

impl Layout {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pinyin, Self::Lower, Self::Upper, Self::Digits, Self::Symbols];

    /// The rows from the top. Rows may be of different widths: the screen centres them.
    #[must_use]
    pub const fn rows(self) -> &'static [Row] {
        match self {
            Self::Pinyin => PINYIN,
            Self::Lower => LOWER,
            Self::Upper => UPPER,
            Self::Digits => DIGITS,
            Self::Symbols => SYMBOLS,
        }
    }

    /// The width of the widest row, in quarters of a letter key.
    #[must_use]
    pub fn width(self) -> u32 {
        let width = |row: &Row| row.iter().map(|key| u32::from(key.width)).sum();
        self.rows().iter().map(width).max().unwrap_or(0)
    }
}

const fn key(character: char) -> Key {
    Key { action: Action::Character(character), width: 4 }
}

const fn wide(action: Action, width: u8) -> Key {
    Key { action, width }
}

/// A row of character keys, from a text of the same number of characters.
const fn characters<const N: usize>(letters: [char; N]) -> [Key; N] {
    let mut keys = [key(' '); N];
    let mut at = 0;
    while at < N {
        keys[at] = key(letters[at]);
        at += 1;
    }
    keys
}

const fn upper<const N: usize>(keys: [Key; N]) -> [Key; N] {
    let mut upper = keys;
    let mut at = 0;
    while at < N {
        if let Action::Character(letter) = keys[at].action {
            upper[at] = key(letter.to_ascii_uppercase());
        }
        at += 1;
    }
    upper
}

const NUMBERS: [Key; 10] = characters(['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']);
const TOP: [Key; 10] = characters(['q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p']);
const HOME: [Key; 9] = characters(['a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l']);
const LAST: [Key; 7] = characters(['z', 'x', 'c', 'v', 'b', 'n', 'm']);
const TOP_UPPER: [Key; 10] = upper(TOP);
const HOME_UPPER: [Key; 9] = upper(HOME);
const LAST_UPPER: [Key; 7] = upper(LAST);

/// The lowest letter row: a key before and backspace after it.
const fn between(before: Key, letters: [Key; 7]) -> [Key; 9] {
    let [a, b, c, d, e, f, g] = letters;
    [before, a, b, c, d, e, f, g, wide(Action::Backspace, 6)]
}

const BACK: Key = wide(Action::Backspace, 4);
const DONE: Key = wide(Action::Done, 8);

const PINYIN: &[Row] = &[
    &TOP,
    &HOME,
    &between(wide(Action::Character('\''), 6), LAST),
    &[
        wide(Action::Switch(Layout::Digits), 6),
        wide(Action::Switch(Layout::Symbols), 6),
        wide(Action::Space, 14),
        wide(Action::Switch(Layout::Lower), 6),
        DONE,
    ],
];

const LOWER: &[Row] = &[
    &NUMBERS,
    &TOP,
    &HOME,
    &between(wide(Action::Switch(Layout::Upper), 6), LAST),
    &[
        wide(Action::Switch(Layout::Digits), 6),
        wide(Action::Switch(Layout::Symbols), 6),
        wide(Action::Space, 14),
        wide(Action::Switch(Layout::Pinyin), 6),
        DONE,
    ],
];

const UPPER: &[Row] = &[
    &NUMBERS,
    &TOP_UPPER,
    &HOME_UPPER,
    &between(wide(Action::Switch(Layout::Lower), 6), LAST_UPPER),
    &[
        wide(Action::Switch(Layout::Digits), 6),
        wide(Action::Switch(Layout::Symbols), 6),
        wide(Action::Space, 14),
        wide(Action::Switch(Layout::Pinyin), 6),
        DONE,
    ],
];

const DIGITS: &[Row] = &[
    &[key('1'), key('2'), key('3'), BACK],
    &[key('4'), key('5'), key('6'), wide(Action::Clear, 4)],
    &[key('7'), key('8'), key('9'), wide(Action::Switch(Layout::Pinyin), 4)],
    &[key('X'), key('0'), key('.'), wide(Action::Done, 4)],
];

const SYMBOLS: &[Row] = &[
    &characters(['·', '，', '。', '、', '；', '：', '？', '！', '…', '—']),
    &characters(['（', '）', '《', '》', '“', '”', '‘', '’', '【', '】']),
    &characters(['-', '_', '/', '@', '#', '&', '+', '=', '%', '*']),
    &characters(['.', ',', ':', ';', '?', '!', '\'', '"', '(', ')']),
    &[
        wide(Action::Switch(Layout::Pinyin), 6),
        wide(Action::Switch(Layout::Lower), 6),
        wide(Action::Space, 14),
        wide(Action::Backspace, 6),
        DONE,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(layout: Layout) -> Vec<Action> {
        layout.rows().iter().copied().flatten().map(|key| key.action).collect()
    }

    fn characters_of(layout: Layout) -> String {
        let character = |action| match action {
            Action::Character(character) => Some(character),
            _ => None,
        };
        actions(layout).into_iter().filter_map(character).collect()
    }

    #[test]
    fn every_layout_can_correct_finish_and_lead_back_to_chinese() {
        for layout in Layout::ALL {
            let actions = actions(layout);
            for needed in [Action::Backspace, Action::Done] {
                assert!(actions.contains(&needed), "{layout:?} lacks {needed:?}");
            }
            let leads_back = actions.contains(&Action::Switch(Layout::Pinyin));
            assert!(layout == Layout::Pinyin || leads_back, "{layout:?}");
        }
    }

    #[test]
    fn every_letter_is_there_once_and_every_layout_is_reached() {
        for (layout, alphabet) in
            [(Layout::Pinyin, 'a'..='z'), (Layout::Lower, 'a'..='z'), (Layout::Upper, 'A'..='Z')]
        {
            for letter in alphabet {
                assert_eq!(characters_of(layout).matches(letter).count(), 1, "{layout:?} {letter}");
            }
        }
        for layout in Layout::ALL {
            let reached = |from: &Layout| actions(*from).contains(&Action::Switch(layout));
            assert!(Layout::ALL.iter().any(reached), "{layout:?}");
        }
    }

    #[test]
    fn a_resident_id_and_a_name_with_a_dot_can_be_typed() {
        assert!("11010519491231002X".chars().all(|c| characters_of(Layout::Digits).contains(c)));
        assert!(characters_of(Layout::Symbols).contains('·'));
    }

    #[test]
    fn no_row_is_wider_than_ten_letter_keys() {
        for layout in Layout::ALL {
            assert!(layout.width() <= 40, "{layout:?} is {} wide", layout.width());
            assert!(layout.rows().iter().copied().flatten().all(|key| key.width >= 4));
        }
    }
}
