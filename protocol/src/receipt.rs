//! Receipts: proof that a terminal accepted an application, checked with nothing but the hall's public key.
//!
//! The token is compact binary, in the fragment of a URL that the receipt's QR code holds, so that a browser
//! does not send it to a server by itself. It carries the terminal's certificate (the hall's signature over the
//! terminal's key) and the terminal's signature over everything before it.

use crate::bytes::{decode, encode};
use crate::ids::{ApplicationId, ItemCode, Millis, TerminalId};
use crate::keys::{PublicKey, SigningKey};
use crate::registration::RegistrationNumber;
use serde::{Deserialize, Serialize};

const CERTIFICATE_DOMAIN: &[u8] = b"bianmin terminal certificate v1";
const TOKEN_DOMAIN: &[u8] = b"bianmin receipt token v1";
const VERSION: u8 = 1;
/// The longest token in characters of base64url.
pub const TOKEN_LIMIT: usize = 512;

/// The hall's word that a key is a terminal's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalCertificate {
    /// The terminal.
    pub terminal: TerminalId,
    /// Its key.
    pub key: PublicKey,
    /// When it was enrolled, in seconds since 1970.
    pub issued_at: u32,
    /// The hall's signature.
    pub signature: crate::bytes::Blob,
}

impl TerminalCertificate {
    /// Issues a certificate with the hall's key.
    pub fn issue(terminal: TerminalId, key: PublicKey, issued_at: u32, hall: &SigningKey) -> Self {
        let signature = hall.sign(CERTIFICATE_DOMAIN, &Self::content(&terminal, &key, issued_at)).into();
        Self { terminal, key, issued_at, signature }
    }

    /// Whether this hall issued it.
    pub fn verify(&self, hall: &PublicKey) -> bool {
        hall.verify(
            CERTIFICATE_DOMAIN,
            &Self::content(&self.terminal, &self.key, self.issued_at),
            &self.signature.0,
        )
    }

    fn content(terminal: &TerminalId, key: &PublicKey, issued_at: u32) -> Vec<u8> {
        let mut content = key.as_bytes().to_vec();
        content.extend_from_slice(&issued_at.to_be_bytes());
        content.extend_from_slice(terminal.as_str().as_bytes());
        content
    }
}

/// What a receipt proves. It holds nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The application.
    pub application_id: ApplicationId,
    /// The number to read out.
    pub registration: RegistrationNumber,
    /// The item.
    pub item: ItemCode,
    /// The terminal's clock at the durable commit.
    pub accepted_at: Millis,
    /// The first bytes of the envelope's digest: binds the receipt to what was handed in.
    pub content: [u8; 8],
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token at all: cut off, mistyped, or of another kind.
    #[error("this is no receipt token")]
    Form,
    /// A newer kind.
    #[error("this receipt is of a newer kind")]
    Version,
    /// The terminal was not enrolled by this hall.
    #[error("the receipt's terminal was not enrolled by this hall")]
    Certificate,
    /// Not signed by the terminal, or changed.
    #[error("the receipt was changed or is not genuine")]
    Signature,
}

