//! What stands over a page until it is answered: the warning before a session ends, the question before something is
//! lost, the choices for the eyes.

use std::time::Instant;

use iced::Element;
use iced::widget::column;

use super::{App, Message};
use crate::icon::Icon;
use crate::screen::{Screen, display};
use crate::theme::space;
use crate::widget::{button, dialog};

impl App {
    /// `page` under the dialog of this moment, if there is one.
    pub(super) fn under_dialog<'a>(&'a self, page: Element<'a, Message>) -> Element<'a, Message> {
        let look = self.ctx.look;
        let place = dialog::place(&self.ctx);
        if let Some(seconds) = self.warning {
            dialog::view(look, page, self.warning_view(seconds), 880.0, place)
        } else if self.leaving.is_some() {
            dialog::view(look, page, self.leaving_view(), 880.0, place)
        } else if self.display_open {
            let choices = display::view(&self.ctx).map(Message::Display);
            dialog::view(look, page, choices, 1000.0, dialog::DialogPlace::Bottom)
        } else {
            page
        }
    }

    fn warning_view(&self, seconds: u64) -> Element<'_, Message> {
        let ctx = &self.ctx;
        let words = ctx.t_args("warning-text", &[("seconds", seconds.into())]);
        let leave = Some(Message::Left(Instant::now()));
        column![
            ctx.look.title(ctx.t("warning-title")),
            ctx.look.body(words),
            button::primary(ctx.look, ctx.t("warning-continue"), Some(Message::Continued(Instant::now())))
                .height(ctx.look.control_height() * 1.4),
            button::secondary(ctx.look, Some(Icon::Exit), ctx.t("warning-leave"), leave),
        ]
        .spacing(space::L)
        .into()
    }

    fn leaving_view(&self) -> Element<'_, Message> {
        let ctx = &self.ctx;
        let [title, text, stay, go] = match self.screen {
            Screen::Receipt(_) => [
                "receipt-leaving-title",
                "receipt-leaving-text",
                "receipt-leaving-stay",
                "receipt-leaving-go",
            ],
            _ => ["leaving-title", "leaving-text", "leaving-stay", "leaving-go"],
        };
        column![
            ctx.look.title(ctx.t(title)),
            ctx.look.body(ctx.t(text)),
            button::primary(ctx.look, ctx.t(stay), Some(Message::LeaveCancelled))
                .height(ctx.look.control_height() * 1.4),
            button::secondary(ctx.look, Some(Icon::Exit), ctx.t(go), Some(Message::LeaveConfirmed)),
        ]
        .spacing(space::L)
        .into()
    }
}
