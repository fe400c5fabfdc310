//! Forms that pages send.

use super::{Console, PageError};
use crate::http::limits::bodies::Sender;
use crate::http::{Peer, body};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The largest form, in bytes.
const LIMIT: usize = 64 * 1024;

/// A form, read within the limits that hold for every request, with no control characters but ends of lines.
#[derive(Debug)]
pub(crate) struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let console = parts.extensions.get::<Arc<Console>>().cloned().ok_or(PageError::Unavailable)?;
        let whose = Sender::Stranger(Peer::address(&parts).into());
        let bytes = body::read(&console.http, &parts.headers, body, LIMIT, whose).await?;
        let read = async || Request::from_parts(parts.clone(), Body::from(bytes.clone()));
        let fields = axum::Form::<Vec<(String, String)>>::from_request(read().await, state).await;
        let axum::Form(fields) = fields.map_err(|_| PageError::Form)?;
        let is_allowed = |character: char| !character.is_control() || matches!(character, '\r' | '\n' | '\t');
        if !fields.iter().all(|(name, value)| name.chars().chain(value.chars()).all(is_allowed)) {
            return Err(PageError::Form);
        }
        let form = axum::Form::<T>::from_request(read().await, state).await;
        form.map(|axum::Form(form)| Self(form)).map_err(|_| PageError::Form)
    }
}
