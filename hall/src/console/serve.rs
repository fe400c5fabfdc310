//! What is around every page: headers that let a browser take nothing from elsewhere, requests of other sites refused,
//! the frame, and errors as pages.

use super::frame::{Frame, ViewerSlot};
use super::{Console, PageError, asset_route, language};
use crate::http::ErrorAnswer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::any;
use std::sync::Arc;
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// Where one signs in.
const SIGN_IN: &str = "/console/sign-in";

/// Scripts, styles and pictures are the hall's own files, or pictures in the page; nothing in a page is a script.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    // With `no-referrer` a browser would not say either from which site a form comes.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Serves the pages of all capabilities.
pub(crate) fn serve<S: Clone + Send + Sync + 'static>(pages: Router<S>, console: Arc<Console>) -> Router<S> {
    let other_site = |_: ProtectionError| PageError::OtherSite.into_response();
    let mut csrf = CsrfLayer::new();
    if let Some(origin) = console.public_url.as_deref().and_then(origin) {
        csrf = csrf.clone().add_trusted_origin(origin).unwrap_or(csrf);
    }
    let csrf = csrf.with_rejection_response(other_site);
    pages
        .merge(asset_route())
        .route("/console/{*rest}", any(async || PageError::NotFound))
        // Before the layers, so that this answer goes through them too.
        .method_not_allowed_fallback(async || PageError::Method)
        .layer(csrf)
        .layer(from_fn_with_state(console, around))
}

/// As a browser says where a request comes from.
fn origin(url: &str) -> Option<String> {
    let uri = url.parse::<Uri>().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?.as_str().to_ascii_lowercase()))
}

async fn around(State(console): State<Arc<Console>>, mut request: Request, next: Next) -> Response {
    let language = language::of_request(&console, request.headers());
    let viewer = ViewerSlot::default();
    let path = page_of(&request);
    let frame = Frame::new(console.clone(), language, viewer.clone(), path);
    request.extensions_mut().insert(console);
    request.extensions_mut().insert(viewer);
    request.extensions_mut().insert(frame.clone());
    let mut response = next.run(request).await;
    if let Some(error) = error_of(&mut response) {
        let page = error.page(&frame);
        // What the answer says beside its body, such as a cookie, stays.
        let kept = std::mem::take(response.headers_mut());
        response = page;
        for (name, value) in
            kept.iter().filter(|(name, _)| *name == header::SET_COOKIE || *name == header::ALLOW)
        {
            response.headers_mut().append(name, value.clone());
        }
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The page on which somebody is: that of the request, or where the form stands that it sends.
fn page_of(request: &Request) -> String {
    let path = |uri: &Uri| uri.path_and_query().map(|path| path.as_str().to_owned());
    let found = if request.method() == Method::GET {
        path(request.uri())
    } else {
        let referer = request.headers().get(header::REFERER).and_then(|referer| referer.to_str().ok());
        referer.and_then(|referer| path(&referer.parse().ok()?))
    };
    found.unwrap_or_else(|| "/console".to_owned())
}

/// The error that an answer is, if it has no page yet.
fn error_of(response: &mut Response<Body>) -> Option<PageError> {
    let answer: Option<ErrorAnswer> = response.extensions_mut().remove();
    let error =
        response.extensions_mut().remove::<PageError>().or_else(|| answer.map(|answer| answer.error.into()));
    error.or_else(|| {
        let is_page = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if is_page { None } else { PageError::of_status(response.status()) }
    })
}

/// Where somebody signs in to go on at a page.
pub(super) fn to_sign_in(path: &str) -> Response {
    let encoded: String = path
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    let to = if path == "/console" { SIGN_IN.to_owned() } else { format!("{SIGN_IN}?next={encoded}") };
    Redirect::to(&to).into_response()
}
