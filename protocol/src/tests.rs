//! Names that stand in files, on the wire and in locale keys: once released they stay as they are.

use crate::case::CaseState;
use crate::form::FieldErrorCode as Code;
use crate::v1::Refusal;
use serde_json::{Value, to_value};

#[test]
fn the_states_of_a_case_keep_their_names() {
    let names = [
        "awaiting-files",
        "received",
        "accepted",
        "not-accepted",
        "supplement",
        "deciding",
        "special-procedure",
        "granted",
        "refused",
        "delivered",
    ];
    assert_eq!(CaseState::ALL.len(), names.len());
    for (state, name) in CaseState::ALL.into_iter().zip(names) {
        assert_eq!(state.key(), name);
        assert_eq!(CaseState::from_key(name), Some(state));
        assert_eq!(to_value(state).unwrap(), Value::from(name));
    }
    assert_eq!(CaseState::from_key("Received"), None);
    assert_eq!(CaseState::from_key(""), None);
}

#[test]
fn refusals_keep_their_names() {
    for (refusal, name) in [
        (Refusal::Malformed {}, "malformed"),
        (Refusal::WrongTerminal {}, "wrong-terminal"),
        (Refusal::Conflict {}, "conflict"),
        (Refusal::TooLarge {}, "too-large"),
        (Refusal::UnknownItem {}, "unknown-item"),
        (Refusal::Invalid { errors: Vec::new() }, "invalid"),
    ] {
        assert_eq!(refusal.key(), name);
        assert_eq!(to_value(&refusal).unwrap()["code"], name);
    }
}

#[test]
fn what_is_wrong_with_a_field_keeps_its_name() {
    // The last is what older programs read in its place.
    for (code, name, on_the_wire) in [
        (Code::Required, "required", "required"),
        (Code::TooShort { missing: 1, wanted: 2 }, "too-short", "too-short"),
        (Code::TooLong { limit: 1 }, "too-long", "too-long"),
        (Code::Characters, "characters", "characters"),
        (Code::BirthDate, "birth-date", "birth-date"),
        (Code::CheckDigit, "check-digit", "check-digit"),
        (Code::NoSuchNumber, "no-such-number", "check-digit"),
        (Code::UnlikeNumber, "unlike-number", "birth-date"),
        (Code::NotMobile, "not-mobile", "not-mobile"),
        (Code::NotPhone, "not-phone", "not-mobile"),
        (Code::NotEmail, "not-email", "not-email"),
        (Code::NotDate, "not-date", "not-date"),
        (Code::DateInFuture, "date-in-future", "date-in-future"),
        (Code::DateInPast, "date-in-past", "date-in-past"),
        (Code::DateTooFar, "date-too-far", "not-date"),
        (Code::BeforeStart, "before-start", "date-in-past"),
        (Code::NotNumber, "not-number", "not-number"),
        (Code::TooSmall { min: 1 }, "too-small", "too-small"),
        (Code::TooLarge { max: 1 }, "too-large", "too-large"),
        (Code::NotAmount, "not-amount", "not-amount"),
        (Code::NotOption, "not-option", "not-option"),
        (Code::NotPlate, "not-plate", "not-plate"),
        (Code::UnknownField, "unknown-field", "unknown-field"),
        (Code::MaterialMissing, "material-missing", "material-missing"),
        (Code::CannotFollow, "cannot-follow", "cannot-follow"),
        (Code::UnknownMaterial, "unknown-material", "unknown-material"),
        (Code::NotOffered, "not-offered", "not-offered"),
    ] {
        assert_eq!(code.key(), name);
        assert_eq!(to_value(&code).unwrap()["code"], on_the_wire, "{name}");
    }
}
