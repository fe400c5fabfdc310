//! Answers, good and bad. A bad one says what is wrong in one word and what time it is here.
//!
//! A handler returns `Result<impl IntoResponse, Error>`. What an error's answer needs of the hall, its time, is filled in
//! once for all by [`super::finish`].

use crate::clock::Clock;
use crate::db::StoreError;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::standing::SignedRevocation;
use bianmin_protocol::text::BodyError;
use bianmin_protocol::v1::{ErrorBody, ErrorCode, MEDIA_TYPE};
use serde::Serialize;
use std::time::Duration;

/// Why a request as a whole has no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Error {
    BadRequest,
    /// A field of the body holds what no field may.
    BadField(String),
    Unauthorised,
    Stale,
    Replay,
    Revoked,
    BadCode,
    NotFound,
    Method,
    Conflict,
    SlowBody,
    TooLarge,
    /// Come again after so long.
    TooMany(Duration),
    Unavailable,
}

impl Error {
    fn status_and_code(&self) -> (StatusCode, ErrorCode) {
        match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, ErrorCode::BadRequest),
            Self::BadField(_) => (StatusCode::BAD_REQUEST, ErrorCode::BadRequest),
            Self::Unauthorised => (StatusCode::UNAUTHORIZED, ErrorCode::Unauthorised),
            Self::Stale => (StatusCode::UNAUTHORIZED, ErrorCode::StaleSignature),
            Self::Replay => (StatusCode::CONFLICT, ErrorCode::Replay),
            Self::Revoked => (StatusCode::FORBIDDEN, ErrorCode::Revoked),
            Self::BadCode => (StatusCode::FORBIDDEN, ErrorCode::BadCode),
            Self::NotFound => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, ErrorCode::NotFound),
            Self::Conflict => (StatusCode::CONFLICT, ErrorCode::BadRequest),
            Self::SlowBody => (StatusCode::REQUEST_TIMEOUT, ErrorCode::BadRequest),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooMany),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Unavailable
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Form => Self::BadRequest,
            BodyError::Control { field, .. } => Self::BadField(field),
        }
    }
}

/// An error as it is answered.
#[derive(Debug, Clone)]
pub(crate) struct ErrorAnswer {
    pub error: Error,
    /// The terminal that is meant, where it is known.
    pub terminal: Option<TerminalId>,
    /// The hall's signed word, with [`Error::Revoked`]: a terminal closes for good by it, and by nobody else's.
    pub revocation: Option<SignedRevocation>,
}

impl From<Error> for ErrorAnswer {
    fn from(error: Error) -> Self {
        Self { error, terminal: None, revocation: None }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        ErrorAnswer::from(self).into_response()
    }
}

impl IntoResponse for ErrorAnswer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.error.status_and_code().0;
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of an error, if the answer is one.
pub(super) fn fill(response: &mut Response, clock: &Clock) {
    let Some(ErrorAnswer { error, terminal, revocation }) = response.extensions_mut().remove() else {
        return;
    };
    let (status, code) = error.status_and_code();
    let field = if let Error::BadField(field) = &error { Some(field.clone()) } else { None };
    let body = ErrorBody { error: code, now: clock.now(), terminal, revocation, field };
    let (parts, body) = json(status, &body).into_parts();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.extend(parts.headers);
    if let Error::TooMany(wait) = error {
        // Whole seconds, and never before the time.
        headers.insert(RETRY_AFTER, (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).into());
    }
    *response.status_mut() = parts.status;
    *response.body_mut() = body;
}

/// An answer in JSON with the hall's media type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let (status, text) = match serde_json::to_vec(value) {
        Ok(text) => (status, text),
        // All values are plain structures; a number that JSON cannot hold would be the only way here.
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
