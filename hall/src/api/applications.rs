//! Applications come in.

use super::answer::{Failure, json, settle};
use super::auth::Sender;
use crate::hall::Hall;
use crate::metrics::count;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{BATCH_LIMIT, Outcome, Submission, SubmissionOutcome};
use std::sync::Arc;

/// Bodies above this size are parsed on a blocking thread.
const SMALL: usize = 32 * 1024;

pub(super) async fn submit(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    body: Bytes,
) -> Response {
    let result = answer(&hall, sender, body).await;
    settle(&hall, result)
}

async fn answer(hall: &Hall, sender: Sender, body: Bytes) -> Result<Response, Failure> {
    let submission = parse(body).await?;
    let count_of = submission.envelopes.len();
    if !(1..=BATCH_LIMIT).contains(&count_of) {
        return Err(Failure::BadRequest);
    }
    let outcomes = hall.receive(sender.terminal, submission.envelopes).await;
    for outcome in &outcomes {
        count(&hall.metrics.applications_total);
        count(match outcome {
            Outcome::Acknowledged { .. } => &hall.metrics.applications_acknowledged_total,
            Outcome::Refused { .. } => &hall.metrics.applications_refused_total,
            Outcome::Later {} => &hall.metrics.applications_later_total,
        });
    }
    let status = match outcomes.as_slice() {
        [only] => StatusCode::from_u16(only.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        _ => StatusCode::OK,
    };
    Ok(json(status, &SubmissionOutcome { outcomes }))
}

async fn parse(body: Bytes) -> Result<Submission, Failure> {
    if body.len() <= SMALL {
        return Ok(read_body(&body)?);
    }
    let parsed = tokio::task::spawn_blocking(move || read_body(&body)).await;
    Ok(parsed.map_err(|_| Failure::Unavailable)??)
}
