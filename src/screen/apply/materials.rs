//! The materials: each is here, or follows against an undertaking where that is allowed. What is missing is
//! told all at once, with what can be done about it.

use std::cell::Cell;
use std::hash::{Hash as _, Hasher};
use std::ops::Range;

use bianmin_protocol::catalogue::{Material, MaterialForm, Need};
use bianmin_protocol::form::FieldError;
use bianmin_protocol::ids::MaterialCode;
use bianmin_terminal::services::CanPrint;
use iced::widget::{column, container, row};
use iced::{Alignment, Element, Length};

use super::draft::{Brought, Draft};
use super::error_words;
use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::screen::paper::{self, Paper};
use crate::theme::{Tone, space};
use crate::widget::field::error_line;
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, button, chip, choice, notice};

/// The question about the materials.
#[derive(Debug, Default)]
pub struct Materials {
    at: At,
    /// The materials that the last drawing showed, from and to: only there it is known how many have room.
    shown: Cell<(usize, usize)>,
    /// Whether "next" was pressed: what is missing is said from then on.
    judged: bool,
    /// The material whose undertaking is being read.
    undertaking: Option<MaterialCode>,
    /// The one-time notice on paper.
    pub(super) paper: Paper,
}

/// What is shown where not all have room.
#[derive(Debug, Clone, Copy)]
enum At {
    Sheet(usize),
    /// The sheet with this material.
    Material(usize),
}

impl Default for At {
    fn default() -> Self {
        Self::Sheet(0)
    }
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// It is here.
    Here(MaterialCode),
    /// It is not here.
    Missing(MaterialCode),
    /// It shall follow: read the undertaking first.
    Later(MaterialCode),
    /// The undertaking is agreed to.
    Agreed,
    /// It is not.
    Declined,
    /// Another page.
    Turned(usize),
    /// What is missing, on paper.
    Paper(paper::Message),
    /// On.
    Next,
    /// Back.
    Back,
}

/// What follows.
#[derive(Debug, Clone)]
pub enum Action {
    /// Still here.
    Stay,
    /// The one-time notice.
    Paper(paper::Message),
    /// All is said.
    Done,
    /// The step before.
    Back,
}

