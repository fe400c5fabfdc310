//! Errors as pages: what happened and what to do, in plain words.

use super::frame::{Frame, html};
use crate::db::StoreError;
use crate::http::Error;
use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use bianmin_locale::Words;
use std::time::Duration;

/// Why there is no page, or nothing was done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PageError {
    /// There is nothing at this address.
    NotFound,
    /// The page takes no such request.
    Method,
    /// The viewer may not see or do this; why.
    Forbidden(Words),
    /// Nobody is signed in; where it goes on once somebody is.
    SignIn(Option<String>),
    /// The request was made by a page of another site.
    OtherSite,
    /// What was sent is no form of ours.
    Form,
    /// More was sent than any form has.
    TooLarge,
    /// Somebody else changed it meanwhile; who and what.
    #[allow(dead_code)] // For commands that name the version they saw.
    Conflict(Words),
    /// Come again after so long.
    TooMany(Duration),
    /// It cannot be done now.
    Unavailable,
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a page failed");
        Self::Unavailable
    }
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Method => Self::Method,
            Error::TooLarge => Self::TooLarge,
            Error::TooMany(wait) => Self::TooMany(wait),
            Error::BadRequest | Error::BadField(_) | Error::SlowBody => Self::Form,
            _ => Self::Unavailable,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        // The page is written where language and viewer are known.
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "console/error.html")]
struct ErrorPage<'a> {
    frame: &'a Frame,
    title: String,
    what: String,
    advice: String,
    /// Where to sign in, if that is what to do.
    sign_in: bool,
}

impl PageError {
    /// The error of an answer that says nothing but its status.
    pub(super) fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::Method),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            status if status.is_client_error() => Some(Self::Form),
            status if status.is_server_error() => Some(Self::Unavailable),
            _ => None,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden(_) | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::SignIn(_) => StatusCode::UNAUTHORIZED,
            Self::Form => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::NotFound | Self::Method => "not-found",
            Self::Forbidden(_) => "forbidden",
            Self::SignIn(_) => "signed-out",
            Self::OtherSite => "other-site",
            Self::Form => "form",
            Self::TooLarge => "too-large",
            Self::Conflict(_) => "conflict",
            Self::TooMany(_) => "too-many",
            Self::Unavailable => "unavailable",
        }
    }

    /// The page, in the viewer's language.
    pub(super) fn page(&self, frame: &Frame) -> Response {
        if let Self::SignIn(Some(path)) = self {
            return super::serve::to_sign_in(path);
        }
        let key = self.key();
        let what = match self {
            Self::Forbidden(words) | Self::Conflict(words) => words.say(&frame.texts),
            Self::TooMany(wait) => {
                let words = Words::new("console-error-too-many-what");
                words.with("seconds", wait.as_secs().max(1)).say(&frame.texts)
            }
            _ => frame.t(&format!("console-error-{key}-what")),
        };
        let page = ErrorPage {
            frame,
            title: frame.t(&format!("console-error-{key}")),
            what,
            advice: frame.t(&format!("console-error-{key}-advice")),
            sign_in: matches!(self, Self::SignIn(_)),
        };
        let mut response = html(self.status(), &page);
        if let Self::TooMany(wait) = self {
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
        }
        response
    }
}
