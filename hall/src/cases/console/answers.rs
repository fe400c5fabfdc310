//! What a resident handed in, in the form's own words: from the version of the item and of the fields with which they
//! began. Numbers of people are masked, unless one was asked for.

use super::page::{AnswerGroup, Fact, Reveal};
use crate::catalogue::Rules;
use crate::db::StoreError;
use crate::hall::Hall;
use bianmin_locale::Texts;
use bianmin_protocol::application::{ApplicationBody, Header};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::form::{FieldDefinition, FieldKind, FormField, is_asked};
use bianmin_protocol::identity::masked_name;
use bianmin_protocol::ids::{ApplicationId, FieldCode};
use bianmin_protocol::localized_text::LocalizedText;
use std::sync::Arc;

/// An application that was opened.
pub(super) struct Opened {
    pub header: Header,
    pub body: ApplicationBody,
    pub item: Arc<ServiceItem>,
    pub rules: Arc<Rules>,
}

/// Opens an application; `None` where there is none, or none of the hall's keys opens it.
pub(super) async fn open(hall: &Hall, id: ApplicationId) -> Result<Option<Opened>, StoreError> {
    let Some(stored) = hall.store.intake().application(id).await? else { return Ok(None) };
    let Ok(header) = stored.envelope.read_header() else { return Ok(None) };
    let item = hall.catalogue.item(&header.item, header.item_version).await?;
    let rules = hall.catalogue.rules(header.catalogue).await?;
    let (Some(item), Some(rules)) = (item, rules) else { return Ok(None) };
    let Ok(body) = hall.keys.openers().open(&stored.envelope) else { return Ok(None) };
    Ok(Some(Opened { header, body, item, rules }))
}

/// Every field that was asked for, in the order of the form.
fn asked(opened: &Opened) -> impl Iterator<Item = (&FormField, &FieldDefinition)> {
    let fields = opened.item.form.iter().flat_map(|page| &page.fields);
    fields
        .filter(|field| is_asked(field, &opened.body))
        .filter_map(|field| Some((field, opened.rules.fields.get(&field.code)?)))
}

/// The first answer of a kind: of the applicant, since they are asked about themselves first.
fn first(opened: &Opened, kind: FieldKind) -> Option<(&FieldDefinition, &str)> {
    asked(opened).filter(|(_, definition)| definition.kind == kind).find_map(|(field, definition)| {
        let value = opened.body.answers.get(&field.code)?;
        Some((definition, value.as_str()))
    })
}

/// Who applied, masked as in a list.
pub(super) fn applicant_masked(opened: &Opened) -> String {
    first(opened, FieldKind::PersonName).map(|(_, name)| masked_name(name)).unwrap_or_default()
}

/// Who applied, for a notice to them.
pub(super) fn applicant(opened: &Opened) -> String {
    first(opened, FieldKind::PersonName).map(|(_, name)| name.to_owned()).unwrap_or_default()
}

const WHO: [FieldKind; 3] = [FieldKind::PersonName, FieldKind::ResidentId, FieldKind::Phone];

/// Who applied: name, identity and telephone number, as far as the form asks for them.
pub(super) fn who(opened: &Opened, texts: Texts, revealed: Option<&FieldCode>) -> Vec<Fact> {
    let found = WHO.into_iter().filter_map(|kind| first(opened, kind));
    found.map(|(definition, value)| fact(definition, value, texts, revealed)).collect()
}

/// Everything else, under the questions of the form.
pub(super) fn groups(opened: &Opened, texts: Texts, revealed: Option<&FieldCode>) -> Vec<AnswerGroup> {
    let said: Vec<&FieldCode> = WHO
        .into_iter()
        .filter_map(|kind| first(opened, kind))
        .map(|(definition, _)| &definition.code)
        .collect();
    let groups = opened.item.form.iter().map(|page| {
        let fields = page.fields.iter().filter(|field| !said.contains(&&field.code));
        let facts = fields.filter(|field| is_asked(field, &opened.body)).filter_map(|field| {
            let value = opened.body.answers.get(&field.code)?;
            Some(fact(opened.rules.fields.get(&field.code)?, value, texts, revealed))
        });
        AnswerGroup { title: say(texts, page.title()), facts: facts.collect() }
    });
    groups.filter(|group| !group.facts.is_empty()).collect()
}

/// Whether a field of this application is masked, so that it can be asked for.
pub(super) fn is_masked(opened: &Opened, code: &FieldCode) -> bool {
    asked(opened).any(|(field, definition)| {
        field.code == *code && hides(definition.kind) && opened.body.answers.contains_key(code)
    })
}

/// What a field is called.
pub(super) fn label(opened: &Opened, code: &FieldCode, texts: Texts) -> String {
    opened.rules.fields.get(code).map(|definition| say(texts, definition.label())).unwrap_or_default()
}

/// A text of the catalogue in the reader's language.
pub(super) fn say(texts: Texts, text: LocalizedText<'_>) -> String {
    text.in_language(texts.language().tag()).to_owned()
}

/// Whether values of a kind name or reach somebody beyond doubt.
fn hides(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::ResidentId | FieldKind::Phone | FieldKind::BankCard | FieldKind::Email)
}

fn fact(definition: &FieldDefinition, value: &str, texts: Texts, revealed: Option<&FieldCode>) -> Fact {
    let is_revealed = revealed == Some(&definition.code);
    let is_hidden = hides(definition.kind) && !is_revealed;
    Fact {
        label: say(texts, definition.label()),
        value: if is_hidden { mask(definition.kind, value) } else { in_words(definition, value, texts) },
        reveal: is_hidden.then(|| Reveal { field: definition.code.to_string() }),
        is_revealed,
    }
}

/// A value as others may see it: `110***********002X`, `138****0000`.
fn mask(kind: FieldKind, value: &str) -> String {
    let shown = match kind {
        FieldKind::Email => (1, 0),
        FieldKind::BankCard => (0, 4),
        _ => (3, 4),
    };
    let count = value.chars().count();
    let hidden = count.saturating_sub(shown.0 + shown.1);
    if hidden == 0 {
        return "*".repeat(count);
    }
    let at = |index: usize| index < shown.0 || index >= count - shown.1;
    value.chars().enumerate().map(|(index, character)| if at(index) { character } else { '*' }).collect()
}

/// A value in words: what was chosen, yes or no, or as it was entered.
fn in_words(definition: &FieldDefinition, value: &str, texts: Texts) -> String {
    match definition.kind {
        FieldKind::Choice => {
            let option = definition.options.iter().find(|option| option.code == value);
            option.map_or_else(|| value.to_owned(), |option| say(texts, option.label()))
        }
        FieldKind::YesNo if value == "yes" => texts.t("work-yes"),
        FieldKind::YesNo if value == "no" => texts.t("work-no"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_value_shows_neither_all_nor_nothing() {
        assert_eq!(mask(FieldKind::ResidentId, "11010519491231002X"), "110***********002X");
        assert_eq!(mask(FieldKind::Phone, "13800000000"), "138****0000");
        assert_eq!(mask(FieldKind::BankCard, "6222020200000000"), "************0000");
        assert_eq!(mask(FieldKind::Email, "a@example.com"), "a************");
        // What is too short to be masked in part is masked whole.
        assert_eq!(mask(FieldKind::Phone, "1234567"), "*******");
        assert_eq!(mask(FieldKind::Phone, ""), "");
    }
}
