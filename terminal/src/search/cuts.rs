//! Rule 2 for a single piece: which entries hold all of it in fragments, in whatever order.

use super::find::insert;
use super::query::{Atom, LONGEST, Needle, atoms};
use super::rank::{Bits, Rank};
use super::tables::{Tables, Unit};
use super::walk;

/// No more surroundings are gathered than this to leave fewer candidates.
const SURROUNDINGS: usize = 6;

/// Adds the entries for which a piece can be cut into fragments of two and three atoms to `known`,
/// which holds those that match the piece as a whole. Longer fragments can be cut into these; pieces
/// below four atoms cannot be cut.
pub(super) fn by_cuts(tables: &Tables, piece: &Needle, rank: &mut Rank, known: &mut Bits) {
    if piece.len() < 4 {
        return;
    }
    let Some(atoms) = atoms(piece) else { return };
    let atoms = atoms.list();
    if atoms.len() < 4 {
        return;
    }
    let mut ranges = std::mem::take(&mut rank.ranges);
    if let Some(pairs) = Pairs::find(tables, atoms, &mut ranges) {
        let mut candidates = rank.take();
        narrow(tables, &pairs, rank, known, &mut candidates);
        // Looking into an entry costs about as much as working with the sets of an atom does.
        if candidates.len() <= 4 * atoms.len() {
            check(tables, atoms, &candidates, &mut rank.masks, known);
        } else {
            by_sets(tables, atoms, &pairs, rank, known);
        }
        rank.give_back(candidates);
    }
    rank.ranges = ranges;
}

/// Where the pairs of neighbouring atoms are.
struct Pairs<'a> {
    /// The ranges of starts of all pairs, one pair after the other.
    ranges: &'a [(u32, u32)],
    /// Where in these each pair's end.
    ends: [u32; LONGEST],
    /// How many starts each pair has.
    starts: [u32; LONGEST],
    atoms: usize,
}

impl<'a> Pairs<'a> {
    /// `None` if some atom is beside none of its neighbours anywhere, so that no entry can match.
    fn find(tables: &Tables, atoms: &[Atom], ranges: &'a mut Vec<(u32, u32)>) -> Option<Self> {
        ranges.clear();
        let mut pairs = Self { ranges: &[], ends: [0; LONGEST], starts: [0; LONGEST], atoms: atoms.len() };
        for at in 0..atoms.len() {
            if at + 1 < atoms.len() {
                walk::fragments(tables, [atoms[at], atoms[at + 1]], None, &mut |low, high| {
                    pairs.starts[at] += high - low;
                    ranges.push((low, high));
                });
            }
            pairs.ends[at] = ranges.len() as u32;
            if pairs.surroundings(at) == 0 {
                return None;
            }
        }
        Some(Self { ranges, ..pairs })
    }

    /// How many starts have an atom beside one of its neighbours.
    fn surroundings(&self, at: usize) -> u32 {
        self.starts[at] + if at == 0 { 0 } else { self.starts[at - 1] }
    }

    /// Adds the entries that have the pair that begins with the atom `first`.
    fn insert(&self, tables: &Tables, first: usize, set: &mut Bits) {
        let from = if first == 0 { 0 } else { self.ends[first - 1] };
        for (low, high) in &self.ranges[from as usize..self.ends[first] as usize] {
            insert(tables, set, *low, *high);
        }
    }
}

/// Each atom needs a neighbour beside it in the texts: so only entries that have the surroundings of
/// every atom can match. Takes the rarest ones until few entries are left that are not known.
fn narrow(tables: &Tables, pairs: &Pairs, rank: &mut Rank, known: &Bits, candidates: &mut Bits) {
    let mut used = 0_u64;
    for round in 0..SURROUNDINGS {
        // An atom whose neighbour was used would add little.
        let free = (0..pairs.atoms).filter(|at| used & (0b111 << at) >> 1 == 0);
        let Some(at) = free.min_by_key(|at| pairs.surroundings(*at)) else { return };
        used |= 1 << at;
        let mut set = rank.take();
        for first in at.saturating_sub(1)..=at.min(pairs.atoms - 2) {
            pairs.insert(tables, first, &mut set);
        }
        if round == 0 {
            candidates.add(&set);
            candidates.remove(known);
        } else {
            candidates.keep(&set);
        }
        rank.give_back(set);
        if candidates.len() <= 2 {
            return;
        }
    }
}

