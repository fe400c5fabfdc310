//! How Chinese characters are read: plain pinyin syllables without tones, every reading of a
//! character, for search and for the input method.
//!
//! Knows nothing of service items, queries or screens.

use pinyin::ToPinyinMulti;

/// A pinyin syllable of at most eight ASCII letters, packed into one word so that comparing it
/// with what a resident typed is a single operation. The first letter is in the lowest byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Syllable(pub(crate) u64);

impl Syllable {
    /// Packs `letters`, which are lower-case ASCII; `None` for anything else or for more than
    /// seven letters (no syllable has more than six).
    pub(crate) fn new(letters: &str) -> Option<Self> {
        let bytes = letters.as_bytes();
        if bytes.is_empty() || bytes.len() > 7 || !bytes.iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        Some(Self(pack(bytes)))
    }

    /// The number of letters.
    pub(crate) fn len(self) -> usize {
        8 - self.0.leading_zeros() as usize / 8
    }

    /// The first letter.
    pub(crate) fn initial(self) -> u8 {
        self.0.to_le_bytes()[0]
    }

    /// `zh`, `ch` or `sh` when the syllable begins with one of them.
    pub(crate) fn digraph(self) -> Option<u64> {
        let two = self.0 & 0xFFFF;
        [*b"zh", *b"ch", *b"sh"].iter().map(|pair| pack(pair)).find(|pair| *pair == two)
    }

    /// The letters as text.
    pub(crate) fn to_text(self) -> String {
        self.0.to_le_bytes()[..self.len()].iter().map(|byte| char::from(*byte)).collect()
    }
}

/// Up to eight bytes as one word, the first in the lowest byte.
pub(crate) fn pack(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).enumerate().fold(0, |word, (at, byte)| word | u64::from(*byte) << (8 * at))
}

/// Keeps the first `length` letters of a packed word.
pub(crate) fn mask(length: usize) -> u64 {
    if length >= 8 { u64::MAX } else { (1 << (8 * length)) - 1 }
}

/// Every reading of `character`, each once, the most usual first. A reading with `ü` is given as
/// it is typed, with `v`.
pub(crate) fn readings(character: char) -> Vec<Syllable> {
    let mut found = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        if let Some(syllable) = from_spelling(reading.plain())
            && !found.contains(&syllable)
        {
            found.push(syllable);
        }
    }
    found
}

/// A syllable as books spell it, in any case, with `ü` or `v`.
pub(crate) fn from_spelling(spelling: &str) -> Option<Syllable> {
    let mut letters = [0_u8; 8];
    let mut length = 0;
    for character in spelling.chars() {
        let letter = match character {
            'ü' | 'Ü' => b'v',
            'ê' | 'Ê' => b'e',
            other if other.is_ascii_alphabetic() => other.to_ascii_lowercase() as u8,
            _ => return None,
        };
        *letters.get_mut(length)? = letter;
        length += 1;
    }
    Syllable::new(std::str::from_utf8(&letters[..length]).ok()?)
}

/// The same syllable with `u` where it has `v`: people type 绿 as `lv` and as `lu`.
pub(crate) fn without_umlaut(syllable: Syllable) -> Option<Syllable> {
    let mut bytes = syllable.0.to_le_bytes();
    let at = bytes.iter().position(|byte| *byte == b'v')?;
    bytes[at] = b'u';
    Some(Syllable(u64::from_le_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polyphone_has_all_its_readings_once() {
        let read: Vec<String> = readings('重').into_iter().map(Syllable::to_text).collect();
        assert_eq!(read, ["zhong", "chong", "tong"]);
        let read: Vec<String> = readings('女').into_iter().map(Syllable::to_text).collect();
        assert_eq!(read, ["nv", "ru"]);
        assert!(readings('a').is_empty());
    }

    #[test]
    fn letters_are_compared_as_far_as_they_go() {
        assert_eq!(pack(b"shen") & mask(2), pack(b"sh"));
        assert_eq!(mask(8), u64::MAX);
    }

    #[test]
    fn rare_characters_of_names_have_readings() {
        for (character, syllable) in [('龑', "yan"), ('䶮', "yan"), ('喆', "zhe"), ('燚', "yi")] {
            assert!(readings(character).contains(&Syllable::new(syllable).unwrap()));
        }
    }

    #[test]
    fn spellings_outside_the_alphabet_are_refused() {
        assert_eq!(from_spelling("LÜ"), Syllable::new("lv"));
        assert_eq!(from_spelling(""), None);
        assert_eq!(from_spelling("zhuangzhuang"), None);
        assert_eq!(from_spelling("中"), None);
        assert_eq!(without_umlaut(Syllable::new("lve").unwrap()), Syllable::new("lue"));
    }
}
