//! Everything once more before it is handed in, each part with its way back.

use bianmin_protocol::catalogue::Need;
use bianmin_terminal::services::CanPrint;
use iced::widget::{column, container, row};
use iced::{Alignment, Element, Length};

use super::draft::{Brought, Draft};
use super::{FormPlace, entry};
use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::screen::paper;
use crate::theme::{Tone, space};
use crate::widget::button::{self, Kind};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, notice};

/// The last look.
#[derive(Debug, Default)]
pub struct Review {
    page: usize,
    covered: bool,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// Change a part.
    Change(FormPlace),
    /// Cover or show numbers and names, for those with people behind them.
    Cover,
    /// Another page.
    Turned(usize),
    /// Hand it in.
    Submit,
    /// Back.
    Back,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Still here.
    Stay,
    /// Go there, and come back.
    Change(FormPlace),
    /// Hand it in.
    Submit,
    /// The step before.
    Back,
}

/// A part with its way back.
struct Group {
    title: String,
    place: FormPlace,
    rows: Vec<(String, String)>,
}

impl Review {
    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Change(place) => return Action::Change(place),
            Message::Cover => self.covered = !self.covered,
            Message::Turned(page) => self.page = page,
            Message::Submit => return Action::Submit,
            Message::Back => return Action::Back,
        }
        Action::Stay
    }

    /// Draws the page.
    pub(super) fn view<'a>(&'a self, draft: &'a Draft, can: CanPrint, ctx: &'a Context) -> Page<'a, Message> {
        let look = ctx.look;
        let cover = button::labelled(
            look,
            Kind::Secondary,
            None,
            ctx.t(if self.covered { "apply-review-show" } else { "apply-review-cover" }),
            Some(Message::Cover),
        );
        let name = ctx.text(draft.item.name()).to_owned();
        // Where there is room for it nothing is paged away with what cannot be printed.
        let is_tight = ctx.look.is_large() || ctx.layout == Layout::PortraitLow;
        let make = move || {
            let trouble = (is_tight && !ctx.is_landscape()).then(|| no_paper(ctx, can)).flatten();
            let groups = groups(ctx, draft, self.covered).into_iter().map(|group| part(ctx, group));
            trouble.map(SheetPart::Whole).into_iter().chain(groups).collect()
        };
        let body = sheets::view(ctx, self.page, make, Message::Turned);
        let page = if ctx.is_landscape() {
            let after = notice(
                look,
                Tone::Info,
                Icon::Info,
                ctx.t("apply-review-after"),
                Some(ctx.t("apply-review-after-hint")),
            );
            let first = no_paper(ctx, can).unwrap_or_else(|| after.into());
            Page::new(ctx.t("apply-review-title"), body)
                .aside(column![first, cover.width(Length::Fill)].spacing(space::M))
        } else {
            // It promises a receipt, so it is only said where one can be printed.
            let hint = matches!(can, CanPrint::On(_)).then(|| look.hint(ctx.t("apply-review-hint")));
            let top = row![column![].push(hint).width(Length::Fill), cover.width(Length::Shrink)]
                .spacing(space::M)
                .align_y(Alignment::Center);
            Page::new(
                ctx.t("apply-review-title"),
                column![top]
                    .push((!is_tight).then(|| no_paper(ctx, can)).flatten())
                    .push(body)
                    .spacing(space::M),
            )
        };
        page.subtitle(name).back(Message::Back).primary(ctx.t("apply-review-submit"), Some(Message::Submit))
    }
}

/// Where no receipt can be printed, now or ever, nobody shall find out only afterwards: what there is instead is said before.
fn no_paper<'a>(ctx: &Context, can: CanPrint) -> Option<Element<'a, Message>> {
    let why = match can {
        CanPrint::On(_) => return None,
        CanPrint::NotNow(_, status) => paper::status_words(ctx, status),
        CanPrint::Nowhere => ctx.t("receipt-paper-none"),
    };
    let title = ctx.t_args("apply-review-no-paper", &[("why", why.into())]);
    let hint = Some(ctx.t("apply-review-no-paper-hint"));
    Some(notice(ctx.look, Tone::Warn, Icon::Camera, title, hint).into())
}

