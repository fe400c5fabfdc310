//! How many events a family has, and the sum of their tags. Tags are as good as random to whoever lacks the key, so
//! that no other set of events has the same sum.

use super::Chain;
use crate::mac::Tag;

/// Count and sum over the events of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Total {
    pub events: u64,
    pub sum: Tag,
}

impl Total {
    pub(crate) const NONE: Self = Self { events: 0, sum: [0; 32] };

    /// Both together.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.add(&other.sum);
        Self { events: self.events - 1 + other.events, ..self }
    }

    /// Adds one event by its tag.
    pub(crate) fn add(&mut self, tag: &[u8]) {
        self.events += 1;
        let mut carry = 0;
        for (place, byte) in self.sum.iter_mut().zip(tag).rev() {
            let sum = u16::from(*place) + u16::from(*byte) + carry;
            *place = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
    }

    /// The tag under which it is stored.
    pub(crate) fn tag(&self, chain: &Chain, family: &str) -> Tag {
        chain.total_tags(family, self.events, &self.sum).first().copied().unwrap_or([0; 32])
    }

    /// Whether it was stored under this tag by this hall.
    pub(crate) fn fits(&self, chain: &Chain, family: &str, tag: &[u8]) -> bool {
        chain.total_tags(family, self.events, &self.sum).iter().any(|one| one[..] == *tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_events_does_not_matter_and_each_counts() {
        let tags: Vec<Tag> = (0..5_u8).map(|one| [one.wrapping_mul(91).wrapping_add(200); 32]).collect();
        let of = |tags: &[Tag]| {
            let mut total = Total::NONE;
            tags.iter().for_each(|tag| total.add(tag));
            total
        };
        let swapped = [tags[3], tags[1], tags[4], tags[0], tags[2]];
        assert_eq!(of(&tags), of(&swapped));
        assert_ne!(of(&tags).sum, of(&tags[..4]).sum);
        assert_ne!(of(&tags).sum, of(&[tags[0], tags[1], tags[2], tags[3], tags[3]]).sum);
    }
}
