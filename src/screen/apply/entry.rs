//! One field by its kind: which keyboard it has, how it is chosen, how it is covered (pure). What a kind is, is in
//! `protocol::form`; here is what its widget makes of it.

use bianmin_protocol::form::{Covered, Entry, FieldDefinition, FieldKind};
use bianmin_terminal::wording;

use crate::context::Context;
use crate::widget::keyboard::Mode;

/// Whether a field is filled in by choosing instead of typing.
#[must_use]
pub fn is_chosen(kind: FieldKind) -> bool {
    kind.entry() == Entry::Chosen
}

/// What can be chosen: stored value and label.
#[must_use]
pub fn options(ctx: &Context, definition: &FieldDefinition) -> Vec<(String, String)> {
    match definition.kind.spec().options {
        [] => {
            let options = definition.options.iter();
            options.map(|option| (option.code.clone(), ctx.text(option.label()).to_owned())).collect()
        }
        own => own.iter().map(|value| ((*value).to_owned(), in_words(ctx, definition, value))).collect(),
    }
}

/// Whether a passport's number is typed where an identity number belongs: a letter or two, and then digits.
#[must_use]
pub fn is_passport(kind: FieldKind, text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    kind == FieldKind::ResidentId && (1..=2).contains(&letters) && text.len() > letters
}

/// Whether Chinese belongs into a field.
#[must_use]
pub const fn takes_chinese(kind: FieldKind) -> bool {
    matches!(kind.entry(), Entry::Name | Entry::Words | Entry::Plate)
}

/// The keyboard a field begins with, and the one behind it that its "back" key leads to.
#[must_use]
pub fn keyboard(definition: &FieldDefinition, chinese: bool) -> (Mode, Option<Mode>) {
    let words = if chinese { Mode::Pinyin } else { Mode::Lower };
    match definition.kind.entry() {
        Entry::Digits | Entry::Number => (Mode::Phone, None),
        Entry::IdNumber => (Mode::IdNumber, None),
        Entry::Amount => (Mode::Digits, None),
        Entry::Code => (Mode::Lower, Some(Mode::Digits)),
        Entry::Latin => (Mode::Lower, None),
        Entry::Plate => (Mode::Pinyin, None),
        Entry::Name | Entry::Chosen => (words, None),
        Entry::Words => {
            let example = definition.example.as_str();
            match example.chars().next() {
                Some(first) if example.is_ascii() && first.is_ascii_digit() => {
                    (Mode::Lower, Some(Mode::Digits))
                }
                Some(_) if example.is_ascii() => (Mode::Lower, None),
                _ => (words, None),
            }
        }
    }
}

/// A stored or example value in words: the label of a choice, yes or no, or the value grouped.
#[must_use]
pub fn in_words(ctx: &Context, definition: &FieldDefinition, value: &str) -> String {
    wording::in_words(ctx.texts, definition, value)
}

/// A value with its middle covered: `110***********002X`, `张*`.
#[must_use]
pub fn covered(kind: FieldKind, words: &str) -> String {
    let Covered::Middle(start, end) = kind.spec().covered else { return words.to_owned() };
    let plain: Vec<char> = words.chars().filter(|character| *character != ' ').collect();
    let (start, end) = if plain.len() > start + end { (start, end) } else { (1.min(plain.len()), 0) };
    let cover = |(index, character): (usize, &char)| {
        if index < start || index >= plain.len() - end { *character } else { '*' }
    };
    plain.iter().enumerate().map(cover).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_grouped_while_they_are_typed() {
        for (kind, typed, wanted) in [
            (FieldKind::Phone, "13800000000", "138 0000 0000"),
            (FieldKind::Phone, "1380", "138 0"),
            (FieldKind::Phone, "138", "138"),
            (FieldKind::ResidentId, "11010519491231002X", "110105 19491231 002X"),
            (FieldKind::Date, "19491231", "1949-12-31"),
            (FieldKind::Date, "194912", "1949-12"),
            (FieldKind::Date, "2026-1", "2026-1"),
            (FieldKind::Money, "1234567.5", "1,234,567.5"),
            (FieldKind::Money, "480", "480"),
            (FieldKind::Plate, "京a12345", "京A·12345"),
            (FieldKind::PersonName, "𠮷·阿卜杜", "𠮷·阿卜杜"),
        ] {
            assert_eq!(kind.shown(typed), wanted);
        }
    }

    #[test]
    fn covering_leaves_what_one_recognises() {
        assert_eq!(covered(FieldKind::ResidentId, "110105 19491231 002X"), "110***********002X");
        assert_eq!(covered(FieldKind::Phone, "138 0000 0000"), "138****0000");
        assert_eq!(covered(FieldKind::PersonName, "欧阳龑"), "欧**");
        assert_eq!(covered(FieldKind::Address, "示例路1号"), "示****");
        assert_eq!(covered(FieldKind::PersonName, ""), "");
    }

    #[test]
    fn only_what_belongs_there_can_be_typed() {
        for (kind, text, typed, given) in [
            (FieldKind::Phone, "", '-', None),
            (FieldKind::Phone, "", '１', Some('1')),
            (FieldKind::Phone, "", '+', Some('+')),
            (FieldKind::Phone, "138", '+', None),
            (FieldKind::ResidentId, "1101", 'x', Some('X')),
            (FieldKind::ResidentId, "1101", 'u', None),
            (FieldKind::ResidentId, "us", 'a', Some('A')),
            (FieldKind::ResidentId, "USA", 'B', None),
            (FieldKind::Money, "19053", ',', Some(',')),
            (FieldKind::PersonName, "", '\n', None),
            (FieldKind::PersonName, "", '龑', Some('龑')),
        ] {
            assert_eq!(kind.accept(typed, text), given, "{typed:?} after {text:?}");
        }
    }
}
