//! Every character that has a reading, by syllable, the usual ones first: so that any name can be
//! written, if need be character by character.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use inputx_pinyin::PinyinDict;

use crate::reading::{self, Syllable};

/// Where characters with readings are: the main block first, as its characters are the commoner.
const BLOCKS: &[std::ops::RangeInclusive<u32>] =
    &[0x4E00..=0x9FFF, 0x3007..=0x3007, 0x3400..=0x4DBF, 0x2_0000..=0x3_23AF, 0xF900..=0xFAFF];

/// The dictionary knows how usual a character is, not in which reading: 见 is no usual `xian`. So a
/// reading that is not a character's first counts that much less, on a scale of about 65,000.
const SECOND_READING: u64 = 12_000;

/// How many characters are offered for an unfinished syllable.
const FOR_UNFINISHED: usize = 120;

/// See the module.
pub(super) struct Characters {
    by_syllable: HashMap<Syllable, Vec<char>>,
    /// For the beginnings of syllables: the most usual characters of all syllables that begin so.
    by_beginning: HashMap<String, Vec<char>>,
    /// How usual the first character of each syllable is.
    frequencies: HashMap<Syllable, u64>,
}

impl Characters {
    pub(super) fn new(dictionary: &PinyinDict) -> Self {
        let mut rest: HashMap<Syllable, Vec<(usize, char)>> = HashMap::new();
        for character in BLOCKS.iter().cloned().flatten().filter_map(char::from_u32) {
            for (order, syllable) in reading::readings(character).into_iter().enumerate() {
                rest.entry(syllable).or_default().push((order.min(1), character));
            }
        }
        let mut by_beginning: HashMap<String, Vec<(u64, char)>> = HashMap::new();
        let mut by_syllable: HashMap<Syllable, Vec<char>> = HashMap::with_capacity(rest.len());
        let mut frequencies = HashMap::with_capacity(rest.len());
        let mut found = Vec::new();
        for (syllable, mut others) in rest {
            let spelling = syllable.to_text();
            dictionary.lookup_with_freq_into(&spelling, &mut found);
            let known = found.iter().filter_map(|(word, frequency)| {
                let mut characters = word.chars();
                Some((*frequency, characters.next()?)).filter(|_| characters.next().is_none())
            });
            let mut known: Vec<(u64, char)> = known.collect();
            for (frequency, character) in &mut known {
                if reading::readings(*character).first() != Some(&syllable) {
                    *frequency = frequency.saturating_sub(SECOND_READING);
                }
            }
            known.sort_by_key(|(frequency, _)| Reverse(*frequency));
            for length in 1..spelling.len() {
                by_beginning.entry(spelling[..length].into()).or_default().extend(&known);
            }
            // A sort that keeps the order of blocks among those equally usual.
            others.sort_by_key(|(order, _)| *order);
            let mut seen = HashSet::new();
            let all = known.iter().map(|(_, character)| *character);
            let all = all.chain(others.into_iter().map(|(_, character)| character));
            let usual = known.first().map_or(0, |(frequency, _)| *frequency);
            frequencies.insert(syllable, usual);
            let all = all.filter(|character| seen.insert(*character)).collect();
            by_syllable.insert(syllable, all);
        }
        // 略 and 虐 are typed with u as often as with v.
        for (with_v, with_u) in [("lve", "lue"), ("nve", "nue")] {
            let (Some(with_v), Some(with_u)) = (Syllable::new(with_v), Syllable::new(with_u)) else {
                continue;
            };
            if let Some(same) = by_syllable.get(&with_v).cloned() {
                let others = by_syllable.remove(&with_u).unwrap_or_default();
                let mut seen: HashSet<char> = same.iter().copied().collect();
                let all = same.into_iter().chain(others.into_iter().filter(|other| seen.insert(*other)));
                by_syllable.insert(with_u, all.collect());
                frequencies.insert(with_u, frequencies.get(&with_v).copied().unwrap_or(0));
            }
        }
        let by_beginning = by_beginning
            .into_iter()
            .map(|(beginning, mut all)| {
                all.sort_unstable_by_key(|(frequency, character)| (Reverse(*frequency), *character));
                let mut seen = HashSet::new();
                let usual = all.into_iter().map(|(_, character)| character);
                let usual = usual.filter(|character| seen.insert(*character)).take(FOR_UNFINISHED);
                (beginning, usual.collect())
            })
            .collect();
        Self { by_syllable, by_beginning, frequencies }
    }

    /// The most usual character read so, and how usual it is.
    pub(super) fn most_usual(&self, letters: &[u8]) -> Option<(u64, char)> {
        let syllable = Syllable::new(std::str::from_utf8(letters).ok()?)?;
        let character = *self.by_syllable.get(&syllable)?.first()?;
        Some((self.frequencies.get(&syllable).copied().unwrap_or(0), character))
    }

    /// All characters read so, the usual ones first.
    pub(super) fn read_as(&self, letters: &[u8]) -> &[char] {
        std::str::from_utf8(letters)
            .ok()
            .and_then(Syllable::new)
            .and_then(|syllable| self.by_syllable.get(&syllable))
            .map_or(&[], Vec::as_slice)
    }

    /// The most usual characters whose reading begins so and goes on.
    pub(super) fn beginning_with(&self, letters: &[u8]) -> &[char] {
        std::str::from_utf8(letters)
            .ok()
            .and_then(|letters| self.by_beginning.get(letters))
            .map_or(&[], Vec::as_slice)
    }
}
