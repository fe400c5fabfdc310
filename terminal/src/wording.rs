//! Values in words, the same on every screen and paper: answers, limits, fees, times. Pure; knows the catalogue's
//! types and the texts, and must not know screens or documents.

use crate::config::Site;
use bianmin_locale::Texts;
use bianmin_protocol::catalogue::{DayType, Material, MaterialForm, Need, ServiceItem};
use bianmin_protocol::form::{FieldDefinition, FieldKind, normalise};
use bianmin_protocol::identity::ResidentId;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::localized_text::LocalizedText;

/// A text of the catalogue in the language of `texts`.
#[must_use]
pub fn text<'a>(texts: Texts, text: LocalizedText<'a>) -> &'a str {
    text.in_language(texts.language().tag())
}

/// Date and time as the place's clock shows them: `2026-11-21 10:31`.
#[must_use]
pub fn local_time(at: Millis, place: &Site) -> String {
    let zone = jiff::tz::TimeZone::get(&place.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    at.timestamp().to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A number of days; none means at once.
#[must_use]
pub fn days(texts: Texts, days: u16, kind: DayType) -> String {
    let args = [("days", days.into())];
    match (days, kind) {
        (0, _) => texts.t("item-at-once"),
        (_, DayType::Working) => texts.t_args("item-working-days", &args),
        (_, DayType::Calendar) => texts.t_args("item-calendar-days", &args),
    }
}

/// The promised limit, and beside it the statutory one where that is longer.
#[must_use]
pub fn limits(texts: Texts, item: &ServiceItem) -> String {
    let promised = days(texts, item.promised_days, item.promised_day_type);
    if item.statutory_days <= item.promised_days {
        return promised;
    }
    let statutory = days(texts, item.statutory_days, item.statutory_day_type);
    texts.t_args("guide-limit", &[("promised", promised.into()), ("statutory", statutory.into())])
}

/// The fee in one phrase.
#[must_use]
pub fn fee(texts: Texts, item: &ServiceItem) -> String {
    match item.fees.as_slice() {
        _ if !item.is_fee => texts.t("item-free"),
        [only] => only.standard.clone(),
        _ => texts.t("item-has-fee"),
    }
}

/// In what form a material is wanted.
#[must_use]
pub fn material_form(texts: Texts, material: &Material) -> String {
    texts.t(match material.form {
        MaterialForm::Original => "material-original",
        MaterialForm::Copy => "material-copy",
        MaterialForm::Electronic => "material-electronic",
    })
}

/// Whether a material may follow later.
#[must_use]
pub fn material_need(texts: Texts, material: &Material) -> String {
    texts.t(match material.need {
        Need::Required => "material-required",
        Need::MayFollow => "material-may-follow",
    })
}

/// A stored or example value in words: the label of a choice, yes or no, or the value grouped.
#[must_use]
pub fn in_words(texts: Texts, definition: &FieldDefinition, value: &str) -> String {
    let value = value.trim();
    match definition.kind {
        FieldKind::Choice => definition
            .options
            .iter()
            .find(|option| option.code == value)
            .map_or(value, |option| text(texts, option.label()))
            .to_owned(),
        FieldKind::YesNo => match value {
            "yes" => texts.t("apply-yes"),
            "no" => texts.t("apply-no"),
            other => other.to_owned(),
        },
        kind => shown(kind, &normalise(kind, value)),
    }
}

/// A value as it is read best: `138 0000 0000`, `1949-12-31`. What was typed half is grouped as far as it goes.
#[must_use]
pub fn shown(kind: FieldKind, value: &str) -> String {
    match kind {
        FieldKind::Phone if value.starts_with('1') => grouped(value, &[3, 4, 4], ' '),
        FieldKind::ResidentId if ResidentId::length(value) == 15 => grouped(value, &[3, 4, 6, 2], ' '),
        FieldKind::ResidentId => grouped(value, &[6, 8, 4], ' '),
        FieldKind::CreditCode => grouped(&value.to_ascii_uppercase(), &[4, 4, 4, 6], ' '),
        FieldKind::BankCard => grouped(value, &[4, 4, 4, 4, 3], ' '),
        FieldKind::Date => {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            grouped(&digits, &[4, 2, 2], '-')
        }
        FieldKind::Plate => {
            let plate = value.to_ascii_uppercase();
            // Embassies and others have no office that a dot would divide from the number.
            if plate.chars().nth(1).is_none_or(|office| !office.is_ascii_uppercase()) || plate.is_ascii() {
                return plate;
            }
            let (office, number) =
                plate.char_indices().nth(2).map_or((plate.as_str(), ""), |(at, _)| plate.split_at(at));
            if number.is_empty() { office.to_owned() } else { format!("{office}·{number}") }
        }
        FieldKind::Money if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            thousands(value)
        }
        _ => value.to_owned(),
    }
}

fn grouped(value: &str, groups: &[usize], between: char) -> String {
    let mut text = String::with_capacity(value.len() + groups.len());
    let mut ends = groups.iter().scan(0, |end, group| {
        *end += group;
        Some(*end)
    });
    let mut next = ends.next();
    for (index, character) in value.chars().enumerate() {
        if next == Some(index) {
            text.push(between);
            next = ends.next();
        }
        text.push(character);
    }
    text
}

fn thousands(value: &str) -> String {
    let (yuan, fen) = match value.find('.') {
        Some(at) => value.split_at(at),
        None => (value, ""),
    };
    let mut text = String::with_capacity(value.len() + 4);
    for (index, character) in yuan.chars().enumerate() {
        if index > 0 && (yuan.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(character);
    }
    text.push_str(fen);
    text
}
