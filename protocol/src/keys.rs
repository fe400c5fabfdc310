//! Ed25519 keys. Every signature is made over a domain string and the digest of the content, so that a
//! signature of one kind of message is never valid for another.

use crate::bytes::{Blob, Digest};
use ed25519_dalek::Signer as _;
use serde::{Deserialize, Serialize};

/// A key is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed key")]
pub struct BadKey;

/// A private Ed25519 key; wiped when dropped, never printed.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new random key.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut secret = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut())?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&secret)))
    }

    /// From its 32 secret bytes.
    ///
    /// # Errors
    /// Another length.
    pub fn from_bytes(secret: &[u8]) -> Result<Self, BadKey> {
        let secret = zeroize::Zeroizing::new(<[u8; 32]>::try_from(secret).map_err(|_| BadKey)?);
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&secret)))
    }

    /// The 32 secret bytes, for the file that keeps them.
    pub fn to_bytes(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `content` as a message of kind `domain`: 64 bytes.
    pub fn sign(&self, domain: &[u8], content: &[u8]) -> Vec<u8> {
        self.sign_raw(&message(domain, content))
    }

    /// Signs bytes as they are, for protocols that bring their own framing.
    pub(crate) fn sign_raw(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).to_bytes().to_vec()
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
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// No point of the curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadKey> {
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| BadKey)?;
        ed25519_dalek::VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| BadKey)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` is this key's over `content` as a message of kind `domain`.
    pub fn verify(&self, domain: &[u8], content: &[u8], signature: &[u8]) -> bool {
        self.verify_raw(&message(domain, content), signature)
    }

    pub(crate) fn verify_raw(&self, bytes: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(bytes, &signature).is_ok())
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
    fn a_private_key_is_never_printed() {
        let key = SigningKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
    }
}
