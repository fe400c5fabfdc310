//! A service item in a few words, for lists and guides.

use std::sync::Arc;

use bianmin_protocol::catalogue::{DayType, ServiceItem};
use bianmin_terminal::wording;
use iced::widget::{Column, Row, Space, column, responsive};
use iced::{Element, Length};

use crate::context::Context;
use crate::theme::{Tone, space};
use crate::widget::words::{breadth, shortened};
use crate::widget::{Pager, card};

/// From this width in logical pixels on, a list has two columns.
const WIDE: f32 = 1400.0;

/// The promised time limit.
pub fn limit(ctx: &Context, item: &ServiceItem) -> String {
    days(ctx, item.promised_days, item.promised_day_type)
}

/// A number of days; none means at once.
pub fn days(ctx: &Context, days: u16, kind: DayType) -> String {
    wording::days(ctx.texts, days, kind)
}

/// The fee in one phrase.
pub fn fee(ctx: &Context, item: &ServiceItem) -> String {
    wording::fee(ctx.texts, item)
}

/// What one gets.
pub fn result(ctx: &Context, item: &ServiceItem) -> String {
    ctx.text(item.result_name()).to_owned()
}

/// What can be done with the item here, as a chip.
pub fn use_chip(ctx: &Context, item: &ServiceItem) -> (Tone, String) {
    if item.terminal.direct {
        (Tone::Ok, ctx.t("item-direct"))
    } else if item.can_apply_on(ctx.today) {
        (Tone::Info, ctx.t("item-apply"))
    } else {
        (Tone::Warn, ctx.t("item-guide-only"))
    }
}

/// A page of items with their pager, in two columns where there is room;
/// `items` never comes here empty.
pub fn list<'a, M: Clone + 'a>(
    ctx: &'a Context,
    items: &'a [Arc<ServiceItem>],
    page: usize,
    open: impl Fn(Arc<ServiceItem>) -> M + 'a,
    turn: impl Fn(usize) -> M + 'a,
) -> Element<'a, M> {
    responsive(move |size| {
        let look = ctx.look;
        let columns = if size.width > WIDE { 2 } else { 1 };
        // What a row needs beside its title: padding, gap and chevron.
        let beside = 2.0 * space::L + space::M + look.size.section + space::S;
        let room = size.width / columns as f32 - beside;
        let longest =
            items.iter().map(|item| card::ems(ctx.text(item.name())) * look.size.body).fold(0.0, f32::max);
        let lines = if longest > room { 2 } else { 1 };
        let fit = Pager::fit(look, size.height, card::row_height(look, lines), space::S);
        let pager = Pager::new(items.len(), fit * columns, page);
        let mut rows = Column::new().spacing(space::S).height(Length::Fill);
        for pair in items[pager.range()].chunks(columns) {
            let missing = columns - pair.len();
            let cards = pair.iter().map(|item| one(ctx, item, lines, room, &open));
            let spaces = (0..missing).map(|_| Space::new().width(Length::Fill).into());
            rows = rows.push(Row::with_children(cards.chain(spaces)).spacing(space::S));
        }
        column![rows].push(pager.view(look, &ctx.texts, &turn)).spacing(space::M).into()
    })
    .into()
}

fn one<'a, M: Clone + 'a>(
    ctx: &Context,
    item: &Arc<ServiceItem>,
    lines: u8,
    room: f32,
    open: impl Fn(Arc<ServiceItem>) -> M,
) -> Element<'a, M> {
    let look = ctx.look;
    let detail =
        ctx.t_args("item-detail", &[("limit", limit(ctx, item).into()), ("fee", fee(ctx, item).into())]);
    let name = ctx.text(item.name());
    let chip = use_chip(ctx, item);
    // A long fee is told whole in the guide.
    let beside = breadth(&chip.1) * look.size.caption + 2.0 * space::M + space::S;
    let detail = shortened(&detail, (room - beside) / look.size.hint);
    card::row_card(look, name, detail, vec![chip], lines, open(Arc::clone(item))).into()
}
