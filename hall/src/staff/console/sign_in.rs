//! Signing in and out.

use super::{From, in_words};
use crate::console::{Form, Frame, Page, PageError, set_language, set_session};
use crate::hall::Hall;
use crate::staff::access::{InSession, SignedIn, shown};
use crate::staff::domain::Stage;
use crate::staff::password::Password;
use crate::staff::service::{Begun, SignInError};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Where somebody goes on after signing in.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct SignInPage {
    frame: Frame,
    next: String,
    name: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/first_sign_in.html")]
struct FirstSignInPage {
    frame: Frame,
    name: String,
    error: Option<String>,
}

/// Where the pages begin for who is signed in: at the first that they see.
pub(super) async fn home(SignedIn(_): SignedIn, frame: Frame) -> Redirect {
    Redirect::to(frame.entries().first().map_or("/console/account", |entry| entry.href))
}

pub(super) async fn page(
    Query(Next { next }): Query<Next>,
    found: Option<InSession>,
    frame: Frame,
) -> Response {
    if found.is_some_and(|found| found.0.stage == Stage::SignedIn) {
        return Redirect::to(&own_path(&next)).into_response();
    }
    Page(SignInPage { frame, next, name: String::new(), error: None }).into_response()
}

#[derive(Deserialize)]
pub(super) struct SignIn {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn send(
    State(hall): State<Arc<Hall>>,
    From(network): From,
    headers: HeaderMap,
    frame: Frame,
    Form(form): Form<SignIn>,
) -> Result<Response, PageError> {
    let shown = shown(&hall.console, &headers);
    let password = Password::typed(form.password);
    match hall.staff.sign_in(&form.name, password, network, shown.as_ref()).await {
        Ok(begun) => Ok(go_on(&hall, &begun, &own_path(&form.next))),
        Err(error) => {
            let status = status_of(&error);
            let error = Some(in_words(&frame, error, "staff-sign-in-wrong")?);
            let page = SignInPage { frame, next: form.next, name: form.name, error };
            Ok((status, Page(page)).into_response())
        }
    }
}

pub(super) async fn first_page(frame: Frame) -> Page<impl Template> {
    Page(FirstSignInPage { frame, name: String::new(), error: None })
}

#[derive(Deserialize)]
pub(super) struct FirstSignIn {
    name: String,
    code: String,
    password: String,
    again: String,
}

pub(super) async fn send_first(
    State(hall): State<Arc<Hall>>,
    From(network): From,
    headers: HeaderMap,
    frame: Frame,
    Form(form): Form<FirstSignIn>,
) -> Result<Response, PageError> {
    if form.password != form.again {
        let error = Some(frame.t("staff-password-differs"));
        let page = FirstSignInPage { frame, name: form.name, error };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    let shown = shown(&hall.console, &headers);
    let password = Password::typed(form.password);
    match hall.staff.sign_in_first(&form.name, &form.code, password, network, shown.as_ref()).await {
        Ok(begun) if begun.stage == Stage::SignedIn => Ok(go_on(&hall, &begun, "/console/second-factor/new")),
        Ok(begun) => Ok(go_on(&hall, &begun, "/console")),
        Err(error) => {
            let status = status_of(&error);
            let error = Some(in_words(&frame, error, "staff-first-wrong")?);
            Ok((status, Page(FirstSignInPage { frame, name: form.name, error })).into_response())
        }
    }
}

pub(super) async fn sign_out(
    State(hall): State<Arc<Hall>>,
    found: Option<InSession>,
) -> Result<impl IntoResponse, PageError> {
    if let Some(InSession(session, member)) = found {
        hall.store.staff().end_session(&session, &hall.staff.by(member.id)).await?;
    }
    Ok((set_session(&hall.console, None), Redirect::to("/console/sign-in")))
}

/// Gives the browser its new session, and leads to what is still to come, or where it was to go.
pub(super) fn go_on(hall: &Hall, begun: &Begun, next: &str) -> Response {
    let to = match begun.stage {
        Stage::SecondFactor => "/console/second-factor",
        Stage::Enrol => "/console/second-factor/new",
        Stage::SignedIn => next,
    };
    let session = set_session(&hall.console, Some(begun.id.as_str()));
    match begun.member.language {
        // Nobody reads in the language of who sat here before.
        Some(language) => {
            (session, set_language(&hall.console, Some(language)), Redirect::to(to)).into_response()
        }
        None => (session, Redirect::to(to)).into_response(),
    }
}

pub(super) fn status_of(error: &SignInError) -> StatusCode {
    match error {
        SignInError::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
        SignInError::Wrong => StatusCode::UNAUTHORIZED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// A path of these pages; where they begin for anything else: nobody is led elsewhere by a link.
pub(super) fn own_path(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~%?=&".contains(&byte);
    let is_below = path == "/console" || path.starts_with("/console/") || path.starts_with("/console?");
    let is_own = is_below && path.len() <= 1024 && path.bytes().all(is_plain) && !path.contains("//");
    if is_own { path.to_owned() } else { "/console".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_nowhere_else() {
        for own in ["/console", "/console/staff?after=li", "/console/cases/1/accept"] {
            assert_eq!(own_path(own), own);
        }
        for other in [
            "",
            "//evil.example",
            "https://evil.example",
            "/consoles",
            "/console//evil.example",
            "/console/\\evil",
            "/console\r\nset-cookie: a=b",
            "/r",
            &format!("/console/{}", "a".repeat(2000)),
        ] {
            assert_eq!(own_path(other), "/console", "{other}");
        }
    }
}
