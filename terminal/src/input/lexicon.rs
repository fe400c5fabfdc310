//! The catalogue's own words, found by full pinyin, initials, or a mixture of both.

use super::spelling::crosses;
use crate::reading::{self, Syllable};

/// A catalogue has a few thousand words; a hostile one shall not slow every key down.
const MOST_WORDS: usize = 20_000;
const LONGEST_WORD: usize = 16;

struct Word {
    text: String,
    syllables: Box<[Syllable]>,
}

/// See the module.
pub(super) struct Lexicon {
    /// By the first letter, the more important words first.
    by_letter: [Vec<Word>; 26],
}

/// How a word fits what was typed; the better first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fit {
    /// All syllables are written out.
    Full,
    /// All syllables are there, some as initials only.
    Initials,
    /// The word goes on by so many syllables.
    Beginning(usize),
}

impl Lexicon {
    pub(super) fn new(words: impl Iterator<Item = (String, String)>) -> Self {
        let mut by_letter: [Vec<Word>; 26] = Default::default();
        let mut seen = std::collections::HashSet::new();
        for (text, spelling) in words.take(MOST_WORDS) {
            let parts = spelling.split_whitespace();
            let syllables: Option<Box<[Syllable]>> = parts.map(reading::from_spelling).collect();
            let Some(syllables) = syllables else { continue };
            let fits = syllables.len() == text.chars().count();
            if !fits || !(2..=LONGEST_WORD).contains(&syllables.len()) {
                continue;
            }
            let letter = usize::from(syllables[0].initial() - b'a');
            if seen.insert((text.clone(), syllables.clone())) {
                by_letter[letter].push(Word { text, syllables });
            }
        }
        Self { by_letter }
    }

    /// Calls `found` with each word that fits all of `letters`, in the order of importance.
    pub(super) fn each_fit<'a>(&'a self, letters: &[u8], breaks: u64, mut found: impl FnMut(&'a str, Fit)) {
        let Some(letter) = letters.first().filter(|letter| letter.is_ascii_lowercase()) else { return };
        for word in &self.by_letter[usize::from(letter - b'a')] {
            if let Some(fit) = fit(&word.syllables, letters, breaks) {
                found(&word.text, fit);
            }
        }
    }

    /// The most important word spelt in full as `letters`.
    pub(super) fn spelt(&self, letters: &[u8], breaks: u64) -> Option<&str> {
        let letter = letters.first().filter(|letter| letter.is_ascii_lowercase())?;
        let mut words = self.by_letter[usize::from(letter - b'a')].iter();
        let word = words.find(|word| fit(&word.syllables, letters, breaks) == Some(Fit::Full))?;
        Some(&word.text)
    }
}

fn fit(syllables: &[Syllable], letters: &[u8], breaks: u64) -> Option<Fit> {
    let mut best = None;
    try_fit(syllables, letters, breaks, 0, true, &mut best);
    best
}

fn try_fit(rest: &[Syllable], letters: &[u8], breaks: u64, at: usize, in_full: bool, best: &mut Option<Fit>) {
    if at == letters.len() {
        let fit = match (rest.len(), in_full) {
            (0, true) => Fit::Full,
            (0, false) => Fit::Initials,
            (more, _) => Fit::Beginning(more),
        };
        if best.is_none_or(|best| fit < best) {
            *best = Some(fit);
        }
        return;
    }
    let Some((syllable, rest)) = rest.split_first() else { return };
    let spelling = syllable.0.to_le_bytes();
    let spelling = &spelling[..syllable.len()];
    // 旅 is typed as `lu` as well as `lv`.
    let fits = |(one, other): &(&u8, &u8)| one == other || (**one == b'v' && **other == b'u');
    let same = spelling.iter().zip(&letters[at..]).take_while(fits).count();
    if same == 0 {
        return;
    }
    if same == spelling.len() && !crosses(breaks, at, at + same) {
        try_fit(rest, letters, breaks, at + same, in_full, best);
        if *best == Some(Fit::Full) {
            return;
        }
    }
    // One initial letter, two for `zh` and the like, or the unfinished end.
    let unfinished = at + same == letters.len();
    for length in 1..same.min(spelling.len() - 1) + 1 {
        let is_initial = length == 1 || (length == 2 && syllable.digraph().is_some());
        let is_end = unfinished && length == same;
        if (is_initial || is_end) && !crosses(breaks, at, at + length) {
            try_fit(rest, letters, breaks, at + length, false, best);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(letters: &str) -> Vec<(String, Fit)> {
        let words = [
            ("公积金", "gong ji jin"),
            ("公积金提取", "gong ji jin ti qu"),
            ("居住证", "ju zhu zheng"),
            ("坏", "huai"),
            ("不配对", "bu"),
            ("怪", "12"),
        ];
        let words = words.map(|(text, spelling)| (text.to_owned(), spelling.to_owned()));
        let lexicon = Lexicon::new(words.into_iter());
        let mut found = vec![];
        lexicon.each_fit(letters.as_bytes(), 0, |text, fit| found.push((text.to_owned(), fit)));
        found
    }

    #[test]
    fn initials_full_pinyin_and_mixtures_fit() {
        assert_eq!(fits("gjj")[0], ("公积金".into(), Fit::Initials));
        assert_eq!(fits("gjj")[1], ("公积金提取".into(), Fit::Beginning(2)));
        assert_eq!(fits("gongjijin")[0], ("公积金".into(), Fit::Full));
        assert_eq!(fits("gongjj")[0], ("公积金".into(), Fit::Initials));
        assert_eq!(fits("jzhuzh"), [("居住证".into(), Fit::Initials)]);
        assert_eq!(fits("juz"), [("居住证".into(), Fit::Beginning(1))]);
        assert_eq!(fits("juzx"), []);
        assert_eq!(fits("h"), []);
    }
}
