//! The rules of `search`, stated entry by entry on plain characters, with no index.

use super::build::pair_reading;
use super::text::{fold, joins_syllables};
use super::{Entry, Hit, Hits, MatchClass};
use crate::reading;

/// A text: its characters, and where a match may start.
struct Text {
    units: Vec<char>,
    starts: Vec<usize>,
}

pub(super) struct Oracle {
    entries: Vec<Entry>,
    taught: Vec<(char, String)>,
}

fn text(raw: &str) -> Text {
    let mut text = Text { units: vec![], starts: vec![] };
    let mut in_word = false;
    for character in raw.chars() {
        match fold(character) {
            Some(folded) => {
                if !(folded.is_ascii() && in_word) {
                    text.starts.push(text.units.len());
                }
                in_word = folded.is_ascii();
                text.units.push(folded);
            }
            None if joins_syllables(character) => {}
            None => in_word = false,
        }
    }
    text
}

fn pieces(raw: &str) -> Vec<Vec<char>> {
    let mut pieces = vec![vec![]];
    let mut count = 0;
    for character in raw.chars() {
        match fold(character) {
            Some(folded) if count < 64 => {
                count += 1;
                pieces.last_mut().unwrap().push(folded);
            }
            Some(_) => {}
            None if joins_syllables(character) => {}
            None => pieces.push(vec![]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

impl Oracle {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let taught = entries
            .iter()
            .flat_map(|entry| &entry.readings)
            .flat_map(|(word, spelling)| pair_reading(word, spelling))
            .map(|(character, syllable)| (character, syllable.to_text()))
            .collect();
        Self { entries: entries.to_vec(), taught }
    }

    fn readings(&self, character: char) -> Vec<String> {
        let known = reading::readings(character).into_iter().map(|syllable| syllable.to_text());
        let taught = self.taught.iter().filter(|(taught, _)| *taught == character);
        let mut all: Vec<String> = known.chain(taught.map(|(_, text)| text.clone())).collect();
        let plain: Vec<String> = all.iter().map(|text| text.replace('v', "u")).collect();
        all.extend(plain);
        all
    }

    /// The numbers of units with which `piece` can be used up from the beginning of `units`.
    fn covers(&self, units: &[char], piece: &[char], used: usize, found: &mut Vec<usize>) {
        if piece.is_empty() {
            return found.push(used);
        }
        let Some(unit) = units.get(used) else { return };
        if piece[0] == *unit {
            self.covers(units, &piece[1..], used + 1, found);
        }
        let rest: String = piece.iter().collect();
        if unit.is_ascii() || !piece[0].is_ascii() {
            return;
        }
        for reading in self.readings(*unit) {
            if reading.starts_with(&rest) {
                found.push(used + 1);
            }
            let digraph = ["zh", "ch", "sh"].into_iter().find(|two| reading.starts_with(two));
            for form in [Some(reading.as_str()), reading.get(..1), digraph].into_iter().flatten() {
                if rest.starts_with(form) {
                    self.covers(units, &piece[form.len()..], used + 1, found);
                }
            }
        }
    }

    /// Where and how long a piece matches a text.
    fn matches(&self, raw: &str, piece: &[char]) -> Vec<(usize, usize)> {
        let text = text(raw);
        let mut all = vec![];
        for start in text.starts {
            let mut lengths = vec![];
            self.covers(&text.units[start..], piece, 0, &mut lengths);
            all.extend(lengths.into_iter().map(|length| (start, length)));
        }
        all
    }

    fn direct(&self, entry: &Entry, joined: &[char]) -> Option<MatchClass> {
        let mut classes = vec![];
        let whole = |raw: &str| text(raw).units.len();
        for (start, length) in self.matches(&entry.name, joined) {
            classes.push(match start {
                0 if length == whole(&entry.name) => MatchClass::Exact,
                0 => MatchClass::Prefix,
                _ => MatchClass::Name,
            });
        }
        for synonym in &entry.synonyms {
            for (start, length) in self.matches(synonym, joined) {
                let is_whole = start == 0 && length == whole(synonym);
                classes.push(if is_whole { MatchClass::Alias } else { MatchClass::Synonym });
            }
        }
        if !self.matches(&entry.name_en, joined).is_empty() {
            classes.push(MatchClass::English);
        }
        classes.into_iter().min()
    }

    fn texts(entry: &Entry) -> impl Iterator<Item = &str> {
        [entry.name.as_str(), entry.name_en.as_str()]
            .into_iter()
            .chain(entry.synonyms.iter().map(String::as_str))
    }

    fn holds(&self, entry: &Entry, piece: &[char]) -> bool {
        Self::texts(entry).any(|raw| !self.matches(raw, piece).is_empty())
    }

    /// Whether some text has units that are these atoms, one after the other.
    fn holds_atoms(&self, entry: &Entry, atoms: &[Atom]) -> bool {
        Self::texts(entry).any(|raw| {
            text(raw).units.windows(atoms.len()).any(|units| {
                units.iter().zip(atoms).all(|(unit, atom)| match atom {
                    Atom::Character(character) => unit == character,
                    Atom::Syllable(letters, open) => {
                        !unit.is_ascii()
                            && self
                                .readings(*unit)
                                .iter()
                                .any(|reading| reading == letters || (*open && reading.starts_with(letters)))
                    }
                })
            })
        })
    }

    fn cuts(&self, entry: &Entry, atoms: &[Atom]) -> bool {
        atoms.is_empty()
            || (2..=atoms.len())
                .any(|length| self.holds_atoms(entry, &atoms[..length]) && self.cuts(entry, &atoms[length..]))
    }

    fn fragments(&self, entry: &Entry, pieces: &[Vec<char>]) -> bool {
        pieces.iter().all(|piece| {
            self.holds(entry, piece) || atoms(piece).is_some_and(|atoms| self.cuts(entry, &atoms))
        })
    }

    fn rules_1_and_2(&self, pieces: &[Vec<char>]) -> Vec<(usize, MatchClass)> {
        let joined = pieces.concat();
        self.entries
            .iter()
            .enumerate()
            .filter_map(|(position, entry)| {
                let class = self
                    .direct(entry, &joined)
                    .or_else(|| self.fragments(entry, pieces).then_some(MatchClass::Fragments))?;
                Some((position, class))
            })
            .collect()
    }

    fn in_part(&self, pieces: &[Vec<char>]) -> Vec<(usize, MatchClass)> {
        let count = |entry: &Entry| {
            pieces
                .iter()
                .map(|piece| match atoms(piece).filter(|atoms| atoms.len() > 1) {
                    Some(atoms) => atoms.windows(2).filter(|pair| self.holds_atoms(entry, pair)).count(),
                    None => usize::from(self.holds(entry, piece)),
                })
                .sum::<usize>()
        };
        let counts: Vec<usize> = self.entries.iter().map(count).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let best = counts.iter().enumerate().filter(|(_, count)| most > 0 && **count == most);
        best.map(|(position, _)| (position, MatchClass::Partial)).collect()
    }

    pub(super) fn search(&self, raw: &str, without_fillers: Option<Vec<Vec<char>>>, limit: usize) -> Hits {
        let pieces = pieces(raw);
        let mut found = if pieces.is_empty() {
            (0..self.entries.len()).map(|position| (position, MatchClass::Listed)).collect()
        } else {
            self.rules_1_and_2(&pieces)
        };
        if found.is_empty()
            && let Some(core) = &without_fillers
        {
            found = self.rules_1_and_2(core);
        }
        if found.is_empty() {
            found = self.in_part(without_fillers.as_ref().unwrap_or(&pieces));
        }
        found.sort_by_key(|(position, class)| {
            (*class, std::cmp::Reverse(self.entries[*position].popularity), *position)
        });
        let total = found.len();
        found.truncate(limit);
        let ranked = found.into_iter().map(|(position, class)| Hit { position, class }).collect();
        Hits { total, ranked }
    }
}

#[derive(Clone, PartialEq, Debug)]
enum Atom {
    Character(char),
    Syllable(String, bool),
}

fn atoms(piece: &[char]) -> Option<Vec<Atom>> {
    let mut atoms = vec![];
    let mut at = 0;
    while at < piece.len() {
        if !piece[at].is_ascii() {
            atoms.push(Atom::Character(piece[at]));
            at += 1;
            continue;
        }
        let run: String = piece[at..].iter().take_while(|letter| letter.is_ascii()).collect();
        at += run.len();
        atoms.extend(best_cut(&run, at == piece.len())?);
    }
    Some(atoms)
}

fn best_cut(run: &str, is_last: bool) -> Option<Vec<Atom>> {
    if run.is_empty() {
        return Some(vec![]);
    }
    let mut best: Option<Vec<Atom>> = None;
    for length in (1..=run.len().min(6)).rev() {
        let (head, rest) = run.split_at(length);
        let open = is_last && rest.is_empty();
        let fits = inputx_pinyin::VALID_SYLLABLES
            .iter()
            .any(|syllable| *syllable == head || (open && syllable.starts_with(head)));
        if !fits {
            continue;
        }
        if let Some(rest) = best_cut(rest, is_last)
            && best.as_ref().is_none_or(|best| rest.len() + 1 < best.len())
        {
            best = Some([vec![Atom::Syllable(head.into(), open)], rest].concat());
        }
    }
    best
}
