//! Notices to residents, made of what was decided and written. They are printed by the browser.

use super::answers::{self, Opened};
use super::page::{Notice, NoticePage};
use super::view::Seen;
use crate::cases::domain::{CaseEvent, CaseView, HistoryEntry, Step};
use crate::console::Frame;
use crate::hall::Hall;
use bianmin_locale::Texts;
use bianmin_protocol::ids::Millis;

/// The step that a notice is about.
fn step_of(notice: Notice) -> Step {
    match notice {
        Notice::Acceptance => Step::Accept,
        Notice::NonAcceptance => Step::NotAccept,
        Notice::Supplement => Step::AskSupplement,
        Notice::Grant => Step::Grant,
        Notice::Refusal => Step::Refuse,
        Notice::Delivery => Step::Issue,
    }
}

/// The last time that a step was taken, with what was written then.
fn taken(view: &CaseView, wanted: Step) -> Option<(&HistoryEntry, &str)> {
    view.history.iter().rev().find_map(|entry| match &entry.event {
        CaseEvent::Stepped { step, remark, .. } if *step == wanted => Some((entry, remark.as_str())),
        _ => None,
    })
}

/// The notices that there can be of a case.
pub(super) fn available(view: &CaseView) -> Vec<Notice> {
    Notice::ALL.into_iter().filter(|notice| taken(view, step_of(*notice)).is_some()).collect()
}

/// A notice as a page; none where its step was not taken.
pub(super) fn page(hall: &Hall, frame: Frame, seen: &Seen, notice: Notice) -> Option<NoticePage> {
    let (entry, remark) = taken(&seen.view, step_of(notice))?;
    let opened = seen.opened.as_ref()?;
    let texts = frame.texts;
    let mut paragraphs = vec![first(hall, seen, notice, texts)];
    let mut entries = Vec::new();
    match notice {
        Notice::Acceptance => {
            let due = seen.view.clock.due.map(|date| date.to_string());
            paragraphs
                .extend(due.map(|date| texts.t_args("work-notice-acceptance-due", &[("date", date.into())])));
        }
        Notice::Supplement => entries = remark.split('；').map(str::to_owned).collect(),
        Notice::Grant => {
            let result = answers::say(texts, opened.item.result_name());
            paragraphs.push(texts.t_args("work-notice-grant-result", &[("result", result.into())]));
            paragraphs.extend(Some(remark.to_owned()).filter(|remark| !remark.is_empty()));
        }
        Notice::NonAcceptance | Notice::Refusal => {
            paragraphs.push(remark.to_owned());
            paragraphs.push(texts.t("work-notice-remedy"));
        }
        Notice::Delivery => {}
    }
    let number = seen.view.case_number.clone();
    Some(NoticePage {
        back: format!("/console/cases/{}", seen.view.application_id),
        title: texts.t(&format!("work-notice-{}", notice.key())),
        number: texts.t_args("work-notice-number", &[("number", number.into())]),
        addressee: texts.t_args("work-notice-addressee", &[("name", answers::applicant(opened).into())]),
        paragraphs,
        entries,
        facts: facts(hall, seen, opened, notice, texts),
        blanks: blanks(notice, texts),
        authority: opened.item.department.clone(),
        date: day(hall, entry.at),
        frame,
    })
}

fn first(hall: &Hall, seen: &Seen, notice: Notice, texts: Texts) -> String {
    let args = [("date", day(hall, seen.view.received_at).into()), ("item", seen.item_name.as_str().into())];
    texts.t_args(&format!("work-notice-{}-text", notice.key()), &args)
}

fn facts(hall: &Hall, seen: &Seen, opened: &Opened, notice: Notice, texts: Texts) -> Vec<(String, String)> {
    let mut facts = vec![
        ("registration", seen.registration.clone()),
        ("item", seen.item_name.clone()),
        ("received", super::view::minute(hall, seen.view.received_at)),
    ];
    if notice == Notice::Delivery {
        facts.push(("document", answers::say(texts, opened.item.result_name())));
    }
    facts.push(("contact", opened.item.contact.clone()));
    facts.push(("supervision", opened.item.supervision.clone()));
    facts.into_iter().map(|(key, value)| (texts.t(&format!("work-notice-fact-{key}")), value)).collect()
}

fn blanks(notice: Notice, texts: Texts) -> Vec<String> {
    let keys: &[&str] = match notice {
        Notice::Delivery => &["recipient", "date", "deliverer"],
        Notice::Supplement => &["recipient", "date"],
        _ => &[],
    };
    keys.iter().map(|key| texts.t(&format!("work-notice-blank-{key}"))).collect()
}

fn day(hall: &Hall, at: Millis) -> String {
    hall.clock.day(at).to_string()
}
