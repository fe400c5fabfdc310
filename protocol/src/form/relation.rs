//! Fields that have to agree with each other, by their codes in the shared dictionary. Must not know pages.

use super::FieldErrorCode;
use crate::application::ApplicationBody;
use crate::identity::ResidentId;
use crate::ids::FieldCode;
use jiff::civil::Date;

/// A number that says when its owner was born, and the field that says it too.
const BIRTH_DATES: [(&str, &str); 2] = [("resident_id", "birth_date"), ("child_id", "child_birth_date")];

/// A day and one that cannot be before it.
const ORDERED: [(&str, &str); 3] =
    [("period_start", "period_end"), ("rent_start", "rent_end"), ("admission_date", "discharge_date")];

/// Of the birth dates that a number decides: the number's field.
pub fn birth_date_of(number: &str) -> Option<&'static str> {
    BIRTH_DATES.iter().find(|(id, _)| *id == number).map(|(_, date)| *date)
}

/// What is wrong between `field`, whose own value is right, and another one.
pub(super) fn check(field: &FieldCode, body: &ApplicationBody, today: Date) -> Option<FieldErrorCode> {
    let answer = |code: &str| {
        let found = body.answers.iter().find(|(known, _)| known.as_str() == code);
        found.map(|(_, value)| value.as_str())
    };
    let date = |code: &str| answer(code)?.parse::<Date>().ok();
    let own = date(field.as_str())?;
    let number = BIRTH_DATES.iter().find(|(_, date)| *date == field.as_str());
    // A number that is wrong itself is told where it stands.
    let id = number.and_then(|(number, _)| ResidentId::parse(answer(number)?, today).ok());
    if id.is_some_and(|id| !id.is_born_on(own)) {
        return Some(FieldErrorCode::UnlikeNumber);
    }
    let start = ORDERED.iter().find(|(_, end)| *end == field.as_str());
    let start = start.and_then(|(start, _)| date(start));
    start.is_some_and(|start| own < start).then_some(FieldErrorCode::BeforeStart)
}
