//! Sets of entries by rank, and the order of what was found. Reused from query to query, so that a
//! search allocates nothing but its result.

use super::tables::Tables;
use super::{Hit, Hits, MatchClass};

/// A set of ranks in two levels: clearing and reading cost what is in it, not what could be.
#[derive(Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    /// One bit for each word that is not zero.
    summary: Vec<u64>,
}

impl Bits {
    fn fit(&mut self, size: usize) {
        let words = size.div_ceil(64);
        if self.words.len() < words {
            self.words.resize(words, 0);
            self.summary.resize(words.div_ceil(64), 0);
        }
    }

    pub(super) fn with_room(size: usize) -> Self {
        let mut set = Self::default();
        set.fit(size);
        set
    }

    pub(super) fn insert(&mut self, rank: u32) {
        let word = rank as usize / 64;
        self.words[word] |= 1 << (rank % 64);
        self.summary[word / 64] |= 1 << (word % 64);
    }

    pub(super) fn clear(&mut self) {
        for (at, summary) in self.summary.iter_mut().enumerate() {
            let mut left = std::mem::take(summary);
            while left != 0 {
                self.words[at * 64 + left.trailing_zeros() as usize] = 0;
                left &= left - 1;
            }
        }
    }

    /// How many members there are.
    pub(super) fn len(&self) -> usize {
        let mut count = 0;
        for (at, summary) in self.summary.iter().enumerate() {
            let mut left = *summary;
            while left != 0 {
                count += self.words[at * 64 + left.trailing_zeros() as usize].count_ones() as usize;
                left &= left - 1;
            }
        }
        count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.summary.iter().all(|summary| *summary == 0)
    }

    /// Calls `visit` with every member in order until it says `false`.
    pub(super) fn each(&self, mut visit: impl FnMut(u32) -> bool) {
        for (at, summary) in self.summary.iter().enumerate() {
            let mut left = *summary;
            while left != 0 {
                let word = at * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if !each_rank(word, self.words[word], &mut visit) {
                    return;
                }
            }
        }
    }

    /// Adds the members of `other`.
    pub(super) fn add(&mut self, other: &Self) {
        for (at, summary) in other.summary.iter().enumerate() {
            let mut left = *summary;
            self.summary[at] |= left;
            while left != 0 {
                let word = at * 64 + left.trailing_zeros() as usize;
                self.words[word] |= other.words[word];
                left &= left - 1;
            }
        }
    }

    /// Keeps only what `other` has too.
    pub(super) fn keep(&mut self, other: &Self) {
        self.combine(other, |own, others| own & others);
    }

    /// Removes what `other` has.
    pub(super) fn remove(&mut self, other: &Self) {
        self.combine(other, |own, others| own & !others);
    }

    fn combine(&mut self, other: &Self, combine: impl Fn(u64, u64) -> u64) {
        for (at, summary) in self.summary.iter_mut().enumerate() {
            let mut left = *summary;
            while left != 0 {
                let word = at * 64 + left.trailing_zeros() as usize;
                self.words[word] = combine(self.words[word], other.words[word]);
                if self.words[word] == 0 {
                    *summary &= !(left & left.wrapping_neg());
                }
                left &= left - 1;
            }
        }
    }

    /// Adds what `one` and `other` have in common.
    pub(super) fn add_common(&mut self, one: &Self, other: &Self) {
        for (at, summary) in one.summary.iter().enumerate() {
            let mut left = *summary & other.summary[at];
            while left != 0 {
                let bit = left & left.wrapping_neg();
                let word = at * 64 + left.trailing_zeros() as usize;
                let common = one.words[word] & other.words[word];
                if common != 0 {
                    self.words[word] |= common;
                    self.summary[at] |= bit;
                }
                left &= left - 1;
            }
        }
    }
}

fn each_rank(word: usize, mut bits: u64, visit: &mut impl FnMut(u32) -> bool) -> bool {
    while bits != 0 {
        if !visit(word as u32 * 64 + bits.trailing_zeros()) {
            return false;
        }
        bits &= bits - 1;
    }
    true
}

/// The classes in which something can be found, best first.
const CLASSES: [MatchClass; 8] = [
    MatchClass::Exact,
    MatchClass::Alias,
    MatchClass::Prefix,
    MatchClass::Name,
    MatchClass::Synonym,
    MatchClass::English,
    MatchClass::Fragments,
    MatchClass::Partial,
];

/// What has been found so far: one set for each class.
#[derive(Default)]
pub(super) struct Rank {
    classes: [Bits; CLASSES.len()],
    /// Sets to work with while a query is cut into fragments.
    pub(super) pool: Vec<Bits>,
    /// How many pairs of the query each rank holds.
    pub(super) counts: Vec<u8>,
    /// Ranges of starts to work with while a query is cut.
    pub(super) ranges: Vec<(u32, u32)>,
    /// For each unit, which atoms of the query it is; all zero between queries.
    pub(super) masks: Vec<u64>,
    size: usize,
}

impl Rank {
    /// Makes room for `size` entries.
    pub(super) fn fit(&mut self, size: usize) {
        // All sets stay equally large, also when a smaller index comes after a larger one.
        self.size = self.size.max(size);
        let size = self.size;
        for class in &mut self.classes {
            class.fit(size);
        }
        for set in &mut self.pool {
            set.fit(size);
        }
    }

    /// An empty set to work with; give it back with [`Rank::give_back`].
    pub(super) fn take(&mut self) -> Bits {
        let mut set = self.pool.pop().unwrap_or_default();
        set.fit(self.size);
        set
    }

    pub(super) fn give_back(&mut self, mut set: Bits) {
        set.clear();
        self.pool.push(set);
    }

    pub(super) fn class(&mut self, class: MatchClass) -> &mut Bits {
        &mut self.classes[class as usize]
    }

    /// Notes the matches of `depth` units at all starts from `low` to `high`.
    pub(super) fn mark(&mut self, tables: &Tables, low: u32, high: u32, depth: usize) {
        let Some(crowd) = tables.crowd(low, high) else {
            for place in &tables.places[low as usize..high as usize] {
                self.classes[place.class(depth)].insert(place.rank);
            }
            return;
        };
        for (class, set) in &crowd.classes {
            self.classes[*class as usize].add(set);
        }
        for place in &crowd.whole {
            self.classes[place.class(depth)].insert(place.rank);
        }
    }

    /// Adds all that has been found so far to `set`.
    pub(super) fn add_found_to(&self, set: &mut Bits) {
        self.classes.iter().for_each(|class| set.add(class));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.classes.iter().all(Bits::is_empty)
    }

    /// The order of what was found; forgets it.
    pub(super) fn finish(&mut self, tables: &Tables, limit: usize) -> Hits {
        let mut total = 0;
        let mut ranked = Vec::with_capacity(limit.min(64));
        let mut seen = self.take();
        for (set, class) in self.classes.iter_mut().zip(CLASSES) {
            if set.is_empty() {
                continue;
            }
            for at in 0..set.summary.len() {
                let mut left = set.summary[at];
                while left != 0 {
                    let word = at * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    let new = set.words[word] & !seen.words[word];
                    total += new.count_ones() as usize;
                    seen.words[word] |= new;
                    if ranked.len() < limit {
                        each_rank(word, new, &mut |rank| {
                            let position = tables.positions[rank as usize] as usize;
                            ranked.push(Hit { position, class });
                            ranked.len() < limit
                        });
                    }
                }
                seen.summary[at] |= set.summary[at];
            }
            set.clear();
        }
        self.give_back(seen);
        Hits { total, ranked }
    }
}
