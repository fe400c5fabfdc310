//! The page behind a receipt's QR code, and the one question that it asks. No account, nothing from elsewhere.

use crate::cases::phone;
use crate::hall::Hall;
use crate::http::limits::bodies::Sender;
use crate::http::{Error, Json, Peer, body};
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::IntoResponse;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{PhoneQuery, ProgressAnswer};
use std::sync::Arc;

const LIMIT: usize = 4096;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn progress(
    State(hall): State<Arc<Hall>>,
    request: Request,
) -> Result<Json<ProgressAnswer>, Error> {
    let (parts, body) = request.into_parts();
    let whose = Sender::Stranger(Peer::address(&parts).into());
    let bytes = body::read(&hall.http, &parts.headers, body, LIMIT, whose).await?;
    let query: PhoneQuery = read_body(&bytes)?;
    let receipt = hall.cases.receipt(&query.token).await?.ok_or(Error::BadRequest)?;
    Ok(Json(hall.cases.standing_of(&receipt).await?.into()))
}

pub(super) async fn page(State(hall): State<Arc<Hall>>) -> Result<impl IntoResponse, Error> {
    let config = &hall.config;
    let page = phone::page(&config.name, &config.time_zone, config.language()).map_err(|error| {
        tracing::error!(%error, "the phone page cannot be written");
        Error::Unavailable
    })?;
    Ok((
        [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-cache"),
        ],
        page,
    ))
}

pub(super) async fn file(Path(file): Path<String>) -> Result<impl IntoResponse, Error> {
    let (kind, content) = match file.as_str() {
        "r.css" => ("text/css; charset=utf-8", phone::STYLE),
        "r.js" => ("text/javascript; charset=utf-8", phone::SCRIPT.as_str()),
        _ => return Err(Error::NotFound),
    };
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], content))
}