impl Materials {
    /// The question, with what is wrong already said.
    #[must_use]
    pub fn judged() -> Self {
        Self { judged: true, ..Self::default() }
    }

    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        self.undertaking.is_some().hash(page);
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message, draft: &mut Draft) -> Action {
        match message {
            Message::Here(code) => draft.bring(&code, Brought::Here),
            Message::Missing(code) => draft.bring(&code, Brought::Missing),
            Message::Later(code) => self.undertaking = Some(code),
            Message::Agreed => {
                if let Some(code) = self.undertaking.take() {
                    draft.bring(&code, Brought::Later);
                }
            }
            Message::Declined => self.undertaking = None,
            Message::Turned(sheet) => self.at = At::Sheet(sheet),
            Message::Paper(message) => return Action::Paper(message),
            Message::Next => return self.next(draft),
            Message::Back => return Action::Back,
        }
        Action::Stay
    }

    /// What is wrong, as far as it is told already.
    fn errors(&self, draft: &Draft) -> Vec<FieldError> {
        if self.judged { draft.material_errors() } else { Vec::new() }
    }

    /// The first material with something wrong.
    fn first_wrong(&self, draft: &Draft) -> Option<usize> {
        let errors = draft.material_errors();
        let is_wrong = |material: &Material| errors.iter().any(|error| error.field == material.code.as_str());
        draft.item.materials.iter().position(is_wrong)
    }

    /// On, once nothing is missing. What was not shown yet is shown before anything is said about it.
    fn next(&mut self, draft: &Draft) -> Action {
        let Some(first) = self.first_wrong(draft) else {
            return if draft.material_errors().is_empty() { Action::Done } else { Action::Stay };
        };
        let (start, end) = self.shown.get();
        self.judged |= start == end || first < end;
        self.at = At::Material(first);
        Action::Stay
    }

    /// Draws the page.
    pub(super) fn view<'a>(&'a self, draft: &'a Draft, can: CanPrint, ctx: &'a Context) -> Page<'a, Message> {
        let errors = self.errors(draft);
        let first_wrong = self.first_wrong(draft);
        // In the low layout there is no room over the materials: what is missing is told before the first of them.
        let within =
            (ctx.layout == Layout::PortraitLow && !errors.is_empty()).then_some(first_wrong).flatten();
        let at = match self.at {
            At::Sheet(sheet) => sheets::At::Sheet(sheet),
            At::Material(index) => sheets::At::SheetPart(index),
        };
        let make = move |width| {
            let errors = self.errors(draft);
            let mut parts: Vec<_> = draft
                .item
                .materials
                .iter()
                .map(|material| {
                    let error = errors.iter().find(|error| error.field == material.code.as_str());
                    SheetPart::Growing(one(ctx, draft, material, error), grown(ctx, draft, material, width))
                })
                .collect();
            if let Some(at) = within {
                parts.insert(at, SheetPart::Whole(self.missing(ctx, draft, can, &errors)));
            }
            parts
        };
        let shown = move |parts: Range<usize>| {
            let material = |part: usize| part - usize::from(within.is_some_and(|at| at < part));
            self.shown.set((material(parts.start), material(parts.end)));
        };
        let body = sheets::view_at(ctx, at, make, Message::Turned, shown);
        let above = !ctx.is_landscape() && within.is_none() && !errors.is_empty();
        let summary = above.then(|| self.missing(ctx, draft, can, &errors));
        let body = column![].push(summary).push(body);
        let may_follow = draft.item.materials.iter().any(|material| material.need == Need::MayFollow);
        let hint = if may_follow { "apply-materials-hint" } else { "apply-materials-hint-today" };
        let mut page = Page::new(ctx.t("apply-materials-title"), body.spacing(space::M))
            .subtitle(ctx.t(hint))
            .back(Message::Back)
            .primary(ctx.t("apply-next"), Some(Message::Next));
        if ctx.is_landscape() {
            page = page.aside(if errors.is_empty() {
                counter(ctx, draft)
            } else {
                self.missing(ctx, draft, can, &errors)
            });
        }
        match self.undertaking.as_ref().and_then(|code| draft.item.material(code)) {
            Some(material) => page.dialog(undertaking(ctx, material)),
            None => page,
        }
    }

    /// Everything that is missing, and the same on paper.
    fn missing<'a>(
        &self,
        ctx: &Context,
        draft: &Draft,
        can: CanPrint,
        errors: &[FieldError],
    ) -> Element<'a, Message> {
        let paper = self.paper.button(ctx, can, ctx.t("apply-materials-print"));
        column![missing(ctx, draft, errors)]
            .push(self.paper.notice(ctx, can))
            .push(paper.map(|paper| Element::from(paper).map(Message::Paper)))
            .spacing(space::M)
            .into()
    }
}

/// How high the card of a material may grow, by what is wrong or promised: room is kept, so that nothing moves then.
fn grown<'a>(ctx: &Context, draft: &Draft, material: &'a Material, width: f32) -> f32 {
    let mut plain: Element<'a, Message> = card(ctx, draft, material, None);
    let room = if draft.brought(&material.code).is_some() || material.need == Need::Required {
        space::S + ctx.look.size.hint * 1.3 * 2.0
    } else {
        0.0
    };
    sheets::height(&mut plain, width) + room
}

/// In what form it is wanted, and what makes it acceptable.
fn about(ctx: &Context, material: &Material) -> String {
    let form = ctx.t(match material.form {
        MaterialForm::Original => "material-original",
        MaterialForm::Copy => "material-copy",
        MaterialForm::Electronic => "material-electronic",
    });
    let explain = material.fill_explain.as_deref().unwrap_or(&material.acceptance);
    ctx.t_args(
        "apply-material-about",
        &[("form", form.into()), ("pages", material.pages.max(1).into()), ("explain", explain.into())],
    )
}

