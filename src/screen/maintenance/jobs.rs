//! Print jobs of which nobody knows whether they came out: a person looks and says so. Nothing is guessed.

use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::ledger::{JobKind, PrintJob};
use iced::widget::{column, container, row};
use iced::{Alignment, Element, Length};

use super::dashboard::Message;
use crate::context::Context;
use crate::icon::Icon;
use crate::screen::paper;
use crate::services::Services;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, button, chip, notice};

/// The application whose receipt can be printed again; other documents are gone with their resident.
pub(super) fn registration(job: &PrintJob) -> Option<RegistrationNumber> {
    let number = job.registration.as_deref().filter(|_| job.kind == JobKind::Receipt)?;
    RegistrationNumber::parse(number).ok()
}

pub(super) fn view<'a>(
    ctx: &'a Context,
    services: &'a Services,
    jobs: &'a [PrintJob],
    page: usize,
    note: Option<Element<'a, Message>>,
) -> Page<'a, Message> {
    let list = move || {
        if jobs.is_empty() {
            let words = ctx.t("maintenance-jobs-none");
            return vec![SheetPart::whole(notice(ctx.look, Tone::Ok, Icon::Check, words, None))];
        }
        jobs.iter().map(|job| SheetPart::Whole(one(ctx, services, job))).collect()
    };
    let list = sheets::view(ctx, page, list, Message::Turned);
    let body = column![list].push(note).spacing(space::M);
    Page::new(ctx.t("maintenance-jobs-title"), body)
        .subtitle(ctx.t("maintenance-jobs-hint"))
        .back(Message::Back)
}

/// What a job is about: kind, copy, number; never whose it is, which the journal does not know.
pub(super) fn head<'a>(ctx: &Context, job: &PrintJob) -> Element<'a, Message> {
    let look = ctx.look;
    let kind = ctx.t(&format!("job-kind-{}", job.kind.name()));
    let about = job.registration.clone().or_else(|| job.label.clone()).unwrap_or_default();
    let copy =
        (job.copy > 0).then(|| chip(look, Tone::Info, ctx.t_args("job-copy", &[("copy", job.copy.into())])));
    row![look.strong(kind)]
        .push(copy)
        .push(look.body(about).width(Length::Fill))
        .spacing(space::M)
        .align_y(Alignment::Center)
        .into()
}

/// When it came to where it is, and why.
pub(super) fn when(ctx: &Context, services: &Services, job: &PrintJob) -> String {
    let at = services.local(job.changed_at);
    let time = ctx.t_args(
        "apply-moment",
        &[
            ("month", at.month().into()),
            ("day", at.day().into()),
            ("time", format!("{:02}:{:02}", at.hour(), at.minute()).into()),
        ],
    );
    let why = job.status.reason.map(|reason| paper::why(ctx, reason));
    why.map_or_else(|| time.clone(), |why| format!("{time} · {why}"))
}

fn one<'a>(ctx: &Context, services: &Services, job: &PrintJob) -> Element<'a, Message> {
    let look = ctx.look;
    let head = head(ctx, job);
    let when = when(ctx, services, job);
    let answers = row![
        button::secondary(
            look,
            Some(Icon::Check),
            ctx.t("maintenance-came-out"),
            Some(Message::Settled(job.job, true))
        ),
        button::secondary(
            look,
            Some(Icon::Close),
            ctx.t("maintenance-not-out"),
            Some(Message::Settled(job.job, false))
        ),
    ]
    .push(registration(job).map(|_| {
        button::secondary(
            look,
            Some(Icon::Printer),
            ctx.t("maintenance-again"),
            Some(Message::Again(job.job)),
        )
    }))
    .spacing(space::S);
    container(column![column![head, look.hint(when)].spacing(0), answers].spacing(space::M))
        .padding([space::M, space::L])
        .width(Length::Fill)
        .style(look.card())
        .into()
}
