//! The one-time notice (一次性告知): all that is still missing, told at once, with how and by when.

use super::{begin, where_to_ask};
use crate::config::Site;
use crate::wording::{self, local_time, material_form};
use bianmin_document::{Block, Document, Row, Step};
use bianmin_locale::{Arg, Language, Texts};
use bianmin_protocol::application::{MaterialAnswer, NormalizedBody};
use bianmin_protocol::catalogue::{Material, Need, ServiceItem};
use bianmin_protocol::form::{FieldDictionary, FieldErrorCode, validate_page};
use bianmin_protocol::ids::Millis;
use jiff::civil::Date;

/// One thing that is missing.
#[derive(Clone, PartialEq, Eq)]
pub struct Missing {
    /// What.
    pub what: String,
    /// How it is put right.
    pub how: String,
    /// By when, in a word or two.
    pub by: String,
}

impl std::fmt::Debug for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What somebody lacks says something about them.
        f.write_str("Missing")
    }
}

/// All that `body` lacks for `item` on `today`: answers that are missing or wrong, materials that are not there,
/// and those that were promised. The rules are `protocol::form`'s, the same as on the screen and at the hall.
pub fn missing(
    item: &ServiceItem,
    fields: &FieldDictionary,
    body: &NormalizedBody,
    today: Date,
    language: Language,
) -> Vec<Missing> {
    let texts = Texts::new(language);
    let mut all = Vec::new();
    for page in &item.form {
        for error in validate_page(page, fields, body, today) {
            let field = page.fields.iter().find(|field| field.code.as_str() == error.field);
            let Some(definition) = field.and_then(|field| fields.get(&field.code)) else { continue };
            let mut how = in_words(texts, &error.code);
            let hint = wording::text(texts, definition.hint());
            if error.code == FieldErrorCode::Required && !hint.is_empty() {
                how = hint.to_owned();
            }
            let what = wording::text(texts, definition.label()).to_owned();
            all.push(Missing { what, how, by: texts.t("slip-notice-when-applying") });
        }
    }
    all.extend(item.materials.iter().filter_map(|material| missing_material(texts, material, body)));
    all
}

fn missing_material(texts: Texts, material: &Material, body: &NormalizedBody) -> Option<Missing> {
    let answer = body.materials.iter().find(|state| state.code == material.code).map(|state| state.answer);
    if matches!(answer, Some(MaterialAnswer::Have | MaterialAnswer::Attached)) {
        return None;
    }
    let by = match (material.need, material.due_days) {
        (Need::MayFollow, Some(days)) => texts.t_args("slip-notice-within", &[("days", days.into())]),
        (Need::MayFollow, None) => texts.t("material-may-follow"),
        (Need::Required, _) => texts.t("slip-notice-when-applying"),
    };
    let copies = texts.t_args(
        "slip-material-copies",
        &[("form", material_form(texts, material).into()), ("pages", material.pages.max(1).into())],
    );
    let explain = material.fill_explain.as_deref().unwrap_or_default();
    let parts = [copies.as_str(), &material.acceptance, explain];
    let how = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(&texts.t("slip-list-separator"));
    Some(Missing { what: wording::text(texts, material.name()).to_owned(), how, by })
}

fn in_words(texts: Texts, code: &FieldErrorCode) -> String {
    let args: Vec<(&str, Arg<'_>)> =
        code.args().into_iter().map(|(name, value)| (name, value.into())).collect();
    texts.t_args(&format!("error-{}", code.key()), &args)
}

/// What a one-time notice is made of.
#[derive(Debug)]
pub struct OneTimeNotice<'a> {
    /// The item.
    pub item: &'a ServiceItem,
    /// All that is missing; with nothing it says so.
    pub missing: &'a [Missing],
    /// When this was looked at.
    pub at: Millis,
    /// Where.
    pub place: &'a Site,
    /// The resident's language.
    pub language: Language,
    /// What the catalogue says about itself, such as that it is a demonstration; or nothing.
    pub remark: &'a str,
}

impl OneTimeNotice<'_> {
    /// The notice.
    pub fn document(&self) -> Document {
        let (item, texts) = (self.item, Texts::new(self.language));
        let t = |key: &str| texts.t(key);
        let name = wording::text(texts, item.name());
        let title = t("slip-notice-title");
        let mut document = begin(texts)
            .running(format!("{title} · {name}"))
            .with(Block::title(title))
            .with(Block::subtitle(&self.place.name))
            .with(Block::Rows {
                rows: vec![
                    Row::strong(t("slip-item"), name),
                    Row::new(t("slip-notice-time"), local_time(self.at, self.place)),
                ],
            });
        if self.missing.is_empty() {
            document = document.with(Block::notice(t("slip-notice-nothing")));
        } else {
            let heading = texts.t_args("slip-notice-count", &[("count", self.missing.len().into())]);
            let entries = self.missing.iter().map(|missing| Step {
                title: missing.what.clone(),
                chip: Some(missing.by.clone()).filter(|by| !by.is_empty()),
                detail: Some(missing.how.clone()).filter(|how| !how.is_empty()),
            });
            document = document
                .with(Block::heading(heading))
                .with(Block::Checklist { entries: entries.collect() })
                .with(Block::notice(t("slip-notice-all")));
        }
        let remark = self.remark;
        let foot = t("slip-notice-foot");
        document
            .with(Block::heading(t("slip-ask")))
            .with(Block::Rows { rows: where_to_ask(texts, self.place, &item.address, &item.hours) })
            .with(Block::Rule)
            .with(Block::footer(if remark.is_empty() { foot } else { format!("{foot}\n{remark}") }))
    }
}
