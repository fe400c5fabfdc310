//! One case: its page, its pictures and notices, a look at a masked value, and the steps that are taken with it.

use super::gallery::{self, Look};
use super::history::Writer;
use super::page::{CasePage, Conflict, Message, Notice, NoticePage, Tone};
use super::people::{People, staff_of};
use super::steps::{Action, StepForm, refusal};
use super::view::{self, Beside, Seen};
use super::{answers, notices};
use crate::cases::domain::{Actor, HistoryEntry, Version};
use crate::cases::store::CaseError;
use crate::console::{Form, Frame, Page, PageError};
use crate::hall::Hall;
use crate::staff::{SignedIn, StaffMember};
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use bianmin_locale::{Texts, Words};
use bianmin_protocol::ids::{ApplicationId, FieldCode};
use serde::Deserialize;
use std::sync::Arc;

/// The longest reason for a look, in characters.
const REASON: usize = 200;

/// Who does something, for the rules and the record.
pub(super) fn actor(member: &StaffMember) -> Actor {
    Actor::Staff(member.clone())
}

fn id_of(text: &str) -> Result<ApplicationId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// What an address says of what came before.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Before {
    /// The step that was taken just now.
    done: Option<String>,
}

/// The case on one page.
pub(super) async fn case(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
    Path(id): Path<String>,
    Query(look): Query<Look>,
    Query(before): Query<Before>,
) -> Result<Page<CasePage>, PageError> {
    let seen = view::see(&hall, &member, id_of(&id)?).await?;
    let done = before.done.as_deref().and_then(Action::of);
    let message = done.map(|action| {
        let step = action.title(frame.texts);
        Message { words: frame.texts.t_args("work-done", &[("step", step.into())]), tone: Tone::Good }
    });
    let done = done.map(|action| action.name.to_owned()).unwrap_or_default();
    let beside = Beside { look, message, done, ..Beside::default() };
    view::page(&hall, &member, frame, &seen, beside).await.map(Page)
}

