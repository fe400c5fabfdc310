//! Drawing fields: labels, boxes, choice cards, errors beside them, and the example.

use bianmin_protocol::form::{Entry, FieldDefinition};
use iced::widget::text::Wrapping;
use iced::widget::{Column, Row, Space, column, container, row, space as gap};
use iced::{Alignment, Element, Length, Size};

use super::{Fields, Message};
use crate::context::Context;
use crate::icon::Icon;
use crate::screen::apply::draft::Draft;
use crate::screen::apply::{Secret, entry, error_words, measure};
use crate::theme::{Look, Tone, radius, space};
use crate::widget::button::Kind;
use crate::widget::field::error_line;
use crate::widget::keyboard::{self, Keyboard};
use crate::widget::words::{breadth, shortened};
use crate::widget::{Field, Page, button, choice};

/// Line height of all text.
const LINE: f32 = 1.3;

/// How high the card about the applicant is.
pub(super) fn applicant_height(look: Look) -> f32 {
    look.size.body * LINE + 2.0 * space::S
}

/// How high the line is that says what is on another sheet.
pub(super) fn more_height(look: Look) -> f32 {
    look.size.hint * LINE + space::M
}

/// How high a field is with its label and one line for hint or error, on a page with room for `area`.
pub(super) fn height(ctx: &Context, definition: &FieldDefinition, value: &str, area: Size) -> f32 {
    let look = ctx.look;
    let inside = if entry::is_chosen(definition.kind) {
        arrange(ctx, definition, area).1
    } else {
        // Until something is entered, an example stands there.
        let shown = if value.is_empty() {
            let example = entry::in_words(ctx, definition, &definition.example);
            ctx.t_args("apply-such-as", &[("example", example.into())])
        } else {
            definition.kind.shown(value)
        };
        let lines = measure::text(&shown, look.size.body, area.width - 2.0 * space::L - look.size.body);
        (lines + 2.0 * space::M).max(look.control_height())
    };
    inside + around(ctx, definition, area.width)
}

/// How high what stands above and below the box or the options of a field is.
fn around(ctx: &Context, definition: &FieldDefinition, width: f32) -> f32 {
    let look = ctx.look;
    let hint = ctx.text(definition.hint());
    let doubt = (definition.kind.entry() == Entry::Code).then(|| ctx.t("apply-doubtful"));
    let lines = |words: &str| measure::text(words, look.size.hint, width);
    let below = lines(hint).max(doubt.map_or(0.0, |words| lines(&words))).max(look.size.hint * LINE);
    measure::label(ctx) + space::XS + space::S + below
}

/// In how many columns options stand, and how high they then are: one under the other, or side by side where
/// every label fits on a line, or where there is not enough room otherwise.
fn arrange(ctx: &Context, definition: &FieldDefinition, area: Size) -> (usize, f32) {
    let look = ctx.look;
    let options = entry::options(ctx, definition);
    let label_width = |columns: usize| {
        let gaps = space::S * (columns as f32 - 1.0);
        choice::label_width(look, (area.width - gaps) / columns as f32)
    };
    let height = |columns: usize| {
        let rows = options.chunks(columns).map(|row| {
            let labels =
                row.iter().map(|(_, label)| measure::text(label, look.size.body, label_width(columns)));
            choice::height(look, labels.fold(0.0, f32::max)) + space::S
        });
        rows.sum::<f32>() - space::S
    };
    let on_a_line = options.iter().all(|(_, label)| measure::fits(label, look.size.body, label_width(2)));
    let room = area.height - around(ctx, definition, area.width) - more_height(look);
    let wanted = if on_a_line { 2 } else { 1 };
    let least = || (wanted..=4).min_by(|a, b| height(*a).total_cmp(&height(*b)));
    let columns = (wanted..=4).find(|columns| height(*columns) <= room).or_else(least).unwrap_or(wanted);
    (columns, height(columns))
}

