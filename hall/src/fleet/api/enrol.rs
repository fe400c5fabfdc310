//! A new terminal with its one-time code.

use super::epoch_header;
use crate::fleet::codes;
use crate::fleet::domain::Enrolment;
use crate::hall::Hall;
use crate::http::limits::Network;
use crate::http::limits::bodies;
use crate::http::{Error, Json, Peer, body};
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::standing::KnownNumbers;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{Enrol, Enrolled};
use std::sync::Arc;

const LIMIT: usize = 4096;

pub(super) async fn enrol(
    State(hall): State<Arc<Hall>>,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    let result = answer(&hall, request).await;
    let metrics = &hall.metrics;
    let counter = if result.is_ok() { &metrics.enrolments_total } else { &metrics.enrolments_refused_total };
    counter.inc();
    result
}

async fn answer(hall: &Hall, request: Request) -> Result<impl IntoResponse + use<>, Error> {
    let (parts, body) = request.into_parts();
    let address = Peer::address(&parts);
    let network = Network::from(address);
    let whose = bodies::Sender::Stranger(network);
    let bytes = body::read(&hall.http, &parts.headers, body, LIMIT, whose).await?;
    let enrol: Enrol = read_body(&bytes)?;
    let attempts = &hall.fleet.attempts;
    if !enrol.proves_key() {
        attempts.wrong(network, None).map_err(Error::TooMany)?;
        return Err(Error::BadRequest);
    }
    let signing = &hall.keys.signing;
    let replaces = enrol.replaces.as_ref();
    if replaces.is_some_and(|replaced| !replaced.is_genuine(&signing.public(), &enrol.key)) {
        attempts.wrong(network, None).map_err(Error::TooMany)?;
        return Err(Error::BadRequest);
    }
    let replaces = replaces.map(|replaced| &replaced.certificate);
    let hash = codes::hash(&enrol.code);
    // Looked up before anything is counted: nobody's wrong codes hold up a right one.
    let enrolment = match &hash {
        Some(hash) => hall.store.fleet().enrol(hash, enrol.key, replaces, hall.clock.now(), signing).await?,
        None => Enrolment::BadCode,
    };
    match enrolment {
        Enrolment::Enrolled(certificate) => enrolled(hall, *certificate).await,
        Enrolment::BadReplacement => {
            tracing::warn!(%address, "enrolment in the place of a terminal that is not the one known here");
            Err(Error::Conflict)
        }
        Enrolment::BadCode => {
            attempts.wrong(network, hash.as_deref()).map_err(Error::TooMany)?;
            tracing::warn!(%address, "enrolment with a wrong or used code");
            Err(Error::BadCode)
        }
    }
}

async fn enrolled(hall: &Hall, certificate: TerminalCertificate) -> Result<impl IntoResponse + use<>, Error> {
    tracing::info!(terminal = %certificate.terminal, "enrolled");
    let epoch = hall.state().await?.epoch;
    let terminal = certificate.terminal.clone();
    let numbers = hall.fleet.last_numbers(&terminal).await?;
    let numbers = KnownNumbers { terminal, numbers, challenge: None }.sign(&hall.keys.signing);
    let enrolled = Enrolled {
        certificate,
        hall_key: hall.keys.signing.public(),
        seal_key: hall.keys.seal.public(),
        epoch,
        hall_name: hall.config.name.clone(),
        public_url: hall.config.public_url.clone().unwrap_or_default(),
        numbers: Some(numbers),
    };
    Ok((epoch_header(epoch), Json(enrolled)))
}