/// A page of a material as a JPEG, or why there is none.
pub(super) async fn picture(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, PageError> {
    let seen = view::see(&hall, &member, id_of(&id)?).await?;
    let opened = seen.opened.as_ref().ok_or(PageError::NotFound)?;
    match gallery::picture(&hall, opened, &look).await? {
        Ok(jpeg) => Ok(([(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], jpeg).into_response()),
        Err(_) => Err(PageError::NotFound),
    }
}

/// A notice to print.
pub(super) async fn notice(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
    Path((id, kind)): Path<(String, String)>,
) -> Result<Page<NoticePage>, PageError> {
    let seen = view::see(&hall, &member, id_of(&id)?).await?;
    let kind = Notice::from_key(&kind).ok_or(PageError::NotFound)?;
    notices::page(&hall, frame, &seen, kind).map(Page).ok_or(PageError::NotFound)
}

/// Which masked value somebody wants to see, and why.
#[derive(Debug, Deserialize)]
pub(super) struct RevealForm {
    field: String,
    reason: String,
}

/// Shows one masked value on this one page, after it was recorded who looked and why.
pub(super) async fn reveal(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<RevealForm>,
) -> Result<Page<CasePage>, PageError> {
    let seen = view::see(&hall, &member, id_of(&id)?).await?;
    let field = FieldCode::parse(&form.field).map_err(|_| PageError::Form)?;
    let opened = seen.opened.as_ref().ok_or(PageError::NotFound)?;
    if !answers::is_masked(opened, &field) {
        return Err(PageError::Form);
    }
    let reason = form.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        let words = Message { words: frame.t("work-error-reason"), tone: Tone::Warn };
        let beside = Beside { message: Some(words), ..Beside::default() };
        return view::page(&hall, &member, frame, &seen, beside).await.map(Page);
    }
    let why = format!("{} · {reason}", answers::label(opened, &field, frame.texts));
    hall.cases.note_look(&actor(&member), seen.view.application_id, &why).await?;
    // Read again, so that the look stands in the history of the page that shows the value.
    let seen = view::see(&hall, &member, seen.view.application_id).await?;
    let message = Message { words: frame.t("work-revealed"), tone: Tone::Plain };
    let beside = Beside { revealed: Some(field), message: Some(message), ..Beside::default() };
    view::page(&hall, &member, frame, &seen, beside).await.map(Page)
}

/// Why a step was not taken.
pub(super) enum Refused {
    /// The rules do not allow it, or something is missing.
    Rule(Words),
    /// Somebody else did something meanwhile.
    Conflict(Vec<HistoryEntry>),
}

impl Refused {
    /// In a sentence.
    pub(super) fn words(&self, texts: Texts) -> String {
        match self {
            Self::Rule(words) => words.say(&texts),
            Self::Conflict(_) => texts.t("work-conflict"),
        }
    }
}

/// Takes a step. The outer error is one of the hall, the inner one is the clerk's to read.
pub(super) async fn execute(
    hall: &Hall,
    member: &StaffMember,
    seen: &Seen,
    action: Action,
    form: &StepForm,
    texts: Texts,
) -> Result<Result<(), Refused>, PageError> {
    let command = match form.command(action, texts) {
        Ok(command) => command,
        Err(key) => return Ok(Err(Refused::Rule(Words::new(key)))),
    };
    let actor = actor(member);
    let id = seen.view.application_id;
    match hall.cases.execute(&actor, id, Some(Version(form.version)), command).await {
        Ok(_) => Ok(Ok(())),
        Err(CaseError::Refused(reason)) => Ok(Err(Refused::Rule(refusal(&reason)))),
        Err(CaseError::Conflict { changes, .. }) => Ok(Err(Refused::Conflict(changes))),
        Err(CaseError::Unknown) => Err(PageError::NotFound),
        Err(CaseError::Store(error)) => Err(error.into()),
    }
}

/// Takes a step with a case: back to its page, or the page again with what went wrong and what was typed.
pub(super) async fn take(
    hall: Arc<Hall>,
    member: StaffMember,
    frame: Frame,
    id: String,
    action: Action,
    form: StepForm,
) -> Result<Response, PageError> {
    let seen = view::see(&hall, &member, id_of(&id)?).await?;
    let refused = match execute(&hall, &member, &seen, action, &form, frame.texts).await? {
        Ok(()) => {
            let id = seen.view.application_id;
            return Ok(Redirect::to(&format!("/console/cases/{id}?done={}", action.name)).into_response());
        }
        Err(refused) => refused,
    };
    let mut beside = Beside { kept: Some((action, &form)), ..Beside::default() };
    let status = match refused {
        Refused::Rule(words) => {
            beside.message = Some(Message { words: words.say(&frame.texts), tone: Tone::Bad });
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refused::Conflict(since) => {
            beside.conflict = Some(conflict(&hall, &seen, &since, &form, frame.texts).await?);
            StatusCode::CONFLICT
        }
    };
    // The case as it is now, not as it was before the step was tried.
    let seen = view::see(&hall, &member, seen.view.application_id).await?;
    let page = view::page(&hall, &member, frame, &seen, beside).await?;
    Ok((status, Page(page)).into_response())
}

/// Who did what when, since this clerk read the page.
async fn conflict(
    hall: &Hall,
    seen: &Seen,
    since: &[HistoryEntry],
    form: &StepForm,
    texts: Texts,
) -> Result<Conflict, PageError> {
    let ids = since.iter().filter_map(|entry| staff_of(&entry.actor)).collect();
    let people = People::read(hall, ids).await?;
    let item = seen.opened.as_ref().map(|opened| opened.item.as_ref());
    let writer = Writer { texts, people: &people, item };
    let sentences = since.iter().map(|entry| {
        let (words, _) = writer.write(entry);
        format!("{} {words}", view::minute(hall, entry.at))
    });
    Ok(Conflict { sentences: sentences.collect(), kept: form.text.clone() })
}
