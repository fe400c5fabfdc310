//! What has become of applications: for terminals, and for the phones of residents.

mod phone;
mod progress;

use crate::fleet;
use crate::hall::Hall;
use axum::Router;
use axum::routing::{get, post};
use bianmin_protocol::v1;
use std::sync::Arc;

pub(crate) fn routes(hall: &Arc<Hall>) -> Router<Arc<Hall>> {
    let of_terminals = Router::new().route(v1::PROGRESS, post(progress::progress));
    let open = Router::new()
        .route(v1::PHONE_PROGRESS, post(phone::progress))
        .route("/r", get(phone::page))
        .route("/r/{file}", get(phone::file));
    fleet::signed(hall, of_terminals).merge(open)
}
