//! A new terminal with its one-time code.

use super::Peer;
use super::answer::{Failure, ok, settle};
use super::body;
use crate::codes;
use crate::hall::Hall;
use crate::metrics::count;
use crate::store::terminals::Enrolment;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::Response;
use bianmin_protocol::standing::KnownNumbers;
use bianmin_protocol::v1::{EPOCH_HEADER, Enrol, Enrolled};
use std::net::{IpAddr, Ipv4Addr};
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
    let address =
        request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    if !hall.attempts.may_try(address) {
        return Err(Failure::TooMany);
    }
    let (parts, body) = request.into_parts();
    let bytes = body::read(hall, &parts.headers, body, LIMIT, None).await?;
    let enrol: Enrol = serde_json::from_slice(&bytes).map_err(|_| Failure::BadRequest)?;
    if !enrol.proves_key() {
        hall.attempts.failed(address);
        return Err(Failure::BadRequest);
    }
    let signing = &hall.keys.signing;
    let replaces = enrol.replaces.as_ref();
    if replaces.is_some_and(|replaced| !replaced.is_genuine(&signing.public(), &enrol.key)) {
        hall.attempts.failed(address);
        return Err(Failure::BadRequest);
    }
    let replaces = replaces.map(|replaced| &replaced.certificate);
    let hash = codes::hash(&enrol.code).ok_or(Failure::BadCode);
    let enrolment = match hash {
        Ok(hash) => hall.store.enrol(&hash, enrol.key, replaces, hall.clock.now(), signing).await?,
        Err(_) => Enrolment::BadCode,
    };
    if matches!(enrolment, Enrolment::BadReplacement) {
        tracing::warn!(%address, "enrolment in the place of a terminal that is not the one known here");
        return Err(Failure::Conflict);
    }
    let Enrolment::Enrolled(certificate) = enrolment else {
        hall.attempts.failed(address);
        tracing::warn!(%address, "enrolment with a wrong or used code");
        return Err(Failure::BadCode);
    };
    tracing::info!(terminal = %certificate.terminal, "enrolled");
    let epoch = hall.present().await?.epoch;
    let terminal = certificate.terminal.clone();
    let numbers = hall.last_numbers(&terminal).await?;
    let numbers = KnownNumbers { terminal, numbers, challenge: None }.sign(signing);
    let mut response = ok(&Enrolled {
        certificate: *certificate,
        hall_key: hall.keys.signing.public(),
        seal_key: hall.keys.seal.public(),
        epoch,
        hall_name: hall.config.name.clone(),
        public_url: hall.config.public_url.clone().unwrap_or_default(),
        numbers: Some(numbers),
    });
    if let Ok(value) = HeaderValue::from_str(&epoch.to_string()) {
        response.headers_mut().insert(EPOCH_HEADER, value);
    }
    Ok(response)
}
