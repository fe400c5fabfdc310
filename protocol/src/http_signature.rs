//! Signed requests (RFC 9421, Ed25519): the hall knows which terminal speaks, behind any reverse proxy.
//!
//! Covered are method, path, query, and the digest of the body (RFC 9530). The authority is not covered,
//! because a reverse proxy may change it. `created` is by the hall's clock as the terminal last learnt it, so
//! that a terminal with a wrong clock is not locked out; the nonce lets the hall refuse a replay in that window.

use crate::bytes::Digest;
use crate::ids::TerminalId;
use crate::keys::{PublicKey, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, ListEntry, Parser};

/// Our name for the signature. Where a request has only one, it may have any.
const NAME: &str = "bianmin";
const COVERED: [&str; 4] = ["@method", "@path", "@query", "content-digest"];
const ALGORITHM: &str = "ed25519";
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
    /// After this second the signer itself does not want it any more.
    expires: Option<u64>,
    /// Covered components in the order in which they were signed.
    covered: Vec<&'static str>,
    /// Components and parameters as they were signed.
    params: String,
    signature: Vec<u8>,
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
    let nonce = crate::bytes::encode(nonce);
    let covered = COVERED.map(|name| format!("\"{name}\"")).join(" ");
    let params = format!("({covered});created={created};nonce=\"{nonce}\";keyid=\"{terminal}\"");
    let signature = key.sign_raw(&base(&COVERED, &params, method, path, &content_digest)?);
    Ok(SignedHeaders {
        content_digest,
        signature_input: format!("{NAME}={params}"),
        signature: format!("{NAME}=:{}:", STANDARD.encode(signature)),
    })
}

