//! Everything the hall answers: one line for each capability.

use crate::hall::Hall;
use crate::http::{self, Error, Json};
use crate::{cases, catalogue, console, fleet, intake, metrics, queue, staff};
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::get;
use bianmin_protocol::v1::{self, Health};
use std::sync::Arc;

/// Everything the hall answers.
pub fn router(hall: Arc<Hall>) -> Router {
    Router::new()
        .merge(fleet::routes(&hall))
        .merge(catalogue::routes(&hall))
        .merge(intake::routes(&hall))
        .merge(cases::routes(&hall))
        .merge(queue::routes(&hall))
        .merge(console::serve(pages().router(&hall), hall.console.clone()))
        .route(v1::HEALTH, get(health))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::Method)
        .layer(middleware::from_fn_with_state(hall.http.clone(), http::finish))
        .with_state(hall)
}

/// The console's pages: one line for each capability that has some.
fn pages() -> staff::Pages {
    staff::Pages::new().merge(staff::pages()).merge(cases::pages())
}

/// Every route of the console, with who may use it.
pub fn console_routes() -> Vec<staff::ConsoleRoute> {
    pages().routes().cloned().collect()
}

/// The figures of this process, for a listener of their own: they are nobody's business who can reach the hall.
pub fn metrics_router(hall: Arc<Hall>) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(hall)
}

async fn health(State(hall): State<Arc<Hall>>) -> Result<Json<Health>, Error> {
    hall.state().await?;
    Ok(Json(Health {
        status: "ok".to_owned(),
        now: hall.clock.now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

async fn metrics(State(hall): State<Arc<Hall>>) -> Result<impl IntoResponse, Error> {
    let text = hall.metrics.text().map_err(|_| Error::Unavailable)?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text))
}
