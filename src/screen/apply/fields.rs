//! Fields on one page: one is active, the keyboard writes into it, and "next" leads to the next thing to do.
//!
//! A field is judged when it is left or complete, never while it is typed for the first time. Where not all
//! fields fit, they are shown sheet by sheet; the active one is always on the sheet that is shown.

mod hard;
mod view;

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher};
use std::ops::Range;

use bianmin_protocol::form::{Entry, FieldDefinition, FieldError, FormField, FormPage};
use bianmin_protocol::ids::FieldCode;

use iced::Size;

use super::draft::Draft;
use super::{Secret, entry, measure};
use crate::context::{Context, Layout};
use crate::screen::HardKey;
use crate::services::Services;
use crate::theme::space;
use crate::typing::{Typed, Typist};
use crate::widget::KeyPress;
use crate::widget::keyboard::{Board, Mode};

/// Which fields these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Who applies.
    Identity,
    /// The page of the form with this number, which is so many pages in so many.
    Page {
        /// Its place in the item's form.
        index: usize,
        /// Its place among the pages that are shown, from 1.
        number: usize,
        /// How many are shown.
        of: usize,
    },
}

/// Fields being filled in.
pub struct Fields {
    source: Source,
    /// Those that this page asks for, whether or not their condition holds now.
    fields: Vec<FormField>,
    active: Option<FieldCode>,
    /// Open for the active field.
    typist: Option<Typist>,
    /// Fields that were left once: what is wrong with them is said.
    left: BTreeSet<FieldCode>,
    /// Fields that were shown.
    seen: BTreeSet<FieldCode>,
    example: bool,
    /// Whether it is said that letters wait for a choice.
    unchosen: bool,
    scan: hard::Scan,
    services: Services,
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields")
            .field("source", &self.source)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// A field.
    Focused(FieldCode),
    /// A key of the on-screen keyboard.
    Key(KeyPress),
    /// A key of a keyboard or scanner that is plugged in.
    Hard(HardKey),
    /// An option of a choice.
    Chosen(FieldCode, Secret<String>),
    /// On.
    Next,
    /// Back.
    Back,
    /// Show a filled-in example.
    Example,
    /// Put it away.
    ExampleClosed,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Still here.
    Stay,
    /// Everything on this page is right.
    Done,
    /// The step before.
    Back,
}

impl Fields {
    /// The fields of `source`, the first empty one active.
    #[must_use]
    pub fn new(services: Services, draft: &Draft, source: Source, ctx: &Context) -> Self {
        let fields: Vec<FormField> = match source {
            Source::Identity => draft.identity(),
            Source::Page { index, .. } => {
                let page = draft.item.form.get(index);
                let fields = page.map(|page| page.fields.iter()).into_iter().flatten();
                fields.filter(|field| !draft.is_identity(&field.code)).cloned().collect()
            }
        };
        let mut new = Self {
            source,
            fields,
            active: None,
            typist: None,
            left: BTreeSet::new(),
            seen: BTreeSet::new(),
            example: false,
            unchosen: false,
            scan: hard::Scan::default(),
            services,
        };
        // Coming back to a page, what was entered before is judged as it stands.
        new.left =
            new.fields.iter().map(|f| &f.code).filter(|code| !draft.text(code).is_empty()).cloned().collect();
        let first = draft.asked(&new.fields).find(|field| draft.text(&field.code).is_empty());
        if let Some(first) = first.map(|field| field.code.clone()) {
            new.focus(&first, draft, ctx);
        } else {
            new.active = draft.asked(&new.fields).next().map(|field| field.code.clone());
        }
        new.note_seen(draft, ctx);
        new
    }

    /// Which fields these are.
    #[must_use]
    pub const fn source(&self) -> Source {
        self.source
    }

    /// The field that is being filled in.
    #[must_use]
    pub const fn active(&self) -> Option<&FieldCode> {
        self.active.as_ref()
    }

    /// Whether the keyboard is open.
    #[must_use]
    pub const fn has_keyboard(&self) -> bool {
        self.typist.is_some()
    }

