//! The tables of an index: every place where a match may start, sorted by what follows it.
//!
//! The texts of all entries are one long row of unit numbers, each text ended by a zero, entries in
//! the order in which equals are ranked. `suffixes` holds every start, sorted by the units that
//! follow; so all starts that share their first units are neighbours. Above it lie `buckets`, one
//! for each pair of first units, and three ways into them: by first unit, by second unit, and by
//! what a query of letters shows of both (`by_form`).

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use super::text::{CODES, code, fold, joins_syllables};
use super::{Entry, MatchClass};
use crate::reading::{self, Syllable, pack};

/// No text is longer, so that a hostile catalogue cannot exhaust the terminal's memory.
const UNITS_PER_TEXT: usize = 1_000;
const SYNONYMS_PER_ENTRY: usize = 64;
/// Unit numbers are 16 bits wide; the last one means "in no text".
const UNITS: usize = 65_000;

/// The number of a unit: 0 ends a text, 1 to 36 are letters and digits, then characters as they come.
pub(super) type Unit = u16;
/// A character of a query that no text has.
pub(super) const UNKNOWN: Unit = Unit::MAX;
/// The first number that is not a letter or digit.
pub(super) const FIRST_GLYPH: Unit = CODES as Unit + 1;

/// What a unit may use up of a query.
#[derive(Clone, Copy, Default)]
pub(super) struct UnitInfo {
    /// The codes with which it may begin, as bits.
    pub(super) codes: u64,
    first_reading: u32,
    readings: u32,
}

/// The starts that share their first two units.
#[derive(Clone, Copy)]
pub(super) struct Bucket {
    /// The codes with which a third unit may begin, as bits.
    pub(super) third: u64,
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) first: Unit,
    /// 0 where the text ends after the first.
    pub(super) second: Unit,
}

/// Where in a text a start is, and so how good a match there is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The entry, numbered in the order of ranking among equals.
    pub(super) rank: u32,
    /// Its class unless the match covers the whole text.
    class: u8,
    /// Its class if it does.
    whole_class: u8,
    /// How many units make it the whole text; 0 where it cannot.
    whole: u16,
}

impl Place {
    /// The class of a match of `depth` units here.
    pub(super) fn class(self, depth: usize) -> usize {
        usize::from(if usize::from(self.whole) == depth { self.whole_class } else { self.class })
    }
}

/// Rows of numbers, one row for each key, stored end to end.
#[derive(Default)]
pub(super) struct Rows {
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Rows {
    /// `each` calls its argument with every (key, value), twice in the same order.
    fn new(keys: usize, each: impl Fn(&mut dyn FnMut(usize, u32))) -> Self {
        let mut starts = vec![0_u32; keys + 2];
        each(&mut |key, _| starts[key + 2] += 1);
        for key in 2..starts.len() {
            starts[key] += starts[key - 1];
        }
        let mut values = vec![0; starts[keys + 1] as usize];
        each(&mut |key, value| {
            values[starts[key + 1] as usize] = value;
            starts[key + 1] += 1;
        });
        Self { starts, values }
    }

    pub(super) fn get(&self, key: usize) -> &[u32] {
        &self.values[self.starts[key] as usize..self.starts[key + 1] as usize]
    }
}

/// An answer prepared for one of the shortest queries.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) total: u32,
    pub(super) ranked: Box<[super::Hit]>,
}

