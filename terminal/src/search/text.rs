//! Normal form of texts and queries: what counts as a letter, and what only separates.

/// Folds one character: full-width to half-width, lower-case, `ü` to `v`. `None` if it separates.
pub(super) fn fold(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric().then(|| character.to_ascii_lowercase());
    }
    // The CJK block first, as nearly every character is there and needs no change.
    if ('\u{3400}'..='\u{9FFF}').contains(&character) {
        return character.is_alphanumeric().then_some(character);
    }
    let half = match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0)?,
        'ü' | 'Ü' => 'v',
        other => other,
    };
    if half.is_ascii() {
        return fold_ascii(half);
    }
    if !half.is_alphanumeric() {
        return None;
    }
    // Only the first of several: what matters is that both sides do the same.
    half.to_lowercase().next()
}

fn fold_ascii(character: char) -> Option<char> {
    character.is_ascii_alphanumeric().then(|| character.to_ascii_lowercase())
}

/// Whether a separator only keeps two syllables apart (`xi'an`) and does not end a piece.
pub(super) fn joins_syllables(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | '＇' | '`')
}

/// The code of an ASCII letter (0–25) or digit (26–35).
pub(super) fn code(byte: u8) -> Option<u8> {
    match byte {
        b'a'..=b'z' => Some(byte - b'a'),
        b'0'..=b'9' => Some(byte - b'0' + 26),
        _ => None,
    }
}

/// How many codes there are.
pub(super) const CODES: usize = 36;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_case_and_umlaut_are_folded() {
        let folded: String = "Ａ（Ｂ９）ＬÜ，身 份·證「ü」".chars().filter_map(fold).collect();
        assert_eq!(folded, "ab9lv身份證v");
    }
}
