//! One field by its kind: which keyboard, which characters, how it is shown (pure).

use bianmin_protocol::form::{FieldDefinition, FieldKind, narrow};
use bianmin_protocol::identity::ResidentId;
use bianmin_terminal::wording;
pub use bianmin_terminal::wording::shown;

use crate::context::Context;
use crate::widget::keyboard::Mode;

/// Whether a field is filled in by choosing instead of typing.
#[must_use]
pub const fn is_chosen(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Choice | FieldKind::YesNo)
}

/// The stored value of the option with this number, from 0.
#[must_use]
pub fn option(definition: &FieldDefinition, number: usize) -> Option<String> {
    match (definition.kind, number) {
        (FieldKind::YesNo, 0) => Some("yes".to_owned()),
        (FieldKind::YesNo, 1) => Some("no".to_owned()),
        (FieldKind::Choice, number) => definition.options.get(number).map(|option| option.code.clone()),
        _ => None,
    }
}

/// The most characters that are typed into a field that holds `text`.
#[must_use]
pub fn limit(definition: &FieldDefinition, text: &str) -> usize {
    let limit = definition.limit();
    match definition.kind {
        // The dashes are put in for the resident.
        FieldKind::Date => 8,
        FieldKind::ResidentId => ResidentId::length(text),
        // A country code before the number is taken away again.
        FieldKind::Phone => {
            limit + ["0086", "+86", "86"].into_iter().find(|code| text.starts_with(code)).map_or(0, str::len)
        }
        _ => limit,
    }
}

/// The exact number of characters of a complete value that begins like `text`, where there is one.
#[must_use]
pub fn wanted(definition: &FieldDefinition, text: &str) -> Option<usize> {
    match definition.kind {
        FieldKind::ResidentId => Some(ResidentId::length(text)),
        FieldKind::CreditCode => Some(18),
        FieldKind::Phone if definition.landline => None,
        FieldKind::Phone => Some(limit(definition, text)),
        FieldKind::Date => Some(8),
        FieldKind::Postcode => Some(6),
        _ => None,
    }
}

/// Whether a passport's number is typed where an identity number belongs: a letter or two, and then digits.
#[must_use]
pub fn is_passport(kind: FieldKind, text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    kind == FieldKind::ResidentId && (1..=2).contains(&letters) && text.len() > letters
}

/// The character that a key gives in a field that holds `text`; none if it does not belong there.
#[must_use]
pub fn character(kind: FieldKind, typed: char, text: &str) -> Option<char> {
    let narrow = narrow(typed);
    let fits = match kind {
        FieldKind::Phone if narrow == '+' => text.is_empty(),
        FieldKind::Phone | FieldKind::Date | FieldKind::Postcode | FieldKind::BankCard => {
            narrow.is_ascii_digit()
        }
        FieldKind::ResidentId => match narrow {
            'x' | 'X' => true,
            // Permanent residence cards begin with three letters of the nationality.
            letter if letter.is_ascii_alphabetic() => {
                text.len() < 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
            }
            other => other.is_ascii_digit(),
        },
        // A sign that was left out would make another number of it: what is wrong is told instead.
        FieldKind::Number | FieldKind::Money => narrow.is_ascii_digit() || matches!(narrow, '.' | ',' | '-'),
        FieldKind::CreditCode => narrow.is_ascii_alphanumeric(),
        FieldKind::Email => narrow.is_ascii_graphic(),
        FieldKind::PersonName | FieldKind::Text | FieldKind::Address | FieldKind::Plate => {
            return (!typed.is_control()).then_some(typed);
        }
        FieldKind::Choice | FieldKind::YesNo => false,
    };
    let upper = matches!(kind, FieldKind::ResidentId | FieldKind::CreditCode);
    fits.then_some(if upper { narrow.to_ascii_uppercase() } else { narrow })
}

/// Whether Chinese belongs into a field.
#[must_use]
pub const fn takes_chinese(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::PersonName | FieldKind::Text | FieldKind::Address | FieldKind::Plate)
}

/// The keyboard a field begins with, and the one behind it that its "back" key leads to.
#[must_use]
pub fn keyboard(definition: &FieldDefinition, chinese: bool) -> (Mode, Option<Mode>) {
    let words = if chinese { Mode::Pinyin } else { Mode::Lower };
    match definition.kind {
        FieldKind::Phone
        | FieldKind::Number
        | FieldKind::Date
        | FieldKind::Postcode
        | FieldKind::BankCard => (Mode::Phone, None),
        FieldKind::ResidentId => (Mode::IdNumber, None),
        FieldKind::Money => (Mode::Digits, None),
        FieldKind::CreditCode => (Mode::Lower, Some(Mode::Digits)),
        FieldKind::Email => (Mode::Lower, None),
        FieldKind::Plate => (Mode::Pinyin, None),
        FieldKind::PersonName | FieldKind::Choice | FieldKind::YesNo => (words, None),
        FieldKind::Text | FieldKind::Address => {
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
    let kept = match kind {
        FieldKind::Choice | FieldKind::YesNo | FieldKind::Number | FieldKind::Money | FieldKind::Date => {
            return words.to_owned();
        }
        FieldKind::PersonName => (1, 0),
        _ => (3, 4),
    };
    let plain: Vec<char> = words.chars().filter(|character| *character != ' ').collect();
    let (start, end) = if plain.len() > kept.0 + kept.1 { kept } else { (1.min(plain.len()), 0) };
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
            assert_eq!(shown(kind, typed), wanted);
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
            assert_eq!(character(kind, typed, text), given, "{typed:?} after {text:?}");
        }
    }
}
