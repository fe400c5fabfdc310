//! While it is handed in, and if it was not accepted: why, what was kept, and what to do.

use bianmin_protocol::form::FieldError;

use super::draft::Draft;
use super::error_words;
use crate::context::Context;
use crate::icon::Icon;
use crate::theme::Tone;
use crate::widget::sheets::{self, SheetPart};
use crate::widget::{Page, busy, notice};

/// Why an application was not accepted.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Something is wrong that no page of the form shows.
    Invalid(Vec<FieldError>),
    /// The terminal takes none any more, or not now: the reason in locale keys.
    Closed(&'static str),
    /// The ledger could not keep it.
    Other,
}

/// What was pressed.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// Once more.
    Again,
    /// Another sheet.
    Turned(usize),
    /// Back to the last look.
    Back,
}

impl Trouble {
    /// Draws the page.
    pub(super) fn view<'a>(&'a self, draft: &'a Draft, page: usize, ctx: &'a Context) -> Page<'a, Message> {
        let body = sheets::view(ctx, page, move || self.parts(draft, ctx), Message::Turned);
        Page::new(ctx.t("apply-trouble-title"), body)
            .back(Message::Back)
            .primary(ctx.t("apply-trouble-again"), Some(Message::Again))
    }

    fn parts<'a>(&self, draft: &Draft, ctx: &Context) -> Vec<SheetPart<'a, Message>> {
        let look = ctx.look;
        let (title, why) = match self {
            Self::Invalid(errors) => {
                let words: Vec<String> = errors.iter().map(|error| error_words(ctx, error)).collect();
                (ctx.t("apply-trouble-invalid"), words.join("\n"))
            }
            Self::Closed(why) => {
                (ctx.t(&format!("apply-closed-why-{why}")), ctx.t(&format!("apply-closed-hint-{why}")))
            }
            Self::Other => (ctx.t("apply-trouble-other"), ctx.t("apply-trouble-other-hint")),
        };
        let where_else = format!("{}\n{}", draft.item.address, draft.item.hours);
        let kept = Some(ctx.t("apply-trouble-kept-hint"));
        vec![
            SheetPart::whole(notice(look, Tone::Warn, Icon::Alert, title, Some(why))),
            SheetPart::whole(notice(look, Tone::Ok, Icon::Check, ctx.t("apply-trouble-kept"), kept)),
            SheetPart::whole(notice(
                look,
                Tone::Info,
                Icon::Counter,
                ctx.t("apply-closed-where"),
                Some(where_else),
            )),
        ]
    }
}

/// While it is handed in.
pub(super) fn sending<'a, M: Clone + 'a>(ctx: &Context) -> Page<'a, M> {
    let wait = busy::view(ctx.look, ctx.t("apply-sending"), Some(ctx.t("apply-sending-hint")), ctx.second);
    Page::new(ctx.t("apply-sending-title"), wait)
}
