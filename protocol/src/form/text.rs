//! Characters that a name or a text may have. Scripts of all peoples are welcome; what cannot be seen, or
//! turns the order of what is seen, is not. Must not know fields or forms.

/// Whether a character cannot be seen, changes the order in which others are shown, or has no meaning that two
/// machines agree on.
pub(super) fn is_invisible(character: char) -> bool {
    let code = character as u32;
    character.is_control()
        || matches!(
            code,
            0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180e | 0x2800 | 0x3164 | 0xfeff | 0xffa0
                // Spaces without width, joiners, marks and overrides of direction, line and paragraph separators.
                | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
                // Anchors, what stands for a lost character, and code points that are none.
                | 0xfff0..=0xffff | 0xfdd0..=0xfdef
                | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_007f
                // Private use: each font draws something else.
                | 0xe000..=0xf8ff | 0xf_0000..=0x10_ffff
        )
        || code & 0xfffe == 0xfffe
}

/// Whether an invisible character has its place: joiners and the Mongolian vowel separator, between letters of the
/// scripts that are written with them.
fn joins(before: Option<char>, character: char, after: Option<char>) -> bool {
    let joining = |other: Option<char>| other.is_some_and(|other| matches!(other as u32, 0x600..=0x18af));
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{180e}') && joining(before) && joining(after)
}

/// Whether a text has nothing in it that cannot be seen.
pub(super) fn is_plain(text: &str) -> bool {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if is_invisible(character) && !joins(before, character, rest.peek().copied()) {
            return false;
        }
        before = Some(character);
    }
    true
}

/// Whether a text can be a person's name: letters of any script with their marks, at least one letter, and the
/// signs that stand between the parts of names.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |character: char| is_letter(character) || is_mark(character) || is_between(character);
    is_plain(text) && text.chars().any(is_letter) && text.chars().all(fits)
}

fn is_letter(character: char) -> bool {
    // Ideographs that are younger than the tables here are letters too.
    let is_ideograph = matches!(character as u32, 0x2_0000..=0x3_fffd);
    (character.is_alphabetic() || is_ideograph) && !is_invisible(character)
}

/// Marks that belong to letters. `char` does not tell them from other signs, so whole ranges are named.
fn is_mark(character: char) -> bool {
    let code = character as u32;
    let of_letters = matches!(code, 0x300..=0x36f | 0x483..=0x489 | 0x302a..=0x302f | 0x3099..=0x309a)
        || matches!(code, 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0xfe20..=0xfe2f)
        // Variants of characters, as in 葛󠄀.
        || matches!(code, 0xfe00..=0xfe0f | 0xe_0100..=0xe_01ef);
    // In these blocks (Hebrew to Tai, Meetei, Chakma and others) nothing but digits is a stranger to names.
    let of_scripts = matches!(code, 0x591..=0x1aaf | 0x1b00..=0x1cff | 0xa800..=0xabff | 0x1_1000..=0x1_1fff);
    of_letters || (of_scripts && !character.is_numeric())
}

/// Spaces, dots, apostrophes, hyphens and commas; and joiners where they have their place.
const fn is_between(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{a0}'
            | '\u{202f}'
            | '\u{3000}'
            | '·'
            | '‧'
            | '•'
            | '・'
            | '･'
            | '.'
            | '．'
            | '\''
            | '’'
            | '‘'
            | '`'
            | '-'
            | '‐'
            | '‑'
            | ','
            | '\u{200c}'
            | '\u{200d}'
    )
}
