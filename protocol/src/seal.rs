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
    /// Sealed to another key, about something else, or too long.
    pub fn open(&self, about: &[u8], hall: &SealSecretKey) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if self.ciphertext.0.len() > TEXT_LIMIT + 16 {
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
mod tests {
    use super::*;
    use crate::application::ApplicationBody;
    use crate::ids::{FieldCode, ItemCode, Millis, Revision, TerminalId};
    use crate::registration::RegistrationNumber;
    use proptest::prelude::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// RFC 9180, appendix A.2.1: two messages of one context.
    #[test]
    fn rfc_9180_vectors_hold() {
        let secret = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        let hall = SealSecretKey::from_bytes(&secret).unwrap();
        let public = hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
        assert_eq!(hall.public(), SealPublicKey::from_bytes(&public).unwrap());
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let clear = hex("4265617574792069732074727574682c20747275746820626561757479");
        let encapsulated = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
        let mut opener = hall.opener(&encapsulated, &info).unwrap();
        let sealed = [
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
            "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c",
        ];
        for (index, sealed) in sealed.iter().enumerate() {
            let data = format!("Count-{index}");
            assert_eq!(opener.open(data.as_bytes(), &hex(sealed)).unwrap(), clear);
        }
    }

    /// What is sealed here another implementation opens, and the other way round.
    #[test]
    fn another_implementation_opens_and_seals_the_same() {
        use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
        type Kem = hpke::kem::X25519HkdfSha256;
        type Kdf = hpke::kdf::HkdfSha256;
        type Aead = hpke::aead::ChaCha20Poly1305;
        let (secret, public) = Kem::derive_keypair(b"thirty-two bytes that are a seed");
        let hall = SealSecretKey::from_bytes(&secret.to_bytes()).unwrap();
        assert_eq!(hall.public(), SealPublicKey::from_bytes(&public.to_bytes()).unwrap());
        let mut ours = PreparedSeal::new(&hall.public(), b"info").unwrap();
        let theirs = <Kem as hpke::Kem>::EncappedKey::from_bytes(&ours.encapsulated).unwrap();
        let mut theirs =
            hpke::setup_receiver::<Aead, Kdf, Kem>(&OpModeR::Base, &secret, &theirs, b"info").unwrap();
        let (encapsulated, mut their_sealer) =
            hpke::setup_sender::<Aead, Kdf, Kem>(&OpModeS::Base, &public, b"info").unwrap();
        let mut our_opener = hall.opener(&encapsulated.to_bytes(), b"info").unwrap();
        for message in [&b"first"[..], b"second"] {
            assert_eq!(theirs.open(&ours.sealer.seal(b"data", message).unwrap(), b"data").unwrap(), message);
            assert_eq!(
                our_opener.open(b"data", &their_sealer.seal(message, b"data").unwrap()).unwrap(),
                message
            );
        }
    }

    fn header(attachments: Vec<AttachmentEntry>) -> Header {
        let terminal = TerminalId::parse("HP07").unwrap();
        Header {
            application_id: ApplicationId::new(),
            registration: RegistrationNumber::from_parts(terminal.clone(), 261_121, 36).unwrap(),
            terminal,
            item: ItemCode::parse("HJ02").unwrap(),
            item_version: 1,
            catalogue: Revision(7),
            accepted_at: Millis(0),
            attachments,
        }
    }

    fn body() -> ApplicationBody {
        let mut body = ApplicationBody::default();
        body.answers.insert(FieldCode::parse("applicant_name").unwrap(), "张三".into());
        body
    }

    #[test]
    fn only_the_hall_opens_and_any_changed_byte_is_refused() {
        let hall = SealSecretKey::generate().unwrap();
        let terminal = SigningKey::generate().unwrap();
        let sealed = Sealed::seal(&header(vec![]), &body(), &hall.public(), &terminal).unwrap();
        assert_eq!(sealed.open(&hall).unwrap(), body());
        assert!(matches!(sealed.open(&SealSecretKey::generate().unwrap()), Err(SealError::Open)));
        sealed.verify(&terminal.public()).unwrap();
        assert!(!serde_json::to_string(&sealed).unwrap().contains("张三"));
        for part in 0..4 {
            let mut changed = sealed.clone();
            let blob = match part {
                0 => &mut changed.header,
                1 => &mut changed.encapsulated,
                2 => &mut changed.ciphertext,
                _ => &mut changed.signature,
            };
            blob.0[3] ^= 1;
            assert!(changed.verify(&terminal.public()).is_err(), "part {part}");
            if part < 3 {
                assert!(changed.open(&hall).is_err(), "part {part}");
            }
        }
    }

    #[test]
    fn attachments_survive_only_whole_and_in_place() {
        let hall = SealSecretKey::generate().unwrap();
        let application = ApplicationId::new();
        let material = MaterialCode::parse("M1").unwrap();
        let mut file = b"%PDF-1.7\n".to_vec();
        file.resize(CHUNK * 2 + 77, b' ');
        file.extend_from_slice(b"%%EOF");
        let sealed = seal_attachment(application, &material, &file, &hall.public()).unwrap();
        assert_eq!(sealed.chunks.len(), 3);
        assert_eq!(open_attachment(application, &sealed.entry, &sealed.chunks, &hall).unwrap(), file);
        let mut swapped = sealed.chunks.clone();
        swapped.swap(0, 1);
        assert!(open_attachment(application, &sealed.entry, &swapped, &hall).is_err());
        assert!(open_attachment(application, &sealed.entry, &sealed.chunks[..2], &hall).is_err());
        assert!(open_attachment(ApplicationId::new(), &sealed.entry, &sealed.chunks, &hall).is_err());
    }

    proptest! {
        #[test]
        fn hostile_envelopes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,100}") {
            let hall = SealSecretKey::generate().unwrap();
            let _ = serde_json::from_str::<Sealed<ApplicationBody>>(&text);
            let sealed: Sealed<ApplicationBody> = Sealed {
                suite: Suite::X25519ChaCha20Poly1305Ed25519,
                header: bytes.clone().into(),
                encapsulated: bytes.clone().into(),
                ciphertext: bytes.clone().into(),
                signature: bytes.into(),
                body: PhantomData,
            };
            let _ = sealed.read_header();
            prop_assert!(sealed.open(&hall).is_err());
        }
    }
}
