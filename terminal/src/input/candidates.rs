//! What the letters typed so far may stand for, the likeliest first.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroize;

use super::lexicon::Fit;
use super::spelling::{Kind, LONGEST_SYLLABLE, Segment, crosses, is_syllable, segments};
use super::{Sources, surnames};

/// Something to choose.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text that is entered when it is chosen.
    pub text: String,
    /// How many of the typed letters it stands for.
    pub(super) letters: usize,
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // May be part of a resident's name.
        formatter.write_str("Candidate(…)")
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// A dictionary word spelt by at most so many letters (中华人民共和国 has 23).
const LONGEST_WORD: usize = 24;
/// The dictionary's measure of how usual a word is goes up to about 65,000; every further word in a
/// sentence costs more than any gain from usual ones, so that sentences have few words.
const PER_WORD: i64 = 130_000;
/// The catalogue's words are preferred to whatever sounds the same.
const OWN_WORD: i64 = 70_000;
const MOST_COMPLETIONS: usize = 8;
const MOST_LEADING_WORDS: usize = 6;
const MOST_SURNAMES: usize = 2;
/// So many characters stand before words of several that are spelt alike (`xian`: 先 before 西安).
const MOST_BEFORE_WORDS: usize = 5;

/// The best word for each stretch of the buffer looked up so far.
#[derive(Default)]
pub(super) struct Memo {
    words: HashMap<(u8, u8), Option<(i64, String)>>,
}

impl Memo {
    /// Forgets what involves letters from `length` on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.words.retain(|(_, to), word| {
            let stays = usize::from(*to) <= length;
            if let (false, Some((_, text))) = (stays, word) {
                text.zeroize();
            }
            stays
        });
    }

    pub(super) fn clear(&mut self) {
        for (_, text) in self.words.values_mut().flatten() {
            text.zeroize();
        }
        self.words.clear();
    }
}

/// The letters typed, and where their typist divided them.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    pub(super) letters: &'a [u8],
    pub(super) breaks: u64,
}

impl<'a> Typed<'a> {
    /// How they fall into syllables.
    pub(super) fn segments(self, sources: &Sources) -> Vec<Segment> {
        segments(&sources.characters, self.letters, self.breaks)
    }

    fn part(self, from: usize, to: usize) -> Self {
        Typed { letters: &self.letters[from..to], breaks: self.breaks >> from }
    }

    fn has_breaks(self) -> bool {
        crosses(self.breaks, 0, self.letters.len())
    }

    fn text(self) -> &'a str {
        std::str::from_utf8(self.letters).unwrap_or_default()
    }
}

struct List {
    candidates: Vec<Candidate>,
    seen: HashSet<String>,
    has_glyph: fn(char) -> bool,
}

impl List {
    fn push(&mut self, text: &str, letters: usize) {
        if text.chars().all(self.has_glyph) && self.seen.insert(text.to_owned()) {
            self.candidates.push(Candidate { text: text.to_owned(), letters });
        }
    }

    /// The same for a text made for this; nothing of it is left behind.
    fn push_made(&mut self, mut text: String, letters: usize) {
        self.push(&text, letters);
        text.zeroize();
    }
}

impl Drop for List {
    fn drop(&mut self) {
        for mut text in self.seen.drain() {
            text.zeroize();
        }
    }
}

/// All candidates for what was typed; in a name what looks like one comes first.
pub(super) fn candidates(
    sources: &Sources,
    typed: Typed<'_>,
    is_name: bool,
    memo: &mut Memo,
) -> Vec<Candidate> {
    let count = typed.letters.len();
    if count == 0 {
        return Vec::new();
    }
    let parts = typed.segments(sources);
    let is_finished = parts.iter().all(|part| part.kind == Kind::Syllable);
    let mut list = List { candidates: Vec::new(), seen: HashSet::new(), has_glyph: sources.has_glyph };
    let own = own_words(sources, typed);
    if is_name {
        push_surnames(&mut list, typed);
        push_names(&mut list, sources, typed, &parts);
    }
    if parts.len() == 1 {
        let characters = &sources.characters;
        let whole = characters.read_as(typed.letters).iter();
        let usual = whole.chain(characters.beginning_with(typed.letters));
        for character in usual.take(MOST_BEFORE_WORDS) {
            list.push(character.encode_utf8(&mut [0; 4]), count);
        }
    }
    if is_finished {
        push_fitting(&mut list, &own, count, |text, fit| {
            fit == Fit::Full && text.chars().count() == parts.len()
        });
        let words = dictionary(sources, typed);
        for (word, _) in words.iter().filter(|(word, _)| word.chars().nth(1).is_some()) {
            list.push(word, count);
        }
    }
    push_fitting(&mut list, &own, count, |_, fit| fit <= Fit::Initials);
    let sentence = sentence(sources, typed, memo);
    if let Some((text, to)) = sentence.as_ref().filter(|(_, to)| *to == count) {
        list.push(text, *to);
    }
    push_names(&mut list, sources, typed, &parts);
    push_completions(&mut list, sources, typed, &parts, &own);
    if let Some((text, to)) = &sentence {
        list.push(text, *to);
    }
    push_leading_words(&mut list, sources, typed, &parts);
    push_characters(&mut list, sources, typed, &parts);
    if let Some((mut text, _)) = sentence {
        text.zeroize();
    }
    std::mem::take(&mut list.candidates)
}

