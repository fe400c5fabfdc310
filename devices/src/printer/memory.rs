//! The printer's own memory for pictures ("NV graphics"): it keeps them without power, has an end, and wears out, which
//! is why writings are counted.

use std::collections::BTreeMap;

/// Pictures that one block of a list can name; more are not taken.
const MOST: usize = 40;

/// What a job wants of the printer's own memory (`GS ( L`, "NV graphics").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wanted<'a> {
    /// How many bytes it holds (48), and how many more (51).
    Capacity,
    Remaining,
    /// The names of all pictures.
    Names,
    Delete([u8; 2]),
    /// Width and height in dots, and rows of packed dots.
    Define {
        name: [u8; 2],
        width: u16,
        height: u16,
        dots: &'a [u8],
    },
    Print {
        name: [u8; 2],
        across: u8,
        down: u8,
    },
}

/// What the body of `GS ( L` wants; none if it is no such function.
pub(super) fn wanted(body: &[u8]) -> Option<Wanted<'_>> {
    let name = |a: u8, b: u8| [a, b].iter().all(|byte| (32..=126).contains(byte)).then_some([a, b]);
    Some(match *body {
        [48, 0 | 48] => Wanted::Capacity,
        [48, 3 | 51] => Wanted::Remaining,
        [48, 64, b'K', b'C'] => Wanted::Names,
        [48, 66, a, b] => Wanted::Delete(name(a, b)?),
        [48, 69, a, b, across @ 1..=2, down @ 1..=2] => Wanted::Print { name: name(a, b)?, across, down },
        [48, 67, 48, a, b, 1, xl, xh, yl, yh, 49, ref dots @ ..] => {
            let (width, height) = (u16::from_le_bytes([xl, xh]), u16::from_le_bytes([yl, yh]));
            let whole = usize::from(width).div_ceil(8) * usize::from(height);
            let fits = (1..=8192).contains(&width) && (1..=2304).contains(&height);
            (fits && dots.len() == whole).then_some(())?;
            Wanted::Define { name: name(a, b)?, width, height, dots }
        }
        _ => return None,
    })
}

/// A picture: rows of packed dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) width: u16,
    pub(super) dots: Vec<u8>,
}

impl Picture {
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.dots.chunks(usize::from(self.width).div_ceil(8))
    }
}

/// The memory of one printer.
#[derive(Debug)]
pub(super) struct Memory {
    /// The bytes that it holds; none if the printer does not know this part of the language.
    capacity: Option<usize>,
    pictures: BTreeMap<[u8; 2], Picture>,
    /// How often it was written or deleted in.
    pub(super) writes: u64,
}

impl Memory {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { capacity: Some(capacity), pictures: BTreeMap::new(), writes: 0 }
    }

    /// From now on there is none.
    pub(super) fn forget(&mut self) {
        *self = Self { capacity: None, pictures: BTreeMap::new(), writes: self.writes };
    }

    /// From now on there is no more room in it.
    pub(super) fn fill(&mut self) {
        self.capacity = Some(self.used());
    }

    pub(super) fn is_known(&self) -> bool {
        self.capacity.is_some()
    }

    pub(super) fn names(&self) -> Vec<[u8; 2]> {
        self.pictures.keys().copied().collect()
    }

    fn used(&self) -> usize {
        self.pictures.values().map(|picture| picture.dots.len()).sum()
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity.unwrap_or(0)
    }

    pub(super) fn remaining(&self) -> usize {
        self.capacity().saturating_sub(self.used())
    }

    /// Stores a picture, over one of the same name. What there is no room for is not stored, and nothing is said.
    pub(super) fn define(&mut self, name: [u8; 2], picture: Picture) {
        let before = self.pictures.get(&name).map_or(0, |picture| picture.dots.len());
        let is_new = !self.pictures.contains_key(&name);
        if picture.dots.len() > self.remaining() + before || (is_new && self.pictures.len() >= MOST) {
            return;
        }
        self.writes += 1;
        self.pictures.insert(name, picture);
    }

    pub(super) fn delete(&mut self, name: [u8; 2]) {
        if self.pictures.remove(&name).is_some() {
            self.writes += 1;
        }
    }

    pub(super) fn get(&self, name: [u8; 2]) -> Option<&Picture> {
        self.pictures.get(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_not_stored_and_writings_are_counted() {
        let picture = |bytes: usize| Picture { width: 8, dots: vec![1; bytes] };
        let mut memory = Memory::new(100);
        memory.define(*b"aa", picture(60));
        memory.define(*b"bb", picture(60));
        assert_eq!((memory.names(), memory.remaining(), memory.writes), (vec![*b"aa"], 40, 1));
        // Over itself it may be larger than what is left.
        memory.define(*b"aa", picture(90));
        memory.delete(*b"bb");
        assert_eq!((memory.remaining(), memory.writes), (10, 2));
        memory.delete(*b"aa");
        assert_eq!((memory.names().len(), memory.writes), (0, 3));
        memory.fill();
        memory.define(*b"cc", picture(1));
        assert!(memory.get(*b"cc").is_none());
    }
}