impl Receipt {
    /// The signed token as base64url.
    pub fn token(&self, certificate: &TerminalCertificate, key: &SigningKey) -> String {
        let mut bytes = Vec::with_capacity(240);
        bytes.push(VERSION);
        bytes.extend_from_slice(self.application_id.as_bytes());
        bytes.extend_from_slice(&self.registration.day().to_be_bytes()[1..]);
        bytes.extend_from_slice(&self.registration.sequence().to_be_bytes());
        bytes.extend_from_slice(&self.accepted_at.0.to_be_bytes()[1..]);
        bytes.extend_from_slice(&self.content);
        for text in [self.item.as_str(), certificate.terminal.as_str()] {
            bytes.push(text.len() as u8);
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes.extend_from_slice(certificate.key.as_bytes());
        bytes.extend_from_slice(&certificate.issued_at.to_be_bytes());
        bytes.extend_from_slice(&certificate.signature.0);
        let signature = key.sign(TOKEN_DOMAIN, &bytes);
        bytes.extend_from_slice(&signature);
        encode(&bytes)
    }

    /// Reads and checks a token, also inside its URL.
    ///
    /// # Errors
    /// Not a token, or not genuine; a change of any bit is noticed.
    pub fn verify(text: &str, hall: &PublicKey) -> Result<Self, TokenError> {
        let text = text.trim();
        let token = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
        if token.len() > TOKEN_LIMIT {
            return Err(TokenError::Form);
        }
        let bytes = decode(token).map_err(|_| TokenError::Form)?;
        if *bytes.first().ok_or(TokenError::Form)? != VERSION {
            return Err(TokenError::Version);
        }
        let signed = bytes.len().checked_sub(64).ok_or(TokenError::Form)?;
        let (content, signature) = bytes.split_at(signed);
        let (receipt, certificate) = content.get(1..).and_then(read).ok_or(TokenError::Form)?;
        if !certificate.verify(hall) {
            return Err(TokenError::Certificate);
        }
        if !certificate.key.verify(TOKEN_DOMAIN, content, signature) {
            return Err(TokenError::Signature);
        }
        Ok(receipt)
    }

    /// The URL that the QR code holds: `{hall}/r#{token}`.
    pub fn url(hall: &str, token: &str) -> String {
        format!("{}/r#{token}", hall.trim_end_matches('/'))
    }
}

fn read(mut rest: &[u8]) -> Option<(Receipt, TerminalCertificate)> {
    let mut take = |count: usize| {
        let (part, tail) = rest.split_at_checked(count)?;
        rest = tail;
        Some(part)
    };
    let application_id = ApplicationId(uuid::Uuid::from_slice(take(16)?).ok()?);
    let day = take(3)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    let sequence = u16::from_be_bytes(take(2)?.try_into().ok()?);
    let accepted_at = Millis(take(7)?.iter().fold(0, |number, byte| number << 8 | i64::from(*byte)));
    let content = take(8)?.try_into().ok()?;
    let length = usize::from(*take(1)?.first()?);
    let item = ItemCode::parse(std::str::from_utf8(take(length)?).ok()?).ok()?;
    let length = usize::from(*take(1)?.first()?);
    let terminal = TerminalId::parse(std::str::from_utf8(take(length)?).ok()?).ok()?;
    let key = PublicKey::from_bytes(take(32)?).ok()?;
    let issued_at = u32::from_be_bytes(take(4)?.try_into().ok()?);
    let signature = take(64)?.to_vec().into();
    if !rest.is_empty() {
        return None;
    }
    let registration = RegistrationNumber::from_parts(terminal.clone(), day, sequence).ok()?;
    let receipt = Receipt { application_id, registration, item, accepted_at, content };
    Some((receipt, TerminalCertificate { terminal, key, issued_at, signature }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> (Receipt, String, PublicKey) {
        let hall = SigningKey::from_bytes(&[7; 32]).unwrap();
        let key = SigningKey::from_bytes(&[9; 32]).unwrap();
        let terminal = TerminalId::parse("HP07").unwrap();
        let certificate = TerminalCertificate::issue(terminal.clone(), key.public(), 1_795_000_000, &hall);
        let receipt = Receipt {
            application_id: ApplicationId::new(),
            registration: RegistrationNumber::from_parts(terminal, 261_121, 36).unwrap(),
            item: ItemCode::parse("HJ02").unwrap(),
            accepted_at: Millis(1_795_250_000_123),
            content: [1, 2, 3, 4, 5, 6, 7, 8],
        };
        let token = receipt.token(&certificate, &key);
        (receipt, token, hall.public())
    }

    #[test]
    fn a_genuine_receipt_is_read_back_alone_and_in_its_url() {
        let (receipt, token, hall) = sample();
        assert_eq!(Receipt::verify(&token, &hall), Ok(receipt.clone()));
        assert_eq!(Receipt::verify(&Receipt::url("https://hall.example/", &token), &hall), Ok(receipt));
        assert!(token.len() < 300, "{}", token.len());
    }

    #[test]
    fn every_changed_bit_is_refused() {
        let (_, token, hall) = sample();
        let bytes = decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(Receipt::verify(&encode(&changed), &hall).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn another_halls_terminal_is_refused() {
        let (_, token, _) = sample();
        let other = SigningKey::from_bytes(&[8; 32]).unwrap().public();
        assert_eq!(Receipt::verify(&token, &other), Err(TokenError::Certificate));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,400}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (_, _, hall) = sample();
            prop_assert!(Receipt::verify(&text, &hall).is_err());
            let mut versioned = vec![VERSION];
            versioned.extend(bytes);
            prop_assert!(Receipt::verify(&encode(&versioned), &hall).is_err());
        }
    }
}
