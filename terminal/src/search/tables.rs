//! The tables of an index, and how they are read. How they come about is in `build`.
//!
//! The texts of all entries are one long row of unit numbers, each text ended by a zero, entries in
//! the order in which equals are ranked. `suffixes` holds every place where a match may start, sorted
//! by the units that follow; so all starts that share their first units are neighbours. Above it lie
//! `buckets`, one for each pair of first units, and three ways into them: by first unit, by second
//! unit, and by what a query of letters shows of both (`by_form`).

use std::collections::HashMap;

use super::MatchClass;
use super::rank::Bits;
use super::text::{CODES, code};
use crate::reading::{Syllable, pack};

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
    pub(super) first_reading: u32,
    pub(super) readings: u32,
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
pub(super) struct TextStart {
    /// The entry, numbered in the order of ranking among equals.
    pub(super) rank: u32,
    /// Its class unless the match covers the whole text.
    pub(super) class: u8,
    /// Its class if it does.
    pub(super) whole_class: u8,
    /// How many units make it the whole text; 0 where it cannot.
    pub(super) whole: u16,
}

impl TextStart {
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
    pub(super) fn new(keys: usize, each: impl Fn(&mut dyn FnMut(usize, u32))) -> Self {
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
    pub(super) whole: Vec<TextStart>,
}

/// An answer prepared for one of the shortest queries.
#[derive(Default)]
pub(super) struct ShortAnswer {
    pub(super) total: u32,
    pub(super) ranked: Box<[super::Hit]>,
    /// All that match directly, for queries in which this is one piece of several.
    pub(super) direct: Bits,
}

/// See the module.
pub(super) struct Tables {
    /// The caller's position of each rank.
    pub(super) positions: Vec<u32>,
    pub(super) units: Vec<Unit>,
    pub(super) infos: Vec<UnitInfo>,
    pub(super) readings: Vec<Syllable>,
    pub(super) basic: Vec<Unit>,
    pub(super) astral: HashMap<char, Unit>,
    pub(super) suffixes: Vec<u32>,
    pub(super) places: Vec<TextStart>,
    pub(super) buckets: Vec<Bucket>,
    /// Where each first unit's buckets start; one more than there are units.
    pub(super) first_buckets: Vec<u32>,
    pub(super) by_second: Rows,
    pub(super) forms: HashMap<u64, u32, Spread>,
    pub(super) by_form: Rows,
    /// The units by the beginnings of their readings, whole ones among them.
    pub(super) by_beginning: Rows,
    /// Where each rank's texts begin in `units`; one more than there are entries.
    pub(super) entry_units: Vec<u32>,
    /// Who is in the ranges of so many starts that reading them one by one would take long, by class.
    pub(super) crowds: HashMap<u64, Crowd, Spread>,
    /// Ranges of fewer starts are no crowd.
    pub(super) crowd: u32,
    pub(super) answers: Vec<ShortAnswer>,
}

impl Tables {
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

pub(super) fn range_key(low: u32, high: u32) -> u64 {
    u64::from(low) << 32 | u64::from(high)
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
