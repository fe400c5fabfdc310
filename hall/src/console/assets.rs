//! Files that pages need: compiled in, with a digest of their content in their name, so that a browser keeps them for ever
//! and asks anew for another version.

use super::{Console, PageError};
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router, routing::get};
use bianmin_protocol::bytes::{Digest, encode};
use std::sync::Arc;

/// Where they are.
pub(super) const FOLDER: &str = "/console/assets";
/// Characters of the digest that are in the name.
const DIGEST: usize = 10;

/// The layout's own.
pub(super) const OWN: &[Asset] = &[Asset {
    name: "console.css",
    kind: "text/css; charset=utf-8",
    content: include_bytes!("../../assets/console/console.css"),
}];

/// A file that pages of a capability need.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name in pages, such as `cases.css`.
    pub name: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it.
    pub content: &'static [u8],
}

#[derive(Debug)]
struct Served {
    asset: Asset,
    public_name: String,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Assets(Vec<Served>);

impl Assets {
    pub(super) fn new(assets: &[Asset]) -> Self {
        let served = |asset: &Asset| {
            let digest = encode(&Digest::of(asset.content).0);
            let (stem, kind) = asset.name.rsplit_once('.').unwrap_or((asset.name, ""));
            Served { asset: *asset, public_name: format!("{stem}.{}.{kind}", &digest[..DIGEST]) }
        };
        Self(assets.iter().map(served).collect())
    }

    /// The address of a file; of none if there is no such file.
    pub(super) fn url(&self, name: &str) -> String {
        let found = self.0.iter().find(|served| served.asset.name == name);
        found.map(|served| format!("{FOLDER}/{}", served.public_name)).unwrap_or_default()
    }
}

/// Serves them.
pub(crate) fn route<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(&format!("{FOLDER}/{{file}}"), get(file))
}

async fn file(
    Extension(console): Extension<Arc<Console>>,
    Path(file): Path<String>,
) -> Result<Response, PageError> {
    let found = console.assets.0.iter().find(|served| served.public_name == file);
    let asset = found.ok_or(PageError::NotFound)?.asset;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_name() {
        let asset = |content| Asset { name: "a.b.css", kind: "text/css", content };
        let url = |content| Assets::new(&[asset(content)]).url("a.b.css");
        assert!(url(b"1").starts_with("/console/assets/a.b.") && url(b"1").ends_with(".css"));
        assert_eq!(url(b"1"), url(b"1"));
        assert_ne!(url(b"1"), url(b"2"));
        assert_eq!(Assets::new(&[]).url("a.b.css"), "");
    }
}
