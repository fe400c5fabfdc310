//! Heartbeats, in both directions.

use super::Sender;
use crate::fleet::domain::is_acceptable;
use crate::hall::Hall;
use crate::http::{Error, Json};
use axum::body::Bytes;
use axum::extract::State;
use bianmin_protocol::standing::KnownNumbers;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{Heartbeat, HeartbeatReply};
use std::sync::Arc;

pub(super) async fn heartbeat(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<HeartbeatReply>, Error> {
    if crate::planted::is_planted("odd-request-panics") {
        assert!(serde_json::from_slice::<Heartbeat>(&body).is_ok());
    }
    let heartbeat: Heartbeat = read_body(&body)?;
    if !is_acceptable(&heartbeat) {
        return Err(Error::BadRequest);
    }
    let (terminal, challenge) = (sender.terminal.id, heartbeat.challenge.clone());
    hall.fleet.note_heartbeat(terminal.clone(), sender.signed_at, heartbeat.up_to_date());
    // A terminal that does not ask would not understand the answer.
    let numbers = match challenge {
        None => None,
        Some(_) => {
            let numbers = hall.fleet.last_numbers(&terminal).await?;
            Some(KnownNumbers { terminal, numbers, challenge }.sign(&hall.keys.signing))
        }
    };
    Ok(Json(HeartbeatReply {
        now: hall.clock.now(),
        epoch: sender.state.epoch,
        catalogue: sender.state.revision,
        numbers,
    }))
}
