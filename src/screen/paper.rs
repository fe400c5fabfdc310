//! Something that a resident may have on paper: a button that orders it, and words about what became of it. A part
//! of screens. It says that something was printed only when the journal does.

use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::device::printer::Status as Printer;
use bianmin_terminal::ledger::{JobId, JobState, LedgerError, PrintReason, PrintStatus};
use bianmin_terminal::services::{CanPrint, Printing, Reprinted, Terminal, Visit};
use iced::widget::Button;
use iced::{Element, Task, task};

use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
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
    Waiting(PrintReason),
    Printed,
    NotPrinted(NotPrinted),
    Unknown,
}

/// Why there is no paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPrinted {
    /// The job failed, because of this as far as is known.
    Failed(Option<PrintReason>),
    /// There were as many as there may be.
    TooMany,
    /// The last one was just now.
    TooSoon,
    /// It could not be ordered.
    NotOrdered,
}

impl NotPrinted {
    /// Why, in words.
    #[must_use]
    pub fn words(self, ctx: &Context) -> String {
        match self {
            Self::Failed(Some(reason)) => why(ctx, reason),
            Self::Failed(None) | Self::NotOrdered => ctx.t("printer-fault"),
            Self::TooMany => ctx.t("job-reason-copies"),
            Self::TooSoon => ctx.t("job-reason-too-soon"),
        }
    }
}

/// What came of an order.
pub type Ordered = Result<JobId, NotPrinted>;

/// What came of an order that nothing but a missing printer or the ledger can refuse.
pub fn ordered(result: Result<Option<JobId>, LedgerError>) -> Ordered {
    logged(result)?.ok_or(NotPrinted::NotOrdered)
}

/// Logs why the ledger refused an order.
fn logged<T>(result: Result<T, LedgerError>) -> Result<T, NotPrinted> {
    result.map_err(|error| {
        tracing::error!(%error, "a document could not be ordered");
        NotPrinted::NotOrdered
    })
}

/// Orders a receipt once more, as often as residents may.
pub fn receipt_again(printing: Printing<'_>, number: &RegistrationNumber, visit: Visit) -> Ordered {
    match logged(printing.reprint_for_resident(number, visit))? {
        Reprinted::Ordered(job) => Ok(job),
        Reprinted::TooMany => Err(NotPrinted::TooMany),
        Reprinted::TooSoon => Err(NotPrinted::TooSoon),
        Reprinted::Nothing => Err(NotPrinted::NotOrdered),
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// It was asked for.
    Asked,
    /// It was ordered (or not).
    Ordered(Ordered),
    /// How it stands.
    StatusChanged(PrintStatus),
}

impl Paper {
    /// What follows from `message`. `order` makes what orders it, in the visit of this moment: whoever comes next must
    /// not find somebody else's paper.
    pub fn update<W>(
        &mut self,
        message: Message,
        services: &Services,
        order: impl FnOnce() -> W,
    ) -> Option<Task<Message>>
    where
        W: FnOnce(Printing<'_>, Visit) -> Ordered + Send + 'static,
    {
        match message {
            Message::Asked => {
                self.state = State::Printing;
                let (order, visit) = (order(), services.terminal().printing().visit());
                return Some(services.off_thread(
                    move |terminal| order(terminal.printing(), visit),
                    |ordered| Message::Ordered(ordered.unwrap_or(Err(NotPrinted::NotOrdered))),
                ));
            }
            Message::Ordered(Err(reason)) => self.state = State::NotPrinted(reason),
            Message::Ordered(Ok(job)) => {
                let look = move |terminal: &Terminal| terminal.ledger().job(job).ok()?.map(|job| job.status);
                let statuses = services.watch(look, |status| status.state.is_final());
                let (task, handle) = Task::run(statuses, Message::StatusChanged).abortable();
                self.watching = Some(handle.abort_on_drop());
                return Some(task);
            }
            Message::StatusChanged(PrintStatus { state, reason }) => {
                self.state = match (state, reason) {
                    (JobState::Sent, Some(reason)) => State::Waiting(reason),
                    (JobState::Intent | JobState::Sent, _) => State::Printing,
                    (JobState::Printed, _) => State::Printed,
                    (JobState::Failed, reason) => State::NotPrinted(NotPrinted::Failed(reason)),
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
                let why = why(ctx, *reason);
                (ctx.t_args("paper-waiting", &[("why", why.into())]), "paper-waiting-hint")
            }
            (State::NotPrinted(reason), _) => {
                let why = reason.words(ctx);
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

/// What the journal says of a job's reason, in words.
pub fn why(ctx: &Context, reason: PrintReason) -> String {
    ctx.t(&reason.key())
}