impl Fields {
    /// Draws the page; `steps` is the step bar.
    pub(in crate::screen::apply) fn view<'a>(
        &'a self,
        draft: &'a Draft,
        ctx: &'a Context,
    ) -> Page<'a, Message> {
        let look = ctx.look;
        let (sheets, shown) = self.sheets(draft, ctx);
        let sheet = sheets.get(shown).cloned().unwrap_or_default();
        let asked: Vec<_> = draft.asked(&self.fields).collect();
        let errors = draft.errors(&self.fields);
        let area = self.area(draft, ctx);
        let mut body = Column::new().spacing(space::M);
        if self.shows_applicant(draft, ctx) {
            body = body.push(applicant(ctx, draft, area.width));
        }
        for (index, field) in asked.iter().enumerate().filter(|(index, _)| sheet.contains(index)) {
            let Some(definition) = draft.definition(&field.code) else { continue };
            let error = errors
                .iter()
                .find(|error| error.field == field.code.as_str() && self.left.contains(&field.code))
                .map(|error| error_words(ctx, error));
            let is_unchosen = self.unchosen && self.active.as_ref() == Some(&field.code);
            let error = if is_unchosen { Some(ctx.t("apply-unchosen")) } else { error };
            let is_passport = entry::is_passport(definition.kind, draft.text(&field.code));
            let error = error.map(|words| if is_passport { ctx.t("apply-not-passport") } else { words });
            let first = index == sheet.start;
            body = body.push(self.field(ctx, draft, definition, field.required, error, first, area));
        }
        let (above, below) = (("above", sheet.start.into()), ("below", (asked.len() - sheet.end).into()));
        let more = match (sheet.start, asked.len() - sheet.end) {
            (0, 0) => None,
            (0, _) => Some(ctx.t_args("apply-fields-below", &[below])),
            (_, 0) => Some(ctx.t_args("apply-fields-above", &[above])),
            _ => Some(ctx.t_args("apply-fields-both", &[above, below])),
        };
        let body = body.push(more.map(|words| look.hint(words)));
        let mut page = Page::new(self.title(draft, ctx), body)
            .back(Message::Back)
            .primary(ctx.t("apply-next"), Some(Message::Next));
        let subtitle = self.subtitle(draft, ctx);
        if !subtitle.is_empty() {
            page = page.subtitle(subtitle);
        }
        if self.has_aside(ctx) {
            page = page.aside(self.aside(ctx, draft));
        }
        if let Some(typist) = &self.typist {
            let labels = keyboard::Labels::new(&ctx.texts);
            let keyboard = Keyboard::new(look, labels, typist.board(), ctx.keyboard_height(), Message::Key);
            page = page.keyboard(keyboard);
        }
        if self.example {
            page = page.dialog(self.example(ctx, draft));
        }
        page
    }

    #[expect(clippy::too_many_arguments, reason = "one field as it stands")]
    fn field<'a>(
        &'a self,
        ctx: &Context,
        draft: &'a Draft,
        definition: &'a FieldDefinition,
        required: bool,
        error: Option<String>,
        first: bool,
        area: Size,
    ) -> Element<'a, Message> {
        let look = ctx.look;
        let is_active = self.active.as_ref() == Some(&definition.code);
        let label = ctx.text(definition.label());
        let optional = (!required).then(|| look.hint(ctx.t("apply-optional")));
        let example = (first && !self.has_aside(ctx)).then(|| example_button(ctx));
        // Where the page asks only this, its title has said so.
        let label = if first && label == self.title(draft, ctx) { String::new() } else { label.to_owned() };
        let says = !label.is_empty() || optional.is_some() || example.is_some();
        let label = says.then(|| {
            row![look.strong(label)]
                .push(optional)
                .push(gap::horizontal())
                .push(example)
                .spacing(space::S)
                .height(measure::label(ctx))
                .align_y(Alignment::Center)
        });
        let hint = self.hint(ctx, draft, definition, is_active);
        let content: Element<'a, Message> = if entry::is_chosen(definition.kind) {
            let below: Element<'a, Message> = match error {
                Some(words) => error_line(look, words),
                None => look.hint(hint).into(),
            };
            column![choices(ctx, definition, draft.text(&definition.code), area), below]
                .spacing(space::S)
                .into()
        } else {
            let typist = self.typist.as_ref().filter(|_| is_active);
            let example = entry::in_words(ctx, definition, &definition.example);
            Field {
                composing: typist.map(|typist| typist.composing().to_owned()).unwrap_or_default(),
                placeholder: ctx.t_args("apply-such-as", &[("example", example.into())]),
                hint: Some(hint),
                doubt: self.doubt(ctx, draft, definition),
                error,
                focused: typist.is_some(),
                ..Field::new("", definition.kind.shown(draft.text(&definition.code)))
            }
            .view(look, Some(Message::Focused(definition.code.clone())))
        };
        column![].push(label).push(content).spacing(space::XS).into()
    }

    /// How to fill it in; while a number is typed, how much of it is missing.
    fn hint(&self, ctx: &Context, draft: &Draft, definition: &FieldDefinition, is_active: bool) -> String {
        let text = draft.text(&definition.code);
        let length = text.chars().count();
        let is_proven = definition.kind.spec().is_proven_whole;
        match definition.whole_length(text) {
            Some(_) if entry::is_passport(definition.kind, text) => ctx.t("apply-not-passport"),
            Some(wanted) if is_active && length > 0 && length < wanted => {
                ctx.t_args("apply-missing", &[("missing", (wanted - length).into())])
            }
            Some(wanted) if is_proven && length == wanted => ctx.t("apply-number-right"),
            None if is_active && length >= definition.typed_limit(text) && length > 0 => {
                ctx.t_args("apply-longest", &[("longest", length.into())])
            }
            _ => {
                let hint = ctx.text(definition.hint());
                // A line is kept, so that nothing moves when an error comes.
                if hint.is_empty() { " ".to_owned() } else { hint.to_owned() }
            }
        }
    }

    /// What is said about a value that is taken but probably mistyped.
    fn doubt(&self, ctx: &Context, draft: &Draft, definition: &FieldDefinition) -> Option<String> {
        let is_judged = self.left.contains(&definition.code);
        (is_judged && draft.is_doubtful(definition)).then(|| ctx.t("apply-doubtful"))
    }

    /// The example beside the fields, in landscape: of the active field, or of the whole page.
    fn aside<'a>(&'a self, ctx: &Context, draft: &'a Draft) -> Element<'a, Message> {
        let look = ctx.look;
        let rows = self.examples(ctx, draft);
        let active = self.active.as_ref().filter(|_| self.typist.is_some());
        let rows = rows.into_iter().filter(|(code, _, _)| active.is_none_or(|active| active == code));
        let rows = rows.map(|(_, label, value)| {
            column![look.hint(label), look.body(value)].spacing(4).width(Length::Fill).into()
        });
        container(
            column![look.strong(ctx.t("apply-example")).color(look.palette.primary)]
                .push(Column::with_children(rows).spacing(space::M))
                .push(self.typist.is_none().then(|| look.hint(ctx.t("apply-example-hint"))))
                .spacing(space::M),
        )
        .padding(space::L)
        .width(Length::Fill)
        .style(look.tinted(Tone::Info))
        .into()
    }

    fn example<'a>(&'a self, ctx: &Context, draft: &'a Draft) -> Element<'a, Message> {
        let look = ctx.look;
        let rows = self.examples(ctx, draft).into_iter().map(|(_, label, value)| {
            row![
                container(look.hint(label)).width(Length::FillPortion(2)),
                look.body(value).width(Length::FillPortion(3)),
            ]
            .spacing(space::M)
            .into()
        });
        column![
            look.section(ctx.t("apply-example")),
            Column::with_children(rows).spacing(space::M),
            look.hint(ctx.t("apply-example-hint")),
            button::primary(look, ctx.t("apply-close"), Some(Message::ExampleClosed)),
        ]
        .spacing(space::L)
        .into()
    }

    fn examples(
        &self,
        ctx: &Context,
        draft: &Draft,
    ) -> Vec<(bianmin_protocol::ids::FieldCode, String, String)> {
        draft
            .asked(&self.fields)
            .filter_map(|field| {
                let definition = draft.definition(&field.code)?;
                let given = draft.item.example.answers.get(&field.code);
                let value = entry::in_words(ctx, definition, given.unwrap_or(&definition.example));
                let label = ctx.text(definition.label()).to_owned();
                (!value.is_empty()).then(|| (field.code.clone(), label, value))
            })
            .collect()
    }
}

