//! What happened to a case, a sentence for each event.

use super::answers::say;
use super::people::People;
use crate::cases::domain::{CaseEvent, Detail, HistoryEntry, Holder, Step};
use bianmin_locale::Texts;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::MaterialCode;

/// Writes events in words.
pub(super) struct Writer<'a> {
    pub texts: Texts,
    pub people: &'a People,
    /// For the names of materials; none where the item cannot be read any more.
    pub item: Option<&'a ServiceItem>,
}

impl Writer<'_> {
    /// What happened, and what was written then.
    pub(super) fn write(&self, entry: &HistoryEntry) -> (String, String) {
        let who = self.people.actor(&entry.actor, self.texts);
        let say = |key: &str| self.texts.t_args(&format!("work-event-{key}"), &[("who", who.clone().into())]);
        let named = |key: &str, name: String| {
            let args = [("who", who.clone().into()), ("name", name.into())];
            self.texts.t_args(&format!("work-event-{key}"), &args)
        };
        let name = entry.event.name();
        match &entry.event {
            CaseEvent::Imported { state, remark, .. } => {
                let state = self.texts.t(&format!("work-state-{}", state.key()));
                (self.texts.t_args("work-event-imported", &[("state", state.into())]), remark.clone())
            }
            CaseEvent::Stepped { step: Step::Accept, detail: Detail::Silence, .. } => {
                (say("accept-silence"), String::new())
            }
            CaseEvent::Stepped {
                remark,
                detail: Detail::Procedure(procedure),
                step: Step::StartProcedure,
                ..
            } => (named("start-procedure", procedure.clone()), remark.clone()),
            CaseEvent::Stepped { remark, detail: Detail::NotFirst(why), .. } => {
                (say(name), format!("{remark} · {why}"))
            }
            CaseEvent::Stepped { remark, .. } | CaseEvent::Remarked { remark } => (say(name), remark.clone()),
            CaseEvent::Extended { days, reason } => {
                let args = [("who", who.into()), ("days", (*days).into())];
                (self.texts.t_args("work-event-extended", &args), reason.clone())
            }
            CaseEvent::HandedOver { to: Holder::Staff(id), .. } if entry.actor == format!("staff:{id}") => {
                (say("taken"), String::new())
            }
            CaseEvent::HandedOver { to: Holder::Staff(id), reason } => {
                (named("handed-over", self.people.name(id).to_owned()), reason.clone())
            }
            CaseEvent::HandedOver { to: Holder::Group, reason } => (say("handed-over-group"), reason.clone()),
            CaseEvent::Held { reason: text } | CaseEvent::Noted { text } => (say(name), text.clone()),
            CaseEvent::MaterialReceived { material } | CaseEvent::MaterialMissed { material } => {
                (named(name, self.material(material)), String::new())
            }
            CaseEvent::Opened { .. } | CaseEvent::Resumed | CaseEvent::SetAside => (say(name), String::new()),
        }
    }

    fn material(&self, code: &str) -> String {
        let code = MaterialCode::parse(code).ok();
        let found = code.and_then(|code| self.item?.material(&code));
        found.map(|material| say(self.texts, material.name())).unwrap_or_default()
    }
}
