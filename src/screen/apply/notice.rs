//! Before anything is asked: what is needed and what happens to what is entered. Where nothing can be
//! accepted now, what still works and where else to go.

use bianmin_terminal::ledger::Intake;
use iced::widget::{column, container, row};
use iced::{Alignment, Element, Length};

use super::draft::Draft;
use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::theme::{Tone, space};
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, notice};

use super::super::item;

/// What was pressed.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// I have read it and agree.
    Agreed,
    /// Another sheet.
    Turned(usize),
    /// Back.
    Back,
}

/// The notice, and which sheet of it is shown.
#[derive(Debug, Default)]
pub(super) struct Notice {
    page: usize,
}

impl Notice {
    pub(super) const fn turn(&mut self, page: usize) {
        self.page = page;
    }

    /// Draws the page.
    pub(super) fn view<'a>(&self, draft: &'a Draft, intake: Intake, ctx: &'a Context) -> Page<'a, Message> {
        let name = ctx.text(draft.item.name()).to_owned();
        if let Some(why) = intake.closed() {
            let body = sheets::view(ctx, self.page, move || closed(draft, why, ctx), Message::Turned);
            // A full disk and a moved folder end; a revoked terminal does not open again.
            let title = if why == "revoked" { "apply-closed-title-revoked" } else { "apply-closed-title" };
            return Page::new(ctx.t(title), body).subtitle(name).back(Message::Back);
        }
        let make = move || vec![SheetPart::card(None, rows(draft, ctx), space::XL)];
        Page::new(ctx.t("apply-notice-title"), sheets::view(ctx, self.page, make, Message::Turned))
            .subtitle(name)
            .back(Message::Back)
            .primary(ctx.t("apply-notice-agree"), Some(Message::Agreed))
    }
}

/// What has to be known before; on a panel that hangs on its side two stand beside each other.
fn rows<'a>(draft: &Draft, ctx: &Context) -> Vec<Element<'a, Message>> {
    let names: Vec<&str> = draft.item.materials.iter().map(|material| ctx.text(material.name())).collect();
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
    if !ctx.is_landscape() {
        return lines.collect();
    }
    let mut rows = Vec::new();
    while let Some(first) = lines.next() {
        rows.push(row![first].push(lines.next()).spacing(space::XL).into());
    }
    rows
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

fn closed<'a>(draft: &Draft, why: &str, ctx: &Context) -> Vec<SheetPart<'a, Message>> {
    let look = ctx.look;
    let where_else = format!("{}\n{}", draft.item.address, draft.item.hours);
    let title = ctx.t(&format!("apply-closed-why-{why}"));
    let hint = ctx.t(&format!("apply-closed-hint-{why}"));
    let works = ctx.t(&format!("apply-closed-works-hint-{why}"));
    vec![
        SheetPart::whole(notice(look, Tone::Warn, Icon::Alert, title, Some(hint))),
        SheetPart::whole(notice(look, Tone::Ok, Icon::Check, ctx.t("apply-closed-works"), Some(works))),
        SheetPart::whole(notice(
            look,
            Tone::Info,
            Icon::Counter,
            ctx.t("apply-closed-where"),
            Some(where_else),
        )),
    ]
}
