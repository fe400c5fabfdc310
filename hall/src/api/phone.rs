//! The page behind a receipt's QR code, and the one question that it asks. No account, nothing from elsewhere.

use super::Peer;
use super::answer::{Failure, ok, settle};
use super::body;
use crate::hall::Hall;
use crate::limits::bodies::Sender;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse as _, Response};
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::PhoneQuery;
use std::sync::Arc;

const LIMIT: usize = 4096;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn progress(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let result = async {
        let (parts, body) = request.into_parts();
        let whose = Sender::Stranger(Peer::address(&parts).into());
        let bytes = body::read(&hall, &parts.headers, body, LIMIT, whose).await?;
        let query: PhoneQuery = read_body(&bytes)?;
        let receipt = hall.receipt(&query.token).await?.ok_or(Failure::BadRequest)?;
        Ok(ok(&hall.store.answer_for_receipt(&receipt).await?))
    }
    .await;
    settle(&hall, result)
}

pub(super) async fn page(State(hall): State<Arc<Hall>>) -> Response {
    (
        [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-cache"),
        ],
        crate::phone::page(&hall.config.name, &hall.config.time_zone, hall.config.language()),
    )
        .into_response()
}

pub(super) async fn file(State(hall): State<Arc<Hall>>, Path(file): Path<String>) -> Response {
    let (kind, content) = match file.as_str() {
        "r.css" => ("text/css; charset=utf-8", crate::phone::STYLE),
        "r.js" => ("text/javascript; charset=utf-8", crate::phone::SCRIPT.as_str()),
        _ => return Failure::NotFound.answer(&hall),
    };
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], content).into_response()
}
