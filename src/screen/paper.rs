//! Something that a resident may have on paper: a button that orders it, and words about what became of it. A part
//! of screens. It says that something was printed only when the journal does.

use bianmin_terminal::device::printer::Status as Printer;
use bianmin_terminal::ledger::JobState;
use bianmin_terminal::services::CanPrint;
use iced::widget::Button;
use iced::{Element, Task, task};

use crate::context::Context;
use crate::icon::Icon;
use crate::services::{Ordered, Services};
use crate::theme::Tone;
use crate::widget::{button, notice};

/// One paper and what became of it.
#[derive(Debug, Default)]
pub struct Paper {
    state: State,
    /// Ends the watching with the screen.
    watching: Option<task::Handle>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum State {
    #[default]
    Unasked,
    Printing,
    /// It stands still because of this and goes on by itself.
    Waiting(String),
    Printed,
    NotPrinted(String),
    Unknown,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// It was asked for.
    Asked,
    /// It was ordered (or not).
    Ordered(Ordered),
    /// How it stands.
    StandingChanged(JobState, Option<String>),
}

impl Paper {
    /// What follows from `message`; `order` orders it.
    pub fn update<F>(
        &mut self,
        message: Message,
        services: &Services,
        order: impl FnOnce(&Services) -> F,
    ) -> Option<Task<Message>>
    where
        F: Future<Output = Ordered> + Send + 'static,
    {
        match message {
            Message::Asked => {
                self.state = State::Printing;
                return Some(Task::perform(order(services), Message::Ordered));
            }
            Message::Ordered(Err(reason)) => self.state = State::NotPrinted(reason.to_owned()),
            Message::Ordered(Ok(job)) => {
                let changed = |(state, reason)| Message::StandingChanged(state, reason);
                let (task, handle) = Task::run(services.follow(job), changed).abortable();
                self.watching = Some(handle.abort_on_drop());
                return Some(task);
            }
            Message::StandingChanged(state, reason) => {
                self.state = match (state, reason) {
                    (JobState::Sent, Some(reason)) => State::Waiting(reason),
                    (JobState::Intent | JobState::Sent, _) => State::Printing,
                    (JobState::Printed, _) => State::Printed,
                    (JobState::Failed, reason) => State::NotPrinted(reason.unwrap_or_default()),
                    (JobState::Unknown, _) => State::Unknown,
                }
            }
        }
        None
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.state != State::Unasked
    }

    /// The button, unless there is no printer at all. `label` names the paper.
    pub fn button<'a>(&self, ctx: &Context, can: CanPrint, label: String) -> Option<Button<'a, Message>> {
        let busy = matches!(self.state, State::Printing | State::Waiting(_));
        let label = match (&self.state, can) {
            (_, CanPrint::Nowhere) => return None,
            (State::Printing | State::Waiting(_), _) => ctx.t("paper-printing"),
            (State::Printed, _) => ctx.t("paper-printed"),
            _ => label,
        };
        let may = !busy && self.state != State::Printed && matches!(can, CanPrint::On(_));
        Some(button::secondary(ctx.look, Some(Icon::Printer), label, may.then_some(Message::Asked)))
    }

    /// What has to be known: why it cannot be printed, is not printed, or has to wait.
    pub fn notice<'a, M: 'a>(&self, ctx: &Context, can: CanPrint) -> Option<Element<'a, M>> {
        let (title, hint) = match (&self.state, can) {
            (State::Waiting(reason), _) => {
                let why = why(ctx, reason);
                (ctx.t_args("paper-waiting", &[("why", why.into())]), "paper-waiting-hint")
            }
            (State::NotPrinted(reason), _) => {
                let why = why(ctx, reason);
                (ctx.t_args("paper-not-printed", &[("why", why.into())]), "paper-instead")
            }
            (State::Unknown, _) => (ctx.t("paper-unknown"), "paper-unknown-hint"),
            (State::Unasked, CanPrint::NotNow(_, status)) => {
                (ctx.t_args("paper-cannot", &[("why", status_words(ctx, status).into())]), "paper-instead")
            }
            _ => return None,
        };
        Some(notice(ctx.look, Tone::Warn, Icon::Printer, title, Some(ctx.t(hint))).into())
    }
}

/// How a printer is, in words.
pub fn status_words(ctx: &Context, status: Printer) -> String {
    ctx.t(&format!("printer-{}", status.key()))
}

/// Why paper did not come, in words.
pub fn why(ctx: &Context, reason: &str) -> String {
    let keys = [format!("printer-{reason}"), format!("job-reason-{reason}")];
    let key = keys.iter().find(|key| ctx.texts.has(key)).map_or("printer-fault", String::as_str);
    ctx.t(key)
}
