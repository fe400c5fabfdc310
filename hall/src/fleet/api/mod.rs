//! What terminals ask about themselves: to be enrolled, to be heard, and to be told what has changed; and whether a request
//! is one's.

mod auth;
mod changes;
mod enrol;
mod heartbeat;

use crate::hall::Hall;
use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use bianmin_protocol::v1;
use std::sync::Arc;

pub(crate) use auth::{Sender, epoch_header};

pub(crate) fn routes(hall: &Arc<Hall>) -> Router<Arc<Hall>> {
    let of_terminals = Router::new()
        .route(v1::HEARTBEAT, post(heartbeat::heartbeat))
        .route(v1::UPDATES, get(changes::changes));
    let open = Router::new().route(v1::ENROL, post(enrol::enrol));
    signed(hall, of_terminals).merge(open)
}

/// Routes that only enrolled terminals reach, with requests that they have signed. Their handlers take a [`Sender`].
pub(crate) fn signed(hall: &Arc<Hall>, routes: Router<Arc<Hall>>) -> Router<Arc<Hall>> {
    routes.route_layer(middleware::from_fn_with_state(hall.clone(), auth::require_terminal))
}
