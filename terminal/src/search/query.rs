//! Queries as they are typed: normalised, cut into pieces and atoms, and freed of filler words.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::OnceLock;

use inputx_pinyin::VALID_SYLLABLES;

use super::tables::{Spread, Tables, UNKNOWN, Unit};
use super::text::{fold, joins_syllables};
use crate::reading::pack;

/// A query counts up to this many letters and characters.
pub(super) const LONGEST: usize = 64;

/// Words that say nothing about which service item is meant; the longest that fits is dropped, and
/// only if nothing is found with them.
const FILLERS: &[&str] = &[
    "请问一下",
    "请问",
    "你好",
    "您好",
    "麻烦",
    "帮我",
    "帮忙",
    "我想要",
    "我想",
    "我要",
    "我的",
    "我",
    "想要",
    "想",
    "要",
    "需要",
    "怎么办理",
    "怎么办",
    "怎么弄",
    "怎么申请",
    "怎么",
    "怎样",
    "如何办理",
    "如何",
    "在哪里办",
    "在哪里",
    "在哪儿",
    "在哪",
    "哪里",
    "哪儿",
    "去哪",
    "到哪",
    "能不能",
    "可不可以",
    "可以",
    "能",
    "什么",
    "多少钱",
    "多久",
    "几天",
    "一下",
    "办理",
    "办",
    "手续",
    "流程",
    "材料",
    "的",
    "吗",
    "呢",
    "吧",
    "啊",
    "了",
    "给",
    "啦",
    "呀",
    "how",
    "to",
    "do",
    "i",
    "my",
    "the",
    "a",
    "an",
    "of",
    "for",
    "where",
    "is",
    "want",
    "need",
    "please",
];

/// A row of letters and characters to be used up by a match.
#[derive(Clone, Copy)]
pub(super) struct Needle {
    /// Letters and digits; 0 for a character, and after the end.
    bytes: [u8; LONGEST + 8],
    glyphs: [Unit; LONGEST],
    length: usize,
}

impl Needle {
    const EMPTY: Self = Self { bytes: [0; LONGEST + 8], glyphs: [0; LONGEST], length: 0 };

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The letter or digit at `at`; 0 if a character is there.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes[at]
    }

    /// The character at `at`, as a unit.
    pub(super) fn glyph(&self, at: usize) -> Unit {
        self.glyphs[at]
    }

    /// The next eight letters from `at`, packed, and how many there are before a character or the end.
    pub(super) fn window(&self, at: usize) -> (u64, usize) {
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[at..at + 8]);
        let word = u64::from_le_bytes(eight);
        // The lowest zero byte, found in one go.
        let zeros = word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080;
        let letters = (zeros.trailing_zeros() / 8) as usize;
        let kept = if letters == 8 { word } else { word & ((1 << (8 * letters)) - 1) };
        (kept, letters)
    }

    /// The units from `from` to `to` as a needle of their own.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        let mut part = Self::EMPTY;
        part.length = to - from;
        part.bytes[..to - from].copy_from_slice(&self.bytes[from..to]);
        part.glyphs[..to - from].copy_from_slice(&self.glyphs[from..to]);
        part
    }

    fn push(&mut self, folded: char, tables: &Tables) {
        if folded.is_ascii() {
            self.bytes[self.length] = folded as u8;
        } else {
            self.glyphs[self.length] = tables.unit(folded);
        }
        self.length += 1;
    }

    /// Whether a character is in it that no text has.
    pub(super) fn has_unknown(&self) -> bool {
        (0..self.length).any(|at| self.bytes[at] == 0 && self.glyphs[at] == UNKNOWN)
    }
}

/// The smallest thing that a query may be cut into: one character, or one syllable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Atom {
    /// A character, as a unit.
    Glyph(Unit),
    /// A syllable; `open` if it may go on, as the last one of a piece may.
    Syllable { letters: u64, length: usize, open: bool },
}

/// A query in pieces.
#[derive(Clone, Copy)]
pub(super) struct Query {
    pub(super) joined: Needle,
    folded: [char; LONGEST],
    /// Where each piece ends.
    ends: [u8; LONGEST],
    pieces: usize,
}

impl Query {
    pub(super) fn new(text: &str, tables: &Tables) -> Self {
        let mut query =
            Self { joined: Needle::EMPTY, folded: ['\0'; LONGEST], ends: [0; LONGEST], pieces: 0 };
        // Separators count too against the limit on the work, though not against the query.
        for character in text.chars().take(16 * LONGEST) {
            if query.joined.length == LONGEST {
                break;
            }
            match fold(character) {
                Some(folded) => query.push(folded, tables),
                None if joins_syllables(character) => {}
                None => query.end_piece(),
            }
        }
        query.end_piece();
        query
    }

    fn push(&mut self, folded: char, tables: &Tables) {
        self.folded[self.joined.length] = folded;
        self.joined.push(folded, tables);
    }