/// What is signed (RFC 9421, section 2.5).
fn base(
    covered: &[&str],
    params: &str,
    method: &str,
    path: &str,
    content_digest: &str,
) -> Result<Vec<u8>, SignatureError> {
    let values = [method, path, content_digest];
    if values.iter().any(|value| value.bytes().any(|byte| byte < b' ' || byte == 0x7f)) || path.contains(' ')
    {
        return Err(SignatureError::Form);
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut base = String::new();
    for name in covered {
        let value = match *name {
            "@method" => method.to_owned(),
            "@path" => path.to_owned(),
            "@query" => format!("?{query}"),
            "content-digest" => content_digest.trim().to_owned(),
            _ => return Err(SignatureError::Form),
        };
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {params}"));
    Ok(base.into_bytes())
}

/// Reads who is said to have signed, so that the key can be looked up.
///
/// Components and parameters may stand in any order, and there may be further parameters: what was signed is put
/// together again in the order of the header.
///
/// # Errors
/// Malformed or oversize headers, other covered components, no terminal, time or nonce, or another algorithm.
pub fn claim(signature_input: &str, signature: &str) -> Result<Claim, SignatureError> {
    if signature_input.len() > 512 || signature.len() > 256 {
        return Err(SignatureError::Form);
    }
    let mut inputs = dictionary(signature_input)?;
    let signatures = dictionary(signature)?;
    let name = match inputs.keys().next() {
        Some(only) if inputs.len() == 1 => only.to_string(),
        _ => NAME.to_owned(),
    };
    let Some(ListEntry::InnerList(input)) = inputs.swap_remove(name.as_str()) else {
        return Err(SignatureError::Form);
    };
    let Some(ListEntry::Item(signature)) = signatures.get(name.as_str()) else {
        return Err(SignatureError::Form);
    };
    let signature = signature.bare_item.as_byte_sequence().ok_or(SignatureError::Form)?.to_vec();
    read(input, signature)
}

fn dictionary(text: &str) -> Result<Dictionary, SignatureError> {
    Parser::new(text).parse().map_err(|_| SignatureError::Form)
}

fn read(input: InnerList, signature: Vec<u8>) -> Result<Claim, SignatureError> {
    let covered = covered(&input)?;
    let text = |name: &str| match input.params.get(name) {
        None => Ok(None),
        Some(value) => {
            value.as_string().map(|text| Some(text.as_str().to_owned())).ok_or(SignatureError::Form)
        }
    };
    let number = |name: &str| match input.params.get(name) {
        None => Ok(None),
        Some(BareItem::Integer(value)) => u64::try_from(*value).map(Some).map_err(|_| SignatureError::Form),
        Some(_) => Err(SignatureError::Form),
    };
    if text("alg")?.is_some_and(|algorithm| algorithm != ALGORITHM) {
        return Err(SignatureError::Form);
    }
    let (created, expires) = (number("created")?.ok_or(SignatureError::Form)?, number("expires")?);
    let nonce =
        text("nonce")?.filter(|nonce| (16..=64).contains(&nonce.len())).ok_or(SignatureError::Form)?;
    let terminal = text("keyid")?.unwrap_or_default();
    let terminal = TerminalId::parse(&terminal).map_err(|_| SignatureError::Form)?;
    let params = vec![ListEntry::InnerList(input)].serialize().ok_or(SignatureError::Form)?;
    Ok(Claim { terminal, created, nonce, expires, covered, params, signature })
}

/// Each of the four components once, in whatever order.
fn covered(input: &InnerList) -> Result<Vec<&'static str>, SignatureError> {
    let mut covered = Vec::with_capacity(COVERED.len());
    for item in &input.items {
        let name = item.bare_item.as_string().filter(|_| item.params.is_empty());
        let name = name.and_then(|name| COVERED.into_iter().find(|known| *known == name.as_str()));
        let name = name.filter(|name| !covered.contains(name)).ok_or(SignatureError::Form)?;
        covered.push(name);
    }
    if covered.len() == COVERED.len() { Ok(covered) } else { Err(SignatureError::Form) }
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
        let base = base(&self.covered, &self.params, method, path, content_digest)?;
        if !key.verify_raw(&base, &self.signature) {
            return Err(SignatureError::Signature);
        }
        if self.created.abs_diff(now) > TOLERANCE || self.expires.is_some_and(|expires| expires < now) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 9421, appendix B.2.6: our keys sign and verify the RFC's own signature base.
    #[test]
    fn rfc_9421_ed25519_vector_holds() {
        let base = [
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT",
            "\"@method\": POST",
            "\"@path\": /foo",
            "\"@authority\": example.com",
            "\"content-type\": application/json",
            "\"content-length\": 18",
            "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
             ;created=1618884473;keyid=\"test-key-ed25519\"",
        ]
        .join("\n");
        let signature =
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
        let secret = STANDARD.decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=").unwrap();
        let key = SigningKey::from_bytes(&secret).unwrap();
        let made = key.sign_raw(base.as_bytes());
        assert_eq!(STANDARD.encode(&made), signature);
        assert!(key.public().verify_raw(base.as_bytes(), &made));
    }

    /// A signer made from the RFC alone, with another Ed25519: what is covered, and the parameters, in this order.
    fn signed_elsewhere(covered: &[&str], params: &[&str], label: &str) -> SignedHeaders {
        use ed25519_dalek::Signer as _;
        let key = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
        let digest = content_digest(b"body");
        let list: Vec<String> = covered.iter().map(|name| format!("\"{name}\"")).collect();
        let input = format!("({}){}", list.join(" "), params.concat());
        let mut base = String::new();
        for name in covered {
            base += &match *name {
                "@method" => "\"@method\": POST\n".to_owned(),
                "@path" => "\"@path\": /v1/applications\n".to_owned(),
                "@query" => "\"@query\": ?a=1\n".to_owned(),
                other => format!("\"{other}\": {digest}\n"),
            };
        }
        base += &format!("\"@signature-params\": {input}");
        SignedHeaders {
            content_digest: digest,
            signature_input: format!("{label}={input}"),
            signature: format!("{label}=:{}:", STANDARD.encode(key.sign(base.as_bytes()).to_bytes())),
        }
    }

    fn verified(headers: &SignedHeaders, now: u64) -> Result<(), SignatureError> {
        let key = SigningKey::from_bytes(&[3; 32]).unwrap().public();
        let path = "/v1/applications?a=1";
        claim(&headers.signature_input, &headers.signature)?.verify(
            &key,
            "POST",
            path,
            &headers.content_digest,
            b"body",
            now,
        )
    }

    /// Every order of so many.
    fn orders(all: &[&'static str]) -> Vec<Vec<&'static str>> {
        if all.is_empty() {
            return vec![Vec::new()];
        }
        let each = (0..all.len()).flat_map(|first| {
            let mut rest = all.to_vec();
            let first = rest.remove(first);
            orders(&rest).into_iter().map(move |order| [vec![first], order].concat())
        });
        each.collect()
    }

    const PARAMS: [&str; 6] = [
        ";created=1000",
        ";expires=1200",
        ";nonce=\"0123456789abcdef\"",
        ";alg=\"ed25519\"",
        ";keyid=\"HP07\"",
        ";tag=\"a \\\"quoted\\\" tag\"",
    ];

    #[test]
    fn whatever_the_order_of_parameters_and_components_it_is_verified() {
        for params in orders(&PARAMS) {
            let headers = signed_elsewhere(&COVERED, &params, "bianmin");
            assert_eq!(verified(&headers, 1100), Ok(()), "{}", headers.signature_input);
        }
        for covered in orders(&COVERED) {
            let headers = signed_elsewhere(&covered, &PARAMS, "sig1");
            assert_eq!(verified(&headers, 1100), Ok(()), "{}", headers.signature_input);
        }
        let further =
            [";keyid=\"HP07\"", ";of=tomorrow;flag", ";nonce=\"0123456789abcdef\"", ";created=1000"];
        assert_eq!(verified(&signed_elsewhere(&COVERED, &further, "bianmin"), 1100), Ok(()));
    }

    #[test]
    fn what_was_signed_in_one_order_does_not_hold_in_another() {
        let headers = signed_elsewhere(&COVERED, &PARAMS, "bianmin");
        let mut moved = headers.clone();
        moved.signature_input = format!("bianmin=(\"@method\" \"@path\" \"@query\" \"content-digest\"){}", {
            let mut params = PARAMS;
            params.swap(0, 4);
            params.concat()
        });
        assert_eq!(verified(&moved, 1100), Err(SignatureError::Signature));
        let mut dropped = headers.clone();
        dropped.signature_input = headers.signature_input.replace(";expires=1200", "");
        assert_eq!(verified(&dropped, 1100), Err(SignatureError::Signature));
    }

    #[test]
    fn what_the_signer_does_not_want_or_does_not_cover_is_refused() {
        assert_eq!(
            verified(&signed_elsewhere(&COVERED, &PARAMS, "bianmin"), 1201),
            Err(SignatureError::Stale)
        );
        let mut params = PARAMS;
        params[3] = ";alg=\"rsa-pss-sha512\"";
        assert_eq!(
            verified(&signed_elsewhere(&COVERED, &params, "bianmin"), 1100),
            Err(SignatureError::Form)
        );
        for without in 0..COVERED.len() {
            let mut covered = COVERED.to_vec();
            covered.remove(without);
            let headers = signed_elsewhere(&covered, &PARAMS, "bianmin");
            assert_eq!(verified(&headers, 1100), Err(SignatureError::Form));
            covered.push(covered[0]);
            let headers = signed_elsewhere(&covered, &PARAMS, "bianmin");
            assert_eq!(verified(&headers, 1100), Err(SignatureError::Form));
        }
        for without in [0, 2, 4] {
            let mut params = PARAMS.to_vec();
            params.remove(without);
            let headers = signed_elsewhere(&COVERED, &params, "bianmin");
            assert_eq!(verified(&headers, 1100), Err(SignatureError::Form), "{params:?}");
        }
    }

    /// Another implementation makes the same of our headers, byte for byte.
    #[test]
    fn httpsig_signs_the_same_bytes() {
        use httpsig::prelude::message_component::HttpMessageComponent;
        use httpsig::prelude::{HttpSignatureBase, HttpSignatureHeaders};
        let (_, headers) = signed();
        let theirs = HttpSignatureHeaders::try_parse(&headers.signature, &headers.signature_input).unwrap();
        let lines = [
            "\"@method\": POST".to_owned(),
            "\"@path\": /v1/applications".to_owned(),
            "\"@query\": ?a=1".to_owned(),
            format!("\"content-digest\": {}", headers.content_digest),
        ];
        let lines = lines.map(|line| HttpMessageComponent::try_from(line.as_str()).unwrap());
        let theirs = HttpSignatureBase::try_new(&lines, theirs["bianmin"].signature_params()).unwrap();
        let ours = claim(&headers.signature_input, &headers.signature).unwrap();
        let path = "/v1/applications?a=1";
        let ours = base(&ours.covered, &ours.params, "POST", path, &headers.content_digest).unwrap();
        assert_eq!(theirs.as_bytes(), ours);
    }

    /// What is sent today is what was sent by the first release, byte for byte: its halls know one order only.
    #[test]
    fn our_own_order_stays() {
        let (_, headers) = signed();
        let nonce = crate::bytes::encode(&[5; 16]);
        assert_eq!(
            headers.signature_input,
            format!(
                "bianmin=(\"@method\" \"@path\" \"@query\" \"content-digest\");created=1000;nonce=\"{nonce}\";keyid=\"HP07\""
            )
        );
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