/// The catalogue's words that fit all letters, the best fits first.
fn own_words<'a>(sources: &'a Sources, typed: Typed<'_>) -> Vec<(&'a str, Fit)> {
    let mut own = Vec::new();
    // A single letter fits hundreds of words and says too little.
    if typed.letters.len() >= 2 {
        sources.lexicon.each_fit(typed.letters, typed.breaks, |text, fit| own.push((text, fit)));
        own.sort_by_key(|(_, fit)| *fit);
    }
    own
}

fn push_fitting(list: &mut List, own: &[(&str, Fit)], letters: usize, wanted: impl Fn(&str, Fit) -> bool) {
    for (text, fit) in own {
        if wanted(text, *fit) {
            list.push(text, letters);
        }
    }
}

/// The dictionary's words spelt exactly so, the usual ones first.
fn dictionary(sources: &Sources, typed: Typed<'_>) -> Vec<(String, u64)> {
    let mut words = Vec::new();
    sources.dictionary.lookup_with_freq_into(typed.text(), &mut words);
    if words.is_empty() && (typed.text().contains("lue") || typed.text().contains("nue")) {
        // The dictionary has 侵略 as `qinlve`.
        let mut spelt = typed.text().replace("lue", "lve").replace("nue", "nve");
        sources.dictionary.lookup_with_freq_into(&spelt, &mut words);
        spelt.zeroize();
    }
    let breaks = (1..typed.letters.len()).filter(|at| typed.breaks >> at & 1 == 1).count();
    words.retain(|(word, _)| breaks == 0 || word.chars().count() > breaks);
    words
}

/// The surnames that all letters spell.
fn push_surnames(list: &mut List, typed: Typed<'_>) {
    for surname in surnames::read_as(typed.letters) {
        list.push(surname, typed.letters.len());
    }
}

/// What looks like a person's name: a surname and whatever is likeliest after it. Dictionaries do
/// not have names, and forms ask for them all the time.
fn push_names(list: &mut List, sources: &Sources, typed: Typed<'_>, parts: &[Segment]) {
    let count = typed.letters.len();
    if !(2..=4).contains(&parts.len()) || parts.iter().any(|part| part.kind != Kind::Syllable) {
        return;
    }
    for end in [parts[1].to, parts[0].to] {
        if end == count {
            continue;
        }
        let surnames: Vec<&str> = surnames::read_as(&typed.letters[..end]).take(MOST_SURNAMES).collect();
        if surnames.is_empty() {
            continue;
        }
        let given = typed.part(end, count);
        let mut usual: String = parts
            .iter()
            .filter(|part| part.from >= end)
            .filter_map(|part| usual_given(sources, &typed.letters[part.from..part.to]))
            .collect();
        for surname in &surnames {
            list.push_made(format!("{surname}{usual}"), count);
        }
        usual.zeroize();
        let mut memo = Memo::default();
        if let Some((mut text, to)) = sentence(sources, given, &mut memo) {
            for surname in surnames.iter().filter(|_| to == given.letters.len()) {
                list.push_made(format!("{surname}{text}"), count);
            }
            text.zeroize();
        }
        memo.clear();
    }
}

/// The likeliest character of a given name that is read so.
fn usual_given(sources: &Sources, letters: &[u8]) -> Option<char> {
    let read_so = sources.characters.read_as(letters);
    let usual = read_so.iter().find(|character| surnames::is_usual_given(**character));
    usual.or(read_so.first()).copied()
}

fn push_completions(
    list: &mut List,
    sources: &Sources,
    typed: Typed<'_>,
    parts: &[Segment],
    own: &[(&str, Fit)],
) {
    let count = typed.letters.len();
    let longer = own.iter().filter(|(_, fit)| matches!(fit, Fit::Beginning(_)));
    for (text, _) in longer.take(MOST_COMPLETIONS) {
        list.push(text, count);
    }
    // A single syllable begins thousands of words: too many to read, and to be right.
    if parts.len() < 2 || typed.has_breaks() {
        return;
    }
    let mut best: Vec<(u64, String)> = Vec::new();
    sources.dictionary.prefix_for_each(typed.text(), |spelling, word, frequency| {
        if spelling.len() == count {
            return;
        }
        let at = best.partition_point(|(known, _)| *known >= frequency);
        if at < MOST_COMPLETIONS {
            best.truncate(MOST_COMPLETIONS - 1);
            best.insert(at, (frequency, word.to_owned()));
        }
    });
    for (_, mut word) in best {
        list.push(&word, count);
        word.zeroize();
    }
}

