//! Builds the tables of an index from the entries.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::rank::Bits;
use super::tables::{
    Bucket, Crowd, FIRST_GLYPH, Rows, Spread, Tables, TextStart, UNKNOWN, Unit, UnitInfo, range_key,
};
use super::text::{CODES, code, fold, joins_syllables};
use super::{Entry, MatchClass, sort};
use crate::reading::{self, Syllable, mask, pack};

/// No text is longer, so that a hostile catalogue cannot exhaust the terminal's memory.
const UNITS_PER_TEXT: usize = 1_000;
const SYNONYMS_PER_ENTRY: usize = 64;
/// Unit numbers are 16 bits wide; the last one means "in no text".
const UNITS: usize = 65_000;

impl Tables {
    pub(super) fn new(entries: Vec<Entry>) -> Self {
        let mut order: Vec<u32> = (0..entries.len() as u32).collect();
        order.sort_by_key(|at| (Reverse(entries[*at as usize].popularity), *at));
        let mut tables = Self {
            positions: order,
            units: Vec::new(),
            infos: Vec::new(),
            readings: Vec::new(),
            basic: vec![0; 0x1_0000],
            astral: HashMap::new(),
            suffixes: Vec::new(),
            places: Vec::new(),
            buckets: Vec::new(),
            first_buckets: Vec::new(),
            by_second: Rows::default(),
            forms: HashMap::default(),
            by_form: Rows::default(),
            by_beginning: Rows::default(),
            entry_units: Vec::new(),
            crowds: HashMap::default(),
            crowd: crowd_of(entries.len()),
            answers: Vec::new(),
        };
        let characters = tables.write_texts(&entries);
        tables.read_characters(&characters, &taught_readings(&entries));
        tables.fill_buckets();
        tables.fill_directories();
        tables.gather_crowds();
        tables
    }

    /// Writes all texts as units; gives the characters in the order of their numbers.
    fn write_texts(&mut self, entries: &[Entry]) -> Vec<char> {
        let mut characters = Vec::new();
        // Growing would move what is there, and move it again.
        let texts =
            entries.iter().flat_map(|entry| [&entry.name, &entry.name_en].into_iter().chain(&entry.synonyms));
        let bytes: usize = texts.map(String::len).sum();
        self.units.reserve(bytes / 2);
        let mut starts: Vec<(u32, TextStart)> = Vec::with_capacity(bytes / 3);
        for rank in 0..self.positions.len() as u32 {
            self.entry_units.push(self.units.len() as u32);
            let entry = &entries[self.positions[rank as usize] as usize];
            let synonyms = entry.synonyms.iter().take(SYNONYMS_PER_ENTRY);
            let name = (&entry.name, [MatchClass::Prefix, MatchClass::Name, MatchClass::Exact]);
            let english = (&entry.name_en, [MatchClass::English; 3]);
            let others =
                synonyms.map(|text| (text, [MatchClass::Synonym, MatchClass::Synonym, MatchClass::Alias]));
            for (text, classes) in std::iter::once(name).chain(others).chain([english]) {
                self.write_text(text, rank, classes, &mut starts, &mut characters);
            }
        }
        self.entry_units.push(self.units.len() as u32);
        self.sort_starts(&starts);
        characters
    }

    fn write_text(
        &mut self,
        text: &str,
        rank: u32,
        [first, inner, whole]: [MatchClass; 3],
        starts: &mut Vec<(u32, TextStart)>,
        characters: &mut Vec<char>,
    ) {
        let begin = self.units.len();
        let first_start = starts.len();
        let mut in_word = false;
        for character in text.chars() {
            let Some(folded) = fold(character) else {
                in_word &= joins_syllables(character);
                continue;
            };
            let unit = self.number(folded, characters);
            let is_letter = unit < FIRST_GLYPH;
            if !(is_letter && in_word) {
                let class = if self.units.len() == begin { first } else { inner };
                let place = TextStart { rank, class: class as u8, whole_class: whole as u8, whole: 0 };
                starts.push((self.units.len() as u32, place));
            }
            in_word = is_letter;
            self.units.push(unit);
            if self.units.len() - begin == UNITS_PER_TEXT {
                break;
            }
        }
        let length = self.units.len() - begin;
        if length > 0 {
            self.units.push(0);
            if let Some((_, place)) = starts.get_mut(first_start) {
                place.whole = length as u16;
            }
        }
    }

