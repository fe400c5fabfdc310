//! Applying for an item, step by step: notice, who applies, the form, the materials, the last look, and
//! handing it in.
//!
//! One screen owns the application over all steps, so that going back and forth loses nothing and leaving
//! wipes everything. It must not know how anything is kept or sent.

pub mod draft;
mod entry;
pub mod fields;
pub mod materials;
pub(super) mod measure;
pub mod notice;
pub mod review;
mod screen_state;
mod trouble;

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::form::FieldError;
use bianmin_protocol::ids::FieldCode;
use bianmin_terminal::ledger::{AcceptError, Accepted, Intake, Outlet, SlipFacts};
use bianmin_terminal::services::{CanPrint, Printing};
use iced::Task;

use crate::context::Context;
use crate::screen::{paper, receipt};
use crate::services::Services;
use crate::session::SessionId;
use crate::widget::Page;
use crate::widget::keyboard::Mode;
use draft::Draft;
use fields::{Fields, Source};
use materials::Materials;
use notice::Notice;
use review::Review;
use trouble::Trouble;

/// Something a resident entered: it never appears in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(pub T);

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A part of the application that can be gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPlace {
    /// Who applies.
    Identity,
    /// A page of the item's form.
    Page(usize),
    /// The materials.
    Materials,
}

/// An application under way.
#[derive(Debug)]
pub struct Apply {
    services: Services,
    session: SessionId,
    draft: Draft,
    step: Step,
    /// Whether the last look was reached: a change leads back to it.
    reviewed: bool,
}

#[derive(Debug)]
enum Step {
    Notice(Notice),
    Fields(Box<Fields>),
    Materials(Materials),
    Review(Review),
    Sending,
    /// Why it was not accepted, and which sheet of that is shown.
    Trouble(Trouble, usize),
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// On the notice.
    Notice(notice::Message),
    /// On a page of fields.
    Fields(fields::Message),
    /// On the materials.
    Materials(materials::Message),
    /// On the last look.
    Review(review::Message),
    /// On the page that says why it was not accepted.
    Trouble(trouble::Message),
    /// It was handed in, in this session.
    Submitted(SessionId, Result<Accepted, Failure>),
}

/// Why an application was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something is to be put right.
    Invalid(Vec<FieldError>),
    /// No room on the disk.
    Full,
    /// The terminal takes none any more, or not now: the reason in locale keys.
    Closed(&'static str),
    /// The ledger could not keep it.
    Other,
}

impl From<AcceptError> for Failure {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Invalid(errors) => Self::Invalid(errors),
            AcceptError::DiskFull => Self::Full,
            AcceptError::Revoked => Self::Closed("revoked"),
            AcceptError::Unconfirmed => Self::Closed("unconfirmed"),
            AcceptError::File { .. } | AcceptError::Seal(_) | AcceptError::Ledger(_) => Self::Other,
        }
    }
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// The screen before. What was entered is wiped; ask first if there is any.
    Leave,
    /// Work for the background.
    Run(Task<Message>),
    /// It was accepted.
    Accepted(Box<receipt::Facts>),
}