fn groups(ctx: &Context, draft: &Draft, covered: bool) -> Vec<Group> {
    let mut groups = Vec::new();
    let row = |field: &bianmin_protocol::form::FormField| {
        let definition = draft.definition(&field.code)?;
        let value = draft.text(&field.code);
        let words = match value {
            "" => ctx.t("apply-review-empty"),
            value => entry::in_words(ctx, definition, value),
        };
        let mut words =
            if covered && !value.is_empty() { entry::covered(definition.kind, &words) } else { words };
        if draft.is_doubtful(definition) {
            words = format!("{words} {}", ctx.t("apply-review-doubtful"));
        }
        let label = ctx.text(definition.label()).to_owned();
        Some((label, words))
    };
    let identity = draft.identity();
    if !identity.is_empty() {
        let rows = identity.iter().filter_map(row).collect();
        groups.push(Group { title: ctx.t("apply-identity"), place: FormPlace::Identity, rows });
    }
    for index in draft.pages() {
        let Some(page) = draft.item.form.get(index) else { continue };
        let rows: Vec<_> = draft
            .asked(&page.fields)
            .filter(|field| !draft.is_identity(&field.code))
            .filter_map(row)
            .collect();
        let title = ctx.text(page.title()).to_owned();
        if !rows.is_empty() {
            groups.push(Group { title, place: FormPlace::Page(index), rows });
        }
    }
    let rows: Vec<_> = draft
        .item
        .materials
        .iter()
        .map(|material| {
            let words = match draft.brought(&material.code) {
                Some(Brought::Later) => {
                    let days = super::materials::due(material);
                    ctx.t_args("apply-material-due", &[("days", days.into())])
                }
                Some(Brought::Here) => ctx.t("apply-material-here"),
                _ if material.need == Need::Required => ctx.t("apply-material-missing"),
                _ => ctx.t("apply-review-empty"),
            };
            (ctx.text(material.name()).to_owned(), words)
        })
        .collect();
    if !rows.is_empty() {
        groups.push(Group { title: ctx.t("apply-step-materials"), place: FormPlace::Materials, rows });
    }
    groups
}

/// How much of the width the names take.
const NAME: f32 = 0.36;

fn button_height(ctx: &Context) -> f32 {
    (ctx.look.size.body * 1.3).max(crate::theme::MIN_TARGET)
}

fn part<'a>(ctx: &Context, group: Group) -> SheetPart<'a, Message> {
    let look = ctx.look;
    let rows = group.rows.into_iter().map(|(name, value)| {
        row![
            // On the base line of the larger words beside it.
            container(look.hint(name))
                .padding(iced::padding::top((look.size.body - look.size.hint) * 1.05))
                .width(Length::FillPortion((NAME * 100.0) as u16)),
            look.body(value).width(Length::FillPortion(((1.0 - NAME) * 100.0) as u16)),
        ]
        .spacing(space::M)
        .into()
    });
    let change = button::around(
        look,
        Kind::Secondary,
        crate::theme::radius::PILL,
        container(
            row![
                Icon::Pen.view(look.size.hint * 1.1, look.palette.primary),
                look.hint(ctx.t("apply-review-change")).color(look.palette.primary)
            ]
            .spacing(space::XS)
            .align_y(Alignment::Center),
        )
        .padding([0.0, space::M])
        .center_y(Length::Fill),
        Some(Message::Change(group.place)),
    )
    .height(button_height(ctx));
    let head = row![look.strong(group.title).color(look.palette.primary).width(Length::Fill), change]
        .spacing(space::M)
        .align_y(Alignment::Center);
    SheetPart::Card {
        head: Some(head.into()),
        rows: rows.collect(),
        gap: space::S,
        padding: [space::M, space::L],
    }
}
