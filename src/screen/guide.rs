//! The guide of an item: first what everybody asks (what to bring, how long,
//! how much, where), and all ten elements one press further.

mod elements;

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::catalogue::{Material, Need, ServiceItem};
use iced::widget::{Column, Row, column, container, responsive, row};
use iced::{Alignment, Element, Length, Task};

use crate::context::{Context, named};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::{Page, Pager, button, card, chip, notice};

use elements::Measure;

use super::item;
use super::paper::{self, Paper};

/// A guide.
#[derive(Debug)]
pub struct Guide {
    services: Services,
    paper: Paper,
    item: Arc<ServiceItem>,
    full: bool,
    page: usize,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// All ten elements.
    Full,
    /// Another page of them.
    Turned(usize),
    /// The guide on paper.
    Paper(Language, paper::Message),
    /// Begin.
    Apply,
    /// The step before.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// Work for the background.
    Run(Task<Message>),
    /// An application for this item begins.
    Apply(Arc<ServiceItem>),
    /// The screen before.
    Back,
}

impl Guide {
    /// The plain view of `item`'s guide.
    #[must_use]
    pub fn new(services: Services, item: Arc<ServiceItem>) -> Self {
        Self { services, paper: Paper::default(), item, full: false, page: 0 }
    }

    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        self.full.hash(page);
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Full => {
                self.full = true;
                self.page = 0;
            }
            Message::Turned(page) => self.page = page,
            Message::Paper(language, message) => {
                let item = &self.item;
                let order = |services: &Services| services.print_guide(Arc::clone(item), language);
                if let Some(task) = self.paper.update(message, &self.services, order) {
                    return Action::Run(task.map(move |message| Message::Paper(language, message)));
                }
            }
            Message::Apply => return Action::Apply(Arc::clone(&self.item)),
            Message::Back if self.full => self.full = false,
            Message::Back => return Action::Back,
        }
        Action::None
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let name = named(ctx, &self.item.name, &self.item.name_en);
        let page = if self.full {
            Page::new(name, self.full_body(ctx)).subtitle(ctx.t("guide-full"))
        } else {
            let summary = named(ctx, &self.item.summary, &self.item.summary_en);
            self.plain(ctx, name).subtitle(summary)
        };
        let page = page.back(Message::Back);
        if self.item.can_apply_on(ctx.today) {
            page.primary(ctx.t("guide-apply"), Some(Message::Apply))
        } else {
            page
        }
    }

    fn plain<'a>(&'a self, ctx: &'a Context, name: &str) -> Page<'a, Message> {
        let look = ctx.look;
        let facts = container(card::facts(look, self.facts(ctx)))
            .padding(space::L)
            .width(Length::Fill)
            .style(look.card());
        let can = self.services.terminal().can_print_pages();
        let language = ctx.texts.language();
        let paper = self.paper.button(ctx, can, ctx.t("guide-print"));
        let paper =
            paper.map(|paper| Element::from(paper).map(move |message| Message::Paper(language, message)));
        let more = button::secondary(look, Some(Icon::Book), ctx.t("guide-more"), Some(Message::Full));
        let more = row![more].push(paper).spacing(space::M);
        // Only what became of it: before it was asked for, a printer that is out of order is on the strip.
        let trouble = self.paper.was_asked().then(|| self.paper.notice(ctx, can)).flatten();
        let counter = (!self.item.can_apply_on(ctx.today)).then(|| {
            let hint = format!("{}\n{}", self.item.address, self.item.hours);
            notice(look, Tone::Warn, Icon::Counter, ctx.t("guide-counter"), Some(hint))
        });
        if ctx.is_landscape() {
            Page::new(name, self.materials(ctx))
                .aside(column![facts].push(counter).push(trouble).push(more).spacing(space::M))
        } else {
            Page::new(
                name,
                column![facts]
                    .push(counter)
                    .push(self.materials(ctx))
                    .push(trouble)
                    .push(more)
                    .spacing(space::M),
            )
        }
    }

    fn facts(&self, ctx: &Context) -> Vec<(Icon, String, String)> {
        let item = &self.item;
        let limit = if item.statutory_days > item.promised_days {
            ctx.t_args(
                "guide-limit",
                &[
                    ("promised", item::limit(ctx, item).into()),
                    ("statutory", item::days(ctx, item.statutory_days, item.statutory_day_type).into()),
                ],
            )
        } else {
            item::limit(ctx, item)
        };
        vec![
            (Icon::Clock, ctx.t("guide-how-long"), limit),
            (Icon::Yuan, ctx.t("guide-how-much"), item::fee(ctx, item)),
            (
                Icon::Person,
                ctx.t("guide-visits"),
                ctx.t_args("guide-visits-times", &[("times", item.visits.into())]),
            ),
            (Icon::Document, ctx.t("guide-result"), item::result(ctx, item)),
            (Icon::Place, ctx.t("guide-where"), item.address.clone()),
        ]
    }

    /// The materials, and below them as much of what follows as there is room for.
    fn materials<'a>(&'a self, ctx: &'a Context) -> Element<'a, Message> {
        responsive(move |size| {
            let measure = Measure::new(ctx.look, size.width);
            let (card, used) = self.materials_card(ctx, &measure, size.height);
            let mut body = column![card].spacing(space::M);
            let mut left = size.height - used;
            // These are only there in Chinese; the full guide has them anyway.
            if ctx.is_chinese() {
                for part in elements::steps_and_notes(ctx, &self.item) {
                    let needed = measure.part(&part) + space::M;
                    if needed <= left {
                        left -= needed;
                        body = body.push(elements::view(ctx.look, part));
                    }
                }
            }
            body.into()
        })
        .into()
    }

    fn materials_card<'a>(
        &'a self,
        ctx: &'a Context,
        measure: &Measure,
        height: f32,
    ) -> (Element<'a, Message>, f32) {
        let look = ctx.look;
        let total = self.item.materials.len();
        let title = ctx.t_args("guide-bring", &[("count", total.into())]);
        let rest_line = look.size.hint * 1.3 + space::M;
        let mut used = look.size.section * 1.3 + 2.0 * space::L;
        let mut shown = 0;
        for (index, material) in self.item.materials.iter().enumerate() {
            let name = named(ctx, &material.name, &material.name_en);
            let row = measure.height(name) + measure.hint(explanation(material)) + space::M + 4.0;
            let rest = if index + 1 < total { rest_line } else { 0.0 };
            if shown > 0 && used + row + rest > height {
                break;
            }
            used += row;
            shown += 1;
        }
        let rows = self.item.materials[..shown].iter().map(|material| one_material(ctx, material));
        let rest = (total > shown).then(|| {
            used += rest_line;
            let args = [("count", (total - shown).into())];
            look.hint(ctx.t_args("guide-bring-more", &args))
        });
        let rows = Column::with_children(rows).spacing(space::M);
        let card = container(column![look.section(title), rows].push(rest).spacing(space::M))
            .padding(space::L)
            .width(Length::Fill)
            .style(look.card());
        (card.into(), used)
    }

    fn full_body<'a>(&'a self, ctx: &'a Context) -> Element<'a, Message> {
        responsive(move |size| {
            let look = ctx.look;
            let columns = if ctx.is_landscape() { 2 } else { 1 };
            let measure = Measure::new(look, (size.width - space::M) / columns as f32);
            let room = size.height - look.control_height() - space::M;
            let pages = elements::pages(elements::all(ctx, &self.item), &measure, room);
            let pager = Pager::of_pages(pages.len().div_ceil(columns), self.page);
            let mut shown = pages.into_iter().skip(pager.page * columns);
            let sides = (0..columns).map(|_| {
                let parts = shown.next().unwrap_or_default();
                let parts = parts.into_iter().map(|part| elements::view(look, part));
                Column::with_children(parts).spacing(space::S).width(Length::Fill).into()
            });
            column![Row::with_children(sides).spacing(space::M).height(Length::Fill)]
                .push(pager.view(look, &ctx.texts, Message::Turned))
                .spacing(space::M)
                .into()
        })
        .into()
    }
}

/// What a resident needs to know about a material.
fn explanation(material: &Material) -> &str {
    material.fill_explain.as_deref().unwrap_or(&material.acceptance)
}

fn one_material<'a>(ctx: &Context, material: &Material) -> Element<'a, Message> {
    let look = ctx.look;
    let mark = match material.need {
        Need::Required => chip(look, Tone::Info, ctx.t("material-required")),
        Need::MayFollow => chip(look, Tone::Warn, ctx.t("material-may-follow")),
    };
    let explain = explanation(material);
    column![
        row![look.body(named(ctx, &material.name, &material.name_en).to_owned()).width(Length::Fill), mark,]
            .spacing(space::M)
            .align_y(Alignment::Center)
    ]
    .push((!explain.is_empty()).then(|| look.hint(explain.to_owned())))
    .spacing(4)
    .into()
}
