//! A new terminal with its one-time code.

use super::Peer;
use super::answer::{Failure, ok, settle};
use super::auth::tell_epoch;
use super::body;
use crate::codes;
use crate::hall::Hall;
use crate::limits::Network;
use crate::limits::bodies::Sender;
use crate::metrics::count;
use crate::store::terminals::Enrolment;
use axum::extract::{Request, State};
use axum::response::Response;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::standing::KnownNumbers;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{Enrol, Enrolled};
use std::sync::Arc;

const LIMIT: usize = 4096;

pub(super) async fn enrol(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let result = answer(&hall, request).await;
    count(if result.is_ok() {
        &hall.metrics.enrolments_total
    } else {
        &hall.metrics.enrolments_refused_total
    });
    settle(&hall, result)
}

async fn answer(hall: &Hall, request: Request) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let address = Peer::address(&parts);
    let network = Network::from(address);
    let bytes = body::read(hall, &parts.headers, body, LIMIT, Sender::Stranger(network)).await?;
    let enrol: Enrol = read_body(&bytes)?;
    if !enrol.proves_key() {
        hall.attempts.wrong(network, None).map_err(Failure::TooMany)?;
        return Err(Failure::BadRequest);
    }
    let signing = &hall.keys.signing;
    let replaces = enrol.replaces.as_ref();
    if replaces.is_some_and(|replaced| !replaced.is_genuine(&signing.public(), &enrol.key)) {
        hall.attempts.wrong(network, None).map_err(Failure::TooMany)?;
        return Err(Failure::BadRequest);
    }
    let replaces = replaces.map(|replaced| &replaced.certificate);
    let hash = codes::hash(&enrol.code);
    // Looked up before anything is counted: nobody's wrong codes hold up a right one.
    let enrolment = match &hash {
        Some(hash) => hall.store.enrol(hash, enrol.key, replaces, hall.clock.now(), signing).await?,
        None => Enrolment::BadCode,
    };
    if matches!(enrolment, Enrolment::BadReplacement) {
        tracing::warn!(%address, "enrolment in the place of a terminal that is not the one known here");
        return Err(Failure::Conflict);
    }
    let Enrolment::Enrolled(certificate) = enrolment else {
        hall.attempts.wrong(network, hash.as_deref()).map_err(Failure::TooMany)?;
        tracing::warn!(%address, "enrolment with a wrong or used code");
        return Err(Failure::BadCode);
    };
    enrolled(hall, *certificate).await
}

async fn enrolled(hall: &Hall, certificate: TerminalCertificate) -> Result<Response, Failure> {
    tracing::info!(terminal = %certificate.terminal, "enrolled");
    let epoch = hall.present().await?.epoch;
    let terminal = certificate.terminal.clone();
    let numbers = hall.last_numbers(&terminal).await?;
    let numbers = KnownNumbers { terminal, numbers, challenge: None }.sign(&hall.keys.signing);
    let mut response = ok(&Enrolled {
        certificate,
        hall_key: hall.keys.signing.public(),
        seal_key: hall.keys.seal.public(),
        epoch,
        hall_name: hall.config.name.clone(),
        public_url: hall.config.public_url.clone().unwrap_or_default(),
        numbers: Some(numbers),
    });
    tell_epoch(&mut response, epoch);
    Ok(response)
}
