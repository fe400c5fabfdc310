//! Sorts the starts in texts by the units that follow: by counting for the first four units, which
//! nearly all of the work is, then group by group for the next four.

use super::tables::Unit;

/// Digits of so many bits are counted at a time.
const DIGIT: u32 = 11;

/// The order of `starts` by what follows them in `units` up to the next zero; equal ones as they are.
/// Gives the numbers of the starts.
pub(super) fn order(units: &[Unit], starts: impl ExactSizeIterator<Item = u32>) -> Vec<u32> {
    let width = Unit::BITS - units.iter().copied().max().unwrap_or(0).leading_zeros();
    let starts: Vec<u32> = starts.collect();
    let mut keyed: Vec<(u64, u32)> =
        starts.iter().zip(0..).map(|(at, number)| (next_four(units, *at as usize, width), number)).collect();
    let mut spare = vec![(0, 0); keyed.len()];
    for shift in (0..4 * width).step_by(DIGIT as usize) {
        count_sort(&keyed, &mut spare, shift);
        std::mem::swap(&mut keyed, &mut spare);
    }
    let mut group = Group { units, starts: &starts, width };
    group.sort_equals(&mut keyed, 4);
    keyed.into_iter().map(|(_, number)| number).collect()
}

fn count_sort(from: &[(u64, u32)], to: &mut [(u64, u32)], shift: u32) {
    let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
    let mut places = [0_u32; 1 << DIGIT];
    for (key, _) in from {
        places[digit(*key)] += 1;
    }
    let mut next = 0;
    for place in &mut places {
        next += std::mem::replace(place, next);
    }
    for pair in from {
        let place = &mut places[digit(pair.0)];
        to[*place as usize] = *pair;
        *place += 1;
    }
}

struct Group<'a> {
    units: &'a [Unit],
    starts: &'a [u32],
    width: u32,
}

impl Group<'_> {
    /// Sorts those with the same key by what follows `depth` units after their starts.
    fn sort_equals(&mut self, sorted: &mut [(u64, u32)], depth: usize) {
        let last_unit = (1 << self.width) - 1;
        for equals in sorted.chunk_by_mut(|one, other| one.0 == other.0) {
            // A zero among the units of the key ends the text: nothing left to compare.
            if equals.len() == 1 || equals[0].0 & last_unit == 0 {
                continue;
            }
            for (key, number) in equals.iter_mut() {
                let at = self.starts[*number as usize] as usize + depth;
                *key = next_four(self.units, at, self.width);
            }
            equals.sort_unstable();
            self.sort_equals(equals, depth + 4);
        }
    }
}

/// The four units from `at` on, `width` bits each, with zeros after the first zero.
fn next_four(units: &[Unit], at: usize, width: u32) -> u64 {
    let mut key = 0;
    let mut ended = false;
    for place in at..at + 4 {
        let unit = if ended { 0 } else { units.get(place).copied().unwrap_or(0) };
        ended |= unit == 0;
        key = key << width | u64::from(unit);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn starts_are_in_the_order_of_what_follows(
            texts in prop::collection::vec(prop::collection::vec(1..5_u16, 1..20), 1..20),
            large in any::<bool>(),
        ) {
            let mut units: Vec<Unit> = texts.into_iter().flat_map(|text| text.into_iter().chain([0])).collect();
            if large {
                units.iter_mut().for_each(|unit| *unit *= 16_000);
            }
            let starts: Vec<u32> = (0..units.len() as u32).filter(|at| units[*at as usize] != 0).collect();
            let rest = |number: u32| units[starts[number as usize] as usize..].split(|unit| *unit == 0).next();
            let mut expected: Vec<u32> = (0..starts.len() as u32).collect();
            expected.sort_by_key(|number| (rest(*number), *number));
            prop_assert_eq!(order(&units, starts.iter().copied()), expected);
        }
    }
}
