//! Which characters a printer can be trusted to have, and how wide they are on its grid.

use crate::Fonts;
use crate::fonts::{is_invisible, is_missing};

/// The characters in a printer's memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Characters {
    /// None that are of use: everything is sent as dots.
    None,
    /// GB 2312: the 6,763 commonest Chinese characters.
    Gb2312,
    /// GB 18030, of which only the 21,003 characters of two bytes are relied on: the fonts of many printers that
    /// claim the standard end there, and a name must not come out as a box.
    Gb18030,
}

impl Characters {
    /// The bytes of `c`, one or two, if the printer has it.
    pub(super) fn bytes(self, c: char) -> Option<Vec<u8>> {
        if self == Self::None {
            return None;
        }
        if matches!(c, ' '..='~') {
            return Some(vec![c as u8]);
        }
        let mut text = [0; 4];
        let (bytes, _, failed) = encoding_rs::GB18030.encode(c.encode_utf8(&mut text));
        let &[lead, trail] = bytes.as_ref() else { return None };
        let common = is_symbol(lead, trail) || is_common_hanzi(lead, trail);
        let has = !failed && (common || (self == Self::Gb18030 && is_further_hanzi(lead, trail)));
        has.then(|| vec![lead, trail])
    }
}

/// The signs of GB 2312, rows 1 to 9. What later standards squeezed between them is not relied on.
const fn is_symbol(lead: u8, trail: u8) -> bool {
    match lead {
        0xa1 | 0xa3 => matches!(trail, 0xa1..=0xfe),
        0xa2 => matches!(trail, 0xb1..=0xe2 | 0xe5..=0xee | 0xf1..=0xfc),
        0xa4 => matches!(trail, 0xa1..=0xf3),
        0xa5 => matches!(trail, 0xa1..=0xf6),
        0xa6 => matches!(trail, 0xa1..=0xb8 | 0xc1..=0xd8),
        0xa7 => matches!(trail, 0xa1..=0xc1 | 0xd1..=0xf1),
        0xa8 => matches!(trail, 0xa1..=0xba | 0xc5..=0xe9),
        0xa9 => matches!(trail, 0xa4..=0xef),
        _ => false,
    }
}

/// The Chinese characters of GB 2312, rows 16 to 87.
const fn is_common_hanzi(lead: u8, trail: u8) -> bool {
    matches!((lead, trail), (0xb0..=0xf7, 0xa1..=0xfe)) && !matches!((lead, trail), (0xd7, 0xfa..))
}

/// The further ones of GBK, its parts 3 and 4, but for its last row: where a printer has that, it has it by
/// different versions of the standard.
const fn is_further_hanzi(lead: u8, trail: u8) -> bool {
    trail != 0x7f && matches!((lead, trail), (0x81..=0xa0, 0x40..=0xfe) | (0xaa..=0xfd, 0x40..=0xa0))
}

/// Cells of half a Chinese character's width that `c` takes.
pub(super) fn cells(c: char, fonts: &Fonts) -> usize {
    match c {
        ' '..='~' => 1,
        // The box with a missing character's code point is as wide as its digits need.
        c if is_missing(c, fonts) => {
            if c as u32 > 0xffff {
                5
            } else {
                4
            }
        }
        _ => 2,
    }
}

/// `text` as it can stand on the grid: without what no paper shows, with dashes that every printer has, and in a text
/// of Latin letters with signs that are as narrow as they are.
pub(super) fn plain(text: &str, latin: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => {}
            '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' | '\u{a0}' => out.push(' '),
            // Also between Chinese characters these are narrow.
            '–' | '‐' | '‑' | '−' => out.push('-'),
            c if is_invisible(c) => {}
            '‘' | '’' if latin => out.push('\''),
            '“' | '”' if latin => out.push('"'),
            '—' if latin => out.push('-'),
            '…' if latin => out.push_str("..."),
            '·' if latin => out.push('-'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_printer_surely_has_is_sent_as_text() {
        let has = |set: Characters, c| set.bytes(c).is_some();
        for c in "申请登记回执，。·①（）《》A1-喆".chars() {
            assert!(has(Characters::Gb18030, c), "{c}");
            assert!(!has(Characters::None, c), "{c}");
        }
        // 喆 is not among the commonest; 龑, 䶮 and 𠮷 have two bytes, two bytes in the last row, and four.
        assert!(!has(Characters::Gb2312, '喆') && has(Characters::Gb2312, '请'));
        assert!(has(Characters::Gb18030, '龑'));
        for c in ['䶮', '𠮷', '€', 'ⅷ', '\u{e000}', '\n', '\u{7f}', '한'] {
            assert!(!has(Characters::Gb18030, c), "{c:?}");
        }
    }

    #[test]
    fn characters_are_as_many_as_the_standards_have() {
        let count = |set: Characters| {
            ('\u{80}'..=char::MAX)
                .filter(|&c| {
                    set.bytes(c).is_some_and(|bytes| bytes[0] >= 0xb0 || bytes[0] < 0xa1 || bytes[1] < 0xa1)
                })
                .count()
        };
        assert_eq!(count(Characters::Gb2312), 6763);
        // All of GBK but for the 96 of its last row.
        assert_eq!(count(Characters::Gb18030), 21_003 - 96);
    }
}
