//! Ed25519 keys. Every signature is made over a domain string and the digest of the content, so that a
//! signature of one kind of message is never valid for another.
//!
//! AWS-LC computes, as it does for TLS. What is a signature is stricter than RFC 8032: keys and commitments of
//! small order, which fit more than one message, are none.

use crate::bytes::{Blob, Digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::CompressedEdwardsY;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};
use zeroize::Zeroizing;

/// A key is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed key")]
pub struct BadKey;

/// A private Ed25519 key; wiped when dropped, never printed.
#[derive(Clone)]
pub struct SigningKey(Arc<Secret>);

struct Secret {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// A new random key.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut())?;
        Ok(Self::from_seed(seed))
    }

    /// From its 32 secret bytes.
    ///
    /// # Errors
    /// Another length.
    pub fn from_bytes(secret: &[u8]) -> Result<Self, BadKey> {
        Ok(Self::from_seed(Zeroizing::new(<[u8; 32]>::try_from(secret).map_err(|_| BadKey)?)))
    }

    fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        use aws_lc_rs::signature::KeyPair as _;
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).expect("any 32 bytes are a seed");
        let public = pair.public_key().as_ref().try_into().expect("a public key has 32 bytes");
        Self(Arc::new(Secret { seed, pair, public: PublicKey(public) }))
    }

    /// The 32 secret bytes, for the file that keeps them.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.seed.clone()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.0.public
    }

    /// Signs `content` as a message of kind `domain`: 64 bytes.
    pub fn sign(&self, domain: &[u8], content: &[u8]) -> Vec<u8> {
        self.sign_raw(&message(domain, content))
    }

    /// Signs bytes as they are, for protocols that bring their own framing.
    pub(crate) fn sign_raw(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.pair.sign(bytes).as_ref().to_vec()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// A public Ed25519 key; base64url text in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Blob", into = "Blob")]
pub struct PublicKey([u8; 32]);

/// The points of small order as they are written.
static SMALL: LazyLock<[[u8; 32]; 8]> = LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().0));

impl PublicKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// No point of the curve, or one of small order, for which anybody could sign.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadKey> {
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| BadKey)?;
        let point = CompressedEdwardsY(bytes).decompress().ok_or(BadKey)?;
        if point.is_small_order() { Err(BadKey) } else { Ok(Self(bytes)) }
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `signature` is this key's over `content` as a message of kind `domain`.
    pub fn verify(&self, domain: &[u8], content: &[u8], signature: &[u8]) -> bool {
        self.verify_raw(&message(domain, content), signature)
    }

    pub(crate) fn verify_raw(&self, bytes: &[u8], signature: &[u8]) -> bool {
        // The commitment is compared as it is written, so no other writing of these points could fit.
        let is_small =
            signature.get(..32).is_none_or(|commitment| SMALL.iter().any(|small| small == commitment));
        !is_small && UnparsedPublicKey::new(&ED25519, self.0).verify(bytes, signature).is_ok()
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::bytes::encode(self.as_bytes()))
    }
}

impl TryFrom<Blob> for PublicKey {
    type Error = BadKey;
    fn try_from(blob: Blob) -> Result<Self, BadKey> {
        Self::from_bytes(&blob.0)
    }
}

impl From<PublicKey> for Blob {
    fn from(key: PublicKey) -> Self {
        Blob(key.as_bytes().to_vec())
    }
}

fn message(domain: &[u8], content: &[u8]) -> Vec<u8> {
    let digest = Digest::of(content);
    let mut message = Vec::with_capacity(domain.len() + 33);
    message.extend_from_slice(domain);
    message.push(0);
    message.extend_from_slice(&digest.0);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_own_domain_content_and_key() {
        let key = SigningKey::generate().unwrap();
        let signature = key.sign(b"receipt", b"content");
        let public = key.public();
        assert!(public.verify(b"receipt", b"content", &signature));
        assert!(!public.verify(b"manifest", b"content", &signature));
        assert!(!public.verify(b"receipt", b"contenT", &signature));
        assert!(!public.verify(b"receipt", b"content", &signature[..63]));
        assert!(!SigningKey::generate().unwrap().public().verify(b"receipt", b"content", &signature));
    }

    #[test]
    fn keys_and_commitments_of_small_order_are_none() {
        use curve25519_dalek::Scalar;
        use sha2::{Digest as _, Sha512};
        for small in *SMALL {
            assert_eq!(PublicKey::from_bytes(&small), Err(BadKey));
        }
        // Whoever holds the key can make a signature whose commitment is the neutral point: s = k·a.
        let secret = [7; 32];
        let key = SigningKey::from_bytes(&secret).unwrap();
        let wide = Sha512::digest(secret);
        let mut clamped: [u8; 32] = wide[..32].try_into().unwrap();
        clamped[0] &= 248;
        clamped[31] = clamped[31] & 127 | 64;
        let neutral = SMALL.iter().find(|point| point[0] == 1 && point[1..] == [0; 31]).unwrap();
        let hash = Sha512::new().chain_update(neutral).chain_update(key.public().as_bytes());
        let hash: [u8; 64] = hash.chain_update(b"message").finalize().into();
        let k = Scalar::from_bytes_mod_order_wide(&hash);
        let s = k * Scalar::from_bytes_mod_order(clamped);
        let signature = [*neutral, s.to_bytes()].concat();
        let by_rfc = UnparsedPublicKey::new(&ED25519, key.public().0);
        assert!(by_rfc.verify(b"message", &signature).is_ok(), "made as it was meant");
        assert!(!key.public().verify_raw(b"message", &signature));
    }

    proptest::proptest! {
        /// Two implementations agree on what is a signature, whatever byte is changed.
        #[test]
        fn another_implementation_says_the_same(secret: [u8; 32], text: [u8; 40], at in 0..96_usize, flip: u8) {
            let other = ed25519_dalek::SigningKey::from_bytes(&secret);
            let key = SigningKey::from_bytes(&secret).unwrap();
            let mut all = [&key.public().as_bytes()[..], &key.sign_raw(&text)].concat();
            proptest::prop_assert_eq!(&all[..32], &other.verifying_key().to_bytes());
            all[at] ^= flip;
            let theirs = ed25519_dalek::VerifyingKey::from_bytes(all[..32].try_into().unwrap()).is_ok_and(|key| {
                key.verify_strict(&text, &ed25519_dalek::Signature::from_slice(&all[32..]).unwrap()).is_ok()
            });
            let ours = PublicKey::from_bytes(&all[..32]).is_ok_and(|key| key.verify_raw(&text, &all[32..]));
            proptest::prop_assert_eq!(ours, theirs);
            proptest::prop_assert_eq!(ours, flip == 0);
        }
    }

    #[test]
    fn a_private_key_is_never_printed() {
        let key = SigningKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
    }
}
