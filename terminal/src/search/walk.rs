//! From a needle to the starts at which it matches, through the tables.

use super::query::{Atom, Needle};
use super::tables::{Bucket, FIRST_GLYPH, Tables, Unit};
use super::text::code;
use crate::reading::{Syllable, mask};

/// What one unit may use up of a needle at some place.
#[derive(Clone, Copy, Default)]
struct Uses {
    /// Bit *n* is set if it may use up *n* letters and something remains.
    lengths: u16,
    /// Whether it may use up all that is left.
    all: bool,
}

fn uses(tables: &Tables, unit: Unit, needle: &Needle, at: usize) -> Uses {
    let left = needle.len() - at;
    let byte = needle.byte(at);
    let itself = if byte == 0 { needle.glyph(at) == unit } else { letter_unit(byte) == unit };
    if byte == 0 || unit < FIRST_GLYPH {
        return Uses { lengths: u16::from(itself && left > 1) << 1, all: itself && left == 1 };
    }
    let info = tables.info(unit);
    match code(byte) {
        Some(code) if info.codes >> code & 1 == 1 => {}
        _ => return Uses::default(),
    }
    let (window, letters) = needle.window(at);
    let mut lengths = 0_u16;
    let mut all = false;
    for syllable in tables.readings(info) {
        let differ = window ^ syllable.0;
        if differ & 0xFF != 0 {
            continue;
        }
        lengths |= 1 << 1;
        if syllable.digraph().is_some() && differ & 0xFFFF == 0 {
            lengths |= 1 << 2;
        }
        let length = syllable.len();
        if length <= letters {
            lengths |= u16::from(differ & mask(length) == 0) << length;
        } else {
            all |= letters == left && differ & mask(letters) == 0;
        }
    }
    if left < 8 {
        all |= lengths >> left & 1 == 1;
        lengths &= (1 << left) - 1;
    }
    Uses { lengths, all }
}

fn letter_unit(byte: u8) -> Unit {
    code(byte).map_or(0, |code| Unit::from(code) + 1)
}

/// Calls `found(low, high, depth)` for ranges of starts that together are all matches of `needle`,
/// which use up `depth` units there. A range may come twice.
pub(super) fn matches(tables: &Tables, needle: &Needle, found: &mut impl FnMut(u32, u32, usize)) {
    if needle.len() == 0 || needle.has_unknown() {
        return;
    }
    if needle.byte(0) == 0 {
        from_glyph(tables, needle, found);
    } else {
        from_letter(tables, needle, found);
    }
}

fn from_glyph(tables: &Tables, needle: &Needle, found: &mut impl FnMut(u32, u32, usize)) {
    let buckets = tables.starting_with(needle.glyph(0));
    if needle.len() == 1 {
        return whole_unit(buckets, found);
    }
    if needle.byte(1) != 0 {
        for bucket in buckets {
            second_unit(tables, needle, 1, bucket, found);
        }
    } else if let Ok(at) = buckets.binary_search_by_key(&needle.glyph(1), |bucket| bucket.second) {
        second_unit(tables, needle, 1, &buckets[at], found);
    }
}

fn whole_unit(buckets: &[Bucket], found: &mut impl FnMut(u32, u32, usize)) {
    if let (Some(first), Some(last)) = (buckets.first(), buckets.last()) {
        found(first.low, last.high, 1);
    }
}

fn from_letter(tables: &Tables, needle: &Needle, found: &mut impl FnMut(u32, u32, usize)) {
    let (window, letters) = needle.window(0);
    if letters == needle.len() && letters < 8 {
        for unit in tables.beginning_with(window) {
            whole_unit(tables.starting_with(*unit as Unit), found);
        }
    }
    // What the first unit may use up: a letter, `zh` and the like, or a whole syllable.
    for length in 1..=letters.min(7) {
        if length == needle.len() {
            break;
        }
        let form = window & mask(length);
        if !tables.has_form(form) {
            continue;
        }
        match code(needle.byte(length)) {
            Some(second) => {
                for at in tables.with_form(form, second) {
                    second_unit(tables, needle, length, &tables.buckets[*at as usize], found);
                }
            }
            None => {
                for at in tables.with_second(needle.glyph(length)) {
                    let bucket = &tables.buckets[*at as usize];
                    if uses(tables, bucket.first, needle, 0).lengths >> length & 1 == 1 {
                        second_unit(tables, needle, length, bucket, found);
                    }
                }
            }
        }
    }
}

