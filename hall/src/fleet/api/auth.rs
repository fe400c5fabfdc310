//! Which terminal speaks: RFC 9421 signatures, checked before anything of the body is read.

use crate::db::HallState;
use crate::fleet::domain::KnownTerminal;
use crate::hall::Hall;
use crate::http::limits::bodies;
use crate::http::limits::nonces::Freshness;
use crate::http::places::Visitor;
use crate::http::{Error, ErrorAnswer, body};
use crate::planted::is_planted;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bianmin_protocol::http_signature::{Claim, SignatureError, claim, verify_body};
use bianmin_protocol::ids::{Epoch, TerminalId};
use bianmin_protocol::standing::Revocation;
use bianmin_protocol::v1::{EPOCH_HEADER, REQUEST_LIMIT};
use std::sync::Arc;

/// The terminal that signed a request, and what the database said when it came.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub terminal: KnownTerminal,
    pub state: HallState,
    /// When it signed, in seconds by the hall's clock as it knew it.
    pub signed_at: u64,
}

impl<S: Sync> FromRequestParts<S> for Sender {
    type Rejection = Error;

    /// Nobody where the route is not among [`super::signed`] ones.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unauthorised)
    }
}

/// Lets only requests through that an enrolled terminal has signed just now and once.
pub(super) async fn require_terminal(
    State(hall): State<Arc<Hall>>,
    request: Request,
    next: Next,
) -> Response {
    let (state, response) = match check(&hall, request).await {
        Ok((sender, request)) => (Some(sender.state), next.run(request).await),
        Err(refused) => {
            let (metrics, is_replay) = (&hall.metrics, refused.error == Error::Replay);
            let counter = if is_replay { &metrics.replays_total } else { &metrics.unauthorised_total };
            counter.inc();
            (refused.state, refused.answer(&hall).await.into_response())
        }
    };
    match state {
        Some(state) => (epoch_header(state.epoch), response).into_response(),
        None => response,
    }
}

/// Which hall answers: a terminal sends everything again to one that was restored.
pub(crate) fn epoch_header(epoch: Epoch) -> [(&'static str, String); 1] {
    [(EPOCH_HEADER, epoch.to_string())]
}

/// Why a request is not let through, and what is known of who sent it.
struct Refused {
    error: Error,
    terminal: Option<TerminalId>,
    state: Option<HallState>,
}

impl Refused {
    async fn answer(self, hall: &Hall) -> ErrorAnswer {
        let Self { error, terminal, state } = self;
        let mut revocation = None;
        if let (Error::Revoked, Some(id), Some(state)) = (&error, &terminal, state)
            && let Ok(Some(known)) = hall.fleet.terminal(id, state).await
        {
            let told_at = hall.clock.now();
            let revoked = Revocation { terminal: known.id, key: known.key, told_at };
            revocation = Some(revoked.sign(&hall.keys.signing));
        }
        ErrorAnswer { error, terminal, revocation }
    }
}

async fn check(hall: &Hall, request: Request) -> Result<(Sender, Request), Refused> {
    let (mut parts, body) = request.into_parts();
    let (claim, digest, sender) = match identify(hall, &parts).await {
        Ok(identified) => identified,
        Err(refused) => {
            let known = refused.terminal.is_some();
            body::drain(body, if known { body::DRAIN } else { body::DRAIN_STRANGER }).await;
            return Err(refused);
        }
    };
    let report = |error| Refused { error, terminal: Some(claim.terminal.clone()), state: Some(sender.state) };
    // From here on the connection is a terminal's: nobody else's crowd takes its place.
    if let Some(visitor) = parts.extensions.get::<Visitor>() {
        visitor.is_terminal(&claim.terminal);
    }
    let whose = bodies::Sender::Terminal(&claim.terminal);
    let bytes = body::read(&hall.http, &parts.headers, body, REQUEST_LIMIT, whose).await.map_err(report)?;
    verify_body(&digest, &bytes).map_err(|_| report(Error::BadRequest))?;
    match hall.http.nonces.note(&claim.terminal, &claim.nonce, claim.created, hall.clock.seconds()) {
        Freshness::New => {}
        Freshness::Replay => return Err(report(Error::Replay)),
        Freshness::Forgotten => return Err(report(Error::Stale)),
    }
    parts.extensions.insert(sender.clone());
    Ok((sender, Request::from_parts(parts, Body::from(bytes))))
}

/// Who signed, as far as the headers alone can say.
async fn identify(hall: &Hall, parts: &Parts) -> Result<(Claim, String, Sender), Refused> {
    let stranger = |error, state| Refused { error, terminal: None, state };
    let header = |name: &str| {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
        value.ok_or_else(|| stranger(Error::Unauthorised, None))
    };
    let claim = claim(header("signature-input")?, header("signature")?)
        .map_err(|_| stranger(Error::Unauthorised, None))?;
    let digest = header("content-digest")?.to_owned();
    let state = hall.state().await.map_err(|error| stranger(error.into(), None))?;
    let report = |error| Refused { error, terminal: Some(claim.terminal.clone()), state: Some(state) };
    let terminal = hall.fleet.terminal(&claim.terminal, state).await.map_err(|error| report(error.into()))?;
    let terminal = terminal.ok_or_else(|| stranger(Error::Unauthorised, Some(state)))?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let now = hall.clock.seconds();
    let mut verified = claim.verify_headers(&terminal.key, parts.method.as_str(), path, &digest, now);
    if is_planted("signature-unchecked") {
        verified = Ok(());
    }
    match verified {
        // Only who holds the key learns that it was revoked, and whatever its clock says.
        Ok(()) | Err(SignatureError::Stale) if terminal.revoked && !is_planted("revoked-accepted") => {
            Err(report(Error::Revoked))
        }
        Ok(()) => {
            let signed_at = claim.created;
            Ok((claim, digest, Sender { terminal, state, signed_at }))
        }
        Err(SignatureError::Stale) => Err(report(Error::Stale)),
        Err(_) => Err(stranger(Error::Unauthorised, Some(state))),
    }
}