/// Words for the first syllables only, the longer first.
fn push_leading_words(list: &mut List, sources: &Sources, typed: Typed<'_>, parts: &[Segment]) {
    for part in parts.iter().skip(1).take(LONGEST_WORD / 2).rev() {
        if part.to == typed.letters.len() && part.kind == Kind::Syllable {
            continue;
        }
        let leading = typed.part(0, part.to);
        if let Some(word) = sources.lexicon.spelt(leading.letters, leading.breaks) {
            list.push(word, part.to);
        }
        let words = dictionary(sources, leading);
        let several = words.iter().filter(|(word, _)| word.chars().nth(1).is_some());
        for (word, _) in several.take(MOST_LEADING_WORDS) {
            list.push(word, part.to);
        }
    }
}

/// Characters for the first syllable, and for each other way to read the first letters.
fn push_characters(list: &mut List, sources: &Sources, typed: Typed<'_>, parts: &[Segment]) {
    let Some(first) = parts.first() else { return };
    let others = (1..=LONGEST_SYLLABLE.min(typed.letters.len()))
        .rev()
        .filter(|to| *to != first.to && !crosses(typed.breaks, 0, *to));
    for to in std::iter::once(first.to).chain(others) {
        let letters = &typed.letters[..to];
        let is_alone = to == typed.letters.len();
        if is_alone || is_syllable(&sources.characters, letters) {
            for character in sources.characters.read_as(letters) {
                list.push(character.encode_utf8(&mut [0; 4]), to);
            }
        }
        if is_alone || (to == first.to && first.kind == Kind::Beginning) {
            for character in sources.characters.beginning_with(letters) {
                list.push(character.encode_utf8(&mut [0; 4]), to);
            }
        }
    }
}

/// The likeliest sequence of words for as many whole syllables as there are, and how far it goes.
fn sentence(sources: &Sources, typed: Typed<'_>, memo: &mut Memo) -> Option<(String, usize)> {
    let count = typed.letters.len();
    // For each place that whole syllables reach: the best total, and where its last word began.
    let mut best: Vec<Option<(i64, usize)>> = vec![None; count + 1];
    best[0] = Some((0, 0));
    let ends = syllable_ends(sources, typed);
    for from in 0..count {
        let Some((total, _)) = best[from] else { continue };
        for to in reachable(&ends, from) {
            let word = memo
                .words
                .entry((from as u8, to as u8))
                .or_insert_with(|| best_word(sources, typed.part(from, to)));
            if let Some((score, _)) = word {
                let total = total + *score - PER_WORD;
                if best[to].is_none_or(|(known, _)| total > known) {
                    best[to] = Some((total, from));
                }
            }
        }
    }
    let end = (1..=count).rev().find(|end| best[*end].is_some())?;
    let mut words = Vec::new();
    let mut at = end;
    while at > 0 {
        let (_, from) = best[at]?;
        words.push(memo.words.get(&(from as u8, at as u8))?.as_ref()?.1.as_str());
        at = from;
    }
    words.reverse();
    Some((words.concat(), end))
}

/// For each place, where whole syllables that start there end.
fn syllable_ends(sources: &Sources, typed: Typed<'_>) -> Vec<Vec<usize>> {
    (0..typed.letters.len())
        .map(|from| {
            (from + 1..=(from + LONGEST_SYLLABLE).min(typed.letters.len()))
                .filter(|to| {
                    !crosses(typed.breaks, from, *to)
                        && is_syllable(&sources.characters, &typed.letters[from..*to])
                })
                .collect()
        })
        .collect()
}

/// Where words that start at `from` may end: after one or several whole syllables.
fn reachable(ends: &[Vec<usize>], from: usize) -> Vec<usize> {
    let last = (from + LONGEST_WORD).min(ends.len());
    let mut is_reached = vec![false; last - from + 1];
    is_reached[0] = true;
    for at in from..last {
        if is_reached[at - from] {
            for to in ends[at].iter().filter(|to| **to <= last) {
                is_reached[to - from] = true;
            }
        }
    }
    (from + 1..=last).filter(|to| is_reached[to - from]).collect()
}

fn best_word(sources: &Sources, typed: Typed<'_>) -> Option<(i64, String)> {
    if let Some(word) = sources.lexicon.spelt(typed.letters, typed.breaks) {
        return Some((OWN_WORD, word.to_owned()));
    }
    if !typed.has_breaks()
        && let Some((frequency, character)) = sources.characters.most_usual(typed.letters)
    {
        return Some((frequency.min(OWN_WORD as u64) as i64, character.to_string()));
    }
    let (word, frequency) = dictionary(sources, typed).into_iter().next()?;
    Some((frequency.min(OWN_WORD as u64) as i64, word))
}
