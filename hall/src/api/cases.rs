//! What has become of applications, for terminals.

use super::answer::{Failure, ok, settle};
use super::auth::Sender;
use crate::hall::Hall;
use crate::lookup::LookupError;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use bianmin_protocol::lookup::{CaseAnswer, UpdatePage};
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{CHALLENGE_LIMIT, ProgressQuery, ProgressReply, Updates};
use std::sync::Arc;

/// Changes in one answer: some 400 bytes each, so well below the answer limit.
const UPDATES: u64 = 500;

#[derive(Debug, serde::Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
    /// Whether the terminal believes only what is signed.
    #[serde(default)]
    signed: bool,
}

pub(super) async fn updates(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    query: Result<Query<After>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let result = async {
        let Query(query) = query.map_err(|_| Failure::BadRequest)?;
        let terminal = sender.terminal.id;
        let (updates, more) = hall.store.updates(&terminal, query.after, UPDATES).await?;
        if !query.signed {
            return Ok(ok(&Updates { updates, more, signed: None }));
        }
        let epoch = sender.present.epoch;
        let page = UpdatePage { terminal, epoch, after: query.after, updates, more };
        let signed = Some(page.sign(&hall.keys.signing));
        // Once is enough on a thin line.
        Ok(ok(&Updates { updates: Vec::new(), more: false, signed }))
    }
    .await;
    settle(&hall, result)
}

pub(super) async fn progress(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    body: Bytes,
) -> Response {
    let result = async {
        hall.lookups.note(&sender.terminal.id).map_err(Failure::TooMany)?;
        let query: ProgressQuery = read_body(&body)?;
        // A terminal that cannot ask for more than the number, which others can guess, is told nothing.
        let ProgressQuery { registration, challenge: Some(challenge), proof: Some(proof) } = query else {
            return Err(Failure::BadRequest);
        };
        if challenge.0.len() > CHALLENGE_LIMIT {
            return Err(Failure::BadRequest);
        }
        let answer = hall.look_up(&sender.terminal.id, &registration, &challenge, &proof).await;
        let answer = answer.map_err(|error| match error {
            LookupError::Proof => Failure::BadRequest,
            LookupError::Wait(wait) => Failure::TooMany(wait),
            LookupError::Store(error) => error.into(),
        })?;
        let signed = CaseAnswer { registration, challenge, answer }.sign(&hall.keys.signing);
        Ok(ok(&ProgressReply { signed: Some(signed) }))
    }
    .await;
    settle(&hall, result)
}