    /// Tells this page from others. The field that is filled in decides what is shown, and where.
    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        let first = self.fields.first().map(|field| field.code.as_str());
        let active = self.active.as_ref().map(FieldCode::as_str);
        (first, active, self.has_keyboard(), self.example).hash(page);
    }

    /// What the keyboard shows.
    #[must_use]
    pub fn board(&self) -> Board {
        self.typist.as_ref().map(Typist::board).unwrap_or_default()
    }

    /// Makes the first field that is wrong active, and says what is wrong with each.
    pub fn point_out(&mut self, errors: &[FieldError], draft: &Draft, ctx: &Context) {
        let wrong = |field: &&FormField| errors.iter().any(|error| error.field == field.code.as_str());
        self.left.extend(self.fields.iter().filter(wrong).map(|field| field.code.clone()));
        let first = self.fields.iter().find(wrong).map(|field| field.code.clone());
        if let Some(first) = first {
            self.focus(&first, draft, ctx);
            self.note_seen(draft, ctx);
        }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message, draft: &mut Draft, ctx: &Context) -> Action {
        if !matches!(message, Message::Hard(_)) {
            self.scan.end();
        }
        // What was spelt and not chosen is neither taken as it is nor lost.
        let leaves = matches!(message, Message::Focused(_) | Message::Next | Message::Chosen(..));
        self.unchosen = leaves && self.typist.as_ref().is_some_and(Typist::is_waiting);
        if self.unchosen {
            return Action::Stay;
        }
        let outcome = match message {
            Message::Focused(code) => {
                self.leave(draft);
                self.focus(&code, draft, ctx);
                Action::Stay
            }
            Message::Key(key) => {
                self.press(&key, draft);
                Action::Stay
            }
            Message::Hard(key) => self.hard_key(key, draft, ctx),
            Message::Chosen(code, Secret(value)) => {
                self.leave(draft);
                self.typist = None;
                draft.edit(&code, value.len(), |text| *text = value);
                self.left.insert(code.clone());
                self.active = Some(code);
                Action::Stay
            }
            Message::Next => self.next(draft, ctx),
            Message::Back => self.back(draft, ctx),
            Message::Example => {
                self.example = true;
                Action::Stay
            }
            Message::ExampleClosed => {
                self.example = false;
                Action::Stay
            }
        };
        self.note_seen(draft, ctx);
        outcome
    }

    fn definition<'a>(&self, draft: &'a Draft) -> Option<&'a FieldDefinition> {
        draft.definition(self.active.as_ref()?)
    }

    fn press(&mut self, key: &KeyPress, draft: &mut Draft) {
        let Some(definition) = self.definition(draft).cloned() else { return };
        let kind = definition.kind;
        // A digit pad's dash and the like do not belong into every field.
        let key = match key {
            KeyPress::Char('-') if matches!(kind.entry(), Entry::Number | Entry::Amount) => return,
            KeyPress::Char(typed) => match kind.accept(*typed, draft.text(&definition.code)) {
                Some(character) => &KeyPress::Char(character),
                None => return,
            },
            KeyPress::Space if kind.accept(' ', "").is_none() => return,
            other => other,
        };
        let (Some(code), Some(typist)) = (&self.active, &mut self.typist) else { return };
        let from_letters = matches!(typist.board().mode, Mode::Lower | Mode::Upper);
        if *key == KeyPress::Mode(Mode::Pinyin) && from_letters && !entry::takes_chinese(kind) {
            return typist.go_home();
        }
        let limit = definition.typed_limit(draft.text(code));
        let typed = draft.edit(code, limit, |text| typist.press(key, text, limit));
        let length = draft.text(code).chars().count();
        // After the region's character a plate goes on with letters and digits.
        if kind.entry() == Entry::Plate && length == 1 && typist.board().mode == Mode::Pinyin {
            draft.edit(code, limit, |text| typist.press(&KeyPress::Mode(Mode::Lower), text, limit));
        }
        if definition.whole_length(draft.text(code)) == Some(length) && typed == Typed::Changed {
            self.left.insert(code.clone());
        }
        self.unchosen = typed == Typed::Unchosen;
        if typed == Typed::Hide {
            self.leave(draft);
            self.typist = None;
        }
    }

    /// Makes a field active and opens its keyboard if it has one.
    fn focus(&mut self, code: &FieldCode, draft: &Draft, ctx: &Context) {
        self.active = Some(code.clone());
        self.typist = draft
            .definition(code)
            .filter(|definition| !entry::is_chosen(definition.kind))
            .map(|definition| self.keyboard(definition, draft.text(code), ctx));
    }

    fn keyboard(&self, definition: &FieldDefinition, text: &str, ctx: &Context) -> Typist {
        let (home, first) = entry::keyboard(definition, ctx.is_chinese());
        let is_plate = definition.kind.entry() == Entry::Plate;
        let home = if is_plate && !text.is_empty() { Mode::Lower } else { home };
        let composition = self.services.compose();
        let is_name = definition.kind.entry() == Entry::Name;
        let composition = if is_name { composition.of_name() } else { composition };
        let mut typist = Typist::new(home, composition);
        if let Some(first) = first {
            typist.press(&KeyPress::Mode(first), &mut String::new(), 0);
        }
        typist
    }

    /// The active field is left: it is judged from now on.
    fn leave(&mut self, draft: &Draft) {
        let Some(code) = self.active.clone() else { return };
        if let Some(typist) = &mut self.typist {
            typist.clear();
        }
        if !draft.text(&code).is_empty() {
            self.left.insert(code);
        }
    }

    fn next(&mut self, draft: &mut Draft, ctx: &Context) -> Action {
        self.leave(draft);
        let active = self.active.clone();
        let asked: Vec<FieldCode> = draft.asked(&self.fields).map(|field| field.code.clone()).collect();
        let errors = draft.errors(&self.fields);
        let wrong = |code: &FieldCode| errors.iter().any(|error| error.field == code.as_str());
        if let Some(active) = active.filter(|code| wrong(code)) {
            self.left.insert(active.clone());
            self.focus(&active, draft, ctx);
            return Action::Stay;
        }
        let open = asked.iter().find(|code| wrong(code));
        let hidden = asked.iter().find(|code| !self.seen.contains(*code));
        match open.or(hidden).cloned() {
            Some(code) => {
                self.focus(&code, draft, ctx);
                Action::Stay
            }
            None => Action::Done,
        }
    }

    /// Another language was chosen: the keyboard follows, unless letters wait for a choice.
    pub fn language_changed(&mut self, draft: &Draft, ctx: &Context) {
        let waits = self.typist.as_ref().is_none_or(Typist::is_waiting);
        if let Some(code) = self.active.clone().filter(|_| !waits) {
            self.focus(&code, draft, ctx);
        }
    }

    /// The sheet before this one, or the step before.
    fn back(&mut self, draft: &mut Draft, ctx: &Context) -> Action {
        self.leave(draft);
        let (sheets, shown) = self.sheets(draft, ctx);
        let before = shown.checked_sub(1).and_then(|before| sheets.get(before)).map(|sheet| sheet.start);
        let code = before.and_then(|at| draft.asked(&self.fields).nth(at)).map(|field| field.code.clone());
        match code {
            Some(code) => {
                self.focus(&code, draft, ctx);
                Action::Stay
            }
            None => Action::Back,
        }
    }

    fn note_seen(&mut self, draft: &Draft, ctx: &Context) {
        let (sheets, shown) = self.sheets(draft, ctx);
        let sheet = sheets.get(shown).cloned().unwrap_or_default();
        let codes: Vec<FieldCode> = draft
            .asked(&self.fields)
            .enumerate()
            .filter(|(index, _)| sheet.contains(index))
            .map(|(_, field)| field.code.clone())
            .collect();
        self.seen.extend(codes);
    }

    fn page<'a>(&self, draft: &'a Draft) -> Option<&'a FormPage> {
        match self.source {
            Source::Identity => None,
            Source::Page { index, .. } => draft.item.form.get(index),
        }
    }

    fn title(&self, draft: &Draft, ctx: &Context) -> String {
        match self.page(draft) {
            Some(page) => ctx.text(page.title()).to_owned(),
            None => ctx.t("apply-identity-title"),
        }
    }

    /// Empty where large text needs the room.
    fn subtitle(&self, draft: &Draft, ctx: &Context) -> String {
        if ctx.is_landscape() && ctx.look.is_large() {
            return String::new();
        }
        let item = ctx.text(draft.item.name());
        match self.source {
            Source::Identity => item.to_owned(),
            Source::Page { number, of, .. } => ctx.t_args(
                "apply-page",
                &[("item", item.into()), ("page", number.into()), ("pages", of.into())],
            ),
        }
    }

    /// The room for fields.
    fn area(&self, draft: &Draft, ctx: &Context) -> Size {
        let keyboard = self.typist.is_some();
        let (title, subtitle) = (self.title(draft, ctx), self.subtitle(draft, ctx));
        let mut height = measure::body_height(ctx, &title, &subtitle, keyboard, self.has_aside(ctx));
        if self.shows_applicant(draft, ctx) {
            height -= view::applicant_height(ctx.look) + space::M;
        }
        Size::new(measure::body_width(ctx, keyboard, self.has_aside(ctx)), height)
    }

    /// The sheets that the asked fields are cut into, and which one is shown.
    fn sheets(&self, draft: &Draft, ctx: &Context) -> (Vec<Range<usize>>, usize) {
        let area = self.area(draft, ctx);
        let room = area.height;
        let heights: Vec<f32> = draft
            .asked(&self.fields)
            .filter_map(|field| draft.definition(&field.code))
            .map(|definition| view::height(ctx, definition, draft.text(&definition.code), area))
            .collect();
        let one = measure::paginate(&heights, space::M, room);
        let sheets = if one.len() == 1 {
            one
        } else {
            // Room for the line that says what is above and below.
            measure::paginate(&heights, space::M, room - view::more_height(ctx.look))
        };
        let at = draft.asked(&self.fields).position(|field| Some(&field.code) == self.active.as_ref());
        let shown = sheets.iter().position(|sheet| at.is_some_and(|at| sheet.contains(&at)));
        (sheets, shown.unwrap_or(0))
    }

    /// Whether the example stands beside the fields. Large choices need the whole width.
    fn has_aside(&self, ctx: &Context) -> bool {
        ctx.is_landscape() && (self.typist.is_some() || !ctx.look.is_large())
    }

    /// Whether the page is also about who applies, which was asked before.
    fn shows_applicant(&self, draft: &Draft, ctx: &Context) -> bool {
        // In the low layout the keyboard leaves room for one field.
        let tight = ctx.layout == Layout::PortraitLow && self.typist.is_some();
        !tight
            && self
                .page(draft)
                .is_some_and(|page| page.fields.iter().any(|field| draft.is_identity(&field.code)))
    }
}
