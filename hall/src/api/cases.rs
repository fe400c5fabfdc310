//! What has become of applications, for terminals.

use super::answer::{Failure, ok, settle};
use super::auth::Sender;
use crate::hall::Hall;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{ProgressQuery, Updates};
use std::sync::Arc;

/// Changes in one answer: some 400 bytes each, so well below the answer limit.
const UPDATES: u64 = 500;

#[derive(Debug, serde::Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

pub(super) async fn updates(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    query: Result<Query<After>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let result = async {
        let Query(query) = query.map_err(|_| Failure::BadRequest)?;
        let (updates, more) = hall.store.updates(&sender.terminal.id, query.after, UPDATES).await?;
        Ok(ok(&Updates { updates, more }))
    }
    .await;
    settle(&hall, result)
}

pub(super) async fn progress(
    State(hall): State<Arc<Hall>>,
    Extension(_): Extension<Sender>,
    body: Bytes,
) -> Response {
    let result = async {
        let query: ProgressQuery = read_body(&body)?;
        Ok(ok(&hall.store.answer_for_number(&query.registration).await?))
    }
    .await;
    settle(&hall, result)
}
