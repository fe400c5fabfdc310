//! Signed requests (RFC 9421, Ed25519): the hall knows which terminal speaks, behind any reverse proxy.
//!
//! Covered are method, path, query, and the digest of the body (RFC 9530). The authority is not covered,
//! because a reverse proxy may change it. `created` is by the hall's clock as the terminal last learnt it, so
//! that a terminal with a wrong clock is not locked out; the nonce lets the hall refuse a replay in that window.

use crate::bytes::{Blob, Digest};
use crate::ids::TerminalId;
use crate::keys::{PublicKey, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use httpsig::prelude::message_component::{HttpMessageComponent, HttpMessageComponentId};
use httpsig::prelude::{
    AlgorithmName, HttpSigError, HttpSigResult, HttpSignatureBase, HttpSignatureHeaders, HttpSignatureParams,
};

const NAME: &str = "bianmin";
const COVERED: [&str; 4] = ["\"@method\"", "\"@path\"", "\"@query\"", "\"content-digest\""];
/// By how much `created` may differ from the hall's clock, in seconds.
pub const TOLERANCE: u64 = 300;

/// The headers that make a request a signed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `content-digest`.
    pub content_digest: String,
    /// `signature-input`.
    pub signature_input: String,
    /// `signature`.
    pub signature: String,
}

/// What a request says about its signer before anything is checked.
#[derive(Debug)]
pub struct Claim {
    /// The terminal that is said to have signed.
    pub terminal: TerminalId,
    /// Seconds since 1970 by the hall's clock as the terminal knows it.
    pub created: u64,
    /// Never used twice.
    pub nonce: String,
    headers: HttpSignatureHeaders,
}

/// Why a request is not accepted as signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Headers are missing or malformed, or do not cover what they must.
    #[error("the request is not signed as it must be")]
    Form,
    /// The body is not the one that was signed.
    #[error("the body is not the one that was signed")]
    Digest,
    /// Signed too long ago or in the future by the hall's clock.
    #[error("the signature is too old or from the future")]
    Stale,
    /// Another key, or something was changed.
    #[error("the signature does not fit")]
    Signature,
}

/// The `content-digest` header of a body.
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Digest::of(body).0))
}

/// Signs a request.
///
/// `path` is path and query as sent; `created` is in seconds since 1970 by the hall's clock; `nonce` is random.
///
/// # Errors
/// A method or path that cannot be part of a signature.
pub fn sign(
    key: &SigningKey,
    terminal: &TerminalId,
    method: &str,
    path: &str,
    body: &[u8],
    created: u64,
    nonce: &[u8; 16],
) -> Result<SignedHeaders, SignatureError> {
    let content_digest = content_digest(body);
    let mut params = HttpSignatureParams::try_new(&covered()?).map_err(form)?;
    params.set_created(created);
    params.set_nonce(&crate::bytes::encode(nonce));
    params.set_keyid(terminal.as_str());
    let base =
        HttpSignatureBase::try_new(&components(method, path, &content_digest)?, &params).map_err(form)?;
    let headers = base.build_signature_headers(&Signer(key), Some(NAME)).map_err(form)?;
    Ok(SignedHeaders {
        content_digest,
        signature_input: headers.signature_input_header_value(),
        signature: headers.signature_header_value(),
    })
}

/// Reads who is said to have signed, so that the key can be looked up.
///
/// # Errors
/// Malformed or oversize headers, other covered components, no terminal, time or nonce.
pub fn claim(signature_input: &str, signature: &str) -> Result<Claim, SignatureError> {
    if signature_input.len() > 512 || signature.len() > 256 {
        return Err(SignatureError::Form);
    }
    let mut all = HttpSignatureHeaders::try_parse(signature, signature_input).map_err(form)?;
    let headers = all.swap_remove(NAME).ok_or(SignatureError::Form)?;
    let params = headers.signature_params();
    if params.covered_components != covered()? {
        return Err(SignatureError::Form);
    }
    let terminal = params.keyid.as_deref().unwrap_or_default();
    Ok(Claim {
        terminal: TerminalId::parse(terminal).map_err(|_| SignatureError::Form)?,
        created: params.created.ok_or(SignatureError::Form)?,
        nonce: params
            .nonce
            .clone()
            .filter(|nonce| (16..=64).contains(&nonce.len()))
            .ok_or(SignatureError::Form)?,
        headers,
    })
}

impl Claim {
    /// Checks the claim against the terminal's key, the request as received, and the hall's clock (`now`, seconds).
    ///
    /// # Errors
    /// See [`SignatureError`]. A stale but otherwise genuine request is told apart, so that the terminal can
    /// learn the hall's time and ask again.
    pub fn verify(
        &self,
        key: &PublicKey,
        method: &str,
        path: &str,
        content_digest: &str,
        body: &[u8],
        now: u64,
    ) -> Result<(), SignatureError> {
        self.verify_headers(key, method, path, content_digest, now)?;
        verify_body(content_digest, body)
    }

    /// Checks everything but the body, so that a server need not read the body of a request that nobody known
    /// has signed. [`verify_body`] must follow.
    ///
    /// # Errors
    /// See [`SignatureError`].
    pub fn verify_headers(
        &self,
        key: &PublicKey,
        method: &str,
        path: &str,
        content_digest: &str,
        now: u64,
    ) -> Result<(), SignatureError> {
        let params = self.headers.signature_params();
        let base =
            HttpSignatureBase::try_new(&components(method, path, content_digest)?, params).map_err(form)?;
        base.verify_signature_headers(&Verifier(key), &self.headers)
            .map_err(|_| SignatureError::Signature)?;
        if self.created.abs_diff(now) > TOLERANCE {
            return Err(SignatureError::Stale);
        }
        Ok(())
    }
}

