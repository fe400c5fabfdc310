//! The two questions: which number, and what shows that one may know.

use std::time::Duration;

use bianmin_protocol::registration::RegistrationNumber;
use iced::widget::column;

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::theme::{Tone, space};
use crate::widget::keyboard::{self, Keyboard};
use crate::widget::{Field, Page, notice};

use super::{LIMIT, Message, Progress};

/// What was wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is no number.
    Number,
    /// These are not four characters.
    Short,
    /// They do not fit.
    Wrong,
    /// There were too many that did not fit.
    Wait(Duration),
}

impl Trouble {
    fn words(self, ctx: &Context) -> String {
        match self {
            Self::Number => ctx.t("progress-wrong"),
            Self::Short => ctx.t("progress-four-short"),
            Self::Wrong => ctx.t("progress-four-wrong"),
            Self::Wait(wait) => {
                let minutes = wait.as_secs().div_ceil(60).max(1);
                if minutes < 120 {
                    ctx.t_args("progress-wait-minutes", &[("minutes", minutes.into())])
                } else {
                    ctx.t_args("progress-wait-hours", &[("hours", minutes.div_ceil(60).into())])
                }
            }
        }
    }
}

impl Progress {
    pub(super) fn number_question<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let field = Field {
            placeholder: ctx.t("progress-placeholder"),
            hint: Some(ctx.t("progress-hint")),
            ..Field::new(ctx.t("slip-registration"), grouped(&self.number, self.services.terminal().id()))
        };
        self.question(ctx, field).subtitle(ctx.t("progress-subtitle"))
    }

    pub(super) fn proof_question<'a>(
        &'a self,
        ctx: &'a Context,
        number: &RegistrationNumber,
    ) -> Page<'a, Message> {
        let field = Field {
            placeholder: ctx.t("progress-four-placeholder"),
            hint: Some(ctx.t("progress-four-hint")),
            ..Field::new(ctx.t("progress-four"), self.four.0.clone())
        };
        let number = [("number", number.to_string().into())];
        self.question(ctx, field).subtitle(ctx.t_args("progress-four-subtitle", &number))
    }

    fn question<'a>(&'a self, ctx: &'a Context, field: Field) -> Page<'a, Message> {
        let look = ctx.look;
        let error = self.trouble.map(|trouble| trouble.words(ctx));
        let focused = self.typist.is_some();
        let field = Field { error, focused, ..field }.view(look, Some(Message::Focused));
        // In the low layout the keyboard leaves room for the question alone.
        let is_tight = ctx.layout == Layout::PortraitLow && focused;
        let has_scanner = self.services.terminal().config().scanner.is_present();
        let scan = (has_scanner && !is_tight).then(|| {
            notice(look, Tone::Info, Icon::Qr, ctx.t("progress-scan"), Some(ctx.t("progress-scan-hint")))
        });
        let mut page = Page::new(ctx.t("progress-title"), column![field].push(scan).spacing(space::L))
            .back(Message::Back)
            .primary(ctx.t("progress-look"), Some(Message::Look));
        if let Some(typist) = &self.typist {
            let labels = keyboard::Labels::new(&ctx.texts);
            let keyboard = Keyboard::new(look, labels, typist.board(), ctx.keyboard_height(), Message::Key);
            page = page.keyboard(keyboard);
        }
        page
    }
}

/// A number as it is typed: the terminal's letters, then digits in the groups of the receipt.
fn grouped(number: &str, own: &str) -> String {
    // Other terminals' names may be longer; the groups then come right when the number is complete.
    let named = if number.starts_with(own) { own.len() } else { 4 };
    let (head, rest) =
        number.split_at(if number.len() == LIMIT { LIMIT - 12 } else { named.min(number.len()) });
    let mut text = head.to_owned();
    for (index, character) in rest.chars().enumerate() {
        if matches!(index, 0 | 6 | 10) {
            text.push('-');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_grouped_as_on_the_receipt() {
        assert_eq!(grouped("HP0726112100368", "HP07"), "HP07-261121-0036-8");
        assert_eq!(grouped("HP07", "HP07"), "HP07");
        assert_eq!(grouped("HP072", "HP07"), "HP07-2");
        assert_eq!(grouped("", "HP07"), "");
        assert_eq!(grouped("QX12345261121003685", "HP07"), "QX12345-261121-0036-85");
    }
}
