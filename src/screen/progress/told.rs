//! What can be said of an application, in words: from what this terminal and the hall know of it.

use bianmin_protocol::case::{CaseState, Progress as Case};
use bianmin_terminal::ledger::OutboxState;
use bianmin_terminal::services::{CaseView, HallSays};

use crate::context::Context;
use crate::icon::Icon;
use crate::theme::Tone;

/// What can be said, from what terminal and hall know.
pub(super) struct Told {
    key: Key,
    pub(super) tone: Tone,
    pub(super) case: Option<Case>,
    /// The hall cannot be asked now; this is what it said last.
    pub(super) is_old: bool,
}

enum Key {
    Case(CaseState),
    /// Here, waiting to be sent.
    Waiting,
    /// The same, and this terminal sends nothing any more.
    Stranded,
    /// The hall has it, and has said nothing since.
    Received,
    /// The hall would not take it.
    Refused(String),
    /// The hall knows no such number, nor does this terminal.
    Unknown,
    /// Not from this terminal, and the hall cannot be asked.
    Elsewhere,
}

impl Told {
    pub(super) fn new(view: &CaseView) -> Self {
        let record = view.local.as_ref();
        let pulled = record.and_then(|record| record.progress.clone());
        let (case, is_old) = match &view.hall {
            HallSays::Progress(case) => (Some(case.clone()), false),
            HallSays::NotYet => (pulled, false),
            // What was heard of this number is then about another application.
            HallSays::Refused => (None, false),
            HallSays::Unreachable => {
                let is_old = pulled.is_some();
                (pulled, is_old)
            }
        };
        let key = match (&case, record, &view.hall) {
            (Some(case), _, _) => Key::Case(case.state),
            (None, Some(record), HallSays::Refused) => {
                Key::Refused(record.reason.as_ref().map_or("unsaid", |reason| reason.key()).to_owned())
            }
            (None, Some(record), _) => match record.state {
                OutboxState::Waiting if view.is_stranded => Key::Stranded,
                OutboxState::Waiting => Key::Waiting,
                OutboxState::Acknowledged => Key::Received,
                OutboxState::Quarantined => {
                    Key::Refused(record.reason.as_ref().map_or("malformed", |reason| reason.key()).to_owned())
                }
            },
            (None, None, HallSays::Refused) => Key::Refused("unsaid".to_owned()),
            (None, None, HallSays::Unreachable) => Key::Elsewhere,
            (None, None, _) if view.is_stranded => Key::Stranded,
            (None, None, _) => Key::Unknown,
        };
        let tone = match &key {
            Key::Case(CaseState::Granted | CaseState::Delivered) | Key::Received => Tone::Ok,
            Key::Case(CaseState::Supplement | CaseState::NotAccepted | CaseState::Refused)
            | Key::Refused(_)
            | Key::Unknown
            | Key::Waiting
            | Key::Stranded
            | Key::Elsewhere => Tone::Warn,
            Key::Case(_) => Tone::Info,
        };
        Self { key, tone, case, is_old }
    }

    pub(super) fn icon(&self) -> Icon {
        match self.tone {
            Tone::Ok => Icon::Check,
            Tone::Warn | Tone::Bad => Icon::Alert,
            Tone::Info => Icon::Progress,
        }
    }

    pub(super) fn words(&self, ctx: &Context) -> String {
        match &self.key {
            Key::Case(state) => ctx.t(&format!("case-state-{}", state.key())),
            Key::Waiting => ctx.t("progress-waiting"),
            Key::Stranded => ctx.t("progress-stranded"),
            Key::Received => ctx.t("case-state-received"),
            Key::Refused(_) => ctx.t("progress-refused"),
            Key::Unknown => ctx.t("progress-unknown"),
            Key::Elsewhere => ctx.t("progress-elsewhere"),
        }
    }

    pub(super) fn next(&self, ctx: &Context) -> String {
        match &self.key {
            Key::Case(CaseState::Supplement) => ctx.t("progress-next-supplement"),
            Key::Case(CaseState::Granted | CaseState::Delivered) => ctx.t("progress-next-collect"),
            Key::Case(CaseState::Refused | CaseState::NotAccepted) => ctx.t("progress-next-refused"),
            Key::Case(_) | Key::Received => ctx.t("progress-next-wait"),
            Key::Waiting => ctx.t("progress-next-waiting"),
            Key::Stranded => ctx.t("progress-next-stranded"),
            Key::Refused(reason) => {
                let why = ctx.t(&format!("refusal-{reason}"));
                ctx.t_args("progress-next-set-aside", &[("why", why.into())])
            }
            Key::Unknown => ctx.t("progress-next-unknown"),
            Key::Elsewhere => ctx.t("progress-next-elsewhere"),
        }
    }
}
