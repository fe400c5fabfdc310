//! The words of a catalogue, found in its names and synonyms, with their readings.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use inputx_pinyin::PinyinDict;

use crate::reading::{self, Syllable};

/// Longer dictionary words are rare and found by their parts.
const LONGEST_IN_DICTIONARY: usize = 5;
/// Two or three words side by side that are not longer are a word of the catalogue (身份证补领).
const LONGEST_PHRASE: usize = 6;
/// A stretch without separators that is not longer is one as a whole.
const LONGEST_WHOLE: usize = 8;

/// Finds the words in `texts` (names and synonyms) for [`PinyinInput::new`](super::PinyinInput::new),
/// the more frequent first. `taught` are words whose reading the catalogue gives itself, as
/// `("重庆", "chong qing")`. Takes about a tenth of a second for 3,000 items: not for a screen's thread.
pub fn catalogue_words<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    taught: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, String)> {
    let stretches: Vec<Vec<char>> = texts.into_iter().flat_map(stretches).collect();
    let mut known = dictionary_words(&stretches);
    for (word, spelling) in taught {
        let syllables: Option<Vec<Syllable>> =
            spelling.split_whitespace().map(reading::from_spelling).collect();
        let word: Vec<char> = word.chars().collect();
        if let Some(syllables) = syllables.filter(|syllables| syllables.len() == word.len()) {
            known.insert(word, syllables);
        }
    }
    let mut counts: HashMap<&[char], (usize, Vec<Syllable>)> = HashMap::new();
    for stretch in &stretches {
        let (ends, syllables) = cut(stretch, &known);
        let mut count = |from: usize, to: usize| {
            let entry = counts.entry(&stretch[from..to]);
            entry.or_insert_with(|| (0, syllables[from..to].to_vec())).0 += 1;
        };
        for (at, end) in ends.iter().enumerate() {
            for first in (at.saturating_sub(2)..=at).rev() {
                let from = if first == 0 { 0 } else { ends[first - 1] };
                // A lone character belongs to neither side (身份证|丢|了).
                if ends[first] - from < 2 {
                    break;
                }
                let is_whole = from == 0 && *end == stretch.len();
                if end - from >= 2 && end - from <= LONGEST_PHRASE && !is_whole {
                    count(from, *end);
                }
            }
        }
        if (2..=LONGEST_WHOLE).contains(&stretch.len()) {
            count(0, stretch.len());
        }
        // 身份证 inside 居民身份证 is a word too; of two characters most such words are accidents.
        for length in 3..=LONGEST_IN_DICTIONARY {
            for from in 0..(stretch.len() + 1).saturating_sub(length) {
                if known.contains_key(&stretch[from..from + length]) && !ends.contains(&(from + length)) {
                    count(from, from + length);
                }
            }
        }
    }
    let mut words: Vec<(&[char], usize, Vec<Syllable>)> =
        counts.into_iter().map(|(word, (count, syllables))| (word, count, syllables)).collect();
    words.sort_unstable_by_key(|(word, count, _)| (Reverse(*count), word.len(), *word));
    words
        .into_iter()
        .map(|(word, _, syllables)| {
            let spelling: Vec<String> = syllables.into_iter().map(Syllable::to_text).collect();
            (word.iter().collect(), spelling.join(" "))
        })
        .collect()
}

/// The stretches of a text in which every character has a reading.
fn stretches(text: &str) -> Vec<Vec<char>> {
    text.chars()
        .take(1_000)
        .collect::<Vec<char>>()
        .split(|character| reading::readings(*character).is_empty())
        .filter(|stretch| stretch.len() >= 2)
        .map(<[char]>::to_vec)
        .collect()
}

/// The words of the dictionary that occur anywhere in `stretches`, with their syllables.
fn dictionary_words(stretches: &[Vec<char>]) -> HashMap<Vec<char>, Vec<Syllable>> {
    let mut wanted: HashSet<String> = HashSet::new();
    for stretch in stretches {
        for length in 2..=LONGEST_IN_DICTIONARY {
            wanted.extend(stretch.windows(length).map(|part| part.iter().collect::<String>()));
        }
    }
    let mut best: HashMap<Vec<char>, (u64, Vec<Syllable>)> = HashMap::new();
    PinyinDict::embedded().prefix_for_each("", |spelling, word, frequency| {
        if wanted.contains(word) {
            let word: Vec<char> = word.chars().collect();
            if best.get(&word).is_none_or(|(known, _)| *known < frequency)
                && let Some(syllables) = align(&word, spelling)
            {
                best.insert(word, (frequency, syllables));
            }
        }
    });
    best.into_iter().map(|(word, (_, syllables))| (word, syllables)).collect()
}

/// Cuts `spelling` into one syllable for each character, by the readings that these have.
fn align(word: &[char], spelling: &str) -> Option<Vec<Syllable>> {
    let Some((first, rest)) = word.split_first() else {
        return spelling.is_empty().then(Vec::new);
    };
    reading::readings(*first).into_iter().find_map(|syllable| {
        let left = spelling.strip_prefix(syllable.to_text().as_str())?;
        let mut syllables = align(rest, left)?;
        syllables.insert(0, syllable);
        Some(syllables)
    })
}

/// Cuts a stretch into as few known words as possible (single characters for the rest): where
/// each ends, and how each character is read.
fn cut(stretch: &[char], known: &HashMap<Vec<char>, Vec<Syllable>>) -> (Vec<usize>, Vec<Syllable>) {
    let count = stretch.len();
    let mut best = vec![(usize::MAX, 0); count + 1];
    best[count] = (0, count);
    for from in (0..count).rev() {
        for to in from + 1..=(from + LONGEST_IN_DICTIONARY).min(count) {
            if (to == from + 1 || known.contains_key(&stretch[from..to])) && best[to].0 < best[from].0 {
                best[from] = (best[to].0 + 1, to);
            }
        }
    }
    let (mut ends, mut syllables) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < count {
        let to = best[from].1;
        match known.get(&stretch[from..to]) {
            Some(read) => syllables.extend_from_slice(read),
            None => syllables.extend(reading::readings(stretch[from]).first()),
        }
        ends.push(to);
        from = to;
    }
    (ends, syllables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words_with_their_own_readings() {
        let words = catalogue_words(
            ["居民身份证补领", "身份证丢了", "重庆银行（开户）行驶证", "ETC"],
            [("开户", "kai hu"), ("户", "bad reading"), ("行驶证", "xing shi zheng")],
        );
        let reading_of =
            |word: &str| words.iter().find(|(text, _)| text == word).map(|(_, spelling)| spelling.as_str());
        assert_eq!(reading_of("居民身份证"), Some("ju min shen fen zheng"));
        assert_eq!(reading_of("身份证"), Some("shen fen zheng"));
        assert_eq!(reading_of("身份证丢了"), Some("shen fen zheng diu le"));
        assert_eq!(reading_of("重庆银行"), Some("chong qing yin hang"));
        assert_eq!(reading_of("行驶证"), Some("xing shi zheng"));
    }

    #[test]
    fn empty_and_foreign_texts_have_no_words() {
        assert!(catalogue_words(["", "abc", "中", "🙂"], [("", ""), ("a", "b c")]).is_empty());
    }
}
