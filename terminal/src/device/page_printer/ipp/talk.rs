//! One request and its answer over HTTP, with a limit on time and size. Knows no printer and no job.

use super::access::{self, Login, LoginError};
use crate::config::Fingerprint;
use ::ipp::parser::IppParser;
use ::ipp::prelude::{IppRequestResponse, Uri};
use ::ipp::reader::IppReader;
use std::io::Cursor;
use std::time::Duration;

/// The default port of `ipp:`.
const PORT: u16 = 631;
const CONNECT: Duration = Duration::from_secs(3);
/// The largest answer, in bytes; a printer's full description takes some 30 KB.
const LARGEST: usize = 512 * 1024;
const MEDIA_TYPE: &str = "application/ipp";

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TalkError {
    /// Nothing was sent.
    #[error("the printer cannot be reached")]
    Unreachable,
    /// It was sent, and no whole answer came.
    #[error("the printer does not answer")]
    Silent,
    /// The password that it asks for cannot be used; nothing was sent.
    #[error("the printer's password: {0}")]
    Login(#[from] LoginError),
    /// It was refused before anything was done with it.
    #[error("the printer refuses the request")]
    Refused,
    /// What answered is no printer, or it answers nonsense.
    #[error("the printer's answer is none")]
    Garbled,
}

/// An address that cannot be a printer's.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no address of a printer, such as ipp://192.0.2.10/ipp/print: {0}")]
pub struct UriError(String);

#[derive(Debug, Clone)]
pub(super) struct Talk {
    client: reqwest::Client,
    url: reqwest::Url,
    uri: Uri,
    login: Option<Login>,
}

impl Talk {
    pub fn new(text: &str, login: Option<Login>, certificate: Option<Fingerprint>) -> Result<Self, UriError> {
        let wrong = |why: &dyn std::fmt::Display| UriError(why.to_string());
        let uri: Uri = text.parse().map_err(|error| wrong(&error))?;
        let scheme = match uri.scheme_str() {
            Some("ipp" | "http") => "http",
            Some("ipps" | "https") => "https",
            _ => return Err(wrong(&"it begins with ipp: or ipps:")),
        };
        let host = uri.host().ok_or_else(|| wrong(&"it names no host"))?;
        let port = uri.port_u16().unwrap_or(PORT);
        let url = format!("{scheme}://{host}:{port}{}", uri.path());
        let url = url.parse().map_err(|error| wrong(&error))?;
        let mut client = reqwest::Client::builder();
        if let Some(fingerprint) = certificate {
            let tls = access::pinned(fingerprint).map_err(|error| wrong(&error))?;
            client = client.tls_backend_preconfigured(tls);
        }
        let client = client
            // A printer is beside the terminal; a proxy or another address would get what is printed.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            // Each call has an event queue of its own, so a connection does not outlive it.
            .pool_max_idle_per_host(0)
            .http1_only()
            .build()
            .map_err(|error| wrong(&error))?;
        Ok(Self { client, url, uri, login })
    }

    pub fn uri(&self) -> Uri {
        self.uri.clone()
    }

    /// Sends `request` with `document` behind it, and waits for the whole answer no longer than `timeout`.
    pub async fn ask(
        &self,
        request: IppRequestResponse,
        document: &[u8],
        timeout: Duration,
    ) -> Result<IppRequestResponse, TalkError> {
        let mut body = request.to_bytes().to_vec();
        body.extend_from_slice(document);
        let mut post = self.client.post(self.url.clone());
        if let Some(login) = &self.login {
            let password = login.password().inspect_err(|error| {
                tracing::error!(%error, "the page printer's password cannot be used");
            })?;
            post = post.basic_auth(&login.user, Some(password));
        }
        let sent =
            post.header(reqwest::header::CONTENT_TYPE, MEDIA_TYPE).body(body).timeout(timeout).send().await;
        let mut response = sent.map_err(|error| {
            if error.is_connect() || error.is_builder() { TalkError::Unreachable } else { TalkError::Silent }
        })?;
        let code = response.status();
        if code.is_client_error() {
            tracing::warn!(%code, "the page printer refuses what it is asked");
            return Err(TalkError::Refused);
        }
        let kind = response.headers().get(reqwest::header::CONTENT_TYPE);
        let is_ipp = kind.is_some_and(|kind| kind.as_bytes().starts_with(MEDIA_TYPE.as_bytes()));
        if !code.is_success() || !is_ipp {
            return Err(TalkError::Garbled);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| TalkError::Silent)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(TalkError::Garbled);
            }
            bytes.extend_from_slice(&chunk);
        }
        IppParser::new(IppReader::new(Cursor::new(bytes))).parse().map_err(|_| TalkError::Garbled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_printers() {
        for (text, url) in [
            ("ipp://192.0.2.10/ipp/print", "http://192.0.2.10:631/ipp/print"),
            ("ipp://printer.example:8631/ipp/print", "http://printer.example:8631/ipp/print"),
            ("ipps://printer.example/ipp/print", "https://printer.example:631/ipp/print"),
            ("ipp://localhost/printers/pages", "http://localhost:631/printers/pages"),
        ] {
            assert_eq!(Talk::new(text, None, None).unwrap().url.as_str(), url);
        }
        for text in ["", "printer", "lpd://printer/queue", "ipp:", "/dev/usb/lp0"] {
            assert!(Talk::new(text, None, None).is_err(), "{text}");
        }
    }
}