    /// The number of a character, a new one at its first use.
    fn number(&mut self, folded: char, characters: &mut Vec<char>) -> Unit {
        let known = self.unit(folded);
        if known != UNKNOWN {
            return known;
        }
        if characters.len() >= UNITS {
            return UNKNOWN - 1;
        }
        let unit = FIRST_GLYPH + characters.len() as Unit;
        characters.push(folded);
        match self.basic.get_mut(u32::from(folded) as usize) {
            Some(slot) => *slot = unit,
            None => {
                self.astral.insert(folded, unit);
            }
        }
        unit
    }

    fn sort_starts(&mut self, starts: &[(u32, TextStart)]) {
        let order = sort::order(&self.units, starts.iter().map(|(at, _)| *at));
        self.suffixes = order.iter().map(|number| starts[*number as usize].0).collect();
        self.places = order.iter().map(|number| starts[*number as usize].1).collect();
    }

    fn read_characters(&mut self, characters: &[char], taught: &HashMap<char, Vec<Syllable>>) {
        self.infos = vec![UnitInfo::default(); usize::from(FIRST_GLYPH)];
        for (code, info) in self.infos[1..].iter_mut().enumerate() {
            info.codes = 1 << code;
        }
        for character in characters {
            let first = self.readings.len();
            let known = reading::readings(*character);
            let extra = taught.get(character).into_iter().flatten().copied();
            for syllable in known.into_iter().chain(extra) {
                for form in [Some(syllable), reading::without_umlaut(syllable)].into_iter().flatten() {
                    if !self.readings[first..].contains(&form) {
                        self.readings.push(form);
                    }
                }
            }
            let codes = self.readings[first..]
                .iter()
                .filter_map(|syllable| code(syllable.initial()))
                .fold(0, |bits, code| bits | 1 << code);
            self.infos.push(UnitInfo {
                codes,
                first_reading: first as u32,
                readings: (self.readings.len() - first) as u32,
            });
        }
    }

    fn fill_buckets(&mut self) {
        let mut buckets: Vec<Bucket> = Vec::new();
        for at in 0..self.suffixes.len() as u32 {
            let first = self.unit_at(at, 0);
            let second = self.unit_at(at, 1);
            let third = if second == 0 { 0 } else { self.info(self.unit_at(at, 2)).codes };
            match buckets.last_mut() {
                Some(last) if last.first == first && last.second == second => {
                    last.high = at + 1;
                    last.third |= third;
                }
                _ => buckets.push(Bucket { third, low: at, high: at + 1, first, second }),
            }
        }
        self.first_buckets = (0..=self.infos.len())
            .map(|unit| buckets.partition_point(|bucket| usize::from(bucket.first) < unit) as u32)
            .collect();
        self.buckets = buckets;
    }

