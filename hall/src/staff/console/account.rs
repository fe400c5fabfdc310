//! One's own account: password, second factor, sessions, language.

use super::sign_in::{go_on, own_path, status_of};
use super::{From, in_words};
use crate::console::{Form, Frame, Page, PageError, set_language, set_session};
use crate::hall::Hall;
use crate::staff::access::{InSession, SignedIn};
use crate::staff::domain::{StaffMember, Stage};
use crate::staff::password::Password;
use crate::staff::store::Session;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use bianmin_locale::Language;
use serde::Deserialize;
use std::sync::Arc;

/// A browser that is signed in.
struct SessionRow {
    begun: String,
    used: String,
    is_this: bool,
}

/// A role in words.
pub(super) struct RoleRow {
    pub role: String,
    pub department: String,
}

#[derive(Template)]
#[template(path = "staff/account.html")]
struct AccountPage {
    frame: Frame,
    member: StaffMember,
    roles: Vec<RoleRow>,
    has_totp: bool,
    needs_totp: bool,
    sessions: Vec<SessionRow>,
    /// What was done.
    done: Option<String>,
    password_error: Option<String>,
    totp_error: Option<String>,
}

/// What was done just now, as the address says it.
#[derive(Debug, Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

pub(super) async fn page(
    State(hall): State<Arc<Hall>>,
    InSession(session, member): InSession,
    Query(Done { done }): Query<Done>,
    frame: Frame,
) -> Result<Page<impl Template>, PageError> {
    let mut page = account(&hall, &session, member, frame).await?;
    page.done = match done.as_deref() {
        Some("password") => Some(page.frame.t("staff-done-password")),
        Some("second-factor") => Some(page.frame.t("staff-done-second-factor")),
        _ => None,
    };
    Ok(Page(page))
}

async fn account(
    hall: &Hall,
    session: &Session,
    member: StaffMember,
    frame: Frame,
) -> Result<AccountPage, PageError> {
    let at = |time| hall.clock.civil(time).strftime("%Y-%m-%d %H:%M").to_string();
    let sessions = hall.store.staff().sessions(member.id).await?;
    let row = |one: &Session| SessionRow {
        begun: at(one.begun_at),
        used: at(one.used_at),
        is_this: one.hash == session.hash,
    };
    Ok(AccountPage {
        roles: roles_in_words(&frame, &member),
        has_totp: hall.staff.has_totp(&member).await?,
        needs_totp: hall.staff.needs_totp(&member),
        sessions: sessions.iter().filter(|one| one.stage == Stage::SignedIn).map(row).collect(),
        member,
        frame,
        done: None,
        password_error: None,
        totp_error: None,
    })
}

pub(super) fn roles_in_words(frame: &Frame, member: &StaffMember) -> Vec<RoleRow> {
    let row = |grant: &crate::staff::Grant| RoleRow {
        role: frame.t(&format!("staff-role-{}", grant.role.key())),
        department: match &grant.department {
            None => frame.t("staff-whole-hall"),
            Some(department) => department.to_string(),
        },
    };
    member.grants.iter().map(row).collect()
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    present: String,
    password: String,
    again: String,
}

pub(super) async fn change_password(
    State(hall): State<Arc<Hall>>,
    InSession(session, member): InSession,
    From(network): From,
    frame: Frame,
    Form(form): Form<NewPassword>,
) -> Result<Response, PageError> {
    let (status, error) = if form.password == form.again {
        let (present, new) = (Password::typed(form.present), Password::typed(form.password));
        match hall.staff.change_password(&session, &member, present, new, network).await {
            Ok(()) => return Ok(Redirect::to("/console/account?done=password").into_response()),
            Err(error) => (status_of(&error), in_words(&frame, error, "staff-password-wrong")?),
        }
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, frame.t("staff-password-differs"))
    };
    let mut page = account(&hall, &session, member, frame).await?;
    page.password_error = Some(error);
    Ok((status, Page(page)).into_response())
}

#[derive(Deserialize)]
pub(super) struct PasswordAgain {
    password: String,
}

pub(super) async fn remove_second_factor(
    State(hall): State<Arc<Hall>>,
    InSession(session, member): InSession,
    From(network): From,
    frame: Frame,
    Form(form): Form<PasswordAgain>,
) -> Result<Response, PageError> {
    match hall.staff.remove_totp(&session, &member, Password::typed(form.password), network).await {
        Ok(begun) => Ok(go_on(&hall, &begun, "/console/account?done=second-factor")),
        Err(error) => {
            let (status, error) = (status_of(&error), in_words(&frame, error, "staff-password-wrong")?);
            let mut page = account(&hall, &session, member, frame).await?;
            page.totp_error = Some(error);
            Ok((status, Page(page)).into_response())
        }
    }
}

pub(super) async fn sign_out_everywhere(
    State(hall): State<Arc<Hall>>,
    SignedIn(member): SignedIn,
) -> Result<impl IntoResponse, PageError> {
    hall.store.staff().end_all_sessions(member.id, &hall.staff.by(member.id)).await?;
    Ok((set_session(&hall.console, None), Redirect::to("/console/sign-in")))
}

#[derive(Deserialize)]
pub(super) struct ChosenLanguage {
    language: String,
    #[serde(default)]
    back: String,
}

pub(super) async fn choose_language(
    State(hall): State<Arc<Hall>>,
    found: Option<InSession>,
    Form(form): Form<ChosenLanguage>,
) -> Result<impl IntoResponse, PageError> {
    let language = Language::from_tag(&form.language).ok_or(PageError::Form)?;
    if let Some(InSession(_, member)) = found {
        hall.store.staff().set_language(member.id, language).await?;
    }
    Ok((set_language(&hall.console, Some(language)), Redirect::to(&own_path(&form.back))))
}