/// See the module.
pub(super) struct Tables {
    /// The caller's position of each rank.
    pub(super) positions: Vec<u32>,
    units: Vec<Unit>,
    infos: Vec<UnitInfo>,
    readings: Vec<Syllable>,
    basic: Vec<Unit>,
    astral: HashMap<char, Unit>,
    suffixes: Vec<u32>,
    pub(super) places: Vec<Place>,
    pub(super) buckets: Vec<Bucket>,
    /// Where each first unit's buckets start; one more than there are units.
    first_buckets: Vec<u32>,
    by_second: Rows,
    forms: HashMap<u64, u32, Spread>,
    by_form: Rows,
    by_code: Rows,
    pub(super) answers: Vec<Answer>,
}

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
            by_code: Rows::default(),
            answers: Vec::new(),
        };
        let characters = tables.write_texts(&entries);
        tables.read_characters(&characters, &taught_readings(&entries));
        tables.fill_buckets();
        tables.fill_directories();
        tables
    }

    /// The unit of a folded character, [`UNKNOWN`] if no text has it.
    pub(super) fn unit(&self, folded: char) -> Unit {
        if let Some(code) = u8::try_from(folded).ok().and_then(code) {
            return Unit::from(code) + 1;
        }
        let found = match self.basic.get(u32::from(folded) as usize) {
            Some(unit) => *unit,
            None => self.astral.get(&folded).copied().unwrap_or(0),
        };
        if found == 0 { UNKNOWN } else { found }
    }

    pub(super) fn info(&self, unit: Unit) -> UnitInfo {
        self.infos.get(usize::from(unit)).copied().unwrap_or_default()
    }

    pub(super) fn readings(&self, info: UnitInfo) -> &[Syllable] {
        let first = info.first_reading as usize;
        &self.readings[first..first + info.readings as usize]
    }

    /// The unit `depth` units after the start at `at`.
    pub(super) fn unit_at(&self, at: u32, depth: usize) -> Unit {
        self.units[self.suffixes[at as usize] as usize + depth]
    }

    /// The buckets that begin with `unit`.
    pub(super) fn starting_with(&self, unit: Unit) -> &[Bucket] {
        let at = usize::from(unit);
        match self.first_buckets.get(at..at + 2) {
            Some([low, high]) => &self.buckets[*low as usize..*high as usize],
            _ => &[],
        }
    }

    /// The buckets whose second unit is `unit`.
    pub(super) fn with_second(&self, unit: Unit) -> &[u32] {
        if usize::from(unit) < self.infos.len() { self.by_second.get(usize::from(unit)) } else { &[] }
    }

    /// The units that may begin with `code`.
    pub(super) fn with_code(&self, code: u8) -> &[u32] {
        self.by_code.get(usize::from(code))
    }

    /// The buckets whose first unit can be typed as the letters `form` (a whole reading, its first
    /// letter, or `zh` and the like) and whose second can begin with `code`.
    pub(super) fn with_form(&self, form: u64, code: u8) -> &[u32] {
        match self.forms.get(&form) {
            Some(at) => self.by_form.get(*at as usize * CODES + usize::from(code)),
            None => &[],
        }
    }

    /// Whether some unit can be typed as the letters `form`.
    pub(super) fn has_form(&self, form: u64) -> bool {
        self.forms.contains_key(&form)
    }

    /// Writes all texts as units; gives the characters in the order of their numbers.
    fn write_texts(&mut self, entries: &[Entry]) -> Vec<char> {
        let mut characters = Vec::new();
        let mut starts: Vec<(u32, Place)> = Vec::new();
        for rank in 0..self.positions.len() as u32 {
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
        self.sort_starts(&starts);
        characters
    }

    fn write_text(
        &mut self,
        text: &str,
        rank: u32,
        [first, inner, whole]: [MatchClass; 3],
        starts: &mut Vec<(u32, Place)>,
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
                let place = Place { rank, class: class as u8, whole_class: whole as u8, whole: 0 };
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

    fn sort_starts(&mut self, starts: &[(u32, Place)]) {
        let units = &self.units;
        let mut keyed: Vec<(u64, u32)> = starts
            .iter()
            .enumerate()
            .map(|(number, (at, _))| (first_four(units, *at as usize), number as u32))
            .collect();
        keyed.sort_unstable_by(|left, right| {
            left.0.cmp(&right.0).then_with(|| {
                // A zero among the first four ends the text: nothing left to compare.
                if left.0 & 0xFFFF == 0 {
                    return left.1.cmp(&right.1);
                }
                let (a, b) = (starts[left.1 as usize].0, starts[right.1 as usize].0);
                compare_rest(units, a as usize + 4, b as usize + 4).then(left.1.cmp(&right.1))
            })
        });
        self.suffixes = keyed.iter().map(|(_, number)| starts[*number as usize].0).collect();
        self.places = keyed.iter().map(|(_, number)| starts[*number as usize].1).collect();
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
        let forms_of: Vec<Vec<u32>> = (0..self.infos.len() as Unit)
            .map(|unit| {
                let mut of_unit = Vec::new();
                for form in self.forms_of(unit) {
                    let next = forms.len() as u32;
                    let number = *forms.entry(form).or_insert(next);
                    if !of_unit.contains(&number) {
                        of_unit.push(number);
                    }
                }
                of_unit
            })
            .collect();
        let (buckets, infos) = (&self.buckets, &self.infos);
        let codes_of = |unit: usize| infos.get(unit).map_or(0, |info| info.codes);
        self.by_second = Rows::new(infos.len(), |put| {
            for (at, bucket) in buckets.iter().enumerate() {
                if usize::from(bucket.second) < infos.len() {
                    put(usize::from(bucket.second), at as u32);
                }
            }
        });
        self.by_code = Rows::new(CODES, |put| {
            for unit in 0..infos.len() {
                each_bit(codes_of(unit), |code| put(code, unit as u32));
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

fn first_four(units: &[Unit], at: usize) -> u64 {
    let mut key = 0;
    let mut ended = false;
    for unit in &units[at..(at + 4).min(units.len())] {
        ended |= *unit == 0;
        key = key << 16 | if ended { 0 } else { u64::from(*unit) };
    }
    key << (16 * (4 - (units.len() - at).min(4)))
}

fn compare_rest(units: &[Unit], mut left: usize, mut right: usize) -> Ordering {
    loop {
        match units[left].cmp(&units[right]) {
            Ordering::Equal if units[left] == 0 => return Ordering::Equal,
            Ordering::Equal => {}
            different => return different,
        }
        left += 1;
        right += 1;
    }
}

fn each_bit(mut bits: u64, mut visit: impl FnMut(usize)) {
    while bits != 0 {
        visit(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// Hashes packed letters with one multiplication: they are looked up several times a query.
#[derive(Clone, Copy, Default)]
pub(super) struct Spread(u64);

impl std::hash::BuildHasher for Spread {
    type Hasher = Self;
    fn build_hasher(&self) -> Self {
        Self(0)
    }
}

impl std::hash::Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.write_u64(pack(bytes));
    }
    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}