fn one<'a>(
    ctx: &Context,
    draft: &Draft,
    material: &'a Material,
    error: Option<&FieldError>,
) -> Element<'a, Message> {
    let look = ctx.look;
    let below: Option<Element<'a, Message>> = match (draft.brought(&material.code), error) {
        (Some(Brought::Missing), _) => Some(error_line(look, ctx.t("apply-material-needed"))),
        (_, Some(error)) => Some(error_line(look, error_words(ctx, error))),
        (Some(Brought::Later), None) => {
            let days = [("days", due(material).into())];
            Some(look.hint(ctx.t_args("apply-material-due", &days)).into())
        }
        _ => None,
    };
    card(ctx, draft, material, below)
}

fn card<'a>(
    ctx: &Context,
    draft: &Draft,
    material: &'a Material,
    below: Option<Element<'a, Message>>,
) -> Element<'a, Message> {
    let look = ctx.look;
    let brought = draft.brought(&material.code);
    let code = &material.code;
    let mark = match material.need {
        Need::Required => chip(look, Tone::Info, ctx.t("material-required")),
        Need::MayFollow => chip(look, Tone::Warn, ctx.t("material-may-follow")),
    };
    let name = ctx.text(material.name()).to_owned();
    let here = choice(
        look,
        ctx.t("apply-material-here"),
        None,
        brought == Some(Brought::Here),
        Message::Here(code.clone()),
    );
    let other = match material.need {
        Need::Required => choice(
            look,
            ctx.t("apply-material-missing"),
            None,
            brought == Some(Brought::Missing),
            Message::Missing(code.clone()),
        ),
        Need::MayFollow => choice(
            look,
            ctx.t("apply-material-later"),
            None,
            brought == Some(Brought::Later),
            Message::Later(code.clone()),
        ),
    };
    container(
        column![
            row![look.strong(name).width(Length::Fill), mark].spacing(space::M).align_y(Alignment::Center),
            look.hint(about(ctx, material)),
            row![here, other].spacing(space::S),
        ]
        .push(below)
        .spacing(space::S),
    )
    .padding(space::L)
    .width(Length::Fill)
    .style(look.card())
    .into()
}

/// Days until a material that follows must be there; the ledger and the slip take five where none are named.
pub(super) fn due(material: &Material) -> u16 {
    material.due_days.unwrap_or(5)
}

/// Everything that is missing, at once, and what can be done.
fn missing<'a>(ctx: &Context, draft: &Draft, errors: &[FieldError]) -> Element<'a, Message> {
    let named_by = |error: &FieldError| {
        let material = draft.item.materials.iter().find(|material| error.field == material.code.as_str())?;
        Some(ctx.text(material.name()).to_owned())
    };
    let names: Vec<String> = errors.iter().filter_map(named_by).collect();
    let names = names.join(&ctx.t("apply-list-separator"));
    let title =
        ctx.t_args("apply-materials-missing", &[("count", errors.len().into()), ("names", names.into())]);
    let address = &draft.item.address;
    let hint = ctx.t_args("apply-materials-what-now", &[("address", address.into())]);
    notice(ctx.look, Tone::Warn, Icon::Alert, title, Some(hint)).into()
}

fn counter<'a>(ctx: &Context, draft: &Draft) -> Element<'a, Message> {
    let hint = format!("{}\n{}", draft.item.address, draft.item.hours);
    notice(ctx.look, Tone::Info, Icon::Counter, ctx.t("apply-materials-counter"), Some(hint)).into()
}

fn undertaking<'a>(ctx: &Context, material: &'a Material) -> Element<'a, Message> {
    let look = ctx.look;
    let name = ctx.text(material.name());
    let words =
        ctx.t_args("apply-undertaking-text", &[("name", name.into()), ("days", due(material).into())]);
    column![
        look.title(ctx.t("apply-undertaking-title")),
        look.body(words),
        look.hint(ctx.t("apply-undertaking-else")),
        button::primary(look, ctx.t("apply-undertaking-agree"), Some(Message::Agreed))
            .height(look.control_height() * 1.2),
        button::secondary(look, None, ctx.t("apply-undertaking-decline"), Some(Message::Declined)),
    ]
    .spacing(space::L)
    .into()
}
