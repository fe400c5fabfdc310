//! Sealing: what a terminal has accepted can be opened by the hall alone.
//!
//! HPKE (RFC 9180) base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The header is the
//! associated data; the terminal signs header, encapsulation and ciphertext together. The suite's id is in the
//! envelope, so that other suites (SM2/SM4) can follow without a change of format.
//!
//! The HPKE is that of rustls over AWS-LC, which is here for TLS anyway and takes half the time of the plain Rust one.

use crate::application::{AttachmentEntry, Header};
use crate::bytes::{Blob, Digest};
use crate::content::{CHUNK, ContentError, sniff};
use crate::ids::{ApplicationId, MaterialCode};
use crate::keys::{BadKey, PublicKey, SigningKey};
use aws_lc_rs::agreement::{PrivateKey, X25519};
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_CHACHA20_POLY1305 as SUITE;
use rustls::crypto::hpke::{
    EncapsulatedSecret, Hpke as _, HpkeOpener, HpkePrivateKey, HpkePublicKey, HpkeSealer,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::marker::PhantomData;
use std::sync::Arc;
use zeroize::Zeroizing;

const BODY_INFO: &[u8] = b"bianmin application body v1";
const CHUNK_INFO: &[u8] = b"bianmin attachment v1";
const TEXT_INFO: &[u8] = b"bianmin sealed text v1";
const ENVELOPE_DOMAIN: &[u8] = b"bianmin envelope v1";

/// The largest sealed body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;
/// The largest header, in bytes.
pub const HEADER_LIMIT: usize = 16 * 1024;

/// The longest [`SealedText`], in bytes.
pub const TEXT_LIMIT: usize = 256;

/// Which algorithms an envelope uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suite {
    /// X25519, HKDF-SHA256, ChaCha20-Poly1305; Ed25519 signature.
    #[serde(rename = "x25519-chacha20poly1305-ed25519")]
    X25519ChaCha20Poly1305Ed25519,
}

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A key is malformed.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// The terminal's signature does not fit.
    #[error("the envelope is not signed by this terminal")]
    Signature,
    /// It was sealed to another key, or changed on its way.
    #[error("the envelope cannot be opened with this hall's key")]
    Open,
    /// Header or body is larger than allowed.
    #[error("the application is larger than allowed")]
    TooLarge,
    /// The clear text is not what it should be.
    #[error("the content of the envelope cannot be read")]
    Json,
    /// The number or length of chunks does not fit the header.
    #[error("the attachment does not fit its description")]
    Attachment,
    /// The file is none that is accepted.
    #[error(transparent)]
    Content(#[from] ContentError),
}

/// The hall's public key to which terminals seal; base64url text in JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Blob", into = "Blob")]
pub struct SealPublicKey([u8; 32]);

impl SealPublicKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// Malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadKey> {
        <[u8; 32]>::try_from(bytes).map(Self).map_err(|_| BadKey)
    }

    /// Does the part of sealing a body that needs not know it, which is the longer one: a key pair for this body
    /// alone, and its exchange with the hall's key.
    ///
    /// # Errors
    /// The key is none to which anything can be sealed.
    pub fn prepare(&self) -> Result<PreparedSeal, SealError> {
        PreparedSeal::new(self, BODY_INFO)
    }
}

impl std::fmt::Debug for SealPublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::bytes::encode(&self.0))
    }
}

impl TryFrom<Blob> for SealPublicKey {
    type Error = BadKey;
    fn try_from(blob: Blob) -> Result<Self, BadKey> {
        Self::from_bytes(&blob.0)
    }
}

impl From<SealPublicKey> for Blob {
    fn from(key: SealPublicKey) -> Self {
        Blob(key.0.to_vec())
    }
}

/// Keys for one seal that is still to be made. Used once: the type can be neither copied nor given back.
pub struct PreparedSeal {
    encapsulated: Vec<u8>,
    sealer: Box<dyn HpkeSealer>,
}

impl PreparedSeal {
    fn new(hall: &SealPublicKey, info: &[u8]) -> Result<Self, SealError> {
        let (encapsulated, sealer) =
            SUITE.setup_sealer(info, &HpkePublicKey(hall.0.to_vec())).map_err(|_| SealError::Key(BadKey))?;
        Ok(Self { encapsulated: encapsulated.0, sealer })
    }
}

impl std::fmt::Debug for PreparedSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PreparedSeal(..)")
    }
}

/// The hall's private key that opens; never printed.
#[derive(Clone)]
pub struct SealSecretKey(Arc<HpkePrivateKey>);

