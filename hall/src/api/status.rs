//! Signs of life, in both directions, and figures.

use super::answer::{Failure, ok, settle};
use super::auth::Sender;
use crate::hall::Hall;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use bianmin_protocol::standing::{KnownNumbers, PREFIXES_LIMIT};
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{CHALLENGE_LIMIT, Health, Heartbeat, PRINTERS_LIMIT, Pulse};
use std::sync::Arc;

/// The longest text that a heartbeat may bring, in characters.
const TEXT: usize = 64;

pub(super) async fn heartbeat(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    body: Bytes,
) -> Response {
    let result = async {
        if crate::planted::is_planted("odd-request-panics") {
            assert!(serde_json::from_slice::<Heartbeat>(&body).is_ok());
        }
        let beat: Heartbeat = read_body(&body)?;
        if !is_short(&beat) {
            return Err(Failure::BadRequest);
        }
        let (terminal, challenge) = (sender.terminal.id, beat.challenge.clone());
        hall.heard(terminal.clone(), sender.signed_at, beat);
        // A terminal that does not ask would not understand the answer.
        let numbers = match challenge {
            None => None,
            Some(_) => {
                let numbers = hall.last_numbers(&terminal).await?;
                Some(KnownNumbers { terminal, numbers, challenge }.sign(&hall.keys.signing))
            }
        };
        Ok(ok(&Pulse {
            now: hall.clock.now(),
            epoch: sender.present.epoch,
            catalogue: sender.present.revision,
            numbers,
        }))
    }
    .await;
    settle(&hall, result)
}

/// Whether every text and list of a heartbeat is as short as an honest one's.
fn is_short(beat: &Heartbeat) -> bool {
    let printers = beat.printers.iter().flat_map(|printer| [&printer.outlet, &printer.state]);
    let mut texts = [&beat.version, &beat.printer].into_iter().chain(printers);
    beat.numbers.tickets.len() <= PREFIXES_LIMIT
        && beat.challenge.as_ref().is_none_or(|challenge| challenge.0.len() <= CHALLENGE_LIMIT)
        && beat.printers.len() <= PRINTERS_LIMIT
        && texts.all(|text| text.chars().count() <= TEXT)
}

pub(super) async fn health(State(hall): State<Arc<Hall>>) -> Response {
    let result = async {
        hall.present().await?;
        Ok(ok(&Health {
            status: "ok".to_owned(),
            now: hall.clock.now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }))
    }
    .await;
    settle(&hall, result)
}

pub(super) async fn metrics(State(hall): State<Arc<Hall>>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], hall.metrics.text()).into_response()
}
