//! What has become of applications, for terminals.

use crate::cases::domain::Standing;
use crate::cases::lookup::LookupError;
use crate::fleet::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bianmin_protocol::lookup::{CaseAnswer, UpdatePage};
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{CHALLENGE_LIMIT, ProgressAnswer, ProgressQuery, ProgressReply, Updates};
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
    sender: Sender,
    query: Result<Query<After>, QueryRejection>,
) -> Result<Json<Updates>, Error> {
    let Query(query) = query.map_err(|_| Error::BadRequest)?;
    let terminal = sender.terminal.id;
    let (updates, more) = hall.cases.updates(&terminal, query.after, UPDATES).await?;
    if !query.signed {
        return Ok(Json(Updates { updates, more, signed: None }));
    }
    let epoch = sender.state.epoch;
    let page = UpdatePage { terminal, epoch, after: query.after, updates, more };
    let signed = Some(page.sign(&hall.keys.signing));
    // Once is enough on a thin line.
    Ok(Json(Updates { updates: Vec::new(), more: false, signed }))
}

pub(super) async fn progress(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<ProgressReply>, Error> {
    hall.cases.questions.note(&sender.terminal.id).map_err(Error::TooMany)?;
    let query: ProgressQuery = read_body(&body)?;
    // A terminal that cannot ask for more than the number, which others can guess, is told nothing.
    let ProgressQuery { registration, challenge: Some(challenge), proof: Some(proof) } = query else {
        return Err(Error::BadRequest);
    };
    if challenge.0.len() > CHALLENGE_LIMIT {
        return Err(Error::BadRequest);
    }
    let found = hall.cases.look_up(&sender.terminal.id, &registration, &challenge, &proof).await;
    let answer = match found {
        Ok(standing) => standing.into(),
        Err(LookupError::CodeOnly) => ProgressAnswer::CodeOnly {},
        Err(LookupError::Wrong) => ProgressAnswer::Wrong {},
        Err(LookupError::Proof) => return Err(Error::BadRequest),
        Err(LookupError::Wait(wait)) => return Err(Error::TooMany(wait)),
        Err(LookupError::Store(error)) => return Err(error.into()),
    };
    let signed = CaseAnswer { registration, challenge, answer }.sign(&hall.keys.signing);
    Ok(Json(ProgressReply { signed: Some(signed) }))
}

impl From<Standing> for ProgressAnswer {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::NotHere { stranded } => Self::NotYet { stranded },
            Standing::Refused => Self::Refused {},
            Standing::Case(progress) => Self::Known { progress },
        }
    }
}