impl SealSecretKey {
    /// A new random key.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut secret = vec![0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self(Arc::new(secret.into())))
    }

    /// From its 32 secret bytes.
    ///
    /// # Errors
    /// Malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadKey> {
        let secret = <[u8; 32]>::try_from(bytes).map_err(|_| BadKey)?;
        Ok(Self(Arc::new(Zeroizing::new(secret).to_vec().into())))
    }

    /// The 32 secret bytes, for the file that keeps them.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.secret_bytes().to_vec())
    }

    /// The public half.
    pub fn public(&self) -> SealPublicKey {
        let secret = PrivateKey::from_private_key(&X25519, self.0.secret_bytes());
        let public = secret.and_then(|secret| Ok(secret.compute_public_key()?));
        let bytes = public.ok().and_then(|public| public.as_ref().try_into().ok());
        SealPublicKey(bytes.expect("any 32 bytes are a private key"))
    }

    fn opener(&self, encapsulated: &[u8], info: &[u8]) -> Result<Box<dyn HpkeOpener>, SealError> {
        let encapsulated = EncapsulatedSecret(encapsulated.to_vec());
        SUITE.setup_opener(&encapsulated, info, &self.0).map_err(|_| SealError::Open)
    }
}

impl std::fmt::Debug for SealSecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealSecretKey(..)")
    }
}

/// A header in the clear and a body of type `T` that only the hall can open. The exact header bytes travel, so
/// that nothing depends on how JSON is written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Sealed<T> {
    /// The algorithms.
    pub suite: Suite,
    /// JSON of a [`Header`].
    pub header: Blob,
    /// The key encapsulation.
    pub encapsulated: Blob,
    /// The sealed body.
    pub ciphertext: Blob,
    /// The terminal's signature.
    pub signature: Blob,
    #[serde(skip)]
    body: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.ciphertext.0.len())
    }
}

impl<T> Sealed<T> {
    /// Digest over everything that is signed: tells one envelope from another under the same id.
    pub fn digest(&self) -> Digest {
        let suite = match self.suite {
            Suite::X25519ChaCha20Poly1305Ed25519 => &b"x25519-chacha20poly1305-ed25519"[..],
        };
        Digest::of_parts([suite, &self.header.0, &self.encapsulated.0, &self.ciphertext.0])
    }

    /// Reads the header without trusting it.
    ///
    /// # Errors
    /// Too large or unreadable.
    pub fn read_header(&self) -> Result<Header, SealError> {
        if self.header.0.len() > HEADER_LIMIT || self.ciphertext.0.len() > BODY_LIMIT + 16 {
            return Err(SealError::TooLarge);
        }
        serde_json::from_slice(&self.header.0).map_err(|_| SealError::Json)
    }

    /// Checks the terminal's signature.
    ///
    /// # Errors
    /// Another key, or changed bytes.
    pub fn verify(&self, terminal: &PublicKey) -> Result<(), SealError> {
        if terminal.verify(ENVELOPE_DOMAIN, &self.digest().0, &self.signature.0) {
            Ok(())
        } else {
            Err(SealError::Signature)
        }
    }
}

impl<T> Sealed<T> {
    /// Whether the terminal that holds this key has signed it. Ed25519 signs the same content with the same bytes,
    /// so whoever holds the key signs again and compares, in a quarter of the time that checking takes.
    pub fn is_own(&self, terminal: &SigningKey) -> bool {
        terminal.sign(ENVELOPE_DOMAIN, &self.digest().0) == self.signature.0
    }
}

impl<T: Serialize + DeserializeOwned> Sealed<T> {
    /// Seals `body` to the hall with `header` as associated data, signed by the terminal.
    ///
    /// # Errors
    /// Too large.
    pub fn seal(
        header: &Header,
        body: &T,
        hall: &SealPublicKey,
        terminal: &SigningKey,
    ) -> Result<Self, SealError> {
        Self::seal_prepared(header, body, hall.prepare()?, terminal)
    }

    /// As [`Sealed::seal`], with what [`SealPublicKey::prepare`] did before.
    ///
    /// # Errors
    /// Too large.
    pub fn seal_prepared(
        header: &Header,
        body: &T,
        mut prepared: PreparedSeal,
        terminal: &SigningKey,
    ) -> Result<Self, SealError> {
        let header = serde_json::to_vec(header).map_err(|_| SealError::Json)?;
        let clear = Zeroizing::new(serde_json::to_vec(body).map_err(|_| SealError::Json)?);
        if header.len() > HEADER_LIMIT || clear.len() > BODY_LIMIT {
            return Err(SealError::TooLarge);
        }
        let ciphertext = prepared.sealer.seal(&header, &clear).map_err(|_| SealError::TooLarge)?;
        let mut sealed = Self {
            suite: Suite::X25519ChaCha20Poly1305Ed25519,
            header: header.into(),
            encapsulated: prepared.encapsulated.into(),
            ciphertext: ciphertext.into(),
            signature: Blob::default(),
            body: PhantomData,
        };
        sealed.signature = terminal.sign(ENVELOPE_DOMAIN, &sealed.digest().0).into();
        Ok(sealed)
    }

    /// Opens the body. Call [`Sealed::verify`] first.
    ///
    /// # Errors
    /// Sealed to another key, changed, or not a `T` inside.
    pub fn open(&self, hall: &SealSecretKey) -> Result<T, SealError> {
        let mut opener = hall.opener(&self.encapsulated.0, BODY_INFO)?;
        let clear = opener.open(&self.header.0, &self.ciphertext.0).map_err(|_| SealError::Open)?;
        let clear = Zeroizing::new(clear);
        serde_json::from_slice(&clear).map_err(|_| SealError::Json)
    }
}