    fn end_piece(&mut self) {
        let length = self.joined.length as u8;
        let before = if self.pieces == 0 { 0 } else { self.ends[self.pieces - 1] };
        if length > before {
            self.ends[self.pieces] = length;
            self.pieces += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.joined.length == 0
    }

    /// The pieces, as ranges of the joined query.
    pub(super) fn pieces(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + '_ {
        (0..self.pieces).map(|at| {
            let from = if at == 0 { 0 } else { usize::from(self.ends[at - 1]) };
            (from, usize::from(self.ends[at]))
        })
    }

    /// The characters of a piece.
    #[cfg(test)]
    pub(super) fn folded(&self, (from, to): (usize, usize)) -> &[char] {
        &self.folded[from..to]
    }

    /// The query without filler words; `None` if it has none or is nothing else.
    pub(super) fn without_fillers(&self, tables: &Tables) -> Option<Self> {
        let mut core = Self::new("", tables);
        for (from, to) in self.pieces() {
            let mut at = from;
            while at < to {
                match filler(&self.folded[from..to], at - from) {
                    Some(length) => {
                        core.end_piece();
                        at += length;
                    }
                    None => {
                        core.push(self.folded[at], tables);
                        at += 1;
                    }
                }
            }
            core.end_piece();
        }
        (core.joined.length > 0 && core.joined.length < self.joined.length).then_some(core)
    }
}

/// The length of the longest filler at `at`; one of letters must be the whole piece.
fn filler(piece: &[char], at: usize) -> Option<usize> {
    let rest = &piece[at..];
    let alike = fillers().get(&rest[0])?.iter();
    alike
        .filter(|filler| rest.starts_with(filler))
        .map(|filler| filler.len())
        .find(|length| !rest[0].is_ascii() || (at == 0 && *length == piece.len()))
}

/// The fillers by their first character, the longer first.
fn fillers() -> &'static HashMap<char, Vec<Vec<char>>> {
    static BY_FIRST: OnceLock<HashMap<char, Vec<Vec<char>>>> = OnceLock::new();
    BY_FIRST.get_or_init(|| {
        let mut all: HashMap<char, Vec<Vec<char>>> = HashMap::new();
        for filler in FILLERS {
            let filler: Vec<char> = filler.chars().collect();
            all.entry(filler[0]).or_default().push(filler);
        }
        all.values_mut().for_each(|alike| alike.sort_by_key(|filler| Reverse(filler.len())));
        all
    })
}

/// The atoms of a piece.
pub(super) struct Atoms {
    list: [Atom; LONGEST],
    length: usize,
}

impl Atoms {
    pub(super) fn list(&self) -> &[Atom] {
        &self.list[..self.length]
    }
}

/// Cuts a piece into characters and syllables; `None` if its letters do not read as syllables.
pub(super) fn atoms(piece: &Needle) -> Option<Atoms> {
    let mut atoms = Atoms { list: [Atom::Glyph(0); LONGEST], length: 0 };
    let mut at = 0;
    while at < piece.length {
        if piece.bytes[at] == 0 {
            atoms.list[atoms.length] = Atom::Glyph(piece.glyphs[at]);
            atoms.length += 1;
            at += 1;
            continue;
        }
        let run = piece.bytes[at..piece.length].iter().take_while(|byte| **byte != 0).count();
        add_syllables(&piece.bytes[at..at + run], at + run == piece.length, &mut atoms)?;
        at += run;
    }
    Some(atoms)
}

/// The fewest syllables that make up `run`, of several such ways the one with the longer first ones.
fn add_syllables(run: &[u8], is_last: bool, atoms: &mut Atoms) -> Option<()> {
    const NONE: u8 = u8::MAX;
    // For each place the fewest syllables from there on, and the length of the first.
    let mut best = [(NONE, 0_u8); LONGEST + 1];
    best[run.len()] = (0, 0);
    for from in (0..run.len()).rev() {
        for length in (1..=(run.len() - from).min(6)).rev() {
            let rest = best[from + length].0;
            let unfinished = is_last && from + length == run.len();
            if rest < NONE && rest + 1 < best[from].0 && is_syllable(&run[from..from + length], unfinished) {
                best[from] = (rest + 1, length as u8);
            }
        }
    }
    if best[0].0 == NONE {
        return None;
    }
    let mut at = 0;
    while at < run.len() {
        let length = usize::from(best[at].1);
        atoms.list[atoms.length] = Atom::Syllable {
            letters: pack(&run[at..at + length]),
            length,
            open: is_last && at + length == run.len(),
        };
        atoms.length += 1;
        at += length;
    }
    Some(())
}

/// Letters cut into syllables, the last of which may be unfinished; none if they do not read so.
pub(super) fn syllables(letters: &str) -> Option<Vec<String>> {
    let mut atoms = Atoms { list: [Atom::Glyph(0); LONGEST], length: 0 };
    let letters = letters.get(..LONGEST.min(letters.len()))?;
    add_syllables(letters.as_bytes(), true, &mut atoms)?;
    let mut rest = letters;
    let mut found = Vec::new();
    for atom in atoms.list() {
        let Atom::Syllable { length, .. } = atom else { continue };
        let (syllable, after) = rest.split_at_checked(*length)?;
        found.push(syllable.to_owned());
        rest = after;
    }
    Some(found)
}

/// Whether `letters` are a syllable, or with `unfinished` the beginning of one.
fn is_syllable(letters: &[u8], unfinished: bool) -> bool {
    let found = inventory().get(&pack(letters));
    found.is_some_and(|is_whole| *is_whole || unfinished)
}

/// The syllables of the standard language and their beginnings, packed; `true` for whole ones.
fn inventory() -> &'static HashMap<u64, bool, Spread> {
    static INVENTORY: OnceLock<HashMap<u64, bool, Spread>> = OnceLock::new();
    INVENTORY.get_or_init(|| {
        let mut all = HashMap::default();
        for syllable in VALID_SYLLABLES {
            for length in 1..syllable.len() {
                all.entry(pack(&syllable.as_bytes()[..length])).or_insert(false);
            }
            all.insert(pack(syllable.as_bytes()), true);
        }
        all
    })
}
