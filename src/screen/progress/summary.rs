//! What can be said of an application, in words: from what this terminal and the hall know of it.

use bianmin_protocol::case::{CaseState, Progress as Case};
use bianmin_terminal::ledger::OutboxState;
use bianmin_terminal::services::{CaseView, HallSays};
use bianmin_terminal::transfer::Transfer;

use crate::context::Context;
use crate::icon::Icon;
use crate::services::Services;
use crate::theme::Tone;

/// What can be said, from what terminal and hall know.
pub(super) struct Summary {
    key: Key,
    pub(super) tone: Tone,
    pub(super) case: Option<Case>,
    /// The hall cannot be asked now; this is what it said last.
    pub(super) is_old: bool,
}

enum Key {
    Case(CaseState),
    /// On its way, as far as this terminal knows, or the hall if it is another one's.
    OnTheWay(Transfer),
    /// The hall would not take it.
    Refused(String),
    /// The hall knows no such number, nor does this terminal.
    Unknown,
    /// Not from this terminal, and the hall cannot be asked.
    Elsewhere,
}

impl Summary {
    pub(super) fn new(view: &CaseView, services: &Services) -> Self {
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
            (None, Some(record), hall) => match record.state {
                OutboxState::Waiting if view.is_stranded => Key::OnTheWay(Transfer::Stranded),
                // Its own attempt has just shown how the link is.
                OutboxState::Waiting if *hall == HallSays::Unreachable => Key::OnTheWay(Transfer::Waiting),
                OutboxState::Quarantined => {
                    Key::Refused(record.reason.as_ref().map_or("malformed", |reason| reason.key()).to_owned())
                }
                state => Key::OnTheWay(services.terminal().applications().transfer(state)),
            },
            (None, None, HallSays::Refused) => Key::Refused("unsaid".to_owned()),
            (None, None, HallSays::Unreachable) => Key::Elsewhere,
            (None, None, _) if view.is_stranded => Key::OnTheWay(Transfer::Stranded),
            (None, None, _) => Key::Unknown,
        };
        let tone = match &key {
            Key::Case(CaseState::Granted | CaseState::Delivered) | Key::OnTheWay(Transfer::Received) => {
                Tone::Ok
            }
            Key::Case(CaseState::Supplement | CaseState::NotAccepted | CaseState::Refused)
            | Key::Refused(_)
            | Key::Unknown
            | Key::OnTheWay(_)
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

    /// Where it stands, in the words of the phone page too; none where nothing is known of it.
    fn state(&self) -> Option<&'static str> {
        match &self.key {
            Key::Case(state) => Some(state.key()),
            Key::OnTheWay(transfer) => Some(transfer.key()),
            Key::Refused(_) => Some(Transfer::SetAside.key()),
            Key::Unknown | Key::Elsewhere => None,
        }
    }

    pub(super) fn words(&self, ctx: &Context) -> String {
        match self.state() {
            Some(state) => ctx.t(&format!("case-state-{state}")),
            None if matches!(self.key, Key::Elsewhere) => ctx.t("progress-elsewhere"),
            None => ctx.t("progress-unknown"),
        }
    }

    pub(super) fn next(&self, ctx: &Context) -> String {
        let next = self.state().map(|state| ctx.t(&format!("case-next-{state}")));
        match (&self.key, next) {
            (Key::Refused(reason), Some(next)) => {
                let why = ctx.t(&format!("refusal-{reason}"));
                ctx.t_args("progress-next-set-aside", &[("why", why.into()), ("next", next.into())])
            }
            (_, Some(next)) => next,
            (Key::Elsewhere, None) => ctx.t("progress-next-elsewhere"),
            (_, None) => ctx.t("progress-next-unknown"),
        }
    }
}