fn example_button<'a>(ctx: &Context) -> Element<'a, Message> {
    let look = ctx.look;
    let words = look.caption(ctx.t("apply-example-show")).color(look.palette.primary);
    button::around(
        look,
        Kind::Secondary,
        radius::PILL,
        container(
            row![Icon::Document.view(look.size.caption * 1.2, look.palette.primary), words]
                .spacing(space::XS)
                .align_y(Alignment::Center),
        )
        .padding([0.0, space::M])
        .center_y(Length::Fill),
        Some(Message::Example),
    )
    .height(measure::label(ctx))
    .into()
}

fn choices<'a>(
    ctx: &Context,
    definition: &'a FieldDefinition,
    chosen: &str,
    area: Size,
) -> Element<'a, Message> {
    let look = ctx.look;
    let options = entry::options(ctx, definition);
    let (columns, _) = arrange(ctx, definition, area);
    let mut rows = Column::new().spacing(space::S);
    for pair in options.chunks(columns) {
        let mut cards = Row::new().spacing(space::S);
        for (value, label) in pair {
            let message = Message::Chosen(definition.code.clone(), Secret(value.clone()));
            cards = cards.push(choice::choice(look, label.clone(), None, chosen == value, message));
        }
        for _ in pair.len()..columns {
            cards = cards.push(Space::new().width(Length::Fill));
        }
        rows = rows.push(cards);
    }
    rows.into()
}

