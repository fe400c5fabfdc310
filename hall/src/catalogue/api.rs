//! The catalogue goes out: a cheap state for polling, bundles that can be resumed, and deltas.

use crate::fleet::{self, Sender, epoch_header};
use crate::hall::Hall;
use crate::http::{Error, Json};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bianmin_protocol::ids::Revision;
use bianmin_protocol::v1::{self, BINARY_TYPE, CatalogueState, MEDIA_TYPE};
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;

pub(crate) fn routes(hall: &Arc<Hall>) -> Router<Arc<Hall>> {
    let downloads = Router::new()
        .route(&format!("{}/bundle/{{revision}}", v1::CATALOGUE), get(bundle))
        .route(&format!("{}/delta/{{from}}/{{to}}", v1::CATALOGUE), get(delta));
    let polled = Router::new().route(v1::CATALOGUE, get(state));
    let polled =
        fleet::signed(hall, polled).route_layer(middleware::from_fn_with_state(hall.clone(), unchanged));
    fleet::signed(hall, downloads).merge(polled)
}

#[derive(Debug, serde::Deserialize)]
struct Have {
    have: Option<u64>,
}

/// Answers a poll of who has the newest catalogue before its signature is looked at, which costs more than all
/// the rest: the answer is the same for everybody, changes nothing, and says no more than the asker does. What
/// has changed is told to terminals only.
async fn unchanged(State(hall): State<Arc<Hall>>, request: Request, next: Next) -> Response {
    // A database that does not answer is told on the long way.
    if let Some((revision, tag)) = known(&request)
        && let Ok(state) = hall.state().await
        && state.revision == revision
        && let Some(edition) = hall.catalogue.held(revision)
        && edition.tag.as_bytes() == tag.as_bytes()
    {
        return (epoch_header(state.epoch), not_modified(tag)).into_response();
    }
    next.run(request).await
}

/// The revision and tag that a poll has.
fn known(request: &Request) -> Option<(Revision, HeaderValue)> {
    let revision = request.uri().query()?.strip_prefix("have=")?.parse().ok()?;
    let tag = request.headers().get(IF_NONE_MATCH)?;
    (request.method() == Method::GET).then(|| (Revision(revision), tag.clone()))
}

async fn state(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    query: Result<Query<Have>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Query(query) = query.map_err(|_| Error::BadRequest)?;
    let Some(edition) = hall.catalogue.newest(sender.state.revision).await? else {
        return Ok(Json(CatalogueState { manifest: None, delta: None }).into_response());
    };
    let have = query.have.map(Revision);
    let tag = HeaderValue::from_str(&edition.tag).map_err(|_| Error::Unavailable)?;
    if same(&headers, &tag) && have == Some(edition.revision) {
        return Ok(not_modified(tag));
    }
    let delta = match have {
        Some(from) if from < edition.revision => hall.catalogue.delta(from, edition.revision).await?,
        _ => None,
    };
    // A delta as large as the bundle saves nothing.
    let delta = delta.map(|delta| delta.len() as u64).filter(|size| *size < edition.bundle.len() as u64);
    let state = CatalogueState { manifest: Some(edition.manifest.clone()), delta };
    Ok(([(ETAG, tag)], Json(state)).into_response())
}

async fn bundle(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    Path(revision): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let revision = number(&revision)?;
    let edition = hall.catalogue.edition(revision, sender.state.revision).await?.ok_or(Error::NotFound)?;
    let tag = HeaderValue::from_str(&edition.tag).map_err(|_| Error::Unavailable)?;
    let mut response = binary(&hall, &headers, edition.bundle.clone(), &tag)?;
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

async fn delta(
    State(hall): State<Arc<Hall>>,
    _: Sender,
    Path((from, to)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (from, to) = (number(&from)?, number(&to)?);
    let delta = hall.catalogue.delta(from, to).await?.ok_or(Error::NotFound)?;
    let tag = HeaderValue::from_str(&format!("\"{from}-{to}\"")).map_err(|_| Error::NotFound)?;
    binary(&hall, &headers, delta, &tag)
}

fn number(text: &str) -> Result<Revision, Error> {
    text.parse::<i64>()
        .ok()
        .and_then(|number| u64::try_from(number).ok())
        .map(Revision)
        .ok_or(Error::NotFound)
}

fn same(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers.get(IF_NONE_MATCH).is_some_and(|known| known == tag)
}

fn not_modified(tag: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response.headers_mut().insert(ETAG, tag);
    response
}

fn binary(hall: &Hall, headers: &HeaderMap, content: Bytes, tag: &HeaderValue) -> Result<Response, Error> {
    let size = content.len();
    // A range of another bundle than the one that is here would make a broken whole.
    let resumable = headers.get(IF_RANGE).is_none_or(|known| known == tag);
    let asked = headers.get(RANGE).filter(|_| resumable).and_then(|range| range.to_str().ok());
    let mut response = match asked.map(|text| range(text, size)) {
        None | Some(Asked::Whole) => Response::new(Body::from(content.clone())),
        Some(Asked::Part(part)) => {
            let mut response = Response::new(Body::from(content.slice(part.clone())));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            response.headers_mut().insert(CONTENT_RANGE, text.parse().map_err(|_| Error::Unavailable)?);
            response
        }
        Some(Asked::Nothing) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            let text = format!("bytes */{size}");
            response.headers_mut().insert(CONTENT_RANGE, text.parse().map_err(|_| Error::Unavailable)?);
            response
        }
    };
    let length = axum::body::HttpBody::size_hint(response.body()).exact().unwrap_or(0);
    hall.metrics.bundle_bytes_total.inc_by(length);
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(BINARY_TYPE));
    out.insert(CONTENT_LENGTH, length.into());
    out.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<usize>),
    Nothing,
}

/// One range of bytes (RFC 9110, 14). What is not understood is ignored, as the RFC wants.
fn range(text: &str, size: usize) -> Asked {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Asked::Whole;
    };
    match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(first), Ok(last)) if first > last => Asked::Whole,
        (Ok(first), _) if first >= size => Asked::Nothing,
        (Ok(first), Ok(last)) => Asked::Part(first..last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.trim().is_empty() => Asked::Part(first..size),
        (Err(_), Ok(0)) if first.trim().is_empty() => Asked::Nothing,
        (Err(_), Ok(tail)) if first.trim().is_empty() && size > 0 => {
            Asked::Part(size.saturating_sub(tail)..size)
        }
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_as_the_rfc_means_them() {
        assert_eq!(range("bytes=0-0", 10), Asked::Part(0..1));
        assert_eq!(range("bytes=5-", 10), Asked::Part(5..10));
        assert_eq!(range("bytes=-3", 10), Asked::Part(7..10));
        assert_eq!(range("bytes=2-99", 10), Asked::Part(2..10));
        assert_eq!(range("bytes=10-", 10), Asked::Nothing);
        for other in ["bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", ""] {
            assert_eq!(range(other, 10), Asked::Whole, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_part_is_inside(text in "bytes=[0-9]{0,20}-[0-9]{0,20}", size in 0usize..100) {
            if let Asked::Part(part) = range(&text, size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}
