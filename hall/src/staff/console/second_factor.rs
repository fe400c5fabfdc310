//! The second factor: entering its code, and setting one up with the code for a camera.

use super::qr::{self, Qr};
use super::sign_in::{go_on, status_of};
use super::{From, in_words};
use crate::console::{Form, Frame, Page, PageError};
use crate::hall::Hall;
use crate::staff::access::InSession;
use crate::staff::domain::{StaffMember, Stage};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff/second_factor.html")]
struct CodePage {
    frame: Frame,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/second_factor_new.html")]
struct NewPage {
    frame: Frame,
    qr: Qr,
    secret: String,
    login_name: String,
    /// Whether somebody may go on without one.
    is_optional: bool,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Code {
    code: String,
}

pub(super) async fn page(InSession(session, _): InSession, frame: Frame) -> Response {
    match session.stage {
        Stage::SecondFactor => Page(CodePage { frame, error: None }).into_response(),
        _ => Redirect::to("/console").into_response(),
    }
}

pub(super) async fn send(
    State(hall): State<Arc<Hall>>,
    InSession(session, member): InSession,
    From(network): From,
    frame: Frame,
    Form(Code { code }): Form<Code>,
) -> Result<Response, PageError> {
    if session.stage != Stage::SecondFactor {
        return Ok(Redirect::to("/console").into_response());
    }
    match hall.staff.enter_code(&session, &member, &code, network).await {
        Ok(begun) => Ok(go_on(&hall, &begun, "/console")),
        Err(error) => {
            let status = status_of(&error);
            let error = Some(in_words(&frame, error, "staff-code-wrong")?);
            Ok((status, Page(CodePage { frame, error })).into_response())
        }
    }
}

pub(super) async fn new_page(
    State(hall): State<Arc<Hall>>,
    InSession(session, member): InSession,
    frame: Frame,
) -> Result<Response, PageError> {
    if !may_set_up(&hall, session.stage, &member).await? {
        return Ok(Redirect::to("/console/account").into_response());
    }
    Ok(Page(offer(&hall, session.stage, &member, frame, None).await?).into_response())
}

pub(super) async fn confirm(
    State(hall): State<Arc<Hall>>,
    InSession(session, member): InSession,
    frame: Frame,
    Form(Code { code }): Form<Code>,
) -> Result<Response, PageError> {
    if !may_set_up(&hall, session.stage, &member).await? {
        return Ok(Redirect::to("/console/account").into_response());
    }
    match hall.staff.confirm_totp(&session, &member, &code).await {
        Ok(begun) if session.stage == Stage::SignedIn => Ok(go_on(&hall, &begun, "/console/account")),
        Ok(begun) => Ok(go_on(&hall, &begun, "/console")),
        Err(error) => {
            let error = Some(in_words(&frame, error, "staff-code-wrong")?);
            let page = offer(&hall, session.stage, &member, frame, error).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
    }
}

/// Who has a second factor does not get another by the first alone.
async fn may_set_up(hall: &Hall, stage: Stage, member: &StaffMember) -> Result<bool, PageError> {
    Ok(stage != Stage::SecondFactor && !hall.staff.has_totp(member).await?)
}

async fn offer(
    hall: &Hall,
    stage: Stage,
    member: &StaffMember,
    frame: Frame,
    error: Option<String>,
) -> Result<NewPage, PageError> {
    let secret = match hall.staff.offer_totp(member).await {
        Ok(secret) => secret,
        Err(error) => {
            in_words(&frame, error, "staff-code-wrong")?;
            return Err(PageError::Unavailable);
        }
    };
    let uri = secret.uri(frame.hall(), member.login_name.as_str());
    Ok(NewPage {
        qr: qr::draw(&uri).ok_or(PageError::Unavailable)?,
        secret: secret.text(),
        login_name: member.login_name.to_string(),
        is_optional: stage == Stage::SignedIn,
        frame,
        error,
    })
}
