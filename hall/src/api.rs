//! The hall's HTTP interface: routes of [`bianmin_protocol::v1`], the phone page, health and figures.
//!
//! Every answer is JSON with the hall's media type, a binary of the catalogue, or the phone page. Knows no SQL.

pub(crate) mod answer;
mod applications;
pub(crate) mod attachments;
mod auth;
mod body;
mod cases;
mod catalogue;
mod enrol;
mod phone;
mod status;

use crate::hall::Hall;
use answer::Failure;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use bianmin_protocol::v1;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Who asks, as far as it is known; the server puts it into each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Who sent a request. One that came through no server came from here.
    pub(crate) fn address(request: &Parts) -> IpAddr {
        request.extensions.get::<Self>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0)
    }
}

/// Everything the hall answers.
pub fn router(hall: Arc<Hall>) -> Router {
    let attachments = "/v1/attachments/{application}";
    let signed = Router::new()
        .route(v1::HEARTBEAT, post(status::heartbeat))
        .route(v1::APPLICATIONS, post(applications::submit))
        .route(v1::UPDATES, get(cases::updates))
        .route(v1::PROGRESS, post(cases::progress))
        .route(&format!("{}/bundle/{{revision}}", v1::CATALOGUE), get(catalogue::bundle))
        .route(&format!("{}/delta/{{from}}/{{to}}", v1::CATALOGUE), get(catalogue::delta))
        .route(attachments, get(attachments::state))
        .route(&format!("{attachments}/{{material}}/{{index}}"), put(attachments::put))
        .route_layer(middleware::from_fn_with_state(hall.clone(), auth::require_terminal));
    let polled = Router::new()
        .route(v1::CATALOGUE, get(catalogue::state))
        .route_layer(middleware::from_fn_with_state(hall.clone(), auth::require_terminal))
        .route_layer(middleware::from_fn_with_state(hall.clone(), catalogue::unchanged));
    let open = Router::new()
        .route(v1::ENROL, post(enrol::enrol))
        .route(v1::PHONE_PROGRESS, post(phone::progress))
        .route(v1::HEALTH, get(status::health))
        .route("/r", get(phone::page))
        .route("/r/{file}", get(phone::file));
    signed
        .merge(polled)
        .merge(open)
        .fallback(|State(hall): State<Arc<Hall>>| async move { Failure::NotFound.answer(&hall) })
        .method_not_allowed_fallback(
            |State(hall): State<Arc<Hall>>| async move { Failure::Method.answer(&hall) },
        )
        .layer(middleware::from_fn_with_state(hall.clone(), around))
        .with_state(hall)
}

/// The figures of this process, for a listener of their own: they are nobody's business who can reach the hall.
pub fn metrics_router(hall: Arc<Hall>) -> Router {
    Router::new().route("/metrics", get(status::metrics)).with_state(hall)
}

/// What holds for every request.
async fn around(State(hall): State<Arc<Hall>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await.into_response();
    crate::metrics::count(&hall.metrics.requests_total);
    let headers = response.headers_mut();
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.entry("cache-control").or_insert(HeaderValue::from_static("no-store"));
    response
}
