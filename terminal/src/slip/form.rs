//! The filled-in application form (申请表): what the resident entered, on paper of their own, to keep or to sign.
//!
//! It shows values in full, because it is made in the resident's session from what is on their screen. Once an
//! application is accepted the terminal cannot make this page any more: it holds no key to what it sealed.

use super::begin;
use crate::config::Site;
use crate::wording::{self, in_words, local_time, material_form};
use bianmin_document::{Block, Document, Row};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::application::{MaterialAnswer, NormalizedBody};
use bianmin_protocol::catalogue::{Material, ServiceItem};
use bianmin_protocol::form::{FieldDictionary, FormPage, is_asked};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use jiff::civil::Date;

/// What a filled-in form is made of.
#[derive(Debug)]
pub struct FilledForm<'a> {
    /// The item.
    pub item: &'a ServiceItem,
    /// The dictionary of its fields.
    pub fields: &'a FieldDictionary,
    /// The answers, in normal form.
    pub body: &'a NormalizedBody,
    /// Its number, once it has one.
    pub registration: Option<Registered<'a>>,
    /// Where it is printed.
    pub place: &'a Site,
    /// The resident's language.
    pub language: Language,
    /// The day on which it is printed.
    pub printed_on: Date,
    /// What the catalogue says about itself, such as that it is a demonstration; or nothing.
    pub remark: &'a str,
}

/// Under which number and when it was registered.
#[derive(Debug, Clone, Copy)]
pub struct Registered<'a> {
    /// The number.
    pub number: &'a RegistrationNumber,
    /// The terminal's clock at the commit.
    pub at: Millis,
}

impl FilledForm<'_> {
    /// The form.
    pub fn document(&self) -> Document {
        let (item, texts) = (self.item, Texts::new(self.language));
        let t = |key: &str| texts.t(key);
        let name = wording::text(texts, item.name());
        let running = match self.registration {
            Some(registered) => format!("{} · {}", t("slip-form-title"), registered.number),
            None => format!("{} · {name}", t("slip-form-title")),
        };
        let mut document = begin(texts)
            .running(running)
            .with(Block::title(t("slip-form-title")))
            .with(Block::subtitle(name));
        document = document.with(Block::Rows { rows: self.about(texts) });
        for page in &item.form {
            let rows = self.answers(texts, page);
            if !rows.is_empty() {
                document = document
                    .with(Block::heading(wording::text(texts, page.title())))
                    .with(Block::Fields { rows });
            }
        }
        if !item.materials.is_empty() {
            document = document.with(Block::heading(t("guide-materials"))).with(self.materials(texts));
        }
        for undertaking in self.undertakings(texts) {
            document = document.with(undertaking);
        }
        document
            .with(Block::Notice {
                title: Some(t("slip-form-declaration")),
                text: t("slip-form-declaration-text"),
            })
            .with(Block::Signature { labels: vec![t("slip-form-sign"), t("slip-form-date")] })
            .with(Block::Rule)
            .with(Block::footer(self.foot(texts)))
    }

    fn about(&self, texts: Texts) -> Vec<Row> {
        let mut rows = vec![Row::new(texts.t("slip-department"), &self.item.department)];
        match self.registration {
            Some(registered) => {
                rows.push(Row::strong(texts.t("slip-registration"), registered.number.to_string()));
                rows.push(Row::new(texts.t("slip-time"), local_time(registered.at, self.place)));
            }
            None => rows.push(Row::new(texts.t("slip-registration"), texts.t("slip-form-not-registered"))),
        }
        rows
    }

    /// Every field that is asked for, also those left empty: an empty cell says that nothing was entered.
    fn answers(&self, texts: Texts, page: &FormPage) -> Vec<Row> {
        let asked = page.fields.iter().filter(|field| is_asked(field, self.body));
        asked
            .filter_map(|field| {
                let definition = self.fields.get(&field.code)?;
                let label = wording::text(texts, definition.label());
                Some(match self.body.answers.get(&field.code) {
                    Some(value) => Row::strong(label, in_words(texts, definition, value)),
                    None => Row::new(label, texts.t("apply-review-empty")),
                })
            })
            .collect()
    }

    fn answer(&self, material: &Material) -> Option<MaterialAnswer> {
        self.body.materials.iter().find(|state| state.code == material.code).map(|state| state.answer)
    }

    fn materials(&self, texts: Texts) -> Block {
        let head = ["slip-form-material", "slip-form-wanted", "slip-form-handed-in"].map(|key| texts.t(key));
        let rows = self.item.materials.iter().map(|material| {
            let wanted = texts.t_args(
                "slip-material-copies",
                &[("form", material_form(texts, material).into()), ("pages", material.pages.max(1).into())],
            );
            let state = texts.t(match self.answer(material) {
                Some(MaterialAnswer::Attached) => "slip-form-attached",
                Some(MaterialAnswer::Have) => "slip-form-have",
                Some(MaterialAnswer::Promised) => "slip-form-promised",
                None => "slip-form-missing",
            });
            vec![wording::text(texts, material.name()).to_owned(), wanted, state]
        });
        Block::Table { head: head.to_vec(), rows: rows.collect() }
    }

    /// 容缺: what was promised, in the words that were agreed to on the screen.
    fn undertakings(&self, texts: Texts) -> Vec<Block> {
        let promised = |material: &&Material| self.answer(material) == Some(MaterialAnswer::Promised);
        let lines: Vec<String> = self
            .item
            .materials
            .iter()
            .filter(promised)
            .map(|material| {
                let name = wording::text(texts, material.name());
                let days = material.due_days.unwrap_or_default();
                texts.t_args("apply-undertaking-text", &[("name", name.into()), ("days", days.into())])
            })
            .collect();
        if lines.is_empty() {
            return Vec::new();
        }
        vec![Block::heading(texts.t("apply-undertaking-title")), Block::Bullets { items: lines }]
    }

    fn foot(&self, texts: Texts) -> String {
        let made = texts.t_args(
            "slip-form-foot",
            &[("date", self.printed_on.to_string().into()), ("place", (&self.place.name).into())],
        );
        if self.remark.is_empty() { made } else { format!("{made}\n{}", self.remark) }
    }
}
