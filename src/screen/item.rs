//! A service item in a few words, for lists and guides.

use std::sync::Arc;

use bianmin_protocol::catalogue::{DayType, ServiceItem};
use iced::Element;
use iced::widget::{Column, column, responsive};

use crate::context::{Context, named};
use crate::theme::{Tone, space};
use crate::widget::{Pager, card};

/// The promised time limit.
pub fn limit(ctx: &Context, item: &ServiceItem) -> String {
    days(ctx, item.promised_days, item.promised_day_type)
}

/// A number of days; none means at once.
pub fn days(ctx: &Context, days: u16, kind: DayType) -> String {
    let args = [("days", days.into())];
    match (days, kind) {
        (0, _) => ctx.t("item-at-once"),
        (_, DayType::Working) => ctx.t_args("item-working-days", &args),
        (_, DayType::Calendar) => ctx.t_args("item-calendar-days", &args),
    }
}

/// The fee in one phrase.
pub fn fee(ctx: &Context, item: &ServiceItem) -> String {
    match item.fees.as_slice() {
        _ if !item.is_fee => ctx.t("item-free"),
        [only] => only.standard.clone(),
        _ => ctx.t("item-has-fee"),
    }
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

/// A page of items with their pager; `items` never comes here empty.
pub fn list<'a, M: Clone + 'a>(
    ctx: &'a Context,
    items: &'a [Arc<ServiceItem>],
    page: usize,
    open: impl Fn(Arc<ServiceItem>) -> M + 'a,
    turn: impl Fn(usize) -> M + 'a,
) -> Element<'a, M> {
    responsive(move |size| {
        let look = ctx.look;
        let fit = Pager::fit(look, size.height, card::row_height(look), space::S);
        let pager = Pager::new(items.len(), fit, page);
        let rows = items[pager.range()].iter().map(|item| {
            let detail = ctx
                .t_args("item-detail", &[("limit", limit(ctx, item).into()), ("fee", fee(ctx, item).into())]);
            let name = named(ctx, &item.name, &item.name_en);
            let chips = vec![use_chip(ctx, item)];
            card::row_card(look, name, detail, chips, open(Arc::clone(item))).into()
        });
        column![Column::with_children(rows).spacing(space::S)]
            .push(pager.view(look, &ctx.texts, &turn))
            .spacing(space::M)
            .into()
    })
    .into()
}
