//! Applications come in.

use crate::fleet::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use crate::intake::domain::Disposition;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{ApplicationOutcome, BATCH_LIMIT, Submission, SubmissionOutcome};
use std::sync::Arc;

/// Bodies above this size are parsed on a blocking thread.
const SMALL: usize = 32 * 1024;

pub(super) async fn submit(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<(StatusCode, Json<SubmissionOutcome>), Error> {
    let submission = parse(body).await?;
    if !(1..=BATCH_LIMIT).contains(&submission.envelopes.len()) {
        return Err(Error::BadRequest);
    }
    let dispositions = hall.intake.receive(sender.terminal, submission.envelopes).await;
    for disposition in &dispositions {
        hall.metrics.applications_total.inc();
        let counter = match disposition {
            Disposition::Case(_) => &hall.metrics.applications_acknowledged_total,
            Disposition::Refused(_) => &hall.metrics.applications_refused_total,
            Disposition::Later => &hall.metrics.applications_later_total,
        };
        counter.inc();
    }
    let outcomes: Vec<ApplicationOutcome> = dispositions.into_iter().map(ApplicationOutcome::from).collect();
    let status = match outcomes.as_slice() {
        [only] => StatusCode::from_u16(only.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        _ => StatusCode::OK,
    };
    Ok((status, Json(SubmissionOutcome { outcomes })))
}

impl From<Disposition> for ApplicationOutcome {
    fn from(disposition: Disposition) -> Self {
        match disposition {
            Disposition::Case(acknowledgement) => Self::Acknowledged { acknowledgement },
            Disposition::Refused(reason) => Self::Refused { reason },
            Disposition::Later => Self::Later {},
        }
    }
}

async fn parse(body: Bytes) -> Result<Submission, Error> {
    if body.len() <= SMALL {
        return Ok(read_body(&body)?);
    }
    let parsed = tokio::task::spawn_blocking(move || read_body(&body)).await;
    Ok(parsed.map_err(|_| Error::Unavailable)??)
}
