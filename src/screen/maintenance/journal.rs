//! The last print jobs: what, which number, how it ended and when. The journal knows no names, so none can stand here.

use bianmin_terminal::ledger::{JobState, PrintJob};
use iced::widget::{Column, column, container, responsive, row};
use iced::{Alignment, Element, Length};

use super::desk::Message;
use super::jobs::{head, when};
use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::{Page, Pager, chip, notice};

pub(super) fn view<'a>(
    ctx: &'a Context,
    services: &'a Services,
    jobs: &'a [PrintJob],
    page: usize,
) -> Page<'a, Message> {
    let list = responsive(move |size| {
        let look = ctx.look;
        if jobs.is_empty() {
            return notice(look, Tone::Info, Icon::Info, ctx.t("maintenance-journal-none"), None).into();
        }
        let height = (look.size.body + look.size.hint) * 1.3 + 2.0 * space::M;
        let fit = Pager::fit(look, size.height, height, space::S);
        let pager = Pager::new(jobs.len(), fit, page);
        let shown = jobs[pager.range()].iter().map(|job| one(ctx, services, job));
        column![Column::with_children(shown).spacing(space::S).height(Length::Fill)]
            .push(pager.view(look, &ctx.texts, Message::Turned))
            .spacing(space::M)
            .into()
    });
    Page::new(ctx.t("maintenance-journal-title"), container(list).height(Length::Fill))
        .subtitle(ctx.t("maintenance-journal-hint"))
        .back(Message::Back)
}

fn one<'a>(ctx: &Context, services: &Services, job: &PrintJob) -> Element<'a, Message> {
    let look = ctx.look;
    let (tone, key) = match job.state {
        JobState::Intent => (Tone::Info, "job-state-intent"),
        JobState::Sent => (Tone::Info, "job-state-sent"),
        JobState::Printed => (Tone::Ok, "job-state-printed"),
        JobState::Failed => (Tone::Bad, "job-state-failed"),
        JobState::Unknown => (Tone::Warn, "job-state-unknown"),
    };
    let words = column![head(ctx, job), look.hint(when(ctx, services, job))].width(Length::Fill);
    container(row![words, chip(look, tone, ctx.t(key))].spacing(space::M).align_y(Alignment::Center))
        .padding([space::M, space::L])
        .width(Length::Fill)
        .style(look.card())
        .into()
}
