//! Which terminal speaks: RFC 9421 signatures, checked before anything of the body is read.

use super::answer::{self, Failure};
use super::body;
use crate::hall::Hall;
use crate::limits::bodies;
use crate::limits::nonces::Freshness;
use crate::metrics::count;
use crate::places::Visitor;
use crate::planted::is_planted;
use crate::store::Present;
use crate::store::terminals::KnownTerminal;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use bianmin_protocol::http_signature::{Claim, SignatureError, claim, verify_body};
use bianmin_protocol::ids::{Epoch, TerminalId};
use bianmin_protocol::v1::{EPOCH_HEADER, REQUEST_LIMIT};
use std::sync::Arc;

/// The terminal that signed a request, and what the database said when it came.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub terminal: KnownTerminal,
    pub present: Present,
    /// When it signed, in seconds by the hall's clock as it knew it.
    pub signed_at: u64,
}

/// Lets only requests through that an enrolled terminal has signed just now and once.
pub(super) async fn require_terminal(
    State(hall): State<Arc<Hall>>,
    request: Request,
    next: Next,
) -> Response {
    let mut epoch = None;
    let mut response = match check(&hall, request).await {
        Ok((sender, request)) => {
            epoch = Some(sender.present.epoch);
            next.run(request).await
        }
        Err((failure, terminal, present)) => {
            count(if failure == Failure::Replay {
                &hall.metrics.replays_total
            } else {
                &hall.metrics.unauthorised_total
            });
            epoch = present.map(|present| present.epoch).or(epoch);
            match (&failure, &terminal, present) {
                (Failure::Revoked, Some(id), Some(present)) => match hall.terminal(id, present).await {
                    Ok(Some(known)) => answer::revoked(&hall, &known),
                    _ => failure.answer_to(&hall, terminal),
                },
                _ => failure.answer_to(&hall, terminal),
            }
        }
    };
    if let Some(epoch) = epoch {
        tell_epoch(&mut response, epoch);
    }
    response
}

/// Which hall answers: a terminal sends everything again to one that was restored.
pub(super) fn tell_epoch(response: &mut Response, epoch: Epoch) {
    if let Ok(value) = HeaderValue::from_str(&epoch.to_string()) {
        response.headers_mut().insert(EPOCH_HEADER, value);
    }
}

type Refused = (Failure, Option<TerminalId>, Option<Present>);

async fn check(hall: &Hall, request: Request) -> Result<(Sender, Request), Refused> {
    let (mut parts, body) = request.into_parts();
    let (claim, digest, sender) = match identify(hall, &parts).await {
        Ok(identified) => identified,
        Err(refused) => {
            let known = refused.1.is_some();
            body::drain(body, if known { body::DRAIN } else { body::DRAIN_STRANGER }).await;
            return Err(refused);
        }
    };
    let told = |failure| (failure, Some(claim.terminal.clone()), Some(sender.present));
    // From here on the connection is a terminal's: nobody else's crowd takes its place.
    if let Some(visitor) = parts.extensions.get::<Visitor>() {
        visitor.is_terminal(&claim.terminal);
    }
    let whose = bodies::Sender::Terminal(&claim.terminal);
    let bytes = body::read(hall, &parts.headers, body, REQUEST_LIMIT, whose).await.map_err(told)?;
    verify_body(&digest, &bytes).map_err(|_| told(Failure::BadRequest))?;
    match hall.nonces.note(&claim.terminal, &claim.nonce, claim.created, hall.clock.seconds()) {
        Freshness::New => {}
        Freshness::Replay => return Err(told(Failure::Replay)),
        Freshness::Forgotten => return Err(told(Failure::Stale)),
    }
    parts.extensions.insert(sender.clone());
    Ok((sender, Request::from_parts(parts, Body::from(bytes))))
}

/// Who signed, as far as the headers alone can say.
async fn identify(hall: &Hall, parts: &Parts) -> Result<(Claim, String, Sender), Refused> {
    let bare = |failure| (failure, None, None);
    let header = |name: &str| {
        parts.headers.get(name).and_then(|value| value.to_str().ok()).ok_or(bare(Failure::Unauthorised))
    };
    let claim =
        claim(header("signature-input")?, header("signature")?).map_err(|_| bare(Failure::Unauthorised))?;
    let digest = header("content-digest")?.to_owned();
    let present = hall.present().await.map_err(|error| bare(error.into()))?;
    let told = |failure| (failure, Some(claim.terminal.clone()), Some(present));
    let terminal = hall
        .terminal(&claim.terminal, present)
        .await
        .map_err(|error| told(error.into()))?
        .ok_or((Failure::Unauthorised, None, Some(present)))?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let now = hall.clock.seconds();
    let mut verified = claim.verify_headers(&terminal.key, parts.method.as_str(), path, &digest, now);
    if is_planted("signature-unchecked") {
        verified = Ok(());
    }
    match verified {
        // Only who holds the key learns that it was revoked, and whatever its clock says.
        Ok(()) | Err(SignatureError::Stale) if terminal.revoked && !is_planted("revoked-accepted") => {
            Err(told(Failure::Revoked))
        }
        Ok(()) => {
            let signed_at = claim.created;
            Ok((claim, digest, Sender { terminal, present, signed_at }))
        }
        Err(SignatureError::Stale) => Err(told(Failure::Stale)),
        Err(_) => Err((Failure::Unauthorised, None, Some(present))),
    }
}
