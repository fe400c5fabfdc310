//! The guide of an item (办事指南): all of it on a sheet, or what to bring on a roll.

use super::{begin, filled};
use crate::config::Site;
use crate::wording::{self, fee, in_words, limits, material_form, material_need};
use bianmin_document::{Block, Document, Row, Step};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::catalogue::{Material, ServiceItem};
use bianmin_protocol::form::FieldDictionary;
use jiff::civil::Date;

/// What a guide is made of.
#[derive(Debug)]
pub struct GuidePage<'a> {
    /// The item.
    pub item: &'a ServiceItem,
    /// The dictionary of its form's fields.
    pub fields: &'a FieldDictionary,
    /// Where it is printed.
    pub place: &'a Site,
    /// The resident's language. What the law says stays in its own.
    pub language: Language,
    /// The day on which it is printed: a guide in a drawer grows old.
    pub printed_on: Date,
    /// What the catalogue says about itself, such as that it is a demonstration; or nothing.
    pub remark: &'a str,
}

impl GuidePage<'_> {
    /// All ten elements, for A4.
    pub fn sheet(&self) -> Document {
        let (item, texts) = (self.item, Texts::new(self.language));
        let t = |key: &str| texts.t(key);
        let name = wording::text(texts, item.name());
        let mut document = self.head(texts).running(name).with(Block::Rows { rows: self.facts(texts) });
        document = self.materials(texts, document);
        let sections = [
            ("guide-conditions", bullets(&item.conditions)),
            ("guide-flow", steps(&item.steps)),
            ("guide-limits", self.limits(texts)),
            ("guide-fees", self.fees(texts)),
            ("guide-where", Some(Block::Rows { rows: self.counters(texts) })),
            ("guide-notes", bullets(&item.notes)),
            ("slip-guide-questions", questions(item)),
            ("guide-basis", bullets(&item.basis)),
        ];
        for (key, block) in sections {
            let block = block.unwrap_or_else(|| Block::paragraph(t("guide-none")));
            document = document.with(Block::heading(t(key))).with(block);
        }
        let example = self.example(texts);
        if !example.is_empty() {
            document = document
                .with(Block::heading(t("guide-example")))
                .with(Block::paragraph(t("apply-example-hint")))
                .with(Block::Fields { rows: example });
        }
        document.with(Block::Rule).with(Block::footer(self.foot(texts)))
    }

    /// What to bring and where to, for a roll.
    pub fn roll(&self) -> Document {
        let texts = Texts::new(self.language);
        let facts = self.facts(texts).into_iter().take(3).collect();
        let document = self.head(texts).with(Block::Rows { rows: facts });
        self.materials(texts, document)
            .with(Block::heading(texts.t("guide-where")))
            .with(Block::Rows { rows: self.counters(texts) })
            .with(Block::Rule)
            .with(Block::footer(self.foot(texts)))
    }

    fn head(&self, texts: Texts) -> Document {
        let item = self.item;
        let from = texts.t_args("slip-guide-from", &[("department", (&item.department).into())]);
        begin(texts)
            .with(Block::title(wording::text(texts, item.name())))
            .with(Block::subtitle(from))
            .with(Block::paragraph(wording::text(texts, item.summary())))
    }

    /// What everybody asks first.
    fn facts(&self, texts: Texts) -> Vec<Row> {
        let item = self.item;
        let visits = texts.t_args("guide-visits-times", &[("times", item.visits.into())]);
        filled([
            (texts.t("guide-how-long"), limits(texts, item).as_str()),
            (texts.t("guide-how-much"), &fee(texts, item)),
            (texts.t("guide-visits"), &visits),
            (texts.t("guide-result"), wording::text(texts, item.result_name())),
        ])
    }

    fn materials(&self, texts: Texts, document: Document) -> Document {
        let materials = &self.item.materials;
        if materials.is_empty() {
            return document
                .with(Block::heading(texts.t("guide-materials")))
                .with(Block::paragraph(texts.t("slip-guide-nothing-to-bring")));
        }
        let title = texts.t_args("guide-bring", &[("count", materials.len().into())]);
        let entries = materials.iter().map(|material| Step {
            title: wording::text(texts, material.name()).to_owned(),
            chip: Some(material_need(texts, material)),
            detail: Some(about(texts, material)),
        });
        document.with(Block::heading(title)).with(Block::Checklist { entries: entries.collect() })
    }

    fn limits(&self, texts: Texts) -> Option<Block> {
        let mut lines = vec![limits(texts, self.item), texts.t("slip-guide-clock")];
        lines.extend(self.item.special_procedure.clone());
        Some(Block::Bullets { items: lines })
    }

    fn fees(&self, texts: Texts) -> Option<Block> {
        let item = self.item;
        if !item.is_fee {
            return Some(Block::paragraph(texts.t("item-free")));
        }
        let mut rows: Vec<Row> = item
            .fees
            .iter()
            .flat_map(|fee| {
                let reduction =
                    (texts.t("slip-guide-reduction"), fee.reduction.as_deref().unwrap_or_default());
                filled([(fee.name.clone(), fee.standard.as_str()), reduction])
            })
            .collect();
        let basis = item.fee_basis.as_deref().unwrap_or_default();
        rows.extend(filled([(texts.t("slip-guide-fee-basis"), basis)]));
        Some(Block::Rows { rows })
    }

    fn counters(&self, texts: Texts) -> Vec<Row> {
        let item = self.item;
        filled([
            (texts.t("slip-counter"), item.address.as_str()),
            (texts.t("slip-hours"), &item.hours),
            (texts.t("slip-telephone"), &item.contact),
            (texts.t("slip-guide-supervision"), &item.supervision),
            (texts.t("slip-guide-area"), &item.handle_area),
        ])
    }

    /// The form as an example shows it (示范文本).
    fn example(&self, texts: Texts) -> Vec<Row> {
        let fields = self.item.form.iter().flat_map(|page| &page.fields);
        fields
            .filter_map(|field| {
                let definition = self.fields.get(&field.code)?;
                let value = self.item.example.answers.get(&field.code)?;
                let label = wording::text(texts, definition.label());
                Some(Row::new(label, in_words(texts, definition, value)))
            })
            .collect()
    }

    fn foot(&self, texts: Texts) -> String {
        let item = self.item;
        let made = texts.t_args(
            "slip-guide-foot",
            &[
                ("date", self.printed_on.to_string().into()),
                ("place", (&self.place.name).into()),
                ("code", item.code.as_str().into()),
                ("version", item.version.into()),
            ],
        );
        if self.remark.is_empty() { made } else { format!("{made}\n{}", self.remark) }
    }
}

/// In what form, how many, from whom, what makes it acceptable, how to fill it in.
fn about(texts: Texts, material: &Material) -> String {
    let copies = texts.t_args(
        "slip-material-copies",
        &[("form", material_form(texts, material).into()), ("pages", material.pages.max(1).into())],
    );
    let explain = material.fill_explain.as_deref().unwrap_or_default();
    let mut parts = vec![copies];
    parts.extend(
        [material.source.as_str(), &material.acceptance, explain]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(str::to_owned),
    );
    parts.join(&texts.t("slip-list-separator"))
}

fn bullets(lines: &[String]) -> Option<Block> {
    (!lines.is_empty()).then(|| Block::Bullets { items: lines.to_vec() })
}

fn steps(lines: &[String]) -> Option<Block> {
    let step = |line: &String| Step { title: line.clone(), chip: None, detail: None };
    (!lines.is_empty()).then(|| Block::Steps { steps: lines.iter().map(step).collect() })
}

fn questions(item: &ServiceItem) -> Option<Block> {
    let rows: Vec<Row> = item.faq.iter().map(|faq| Row::new(&faq.question, &faq.answer)).collect();
    (!rows.is_empty()).then_some(Block::Terms { rows })
}