/// Goes on with the second unit of a bucket, with `at` letters of the needle used up.
fn second_unit(
    tables: &Tables,
    needle: &Needle,
    at: usize,
    bucket: &Bucket,
    found: &mut impl FnMut(u32, u32, usize),
) {
    if bucket.second == 0 {
        return;
    }
    let uses = uses(tables, bucket.second, needle, at);
    if uses.all {
        found(bucket.low, bucket.high, 2);
    }
    let mut lengths = uses.lengths;
    while lengths != 0 {
        let next = at + lengths.trailing_zeros() as usize;
        lengths &= lengths - 1;
        // A glance at the third unit spares most buckets the walk.
        if code(needle.byte(next)).is_none_or(|code| bucket.third >> code & 1 == 1) {
            further(tables, needle, next, (bucket.low, bucket.high), 2, found);
        }
    }
}

/// Goes on inside a range of starts that share their first `depth` units.
fn further(
    tables: &Tables,
    needle: &Needle,
    at: usize,
    (low, high): (u32, u32),
    depth: usize,
    found: &mut impl FnMut(u32, u32, usize),
) {
    tables.each_child((low, high), depth, single_unit(needle, at), |unit, range| {
        let uses = uses(tables, unit, needle, at);
        if uses.all {
            found(range.0, range.1, depth + 1);
        }
        let mut lengths = uses.lengths;
        while lengths != 0 {
            let next = at + lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            further(tables, needle, next, range, depth + 1, found);
        }
    });
}

/// The only unit that can follow, if a character is asked for.
fn single_unit(needle: &Needle, at: usize) -> Option<Unit> {
    (needle.byte(at) == 0).then(|| needle.glyph(at))
}

/// Whether `unit` is what `atom` stands for.
pub(super) fn is_atom(tables: &Tables, unit: Unit, atom: Atom) -> bool {
    match atom {
        Atom::Glyph(glyph) => unit == glyph,
        Atom::Syllable { letters, length, open } => {
            tables.readings(tables.info(unit)).iter().any(|reading: &Syllable| {
                reading.0 == letters || (open && (reading.0 ^ letters) & mask(length) == 0)
            })
        }
    }
}

/// Calls `found(low, high)` for the starts at which the fragment `first second [third]` matches.
pub(super) fn fragments(
    tables: &Tables,
    [first, second]: [Atom; 2],
    third: Option<Atom>,
    found: &mut impl FnMut(u32, u32),
) {
    let mut visit = |bucket: &Bucket| {
        if bucket.second == 0 || !is_atom(tables, bucket.second, second) {
            return;
        }
        let Some(third) = third else { return found(bucket.low, bucket.high) };
        let wanted = match third {
            Atom::Glyph(glyph) => Some(glyph),
            Atom::Syllable { letters, .. } => {
                match code(letters as u8) {
                    Some(code) if bucket.third >> code & 1 == 1 => {}
                    _ => return,
                }
                None
            }
        };
        tables.each_child((bucket.low, bucket.high), 2, wanted, |unit, range| {
            if is_atom(tables, unit, third) {
                found(range.0, range.1);
            }
        });
    };
    match (first, second) {
        (Atom::Glyph(first), Atom::Glyph(second)) => {
            let buckets = tables.starting_with(first);
            if let Ok(at) = buckets.binary_search_by_key(&second, |bucket| bucket.second) {
                visit(&buckets[at]);
            }
        }
        (Atom::Glyph(first), Atom::Syllable { .. }) => {
            tables.starting_with(first).iter().for_each(visit);
        }
        (Atom::Syllable { .. }, Atom::Glyph(second)) => {
            for at in tables.with_second(second) {
                let bucket = &tables.buckets[*at as usize];
                if is_atom(tables, bucket.first, first) {
                    visit(bucket);
                }
            }
        }
        (Atom::Syllable { letters, .. }, Atom::Syllable { letters: second, .. }) => {
            let Some(code) = code(second as u8) else { return };
            for at in tables.with_form(letters, code) {
                let bucket = &tables.buckets[*at as usize];
                // The same letters may also be an initial: 阿 and 安 are both `a` here.
                if is_atom(tables, bucket.first, first) {
                    visit(bucket);
                }
            }
        }
    }
}

/// All letters and digits as which a query of one or two keys may be typed.
pub(super) fn short_queries() -> impl Iterator<Item = String> {
    let keys = || (b'a'..=b'z').chain(b'0'..=b'9').map(char::from);
    keys().flat_map(move |first| {
        std::iter::once(first.to_string()).chain(keys().map(move |second| format!("{first}{second}")))
    })
}

/// The number of such a query in the order of [`short_queries`].
pub(super) fn short_query(needle: &Needle) -> Option<usize> {
    let keys = super::text::CODES;
    let first = usize::from(code(needle.byte(0))?);
    match needle.len() {
        1 => Some(first * (keys + 1)),
        2 => Some(first * (keys + 1) + 1 + usize::from(code(needle.byte(1))?)),
        _ => None,
    }
}