impl Apply {
    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        std::mem::discriminant(&self.step).hash(page);
        match &self.step {
            Step::Fields(fields) => fields.tell_page(page),
            Step::Materials(materials) => materials.tell_page(page),
            _ => {}
        }
    }

    /// An application for `item` in `session`, at its first step.
    #[must_use]
    pub fn new(services: Services, item: Arc<ServiceItem>, session: SessionId) -> Self {
        let draft = Draft::new(item, services.catalogue(), services.today());
        Self { services, session, draft, step: Step::Notice(Notice::default()), reviewed: false }
    }

    /// Whether leaving would lose anything.
    #[must_use]
    pub fn holds_something(&self) -> bool {
        self.draft.holds_something()
    }

    /// Whether it is being handed in at this moment.
    #[must_use]
    pub const fn is_sending(&self) -> bool {
        matches!(self.step, Step::Sending)
    }

    /// The field that is being filled in.
    #[must_use]
    pub fn active(&self) -> Option<FieldCode> {
        match &self.step {
            Step::Fields(fields) => fields.active().cloned(),
            _ => None,
        }
    }

    /// Whether the on-screen keyboard is open.
    #[must_use]
    pub fn has_keyboard(&self) -> bool {
        matches!(&self.step, Step::Fields(fields) if fields.has_keyboard())
    }

    /// Whether letters become Chinese on the keyboard as it is.
    #[must_use]
    pub fn composes(&self) -> bool {
        matches!(&self.step, Step::Fields(fields) if fields.board().mode == Mode::Pinyin)
    }

    /// The candidates on the keyboard.
    #[must_use]
    pub fn candidates(&self) -> Vec<String> {
        match &self.step {
            Step::Fields(fields) => fields.board().candidates,
            _ => Vec::new(),
        }
    }

    /// The application as it stands.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message, ctx: &Context) -> Action {
        match (&mut self.step, message) {
            (Step::Notice(_), Message::Notice(notice::Message::Agreed)) => self.forward(ctx),
            (Step::Notice(notice), Message::Notice(notice::Message::Turned(page))) => notice.turn(page),
            (Step::Notice(_), Message::Notice(notice::Message::Back)) => return Action::Leave,
            (Step::Fields(fields), Message::Fields(message)) => {
                match fields.update(message, &mut self.draft, ctx) {
                    fields::Action::Stay => {}
                    fields::Action::Done => {
                        if fields.source() == Source::Identity {
                            self.draft.derive();
                        }
                        self.forward(ctx);
                    }
                    fields::Action::Back => self.backward(ctx),
                }
            }
            (Step::Materials(materials), Message::Materials(message)) => {
                match materials.update(message, &mut self.draft) {
                    materials::Action::Stay => {}
                    materials::Action::Paper(message) => return self.paper(message, ctx),
                    materials::Action::Done => self.forward(ctx),
                    materials::Action::Back => self.backward(ctx),
                }
            }
            (Step::Review(review), Message::Review(message)) => match review.update(message) {
                review::Action::Stay => {}
                review::Action::Change(place) => self.go(place, ctx),
                review::Action::Back => self.backward(ctx),
                review::Action::Submit => return self.submit(ctx),
            },
            (Step::Trouble(_, page), Message::Trouble(message)) => match message {
                trouble::Message::Turned(turned) => *page = turned,
                trouble::Message::Back => self.step = Step::Review(Review::default()),
                trouble::Message::Again => return self.submit(ctx),
            },
            (Step::Sending, Message::Submitted(session, result)) if session == self.session => {
                return self.submitted(result, ctx);
            }
            // A message of a step that has been left meanwhile.
            _ => {}
        }
        Action::None
    }

    /// The one-time notice on paper.
    fn paper(&mut self, message: paper::Message, ctx: &Context) -> Action {
        let Step::Materials(materials) = &mut self.step else { return Action::None };
        let language = ctx.texts.language();
        let draft = &self.draft;
        let order = || {
            let (item, body) = (Arc::clone(&draft.item), draft.submission(language.tag()).body);
            move |printing: Printing<'_>, visit| {
                paper::ordered(printing.notice(&item, &body, language, visit))
            }
        };
        match materials.paper.update(message, &self.services, order) {
            None => Action::None,
            Some(task) => {
                Action::Run(task.map(|message| Message::Materials(materials::Message::Paper(message))))
            }
        }
    }

    /// A key of a keyboard that is plugged in, or of a keypad.
    pub fn hardware(&mut self, key: crate::screen::HardKey, ctx: &Context) -> Action {
        use crate::screen::HardKey;
        let message = match (&self.step, key) {
            (Step::Fields(_), key) => Message::Fields(fields::Message::Hard(key)),
            (Step::Notice(_), HardKey::Enter) => Message::Notice(notice::Message::Agreed),
            (Step::Materials(_), HardKey::Enter) => Message::Materials(materials::Message::Next),
            // Handing in is never a stray key: it has to be pressed.
            _ => return Action::None,
        };
        self.update(message, ctx)
    }

    /// Another language was chosen.
    pub fn language_changed(&mut self, ctx: &Context) {
        if let Step::Fields(fields) = &mut self.step {
            fields.language_changed(&self.draft, ctx);
        }
    }

    /// Every place in order.
    fn places(&self) -> Vec<FormPlace> {
        let identity = (!self.draft.identity().is_empty()).then_some(FormPlace::Identity);
        let materials = (!self.draft.item.materials.is_empty()).then_some(FormPlace::Materials);
        let pages = self.draft.pages().into_iter().filter(|index| {
            // A page whose questions all depend on other answers may have nothing to ask.
            let page = self.draft.item.form.get(*index);
            page.is_some_and(|page| {
                self.draft.asked(&page.fields).any(|field| !self.draft.is_identity(&field.code))
            })
        });
        identity.into_iter().chain(pages.map(FormPlace::Page)).chain(materials).collect()
    }

    /// Where it is; none on the notice, at the last look and after it.
    #[must_use]
    pub fn place(&self) -> Option<FormPlace> {
        match &self.step {
            Step::Fields(fields) => Some(match fields.source() {
                Source::Identity => FormPlace::Identity,
                Source::Page { index, .. } => FormPlace::Page(index),
            }),
            Step::Materials(_) => Some(FormPlace::Materials),
            Step::Notice(_) | Step::Review(_) | Step::Sending | Step::Trouble(..) => None,
        }
    }

    fn go(&mut self, place: FormPlace, ctx: &Context) {
        self.step = match place {
            FormPlace::Identity => self.fields(Source::Identity, ctx),
            FormPlace::Page(index) => {
                let pages: Vec<FormPlace> =
                    self.places().into_iter().filter(|place| matches!(place, FormPlace::Page(_))).collect();
                let number = pages.iter().position(|page| *page == place).unwrap_or(0) + 1;
                let source = Source::Page { index, number, of: pages.len() };
                self.fields(source, ctx)
            }
            FormPlace::Materials => Step::Materials(Materials::default()),
        };
    }

    fn fields(&self, source: Source, ctx: &Context) -> Step {
        Step::Fields(Box::new(Fields::new(self.services.clone(), &self.draft, source, ctx)))
    }

    /// The place after this one; after a change the last look, once nothing is open.
    fn forward(&mut self, ctx: &Context) {
        let places = self.places();
        let next = if self.reviewed {
            places.into_iter().find(|place| !self.errors(*place).is_empty())
        } else {
            let at = self.place().and_then(|place| places.iter().position(|other| *other == place));
            places.get(at.map_or(0, |at| at + 1)).copied()
        };
        match next {
            Some(place) => self.go(place, ctx),
            None => {
                self.reviewed = true;
                self.step = Step::Review(Review::default());
            }
        }
    }

    fn backward(&mut self, ctx: &Context) {
        let places = self.places();
        let before = match self.place() {
            Some(place) => {
                let at = places.iter().position(|other| *other == place).unwrap_or(0);
                at.checked_sub(1).and_then(|before| places.get(before)).copied()
            }
            None => places.last().copied(),
        };
        match before {
            Some(place) => self.go(place, ctx),
            None => self.step = Step::Notice(Notice::default()),
        }
    }

    fn errors(&self, place: FormPlace) -> Vec<FieldError> {
        match place {
            FormPlace::Identity => self.draft.errors(&self.draft.identity()),
            FormPlace::Page(index) => self
                .draft
                .item
                .form
                .get(index)
                .map(|page| self.draft.errors(&page.fields))
                .unwrap_or_default(),
            FormPlace::Materials => self.draft.material_errors(),
        }
    }

    /// Goes to the first place where something is wrong and says what; false if there is none.
    fn point_out(&mut self, ctx: &Context) -> bool {
        let places = self.places();
        let wrong = places.into_iter().map(|place| (place, self.errors(place))).find(|(_, e)| !e.is_empty());
        let Some((place, errors)) = wrong else { return false };
        self.go(place, ctx);
        match &mut self.step {
            Step::Fields(fields) => fields.point_out(&errors, &self.draft, ctx),
            step => *step = Step::Materials(Materials::judged()),
        }
        true
    }

    fn submit(&mut self, ctx: &Context) -> Action {
        if self.point_out(ctx) {
            return Action::None;
        }
        self.step = Step::Sending;
        if bianmin_terminal::planted::is_planted("newest-version-wanted")
            && self.services.catalogue().get(&self.draft.item.code).map(|item| item.version)
                != Some(self.draft.item.version)
        {
            self.step = Step::Trouble(Trouble::Other, 0);
            return Action::None;
        }
        let submission = self.draft.submission(ctx.texts.language().tag());
        let (session, visit) = (self.session, self.services.terminal().printing().visit());
        // Not aborted with the screen: what is being committed is not left half done. The session's id keeps
        // the answer out of the next session.
        Action::Run(self.services.off_thread(
            move |terminal| terminal.applications().submit_for(Some(visit), submission),
            move |accepted| {
                let accepted = accepted.map(|accepted| accepted.map_err(Failure::from));
                Message::Submitted(session, accepted.unwrap_or(Err(Failure::Other)))
            },
        ))
    }

    fn submitted(&mut self, result: Result<Accepted, Failure>, ctx: &Context) -> Action {
        match result {
            Ok(accepted) => {
                let facts = receipt::Facts {
                    item: Arc::clone(&self.draft.item),
                    slip: SlipFacts::of(&self.draft.item, &self.draft.normal_in(ctx.texts.language().tag())),
                    form: self.form_on_paper(ctx),
                    accepted,
                };
                return Action::Accepted(Box::new(facts));
            }
            // The rules say the same here as there; if they do not, nobody shall be caught in a circle.
            Err(Failure::Invalid(errors)) => {
                if !self.point_out(ctx) {
                    self.step = Step::Trouble(Trouble::Invalid(errors), 0);
                }
            }
            Err(Failure::Full) => self.step = Step::Trouble(Trouble::Closed("full"), 0),
            Err(Failure::Closed(why)) => self.step = Step::Trouble(Trouble::Closed(why), 0),
            Err(Failure::Other) => self.step = Step::Trouble(Trouble::Other, 0),
        }
        Action::None
    }

    /// What was handed in, where there is a printer for it.
    fn form_on_paper(&self, ctx: &Context) -> Option<Arc<ApplicationBody>> {
        let can = self.services.terminal().devices().can_print(Outlet::Page);
        let body = || Arc::new(self.draft.submission(ctx.texts.language().tag()).body);
        (can != CanPrint::Nowhere).then(body)
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let intake: Intake = self.services.terminal().status().intake;
        let page = match &self.step {
            Step::Notice(notice) => notice.view(&self.draft, intake, ctx).map(Message::Notice),
            Step::Fields(fields) => fields.view(&self.draft, ctx).map(Message::Fields),
            Step::Materials(materials) => {
                let can = self.services.terminal().devices().can_print_pages();
                materials.view(&self.draft, can, ctx).map(Message::Materials)
            }
            Step::Review(review) => {
                let can = self.services.terminal().devices().can_print(Outlet::Slip);
                review.view(&self.draft, can, ctx).map(Message::Review)
            }
            Step::Sending => trouble::sending(ctx),
            Step::Trouble(trouble, page) => trouble.view(&self.draft, *page, ctx).map(Message::Trouble),
        };
        let (labels, current) = self.steps(ctx);
        page.steps(labels, current)
    }

    fn steps(&self, ctx: &Context) -> (Vec<String>, usize) {
        let identity = !self.draft.identity().is_empty();
        let mut keys =
            vec!["apply-step-notice", "apply-step-form", "apply-step-materials", "apply-step-review"];
        if identity {
            keys.insert(1, "apply-step-identity");
        }
        let key = match &self.step {
            Step::Notice(_) => "apply-step-notice",
            Step::Fields(fields) if fields.source() == Source::Identity => "apply-step-identity",
            Step::Fields(_) => "apply-step-form",
            Step::Materials(_) => "apply-step-materials",
            Step::Review(_) | Step::Sending | Step::Trouble(..) => "apply-step-review",
        };
        let current = keys.iter().position(|other| *other == key).unwrap_or(0);
        (keys.into_iter().map(|key| ctx.t(key)).collect(), current)
    }
}

/// What is wrong with a field, and what to do, in words.
fn error_words(ctx: &Context, error: &FieldError) -> String {
    let args: Vec<(&str, bianmin_locale::Arg<'_>)> =
        error.code.args().into_iter().map(|(name, value)| (name, value.into())).collect();
    ctx.t_args(&format!("error-{}", error.code.key()), &args)
}
