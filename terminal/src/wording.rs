//! Values in words, the same on every screen and paper: answers, limits, fees, times. Pure; knows the catalogue's
//! types and the texts, and must not know screens or documents.

use crate::config::Site;
use bianmin_locale::Texts;
use bianmin_protocol::catalogue::{DayType, Material, MaterialForm, Need, ServiceItem};
use bianmin_protocol::form::{Entry, FieldDefinition, normalise};
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
    match definition.kind.spec() {
        spec if spec.options.contains(&value) => texts.t(&format!("apply-{value}")),
        spec if spec.entry == Entry::Chosen => {
            let option = definition.options.iter().find(|option| option.code == value);
            option.map_or(value, |option| text(texts, option.label())).to_owned()
        }
        _ => definition.kind.shown(&normalise(definition.kind, value)),
    }
}
