//! Before anything is asked: what is needed and what happens to what is entered. Where nothing can be
//! accepted now, what still works and where else to go.

use bianmin_terminal::ledger::Intake;
use iced::widget::{Column, column, container, row};
use iced::{Alignment, Element, Length};

use super::draft::Draft;
use crate::context::{Context, Layout, named};
use crate::icon::Icon;
use crate::theme::{Tone, space};
use crate::widget::{Page, notice};

use super::super::item;

/// What was pressed.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// I have read it and agree.
    Agreed,
    /// Back.
    Back,
}

/// Draws the page.
pub(super) fn view<'a>(draft: &'a Draft, intake: Intake, ctx: &'a Context) -> Page<'a, Message> {
    let name = named(ctx, &draft.item.name, &draft.item.name_en).to_owned();
    if let Some(why) = intake.closed() {
        return closed(draft, name, why, ctx);
    }
    let look = ctx.look;
    let names: Vec<&str> =
        draft.item.materials.iter().map(|material| named(ctx, &material.name, &material.name_en)).collect();
    let names = names.join(&ctx.t("apply-list-separator"));
    let limit = item::limit(ctx, &draft.item);
    let lines = [
        (
            Icon::Folder,
            ctx.t("apply-notice-bring"),
            ctx.t_args("apply-notice-bring-hint", &[("materials", names.into())]),
        ),
        (
            Icon::Shield,
            ctx.t("apply-notice-use"),
            ctx.t_args("apply-notice-use-hint", &[("department", (&draft.item.department).into())]),
        ),
        (
            Icon::Clock,
            ctx.t("apply-notice-clock"),
            ctx.t_args("apply-notice-clock-hint", &[("limit", limit.into())]),
        ),
        (
            Icon::Counter,
            ctx.t("apply-notice-choice"),
            ctx.t_args("apply-notice-choice-hint", &[("address", (&draft.item.address).into())]),
        ),
    ];
    let mut lines = lines.into_iter().map(|(icon, title, hint)| line(ctx, icon, title, hint));
    let rows: Element<'a, Message> = if ctx.is_landscape() {
        let mut half = || Column::with_children(lines.by_ref().take(2)).spacing(space::XL);
        row![half(), half()].spacing(space::XL).into()
    } else {
        Column::with_children(lines).spacing(space::XL).into()
    };
    let card = container(rows).padding(space::XL).width(Length::Fill).style(look.card());
    Page::new(ctx.t("apply-notice-title"), column![card])
        .subtitle(name)
        .back(Message::Back)
        .primary(ctx.t("apply-notice-agree"), Some(Message::Agreed))
}

fn line<'a>(ctx: &Context, icon: Icon, title: String, hint: String) -> Element<'a, Message> {
    let look = ctx.look;
    let side = look.size.section * 2.0;
    // As large as there is room for.
    let roomy = ctx.layout == Layout::Portrait && !look.is_large();
    let hint = if roomy { look.body(hint).color(look.palette.ink_2) } else { look.hint(hint) };
    let title = if roomy { look.section(title) } else { look.strong(title) };
    row![
        container(icon.view(side * 0.55, look.palette.primary))
            .center_x(side)
            .center_y(side)
            .style(look.tinted(Tone::Info)),
        column![title, hint].spacing(4).width(Length::Fill),
    ]
    .spacing(space::L)
    .align_y(Alignment::Center)
    .into()
}

fn closed<'a>(draft: &'a Draft, name: String, why: &str, ctx: &Context) -> Page<'a, Message> {
    let look = ctx.look;
    let where_else = format!("{}\n{}", draft.item.address, draft.item.hours);
    let title = ctx.t(&format!("apply-closed-why-{why}"));
    let hint = ctx.t(&format!("apply-closed-hint-{why}"));
    let works = ctx.t(&format!("apply-closed-works-hint-{why}"));
    let body = column![
        notice(look, Tone::Warn, Icon::Alert, title, Some(hint)),
        notice(look, Tone::Ok, Icon::Check, ctx.t("apply-closed-works"), Some(works)),
        notice(look, Tone::Info, Icon::Counter, ctx.t("apply-closed-where"), Some(where_else)),
    ]
    .spacing(space::M);
    // A full disk and a moved folder end; a revoked terminal does not open again.
    let title = if why == "revoked" { "apply-closed-title-revoked" } else { "apply-closed-title" };
    Page::new(ctx.t(title), body).subtitle(name).back(Message::Back)
}