/// A few words that only the hall can open, and only together with what they were said about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedText {
    /// The key encapsulation.
    pub encapsulated: Blob,
    /// The sealed text.
    pub ciphertext: Blob,
}

impl std::fmt::Debug for SealedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedText({} bytes)", self.ciphertext.0.len())
    }
}

impl SealedText {
    /// Seals `text` to the hall with `about` as associated data.
    ///
    /// # Errors
    /// The key is none to which anything can be sealed.
    pub fn seal(text: &[u8], about: &[u8], hall: &SealPublicKey) -> Result<Self, SealError> {
        let PreparedSeal { encapsulated, mut sealer } = PreparedSeal::new(hall, TEXT_INFO)?;
        let ciphertext = sealer.seal(about, text).map_err(|_| SealError::TooLarge)?;
        Ok(Self { encapsulated: encapsulated.into(), ciphertext: ciphertext.into() })
    }

    /// Opens it.
    ///
    /// # Errors
    /// Sealed to another key, about something else, or longer than [`TEXT_LIMIT`].
    pub fn open(&self, about: &[u8], hall: &SealSecretKey) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.open_within(TEXT_LIMIT, about, hall)
    }

    /// The same for a text of at most `limit` bytes.
    ///
    /// # Errors
    /// Sealed to another key, about something else, or longer.
    pub fn open_within(
        &self,
        limit: usize,
        about: &[u8],
        hall: &SealSecretKey,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if self.ciphertext.0.len() > limit + 16 {
            return Err(SealError::TooLarge);
        }
        let mut opener = hall.opener(&self.encapsulated.0, TEXT_INFO)?;
        opener.open(about, &self.ciphertext.0).map(Zeroizing::new).map_err(|_| SealError::Open)
    }
}

/// A file sealed in chunks; the chunks can be sent one by one and in any order.
#[derive(Debug)]
pub struct SealedAttachment {
    /// What goes into the header.
    pub entry: AttachmentEntry,
    /// The sealed chunks in order.
    pub chunks: Vec<Vec<u8>>,
}

/// Sniffs and seals a file for one material of one application.
///
/// # Errors
/// The file is none that is accepted.
pub fn seal_attachment(
    application: ApplicationId,
    material: &MaterialCode,
    file: &[u8],
    hall: &SealPublicKey,
) -> Result<SealedAttachment, SealError> {
    let media_type = sniff(file)?;
    let PreparedSeal { encapsulated, mut sealer } = PreparedSeal::new(hall, CHUNK_INFO)?;
    let count = file.len().div_ceil(CHUNK) as u32;
    let mut chunks = Vec::with_capacity(count as usize);
    for (index, part) in file.chunks(CHUNK).enumerate() {
        let data = chunk_data(application, material, index as u32, count);
        chunks.push(sealer.seal(&data, part).map_err(|_| SealError::TooLarge)?);
    }
    let entry = AttachmentEntry {
        material: material.clone(),
        media_type,
        size: file.len() as u64,
        chunks: count,
        encapsulated: encapsulated.into(),
        digest: chunks_digest(chunks.iter().map(|chunk| Digest::of(chunk))),
    };
    Ok(SealedAttachment { entry, chunks })
}

/// Opens a whole attachment at the hall.
///
/// # Errors
/// A chunk is missing, changed or out of place, or the file is not what the header says.
pub fn open_attachment(
    application: ApplicationId,
    entry: &AttachmentEntry,
    chunks: &[Vec<u8>],
    hall: &SealSecretKey,
) -> Result<Vec<u8>, SealError> {
    let described = chunks.len() == entry.chunks as usize
        && chunks_digest(chunks.iter().map(|chunk| Digest::of(chunk))) == entry.digest;
    if !described {
        return Err(SealError::Attachment);
    }
    let mut opener = hall.opener(&entry.encapsulated.0, CHUNK_INFO)?;
    let mut file = Vec::with_capacity(chunks.iter().map(Vec::len).sum());
    for (index, chunk) in chunks.iter().enumerate() {
        let data = chunk_data(application, &entry.material, index as u32, entry.chunks);
        file.extend(opener.open(&data, chunk).map_err(|_| SealError::Open)?);
    }
    if file.len() as u64 != entry.size || sniff(&file)? != entry.media_type {
        return Err(SealError::Attachment);
    }
    Ok(file)
}

/// The digest by which a header binds its chunks.
pub fn chunks_digest(digests: impl IntoIterator<Item = Digest>) -> Digest {
    let flat: Vec<u8> = digests.into_iter().flat_map(|digest| digest.0).collect();
    Digest::of(&flat)
}

fn chunk_data(application: ApplicationId, material: &MaterialCode, index: u32, count: u32) -> Vec<u8> {
    let mut data = application.as_bytes().to_vec();
    data.extend_from_slice(&index.to_be_bytes());
    data.extend_from_slice(&count.to_be_bytes());
    data.extend_from_slice(material.as_str().as_bytes());
    data
}

#[cfg(test)]
mod tests;