/// Looks into each candidate's texts; adds those that hold all fragments to `found`.
fn check(tables: &Tables, atoms: &[Atom], candidates: &Bits, masks: &mut Vec<u64>, found: &mut Bits) {
    // Bit n of a unit's mask: it is the atom n.
    masks.resize(masks.len().max(tables.unit_count()), 0);
    for (at, atom) in atoms.iter().enumerate() {
        each_unit(tables, *atom, |unit| masks[usize::from(unit)] |= 1 << at);
    }
    candidates.each(|rank| {
        // Bit n of these: the unit before is the atom n; a pair, or three, end with the atom n.
        let (mut before, mut pair_before, mut pairs, mut threes) = (0, 0, 0_u64, 0_u64);
        for unit in tables.units_of(rank) {
            let here = masks.get(usize::from(*unit)).copied().unwrap_or(0);
            let pair = before << 1 & here;
            threes |= pair_before << 1 & here;
            pairs |= pair;
            (before, pair_before) = (here, pair);
        }
        if is_covered(pairs, threes, atoms.len()) {
            found.insert(rank);
        }
        true
    });
    for atom in atoms {
        each_unit(tables, *atom, |unit| masks[usize::from(unit)] = 0);
    }
}

/// Whether the first `count` atoms are a row of pairs and threes, given where such can end.
fn is_covered(pairs: u64, threes: u64, count: usize) -> bool {
    // Bit n: the first n atoms are.
    let mut covered = 1_u128;
    for end in 2..=count {
        let last = end - 1;
        let by_pair = covered >> (end - 2) & 1 == 1 && pairs >> last & 1 == 1;
        let by_three = end > 2 && covered >> (end - 3) & 1 == 1 && threes >> last & 1 == 1;
        covered |= u128::from(by_pair || by_three) << end;
    }
    covered >> count & 1 == 1
}

/// Calls `visit` with every unit that an atom stands for.
fn each_unit(tables: &Tables, atom: Atom, mut visit: impl FnMut(Unit)) {
    match atom {
        Atom::Glyph(unit) => {
            if usize::from(unit) < tables.unit_count() {
                visit(unit);
            }
        }
        Atom::Syllable { letters, .. } => {
            for unit in tables.beginning_with(letters) {
                if walk::is_atom(tables, *unit as Unit, atom) {
                    visit(*unit as Unit);
                }
            }
        }
    }
}

/// The same by sets of entries, for fragments that are everywhere.
fn by_sets(tables: &Tables, atoms: &[Atom], pairs: &Pairs, rank: &mut Rank, found: &mut Bits) {
    let count = atoms.len();
    // `reached[n % 4]`: the entries whose texts hold fragments for the first n atoms. All of them
    // for none, which `None` stands for.
    let mut reached: [Option<Bits>; 4] = [None, Some(rank.take()), None, None];
    for end in 2..=count {
        let mut here = rank.take();
        for length in 2..=end.min(3) {
            let from = end - length;
            let before = reached[from % 4].as_ref();
            if before.is_some_and(Bits::is_empty) {
                continue;
            }
            let mut set = rank.take();
            if length == 2 {
                pairs.insert(tables, from, &mut set);
            } else {
                let (two, third) = ([atoms[from], atoms[from + 1]], Some(atoms[end - 1]));
                walk::fragments(tables, two, third, &mut |low, high| insert(tables, &mut set, low, high));
            }
            match before {
                Some(before) => here.add_common(before, &set),
                None => here.add(&set),
            }
            rank.give_back(set);
        }
        if let Some(old) = reached[end % 4].replace(here) {
            rank.give_back(old);
        }
    }
    if let Some(last) = &reached[count % 4] {
        found.add(last);
    }
    for set in reached.into_iter().flatten() {
        rank.give_back(set);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_threes_cover_without_gaps_or_overlaps() {
        assert!(is_covered(0b1010, 0, 4));
        assert!(!is_covered(0b1100, 0, 4));
        assert!(is_covered(0b0010, 0b1_0000, 5));
        assert!(!is_covered(0b0010, 0b1000, 4));
        assert!(is_covered(0xAAAA_AAAA_AAAA_AAAA, 0, 64));
    }
}
