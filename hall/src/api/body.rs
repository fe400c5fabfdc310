//! Reads request bodies within limits of size, memory, and patience with slow senders.

use super::answer::Failure;
use crate::hall::{BODY_BUDGET, Hall};
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// The longest pause between two parts of a body.
const PAUSE: Duration = Duration::from_secs(20);
/// The slowest line that is served, in bytes per second (48 kbit/s), after a first allowance.
const SLOWEST: u64 = 6 * 1024;
const ALLOWANCE: Duration = Duration::from_secs(30);
/// How long a request waits for memory for its body.
const QUEUE: Duration = Duration::from_secs(10);

/// The whole body, at most `limit` bytes.
pub(super) async fn read(
    hall: &Hall,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, Failure> {
    let announced = match headers.get(CONTENT_LENGTH) {
        None => limit,
        Some(length) => {
            length.to_str().ok().and_then(|length| length.parse::<usize>().ok()).ok_or(Failure::BadRequest)?
        }
    };
    if announced > limit {
        return Err(Failure::TooLarge);
    }
    let share = u32::try_from((announced / 1024 + 1).min(BODY_BUDGET)).unwrap_or(u32::MAX);
    let _memory = timeout(QUEUE, hall.bodies.acquire_many(share))
        .await
        .map_err(|_| Failure::Unavailable)?
        .map_err(|_| Failure::Unavailable)?;
    let deadline = Instant::now() + ALLOWANCE + Duration::from_secs(limit as u64 / SLOWEST);
    let mut body = body;
    let mut bytes = BytesMut::with_capacity(announced.min(64 * 1024));
    loop {
        let frame = timeout_at(deadline.min(Instant::now() + PAUSE), body.frame())
            .await
            .map_err(|_| Failure::SlowBody)?;
        let Some(frame) = frame else { return Ok(bytes.freeze()) };
        // A connection that breaks off, or framing that is wrong.
        let frame = frame.map_err(|_| Failure::BadRequest)?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
    }
}
