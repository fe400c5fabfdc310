//! An application while it is being filled in: what was typed, as it was typed.
//!
//! The only place on the screens that holds answers. Dropping it wipes them. It
//! must not know how anything is drawn.

use std::collections::BTreeMap;
use std::sync::Arc;

use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState, NormalizedBody};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::form::{
    FieldDefinition, FieldError, FormField, FormPage, birth_date_of, is_asked, is_doubtful, normalise,
    validate_materials, validate_page,
};
use bianmin_protocol::identity::ResidentId;
use bianmin_protocol::ids::{FieldCode, MaterialCode};
use bianmin_terminal::catalogue::Catalogue;
use bianmin_terminal::ledger;
use jiff::civil::Date;

/// The fields that say who applies; asked for once, before the form.
const IDENTITY: [&str; 2] = ["applicant_name", "resident_id"];

/// What a resident says about a material on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// It is here.
    Here,
    /// It will follow; the undertaking was agreed to.
    Later,
    /// It is not here and cannot follow.
    Missing,
}

/// An application that is not handed in yet.
pub struct Draft {
    /// The item in the version with which the resident began.
    pub item: Arc<ServiceItem>,
    /// The catalogue of that moment, with its field dictionary.
    catalogue: Arc<Catalogue>,
    /// The date by which dates are judged.
    pub today: Date,
    body: ApplicationBody,
    materials: BTreeMap<MaterialCode, Brought>,
    /// What was last filled in from the identity number.
    derived: String,
}

/// Answers never appear in a log.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({}, {:?})", self.item.code, self.body)
    }
}

impl Draft {
    /// An empty application for `item`.
    #[must_use]
    pub fn new(item: Arc<ServiceItem>, catalogue: Arc<Catalogue>, today: Date) -> Self {
        let (body, materials) = (ApplicationBody::default(), BTreeMap::new());
        Self { item, catalogue, today, body, materials, derived: String::new() }
    }

    /// Whether anything was entered that leaving would lose.
    #[must_use]
    pub fn holds_something(&self) -> bool {
        !self.body.answers.is_empty() || !self.materials.is_empty()
    }

    /// What the dictionary says about a field.
    #[must_use]
    pub fn definition(&self, code: &FieldCode) -> Option<&FieldDefinition> {
        self.catalogue.fields.get(code)
    }

    /// What was typed into a field.
    #[must_use]
    pub fn text(&self, code: &FieldCode) -> &str {
        self.body.answers.get(code).map_or("", String::as_str)
    }

    /// Whether the value of a field is taken, but probably mistyped.
    #[must_use]
    pub fn is_doubtful(&self, definition: &FieldDefinition) -> bool {
        let value = normalise(definition.kind, self.text(&definition.code));
        is_doubtful(definition, &value, self.today)
    }

    /// Lets `change` edit what was typed into a field; `limit` is the most characters it will hold.
    pub fn edit<T>(&mut self, code: &FieldCode, limit: usize, change: impl FnOnce(&mut String) -> T) -> T {
        // In full at once, so that growing leaves no copy behind.
        let text = self.body.answers.entry(code.clone()).or_insert_with(|| String::with_capacity(limit * 4));
        let result = change(text);
        if text.is_empty() {
            self.body.answers.remove(code);
        }
        result
    }

    /// What is said about a material.
    #[must_use]
    pub fn brought(&self, code: &MaterialCode) -> Option<Brought> {
        self.materials.get(code).copied()
    }

    /// Says so about a material.
    pub fn bring(&mut self, code: &MaterialCode, brought: Brought) {
        self.materials.insert(code.clone(), brought);
    }

    /// The fields of the identity step that this form has, in their order.
    #[must_use]
    pub fn identity(&self) -> Vec<FormField> {
        IDENTITY
            .iter()
            .filter_map(|code| {
                let fields = self.item.form.iter().flat_map(|page| &page.fields);
                fields.clone().find(|field| field.code.as_str() == *code && field.show_if.is_none()).cloned()
            })
            .collect()
    }

    /// Whether a field is asked for in the identity step.
    #[must_use]
    pub fn is_identity(&self, code: &FieldCode) -> bool {
        self.identity().iter().any(|field| field.code == *code)
    }

    /// The pages of the form that ask for anything beyond the identity step.
    #[must_use]
    pub fn pages(&self) -> Vec<usize> {
        let asks = |page: &FormPage| page.fields.iter().any(|field| !self.is_identity(&field.code));
        (0..self.item.form.len()).filter(|index| asks(&self.item.form[*index])).collect()
    }

    /// Of `fields`, those that are asked for with the answers so far.
    pub fn asked<'a>(&'a self, fields: &'a [FormField]) -> impl Iterator<Item = &'a FormField> {
        fields.iter().filter(|field| is_asked(field, &self.body))
    }

    /// What is wrong with `fields`, all of it.
    #[must_use]
    pub fn errors(&self, fields: &[FormField]) -> Vec<FieldError> {
        let page = FormPage { title: String::new(), title_en: String::new(), fields: fields.to_vec() };
        validate_page(&page, &self.catalogue.fields, &self.normal(), self.today)
    }

    /// What is wrong with the materials, all of it at once (一次性告知).
    #[must_use]
    pub fn material_errors(&self) -> Vec<FieldError> {
        validate_materials(&self.item, &self.normal())
    }

    /// The answers as they would be handed in.
    fn normal(&self) -> NormalizedBody {
        let mut body = self.body.clone();
        body.materials = self
            .item
            .materials
            .iter()
            .filter_map(|material| {
                let answer = match self.brought(&material.code)? {
                    Brought::Here => MaterialAnswer::Have,
                    // What cannot follow is refused by the rules themselves, in their own words.
                    Brought::Later | Brought::Missing => MaterialAnswer::Promised,
                };
                Some(MaterialState { code: material.code.clone(), answer })
            })
            .collect();
        NormalizedBody::of(body, &self.item, &self.catalogue.fields)
    }

    /// What a resident who reads this language hands in.
    #[must_use]
    pub fn normal_in(&self, language: &str) -> NormalizedBody {
        self.normal().in_language(language)
    }

    /// What is handed in, with the language that the receipt is written in.
    #[must_use]
    pub fn submission(&self, language: &str) -> ledger::Draft {
        ledger::Draft {
            item: Arc::clone(&self.item),
            catalogue: self.catalogue.revision,
            body: self.normal_in(language).into(),
            files: Vec::new(),
        }
    }

    /// Fills in what the identity number says about the applicant, where nothing else was entered. When the number
    /// is put right this follows.
    pub fn derive(&mut self) {
        let number = self.identity().into_iter().find(|field| field.code.as_str() == IDENTITY[1]);
        let Some(number) = number.and_then(|number| self.definition(&number.code)) else { return };
        let value = normalise(number.kind, self.text(&number.code));
        let Ok(id) = ResidentId::parse(&value, self.today) else { return };
        let wanted = birth_date_of(number.code.as_str());
        let fields = self.item.form.iter().flat_map(|page| &page.fields);
        let birth = fields.map(|field| &field.code).find(|code| Some(code.as_str()) == wanted);
        let Some(birth) = birth.cloned().filter(|code| self.text(code) == self.derived) else { return };
        let date = id.birth_date();
        self.derived = date.map_or_else(String::new, |date| {
            format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
        });
        let derived = self.derived.clone();
        self.edit(&birth, 10, |text| *text = derived);
    }
}
