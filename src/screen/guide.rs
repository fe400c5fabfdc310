//! The guide of an item: first what everybody asks (what to bring, how long,
//! how much, where), and all ten elements one press further.

mod elements;

use std::hash::{Hash as _, Hasher};
use std::sync::Arc;

use bianmin_locale::Language;
use bianmin_protocol::catalogue::{Material, Need, ServiceItem};
use bianmin_terminal::services::Printing;
use iced::widget::{Column, Row, column, responsive, row};
use iced::{Alignment, Element, Length, Task};

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
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
    /// The sheet of what stands beside, where there are two columns.
    aside: usize,
}

/// What was pressed.
#[derive(Debug, Clone)]
pub enum Message {
    /// All ten elements.
    Full,
    /// Another page of them.
    Turned(usize),
    /// Another sheet of what stands beside.
    AsideTurned(usize),
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

impl super::ScreenState for Guide {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        match self.update(message) {
            Action::None => super::Action::None,
            Action::Run(task) => super::Action::Run(task),
            Action::Apply(item) => super::Action::Go(super::Route::Apply(item)),
            Action::Back => super::Action::Go(super::Route::Back),
        }
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn tell_page(&self, mut page: &mut dyn Hasher) {
        self.tell_page(&mut page);
    }
}

impl Guide {
    /// The plain view of `item`'s guide.
    #[must_use]
    pub fn new(services: Services, item: Arc<ServiceItem>) -> Self {
        Self { services, paper: Paper::default(), item, full: false, page: 0, aside: 0 }
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
            Message::AsideTurned(page) => self.aside = page,
            Message::Paper(language, message) => {
                let order = || {
                    let item = Arc::clone(&self.item);
                    move |printing: Printing<'_>, visit| {
                        paper::ordered(printing.guide(&item, language, visit))
                    }
                };
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
        let name = ctx.text(self.item.name());
        let page = if self.full {
            let subtitle = if ctx.is_chinese() { "guide-full" } else { "guide-chinese-only" };
            Page::new(name, self.full_body(ctx)).subtitle(ctx.t(subtitle))
        } else {
            let summary = ctx.text(self.item.summary());
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
        if ctx.is_landscape() {
            let left = move || self.materials(ctx);
            let overview = move || self.overview(ctx);
            let overview = sheets::view(ctx, self.aside, overview, Message::AsideTurned);
            let aside = column![overview, self.more(ctx)].spacing(space::M);
            Page::new(name, sheets::view(ctx, self.page, left, Message::Turned)).aside(aside)
        } else {
            let all = move || {
                let overview = self.overview(ctx).into_iter();
                overview.chain(self.materials(ctx)).collect()
            };
            let sheets = sheets::view(ctx, self.page, all, Message::Turned);
            Page::new(name, column![sheets, self.more(ctx)].spacing(space::M))
        }
    }

    /// What everybody asks first, and where the counter is for what cannot be applied for here.
    fn overview<'a>(&'a self, ctx: &'a Context) -> Vec<SheetPart<'a, Message>> {
        let look = ctx.look;
        let facts = SheetPart::card(None, card::fact_rows(look, self.facts(ctx)), space::M);
        let counter = (!self.item.can_apply_on(ctx.today)).then(|| {
            let hint = format!("{}\n{}", self.item.address, self.item.hours);
            SheetPart::whole(notice(look, Tone::Warn, Icon::Counter, ctx.t("guide-counter"), Some(hint)))
        });
        std::iter::once(facts).chain(counter).collect()
    }

    /// The whole guide, and the guide on paper with what became of it.
    fn more<'a>(&'a self, ctx: &'a Context) -> Element<'a, Message> {
        let look = ctx.look;
        let can = self.services.terminal().devices().can_print_pages();
        let language = ctx.texts.language();
        let paper = self.paper.button(ctx, can, ctx.t("guide-print"));
        let paper =
            paper.map(|paper| Element::from(paper).map(move |message| Message::Paper(language, message)));
        let more = button::secondary(look, Some(Icon::Book), ctx.t("guide-more"), Some(Message::Full));
        let more = row![more].push(paper).spacing(space::M);
        // Only what became of it: before it was asked for, a printer that is out of order is on the strip.
        let trouble = self.paper.was_asked().then(|| self.paper.notice(ctx, can)).flatten();
        // In the low layout large text leaves no room for it here; the full guide says it too.
        let is_tight = ctx.layout == Layout::PortraitLow && look.is_large();
        let chinese = (!ctx.is_chinese() && !is_tight).then(|| look.hint(ctx.t("guide-chinese-only")));
        column![].push(chinese).push(trouble).push(more).spacing(space::M).into()
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

    /// The materials, and what follows where there is room.
    fn materials<'a>(&'a self, ctx: &'a Context) -> Vec<SheetPart<'a, Message>> {
        let materials = &self.item.materials;
        let title = ctx.t_args("guide-bring", &[("count", materials.len().into())]);
        let rows = materials.iter().map(|material| one_material(ctx, material)).collect();
        let card = SheetPart::card(Some(ctx.look.section(title).into()), rows, space::M);
        // These are only there in Chinese; the full guide has them anyway.
        let further = if ctx.is_chinese() { elements::steps_and_notes(ctx, &self.item) } else { Vec::new() };
        let further = further.into_iter().map(|part| SheetPart::Extra(elements::view(ctx.look, part)));
        std::iter::once(card).chain(further).collect()
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
        row![look.body(ctx.text(material.name()).to_owned()).width(Length::Fill), mark,]
            .spacing(space::M)
            .align_y(Alignment::Center)
    ]
    .push((!explain.is_empty()).then(|| look.hint(explain.to_owned())))
    .spacing(4)
    .into()
}
