//! What comes back from the hall: read within limits of size and time, whoever sends it.

use super::NetEnvironment;
use super::error::HallError;
use bianmin_protocol::v1::{ErrorBody, ErrorCode};
use bytes::Bytes;
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::Instant;

/// The slowest line that is still used: half of the 64 kbit/s of a bad village line, in bytes a second.
pub(super) const SLOWEST: u64 = 4 * 1024;

/// A JSON answer of the hall, whatever its status.
#[derive(Debug)]
pub(super) struct HallAnswer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// How long to wait before asking again, where the hall says so.
    pub(super) wait: Option<Duration>,
}

/// A binary answer of the hall, as it comes in.
#[derive(Debug)]
pub(super) struct Download {
    /// From which byte on.
    pub(super) from: u64,
    pub(super) body: Body,
}

impl HallAnswer {
    /// The body of a success; otherwise the hall's reason as an error.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, HallError> {
        if !(200..300).contains(&self.status) {
            return Err(self.error());
        }
        serde_json::from_slice(&self.body).map_err(|_| HallError::BadAnswer)
    }

    /// Whether it is a success, with a body of any kind.
    pub(super) fn succeeded(&self) -> Result<(), HallError> {
        if (200..300).contains(&self.status) { Ok(()) } else { Err(self.error()) }
    }

    /// The body, whatever the status.
    pub(super) fn read_any<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(super) fn error(&self) -> HallError {
        match self.error_body().map(|body| body.error) {
            Some(ErrorCode::Revoked | ErrorCode::Unauthorised) => HallError::Revoked,
            Some(code) => HallError::Rejected { status: self.status, code, wait: self.wait },
            None => HallError::BadAnswer,
        }
    }

    pub(super) fn error_body(&self) -> Option<ErrorBody> {
        if (200..300).contains(&self.status) { None } else { self.read_any() }
    }

    pub(super) fn wants_new_signature(&self) -> bool {
        self.error_body()
            .is_some_and(|body| matches!(body.error, ErrorCode::StaleSignature | ErrorCode::Replay))
    }
}

impl Download {
    /// The next bytes; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, HallError> {
        self.body.next().await
    }

    pub(super) async fn whole(self) -> Result<Vec<u8>, HallError> {
        self.body.whole().await
    }
}

/// A body that comes in: bounded in size, and given up when it comes too slowly.
#[derive(Debug)]
pub(super) struct Body {
    response: reqwest::Response,
    begun: Instant,
    received: u64,
    limit: u64,
    timeout: Duration,
    net: NetEnvironment,
}

impl Body {
    pub(super) fn new(
        response: reqwest::Response,
        limit: u64,
        timeout: Duration,
        net: NetEnvironment,
    ) -> Self {
        Self { response, begun: net.now(), received: 0, limit, timeout, net }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, HallError> {
        if self.response.content_length().is_some_and(|length| length > self.limit) {
            return Err(HallError::AnswerTooLarge);
        }
        let earned = Duration::from_secs(self.received / SLOWEST);
        let deadline = (self.begun + self.timeout + earned).min(self.net.now() + self.timeout);
        let stalled = || HallError::Unreachable { sent: true, detail: "the answer stalled".to_owned() };
        let chunk = self
            .net
            .until(deadline, self.response.chunk())
            .await
            .ok_or_else(stalled)?
            .map_err(|error| unreachable(&error))?;
        self.received += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if self.received > self.limit {
            return Err(HallError::AnswerTooLarge);
        }
        Ok(chunk)
    }

    pub(super) async fn whole(mut self) -> Result<Vec<u8>, HallError> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }
}

pub(super) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim())
}

/// How long the hall asks to be left alone, in whole seconds (RFC 9110, 10.2.3). A date is not used: clocks differ.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(seconds.into()))
}

/// The first byte that a partial answer brings: `bytes 5-9/10` → 5.
pub(super) fn range_start(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    value.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

pub(super) fn unreachable(error: &reqwest::Error) -> HallError {
    HallError::Unreachable { sent: !error.is_connect(), detail: describe(error) }
}

/// The innermost cause is the one that says something: "connection refused", "certificate expired".
pub(super) fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
