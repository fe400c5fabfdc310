//! Answers, good and bad. A bad one says what is wrong in one word and what time it is here.

use crate::hall::Hall;
use crate::store::StoreError;
use crate::store::terminals::KnownTerminal;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bianmin_protocol::ids::TerminalId;
use bianmin_protocol::standing::Revocation;
use bianmin_protocol::text::BodyError;
use bianmin_protocol::v1::{ErrorBody, ErrorCode, MEDIA_TYPE};
use serde::Serialize;
use std::time::Duration;

/// Why a request as a whole has no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
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

impl Failure {
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

    /// The answer.
    pub(crate) fn answer(self, hall: &Hall) -> Response {
        self.answer_to(hall, None)
    }

    /// The answer, naming the terminal that is meant.
    pub(crate) fn answer_to(self, hall: &Hall, terminal: Option<TerminalId>) -> Response {
        let (status, error) = self.status_and_code();
        let wait = if let Self::TooMany(wait) = &self { Some(*wait) } else { None };
        let field = if let Self::BadField(field) = self { Some(field) } else { None };
        let now = hall.clock.now();
        let mut response = json(status, &ErrorBody { error, now, terminal, revocation: None, field });
        if let Some(wait) = wait {
            // Whole seconds, and never before the time.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The answer to a terminal that was revoked, signed: it closes for good by this, and by nobody else's word.
pub(crate) fn revoked(hall: &Hall, known: &KnownTerminal) -> Response {
    let (status, error) = Failure::Revoked.status_and_code();
    let (terminal, now) = (known.id.clone(), hall.clock.now());
    let revocation = Revocation { terminal: terminal.clone(), key: known.key, told_at: now };
    let revocation = Some(revocation.sign(&hall.keys.signing));
    json(status, &ErrorBody { error, now, terminal: Some(terminal), revocation, field: None })
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Unavailable
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Form => Self::BadRequest,
            BodyError::Control { field, .. } => Self::BadField(field),
        }
    }
}

/// A JSON answer with the hall's media type.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
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

/// A JSON answer of success.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// The answer to a handler's result.
pub(crate) fn settle(hall: &Hall, result: Result<Response, Failure>) -> Response {
    result.unwrap_or_else(|failure| failure.answer(hall))
}