/// Checks that a body is the one whose `content-digest` header was signed.
///
/// # Errors
/// [`SignatureError::Digest`].
pub fn verify_body(content_digest: &str, body: &[u8]) -> Result<(), SignatureError> {
    if content_digest == self::content_digest(body) { Ok(()) } else { Err(SignatureError::Digest) }
}

fn covered() -> Result<Vec<HttpMessageComponentId>, SignatureError> {
    COVERED.iter().map(|name| HttpMessageComponentId::try_from(*name).map_err(form)).collect()
}

fn components(method: &str, path: &str, digest: &str) -> Result<Vec<HttpMessageComponent>, SignatureError> {
    if path.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err(SignatureError::Form);
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    COVERED
        .iter()
        .zip([method, path, &format!("?{query}"), digest])
        .map(|(name, value)| {
            HttpMessageComponent::try_from(format!("{name}: {value}").as_str()).map_err(form)
        })
        .collect()
}

fn form(_: HttpSigError) -> SignatureError {
    SignatureError::Form
}

struct Signer<'a>(&'a SigningKey);

impl httpsig::prelude::SigningKey for Signer<'_> {
    fn sign(&self, data: &[u8]) -> HttpSigResult<Vec<u8>> {
        Ok(self.0.sign_raw(data))
    }
    fn key_id(&self) -> String {
        String::new()
    }
    fn alg(&self) -> AlgorithmName {
        AlgorithmName::Ed25519
    }
}

struct Verifier<'a>(&'a PublicKey);

impl httpsig::prelude::VerifyingKey for Verifier<'_> {
    fn verify(&self, data: &[u8], signature: &[u8]) -> HttpSigResult<()> {
        if self.0.verify_raw(data, signature) {
            Ok(())
        } else {
            Err(HttpSigError::InvalidSignature(String::new()))
        }
    }
    fn key_id(&self) -> String {
        String::new()
    }
    fn alg(&self) -> AlgorithmName {
        AlgorithmName::Ed25519
    }
}

/// Bytes that a nonce is made of, as text; used by tests and logs of refused replays.
pub fn nonce_text(nonce: &[u8; 16]) -> String {
    crate::bytes::encode(Blob(nonce.to_vec()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9421, appendix B.2.6: our keys sign and verify the RFC's own signature base.
    #[test]
    fn rfc_9421_ed25519_vector_holds() {
        let lines = [
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT",
            "\"@method\": POST",
            "\"@path\": /foo",
            "\"@authority\": example.com",
            "\"content-type\": application/json",
            "\"content-length\": 18",
        ];
        let input = "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
        let signature =
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
        let secret = STANDARD.decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=").unwrap();
        let components: Vec<_> =
            lines.iter().map(|line| HttpMessageComponent::try_from(*line).unwrap()).collect();
        let base =
            HttpSignatureBase::try_new(&components, &HttpSignatureParams::try_from(input).unwrap()).unwrap();
        let key = SigningKey::from_bytes(&secret).unwrap();
        let made = base.build_raw_signature(&Signer(&key)).unwrap();
        assert_eq!(STANDARD.encode(&made), signature);
        assert!(key.public().verify_raw(&base.as_bytes(), &made));
    }

    fn signed() -> (SigningKey, SignedHeaders) {
        let key = SigningKey::from_bytes(&[3; 32]).unwrap();
        let terminal = TerminalId::parse("HP07").unwrap();
        let headers = sign(&key, &terminal, "POST", "/v1/applications?a=1", b"body", 1000, &[5; 16]).unwrap();
        (key, headers)
    }

    #[test]
    fn what_was_signed_is_what_is_accepted() {
        let (key, headers) = signed();
        let claim = claim(&headers.signature_input, &headers.signature).unwrap();
        assert_eq!(claim.terminal.as_str(), "HP07");
        let check = |method, path, body: &[u8], now| {
            claim.verify(&key.public(), method, path, &content_digest(body), body, now)
        };
        assert_eq!(check("POST", "/v1/applications?a=1", b"body", 1100), Ok(()));
        assert_eq!(check("PUT", "/v1/applications?a=1", b"body", 1100), Err(SignatureError::Signature));
        assert_eq!(check("POST", "/v1/applications", b"body", 1100), Err(SignatureError::Signature));
        assert_eq!(check("POST", "/v1/applications?a=1", b"Body", 1100), Err(SignatureError::Signature));
        assert_eq!(check("POST", "/v1/applications?a=1", b"body", 1301), Err(SignatureError::Stale));
        let other =
            claim.verify(&key.public(), "POST", "/v1/applications?a=1", &headers.content_digest, b"x", 1100);
        assert_eq!(other, Err(SignatureError::Digest));
    }

    proptest! {
        #[test]
        fn hostile_headers_do_not_panic(input in "\\PC{0,200}", signature in "\\PC{0,120}") {
            let _ = claim(&input, &signature);
            let _ = claim(&format!("bianmin=({input})"), &format!("bianmin=:{signature}:"));
        }
    }
}
