//! HTTP as every capability needs it: connections and places for them, limits on what a request may cost, bodies, and
//! answers, good and bad. Knows no SQL and no capability.

pub(crate) mod body;
mod error;
mod forwarded;
pub(crate) mod limits;
mod peer;
pub(crate) mod places;
pub mod server;

use crate::clock::Clock;
use crate::metrics::Metrics;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use error::{Error, ErrorAnswer, Json};
pub use forwarded::Proxies;
pub use peer::Peer;

/// What requests share, whoever asks.
#[derive(Debug)]
pub(crate) struct Context {
    pub clock: Clock,
    pub metrics: Arc<Metrics>,
    pub bodies: limits::bodies::Bodies,
    pub nonces: limits::nonces::Nonces,
    /// How long a sender may pause in mid-request.
    pub timeout: Duration,
}

impl Context {
    pub(crate) fn new(clock: Clock, metrics: Arc<Metrics>, timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            nonces: limits::nonces::Nonces::new(clock.seconds()),
            bodies: limits::bodies::Bodies::new(),
            clock,
            metrics,
            timeout,
        })
    }
}

/// What holds for every answer.
pub(crate) async fn finish(State(context): State<Arc<Context>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    error::fill(&mut response, &context.clock);
    context.metrics.requests_total.inc();
    let headers = response.headers_mut();
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.entry("cache-control").or_insert(HeaderValue::from_static("no-store"));
    response
}