/// Who applies, in one line: it was asked before and is not asked again.
fn applicant<'a>(ctx: &Context, draft: &Draft, width: f32) -> Element<'a, Message> {
    let look = ctx.look;
    let words: Vec<String> = draft
        .identity()
        .iter()
        .filter_map(|field| {
            let definition = draft.definition(&field.code)?;
            let words = entry::in_words(ctx, definition, draft.text(&field.code));
            Some(if definition.kind.entry() == Entry::Name {
                words
            } else {
                entry::covered(definition.kind, &words)
            })
        })
        .collect();
    let known = ctx.t("apply-applicant-known");
    // One line, whatever the language: a longer name is shortened.
    let beside = 2.0 * space::L + look.size.body * 1.2 + 2.0 * space::M + breadth(&known) * look.size.caption;
    // The first is the name.
    let rest: f32 = words.iter().skip(1).map(|one| breadth(one) + 1.0).sum();
    let room = (width - beside) / look.size.body;
    let mut words = words;
    if let Some(name) = words.first_mut() {
        *name = shortened(name, (room - rest).max(3.0));
    }
    let words = shortened(&words.join("　"), room);
    container(
        row![
            Icon::Person.view(look.size.body * 1.2, look.palette.primary),
            look.body(words).wrapping(Wrapping::None).width(Length::Fill),
            look.caption(known).wrapping(Wrapping::None),
        ]
        .spacing(space::M)
        .align_y(Alignment::Center),
    )
    .padding([space::S, space::L])
    .width(Length::Fill)
    .height(applicant_height(look))
    .style(look.tinted(Tone::Info))
    .into()
}
