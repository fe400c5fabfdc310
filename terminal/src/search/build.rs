//! The tables of an index: every place where a match may start, sorted by what follows it.
//!
//! The texts of all entries are one long row of unit numbers, each text ended by a zero, entries in
//! the order in which equals are ranked. `suffixes` holds every start, sorted by the units that
//! follow; so all starts that share their first units are neighbours. Above it lie `buckets`, one
//! for each pair of first units, and three ways into them: by first unit, by second unit, and by
//! what a query of letters shows of both (`by_form`).

use std::cmp::Reverse;
use std::collections::HashMap;

use super::rank::Bits;
use super::text::{CODES, code, fold, joins_syllables};
use super::{Entry, MatchClass, sort};
use crate::reading::{self, Syllable, mask, pack};

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

/// The entries in a large range of starts.
pub(super) struct Crowd {
    /// By the class of a match that does not cover the whole text.
    pub(super) classes: Vec<(MatchClass, Bits)>,
    /// Those whose whole text the match covers.
    pub(super) whole: Vec<Place>,
}

/// An answer prepared for one of the shortest queries.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) total: u32,
    pub(super) ranked: Box<[super::Hit]>,
    /// All that match directly, for queries in which this is one piece of several.
    pub(super) direct: Bits,
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
    /// The units by the beginnings of their readings, whole ones among them.
    by_beginning: Rows,
    /// Where each rank's texts begin in `units`; one more than there are entries.
    entry_units: Vec<u32>,
    /// Who is in the ranges of so many starts that reading them one by one would take long, by class.
    crowds: HashMap<u64, Crowd, Spread>,
    /// Ranges of fewer starts are no crowd.
    crowd: u32,
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

    /// The units with a reading that begins with the packed `letters`, or that are this one letter.
    pub(super) fn beginning_with(&self, letters: u64) -> &[u32] {
        self.forms.get(&letters).map_or(&[], |at| self.by_beginning.get(*at as usize))
    }

    /// All units of all texts of an entry, each text followed by a zero.
    pub(super) fn units_of(&self, rank: u32) -> &[Unit] {
        let at = rank as usize;
        &self.units[self.entry_units[at] as usize..self.entry_units[at + 1] as usize]
    }

    /// How many units there are.
    pub(super) fn unit_count(&self) -> usize {
        self.infos.len()
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

    /// Who is in a range, if it is large and has been gathered.
    pub(super) fn crowd(&self, low: u32, high: u32) -> Option<&Crowd> {
        if high - low < self.crowd {
            return None;
        }
        self.crowds.get(&range_key(low, high))
    }

    /// Calls `visit` for each unit that follows at `depth`, or only for `wanted`, with its starts.
    pub(super) fn each_child(
        &self,
        (low, high): (u32, u32),
        depth: usize,
        wanted: Option<Unit>,
        mut visit: impl FnMut(Unit, (u32, u32)),
    ) {
        let mut at = low;
        if let Some(wanted) = wanted {
            at = first_where(low, high, |at| self.unit_at(at, depth) >= wanted);
        }
        while at < high {
            let unit = self.unit_at(at, depth);
            if wanted.is_some_and(|wanted| wanted != unit) {
                return;
            }
            let mut step = 1;
            let mut end = at + 1;
            while end < high && self.unit_at(end, depth) == unit {
                step *= 2;
                end = (end + step).min(high);
            }
            let end = first_where(at + 1, end, |at| self.unit_at(at, depth) != unit);
            if unit != 0 {
                visit(unit, (at, end));
            }
            at = end;
        }
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

/// The first place of `low..high` where `is_past` holds, if it holds from there on.
fn first_where(mut low: u32, mut high: u32, is_past: impl Fn(u32) -> bool) -> u32 {
    while low < high {
        let middle = low + (high - low) / 2;
        if is_past(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

fn range_key(low: u32, high: u32) -> u64 {
    u64::from(low) << 32 | u64::from(high)
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
