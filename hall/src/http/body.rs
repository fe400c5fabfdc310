//! Reads request bodies within limits of size, memory and time.

use super::limits::bodies::{NoRoom, Sender};
use super::{Context, Error};
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bianmin_protocol::v1::REQUEST_LIMIT;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The slowest line that is served, in bytes per second (48 kbit/s), after a first allowance.
const SLOWEST: u64 = 6 * 1024;
const ALLOWANCE: Duration = Duration::from_secs(30);
/// A stranger's body is small.
const ALLOWANCE_STRANGER: Duration = Duration::from_secs(10);
/// After so long a sender that had too much under way may come again.
const AGAIN: Duration = Duration::from_secs(5);

/// How long a body is read and thrown away for a known terminal, and for anybody.
pub(crate) const DRAIN: Duration = Duration::from_secs(20);
pub(crate) const DRAIN_STRANGER: Duration = Duration::from_secs(1);
/// Bytes thrown away at most.
const DRAINED: usize = 4 * REQUEST_LIMIT;

/// Reads on without keeping anything. A sender that is still busy sending when the connection closes would never
/// see the answer, and so not learn that its clock is wrong or that its batch is too large.
pub(crate) async fn drain(mut body: Body, timeout: Duration) {
    let deadline = Instant::now() + timeout;
    let mut dropped = 0;
    while dropped <= DRAINED {
        match timeout_at(deadline, body.frame()).await {
            Ok(Some(Ok(frame))) => dropped += frame.data_ref().map_or(0, Bytes::len),
            _ => return,
        }
    }
}

/// The whole body, at most `limit` bytes.
pub(crate) async fn read(
    context: &Context,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    sender: Sender<'_>,
) -> Result<Bytes, Error> {
    let announced = match headers.get(CONTENT_LENGTH) {
        None => limit,
        Some(length) => {
            length.to_str().ok().and_then(|length| length.parse::<usize>().ok()).ok_or(Error::BadRequest)?
        }
    };
    if announced > limit {
        drain(body, DRAIN).await;
        return Err(Error::TooLarge);
    }
    let _memory = context.bodies.room_for(announced, sender).await.map_err(|reason| match reason {
        NoRoom::ForThisSender => Error::TooMany(AGAIN),
        NoRoom::AtAll => Error::Unavailable,
    })?;
    let allowance = match sender {
        Sender::Terminal(_) => ALLOWANCE,
        Sender::Stranger(_) => ALLOWANCE_STRANGER,
    };
    let deadline = Instant::now() + allowance + Duration::from_secs(limit as u64 / SLOWEST);
    let mut body = body;
    let mut bytes = BytesMut::with_capacity(announced.min(64 * 1024));
    loop {
        let frame = timeout_at(deadline.min(Instant::now() + context.timeout), body.frame())
            .await
            .map_err(|_| Error::SlowBody)?;
        let Some(frame) = frame else { return Ok(bytes.freeze()) };
        // A connection that breaks off, or framing that is wrong.
        let frame = frame.map_err(|_| Error::BadRequest)?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                drop(bytes);
                drain(body, DRAIN).await;
                return Err(Error::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
    }
}
