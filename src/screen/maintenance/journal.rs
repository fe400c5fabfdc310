//! The last print jobs: what, which number, how it ended and when. The journal knows no names, so none can stand here.

use bianmin_terminal::ledger::{JobState, PrintJob};
use iced::widget::{column, container, row};
use iced::{Alignment, Element, Length};

use super::dashboard::Message;
use super::jobs::{head, when};
use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, chip, notice};

pub(super) fn view<'a>(
    ctx: &'a Context,
    services: &'a Services,
    jobs: &'a [PrintJob],
    page: usize,
) -> Page<'a, Message> {
    let list = move || {
        if jobs.is_empty() {
            let words = ctx.t("maintenance-journal-none");
            return vec![SheetPart::whole(notice(ctx.look, Tone::Info, Icon::Info, words, None))];
        }
        jobs.iter().map(|job| SheetPart::Whole(one(ctx, services, job))).collect()
    };
    let list = sheets::view(ctx, page, list, Message::Turned);
    Page::new(ctx.t("maintenance-journal-title"), list)
        .subtitle(ctx.t("maintenance-journal-hint"))
        .back(Message::Back)
}

fn one<'a>(ctx: &Context, services: &Services, job: &PrintJob) -> Element<'a, Message> {
    let look = ctx.look;
    let (tone, key) = match job.status.state {
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
