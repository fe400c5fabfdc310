//! What people type, and what becomes of it.

mod values;

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn field(kind: FieldKind) -> FieldDefinition {
    FieldDefinition {
        code: FieldCode::parse("f").unwrap(),
        kind,
        label: String::new(),
        label_en: String::new(),
        hint: String::new(),
        hint_en: String::new(),
        example: String::new(),
        max_chars: 0,
        min: (kind != FieldKind::Date).then_some(1),
        max: (kind != FieldKind::Date).then_some(500),
        past: true,
        future: false,
        landline: false,
        options: vec![ChoiceOption { code: "mail".into(), label: String::new(), label_en: String::new() }],
    }
}

fn check(kind: FieldKind, value: &str) -> Result<(), FieldErrorCode> {
    check_value(&field(kind), &normalise(kind, value), date(2026, 11, 21))
}

#[test]
fn what_people_type_is_understood() {
    for (kind, typed) in [
        (FieldKind::Phone, "138 0000 0000"),
        (FieldKind::Phone, "+86 138-0000-0000"),
        (FieldKind::Phone, "１３８００００００００"),
        (FieldKind::ResidentId, "110105 19491231 002x"),
        (FieldKind::Date, "2026年1月2日"),
        (FieldKind::Date, "20260102"),
        (FieldKind::Date, "2026/1/2"),
        (FieldKind::Money, "¥480.50元"),
        (FieldKind::BankCard, "4111 1111 1111 1111"),
        (FieldKind::Plate, "京a·12345"),
        (FieldKind::PersonName, "  𠮷·阿卜杜热依木 "),
    ] {
        assert_eq!(check(kind, typed), Ok(()), "{typed}");
    }
}

#[test]
fn each_mistake_is_named() {
    use FieldErrorCode as Wrong;
    for (kind, typed, wrong) in [
        (FieldKind::Phone, "1380000000", Wrong::TooShort { missing: 1, wanted: 11 }),
        (FieldKind::Phone, "138000000001", Wrong::TooLong { limit: 11 }),
        (FieldKind::ResidentId, "110105194912310021", Wrong::CheckDigit),
        (FieldKind::Date, "2026-02-30", Wrong::NotDate),
        (FieldKind::Date, "2026-11-22", Wrong::DateInFuture),
        (FieldKind::Money, "1.234", Wrong::NotAmount),
        (FieldKind::Money, "501", Wrong::TooLarge { max: 500 }),
        (FieldKind::Number, "0", Wrong::TooSmall { min: 1 }),
        (FieldKind::Email, "a@b", Wrong::NotEmail),
        (FieldKind::Choice, "fax", Wrong::NotOption),
        (FieldKind::BankCard, "4111111111111112", Wrong::CheckDigit),
        (FieldKind::PersonName, "张3", Wrong::Characters),
        (FieldKind::Plate, "京A1\u{0}345", Wrong::Characters),
    ] {
        assert_eq!(check(kind, typed), Err(wrong), "{typed}");
    }
    for kind in FieldKind::ALL {
        let checked = check_value(&field(kind), "a\u{0}b", date(2026, 11, 21));
        assert_eq!(checked, Err(Wrong::Characters), "{kind:?}");
    }
}

#[test]
fn the_list_of_kinds_has_each_of_them() {
    let named = serde_json::from_str::<FieldKind>("\"none\"").unwrap_err().to_string();
    // The first name is the one that was asked for.
    assert_eq!(named.matches('`').count() / 2 - 1, FieldKind::ALL.len(), "{named}");
    assert!(FieldKind::ALL.into_iter().enumerate().all(|(place, kind)| kind as usize == place));
}

proptest! {
    #[test]
    fn normal_form_is_stable_and_nothing_panics(kind in proptest::sample::select(&FieldKind::ALL[..]), text in "\\PC{0,220}") {
        let once = normalise(kind, &text);
        prop_assert_eq!(normalise(kind, &once), once.clone());
        let _ = check_value(&field(kind), &once, date(2026, 11, 21));
    }

    #[test]
    fn no_character_of_a_name_is_replaced(name in "[\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{20000}-\u{2a6df}·]{1,20}") {
        prop_assert_eq!(normalise(FieldKind::PersonName, &name), name);
    }
}