    fn fill_directories(&mut self) {
        let mut forms: HashMap<u64, u32, Spread> = HashMap::default();
        let mut numbers_of = |letters: Vec<u64>| -> Vec<u32> {
            let mut numbers = Vec::with_capacity(letters.len());
            for letters in letters {
                let next = forms.len() as u32;
                let number = *forms.entry(letters).or_insert(next);
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            numbers
        };
        let units = 0..self.infos.len() as Unit;
        let forms_of: Vec<Vec<u32>> = units.clone().map(|unit| numbers_of(self.forms_of(unit))).collect();
        let beginnings_of: Vec<Vec<u32>> = units.map(|unit| numbers_of(self.beginnings_of(unit))).collect();
        let (buckets, infos) = (&self.buckets, &self.infos);
        let codes_of = |unit: usize| infos.get(unit).map_or(0, |info| info.codes);
        self.by_second = Rows::new(infos.len(), |put| {
            for (at, bucket) in buckets.iter().enumerate() {
                if usize::from(bucket.second) < infos.len() {
                    put(usize::from(bucket.second), at as u32);
                }
            }
        });
        self.by_beginning = Rows::new(forms.len(), |put| {
            for (unit, beginnings) in beginnings_of.iter().enumerate() {
                for beginning in beginnings {
                    put(*beginning as usize, unit as u32);
                }
            }
        });
        self.by_form = Rows::new(forms.len() * CODES, |put| {
            for (at, bucket) in buckets.iter().enumerate() {
                let Some(first_forms) = forms_of.get(usize::from(bucket.first)) else { continue };
                each_bit(codes_of(usize::from(bucket.second)), |code| {
                    for form in first_forms {
                        put(*form as usize * CODES + code, at as u32);
                    }
                });
            }
        });
        self.forms = forms;
    }

    /// Gathers the sets of ranks of all large ranges that a match can end in.
    fn gather_crowds(&mut self) {
        let mut crowds = HashMap::default();
        self.gather((0, self.suffixes.len() as u32), 0, &mut crowds);
        self.crowds = crowds;
    }

    fn gather(&self, (low, high): (u32, u32), depth: usize, crowds: &mut HashMap<u64, Crowd, Spread>) {
        // No query is longer, so no match is deeper.
        if high - low < self.crowd || depth > super::query::LONGEST {
            return;
        }
        if depth > 0 {
            let crowd = crowds
                .entry(range_key(low, high))
                .or_insert_with(|| Crowd { classes: self.ranks_by_class(low, high), whole: Vec::new() });
            // Where texts end comes first. If any ends here, the range is another one further on.
            let ends = (low..high).take_while(|at| self.unit_at(*at, depth) == 0);
            let ends = ends.map(|at| self.places[at as usize]);
            crowd.whole.extend(ends.filter(|place| usize::from(place.whole) == depth));
        }
        self.each_child((low, high), depth, None, |_, range| self.gather(range, depth + 1, crowds));
    }

    fn ranks_by_class(&self, low: u32, high: u32) -> Vec<(MatchClass, Bits)> {
        let classes = [MatchClass::Prefix, MatchClass::Name, MatchClass::Synonym, MatchClass::English];
        let mut sets = classes.map(|class| (class, Bits::with_room(self.positions.len())));
        for place in &self.places[low as usize..high as usize] {
            for (class, set) in &mut sets {
                if *class as u8 == place.class {
                    set.insert(place.rank);
                }
            }
        }
        sets.into_iter().filter(|(_, set)| !set.is_empty()).collect()
    }

    /// All letters as which a unit can be typed when another unit follows.
    fn forms_of(&self, unit: Unit) -> Vec<u64> {
        if (1..FIRST_GLYPH).contains(&unit) {
            let code = (unit - 1) as u8;
            let byte = if code < 26 { b'a' + code } else { b'0' + code - 26 };
            return vec![u64::from(byte)];
        }
        let readings = self.readings(self.info(unit));
        let mut forms = Vec::with_capacity(3 * readings.len());
        for syllable in readings {
            forms.extend([pack(&[syllable.initial()]), syllable.0]);
            forms.extend(syllable.digraph());
        }
        forms
    }

    /// All letters with which a query may end in a unit.
    fn beginnings_of(&self, unit: Unit) -> Vec<u64> {
        if (1..FIRST_GLYPH).contains(&unit) {
            return self.forms_of(unit);
        }
        let readings = self.readings(self.info(unit)).iter();
        let lengths = readings.flat_map(|syllable| (1..=syllable.len()).map(|length| (*syllable, length)));
        lengths.map(|(syllable, length)| syllable.0 & mask(length)).collect()
    }
}

/// The readings that entries teach, for all characters they name.
fn taught_readings(entries: &[Entry]) -> HashMap<char, Vec<Syllable>> {
    let mut taught: HashMap<char, Vec<Syllable>> = HashMap::new();
    for (word, spelling) in entries.iter().flat_map(|entry| &entry.readings) {
        for (character, syllable) in pair_reading(word, spelling) {
            let known = taught.entry(character).or_default();
            if !known.contains(&syllable) {
                known.push(syllable);
            }
        }
    }
    taught
}

/// The characters of a word with their syllables; nothing if they do not pair up.
pub(super) fn pair_reading(word: &str, spelling: &str) -> Vec<(char, Syllable)> {
    let characters: Vec<char> = word.chars().filter_map(fold).collect();
    let syllables: Vec<Syllable> = spelling.split_whitespace().filter_map(reading::from_spelling).collect();
    if characters.len() != syllables.len() || spelling.split_whitespace().count() != syllables.len() {
        return Vec::new();
    }
    characters.into_iter().zip(syllables).filter(|(character, _)| !character.is_ascii()).collect()
}

/// From how many starts on joining sets is quicker than reading them; more for larger catalogues, so
/// that the sets do not take more memory than the rest.
fn crowd_of(entries: usize) -> u32 {
    // The small catalogues of tests shall have crowds too.
    if cfg!(test) { 3 } else { (entries as u32 / 8).max(96) }
}

fn each_bit(mut bits: u64, mut visit: impl FnMut(usize)) {
    while bits != 0 {
        visit(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}
