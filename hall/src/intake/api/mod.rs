//! Applications and their files come in.

mod applications;
mod attachments;

use crate::fleet;
use crate::hall::Hall;
use axum::Router;
use axum::routing::{get, post, put};
use bianmin_protocol::v1;
use std::sync::Arc;

pub(crate) fn routes(hall: &Arc<Hall>) -> Router<Arc<Hall>> {
    let files = "/v1/attachments/{application}";
    let of_terminals = Router::new()
        .route(v1::APPLICATIONS, post(applications::submit))
        .route(files, get(attachments::state))
        .route(&format!("{files}/{{material}}/{{index}}"), put(attachments::put));
    fleet::signed(hall, of_terminals)
}
