//! The board's page and its stream of events. Open to whoever reaches the hall: it shows what hangs in the hall anyway.

use crate::hall::Hall;
use crate::http::Error;
use crate::queue::board::{self, EventId};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderName};
use axum::response::IntoResponse;
use bianmin_locale::Language;
use std::sync::Arc;
use std::time::Duration;

/// What pages of the queue may do: nothing but ask the hall that they came from.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// After so long a board may try again that found too many others.
const AGAIN: Duration = Duration::from_secs(10);

#[derive(Debug, serde::Deserialize)]
pub(super) struct Wanted {
    language: Option<String>,
    /// The last event that the board saw, where its browser does not say so itself.
    after: Option<String>,
}

/// The language that is asked for, or the hall's.
pub(super) fn language(hall: &Hall, wanted: Option<&str>) -> Language {
    wanted.and_then(Language::from_tag).unwrap_or_else(|| hall.config.language())
}

/// The heads of a page.
pub(super) const fn page_headers() -> [(HeaderName, &'static str); 4] {
    [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ]
}

pub(super) async fn page(
    State(hall): State<Arc<Hall>>,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, Error> {
    let config = &hall.config;
    let page = board::page(&config.name, &config.time_zone, language(&hall, wanted.language.as_deref()));
    Ok((page_headers(), page.map_err(|_| Error::Unavailable)?))
}

pub(super) async fn file(Path(file): Path<String>) -> Result<impl IntoResponse, Error> {
    let (kind, content) = match file.as_str() {
        "board.css" => ("text/css; charset=utf-8", board::STYLE),
        "board.js" => ("text/javascript; charset=utf-8", board::SCRIPT),
        _ => return Err(Error::NotFound),
    };
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], content))
}

pub(super) async fn events(
    State(hall): State<Arc<Hall>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Error> {
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let seen = header.or(wanted.after.as_deref()).and_then(EventId::parse);
    let language = language(&hall, wanted.language.as_deref());
    let events = hall.queue.boards().listen(language, seen).ok_or(Error::TooMany(AGAIN))?;
    // A proxy must pass each event on at once.
    let headers = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, events))
}
