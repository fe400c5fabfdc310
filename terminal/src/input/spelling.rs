//! Letters typed without spaces, cut into syllables.

use super::characters::Characters;

/// One part of what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Kind,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A whole syllable.
    Syllable,
    /// The beginning of a syllable: an initial, or the unfinished end.
    Beginning,
    /// Letters with which nothing begins.
    Stray,
}

/// No syllable is longer.
pub(super) const LONGEST_SYLLABLE: usize = 6;

/// Whether these letters are a syllable of which words are made. Interjections such as `n` and `hm`
/// are only taken when they stand alone, as they would cut other syllables to pieces.
pub(super) fn is_syllable(characters: &Characters, letters: &[u8]) -> bool {
    let has_vowel = letters.iter().any(|letter| b"aeiouv".contains(letter));
    has_vowel && !characters.read_as(letters).is_empty()
}

/// Cuts `letters` into segments: as few whole syllables as possible, of several such ways the one
/// with the longer first ones; never across a break (`breaks` has bit *n* set for one before letter *n*).
pub(super) fn segments(characters: &Characters, letters: &[u8], breaks: u64) -> Vec<Segment> {
    let count = letters.len();
    // For each place the least cost from there on, and the first segment's end and kind.
    let mut best = vec![(u32::MAX, 0, Kind::Stray); count + 1];
    best[count] = (0, count, Kind::Stray);
    for from in (0..count).rev() {
        for to in (from + 1..=(from + LONGEST_SYLLABLE).min(count)).rev() {
            if crosses(breaks, from, to) {
                continue;
            }
            let part = &letters[from..to];
            let (cost, kind) = if is_syllable(characters, part) {
                (10, Kind::Syllable)
            } else if !characters.beginning_with(part).is_empty() {
                // Unfinished where more follows: initials, at the price of two syllables.
                (if to == count { 12 } else { 25 }, Kind::Beginning)
            } else if to == from + 1 {
                (100, Kind::Stray)
            } else {
                continue;
            };
            let total = best[to].0.saturating_add(cost);
            if total < best[from].0 {
                best[from] = (total, to, kind);
            }
        }
    }
    let mut found = Vec::new();
    let mut from = 0;
    while from < count {
        let (_, to, kind) = best[from];
        found.push(Segment { from, to, kind });
        from = to;
    }
    found
}

/// Whether a break lies inside `from..to`.
pub(super) fn crosses(breaks: u64, from: usize, to: usize) -> bool {
    (from + 1..to).any(|at| breaks >> at & 1 == 1)
}
